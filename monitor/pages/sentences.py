"""Whether a line of a page is text of an article. Pure."""

from __future__ import annotations

import re

from monitor.text.likeness import is_unspaced

_ENDS = tuple(".!?…؟۔。।！？:")  # of sentences
_CLOSERS = "\"'”’»)]"  # after such a sign
_SENTENCE_WORDS = 4  # words from which a line that ends like a sentence is one
_SENTENCE_LENGTH = 24  # characters for the same where words are not apart
_UNSPACED_LENGTH = 12  # characters for the same in a script without spaces
_PROSE_WORDS = 12  # words from which a line is text however it ends
_DATE_CLOCK = re.compile(r"\d{1,2}:\d\d")


def is_sentence(line: str) -> bool:
    """Whether a line is text of an article, and no label or date."""
    words = len(line.split(None, _PROSE_WORDS))
    if line.rstrip(_CLOSERS).endswith(_ENDS):
        return words >= _SENTENCE_WORDS or len(line) >= (_UNSPACED_LENGTH if is_unspaced(line) else _SENTENCE_LENGTH)
    return words >= _PROSE_WORDS and (":" not in line or not _DATE_CLOCK.search(line))
