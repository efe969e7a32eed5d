"""The day or month that the address of an article names: /2026/11/27/, /2026/nov/27/, /1405/09/07/, /20261127-talks."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import unquote, urlsplit

from monitor.model import SeenDate
from monitor.text.timestamps import DateStyle, read_date

_YEAR = r"(?<!\d)(19[89]\d|20\d\d|1[34]\d\d)"
_DAY = re.compile(rf"{_YEAR}([/_-])(\d{{1,2}})\2(\d{{1,2}})(?!\d)")
# An eight-figure number may be a count of articles: with nothing around it it names no day.
_JOINED = re.compile(r"(?<![^/_.-])(20\d\d|1[34]\d\d)(\d\d)(\d\d)(?=[/_-]|T\d)")
_NAMED = re.compile(rf"/{_YEAR}/([^\W\d_]{{3,12}})/(\d{{1,2}})(?=/)")
_MONTH = re.compile(rf"/{_YEAR}/(\d{{1,2}})(?=/)")


def address_date(url: str, now: datetime, style: DateStyle) -> SeenDate | None:
    """The day that the path of ``url`` names, or else the month; None where it names none that can be believed."""
    path = unquote(urlsplit(url).path.translate(_DIGITS)).translate(_DIGITS)
    for pattern in (_DAY, _JOINED):
        for found in pattern.finditer(path):
            figures = found.groups()
            if day := read_date(f"{figures[0]}-{figures[-2]:0>2}-{figures[-1]:0>2}", now, style):
                return SeenDate("address", day.moment, "day", found[0].strip("/"), zoned=False, doubt=day.doubt)
    found_name = _NAMED.search(path)
    if found_name and (day := read_date(f"{found_name[3]} {found_name[2]} {found_name[1]}", now, style)):
        return SeenDate("address", day.moment, "day", found_name[0].strip("/"), zoned=False, doubt=day.doubt)
    named = _MONTH.search(path)
    if named and (month := read_date(f"{named[1]}-{named[2]:0>2}-01", now, style)):
        return SeenDate("address", month.moment, "month", named[0].strip("/"), zoned=False)
    return None


_DIGITS = {base + digit: str(digit) for base in (0x6F0, 0x660) for digit in range(10)}
