"""Long lists, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Paging:
    """One page of a list. number: from 1. total: rows on all pages."""

    number: int
    total: int

    @property
    def limit(self) -> int:
        """Rows on one page."""
        return PER_PAGE

    @property
    def offset(self) -> int:
        """Rows on the pages before this one."""
        return (self.number - 1) * PER_PAGE

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // PER_PAGE))
