"""Dates in figures as Iranian sites shorten them: without separators, or with two figures of the year. Pure."""

from __future__ import annotations

import re

_BARE = re.compile(r"(?<![^\s:(\[])(1[34]\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")
_FIGURE = "[\u06f0-\u06f9]"  # Persian, in which no other calendar is written short
_SHORT = re.compile(
    rf"(?<!{_FIGURE})(?<![/-])({_FIGURE}{{2}})([/-])({_FIGURE}{{1,2}})\2({_FIGURE}{{1,2}})(?!{_FIGURE}|[/-])"
)
_NAMED = re.compile(rf"({_FIGURE}{{1,2}}\s+[^\W\d_]{{2,}}\s+)({_FIGURE}{{2}})(?!{_FIGURE}|\s?:)")  # after day and month
_CENTURIES = {"\u06f0": "14", "\u06f8": "13", "\u06f9": "13"}  # by the first of the two figures


def with_whole_years(written: str) -> str:
    """Four figures for each year that is written with two, between signs or after the name of a month."""
    written = _SHORT.sub(_with_century, written)
    return _NAMED.sub(lambda found: f"{found[1]}{_CENTURIES.get(found[2][0], '')}{found[2]}", written)


def _with_century(found: re.Match[str]) -> str:
    first, sign, middle, last = found.groups()
    if century := _CENTURIES.get(first[0]):
        return f"{century}{found[0]}"
    century = _CENTURIES.get(last[0], "") if len(last) == 2 else ""
    return f"{first}{sign}{middle}{sign}{century}{last}"


def with_separators(text: str) -> str:
    """ "1405/09/07" for "14050907", in the Islamic calendar, too."""
    return _BARE.sub(r"\1/\2/\3", text)
