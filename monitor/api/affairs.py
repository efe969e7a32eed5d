"""What a story is part of: the steps of its affair, and what it looks back at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from monitor.api.base import Answer, Stamp
from monitor.config import Config
from monitor.digest.affairs import affairs_of, around
from monitor.digest.enrich import Context
from monitor.digest.settings import vocabulary
from monitor.model import Affair, News, Step, Story


class Added(Answer):
    """Something new: its kind, its name for a person, and the article that says it."""

    kind: str
    text: str
    article: int | None


class StepAnswer(Answer):
    """A story of an affair. step: which one it is, from 1; null for another account of an earlier story."""

    story: int
    step: int | None
    title: str
    first_seen: Stamp
    adds: list[Added]


class AffairAnswer(Answer):
    """What a story is part of. known: an earlier edition has shown another story of it."""

    step: int | None
    began: Stamp | None
    steps: list[StepAnswer]
    known: bool
    looks_back: list[StepAnswer]


def added(news: News) -> Added:
    """What is new, for a program."""
    return Added(kind=news.kind, text=news.text, article=news.article or None)


def affair_answer(affair: Affair, story: int) -> AffairAnswer:
    """The affair of a story: which step it is, all steps, and what it looks back at."""
    own = affair.step(story)
    return AffairAnswer(
        step=own.number or None if own else None,
        began=affair.steps[0].began if own else None,
        steps=[_step(step) for step in affair.steps] if own else [],
        known=affair.known,
        looks_back=[_step(step) for step in affair.background],
    )


def _step(step: Step) -> StepAnswer:
    return StepAnswer(
        story=step.story,
        step=step.number or None,
        title=step.headline,
        first_seen=step.began,
        adds=[added(news) for news in step.adds],
    )


class Affairs:
    """What stories are part of. The vocabulary, by which steps are named, is read where something is linked."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._context: Context | None = None

    def of(self, db: sa.Connection, found: Sequence[Story]) -> dict[int, Affair]:
        """story id → its affair, of those that are part of one. Raises ConfigError for a broken vocabulary."""
        near = around(db, found)
        if not near.links:
            return {}
        if self._context is None:
            self._context = Context((), *vocabulary(self._config))
        return affairs_of(near, [story.id for story in found], self._context)

    def beside(self, db: sa.Connection, found: Sequence[Story]) -> Iterator[tuple[Story, Affair | None]]:
        """Each of these stories with its affair, in their order."""
        known = self.of(db, found)
        yield from ((story, known.get(story.id)) for story in found)
