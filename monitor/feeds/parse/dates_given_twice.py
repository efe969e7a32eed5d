"""A date that an item has twice, once without anything in it: the one that says something counts. Pure.

feedparser keeps the last of several dates, also where that is empty: the item would have none.
"""

from __future__ import annotations

from typing import Any

_NAMES = {  # feedparser's elements by what it calls their value
    "published": ("published", "issued", "pubdate", "dcterms_issued"),
    "updated": ("updated", "modified", "lastbuilddate", "dc_date", "dcterms_modified"),
    "created": ("created", "dcterms_created"),
}


def keep_given_dates(*parsers: Any) -> None:
    """parsers: feedparser's classes that handle elements, of well-formed XML and of the rest."""
    for parser in parsers:
        for name, elements in _NAMES.items():
            for element in elements:
                if own := getattr(parser, f"_end_{element}", None):
                    setattr(parser, f"_end_{element}", _ending(own, name))


def _ending(own: Any, name: str) -> Any:
    if hasattr(own, "keeps"):  # done before: the classes are feedparser's own, and the same for every feed
        return own

    def end(handler: Any) -> None:
        stack = handler.elementstack
        empty = bool(stack) and stack[-1][0] == name and not any(piece.strip() for piece in stack[-1][2])
        if empty and dict.get(handler._get_context(), name):
            stack.pop()
        else:
            own(handler)

    end.keeps = True  # type: ignore[attr-defined]
    return end
