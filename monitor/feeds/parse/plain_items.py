"""Items made of what nearly all items are made of, read as feedparser reads them in a tenth of its time. Pure.

feedparser calls a dozen functions for each element. Most items hold a title, a link, an id, a date, an author and a
text, each once and without markup of their own. `plain_item` makes of such an item what feedparser would, as far as
entries are made of it, and gives up on any other: it belongs to feedparser. What depends on several elements (which of
two titles counts, when a guid is a link, what a second description is) follows feedparser's own rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from feedparser.datetimes import _parse_date
from feedparser.util import FeedParserDict

from monitor.feeds.parse.captions import CAPTION
from monitor.feeds.parse.element_names import ElementNames
from monitor.feeds.parse.feed_dates import plain_moment
from monitor.feeds.parse.transcripts import names_transcript, note_transcript

# Of an item: the (name, attributes) of an element that begins, a text, None for the end of the element begun last.
Event = tuple[str, dict[str, str]] | str | None
Take = Callable[["_Item", dict[str, str], Iterator[Event], int], None]

ABOUT = "http://www.w3.org/1999/02/22-rdf-syntax-ns# about rdf"  # the id of an item in RDF
# What entries are made of, and what feedparser itself looks up while it reads an item.
_RESERVED = {
    *("link", "links", "id", "guidislink", "feedburner_origlink", "content", "summary", "summary_detail", "title"),
    *("title_detail", "author", "news_source", "source", "published", "created", "updated", "date"),
    *("published_parsed", "created_parsed", "updated_parsed", "date_parsed", "prism_publicationdate"),
    *("prism_publicationdate_parsed", "authors", "author_detail", "contributors", "tags", "publishers"),
    *("publisher_detail", "media_content", "media_thumbnail", "media_credit", "media_rating", "image", "textinput"),
    CAPTION,
    *FeedParserDict.keymap,
}
_TEXT_TYPES = {"text", "plain", "html", "text/plain", "text/html"}
_OF_WINDOWS = re.compile("[\x80-\x9f]")  # characters that feedparser replaces
_LINK_REFERENCE = re.compile("&([A-Za-z0-9_]+);")
_AUTHOR_PARTS = {"name", "email", "uri", "url"}


class _OddError(Exception):
    """The item holds what is not known here."""


class Names(ElementNames):
    """What is known here of the elements of one feed. passed_over: says of which of them feedparser is never told."""

    def __init__(self, handler: Any, passed_over: Callable[[str], bool]) -> None:
        super().__init__(handler)
        self._passed_over = passed_over
        self._takes: dict[str, Take] = {}

    def take(self, name: str) -> Take:
        """How an element of an item is read."""
        if name not in self._takes:
            self._takes[name] = self._take_of(name)
        return self._takes[name]

    def _take_of(self, name: str) -> Take:
        if names_transcript(name):
            return _transcript
        return _pass_over if self._passed_over(name) else self._take(self.known_as(name))

    def _take(self, known: str) -> Take:
        if known in _TAKES:
            return _TAKES[known]
        return _give_up if not known or self.is_handled(known) or known in _RESERVED else _ignore


class _Item:
    """One item while it is read. depths: how deep each value was found, for the outer one counts."""

    def __init__(self, handler: Any, names: Names, about: str) -> None:
        self.found: dict[str, Any] = {"id": about} if about else {}
        self.handler = handler
        self.names = names
        self.language = handler.lang
        self.is_atom = handler.version.startswith("atom")
        self.outer = handler.depth + 1
        self.title_depth = -1
        self.has_content = False
        self.is_link = False
        self._depths: dict[str, int] = {}

    def store(self, name: str, value: object, depth: int) -> None:
        if depth <= self._depths.get(name, depth):
            self._depths[name] = depth
            self.found[name] = value

    def children(self, events: Iterator[Event], depth: int) -> None:
        """Reads elements side by side, up to the end of what they are in; text beside them is nobody's."""
        for event in events:
            if event is None:
                return
            if type(event) is tuple:
                name, attributes = event
                take = self.names.take(name)
                if (depth > 1 and take not in _NESTED) or (attributes and _moves_links(attributes)):
                    raise _OddError
                take(self, attributes, events, depth)

    def content(self, attributes: dict[str, str], default: str, value: str) -> dict[str, Any]:
        """What feedparser notes of a text of the item."""
        given = attributes.get("type", default)
        if given not in _TEXT_TYPES or not attributes.keys() <= {"type", "src"}:
            raise _OddError
        kind = self.handler.map_content_type(given)
        if kind == "text/plain" and not self.is_atom and self.handler.looks_like_html(value):
            kind = "text/html"
        language = self.language.replace("_", "-") if self.language else self.language
        return {"type": kind, "language": language, "value": value}


