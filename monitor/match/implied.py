"""A side that need not be named: "Komala's camps near Erbil are emptied", "joint control room at Shalamcheh". Pure.

An armed group that fights one side is sent away, disarmed or held back for that side's sake, and what is done together
at a border crossing is done with the side behind it. A headline that says so names one side only: there the group or
the crossing stands for the other (``implies`` in config/entities). So does "the eastern neighbour", whatever it tells.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.match.scan import Hit, Sentence
from monitor.text.scripts import script
from monitor.topic.records import STATES, Topic

ENEMY = "enemy"  # the signal of config/lexicon/signals.yaml
# What the sentence has to tell: of a group what is done about it, of a crossing what two do together.
_OF_GROUPS = frozenset({"removing", "armed_groups"})
_OF_CROSSINGS = frozenset({"agreement", "cooperation", "joint_drill", "joint_operation", "between", "sharing"})
_CALLED = 2  # folded characters between "neighbour" and its name
_FEW = 3  # sentences, the title among them: a longer report names the side itself


class Implied:
    """Reads the groups and crossings of one topic. Built once; `named` is pure."""

    def __init__(self, topic: Topic) -> None:
        self._concepts, self._sides = topic.concepts, topic.sides
        self._implies = {
            number: concept.implies
            for number, concept in enumerate(topic.concepts)
            if concept.implies >= 0 and not concept.shared  # Mehran is a given name, too
        }
        self._names = {concept.key: n for n, concept in reversed(list(enumerate(topic.concepts))) if concept.side >= 0}

    def named(self, sentences: Sequence[Sentence], side: str) -> tuple[Sentence, ...]:
        """The sentences of a short item that does not name ``side``, with it where a group or crossing stands for it.

        Where another state is named, all that may be for the sake of that one.
        """
        if not self._implies or len(sentences) > _FEW or side not in self._names:
            return tuple(sentences)
        if any(self._concepts[hit.concept].key in STATES for sentence in sentences for hit in sentence.hits):
            return tuple(sentences)
        return tuple(self._with_side(sentence, side) for sentence in sentences)

    def _with_side(self, sentence: Sentence, side: str) -> Sentence:
        place = self._sides.index(side)
        found = [hit for hit in sentence.hits if self._implies.get(hit.concept) == place]
        if not found:
            return sentence
        acts = {concept.key for hit in sentence.hits if (concept := self._concepts[hit.concept]).kind != "entity"}
        own = [hit._replace(concept=self._names[side]) for hit in found if self._tells(hit, acts, sentence)]
        return sentence._replace(hits=tuple(sorted((*sentence.hits, *own)))) if own else sentence

    def _tells(self, hit: Hit, acts: set[str], sentence: Sentence) -> bool:
        concept = self._concepts[hit.concept]
        if concept.place and concept.side < 0:
            return not self._is_called(hit, sentence)
        return not acts.isdisjoint(_OF_CROSSINGS if concept.place else _OF_GROUPS)

    def _is_called(self, hit: Hit, sentence: Sentence) -> bool:
        """Whether a neighbour is named right behind the word: "its eastern neighbour Iraq". In Arabic letters what
        follows says whose neighbour it is."""
        behind = range(hit.end, hit.end + _CALLED + 1)
        return script(sentence.folded[hit.start : hit.end]) != "arabic" and any(
            other.start in behind and self._concepts[other.concept].side >= 0 for other in sentence.hits
        )
