"""Items that are known by their text are left out of a body before it is parsed. Pure.

What the parser makes of an item hangs on its text, on the tags of the head and, for its date, on how the other items
write theirs (see `plain_dates`). So a body is cut only where its items stand side by side, and only plain ones are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from monitor.feeds.parse.item_spans import Items, items_of, shape_of
from monitor.feeds.parse.repair import BASE
from monitor.model import KnownItem
from monitor.model.frozen import frozen


@frozen
class Again:
    """An item that is known by its text; mark: that of what was read of it (see `Entry`)."""

    mark: bytes
    known: KnownItem


@frozen
class Left:
    """What is left to read of a body. places: of each of its items the hash of the text, or what is known of it."""

    text: str
    places: Sequence[bytes | Again]


def text_marks(text: str, context: bytes) -> Sequence[bytes]:
    """The hash of each item's text, in order; none where they do not stand side by side."""
    items = items_of(text)
    return _marks(items, context) if items else ()


def left_to_read(text: str, known: Mapping[bytes, KnownItem], context: bytes) -> Left | None:
    """``text`` without the items that are known by their text, or None where all of it has to be read."""
    by_text = {each.item.mark: Again(mark, each) for mark, each in known.items() if each.item}
    if not by_text or BASE.search(text):  # links may be relative to something else
        return None
    items = items_of(text)
    if not items:
        return None
    places = [by_text.get(mark, mark) for mark in _marks(items, context)]
    kept = [span for span, place in zip(items.spans, places, strict=True) if isinstance(place, bytes)]
    return Left(items.with_only(kept), places) if len(kept) < len(places) else None


def _marks(items: Items, context: bytes) -> list[bytes]:
    key = _hash(shape_of(items.head), context, 16)
    return [_hash(text, key, 12) for text in items.texts()]


def _hash(text: str, key: bytes, size: int) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size, key=key).digest()
