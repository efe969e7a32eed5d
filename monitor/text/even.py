"""Text without what nobody sees: invisible characters, runs of spaces, other signs for the end of a line.

How a text was typed must change neither its score nor what is quoted from it. White space between two words stays as it
is written where it is one character; joiners stay, since Persian and the scripts of India need them.
"""

from __future__ import annotations

import re

# Soft hyphen, zero-width space, direction marks and isolates, word joiner, byte order mark.
_HIDDEN = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_RUN = re.compile(r"[^\S\n]{2,}")
_SPACES = "".join(filter(str.isspace, map(chr, range(0x3001))))
# What stands before a line of a list, of quoted mail or of a table, and after a line of a table.
_BEFORE, _AFTER = f"{_SPACES}|>*•●·▪▫◦◆■□►–—-", f"{_SPACES}|"


def even(text: str) -> str:
    """``text`` as a reader sees it; the same text where nothing is hidden in it."""
    plain = text if text.isascii() else _HIDDEN.sub("", text)
    if not plain.isprintable():
        plain = _ENDS.sub("\n", plain)
    return _RUN.sub(" ", plain)


def without_marks(sentence: str) -> str:
    """A sentence without the marks of a list, a table or a quoted mail around it; "" where it holds no letter."""
    plain = sentence.lstrip(_BEFORE)
    if plain.rstrip().endswith("|"):
        plain = plain.rstrip(_AFTER)
    return plain if any(map(str.isalpha, plain)) else ""