def plain_item(handler: Any, names: Names, about: str, events: Sequence[Event]) -> dict[str, Any] | None:
    """The item that consists of ``events``, or None where feedparser has to read it.

    handler: feedparser's, as it is before the item; afterwards it is as it would be behind it.
    about: the id that an item of RDF has as an attribute.
    """
    item = _Item(handler, names, about)
    try:
        item.children(iter(events), 1)
    except _OddError:
        return None
    handler.inimage = handler.intextinput = handler.inentry = handler.hasContent = 0
    handler.title_depth, handler.guidislink = item.title_depth, item.is_link
    return item.found


def can_be_plain(handler: Any) -> bool:
    """Whether feedparser's handler is in no state that would reach into an item, such as an element around it."""
    return not (
        handler.baseuri
        or handler.inentry
        or handler.incontent
        or handler.insource
        or handler.inauthor
        or handler.incontributor
        or handler.inpublisher
        or handler.svgOK
        or handler.hasContent
        or handler.contentparams
    )


def _text(events: Iterator[Event]) -> str:
    """The text of an element that holds no other."""
    pieces: list[str] = []
    for event in events:
        if event is None:
            return "".join(pieces).strip()
        if type(event) is not str:
            raise _OddError
        pieces.append(event)
    raise _OddError


def _mended(text: str) -> str:
    """A text of which feedparser thinks that UTF-8 was read as Latin-1 is read as UTF-8."""
    if text.isascii():
        return text
    with suppress(UnicodeError):
        text = text.encode("iso-8859-1").decode("utf-8")
    if not text.isprintable() and _OF_WINDOWS.search(text):  # the first look is far quicker
        raise _OddError
    return text


def _moves_links(attributes: dict[str, str]) -> bool:
    """Whether addresses are relative to another from here on: to feedparser, "BASE" is "xml:base", too."""
    return any("base" in name.lower() for name in attributes)


def _plain_attributes(attributes: dict[str, str]) -> dict[str, str]:
    """The attributes as feedparser names them."""
    if any(" " in name for name in attributes):
        raise _OddError
    lowered = ((name.lower(), value) for name, value in attributes.items())
    return {name: value.lower() if name in ("rel", "type") else value for name, value in lowered}


def _give_up(item: _Item, attributes: dict[str, str], events: Iterator[Event], depth: int) -> None:
    raise _OddError


def _pass_over(item: _Item, attributes: dict[str, str], events: Iterator[Event], depth: int) -> None:
    """Whatever is in it."""
    begun = 1
    for event in events:
        if event is None:
            begun -= 1
            if not begun:
                return
        elif type(event) is tuple:
            begun += 1


def _transcript(item: _Item, attributes: dict[str, str], events: Iterator[Event], depth: int) -> None:
    note_transcript(item.found, attributes)
    _pass_over(item, attributes, events, depth)


def _ignore(item: _Item, attributes: dict[str, str], events: Iterator[Event], depth: int) -> None:
    """An element that gives an entry nothing, but what it holds may, in a language that it may name."""
    if any("lang" in name.lower() for name in attributes):
        raise _OddError
    item.children(events, depth + 1)


