"""`monitor merge`, `split`, `mute` and `undo`: what a person decides of stories stays, whatever is grouped later."""

from __future__ import annotations

import getpass
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

import click
from sqlalchemy import Connection

from monitor.api.marks import decision_answer
from monitor.cli.common import as_json, config_of, now, print_json, stamp
from monitor.model import Report, Story
from monitor.pipeline import decide
from monitor.pipeline.decision_words import decision_words
from monitor.store import Store, decisions
from monitor.store.subjects import ALL_STORIES
from monitor.text.plural import plural
from monitor.text.urls import normalise_url

LISTED = 20  # decisions


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
    with closing(Store(config.store_url())) as store, store.write(ALL_STORIES) as db, usage():
        done = decide.merge(db, story, others, person())
        merged = decide.story_of(db, story)
    if as_json:
        gone = list(done.stories[1:]) if done else []
        print_json({"story": merged.id, "merged": gone, "articles": [r.article.id for r in merged.reports]})
    elif done:
        click.echo(f"merged: story {merged.id} now has {plural(len(merged.reports), 'report')}: {merged.headline}")
    else:
        click.echo(f"nothing to merge: they are all story {merged.id} already")


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
    with closing(Store(config.store_url())) as store, store.write(ALL_STORIES) as db, usage():
        found = decide.story_of(db, story)
        taken = _chosen(found, articles)
        new = decide.split(db, found, taken, person()).stories[0]
    if as_json:
        ids = [report.article.id for report in taken]
        print_json({"story": found.id, "new_story": new, "articles": ids})
    else:
        click.echo(f"split: story {new} now has {plural(len(taken), 'report')} from story {found.id}")


@click.command("mute", epilog="Example: monitor mute 12")
@click.argument("stories", metavar="STORY...", type=int, nargs=-1, required=True)
@click.option("--undo", is_flag=True, help="Let them be shown again.")
@click.pass_context
def mute_command(ctx: click.Context, stories: tuple[int, ...], undo: bool) -> None:
    """Mute stories: no edition and no alert shows them any more.

    Reports that join them later join in silence. Digests count them, and the page lists them.
    """
    config = config_of(ctx)
    with closing(Store(config.store_url())) as store, store.write(ALL_STORIES) as db, usage():
        done = [(each, decide.mute(db, each, person(), muted=not undo)) for each in stories]
    for each, number in done:
        state = "is shown again" if undo else "is muted"
        click.echo(
            f"story {each} {state}" if number else f"story {each} {'was not muted' if undo else 'was muted before'}"
        )


@click.command("undo", epilog="Example: monitor undo 7")
@click.argument("decision", type=int, required=False)
@as_json
@click.pass_context
def undo_command(ctx: click.Context, decision: int | None, as_json: bool) -> None:
    """Take a decision back: a mark, a merger, a split or a mute. Without a number, list the last twenty.

    All is as it was, but for what has come since. A decision on which another was built is taken back after that one.
    """
    config = config_of(ctx)
    with closing(Store(config.store_url())) as store:
        if decision is None:
            with store.read() as db:
                found = decisions.newest(db, limit=LISTED)
            if as_json:
                print_json([decision_answer(each).document() for each in found])
            for each in () if as_json else found:
                click.echo(f"{each.id:>5}  {stamp(each.at)}  {each.who}: {decision_words(each)}")
            return
        with store.write(ALL_STORIES) as db, usage():
            made = decide.undo(db, decision, person())
    if as_json:
        print_json(decision_answer(made).document())
    else:
        click.echo(f"undone: {decision_words(made)}; the next poll judges and groups what that concerns")


def person() -> decide.Person:
    """Who types the command, by the name of their account on this machine."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # an account without a name, as in a container
        name = "the command line"
    return decide.Person(name, now())


@contextmanager
def usage() -> Iterator[None]:
    """What cannot be decided was wrongly asked for."""
    try:
        yield
    except decide.UndecidedError as error:
        raise click.UsageError(str(error)) from error


def story_of(db: Connection, number: int) -> Story:
    """The story with this number, or the one it was merged into since. Raises click.UsageError."""
    with usage():
        return decide.story_of(db, number)


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
