"""Finds learned words and phrases in a text, by their stems, as they were counted when they were learned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

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

    removed: the concepts that a person took out, each with the one that it is a writing of.
    """

    def __init__(self, topic: Topic, removed: Mapping[int, int]) -> None:
        self._removed = removed
        # Concepts that are looked for by writings of the table of meanings, too, which may be others of a stem.
        self._shared = {removed.get(pattern.concept, pattern.concept) for pattern in topic.patterns} & {
            removed.get(number, number) for terms in topic.stems.values() for number in terms.values()
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
        gone = [hit._replace(concept=self._removed[hit.concept]) for hit in learned if hit.concept in self._removed]
        kept = [hit for hit in learned if hit.concept not in self._removed]
        removed = sentence.removed
        if self._shared:
            here = [hit for hit in sentence.hits if hit.concept in self._shared]
            removed = tuple(hit for hit in removed if not any(_is_at(other, hit) for other in kept))
            kept, gone = (
                [hit for hit in some if not any(_is_at(hit, other) for other in here)] for some in (kept, gone)
            )
        return sentence._replace(hits=tuple(sorted((*sentence.hits, *kept, *gone))), removed=(*removed, *gone))


def _is_at(hit: Hit, other: Hit) -> bool:
    """Whether two hits of one concept overlap."""
    return hit.concept == other.concept and hit.start < other.end and other.start < hit.end
