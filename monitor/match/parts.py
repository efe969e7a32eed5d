"""A roundup and its parts: news of several matters under subheads, asterisks or numbers, each judged by itself.

Most articles are one part. Those that a reader would take for several reports on one page are split, so that the length
and the matters of the others do not outweigh the one that is on the topic. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from monitor.match.scan import Sentence
from monitor.text.even import without_marks

_LEAST = 3  # parts; fewer are an article with a subhead
_HEAD = 90  # characters of a subhead at most
_BODY = 1.5  # times as long as a subhead is what stands under it, at least
_ITEM = re.compile(r"\s*(?:[*•●▪◆■►]|[-–—]\s|(?:\d{1,2}|[۰-۹]{1,2}|[٠-٩]{1,2})\s*[.)–-]\s)\s*\S")
_ENDS = (".", "!", "?", "؟", "…", "۔", "،", ",", ";", "؛", '"', "”", "»")


def parts_of(text: str) -> tuple[tuple[int, int], ...]:
    """The parts of a text as [first, last) numbers of its lines; empty where it is one report."""
    lines = [without_marks(line) and line for line in text.split("\n")]
    starts = [number for number, line in enumerate(lines) if _ITEM.match(line)]
    if len(starts) < _LEAST:
        starts = _subheads(lines)
    if len(starts) < _LEAST:
        return ()
    return tuple(zip(starts, (*starts[1:], len(lines)), strict=True))


def _subheads(lines: Sequence[str]) -> list[int]:
    """The numbers of the lines that stand over others: short, without a stop, and followed by a longer line."""
    filled = [(number, without_marks(line.strip())) for number, line in enumerate(lines) if line]
    return [
        number
        for (number, line), (_, after) in pairwise(filled)
        if len(line) <= _HEAD and not line.endswith(_ENDS) and len(after) >= _BODY * len(line)
    ]


def split(sentences: Sequence[Sentence], text: str, lead: int, names: Collection[int]) -> list[tuple[Sentence, ...]]:
    """The sentences of each part of an article, as of an article of its own: its subhead is the title.

    None where every line is an item and half go on about whom the item before was about: that is one report as a list.
    names: the concepts that are names.
    """
    found: list[tuple[Sentence, ...]] = []
    places = parts_of(text)
    for first, last in places:
        own = [sentence for sentence in sentences if first <= sentence.line < last]
        part: list[Sentence] = []
        passed = 0
        for number, sentence in enumerate(own):
            head = number == 0 and len(own) > 1 and own[1].line > sentence.line
            part.append(sentence._replace(where="title" if head else "lead" if passed < lead else "body"))
            passed += 0 if head else len(sentence.text)
        if part:
            found.append(tuple(part))
    as_list = bool(found) and len(places) == sum(map(bool, map(without_marks, text.split("\n"))))
    return [] if as_list and _go_on(found, names) else found


def _go_on(parts: Sequence[Sequence[Sentence]], names: Collection[int]) -> bool:
    """Whether at least half of the parts name somebody that the one before names as well."""
    held = [
        {hit.concept for each in part for hit in (*each.hits, *each.removed) if hit.concept in names} for part in parts
    ]
    return 2 * sum(not one.isdisjoint(other) for one, other in pairwise(held)) >= len(held) - 1
