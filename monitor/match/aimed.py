"""A person's terms that are aimed at a meaning and not at letters: ``country:Sudan``, ``entity:sudani``. Pure.

They follow how the names of the article were read. "al-Sudani" read as the prime minister is no word of Sudan, and read
as a Sudanese it is no word of the prime minister.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.match.scan import Hit, Sentence
from monitor.topic.records import COUNTRY, ENTITY, PERSONAL, Topic


class Aimed:
    """The aimed terms of a topic; built once."""

    def __init__(self, topic: Topic) -> None:
        own = [(number, each) for number, each in enumerate(topic.concepts) if each.kind in PERSONAL]
        self._countries = frozenset(number for number, each in own if each.key.startswith(COUNTRY))
        self._surnames = frozenset(number for number, each in enumerate(topic.concepts) if each.adjective)
        wanted: dict[str, list[int]] = {}
        for number, each in own:
            if each.key.startswith(ENTITY):
                wanted.setdefault(each.key.removeprefix(ENTITY), []).append(number)
        self._terms = {
            number: tuple(wanted[each.key])
            for number, each in enumerate(topic.concepts)
            if each.kind == "entity" and each.key in wanted
        }

    def of(self, sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
        """The sentences, whose names were read, with what the aimed terms mean in them."""
        if not self._countries and not self._terms:
            return tuple(sentences)
        return tuple(sentence._replace(hits=self._hits(sentence.hits)) for sentence in sentences)

    def _hits(self, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        people = [hit for hit in hits if hit.concept in self._surnames]
        kept = [
            hit
            for hit in hits
            if hit.concept not in self._countries or not any(p.start < hit.end and hit.start < p.end for p in people)
        ]
        found = (Hit(hit.start, hit.end, term) for hit in hits for term in self._terms.get(hit.concept, ()))
        return tuple(sorted((*kept, *found)))
