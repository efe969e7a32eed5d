"""`monitor stories` and `deliveries`: list what the store holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import Connection

from monitor.cli.common import Moment, ago, as_json, now, print_array, print_json, readable_config_of, stamp
from monitor.cli.export_options import as_format, put, with_tlp
from monitor.config import Config
from monitor.exports.tlp import Tlp
from monitor.model import Affair, DeliveryState, Story
from monitor.render.words import beside_score
from monitor.store import Store, corrections, deliveries, editions, stories
from monitor.store.rows import chunks
from monitor.text.plural import plural


@click.command("stories", epilog="Example: monitor stories --since 7d    monitor stories 12 --format stix")
@click.argument("numbers", metavar="[STORY]...", type=int, nargs=-1)
@click.option("--since", type=Moment(), help="Only stories with a report since then.")
@click.option("--watch", help="Only this watch.")
@click.option("--why", type=int, metavar="STORY", help="Why each report is in this story, and what speaks against it.")
@as_format
@with_tlp
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="With --format: write to this file.")
@as_json
@click.pass_context
def stories_command(
    ctx: click.Context,
    numbers: tuple[int, ...],
    since: datetime | None,
    watch: str | None,
    why: int | None,
    format_: str | None,
    tlp: Tlp | None,
    output: Path | None,
    as_json: bool,
) -> None:
    """List the stories, newest first, each with its number, its score and the articles that report it.

    STORY: only these, by their numbers.
    """
    _refuse_what_says_nothing(format_, tlp, output, as_json=as_json, listed=bool(numbers or since or watch), why=why)
    config = readable_config_of(ctx)
    if why is not None:
        from monitor.cli.why_story import say_why  # noqa: PLC0415 - 40 ms, for this option alone

        say_why(config, why, as_json=as_json)
        return
    if watch and watch not in config.watches:
        raise click.UsageError(f"no watch {watch!r}; there are: {', '.join(config.watches)}")
    with closing(Store(config.store_url(), reading=True)) as store, store.read() as db:
        ids = _numbered(db, numbers, watch) if numbers else stories.ids_since(db, since, watch)
        if format_:
            from monitor.cli.export import export_stories  # noqa: PLC0415 - 150 ms, for this option alone

            put(export_stories(db, config, stories.load(db, ids), format_, tlp), output)
            return
        found = _listed(db, ids, config)
        if as_json:
            from monitor.api.stories import story_answer  # noqa: PLC0415 - 100 ms, for this option alone

            print_array(story_answer(story, affair).document() for story, affair in found)
            return
        count, several = 0, len(config.watches) > 1 and not watch
        for story, affair in found:
            click.echo("\n".join(_lines(story, affair, several=several)))
            count += 1
    click.echo(plural(count, "story", "stories"), err=True)


def _refuse_what_says_nothing(
    format_: str | None, tlp: Tlp | None, output: Path | None, *, as_json: bool, listed: bool, why: int | None
) -> None:
    """Raises click.UsageError for options that one of the others makes nothing of."""
    if (tlp or output) and not format_:
        raise click.UsageError("--tlp and --output are for --format")
    if format_ and as_json:
        raise click.UsageError("--json prints a form of its own; leave it out, or --format")
    if why is not None and (format_ or listed):
        raise click.UsageError("--why STORY takes no other option than --json")


def _numbered(db: Connection, numbers: Sequence[int], watch: str | None) -> list[int]:
    """The stories with these numbers, or that these were merged into, each once. Raises click.UsageError for others."""
    try:
        ids = list(dict.fromkeys(corrections.resolve(db, number) for number in numbers))
    except LookupError as error:
        raise click.UsageError(f"{error}; `monitor stories` lists them") from error
    for story in stories.load(db, ids, brief=True) if watch else ():
        if story.watch != watch:
            raise click.UsageError(f"story {story.id} is of the watch {story.watch!r}, not of {watch!r}")
    return ids


def _lines(story: Story, affair: Affair | None, *, several: bool) -> Iterator[str]:
    """A story for a person. several: whether to say of which watch it is."""
    name = f"{story.watch}: " if several else ""
    yield f"{story.id:>5}  {story.score:.2f}  {ago(story.last_seen, now()):>10}  {name}{story.headline}"
    for line in _affair_lines(story.id, affair):
        yield f"{'':>23}  {line}"
    for report in story.reports:
        article = report.article
        note = f", {wrong}" if (wrong := beside_score(report.match)) else ""
        said = f"{article.source} ({article.language or '?'}){note}: {article.title}"
        yield f"{f'article {article.id}':>23}  {said}"
    for each in story.supporting:
        article, score = each.report.article, each.report.match.score
        said = f"{article.source} ({article.language or '?'}), supporting, {score:.2f}: {article.title}"
        yield f"{f'article {article.id}':>23}  {said}"


def _listed(db: Connection, ids: Sequence[int], config: Config) -> Iterator[tuple[Story, Affair | None]]:
    """These stories, each with what it is part of, in this order; some at a time, because there may be thousands."""
    from monitor.api.affairs import Affairs  # noqa: PLC0415 - 60 ms, which few commands need

    affairs = Affairs(config)
    for part in chunks(list(ids)):
        found = {story.id: story for story in stories.load(db, part)}
        yield from affairs.beside(db, [found[each] for each in part if each in found])


def _affair_lines(story: int, affair: Affair | None) -> Iterator[str]:
    if affair and (step := affair.step(story)):
        first = affair.steps[0]
        which = f"step {step.number}" if step.number else "another account"
        yield f"{which} of story {first.story}, began {first.began:%d %b %Y}: {first.headline}"
    for each in affair.background if affair else ():
        yield f"looks back at story {each.story}, {each.began:%d %b %Y}: {each.headline}"


@click.command("deliveries", epilog="Example: monitor deliveries --limit 20")
@click.option("--limit", default=50, show_default=True, help="How many rows, newest first.")
@as_json
@click.pass_context
def deliveries_command(ctx: click.Context, limit: int, as_json: bool) -> None:
    """Show the delivery ledger: each edition and recipient, and how the delivery went."""
    config = readable_config_of(ctx)
    with closing(Store(config.store_url(), reading=True)) as store, store.read() as db:
        rows = deliveries.recent(db, limit)
        named = editions.names(db, {row.edition for row in rows})
    if as_json:
        from monitor.api.editions import delivery_answer  # noqa: PLC0415 - 100 ms, for this option alone

        print_json([delivery_answer(row, *named[row.edition]).document() for row in rows])
        return
    for row in rows:
        digest, period = named[row.edition]
        again = f" (sent again, {row.resend})" if row.resend else ""
        held = f"  from {stamp(row.next_try)}" if row.next_try and row.state is DeliveryState.PENDING else ""
        error = f"  {row.error}" if row.error else ""
        click.echo(
            f"{row.id:>5}  edition {row.edition:>4} {digest} {period}{again}  {row.state.value:<8} "
            f"{stamp(row.updated)}  {row.channel} {row.recipient}{held}{error}"
        )
