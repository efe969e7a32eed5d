"""Nouns that are written together as one word, in languages that do so: "Warnstreik", "Streikende". Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from monitor.languages import language

_HEAD = 4  # letters of a stem that a longer word may end with: that says what it is
_FIRST = 5  # letters of one that it may begin with
_REST = 3  # letters of the rest of the longer word


def parts_in(code: str, stems: Iterable[str]) -> frozenset[str]:
    """The folded stems that may be parts of compounds in a language: none where it writes none."""
    return frozenset(each for each in stems if len(each) >= _HEAD) if language(code).joins_nouns else frozenset()


def compounds(words: Iterable[str], code: str, stems: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(word, the one of ``stems`` that is a part of it) of each compound among the stemmed words of a language."""
    if parts := parts_in(code, stems):
        yield from ((word, part) for word in words if (part := part_of(word, parts)))


def part_of(word: str, stems: Collection[str]) -> str:
    """The longest of ``stems`` that a folded, stemmed word ends or begins with; "" for none."""
    for size in range(len(word) - _REST, _HEAD - 1, -1):
        if word[-size:] in stems:
            return word[-size:]
        if size >= _FIRST and word[:size] in stems:
            return word[:size]
    return ""
