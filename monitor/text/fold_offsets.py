"""The way from folded text back to what was written: which characters gave a span of it."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache

from monitor.text.charfold import TABLE
from monitor.text.fold import APOSTROPHE, fold

_Words = tuple[list[int], list[tuple[int, int]]]


class Folded:
    """A folded text that remembers its original. Where each word came from is worked out on first use."""

    __slots__ = ("_in_place", "_words", "original", "text")

    def __init__(self, text: str, original: str) -> None:
        self.text, self.original = text, original
        self._words: _Words | None = None
        self._in_place = self._is_in_place()

    def _found_words(self) -> _Words:
        """Start of each folded word-run in ``text``, and its [start, end) in ``original``."""
        if self._words is not None:
            return self._words
        starts: list[int] = []
        spans: list[tuple[int, int]] = []
        position = begin = 0
        for word in self.original.split():
            begin = self.original.find(word, begin)
            end = begin + len(word)
            if length := _folded_length(word):
                starts.append(position)
                spans.append((begin, end))
                position += length + 1
            begin = end
        self._words = starts, spans
        return self._words

    def _is_in_place(self) -> bool:
        """Whether each character stands where it stood: where none becomes several, none was left out."""
        if len(self.text) != len(self.original):
            return False
        return self.original.isascii() or all(len(TABLE[ord(char)]) < 2 for char in set(self.original))

    def original_index(self, index: int) -> int:
        """Index in ``original`` of the character that gave ``text[index]``; a space gives the word before it."""
        if self._in_place and self.text[index] != " ":
            return index
        starts, spans = self._found_words()
        word = bisect_right(starts, index) - 1
        start, end = spans[word]
        origins = _origins(self.original[start:end])
        return start + origins[min(index - starts[word], len(origins) - 1)]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """[start, end) of ``text`` as a span of ``original``, with the marks that belong to its last letter."""
        if start >= end:
            at = self.original_index(start) if start < len(self.text) else len(self.original)
            return at, at
        last = self.original_index(end - 1) + 1
        if self._in_place:  # no mark was left out
            return self.original_index(start), last
        while last < len(self.original) and not TABLE[ord(self.original[last])]:
            last += 1
        return self.original_index(start), last


@lru_cache(maxsize=16_384)
def _folded_length(word: str) -> int:
    return len(fold(word))


@lru_cache(maxsize=4096)
def _origins(word: str) -> tuple[int, ...]:
    """For each character of ``fold(word)``, the index in ``word`` it came from. ``word`` holds no white space."""
    pieces = [(char, index) for index, source in enumerate(word) for char in TABLE[ord(source)]]
    mapped = "".join(char for char, _ in pieces)
    origins = [index for _, index in pieces]
    dropped: set[int] = set()
    chars = list(mapped)
    for found in APOSTROPHE.finditer(mapped):
        if found[1] is not None:
            chars[found.start()] = " "
        else:
            dropped.update(range(*found.span()))
    kept: list[int] = []
    space = True  # leading spaces and all but the first of a run are dropped
    for index, char in enumerate(chars):
        if index not in dropped and not (char == " " and space):
            kept.append(origins[index])
            space = char == " "
    return tuple(kept[:-1] if space and kept else kept)


def fold_with_offsets(text: str) -> Folded:
    """``fold(text)`` with the way back to ``text``; costs no more than ``fold`` until a span is needed."""
    return Folded(fold(text), text)
