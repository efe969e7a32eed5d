"""An XML reader for feedparser that passes over what no entry here is made of, and reads plain items itself.

feedparser takes its reader by the name of a module (`feedparser.api.PREFERRED_XML_PARSERS`); each element costs
it some thirty microseconds. Tags, thumbnails and counts of comments are a third of a feed's elements, and nearly all
items are plain (see `monitor.feeds.parse.plain_items`). feedparser is told of the head of a feed, and of every other
item as if nothing had been looked at.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from xml.sax.expatreader import ExpatParser

from monitor.feeds.parse.plain_items import ABOUT, Event, Names, can_be_plain, plain_item
from monitor.feeds.parse.quicken import quicken
from monitor.feeds.parse.transcripts import names_transcript, note_transcript

_PASSED_OVER = {  # namespace → local names; "" is RSS itself
    "": {"category", "comments"},
    "http://www.w3.org/2005/Atom": {"category"},
    "http://purl.org/dc/elements/1.1/": {"subject"},
    "http://purl.org/rss/1.0/modules/slash/": {"comments", "department", "hit_parade", "section"},
    "http://search.yahoo.com/mrss/": {"category", "credit", "keywords", "rating", "thumbnail"},
    "http://wellformedweb.org/CommentAPI/": {"comment", "commentRss"},
}
_NONE: set[str] = set()
_ITEMS = ("item", "entry")
_LONGEST = 5000  # events of an item that is kept to be looked at


class _Reader(ExpatParser):
    """Tells its handler of the other elements, with whatever is in them."""

    _parser: Any  # expat's; `ExpatParser` makes it
    _names: Names | None = None
    _within = 0  # elements open that are passed over
    _item = ""  # the element that is kept to be looked at, its attributes and what is in it so far
    _item_attributes: dict[str, str]
    _events: list[Event]
    _inner = 0  # elements of that name open in it

    def setContentHandler(self, handler: Any) -> None:  # noqa: N802 - the name is that of SAX
        """What feedparser calls with its handler."""
        quicken(handler)
        super().setContentHandler(handler)
        self._handler = handler

    def reset(self) -> None:
        """What SAX calls before it reads."""
        super().reset()
        self._parser.buffer_text = True  # else each line of a text comes by itself

    def start_element_ns(self, name: str, attrs: Any) -> None:
        is_item = not self._within and self._known().known_as(name) in _ITEMS
        if is_item and attrs.keys() <= {ABOUT} and can_be_plain(self._handler):
            self._keep(name, attrs)
        else:
            self._tell(name, attrs)

    def _tell(self, name: str, attrs: dict[str, str]) -> None:
        if names_transcript(name) and self._handler.inentry and not self._within:
            note_transcript(self._handler.entries[-1], attrs)
            self._within = 1
        elif self._within or _is_passed_over(name):
            self._within += 1
        else:
            super().start_element_ns(name, attrs)

    def end_element_ns(self, name: str) -> None:
        if self._within:
            self._within -= 1
        else:
            super().end_element_ns(name)

    def start_namespace_decl(self, prefix: str | None, uri: str) -> None:
        """A name may mean something else from here on; within an item that is feedparser's to say."""
        if self._item:
            self._hand_over()
        super().start_namespace_decl(prefix, uri)
        self._names = None

    def _known(self) -> Names:
        self._names = self._names or Names(self._handler, _is_passed_over)
        return self._names

    def _keep(self, name: str, attrs: dict[str, str]) -> None:
        """What follows is kept up to the end of the item that begins."""
        self._item, self._item_attributes, self._events, self._inner = name, attrs, [], 0
        self._parser.StartElementHandler = self._started_within
        self._parser.EndElementHandler = self._ended_within
        self._parser.CharacterDataHandler = self._events.append

    def _started_within(self, name: str, attrs: dict[str, str]) -> None:
        self._events.append((name, attrs))
        if name == self._item:
            self._inner += 1
        if len(self._events) > _LONGEST:
            self._hand_over()

    def _ended_within(self, name: str) -> None:
        if name != self._item:
            self._events.append(None)
        elif self._inner:
            self._inner -= 1
            self._events.append(None)
        else:
            self._read(name)

    def _read(self, name: str) -> None:
        """The item is over."""
        about = self._item_attributes.get(ABOUT, "")
        found = plain_item(self._handler, self._known(), about, self._events)
        if found is None:
            self._hand_over()
            self.end_element_ns(name)
        else:
            self._pass_on()
            self._handler.entries.append(found)

    def _hand_over(self) -> None:
        """feedparser is told what was kept, and of all that follows."""
        name, attrs, events = self._item, self._item_attributes, self._events
        self._pass_on()
        self._tell(name, attrs)
        begun: list[str] = []
        for event in events:
            if event is None:
                self.end_element_ns(begun.pop())
            elif isinstance(event, str):
                self._handler.characters(event)
            else:
                begun.append(event[0])
                self._tell(*event)

    def _pass_on(self) -> None:
        self._item, self._events = "", []
        self._parser.StartElementHandler = self.start_element_ns
        self._parser.EndElementHandler = self.end_element_ns
        self._parser.CharacterDataHandler = self._handler.characters


@lru_cache(maxsize=512)
def _is_passed_over(name: str) -> bool:
    """name: as expat gives it, "local", "namespace local" or "namespace local prefix"."""
    first, _, rest = name.partition(" ")
    return rest.partition(" ")[0] in _PASSED_OVER.get(first, _NONE) if rest else first in _PASSED_OVER[""]


def create_parser() -> _Reader:
    """What `xml.sax.make_parser` calls."""
    return _Reader()
