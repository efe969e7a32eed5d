"""Counts as a person says them."""

from __future__ import annotations


def plural(count: int, one: str, many: str = "") -> str:
    """ "1 feed", "2 feeds", "3 stories"."""
    return f"{count} {one if count == 1 else many or one + 's'}"
