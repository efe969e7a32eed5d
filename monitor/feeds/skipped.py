"""What became of the entries of a body, in words: how many were taken, and why the others were not. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.text.plural import plural

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


def describe_entries(counts: Mapping[str, int], skipped: Mapping[str, int]) -> str:
    """All entries of the last body, added up: "12 entries: 1 new, 11 unchanged". "" before one was read.

    counts: `entries` of a `FeedState`.
    """
    if not counts:
        return ""
    taken = [f"{counts[name]} {name}" for name in ("new", "updated") if counts.get(name)]
    parts = taken + [f"{skipped[reason]} {words}" for reason, words in REASONS.items() if skipped.get(reason)]
    return ": ".join(filter(None, [plural(counts["seen"], "entry", "entries"), ", ".join(parts)]))
