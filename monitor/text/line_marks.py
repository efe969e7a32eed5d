"""Ends of lines in one form, and the marks that mail readers put before the lines they quote. Pure."""

from __future__ import annotations

import re

_MARKED = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)
_QUOTED = re.compile(r"^[ \t]*(?:>[ \t]?)++(?!\d)", re.MULTILINE)
_BAR = re.compile(r"^\|[ \t]?(?=[^|\n]*$)", re.MULTILINE)  # quoted mail as some readers mark it
_PROMPT = ">>>"
_OTHER_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SIGNS = "\r\x0b\x0c\x85\u2028\u2029"  # of which one stands in each of these


def without_quote_marks(text: str) -> str:
    """The lines of a quoted mail without the marks before them. "> 50 %" in a single line is none.

    Several lines that all begin with ">>>" are what somebody types to Python: a mail that is quoted thrice quotes less,
    too.
    """
    if ">" not in text:
        return text
    marks = _MARKED.findall(text)
    if len(marks) > 1 and all(mark.strip() == _PROMPT for mark in marks):
        return text
    return _MARKED.sub("", text) if len(marks) > 1 or _QUOTED.search(text) else text


def even_ends(text: str) -> str:
    """With one sign for the end of a line, and the marks of quoted lines alike."""
    if any(map(text.__contains__, _SIGNS)):  # far quicker than the pattern
        text = _OTHER_ENDS.sub("\n", text)
    if text.startswith("|"):
        lines = [line for line in text.split("\n") if line.strip()]
        if len(lines) > 1 and all(map(_BAR.match, lines)):
            text = _BAR.sub("> ", text)
    return text
