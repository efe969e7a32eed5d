"""What grouping works with: its settings, the reports and stories it holds, and what it decides."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from monitor.stories.group.features import Features
from monitor.stories.group.resemblance import SHIPPED, Models


@dataclass(frozen=True, slots=True)
class GroupSettings:
    """How to group. threshold: mean probability of one event (0 to 1) from which reports are one story.

    window: a story without a new report for so long is closed. capacity: most reports kept for comparison, so that
    memory is bounded in streams without dates too. batch: documents of a stream that are clustered together.
    models: how pairs are weighed.
    """

    threshold: float = 0.275
    window: timedelta = timedelta(days=10)
    capacity: int = 4000
    batch: int = 200
    models: Models = SHIPPED


@dataclass(frozen=True, slots=True)
class Assignment:
    """The story that a report was given.

    joined: False where it begins the story. similarity: mean probability (0 to 1) that it and the story's other reports
    are of one event, or of the nearest report where none was near enough. nearest: id of the report most like this one.
    reason: one line for a person. left: the story it was taken out of, for a known report. merged: numbers of known
    stories found to be part of ``story`` (on the first report that shows it).
    """

    document: str
    story: int
    joined: bool
    similarity: float
    nearest: str
    reason: str
    left: int | None = None
    merged: tuple[int, ...] = ()


@dataclass(slots=True, eq=False)
class Member:
    """A report that is held. day: of its publication, None when unknown. features: as it was weighed when it came, so
    that it makes no difference whether reports come one by one or together. compared: with those held when it came; a
    known report is, once its story is touched.

    fixed: it stays in its story, because a reader has seen it there or a person put it there. alone: a person split it
    off, so that only copies of it are of its story.
    """

    document: str
    features: Features
    day: float | None
    story: Cluster
    fixed: bool
    probes: dict[tuple[str, str], float]
    alone: bool = False
    edges: dict[Member, float] = field(default_factory=dict)
    compared: bool = False

    @property
    def place(self) -> tuple[float, str]:
        """Its place in an order that does not depend on when it came."""
        return self.day or 0.0, self.document


@dataclass(slots=True, eq=False)
class Cluster:
    """A story that is held. core: the reports kept of it. reports: how many it has in all. last: day of the latest.
    numbers: its own, and those of the stories that it took in.
    """

    key: int
    number: int | None = None
    core: list[Member] = field(default_factory=list)
    reports: int = 0
    last: float = 0.0
    numbers: list[int] = field(default_factory=list)
