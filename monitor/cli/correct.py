"""`monitor merge` and `split`: corrections of stories by a person. They stay, whatever is grouped later."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

import click
from sqlalchemy import Connection

from monitor.cli.common import as_json, config_of, now, print_json
from monitor.model import Report, Story
from monitor.store import Store, corrections, stories
from monitor.text.plural import plural
from monitor.text.urls import normalise_url


@click.command("merge", epilog="Example: monitor merge 12 15")
@click.argument("story", type=int)
@click.argument("others", metavar="STORY...", type=int, nargs=-1, required=True)
@as_json
@click.pass_context
def merge_command(ctx: click.Context, story: int, others: tuple[int, ...], as_json: bool) -> None:
    """Merge stories into one, which keeps the number of the first.

    Articles that a digest has published do not appear as new again.
    """
    config = config_of(ctx)
    with closing(Store(config.store_url())) as store, store.write() as db:
        into = story_of(db, story)
        # A number given may have been merged before, so two of them can name one story.
        chosen = [each for each in (story_of(db, other) for other in others) if each.id != into.id]
        gone = {each.id: each for each in chosen}
        strange = next((each for each in gone.values() if each.watch != into.watch), None)
        if strange:
            text = f"story {into.id} is of the watch {into.watch}, story {strange.id} of {strange.watch}"
            raise click.UsageError(f"{text}: only stories of one watch can be merged")
        corrections.merge(db, into.id, sorted(gone), now(), said=True)
        merged = story_of(db, into.id)
    if as_json:
        print_json({"story": into.id, "merged": sorted(gone), "articles": [r.article.id for r in merged.reports]})
    elif gone:
        click.echo(f"merged: story {into.id} now has {plural(len(merged.reports), 'report')}: {merged.headline}")
    else:
        click.echo(f"nothing to merge: they are all story {into.id} already")


@click.command("split", epilog="Example: monitor split 12 431 https://example.org/another-event")
@click.argument("story", type=int)
@click.argument("articles", metavar="ARTICLE...", nargs=-1, required=True)
@as_json
@click.pass_context
def split_command(ctx: click.Context, story: int, articles: tuple[str, ...], as_json: bool) -> None:
    """Split articles out of a story into a new one. ARTICLE is a number or an address.

    Only `monitor merge` joins the two stories again.
    """
    config = config_of(ctx)
    with closing(Store(config.store_url())) as store, store.write() as db:
        found = story_of(db, story)
        taken = _chosen(found, articles)
        if len(taken) == len(found.reports):  # the old story would be left empty, and the new one the same
            raise click.UsageError(
                f"these are all the articles of story {found.id}; name only those that do not belong"
            )
        new = corrections.split(db, found.id, found.watch, taken, now())
    if as_json:
        ids = [report.article.id for report in taken]
        print_json({"story": found.id, "new_story": new, "articles": ids})
    else:
        click.echo(f"split: story {new} now has {plural(len(taken), 'report')} from story {found.id}")


def story_of(db: Connection, number: int) -> Story:
    """The story with this number, or the one it was merged into since. Raises click.UsageError."""
    try:
        found = stories.load(db, [corrections.resolve(db, number)])
    except LookupError as error:
        raise click.UsageError(f"{error}; `monitor stories` lists them") from error
    if not found:
        raise click.UsageError(f"story {number} no longer has any reports; `monitor stories` lists the stories that do")
    return found[0]


def _chosen(story: Story, articles: Sequence[str]) -> list[Report]:
    """The reports named by number or address, in the story's order.

    Raises click.UsageError for an article that is not in the story.
    """
    names = {str(report.article.id): report.article.id for report in story.reports}
    names |= {normalise_url(report.article.url): report.article.id for report in story.reports}
    chosen = set()
    for given in articles:
        found = names.get(given) or names.get(normalise_url(given))
        if found is None:
            held = ", ".join(str(report.article.id) for report in story.reports)
            raise click.UsageError(f"story {story.id} has no article {given}; it has: {held}")
        chosen.add(found)
    return [report for report in story.reports if report.article.id in chosen]
