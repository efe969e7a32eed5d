"""OPML: the feed list of another reader in, ours out (OPML 2.0, http://opml.org/spec2.opml).

What OPML has no word for travels in attributes of our own, as the format allows: `country`, `kind`, `publisher`,
`enabled`. That TLS need not be verified does not travel: a person writes it in their own list or nobody does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import zip_longest
from pathlib import Path
from typing import get_args
from xml.etree import ElementTree as ET

from pydantic import ValidationError

from monitor.config.feed_list import FOLDER_DEPTH, FeedConfig, likely_address
from monitor.errors import ConfigError, Problem
from monitor.feeds.feed_address import whole_address
from monitor.feeds.outlines import Outline, OutlineFile, read_outlines
from monitor.model import FeedKind
from monitor.model.frozen import frozen
from monitor.text.charset import decode_body
from monitor.text.plural import plural
from monitor.text.sanitize import NAME_LIMIT, one_line

LIMIT = 20_000_000  # characters of a file that are read
ADDRESS_LIMIT = 5_000
_ADDRESS = ("xmlurl", "xml_url", "feedurl", "rssurl")
# How the list of a page is found: the key of the feed list, and the attribute that carries it.
_PAGE_KEYS = {"items": "items", "title": "itemTitle", "date": "itemDate", "link": "itemLink", "next": "nextPage"}
_FEED_TYPES = frozenset({"", "rss", "rss1", "rss2", "atom", "rdf", "feed", "jsonfeed", "json"})
_ESCAPED = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)


@frozen
class OpmlFeed:
    """A feed of the file, with the folders it stood in, and its line."""

    feed: FeedConfig
    line: int = 0


@frozen
class Refused:
    """An outline that names something which cannot be polled. outline: its name, "" without one."""

    line: int
    outline: str
    reason: str


@frozen
class OpmlList:
    """What a file holds: feeds (each address once), outlines refused in the file's order, and what to know of it."""

    feeds: tuple[OpmlFeed, ...]
    refused: tuple[Refused, ...] = ()
    notes: tuple[str, ...] = ()


def read_opml(text: str | bytes, path: Path) -> OpmlList:
    """The feeds of an OPML file. Slips of its markup, encoding and addresses are mended where what was meant is plain.

    Raises ConfigError when it is no OPML or names no feed at all. Nothing outside the file is read.
    """
    if len(text) > LIMIT:
        raise _error(path, f"larger than {LIMIT // 1_000_000} MB; split the file")
    written = text if isinstance(text, str) else decode_body(text)[0]
    file = read_outlines(written)
    if not file.outlines and "&lt;outline" in written:  # saved as the page that a browser made of it
        file = read_outlines(unescape(written))
    if not file.outlines and file.root != "opml":
        what = f"this is <{one_line(file.root, 40)}>, not" if file.root else "no <opml> stands in it, so it is not"
        raise _error(path, f"{what} an OPML file; export the list as OPML from your reader")
    found: dict[str, OpmlFeed] = {}
    refused: list[Refused] = []
    repeated = 0
    for outline, around in _placed(file):
        try:
            read = OpmlFeed(_feed(outline, around), outline.line)
        except _RefusedError as error:
            refused.append(Refused(outline.line, _name(outline), str(error)))
            continue
        repeated += likely_address(read.feed.url) in found
        known = found.setdefault(likely_address(read.feed.url), read)
        if read.feed.folder and not known.feed.folder:  # listed in no folder and in one: the folder says more
            moved = known.feed.model_copy(update={"folder": read.feed.folder})
            found[likely_address(read.feed.url)] = OpmlFeed(moved, known.line)
    if not found and not refused:
        raise _error(path, "no feed is in this file: no <outline> has an xmlUrl")
    return OpmlList(tuple(found.values()), tuple(refused), tuple(_notes(file, repeated)))


def _notes(file: OutlineFile, repeated: int) -> Iterator[str]:
    if not file.closed:
        yield "the file ends without </opml>: if it was cut off, what followed is missing here"
    if repeated:
        yield f"{plural(repeated, 'line')} of the file {'names' if repeated == 1 else 'name'} a feed that stands above"


def write_opml(feeds: Iterable[FeedConfig], title: str = "Feeds") -> str:
    """An OPML 2.0 document of the feeds, in their folders."""
    root = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(root, "head"), "title").text = _xml(title)
    folders: dict[tuple[str, ...], ET.Element] = {(): ET.SubElement(root, "body")}
    for feed in feeds:
        where = feed.folder
        for depth in range(1, len(where) + 1):
            if where[:depth] not in folders:
                label = _xml(where[depth - 1])
                folders[where[:depth]] = ET.SubElement(folders[where[: depth - 1]], "outline", text=label)
        ET.SubElement(folders[where], "outline", _attributes(feed))
    ET.indent(root)
    return f"<?xml version='1.0' encoding='UTF-8'?>\n{ET.tostring(root, encoding='unicode')}\n"


def _error(path: Path, message: str) -> ConfigError:
    return ConfigError((Problem(str(path), 0, message),))


class _RefusedError(Exception):
    """Why an outline is not taken; ends here, in `read_opml`."""


@frozen
class _Around:
    """What an outline gives those within it: the folders around them, and whether they are commented out."""

    folders: tuple[str, ...] = ()
    off: bool = False


