"""OPML: the feed list of another reader in, ours out (OPML 2.0, http://opml.org/spec2.opml).

What OPML has no word for travels in attributes of our own, as the format allows: `country`, `kind`, `publisher`,
`enabled`. That TLS need not be verified does not travel: a person writes it in their own list or nobody does.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from lxml import etree
from pydantic import ValidationError

from monitor.config.feed_list import FeedConfig
from monitor.errors import ConfigError, Problem
from monitor.model import FeedKind
from monitor.text.sanitize import NAME_LIMIT, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.etree import _Element

LIMIT = 20_000_000  # characters of a file that are read
DEPTH = 64  # folders within folders


@dataclass(frozen=True, slots=True)
class OpmlFeed:
    """A feed of the file and the folders it stood in, outermost first."""

    feed: FeedConfig
    folders: tuple[str, ...] = ()
    line: int = 0


def read_opml(text: str | bytes, path: Path) -> tuple[OpmlFeed, ...]:
    """The feeds of an OPML file, each address once.

    Raises ConfigError with `file:line` when it is no OPML, names no feed, or an address cannot be used. Entities and
    anything outside the file are not resolved.
    """
    root = _parse(text, path)
    if root.tag.lower() != "opml":
        raise _error(path, root, f"this is <{root.tag}>, not an OPML file; export the list as OPML from your reader")
    found: dict[str, OpmlFeed] = {}
    problems: list[Problem] = []
    for outline, folders in _feed_outlines(root):
        try:
            read = _feed(outline)
        except ValidationError as error:
            problems.extend(
                Problem(str(path), outline.sourceline or 0, str(e["msg"]).removeprefix("Value error, "))
                for e in error.errors()
            )
            continue
        found.setdefault(read.url, OpmlFeed(read, folders, outline.sourceline or 0))
    if problems:
        raise ConfigError(tuple(problems))
    if not found:
        raise _error(path, root, "no feed is in this file: no <outline> has an xmlUrl")
    return tuple(found.values())


def write_opml(feeds: Iterable[FeedConfig | OpmlFeed], title: str = "Feeds") -> str:
    """An OPML 2.0 document of the feeds, in folders where they were read from folders."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = _xml(title)
    folders: dict[tuple[str, ...], _Element] = {(): etree.SubElement(root, "body")}
    for item in feeds:
        feed, where = (item.feed, item.folders) if isinstance(item, OpmlFeed) else (item, ())
        for depth in range(1, len(where) + 1):
            if where[:depth] not in folders:
                label = _xml(where[depth - 1])
                folders[where[:depth]] = etree.SubElement(folders[where[: depth - 1]], "outline", text=label)
        etree.SubElement(folders[where], "outline", _attributes(feed))
    etree.indent(root)
    return str(etree.tostring(root, xml_declaration=True, encoding="UTF-8").decode())


def _parse(text: str | bytes, path: Path) -> _Element:
    body = text.encode("utf-8", "replace") if isinstance(text, str) else text
    # Text was decoded already, so what it declares about its encoding no longer holds.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8" if isinstance(text, str) else None,
    )
    try:
        if len(body) > LIMIT:
            raise ConfigError((Problem(str(path), 0, f"larger than {LIMIT // 1_000_000} MB; split the file"),))
        return etree.fromstring(body.lstrip(), parser)
    except etree.XMLSyntaxError as error:
        reason = (error.msg or "empty file").split(", line")[0]
        line = error.lineno or 0
        raise ConfigError((Problem(str(path), line, f"this is not well-formed XML: {reason}"),)) from error


def _error(path: Path, element: _Element, message: str) -> ConfigError:
    return ConfigError((Problem(str(path), element.sourceline or 0, message),))


def _feed_outlines(root: _Element) -> Iterator[tuple[_Element, tuple[str, ...]]]:
    """Every outline with an address, in the order of the file, with the names of the folders around it."""
    waiting: list[tuple[_Element, tuple[str, ...]]] = [(body, ()) for body in reversed(root.findall("body"))]
    while waiting:
        element, folders = waiting.pop()
        if element.tag == "outline" and _attribute(element, "xmlUrl").strip():
            yield element, folders or _category(element)
        inner = folders
        if element.tag == "outline" and not _attribute(element, "xmlUrl").strip():
            inner = (*folders, one_line(_attribute(element, "title", "text"), NAME_LIMIT) or "Feeds")[:DEPTH]
        waiting.extend((child, inner) for child in reversed(element) if isinstance(child.tag, str))


def _category(outline: _Element) -> tuple[str, ...]:
    """Folders written as an attribute: "/Iraq/Agencies,/Favourites" (the first counts)."""
    first = _attribute(outline, "category").split(",")[0]
    return tuple(one_line(part, NAME_LIMIT) for part in first.split("/") if part.strip())[:DEPTH]


def _attribute(element: _Element, *names: str) -> str:
    """The first of the attributes that is there; programs disagree on capitals (xmlUrl, xmlURL, xmlurl)."""
    have = {str(key).lower(): str(value) for key, value in element.attrib.items()}
    return next((have[name.lower()] for name in names if have.get(name.lower(), "").strip()), "")


def _feed(outline: _Element) -> FeedConfig:
    """Raises pydantic's ValidationError when the address is none; other values that mean nothing here are left out."""
    language = _attribute(outline, "language").strip().replace("_", "-").lower()
    country = _attribute(outline, "country").strip().upper()
    kind = _attribute(outline, "kind").strip()
    return FeedConfig.model_validate(
        {
            "url": _attribute(outline, "xmlUrl").strip(),
            "name": one_line(_attribute(outline, "title", "text"), NAME_LIMIT),
            "language": language if language.isalpha() and language.isascii() and len(language) in (2, 3) else None,
            "country": country if country.isalpha() and country.isascii() and len(country) == 2 else None,
            "kind": kind if kind in get_args(FeedKind) else "independent",
            "publisher": one_line(_attribute(outline, "publisher"), NAME_LIMIT),
            "enabled": _attribute(outline, "enabled").strip().lower() != "false",
        }
    )


def _attributes(feed: FeedConfig) -> dict[str, str]:
    name = feed.feed().name
    values = {
        "type": "rss",
        "text": name,
        "title": name,
        "xmlUrl": feed.url,
        "language": feed.language or "",
        "country": feed.country or "",
        "kind": feed.kind,
        "publisher": feed.publisher,
        "enabled": "" if feed.enabled else "false",
    }
    return {key: _xml(value) for key, value in values.items() if value}


def _xml(text: str) -> str:
    """``text`` without the characters XML 1.0 cannot hold."""
    return "".join(
        c for c in text if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )
