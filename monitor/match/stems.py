"""Finds learned words and phrases in a text, by their stems, as they were counted when they were learned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from monitor.match.scan import Hit
from monitor.text.fold import TOKEN, script, stem
from monitor.topic.unspaced import LONGEST, runs

Stems = tuple[str, ...]

_MOST = 30_000  # words remembered


class StemIndex:
    """Learned terms of one language: stems of their words → the number of their concept."""

    def __init__(self, terms: Mapping[Stems, int], language: str = "") -> None:
        self._language = language
        self._terms = dict(terms)
        self._beginnings = {stems[:size] for stems in terms for size in range(1, len(stems))}
        self._unspaced = {word: number for (word, *more), number in terms.items() if not more and script(word) == "han"}
        self._words = {stem_ for stems in terms for stem_ in stems if stem_ not in self._unspaced}
        self._stems: dict[str, str] = {}  # word → its stem where a term has it, "" where none has: most have none

    def hits(self, folded: str) -> Iterator[Hit]:
        """Where the terms stand in a folded text; a phrase, and its words where they are terms, too."""
        if self._unspaced:
            for start, end in runs(folded, LONGEST):
                if (concept := self._unspaced.get(folded[start:end])) is not None:
                    yield Hit(start, end, concept)
        begun: list[tuple[Stems, int]] = []  # (the words so far of a phrase that may be, where it begins)
        known = self._stems
        for found in TOKEN.finditer(folded):
            if (last := known.get(word := found[0])) is None:
                last = self._remember(word)
            if not last:
                begun = []
                continue
            start, end = found.span()
            grown = [((last,), start), *(((*before, last), begin) for before, begin in begun)]
            begun = []
            for stems, begin in grown:
                if (concept := self._terms.get(stems)) is not None:
                    yield Hit(begin, end, concept)
                if stems in self._beginnings:
                    begun.append((stems, begin))

    def _remember(self, word: str) -> str:
        if len(self._stems) > _MOST:
            self._stems.clear()
        found = stem(word, self._language)
        self._stems[word] = found = found if found in self._words else ""
        return found
