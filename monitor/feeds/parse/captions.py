"""What a feed says of a picture or a film (``media:description``), apart from what it says of the item. Pure.

feedparser takes either for the item's text, so that "FILE - A soldier at the border in 2019" would be quoted as the
report below it. Items of films have no other text.
"""

from __future__ import annotations

from typing import Any

CAPTION = "media_description"  # feedparser's name of the element, and where it is kept here


def keep_captions_apart(*parsers: Any) -> None:
    """parsers: feedparser's classes that handle elements, of well-formed XML and of the rest. They ask themselves for
    what handles an element by its name.
    """
    for parser in parsers:
        parser._start_media_description = _begin
        parser._end_media_description = _end


def _begin(handler: Any, _attributes: dict[str, str]) -> None:
    handler.push(CAPTION, 1)


def _end(handler: Any) -> None:
    handler.pop(CAPTION)
