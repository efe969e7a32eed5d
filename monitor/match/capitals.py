"""Capitals of other states: "Paris and Baghdad sign a contract" names France, "talks in Paris" a place. Pure."""

from __future__ import annotations

from collections.abc import Sequence, Set

from monitor.match.places import says_where
from monitor.match.scan import Sentence
from monitor.topic.records import COUNTRIES, Topic


class Capitals:
    """The capitals of the states that are no side of a topic; built once."""

    def __init__(self, topic: Topic) -> None:
        self._known = frozenset(n for n, each in enumerate(topic.concepts) if each.key == COUNTRIES and each.place)

    def of(self, sentences: Sequence[Sentence], held: Set[int]) -> Sequence[Sentence]:
        """The sentences without the capitals that only say where somebody is or goes. held: the concepts in them."""
        return sentences if self._known.isdisjoint(held) else [self._read(sentence) for sentence in sentences]

    def _read(self, sentence: Sentence) -> Sentence:
        gone = {
            hit
            for hit in sentence.hits
            if hit.concept in self._known and says_where(hit.start, hit.end, sentence.folded)
        }
        return sentence._replace(hits=tuple(hit for hit in sentence.hits if hit not in gone)) if gone else sentence
