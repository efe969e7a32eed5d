"""A person's decision as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from monitor.pipeline.decision_words import decision_words
from monitor.render.plain import one_line
from monitor.store import decisions
from monitor.store.decisions import Decision
from monitor.web.story_views import Clockface, When


@dataclass(frozen=True, slots=True)
class DecidedView:
    """A decision. story: where it can be seen. stands: whether it can be undone."""

    id: int
    at: When
    who: str
    what: str
    watch: str
    story: int
    stands: bool


def why_gone(db: sa.Connection, story: int, clock: Clockface) -> str:
    """Why there is no story with this number, in a sentence."""
    made = decisions.emptied(db, story)
    if made is None:
        return f"there is no story {story}; it may have been empty, or merged into another"
    view = decided_view(made, clock)
    said = f"{view.what} by {view.who}, {view.at.text}"
    return f"story {story} has no report left. {said}. “Judged” can undo decision {view.id}"


def decided_view(made: Decision, clock: Clockface) -> DecidedView:
    """The view of a decision."""
    what = one_line(decision_words(made), 300)
    story = made.stories[0] if made.stories else 0
    who = one_line(made.who, 60)
    return DecidedView(
        made.id, clock.when(made.at), who, what[:1].upper() + what[1:], made.watch, story, not made.undone
    )
