"""Why entries were not taken, in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping

# reason → what it says after a number, in the order in which they are listed (see docs/reference/states.md).
# The first five are verdicts of `monitor.feeds.identity`, the others the parser's (`ParsedFeed.dropped`).
REASONS: Mapping[str, str] = {
    "unchanged": "unchanged",
    "repeated": "repeated",
    "other-feed": "taken from another feed",
    "volatile": "with only a new date or id",
    "edited-lately": "edited lately",
    "empty": "empty",
    "cut-off": "cut off",
    "unreadable": "unreadable",
    "older": "older",
    "no-article": "not of an article",
}


def describe_skipped(skipped: Mapping[str, int]) -> str:
    """The entries that were not taken, without the unchanged ones: "2 repeated, 1 empty". "" where there are none."""
    noted = (reason for reason in REASONS if reason != "unchanged" and skipped.get(reason))
    return ", ".join(f"{skipped[reason]} {REASONS[reason]}" for reason in noted)
