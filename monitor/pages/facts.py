"""Rows of tables and items of lists that a source changed between two looks at its page. Pure.

They are no sentences, and many a short line is a counter or a teaser. So they count only where it shows that they are
of the article: where nothing but a figure is another, where the rest of their table stands as it was, or where one
stands in the place of another that says nearly the same. A table that is new each day, of rates or prayers, is the
page's own where the article tells of nothing that it names.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence, Set
from difflib import SequenceMatcher
from itertools import groupby

from monitor.pages.stamps import is_stamp
from monitor.pages.tables import cells_of, is_row
from monitor.text.fold import fold
from monitor.text.furniture import furniture
from monitor.text.likeness import share_of_all, words_of

_ITEM = "- "  # before an item, as the extractor writes it
_WORDS = re.compile(r"[^\W\d_]+")
_FIGURES = re.compile(r"\d+(?:[.,:/٫٬]\d+)*")
DEGREES = re.compile(r"\d\s?(?:°|º|℃|℉)")
_TELLING = 3  # letters that such a line has beside its figures at least
_ITEM_WORDS = 3  # words from which an item is no button
_ALIKE = 0.3  # share of the words of two items, of all their words, from which they are one
_OTHERS = 2  # rows that are others now, from which a table may be new each day
_STEM = 4  # letters of a word that are kept at least, where endings differ
_NAMED = 0.15  # share of a table's words in the text up to which it tells of something else
_LONGEST = 400  # characters of a row or item that is looked at


def changed_facts(
    before: Sequence[str], after: Sequence[str], items: Set[str], values: Set[str] = frozenset()
) -> frozenset[str]:
    """Of the lines of the two texts those that are rows or items, and were changed, added or taken out.

    items: lines that are items by the build of their pages, beside those that begin as such. values: lines that say
    what the line above them names.
    """
    old, new = (_facts(lines, items) for lines in (before, after))
    gone = [line for line in old if line not in new]
    came = [line for line in new if line not in old]
    in_place = _in_place(before, after, items, values)
    if not gone and not came:
        return frozenset(in_place)
    found = frozenset([*_with_another_figure(gone, came), *_beside_a_kept_one(old, new, gone + came), *in_place])
    return found - _new_each_day(before, after) - _new_each_day(after, before)


def _in_place(before: Sequence[str], after: Sequence[str], items: Set[str], values: Set[str]) -> list[str]:
    """The items and values that stand between the same lines as another did: an item says nearly the same, and a value
    is of the same thing.
    """
    if not items and not values:
        return []
    found: list[str] = []
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind != "replace" or j - i != m - k:
            continue
        for at, (one, other) in enumerate(zip(before[i:j], after[k:m], strict=True)):
            above = before[i + at - 1] if i + at and not at else ""
            is_value = above and {one, other} <= values and all(map(_is_told, (f"{above}: {one}", f"{above}: {other}")))
            if is_value or ({one, other} <= items and _is_told(one) and _is_told(other) and _is_one_item(one, other)):
                found += one, other
    return found


def _is_one_item(one: str, other: str) -> bool:
    """Whether an item is another with a word or two changed."""
    words = words_of(one), words_of(other)
    return min(map(len, words)) >= _ITEM_WORDS and share_of_all(*words) >= _ALIKE


def _new_each_day(lines: Sequence[str], other: Sequence[str]) -> set[str]:
    """The rows of tables of which several, and most that have figures, are others now, and that name nothing of which
    the text tells; and of tables of degrees below a text without any.
    """
    prose = [line for line in lines if not is_row(line)]
    kept, told = set(other), " ".join(("", *words_of(" ".join(prose))))
    found: set[str] = set()
    for is_table, group in groupby(lines, is_row):
        rows = [*group] if is_table else []
        figures = [row for row in rows if _FIGURES.search(row)]
        changed = [row for row in figures if row not in kept]
        if len(changed) >= _OTHERS and 2 * len(changed) >= len(figures):
            named = {
                _stem(word) for word in words_of(" ".join(rows)) if len(word) >= _TELLING and not _FIGURES.search(word)
            }
            degrees = all(map(DEGREES.search, figures)) and not any(map(DEGREES.search, prose))
            if degrees or sum(f" {stem}" in told for stem in named) <= _NAMED * len(named):
                found.update(rows)
    return found


def _stem(word: str) -> str:
    """A word without what ends another form of it."""
    return word[: max(_STEM, len(word) - (2 if word.isascii() else 1))]


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
