"""feedparser's names for the elements of a feed, from those that expat gives them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from feedparser.api import StrictFeedParser


@lru_cache(maxsize=1)
def _prefixes() -> Mapping[str, str]:
    """feedparser's prefixes, by namespace."""
    return {uri.lower(): prefix for uri, prefix in StrictFeedParser.namespaces.items()}


class ElementNames:
    """The names under the namespaces that were declared so far. handler: feedparser's, which was told of them."""

    def __init__(self, handler: Any) -> None:
        self._handler = handler
        self._known: dict[str, str] = {}

    def known_as(self, name: str) -> str:
        """feedparser's name of an element, such as "dc_date"; "" where it hangs on more than the namespace.

        name: as expat gives it, "local", "namespace local" or "namespace local prefix".
        """
        if name not in self._known:
            uri, _, rest = name.partition(" ")
            local = (rest.partition(" ")[0] if rest else name).lower()
            self._known[name] = self._named(uri if rest else "", local)
        return self._known[name]

    def is_handled(self, known: str) -> bool:
        """Whether feedparser does more with an element than to note its text under its name."""
        return hasattr(self._handler, f"_start_{known}") or hasattr(self._handler, f"_end_{known}")

    def _named(self, uri: str, local: str) -> str:
        prefix = _prefixes().get(uri.lower())
        if prefix is None:  # a namespace that feedparser does not know has the prefix that the feed gives it
            declared = self._handler.namespaces_in_use.items()
            prefix = next((known.lower() for known, value in declared if known and value == uri), None)
        if prefix is None:
            return ""
        prefix = self._handler.namespacemap.get(prefix, prefix)
        return f"{prefix}_{local}" if prefix else local
