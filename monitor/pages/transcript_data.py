"""Transcripts that are JSON: of the podcast namespace, and of the services and programs that write down speech. Pure.

Each has another form, and most say the same several times: as a whole, by speaker, by sentence and by word. What they
share is that a part says something and when. Of each object the rendering is taken that has times, all of the text, and
the fewest parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from statistics import median
from typing import Any

from monitor.pages.spoken import PARTS, Spoken, number, seconds

_DEPTH = 12
_WHOLE = 0.9  # share of the longest rendering's text from which another says all of it
_MILLISECONDS = 5.0  # for a character of speech, which takes less than a tenth of a second
_TEXTS = ("body", "text", "transcript", "punctuated_word", "word", "content", "value", "display", "utf8")
_SPEAKERS = ("voice", "speaker", "speakerName", "speaker_label")
_STARTS = ("start", "begin", "from", "ts", "offset")
_UNITS = {"": 1.0, "time": 1.0, "ms": 0.001, "inticks": 1e-7}
_START = {f"{name}{unit}": value for unit, value in _UNITS.items() for name in _STARTS}
_START |= {"tstartms": 0.001, "timestamp": 1.0}
_END = {f"{name}{unit}": value for unit, value in _UNITS.items() for name in ("end", "to", "endts")}
_CHOICES = frozenset(("alternatives", "nBest"))  # of which the first is the likeliest
_ASIDE = frozenset(("error", "errors", "warnings", "metadata"))
_SECONDS = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)s?")


def spoken_in(data: object) -> list[Spoken]:
    """The parts of a transcript in their order; empty where nothing is said."""
    return _in_seconds(_best(data, None, "", _DEPTH)[:PARTS])


def _best(value: object, start: float | None, speaker: str, depth: int) -> list[Spoken]:
    """start, speaker: of what holds the value, for a part that names none of its own."""
    if depth == 0:
        return []
    if isinstance(value, list):
        return [part for each in value[:PARTS] for part in _best(each, start, speaker, depth - 1)]
    if not isinstance(value, dict):
        return []
    own_start, end = _time(value, _START), _time(value, _END)
    start = start if own_start is None else own_start
    speaker = next(
        (" ".join(name.split())[:80] for each in _SPEAKERS if isinstance(name := value.get(each), str)), speaker
    )
    said = _said(value)
    if said and own_start is not None:
        return [Spoken(said, start, end, speaker)]
    inner = (
        _best(each[:1] if name in _CHOICES and isinstance(each, list) else each, start, speaker, depth - 1)
        for name, each in value.items()
        if isinstance(each, list | dict) and name not in _ASIDE
    )
    best = _choice(inner)
    return best if _length(best) >= _WHOLE * len(said) else [Spoken(said, start, end, speaker)]


def _choice(renderings: Iterable[list[Spoken]]) -> list[Spoken]:
    found = [each for each in renderings if each]
    longest = max(map(_length, found), default=0)
    whole = [each for each in found if _length(each) >= _WHOLE * longest]
    return min(whole, key=lambda each: (all(part.start is None for part in each), len(each)), default=[])


def _length(parts: list[Spoken]) -> int:
    return sum(len(each.text) + 1 for each in parts)


def _said(part: dict[str, Any]) -> str:
    pieces = part.get("segs")
    if isinstance(pieces, list):
        said: Any = "".join(str(each.get("utf8", "")) for each in pieces if isinstance(each, dict))
    else:
        said = next((found for name in _TEXTS if isinstance(found := part.get(name), str) and found.strip()), "")
    return " ".join(said.split())


def _time(part: dict[str, Any], names: dict[str, float]) -> float | None:
    """Seconds, as a number, a number with its unit, or a clock; within the object or its ``timestamps``."""
    inner = part.get("timestamps")
    for name, value in (*part.items(), *(inner.items() if isinstance(inner, dict) else ())):
        unit = names.get(name.replace("_", "").lower().removeprefix("data"))
        if unit is None:
            continue
        first = value[0] if isinstance(value, list) and value else value
        if isinstance(first, str):
            plain = _SECONDS.fullmatch(first)
            first = plain[1] if plain else seconds(first)
        if (found := number(first, 1e12)) is not None:
            return found * unit
    return None


def _in_seconds(parts: list[Spoken]) -> list[Spoken]:
    """Some services count milliseconds without saying so: then each character would take many seconds to say."""
    paces = [
        (each.end - each.start) / len(each.text)
        for each in parts
        if each.start is not None and each.end is not None and each.end > each.start
    ]
    if not paces or median(paces) < _MILLISECONDS:
        return parts
    return [
        replace(
            each,
            start=None if each.start is None else each.start / 1000,
            end=None if each.end is None else each.end / 1000,
        )
        for each in parts
    ]
