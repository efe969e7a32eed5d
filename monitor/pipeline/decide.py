"""What a person decides of articles and stories: the same for the command line and the page.

Each decision is one transaction, and is recorded with who made it and how things stood before, so that `undo` can put
them back. What it changes of judgements and stories is settled by `Pipeline.settle` after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from monitor.errors import MonitorError
from monitor.model import Report, Story
from monitor.model.frozen import frozen
from monitor.store import articles, before, corrections, decisions, marks, mutes, stories
from monitor.store.decisions import Decision

NAME = 60  # characters of who decided


class UndecidedError(MonitorError):
    """What a person wants cannot be; nothing was changed. The text says why, and what can be done."""


class GoneError(UndecidedError):
    """There is no such story, article or decision, or it has gone since."""


@frozen
class Person:
    """Who decides, and when."""

    name: str
    now: datetime


def mark(
    db: sa.Connection, watch: str, article_ids: Sequence[int], person: Person, *, relevant: bool, unjudged: bool = False
) -> int:
    """Mark articles as right or wrong for a watch; the decision's number. Raises UndecidedError.

    unjudged: also articles that the watch has not judged, as a new one is tried on what is stored.
    """
    judged = articles.verdicts(db, watch, list(article_ids))
    strange = [each for each in article_ids if each not in judged]
    if strange and not unjudged:
        if articles.pruned(db, strange):
            raise GoneError(f"the text of article {strange[0]} was deleted by retention:, so it cannot be judged")
        text = f"the watch {watch} has not judged article {strange[0]}; `monitor articles` lists those it has"
        raise GoneError(text)
    homes = stories.homes(db, watch, article_ids)
    was = before.before(db, watch, (), article_ids, person.now)
    for each in article_ids:
        marks.put(db, each, watch, relevant, person.now)
        articles.judge_anew(db, each, watch)
    act: decisions.Act = "right" if relevant else "wrong"
    its = sorted(set(homes.values()))
    return _record(db, act, watch, person, was, its, article_ids)


def merge(db: sa.Connection, story: int, others: Sequence[int], person: Person) -> Decision | None:
    """Merge stories into the first; None where they are one already. Raises UndecidedError."""
    into = story_of(db, story)
    # A number given may have been merged before, so two of them can name one story.
    gone = {each.id: each for each in (story_of(db, other) for other in others) if each.id != into.id}
    if strange := next((each for each in gone.values() if each.watch != into.watch), None):
        text = f"story {into.id} is of the watch {into.watch}, story {strange.id} of {strange.watch}"
        raise UndecidedError(f"{text}: only stories of one watch can be merged")
    if not gone:
        return None
    its = [into.id, *sorted(gone)]
    moved = [report.article.id for each in gone.values() for report in each.reports]
    was = before.before(db, into.watch, its, (), person.now)
    corrections.merge(db, into.id, sorted(gone), person.now, said=True)
    return decisions.get(db, _record(db, "merge", into.watch, person, was, its, moved))


def split(db: sa.Connection, story: Story, taken: Sequence[Report], person: Person) -> Decision:
    """Take reports out of a story into a new one, which comes first in the decision. Raises UndecidedError."""
    if len(taken) == len(story.reports):  # the old story would be left empty, and the new one the same
        raise UndecidedError(f"these are all the articles of story {story.id}; name only those that do not belong")
    ids = [report.article.id for report in taken]
    was = before.before(db, story.watch, [story.id], ids, person.now)
    new = corrections.split(db, story.id, story.watch, taken, person.now)
    return decisions.get(db, _record(db, "split", story.watch, person, was, [new, story.id], ids))


def join(db: sa.Connection, watch: str, article: int, story: int, person: Person) -> int:
    """An article tells of a story's event: it is right, and belongs there; the decision's number. UndecidedError."""
    into = story_of(db, story)
    if into.watch != watch:
        raise UndecidedError(f"story {into.id} is of the watch {into.watch}, and not of {watch}")
    if article not in articles.verdicts(db, watch, [article]):
        raise GoneError(f"the watch {watch} has not judged article {article}")
    home = stories.story_of(db, watch, article)
    if home == into.id:
        raise UndecidedError(f"article {article} is in story {home} already")
    its = [into.id, *([home] if home else [])]
    was = before.before(db, watch, its, [article], person.now)
    corrections.join(db, watch, article, into.id, person.now)
    if articles.verdicts(db, watch, [article])[article] != "match":
        marks.put(db, article, watch, True, person.now)
        articles.judge_anew(db, article, watch)
    return _record(db, "join", watch, person, was, its, [article])


def mute(db: sa.Connection, story: int, person: Person, *, muted: bool) -> int | None:
    """Mute a story or let it be shown again; the number of the decision, None where it is so. Raises UndecidedError."""
    found = story_of(db, story)
    if (found.id in mutes.among(db, [found.id])) == muted:
        return None
    was = before.before(db, found.watch, [found.id], (), person.now)
    if muted:
        mutes.put(db, found.id, person.now)
    else:
        mutes.take_back(db, found.id)
    return _record(db, "mute" if muted else "unmute", found.watch, person, was, [found.id], ())


def undo(db: sa.Connection, number: int, person: Person) -> Decision:
    """Take a decision back: all is as it was, but for what has come since. Raises UndecidedError."""
    try:
        made = decisions.get(db, number)
    except LookupError as error:
        raise GoneError(str(error)) from error
    if later := decisions.built_on(db, made):
        raise UndecidedError(f"decision {later[0].id} was made on top of number {number}; undo that one first")
    if not decisions.set_undone(db, number, person.name, person.now):
        raise UndecidedError(f"decision {number} was undone before, by {made.undone_by}")
    if made.act == "split":
        new, old = (corrections.resolve(db, each) for each in made.stories[:2])
        if new != old:
            corrections.merge(db, old, [new], person.now)
    before.put_back(db, made)
    return made


def story_of(db: sa.Connection, number: int) -> Story:
    """The story with this number, or the one it was merged into since. Raises UndecidedError."""
    try:
        found = stories.load(db, [corrections.resolve(db, number)])
    except LookupError as error:
        raise GoneError(f"{error}; `monitor stories` lists them") from error
    if not found:
        raise GoneError(f"story {number} no longer has any reports; `monitor stories` lists the stories that do")
    return found[0]


def _record(
    db: sa.Connection,
    act: decisions.Act,
    watch: str,
    person: Person,
    was: dict[str, object],
    story_ids: Sequence[int],
    article_ids: Sequence[int],
) -> int:
    name = " ".join(person.name.split())[:NAME]
    return decisions.add(db, act, watch, name, person.now, stories=story_ids, articles=article_ids, before=was)