def _ignore_text(item: _Item, attributes: dict[str, str], events: Iterator[Event], depth: int) -> None:
    _text(events)


def _image(item: _Item, attributes: dict[str, str], events: Iterator[Event], depth: int) -> None:
    _text(events)
    item.title_depth = -1


def _title(item: _Item, attributes: dict[str, str], events: Iterator[Event], depth: int) -> None:
    attributes = _plain_attributes(attributes)
    if attributes.get("type", "text") not in _TEXT_TYPES or not attributes.keys() <= {"type"}:
        raise _OddError
    value = _mended(_text(events))
    if not -1 < item.title_depth <= item.outer + depth:
        item.store("title", value, depth)
        item.found["title_detail"] = {"language": item.language.replace("_", "-") if item.language else None}
    if value:
        item.title_depth = item.outer + depth


def _media_title(item: _Item, attributes: dict[str, str], events: Iterator[Event], depth: int) -> None:
    """It counts until the item's own title comes."""
    before = item.title_depth
    _title(item, attributes, events, depth)
    item.title_depth = before


def _link(item: _Item, attributes: dict[str, str], events: Iterator[Event], depth: int) -> None:
    link = _with_href(_plain_attributes(attributes))
    link.setdefault("rel", "alternate")
    link.setdefault("type", "application/atom+xml" if link["rel"] == "self" else "text/html")
    text = _text(events)
    item.found.setdefault("links", []).append(link)
    if "href" in link:
        link["href"] = item.handler.resolve_uri(link["href"])
        if link["rel"] == "alternate" and item.handler.map_content_type(link["type"]) in item.handler.html_types:
            item.found["link"] = link["href"]
        return
    text = _mended(item.handler.resolve_uri(text) if text else text)
    item.found["link"] = text = _LINK_REFERENCE.sub(r"&\1", text.replace("&amp;", "&"))
    if text:
        link["href"] = text


def _with_href(attributes: dict[str, str]) -> dict[str, str]:
    """The attributes with whatever names an address as "href"."""
    href = attributes.get("url", attributes.get("uri", attributes.get("href")))
    if href:
        attributes = {name: value for name, value in attributes.items() if name not in ("url", "uri")}
        attributes["href"] = href
    return attributes


def _enclosure(item: _Item, attributes: dict[str, str], events: Iterator[Event], depth: int) -> None:
    item.found.setdefault("links", []).append({**_with_href(_plain_attributes(attributes)), "rel": "enclosure"})
    _text(events)


def _guid(item: _Item, attributes: dict[str, str], events: Iterator[Event], depth: int) -> None:
    attributes = _plain_attributes(attributes)
    item.is_link = attributes.get("ispermalink", "true") == "true"
    value = _text(events)
    value = _mended(item.handler.resolve_uri(value) if value and item.is_link else value)
    item.store("id", value, depth)
    item.found.setdefault("guidislink", item.is_link and "link" not in item.found)
    if item.is_link:
        item.found.setdefault("link", value)


def _author(item: _Item, attributes: dict[str, str], events: Iterator[Event], depth: int) -> None:
    """A text, or an element for each part; the last author counts."""
    texts: list[str] = []
    parts: dict[str, str] = {}
    for event in events:
        if event is None:
            break
        if type(event) is tuple:
            part = item.names.known_as(event[0])
            if part not in _AUTHOR_PARTS or part in parts:
                raise _OddError
            parts[part] = _text(events)
        elif isinstance(event, str):
            texts.append(event)
    before = item.found.get("author")
    item.store("author", _mended("".join(texts).strip()), depth)
    if not parts:
        return
    if before and ("@" in before or not parts.get("name")):  # then feedparser mixes the two
        raise _OddError
    name, email = parts.get("name"), parts.get("email")
    if written := f"{name} ({email})" if name and email else name or email:
        item.found["author"] = written


