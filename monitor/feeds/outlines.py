"""The outlines of an OPML file, whatever slips its markup holds.

All that OPML says stands in the attributes of its outlines. A strict XML parser refuses the whole list for one bare
ampersand, and libxml2's recovery drops what stands around the slip, an address most often. So the tags are read one by
one, and a slip harms no outline but its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from monitor.model.frozen import frozen
from monitor.text.references import resolved

ATTRIBUTE_LIMIT = 1_000  # of one outline, and the stray characters between them
VALUE_LIMIT = 4_000  # characters of a value whose quotes do not pair, in which its end is looked for
_ASIDES = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"))
_TAG = re.compile(r"<(/?)(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_SPACE = re.compile(r"\s*")
_STRAY = re.compile(r"[^\s<>/\"'=]+|.")
_NAME = r"""\s*([^\s=<>/"']+)\s*=\s*"""
_PAIRED = re.compile(_NAME + r"""(?:"([^"<]*)"|'([^'<]*)')(?=[\s/>]|\Z)""")
_OPENED = re.compile(_NAME + r"""(["'])""")
_CURLY = re.compile(_NAME + "[\u201c-\u201f\u00ab]([^\u201c-\u201f\u00bb<>]*)[\u201c-\u201f\u00bb]")
_BARE = re.compile(_NAME + r"""([^\s<>"']+)""")
_NEXT = r"[A-Za-z][\w:.-]*\s*=\s*"  # the attribute that follows
# A quote ends a value where a tag or another attribute can go on after it; where the quote is missing, the value ends
# before the next attribute, or with its tag. No value reaches into the next outline, so the search is short.
_ENDS = {
    quote: re.compile(
        rf"""(?P<quote>{quote})(?=\s*/?>|\s*{_NEXT}["']|\s+{_NEXT}|\s*\Z)"""
        rf"""|(?=\s{_NEXT}{quote})|(?=\s*/?>?\s*</?(?:outline|body|opml)\b)""",
        re.IGNORECASE,
    )
    for quote in "\"'"
}


@frozen
class Outline:
    """One <outline>. attributes: by lower-case name, entities resolved. depth: outlines around it. cut: the file ends
    within it."""

    line: int
    attributes: Mapping[str, str]
    depth: int
    cut: bool = False

    def get(self, *names: str) -> str:
        """The first of the attributes that is not blank, "" for none."""
        return next((value for name in names if (value := self.attributes.get(name, "").strip())), "")


@frozen
class OutlineFile:
    """root: name of the first element, lower case, "" where there is none. closed: the end of the list stands there."""

    root: str
    outlines: tuple[Outline, ...]
    closed: bool


def read_outlines(text: str) -> OutlineFile:
    """Every outline of ``text`` in its order; never raises. Lines are counted from 1."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    root, closed, depth = "", False, 0
    found: list[Outline] = []
    line, counted = 1, 0
    for at, end, closing, name in _tags(text):
        root = root or name
        closed = closed or (closing and name in ("body", "opml"))
        if name == "body":
            depth = 0
        if name != "outline":
            continue
        if closing:
            depth = max(0, depth - 1)
            continue
        line, counted = line + text.count("\n", counted, at), at
        attributes, alone, cut = _attributes(text, end)
        found.append(Outline(line, attributes, depth, cut))
        depth += not alone
    return OutlineFile(root, tuple(found), closed)


def _tags(text: str) -> Iterator[tuple[int, int, bool, str]]:
    """(where it begins, where its name ends, whether it closes, name in lower case) of every tag."""
    at, absent = text.find("<"), set[str]()
    while at >= 0:
        after = _past_aside(text, at, absent)
        if not after:
            tag = _TAG.match(text, at)
            after = tag.end() if tag else at + 1
            if tag:
                yield at, after, bool(tag[1]), tag[2].lower()
        at = text.find("<", after)


def _past_aside(text: str, at: int, absent: set[str]) -> int:
    """Where the comment, CDATA section or instruction at ``at`` ends, 0 for none. One without an end is no aside.

    absent: ends that are not in the rest of the text, so that they are looked for once only.
    """
    for opening, closing in _ASIDES:
        if text.startswith(opening, at) and closing not in absent:
            end = text.find(closing, at + len(opening))
            if end >= 0:
                return end + len(closing)
            absent.add(closing)
    return 0


def _attributes(text: str, at: int) -> tuple[dict[str, str], bool, bool]:
    """The attributes from ``at`` to the end of the tag, whether it closes itself, and whether the text ends first."""
    found: dict[str, str] = {}
    for _ in range(ATTRIBUTE_LIMIT):
        at = _SPACE.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing, too
        if at >= len(text):
            return found, False, True
        if text[at] in "<>":
            return found, False, False
        if text.startswith("/>", at):
            return found, True, False
        given = _PAIRED.match(text, at)
        if given:
            name, value, at = given[1], given[2] if given[2] is not None else given[3], given.end()
        elif given := _OPENED.match(text, at):
            name, (value, at) = given[1], _unpaired(text, given.end(), given[2])
        elif given := _CURLY.match(text, at) or _BARE.match(text, at):
            name, value, at = given[1], given[2], given.end()
        else:
            at = _STRAY.match(text, at).end()  # type: ignore[union-attr]
            continue
        if not found.get(name.lower(), "").strip():
            found[name.lower()] = _resolved(value)
    return found, False, False


def _unpaired(text: str, start: int, quote: str) -> tuple[str, int]:
    """A value with quotes or markup in it, or without its closing quote, and where it ends."""
    end = _ENDS[quote].search(text, start, start + VALUE_LIMIT)
    if end:
        return text[start : end.start()], end.end()
    stop = min((at for at in (text.find("\n", start), text.find("<", start)) if at >= 0), default=len(text))
    return text[start:stop], stop


def _resolved(value: str) -> str:
    value = value.strip()
    if value.startswith("<![CDATA[") and value.endswith("]]>"):
        value = value[9:-3]
    return resolved(value)
