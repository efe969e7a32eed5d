"""People who have held an office of security in some years and another in others: which, the article's date says. Pure.

The speaker of a parliament in 2015 is its secretary of security in 2025. Without a date it is what he was last.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace

from monitor.match.scan import Sentence
from monitor.topic.records import Topic


class Careers:
    """The people of one topic with several kinds of offices. Built once; `of` is pure."""

    def __init__(self, topic: Topic) -> None:
        numbers = {concept: number for number, concept in enumerate(topic.concepts) if concept.side >= 0}
        # in security → the same person in another office
        self._twins = {
            number: numbers[replace(concept, security=False, years=())]
            for concept, number in numbers.items()
            if concept.years
        }
        self._either = frozenset((*self._twins, *self._twins.values()))
        self._years = {number: topic.concepts[number].years for number in self._twins}

    def of(self, sentences: Sequence[Sentence], year: int | None, held: Set[int]) -> Sequence[Sentence]:
        """The sentences with each of them once, in the office of the article's ``year``. held: no fewer concepts than
        stand in them."""
        if self._either.isdisjoint(held):
            return sentences
        gone = {
            twin if year is None or any(first <= year <= last for first, last in self._years[number]) else number
            for number, twin in self._twins.items()
        }
        return [
            sentence._replace(hits=tuple(hit for hit in sentence.hits if hit.concept not in gone))
            if any(hit.concept in gone for hit in sentence.hits)
            else sentence
            for sentence in sentences
        ]
