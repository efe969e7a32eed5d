"""A part of what is said in a podcast or a film, and the times of parts as transcripts write them. Pure."""

from __future__ import annotations

import re

from monitor.model.frozen import frozen

PARTS = 100_000  # of a transcript that are read
CLOCK = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{2})(?:[.,]\d+)?")


@frozen
class Spoken:
    """A part of a transcript. start, end: seconds from the beginning, None where it names none."""

    text: str
    start: float | None = None
    end: float | None = None
    speaker: str = ""


def seconds(written: str) -> float | None:
    """Seconds of "1:02:03.5" or "02:03"; None for anything else."""
    found = CLOCK.search(written)
    return int(found[1] or 0) * 3600.0 + int(found[2]) * 60 + int(found[3]) if found else None


def number(value: object, below: float = 10**6) -> float | None:
    """A number as JSON gives it, or as a text with it; None for anything else, and for one that cannot be."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,12}(?:\.\d{1,9})?", value):
        value = float(value)
    fine = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < below
    return float(value) if fine and isinstance(value, int | float) else None
