"""Finds learned words and phrases in a text, by their stems, as they were counted when they were learned."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from monitor.match.scan import Hit, Sentence
from monitor.text.fold import TOKEN, stem
from monitor.text.scripts import script
from monitor.topic.compound_nouns import part_of, parts_in
from monitor.topic.records import Topic
from monitor.topic.unspaced import LONGEST, runs

Stems = tuple[str, ...]

_MOST = 30_000  # words remembered


class StemIndex:
    """Learned terms of one language: stems of their words → the number of their concept.

    In a language that writes compound nouns as one word, a term of one word is also found as the beginning or end of
    one: "Warnstreik" holds "Streik".
    """

    def __init__(self, terms: Mapping[Stems, int], language: str = "") -> None:
        self._language = language
        self._terms = dict(terms)
        self._beginnings = {stems[:size] for stems in terms for size in range(1, len(stems))}
        self._unspaced = {word: number for (word, *more), number in terms.items() if not more and script(word) == "han"}
        self._words = {stem_ for stems in terms for stem_ in stems if stem_ not in self._unspaced}
        self._parts = parts_in(language, (word for word, *more in terms if not more))
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
        if found not in self._words:
            found = part_of(found, self._parts) if self._parts else ""
        self._stems[word] = found
        return found


class LearnedTerms:
    """What the seeds of a topic taught, found beside what else stands in a sentence.

    removed: concepts that a person took out; they count in what a sentence would hold without that alone.
    """

    def __init__(self, topic: Topic, removed: Collection[int]) -> None:
        self._removed = removed
        # Concepts that are looked for by writings of the table of meanings, too, which may be others of a stem.
        self._shared = {pattern.concept for pattern in topic.patterns} & {
            number for terms in topic.stems.values() for number in terms.values()
        }
        self._stems = {language: StemIndex(terms, language) for language, terms in topic.stems.items()}
        self._abroad = {language: StemIndex(names, language) for language, names in topic.names_abroad.items()}

    def beside(self, sentences: tuple[Sentence, ...], language: str | None) -> tuple[Sentence, ...]:
        """With the hits of what the seeds taught in the article's language, or of names that any language has."""
        own = [code for code in self._stems if not (language and code) or code == language]
        indexes = [self._stems[code] for code in own]
        indexes += [index for code, index in self._abroad.items() if not own]
        if not indexes:
            return sentences
        return tuple(
            self._joined(sentence, [hit for index in indexes for hit in index.hits(sentence.folded)])
            for sentence in sentences
        )

    def _joined(self, sentence: Sentence, learned: Sequence[Hit]) -> Sentence:
        if not learned:
            return sentence
        if self._shared:
            here = [(hit.concept, hit.start, hit.end) for hit in sentence.hits if hit.concept in self._shared]
            learned = [
                hit
                for hit in learned
                if not any(n == hit.concept and s < hit.end and e > hit.start for n, s, e in here)
            ]
        kept = [hit for hit in learned if hit.concept not in self._removed]
        whole = sentence.restored
        if whole is not None or len(kept) < len(learned):
            whole = tuple(sorted((*(sentence.hits if whole is None else whole), *learned)))
        return sentence._replace(hits=tuple(sorted((*sentence.hits, *kept))), restored=whole)
