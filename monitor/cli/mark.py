"""`monitor mark`: marks an article as right or wrong for a watch. The mark stays, whatever is judged later."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence

import click
from sqlalchemy import Connection

from monitor.app import open_app
from monitor.cli.common import config_of, now, set_up_log
from monitor.cli.correct import person, usage
from monitor.cli.progress import Silent
from monitor.pipeline import decide
from monitor.pipeline.summary import PollSummary
from monitor.store import articles, stories
from monitor.store.subjects import ALL_STORIES
from monitor.text.plural import plural


@click.command("mark", epilog="Example: monitor mark 1234 wrong")
@click.argument("article", metavar="ID", type=int)
@click.argument("verdict", metavar="right|wrong", type=click.Choice(["right", "wrong"]))
@click.option("--watch", help="The watch to mark it for (needed when several watches match it).")
@click.pass_context
def mark_command(ctx: click.Context, article: int, verdict: str, watch: str | None) -> None:
    """Mark an article as right or wrong for a watch.

    ID is the article's number: `monitor stories` shows it beside each report, `monitor diff` and the web page beside
    each article. Near misses and search results have one too.

    The mark stays. A right article always matches. A wrong one leaves its story, unless a digest has published it.
    The stories are grouped at once, and whatever that moves is printed. `monitor learn --refit` learns from marks.
    """
    set_up_log(ctx.obj["verbose"])
    config = config_of(ctx)

    async def work() -> tuple[str, dict[int, int], dict[int, int], dict[int, str]]:
        async with open_app(config, now, Silent()) as app:
            with app.store.write(ALL_STORIES) as db, usage():
                chosen = _judged_by(db, [watch] if watch else list(config.watches), article)
                decide.mark(db, chosen, [article], person(), relevant=verdict == "right")
                before = stories.all_homes(db, chosen)
            # Judged and grouped at once, not with the next poll: the person sees what the mark did.
            await app.pipeline.settle(PollSummary())
            with app.store.read() as db:
                after = stories.all_homes(db, chosen)
                changed = {after[each] for each in after if after[each] != before.get(each)}
                return chosen, before, after, dict(stories.headlines(db, sorted(changed)))

    chosen, before, after, headlines = asyncio.run(work())
    story = after.get(article)
    stays = (
        f"; a digest has published it, so it stays in story {story}" if verdict == "wrong" and story is not None else ""
    )
    click.echo(f"article {article} is {verdict} for {chosen}{stays}")
    for line in regrouped(before, after, headlines):
        click.echo(line)


def regrouped(before: Mapping[int, int], after: Mapping[int, int], headlines: Mapping[int, str]) -> list[str]:
    """A line for each way in which reports changed their story. before, after: article id → story id."""
    ways: dict[tuple[int, int], list[int]] = {}
    for number in sorted(before.keys() | after.keys()):
        way = (before.get(number, 0), after.get(number, 0))
        if way[0] != way[1]:
            ways.setdefault(way, []).append(number)
    return [_way(old, new, moved, after, headlines) for (old, new), moved in sorted(ways.items())]


def _way(old: int, new: int, moved: Sequence[int], after: Mapping[int, int], headlines: Mapping[int, str]) -> str:
    them = f"{'article' if len(moved) == 1 else 'articles'} {', '.join(map(str, moved))}"
    left = Counter(after.values())
    emptied = "" if not old or left[old] else f"; story {old} has no report left"
    if not new:
        return f"{them} left story {old}{emptied}"
    others = left[new] - len(moved)
    beside = f", beside {plural(others, 'other report')}" if others else ""
    place = f"story {new}{beside}"
    went = f"went from story {old} to {place}" if old else f"{'is' if len(moved) == 1 else 'are'} now in {place}"
    return f"{them} {went}: {headlines.get(new, '')}{emptied}"


def _judged_by(db: Connection, watches: list[str], article: int) -> str:
    """The watch to mark: the only one that judged the article, or the only one it matches or nearly matches.

    Raises click.UsageError when there is none, or more than one.
    """
    found = {watch: articles.verdicts(db, watch, [article]).get(article) for watch in watches}
    judged = [watch for watch, verdict in found.items() if verdict]
    # Most watches judge every article; the one that nearly matched it is almost always the one meant.
    close = [watch for watch in judged if found[watch] != "no"]
    chosen = close if len(close) == 1 else judged
    if not judged and articles.pruned(db, [article]):
        raise click.UsageError(f"the text of article {article} was deleted by retention:, so it cannot be judged")
    if not judged:
        raise click.UsageError(f"no watch has judged article {article}; `monitor stories` shows the numbers")
    if len(chosen) > 1:
        raise click.UsageError(f"article {article} was judged by {', '.join(chosen)}; name one with --watch")
    return chosen[0]
