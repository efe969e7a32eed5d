"""What is alike in the addresses of the articles of one list. Pure."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from monitor.feeds.listing.item_parts import FILE


def shape_of(url: str) -> tuple[str, ...]:
    """What is alike in the addresses of articles of one site: its folders, the kinds of their parts."""
    parts = urlsplit(url)
    names = [_kind(part) for part in parts.path.strip("/").split("/")]
    return (
        *names[:1],
        *(("…",) if len(names) > 2 else ()),
        *names[1:][-1:],
        *sorted({k for k, _ in parse_qsl(parts.query)}),
    )


def ending_of(url: str) -> tuple[str, ...]:
    """The same of the end of an address alone: lists of a front page are of several folders."""
    parts = urlsplit(url)
    last = parts.path.rstrip("/").rpartition("/")[2]
    return (_kind(last), *sorted({name for name, _ in parse_qsl(parts.query)}))


def _kind(part: str) -> str:
    if part.isdigit():
        return "9"
    if file := FILE.search(part):
        return file[0].lower()
    if len(part) >= 20 or part.count("-") >= 2 or re.search(r"\d{3,}|%", part):
        return "s"
    return part
