"""A person's own words, read apart from all else, so that none changes how the rest of an article is read. Pure.

"allies" is a heading of the lexicon and may be a word that somebody adds; "Iraqi army command" holds a name. Added
words count beside what is found without them, and only there: so they can do nothing but what their weight says.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.match.aimed import Aimed
from monitor.match.scan import Hit, Sentence
from monitor.topic.records import PERSONAL, Topic


class OwnWords:
    """The own words of one topic; built once."""

    def __init__(self, topic: Topic) -> None:
        self._own = frozenset(number for number, each in enumerate(topic.concepts) if each.kind in PERSONAL)
        self._aimed = Aimed(topic)

    def without(self, sentences: tuple[Sentence, ...]) -> tuple[Sentence, ...]:
        """The sentences without a person's own words; the same ones where none stand there."""
        own = self._own
        if not own or not any(hit[2] in own for sentence in sentences for hit in sentence.hits):
            return sentences
        return tuple(each._replace(hits=tuple(hit for hit in each.hits if hit[2] not in own)) for each in sentences)

    def of(self, scanned: Sequence[Sentence], read: Sequence[Sentence]) -> tuple[tuple[Hit, ...], ...]:
        """The own words of each sentence, empty where none stand in any.

        scanned: the sentences as they were found; read: the same with their names read, which aimed terms follow.
        """
        own = [[hit for hit in each.hits if hit[2] in self._own] for each in scanned] if self._own else []
        found = tuple(
            tuple(hit for hit in each.hits if hit[2] in self._own) for each in self._aimed.of(with_own(read, own))
        )
        return found if any(found) else ()


def with_own(sentences: Sequence[Sentence], own: Sequence[Sequence[Hit]]) -> tuple[Sentence, ...]:
    """The sentences with the own words of each, in order."""
    if not any(own):
        return tuple(sentences)
    return tuple(
        sentence._replace(hits=tuple(sorted((*sentence.hits, *hits)))) if hits else sentence
        for sentence, hits in zip(sentences, own, strict=True)
    )
