"""Where the items of a feed stand in its text, so that those that are known can be left out of it. Pure.

Only for the plain order of things: a head, items side by side with white space between them, and the ends of what they
are in. Whoever uses it has to see that the text is well-formed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.model.frozen import frozen

_ITEM = re.compile(r"<(item|entry)[\s>]")
_FOOT = re.compile(r"(?:\s|</[\w:.-]+\s*>|<!--(?:(?!--).)*-->)*\Z", re.DOTALL)
_SPACE = " \t\r\n"
_TEXT = re.compile(r">[^<]+<")
_LITERAL = re.compile(r"<!\[CDATA\[|<!--|<\?|<!")
_CLOSING = {"<![CDATA[": "]]>", "<!--": "-->", "<?": "?>"}


@frozen
class Items:
    """spans: [start, end) of each item, from its first tag to its last."""

    text: str
    spans: Sequence[tuple[int, int]]

    @property
    def head(self) -> str:
        """All before the first item."""
        return self.text[: self.spans[0][0]]

    def texts(self) -> list[str]:
        """Each item's own text."""
        return [self.text[start:end] for start, end in self.spans]

    def with_only(self, kept: Sequence[tuple[int, int]]) -> str:
        """The text with only some of its items."""
        foot = self.text[self.spans[-1][1] :]
        return "".join([self.head, *(self.text[start:end] for start, end in kept), foot])


def items_of(text: str) -> Items | None:
    """The items of a text, or None where they do not stand as they should."""
    first = _begin(text)
    if first is None or text.find("xmlns", first.start()) >= 0:  # a name in a later item may hang on an earlier one
        return None
    name = first[1]
    start, spans = first.start(), []
    while True:
        end = _end(text, start, f"</{name}>")
        if end is None:
            return None
        spans.append((start, end))
        start = text.find(f"<{name}", end)
        if start < 0:
            return Items(text, spans) if _FOOT.match(text, end) else None
        if text[end:start].strip(_SPACE) or text[start + len(name) + 1] not in f"{_SPACE}>":
            return None


def shape_of(head: str) -> str:
    """What of a head an item hangs on: its tags and what they declare, without the texts between them."""
    return _TEXT.sub("><", head)


def _begin(text: str) -> re.Match[str] | None:
    """The start of the first item that stands in no comment and no literal text."""
    at = 0
    while (first := _ITEM.search(text, at)) is not None:
        after = _past_literals(text, at, first.start())
        if after is None or after <= first.start():
            return first if after is not None else None
        at = after
    return None


def _end(text: str, start: int, tag: str) -> int | None:
    """Behind the tag that ends an item."""
    at = start
    while (end := text.find(tag, at)) >= 0:
        after = _past_literals(text, at, end)
        if after is None:
            return None
        if after <= end:
            return end + len(tag)
        at = after
    return None


def _past_literals(text: str, start: int, end: int) -> int | None:
    """Behind the last comment, instruction or literal text that begins in [start, end); None for a declaration."""
    at = start
    while opened := _LITERAL.search(text, at, end):
        if opened[0] == "<!":
            return None
        closing = _CLOSING[opened[0]]
        closed = text.find(closing, opened.end())
        if closed < 0:
            return None
        at = closed + len(closing)
    return at
