"""The articles of the demo's outlets, read from one text file an outlet beside this module."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Literal, cast

from babel.dates import format_datetime

from monitor.model import FeedKind
from monitor.text.locales import locale_of

Form = Literal["rss", "rss-whole", "atom", "rdf", "json", "broken"]
_DAY = re.compile(r"\{day(?::(\d+))?\}")
_FILES = ("karun-en", "karun-fa", "shatt", "tworivers", "levant", "zagros", "north")


@dataclass(frozen=True, slots=True)
class DemoEntry:
    """One article. paragraphs: its text without the title. later: a sequel, published only when `DemoSite.updates`."""

    slug: str
    published: datetime
    title: str
    paragraphs: tuple[str, ...]
    later: bool = False


@dataclass(frozen=True, slots=True)
class Outlet:
    """form: the format of its feed; "rss-whole" has whole texts and no pages, "broken" answers 500."""

    id: str
    name: str
    language: str
    country: str
    kind: FeedKind
    publisher: str
    form: Form
    entries: tuple[DemoEntry, ...]


@lru_cache(maxsize=4)
def outlets(now: datetime) -> tuple[Outlet, ...]:
    """All outlets with their entries, newest first; the entries are dated in hours before ``now``."""
    return tuple(_outlet(name, now) for name in _FILES)


def _outlet(name: str, now: datetime) -> Outlet:
    """Reads `Name | language | country | kind | publisher | form`, then blocks that begin with `== slug | hours`:
    how many hours before ``now`` the entry was published. "{day}" in a text is the name of that day, and "{day:9}" that
    of nine hours before ``now``, so that reports of one event name one day whatever the hour.
    """
    text = files("monitor.demo_site").joinpath(f"{name}.txt").read_text(encoding="utf-8")
    head, *blocks = text.split("\n== ")
    title, language, country, kind, publisher, form = (part.strip() for part in head.split("|"))
    entries = sorted((_entry(b, language, now) for b in blocks), key=lambda entry: entry.published, reverse=True)
    return Outlet(name, title, language, country, cast(FeedKind, kind), publisher, cast(Form, form), tuple(entries))


def _entry(block: str, language: str, now: datetime) -> DemoEntry:
    head, *lines = (line.strip() for line in block.splitlines() if line.strip())
    slug, hours, *later = (part.strip() for part in head.split("|"))
    published = (now - timedelta(hours=float(hours))).replace(second=0, microsecond=0)
    locale = locale_of(language)

    def day(found: re.Match[str]) -> str:
        meant = now - timedelta(hours=float(found[1])) if found[1] else published
        return str(format_datetime(meant, "EEEE", locale=locale))

    title, *paragraphs = (_DAY.sub(day, line) for line in lines)
    return DemoEntry(slug, published, title, tuple(paragraphs), bool(later))
