"""What one poll did."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class PollSummary:
    """What one poll did; `monitor poll --json` prints it. Counted up while the poll runs."""

    feeds: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("due", "ok", "not_modified", "failed"), 0))
    entries: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("seen", "new"), 0))
    articles: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("fetched", "failed", "partial"), 0))
    matches: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("new", "near_miss"), 0))
    stories: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("new", "updated"), 0))
    seconds: float = 0.0
    errors: list[dict[str, object]] = field(default_factory=list)
