"""What the demo's outlets say: one text file each, read from beside this module."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, cast

from monitor.model import FeedKind

Form = Literal["rss", "rss-whole", "atom", "rdf", "json", "broken"]
_FILES = ("karun-en", "karun-fa", "shatt", "tworivers", "levant", "zagros", "north")


@dataclass(frozen=True, slots=True)
class DemoEntry:
    """hours: how long before the start of the demo it was published. later: left out until asked for."""

    slug: str
    hours: float
    title: str
    paragraphs: tuple[str, ...]
    later: bool = False


@dataclass(frozen=True, slots=True)
class Outlet:
    """form: what its feed is written in; "rss-whole" gives whole texts and has no pages, "broken" answers 500."""

    id: str
    name: str
    language: str
    country: str
    kind: FeedKind
    publisher: str
    form: Form
    entries: tuple[DemoEntry, ...]


@cache
def outlets() -> tuple[Outlet, ...]:
    return tuple(_outlet(name) for name in _FILES)


def _outlet(name: str) -> Outlet:
    """Reads `Name | language | country | kind | publisher | form`, then blocks that begin with `== slug | hours`."""
    text = files("monitor.demo_site").joinpath(f"{name}.txt").read_text(encoding="utf-8")
    head, *blocks = text.split("\n== ")
    title, language, country, kind, publisher, form = (part.strip() for part in head.split("|"))
    entries = tuple(map(_entry, blocks))
    return Outlet(name, title, language, country, cast(FeedKind, kind), publisher, cast(Form, form), entries)


def _entry(block: str) -> DemoEntry:
    head, title, *paragraphs = (line.strip() for line in block.splitlines() if line.strip())
    slug, hours, *later = (part.strip() for part in head.split("|"))
    return DemoEntry(slug, float(hours), title, tuple(paragraphs), bool(later))
