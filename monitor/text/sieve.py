"""Many patterns looked for in a text at once: only those are tried whose letters stand there. Pure.

Python tries the branches of a pattern one after another at each character, and those of all languages are a thousand:
half a millisecond for a sentence, nearly all of it in vain. Most cannot match without some letters ("subscri"), and an
automaton looks for those of all in some microseconds. What it finds is then tried as ever, so the answer is that of the
patterns. A pattern is compiled when it is first tried: most never are.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from functools import cached_property
from typing import Any, Generic, TypeVar

import ahocorasick_rs

try:
    from re import _parser as parser  # type: ignore[attr-defined, unused-ignore] # of Python's own patterns
except ImportError:  # it is not promised to stay; without it every pattern is tried
    parser = None

Key = TypeVar("Key", bound=Hashable)

_SET = 24  # characters of a set up to which each of them counts as letters that may stand there


class Sieve(Generic[Key]):
    """Patterns, each under a key that several may share. flags: of `re`, by which all of them are compiled."""

    def __init__(self, patterns: Iterable[tuple[Key, str]], flags: int = re.IGNORECASE) -> None:
        self._patterns = list(patterns)
        self._flags = flags
        self._compiled: dict[int, re.Pattern[str]] = {}

    def finds(self, text: str) -> bool:
        """Whether any of the patterns is found in a text."""
        return any(self._pattern(number).search(text) for number in self._worth_trying(text))

    def found(self, text: str) -> set[Key]:
        """The keys of which a pattern is found in a text."""
        keys: set[Key] = set()
        for number in self._worth_trying(text):
            key = self._patterns[number][0]
            if key not in keys and self._pattern(number).search(text):
                keys.add(key)
        return keys

    def whole(self, text: str) -> set[Key]:
        """The keys of which a pattern matches a whole text."""
        tried = self._worth_trying(text)
        return {self._patterns[number][0] for number in tried if self._pattern(number).fullmatch(text)}

    def may_find(self, text: str) -> bool:
        """False where none of the patterns can be found in a text; the quickest look."""
        return bool(self._worth_trying(text))

    def _pattern(self, number: int) -> re.Pattern[str]:
        found = self._compiled.get(number)
        if found is None:
            found = self._compiled[number] = re.compile(self._patterns[number][1], self._flags)
        return found

    def _worth_trying(self, text: str) -> frozenset[int]:
        always, automaton, owners = self._table
        if automaton is None:
            return always
        hits = {number for number, _, _ in automaton.find_matches_as_indexes(_even(text), overlapping=True)}
        return always.union(*(owners[hit] for hit in hits)) if hits else always

    @cached_property
    def _table(self) -> tuple[frozenset[int], ahocorasick_rs.AhoCorasick | None, list[list[int]]]:
        """Patterns that are always tried; what looks for letters; whose patterns each of these letters are."""
        always: set[int] = set()
        owners: dict[str, list[int]] = {}
        for number, (_, pattern) in enumerate(self._patterns):
            letters = letters_needed(pattern)
            if letters is None:
                always.add(number)
            for each in letters or ():
                owners.setdefault(each, []).append(number)
        automaton = ahocorasick_rs.AhoCorasick(list(owners)) if owners else None
        return frozenset(always), automaton, list(owners.values())


def letters_needed(pattern: str) -> frozenset[str] | None:
    """Pieces of text of which any match of ``pattern`` holds at least one, without regard to capitals, as `_even` has
    them; None where nothing can be said.
    """
    if parser is None:
        return None
    pieces = _of_sequence(parser.parse(pattern, re.IGNORECASE))
    return pieces and frozenset(map(_even, pieces))


def _even(text: str) -> str:
    """One form for all letters that are the same without regard to capitals, in Python's patterns, too."""
    return text.replace("İ", "i").replace("ı", "i").casefold()


_Pieces = frozenset[str] | None


def _of_sequence(parts: Iterable[tuple[Any, Any]]) -> _Pieces:
    """The pieces that tell most: of the part in which the shortest is longest."""
    choices: list[frozenset[str]] = []
    run = ""
    for op, value in parts:
        if str(op) == "LITERAL":
            run += chr(value)
            continue
        choices += [frozenset((run,))] if run else []
        run = ""
        if pieces := _of_part(str(op), value):
            choices.append(pieces)
    choices += [frozenset((run,))] if run else []
    return max(choices, key=lambda pieces: (min(len(each.strip()) for each in pieces), -len(pieces)), default=None)


def _of_part(op: str, value: Any) -> _Pieces:
    if op == "SUBPATTERN":
        return _of_sequence(value[-1])
    if op == "ATOMIC_GROUP":
        return _of_sequence(value)
    if op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return _of_sequence(value[2]) if value[0] else None
    if op == "BRANCH":
        every = [_of_sequence(branch) for branch in value[1]]
        return frozenset[str]().union(*filter(None, every)) if all(every) else None
    if op == "IN" and len(value) <= _SET and all(str(kind) == "LITERAL" for kind, _ in value):
        return frozenset(chr(code) for _, code in value)
    return None
