"""Whether a feed numbers its entries as they come, in their addresses or ids. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from operator import itemgetter

from monitor.model import Entry

_SEVERAL = 4  # entries whose numbers rise with their dates, from which that is no chance
_AHEAD = 3  # times as many numbers as the news take up may come at once
_NUMBER = re.compile(r"\d+")
_LONGEST = 15  # figures of a number: what is longer is a hash
_DAY = re.compile(r"(?<!\d)(?:19|20|13|14)\d\d([/_-]?)\d\d?\1\d\d?(?!\d)")
_BESIDE_A_DAY = 4  # figures that a number has at least where a day stands, too: others count the entries of a day


class Serials:
    """The numbers of entries whose dates are believed, where they rise with the dates."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        dated = [(entry.published, entry) for entry in entries if entry.published]
        in_order = [entry for _, entry in sorted(dated, key=itemgetter(0))]
        bounds = [(read, _bounds(list(map(read, in_order)))) for read in _READERS]
        self._bounds = [(read, found) for read, found in bounds if found is not None]

    def are_reached_by(self, entry: Entry) -> bool:
        """Whether the entry's number is among those of the news, or would be next: an older entry has a lower one."""
        return any(low < (read(entry) or 0) <= high for read, (low, high) in self._bounds)


def _bounds(numbers: Sequence[int | None]) -> tuple[int, int] | None:
    """The first of numbers that rise all the way, and up to where others may follow; None where they do not."""
    known = [number for number in numbers if number is not None]
    if len(known) < max(_SEVERAL, len(numbers)) or not all(one < other for one, other in pairwise(known)):
        return None
    return known[0], known[-1] + _AHEAD * (known[-1] - known[0])


def _number(text: str) -> int | None:
    """The last number of an address or id that is no day."""
    without_day = _DAY.sub(" ", text)
    found = _NUMBER.findall(without_day)
    if not found or len(found[-1]) > _LONGEST or (without_day != text and len(found[-1]) < _BESIDE_A_DAY):
        return None
    return int(found[-1])


_READERS: Sequence[Callable[[Entry], int | None]] = (
    lambda entry: _number(entry.link),
    lambda entry: _number(entry.id),
)
