"""A side named by those who fight it: "Komala's camps near the border are emptied". Pure.

An armed group that fights one side is sent away, disarmed or held back for that side's sake. A headline of the other
side says so without naming the first: where it does, the group stands for the side that it fights.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.match.scan import Sentence
from monitor.topic.records import STATES, Topic

ENEMY = "enemy"  # the signal of config/lexicon/signals.yaml
_DONE_TO_IT = frozenset({"removing", "armed_groups"})
_FEW = 3  # sentences, the title among them: a longer report names the side itself


class Opposed:
    """Reads the armed groups of one topic. Built once; `named` is pure."""

    def __init__(self, topic: Topic) -> None:
        self._concepts, self._sides = topic.concepts, topic.sides
        self._groups = {number for number, concept in enumerate(topic.concepts) if concept.opposes >= 0}
        self._names = {concept.key: n for n, concept in reversed(list(enumerate(topic.concepts))) if concept.side >= 0}

    def named(self, sentences: Sequence[Sentence], side: str) -> tuple[Sentence, ...]:
        """The sentences of a short item, with the one side that it does not name where a group stands for it.

        Where another state is named, the group may be sent away for the sake of that one.
        """
        if not self._groups or len(sentences) > _FEW or side not in self._names:
            return tuple(sentences)
        if any(self._concepts[hit.concept].key in STATES for sentence in sentences for hit in sentence.hits):
            return tuple(sentences)
        return tuple(self._with_side(sentence, side) for sentence in sentences)

    def _with_side(self, sentence: Sentence, side: str) -> Sentence:
        """With the side named at each group that fights it, where the sentence tells what is done about groups."""
        if not any(self._concepts[hit.concept].key in _DONE_TO_IT for hit in sentence.hits):
            return sentence
        place = self._sides.index(side)
        own = [
            hit._replace(concept=self._names[side])
            for hit in sentence.hits
            if hit.concept in self._groups and self._concepts[hit.concept].opposes == place
        ]
        return sentence._replace(hits=tuple(sorted((*sentence.hits, *own)))) if own else sentence
