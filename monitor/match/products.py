"""Names of arms and ships ("Shahed", "Sahand"): they name their side only right beside a word of arms. Pure.

"Shahed drones" are Iran's; a witness, a village or somebody called so is nobody's.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from monitor.match.scan import Hit, Sentence
from monitor.topic.records import Topic

ARMS = "materiel"  # the signal of config/lexicon/signals.yaml
_BESIDE = 3  # folded characters between a name and the word of arms, quotation marks among them


class Products:
    """The loose names of products of a topic; built once."""

    def __init__(self, topic: Topic) -> None:
        self._loose = frozenset(n for n, concept in enumerate(topic.concepts) if concept.product and concept.shared)
        self._arms = frozenset(n for n, concept in enumerate(topic.concepts) if concept.key == ARMS)

    def of(self, sentences: Sequence[Sentence], held: Set[int]) -> Sequence[Sentence]:
        """The sentences without the loose names that no word of arms stands beside. held: the concepts in them."""
        if self._loose.isdisjoint(held):
            return sentences
        return [self._read(sentence) for sentence in sentences]

    def _read(self, sentence: Sentence) -> Sentence:
        loose = [hit for hit in sentence.hits if hit.concept in self._loose]
        if not loose:
            return sentence
        arms = [hit for hit in sentence.hits if hit.concept in self._arms]
        gone = {hit for hit in loose if not any(_beside(hit, word) for word in arms)}
        return sentence._replace(hits=tuple(h for h in sentence.hits if h not in gone)) if gone else sentence


def _beside(name: Hit, word: Hit) -> bool:
    return max(word.start - name.end, name.start - word.end) <= _BESIDE and (word.start, word.end) != name[:2]
