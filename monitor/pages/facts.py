"""Rows of tables and items of lists that a source changed between two looks at its page. Pure.

They are no sentences, and many a short line is a counter or a teaser. So they count only where it shows that they are
of the article: where nothing but a figure is another, or where the rest of their table stands as it was.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence, Set

from monitor.pages.stamps import is_stamp
from monitor.pages.tables import cells_of, is_row
from monitor.text.fold import fold
from monitor.text.furniture import furniture

_ITEM = "- "  # before an item, as the extractor writes it
_WORDS = re.compile(r"[^\W\d_]+")
_FIGURES = re.compile(r"\d+(?:[.,:/٫٬]\d+)*")
_TELLING = 3  # letters that such a line has beside its figures at least
_ITEM_WORDS = 3  # words from which an item is no button
_LONGEST = 400  # characters of a row or item that is looked at


def changed_facts(before: Sequence[str], after: Sequence[str], items: Set[str]) -> frozenset[str]:
    """Of the lines of the two texts those that are rows or items, and were changed, added or taken out.

    items: lines that are items by the build of their pages, beside those that begin as such.
    """
    old, new = (_facts(lines, items) for lines in (before, after))
    gone = [line for line in old if line not in new]
    came = [line for line in new if line not in old]
    if not gone and not came:
        return frozenset()
    return frozenset([*_with_another_figure(gone, came), *_beside_a_kept_one(old, new, gone + came)])


def _facts(lines: Sequence[str], items: Set[str]) -> list[str]:
    return [line for line in lines if (is_row(line) or line.startswith(_ITEM) or line in items) and _is_told(line)]


def _is_told(line: str) -> bool:
    """Whether a row or an item is none that the page has of itself: "Views | 120"."""
    said = " ".join(filter(None, cells_of(line))) if is_row(line) else line.removeprefix(_ITEM)
    return len(line) <= _LONGEST and not furniture(said) and not is_stamp(said)


def _with_another_figure(gone: Sequence[str], came: Sequence[str]) -> list[str]:
    """The lines that say the same with other figures, where one such line went and one came."""
    alike: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for side, lines in enumerate((gone, came)):
        for line in lines:
            folded = fold(line)
            words = "".join(_WORDS.findall(_FIGURES.sub(" ", folded)))
            if len(words) >= _TELLING and _FIGURES.search(folded):
                alike[words][side].append(line)
    return [line for old, new in alike.values() if len(old) == len(new) == 1 for line in (*old, *new)]


def _beside_a_kept_one(old: Sequence[str], new: Sequence[str], changed: Sequence[str]) -> list[str]:
    """The rows that changed beside a row that stands on both pages with as many cells, and so the items."""
    kept = set(old) & set(new)
    found = []
    for lines in (old, new):
        for at, line in enumerate(lines):
            beside = [*lines[max(0, at - 1) : at], *lines[at + 1 : at + 2]]
            length = len(cells_of(line))
            whole = length > 1 or line.removeprefix(_ITEM).count(" ") >= _ITEM_WORDS - 1
            if line in changed and whole and any(each in kept and len(cells_of(each)) == length for each in beside):
                found.append(line)
    return found
