"""An XML reader for feedparser that passes over what no entry here is made of: tags, thumbnails, counts of comments.

feedparser takes its reader by the name of a module (`feedparser.api.PREFERRED_XML_PARSERS`); each element costs
it some thirty microseconds, and a third of a feed's elements are such.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from xml.sax.expatreader import ExpatParser

from monitor.feeds.parse.quicken import quicken

_PASSED_OVER = {  # namespace → local names; "" is RSS itself
    "": {"category", "comments"},
    "http://www.w3.org/2005/Atom": {"category"},
    "http://purl.org/dc/elements/1.1/": {"subject"},
    "http://purl.org/rss/1.0/modules/slash/": {"comments", "department", "hit_parade", "section"},
    "http://search.yahoo.com/mrss/": {"category", "credit", "keywords", "rating", "thumbnail"},
    "http://wellformedweb.org/CommentAPI/": {"comment", "commentRss"},
}
_NONE: set[str] = set()


class _Reader(ExpatParser):
    """Tells its handler of all elements but those, with whatever is in them."""

    _within = 0  # elements open that are passed over

    def setContentHandler(self, handler: Any) -> None:  # noqa: N802 - the name is that of SAX
        """What feedparser calls with its handler."""
        quicken(handler)
        super().setContentHandler(handler)

    def start_element_ns(self, name: str, attrs: Any) -> None:
        if self._within or _is_passed_over(name):
            self._within += 1
        else:
            super().start_element_ns(name, attrs)

    def end_element_ns(self, name: str) -> None:
        if self._within:
            self._within -= 1
        else:
            super().end_element_ns(name)

    def character_data(self, data: str) -> None:
        if not self._within:
            super().character_data(data)


@lru_cache(maxsize=512)
def _is_passed_over(name: str) -> bool:
    """name: as expat gives it, "local", "namespace local" or "namespace local prefix"."""
    first, _, rest = name.partition(" ")
    return rest.partition(" ")[0] in _PASSED_OVER.get(first, _NONE) if rest else first in _PASSED_OVER[""]


def create_parser() -> _Reader:
    """What `xml.sax.make_parser` calls."""
    return _Reader()
