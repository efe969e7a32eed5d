"""What people said of articles: the marks in force, and the decisions that set them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

import sqlalchemy as sa
from pydantic import BaseModel, Field

from monitor.api.base import SENT, Answer, Number, Page, Slice, Stamp, UnknownError, Word, known_watch, of_cursor, paged
from monitor.config import Config
from monitor.pipeline import decide
from monitor.pipeline.decide import NAME, Person, UndecidedError
from monitor.store import decisions, marks
from monitor.store.decisions import Act, Decision

Verdict = Literal["right", "wrong"]


class MarkAnswer(Answer):
    """A person's word on an article for a watch; the last one counts."""

    article: int
    watch: str
    verdict: Verdict
    marked: Stamp


class DecisionAnswer(Answer):
    """A decision. stories: all that it touched, the one that goes on or was begun first. undone: when, or null."""

    id: int
    who: str
    act: Act
    watch: str
    undone_by: str
    stories: list[int]
    articles: list[int]
    at: Stamp
    undone: Stamp | None


class MarkQuery(Slice):
    """Which marks."""

    watch: Annotated[Word, Field(description="only marks for this watch")] = ""


class NewMark(BaseModel):
    """A mark to be set. who: the name to record; "a program with the token" without one."""

    model_config = SENT

    article: Number
    watch: Annotated[Word, Field(description="the watch that it is marked for")]
    verdict: Verdict
    who: Annotated[str, Field(max_length=NAME, pattern=r"^[^\x00-\x1f]*$")] = ""


def decision_answer(made: Decision) -> DecisionAnswer:
    """A decision, for a program."""
    return DecisionAnswer.model_validate(made)


def marks_of(db: sa.Connection, article_ids: Sequence[int]) -> list[MarkAnswer]:
    """The marks of these articles."""
    return [_mark(each) for each in marks.listed(db, article_ids=article_ids)]


def list_marks(db: sa.Connection, config: Config, asked: MarkQuery) -> Page[MarkAnswer]:
    """The marks in force, the last first. Raises UnknownError for a watch, AskedWronglyError for a cursor."""
    watch = known_watch(config, asked.watch)
    after = of_cursor("marks", asked.cursor, datetime, int, str)
    found = marks.listed(db, watch=watch, after=after, limit=asked.limit + 1)
    places, following = paged("marks", [(each.marked, each.article, each.watch) for each in found], asked.limit)
    return Page(items=[_mark(each) for each in found[: len(places)]], next=following)


def _mark(each: marks.Mark) -> MarkAnswer:
    said: Verdict = "right" if each.relevant else "wrong"
    return MarkAnswer(article=each.article, watch=each.watch, verdict=said, marked=each.marked)


def set_mark(db: sa.Connection, config: Config, wanted: NewMark, person: Person) -> DecisionAnswer:
    """Mark an article as right or wrong. Raises UnknownError for a watch, UndecidedError for what cannot be."""
    watch = known_watch(config, wanted.watch)
    if watch is None:
        raise UnknownError(f"a mark needs a watch; there are: {', '.join(config.watches)}")
    number = decide.mark(db, watch, [wanted.article], person, relevant=wanted.verdict == "right")
    return decision_answer(decisions.get(db, number))


def take_mark_back(db: sa.Connection, watch: str, article: int, person: Person) -> DecisionAnswer:
    """Take back the decision that marked an article. Raises UnknownError where it has no mark.

    Raises UndecidedError where other articles were marked by the same decision, or one was made on top of it.
    """
    made = decisions.last_mark(db, watch, article)
    if made is None:
        raise UnknownError(f"article {article} has no mark for {watch} that could be taken back")
    if made.articles != (article,):
        text = f"decision {made.id} marked {len(made.articles)} articles at once; undo that decision"
        raise UndecidedError(f"{text}, or mark this one otherwise")
    return undo(db, made.id, person)


def undo(db: sa.Connection, number: int, person: Person) -> DecisionAnswer:
    """Take a decision back. Raises UnknownError for no such decision, UndecidedError where it cannot be."""
    if decisions.find(db, number) is None:
        raise UnknownError(f"nothing was decided under number {number}")
    decide.undo(db, number, person)
    return decision_answer(decisions.get(db, number))


def list_decisions(db: sa.Connection, asked: Slice) -> Page[DecisionAnswer]:
    """What people decided, the last first. Raises AskedWronglyError for a cursor."""
    below = of_cursor("decisions", asked.cursor, int)
    found = decisions.newest(db, limit=asked.limit + 1, below=below[0] if below else None)
    places, following = paged("decisions", [(each.id,) for each in found], asked.limit)
    return Page(items=[decision_answer(each) for each in found[: len(places)]], next=following)
