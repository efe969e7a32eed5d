"""Polls in memory, as the service does on its store: what was taken is remembered, and an edit takes its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from monitor.feeds.entry_keys import with_keys
from monitor.feeds.identity import REST, Decision, decide
from monitor.feeds.known_entries import Known, Memory
from monitor.model import Entry


class FeedReader:
    """Each poll is `REST` after the one before, so that no edit is put off."""

    def __init__(self, *, rank: Callable[[Entry], int] = lambda _: 1) -> None:
        self.memory = Memory()
        self.now = datetime(2026, 11, 16, 10, tzinfo=UTC)
        self._rank = rank

    def decide(self, entries: Sequence[Entry]) -> list[Decision]:
        """What becomes of each entry of a body."""
        self.now += REST
        decisions = decide(with_keys(entries), self.memory, self.now, rank=self._rank)
        for decision in decisions:
            number = decision.known.id if decision.known else len(self.memory.known) + 1
            if decision.verdict in ("new", "edited"):
                self.memory.add(Known(number, decision.entry, self.now))
        return decisions

    def new(self, entries: Sequence[Entry]) -> list[str]:
        """The titles of the entries that a body brings for the first time."""
        return [decision.entry.title for decision in self.decide(entries) if decision.verdict == "new"]