def _date_of(name: str) -> Take:
    def take(item: _Item, attributes: dict[str, str], events: Iterator[Event], depth: int) -> None:
        value = _mended(_text(events))
        if not value and item.found.get(name):  # see `keep_given_dates`
            return
        item.store(name, value, depth)
        item.found[f"{name}_parsed"] = plain_moment(value) or _parse_date(value)

    return take


def _caption(item: _Item, attributes: dict[str, str], events: Iterator[Event], depth: int) -> None:
    item.store(CAPTION, _mended(_text(events)), depth)


def _text_of(name: str) -> Take:
    def take(item: _Item, attributes: dict[str, str], events: Iterator[Event], depth: int) -> None:
        if attributes:  # then feedparser takes them and leaves the text
            raise _OddError
        item.store(name, _mended(_text(events)), depth)

    return take


def _summary_of(default: str) -> Take:
    def take(item: _Item, attributes: dict[str, str], events: Iterator[Event], depth: int) -> None:
        if "summary" in item.found and not item.has_content:  # a second one is taken for the whole text
            _content(item, attributes, events, depth)
            return
        detail = item.content(_plain_attributes(attributes), default, _mended(_text(events)))
        item.store("summary", detail["value"], depth)
        item.found["summary_detail"] = detail

    return take


def _content_of(default: str) -> Take:
    def take(item: _Item, attributes: dict[str, str], events: Iterator[Event], depth: int) -> None:
        attributes = _plain_attributes(attributes)
        detail = item.content(attributes, default, _mended(_text(events)))
        if src := attributes.get("src"):
            detail["src"] = src
        item.has_content = True
        item.found.setdefault("content", []).append(detail)
        item.found.setdefault("summary", detail["value"])

    return take


def _encoded(item: _Item, attributes: dict[str, str], events: Iterator[Event], depth: int) -> None:
    if attributes:
        raise _OddError
    _content_of("text/html")(item, attributes, events, depth)


def _source(item: _Item, attributes: dict[str, str], events: Iterator[Event], depth: int) -> None:
    attributes = _plain_attributes(attributes)
    value = _mended(_text(events))
    href = {"href": attributes["url"]} if "url" in attributes else {}
    item.found["source"] = {**href, **({"title": value} if value else {})}
    item.title_depth = -1


_content = _content_of("text/plain")
_description = _summary_of("text/html")
_TAKES: dict[str, Take] = {  # by feedparser's names
    **dict.fromkeys(("title", "dc_title"), _title),
    "media_title": _media_title,
    "link": _link,
    "enclosure": _enclosure,
    **dict.fromkeys(("guid", "id"), _guid),
    **dict.fromkeys(("author", "dc_creator", "dc_author", "itunes_author"), _author),
    **dict.fromkeys(("pubdate", "published", "issued", "dcterms_issued"), _date_of("published")),
    **dict.fromkeys(("updated", "modified", "lastbuilddate", "dc_date", "dcterms_modified"), _date_of("updated")),
    **dict.fromkeys(("created", "dcterms_created"), _date_of("created")),
    **dict.fromkeys(("description", "dc_description"), _description),
    CAPTION: _caption,
    **dict.fromkeys(("summary", "itunes_summary"), _summary_of("text/plain")),
    "content_encoded": _encoded,
    "content": _content,
    "source": _source,
    "image": _image,
    **{name: _text_of(name) for name in ("feedburner_origlink", "news_source", "prism_publicationdate")},
    **dict.fromkeys(("media_content", "media_group"), _ignore),
    **dict.fromkeys(("language", "dc_language", "dc_publisher", "rights", "copyright", "dc_rights"), _ignore_text),
    **dict.fromkeys(
        ("subtitle", "itunes_subtitle", "itunes_keywords", "itunes_explicit", "itunes_block"), _ignore_text
    ),
    "itunes_image": _ignore_text,
}
_NESTED = {_pass_over, _transcript, _ignore, _media_title, _caption}