def _placed(file: OutlineFile) -> Iterator[tuple[Outline, _Around]]:
    """Every outline that names something to read, with what stands around it."""
    around = [_Around()]
    for outline, following in zip_longest(file.outlines, file.outlines[1:]):
        del around[outline.depth + 1 :]
        outer = around[-1]
        off = outer.off or outline.get("iscomment").lower() == "true"
        has_address = bool(outline.get(*_ADDRESS))
        folder = "" if has_address else one_line(_name(outline), NAME_LIMIT)
        around.append(_Around((*outer.folders, folder)[:FOLDER_DEPTH] if folder else outer.folders, off))
        holds_others = following is not None and following.depth > outline.depth
        if has_address or outline.cut or (_names_something(outline) and not holds_others):
            yield outline, _Around(outer.folders or _category(outline), off)


def _names_something(outline: Outline) -> bool:
    """Not a folder and not a note: a feed without an address or with an empty one, the address of a page, a list."""
    of_feed = outline.get("type").lower() in _FEED_TYPES - {""} or any(name in outline.attributes for name in _ADDRESS)
    return of_feed or bool(outline.get("htmlurl", "url"))


def _category(outline: Outline) -> tuple[str, ...]:
    """Folders written as an attribute: "/Iraq/Agencies,/Favourites" (the first counts)."""
    first = outline.get("category").split(",")[0]
    return tuple(name for part in first.split("/") if (name := one_line(part, NAME_LIMIT)))[:FOLDER_DEPTH]


def _name(outline: Outline) -> str:
    """What an outline is called, "" where it has no name but its address. Programs disagree on title and text."""
    for given in (outline.get("title"), outline.get("text")):
        name = unescape(given) if _ESCAPED.search(given) else given
        if name and "://" not in name.split(" ")[0]:
            return one_line(name, NAME_LIMIT)
    return ""


def _feed(outline: Outline, around: _Around) -> FeedConfig:
    """Raises _RefusedError; values beside the address that mean nothing here are left out."""
    address = _address(outline)
    if outline.cut:
        raise _RefusedError("the file ends within this outline; export the list again")
    if around.off:
        raise _RefusedError(f"{address} is commented out (isComment); add it with `monitor feeds add` if it is wanted")
    language = outline.get("language").replace("_", "-").split("-")[0].lower()
    country, kind = outline.get("country").upper(), outline.get("kind")
    try:
        return FeedConfig.model_validate(
            {
                "url": address,
                "name": _name(outline),
                "language": language if _is_code(language, 2, 3) else None,
                "country": country if _is_code(country, 2, 2) else None,
                "kind": kind if kind in get_args(FeedKind) else "unknown",
                "publisher": one_line(outline.get("publisher"), NAME_LIMIT),
                "folder": around.folders,
                "enabled": outline.get("enabled").lower() != "false",
                **_page_keys(outline),
            }
        )
    except ValidationError as error:
        raise _RefusedError(str(error.errors()[0]["msg"]).removeprefix("Value error, ")) from error


def _page_keys(outline: Outline) -> dict[str, str]:
    """How the list of a page is found, as `write_opml` writes it."""
    if outline.get("format") != "page":
        return {}
    return {"format": "page"} | {key: outline.get(name.lower()) for key, name in _PAGE_KEYS.items()}


def _address(outline: Outline) -> str:
    """Raises _RefusedError where the outline has none of a feed."""
    kind, page = outline.get("type"), outline.get("htmlurl")
    written = outline.get(*_ADDRESS)
    if not written and kind.lower() in _FEED_TYPES:
        written = outline.get("url")
    if written and "+" in kind:
        raise _RefusedError(f"{one_line(written, 200)} is a page that another program scrapes ({kind}), not a feed")
    if written:
        return whole_address(written[:ADDRESS_LIMIT], page)
    if linked := outline.get("url"):
        what = "a list to include; import that file too" if _is_list(kind, linked) else "a link, not a feed"
        raise _RefusedError(f"{one_line(linked, 200)} is {what}")
    if page:
        raise _RefusedError(f"only its page is given, {one_line(page, 200)}; find the feed's address and add it")
    raise _RefusedError("no xmlUrl; add the address of the feed")


def _is_list(kind: str, address: str) -> bool:
    return kind.lower() == "include" or address.lower().split("?")[0].endswith(".opml")


def _is_code(text: str, least: int, most: int) -> bool:
    return text.isascii() and text.isalpha() and least <= len(text) <= most


def _attributes(feed: FeedConfig) -> dict[str, str]:
    name = feed.feed().name
    values = {
        "type": "rss",
        "text": name,
        "title": name,
        "xmlUrl": feed.url,
        "language": feed.language or "",
        "country": feed.country or "",
        "kind": "" if feed.kind == "unknown" else feed.kind,
        "publisher": feed.publisher,
        "enabled": "" if feed.enabled else "false",
    }
    if feed.page:
        values |= {"format": "page", **{name: getattr(feed, key) for key, name in _PAGE_KEYS.items()}}
    return {key: _xml(value) for key, value in values.items() if value}


def _xml(text: str) -> str:
    """``text`` without the characters XML 1.0 cannot hold."""
    return "".join(
        c for c in text if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )
