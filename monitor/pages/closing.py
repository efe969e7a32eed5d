"""The lines of a page's text without those that are the site's: prompts, notices, and what stands below its last
sentence. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import dropwhile

from monitor.languages import any_of
from monitor.pages.sentences import is_sentence
from monitor.pages.stamps import is_stamp
from monitor.text.furniture import is_row_of_tools, is_site_line, without_closing_list
from monitor.text.likeness import is_unspaced, words_of

_FRAGMENTS = 3  # lines below the last sentence up to which they are the site's; more are a list or a table
_LABEL = 4  # words of a label
_COUNTER = 10  # words of a counter or a rating, if the text has none of them
_UNSPACED = 10  # characters of a label where words are not apart
_STEM = 4  # first letters by which words are the same: endings differ
_STOPS = (".", "!", "?", "…", "؟", "۔", "。", "！", "？")
_CLOSERS = "\"'”’»)]"  # after such a sign


def without_site_lines(text: str) -> str:
    """``text`` of a page without lines of the site, and without dates and labels above and below it."""
    lines = [line for line in without_closing_list(text.split("\n")) if not is_site_line(line)]
    # A date between paragraphs may be a chronicle's, a row between bars a cast or a score.
    while lines and (is_row_of_tools(lines[-1]) or is_stamp(lines[-1])):
        del lines[-1]
    return "\n".join(dropwhile(is_stamp, _without_fragments(lines)))


def _without_fragments(lines: list[str]) -> list[str]:
    """``lines`` up to the last sentence, where what stands below it are a few words that continue nothing: a rating,
    a counter, a prompt in words that no list knows.
    """
    end = next((at for at in range(len(lines), 0, -1) if is_sentence(lines[at - 1])), 0)
    if not end or not 0 < len(lines) - end <= _FRAGMENTS or not lines[end - 1].rstrip(_CLOSERS).endswith(_STOPS):
        return lines
    return lines[:end] if all(_is_fragment(line, lines[:end]) for line in lines[end:]) else lines


def _is_fragment(line: str, text: Sequence[str]) -> bool:
    if line.startswith(("- ", "|")) or line.endswith((":", "：")) or _agencies().search(line):
        return False
    if is_unspaced(line):
        return len(line) <= _UNSPACED
    words = line.split()
    if len(words) <= _LABEL or all(word.startswith("#") for word in words):
        return True
    if len(words) > _COUNTER or not any(map(str.isdigit, line)):
        return False
    told = {word[:_STEM] for part in text for word in words_of(part)}
    own = {word[:_STEM] for word in words_of(line) if len(word) >= _STEM}
    return own.isdisjoint(told)


@lru_cache(maxsize=1)
def _agencies() -> re.Pattern[str]:
    """The names of agencies: where one closes a text, it says whose report it is."""
    names = any_of(lambda known: (re.escape(form) for _, forms in known.agencies for form in forms))
    return re.compile(rf"(?<!\w){names}(?!\w)")
