"""From the order in which the letters of a line stand on a page, left to right, to the order in which they are read.

Only what an extractor of page descriptions gives needs this: a PDF says where each letter stands, not what follows it.
It is the way back from the Unicode bidirectional algorithm (annex 9), for lines without quotations within each other.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from operator import itemgetter

_MIRRORED = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")
_PRESENTED = re.compile(
    "[\ufb00-\ufb06\ufb1d-\ufdff\ufe70-\ufefc]+"
)  # letters in the form that they have beside others
_RIGHT = ("R", "AL")
_LEFT = ("L", "EN", "AN")  # figures are read from the left in every script
# Words in letters that run from the right, and what joins them to a name; not the comma between two parts of a list.
_LETTER = "(?![\u060c\u061b])[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]"
_RUN = re.compile(f"{_LETTER}(?:(?:{_LETTER}|[ \u200c'’-])*{_LETTER})?")


def is_right_to_left(text: str) -> bool:
    """Whether a text has more letters of right-to-left scripts than others."""
    kinds = [unicodedata.bidirectional(char) for char in text]
    return sum(kind in _RIGHT for kind in kinds) > sum(kind == "L" for kind in kinds)


def has_right_to_left(text: str) -> bool:
    """Whether a text has any letter of a right-to-left script."""
    return not text.isascii() and any(unicodedata.bidirectional(char) in _RIGHT for char in text)


def isolated(text: str) -> str:
    """``text`` in first-strong isolates (Unicode UAX #9) where it holds letters that run from right to left.

    So its direction does not disturb what surrounds it, and a text without such letters stays as it is.
    """
    return f"\u2068{text}\u2069" if has_right_to_left(text) else text


def with_isolated_words(sentence: str) -> str:
    """A sentence that runs from left to right, with each of its names and words in right-to-left letters isolated.

    So a list of them keeps its order: else the comma between two goes with them, and the list is read from its end.
    """
    return sentence if sentence.isascii() else _RUN.sub("\u2068\\g<0>\u2069", sentence)


def in_reading_order(line: str, *, right_to_left: bool) -> str:
    """A line whose characters come in the order of their places, in the order in which they are read.

    right_to_left: the direction of its paragraph. Letters in the forms that a font gives them become the plain ones.
    """
    parts = []
    for right, run in groupby(_directed(line, right_to_left), key=itemgetter(1)):
        text = "".join(char for char, _ in run)
        parts.append(text[::-1].translate(_MIRRORED) if right else text)
    whole = "".join(reversed(parts) if right_to_left else parts)
    return _PRESENTED.sub(lambda found: unicodedata.normalize("NFKC", found[0]), whole)


def _directed(line: str, right_to_left: bool) -> list[tuple[str, bool]]:
    """Each character, and whether it is read from the right.

    What has no direction (spaces, marks) goes with what stands on both sides of it, else with the paragraph.
    """
    own = [_direction(char) for char in line]
    after: list[bool | None] = [None]
    for direction in reversed(own):
        after.append(after[-1] if direction is None else direction)
    found = []
    before: bool | None = None
    for char, direction, following in zip(line, own, after[-2::-1], strict=True):
        between = before if before is not None and before == following else right_to_left
        found.append((char, between if direction is None else direction))
        before = before if direction is None else direction
    return found


def _direction(char: str) -> bool | None:
    kind = unicodedata.bidirectional(char)
    return True if kind in _RIGHT else False if kind in _LEFT else None
