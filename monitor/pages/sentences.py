"""Whether a line of a page is text of an article, or a headline. Pure."""

from __future__ import annotations

import re

from monitor.text.likeness import is_unspaced
from monitor.text.sentences import STOPS

_ENDS = (*STOPS, ":")  # of sentences
_CLOSERS = "\"'”’»)]"  # after such a sign
_SENTENCE_WORDS = 4  # words from which a line that ends like a sentence is one
_SENTENCE_LENGTH = 24  # characters for the same where words are not apart
_UNSPACED_LENGTH = 12  # characters for the same in a script without spaces
_PROSE_WORDS = 12  # words from which a line is text however it ends
_TITLE_WORDS = 5  # words of a title from which it may be a story's; those of sections are shorter
_TITLE_LENGTH = 14  # characters for the same where words are not apart
_CLOCK = re.compile(r"\d{1,2}(?::| ?h ?)\d\d(?!\d)")


def is_sentence(line: str) -> bool:
    """Whether a line is text of an article, and no label or date."""
    words = len(line.split(None, _PROSE_WORDS))
    if line.rstrip(_CLOSERS).endswith(_ENDS):
        return words >= _SENTENCE_WORDS or len(line) >= (_UNSPACED_LENGTH if is_unspaced(line) else _SENTENCE_LENGTH)
    return words >= _PROSE_WORDS and not _CLOCK.search(line)


def is_long_title(text: str) -> bool:
    """Whether a title has the length of a headline; those of sections are shorter."""
    unspaced = not text.isascii() and " " not in text
    return text.count(" ") + 1 >= _TITLE_WORDS or (unspaced and len(text) >= _TITLE_LENGTH)
