"""Names of arms and ships ("Shahed", "Sahand"): they name their side only right beside a word of arms. Pure.

"Shahed drones" are Iran's; a witness, a village or somebody called so is nobody's. Between the two may stand "of the
type" and the like.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from monitor.match.scan import Hit, Sentence
from monitor.topic.records import Topic

ARMS = "materiel"  # the signal of config/lexicon/signals.yaml
OF_MAKE = "of_make"  # the signal: words between arms and whose they are or what they are called by
_BESIDE = 3  # folded characters between a name and the word of arms, quotation marks among them


class Products:
    """The loose names of products of a topic; built once."""

    def __init__(self, topic: Topic) -> None:
        self._loose = frozenset(n for n, concept in enumerate(topic.concepts) if concept.product and concept.shared)
        self._makes = frozenset(n for n, concept in enumerate(topic.concepts) if concept.key == OF_MAKE)
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
        makes = [(hit.start, hit.end) for hit in sentence.hits if hit.concept in self._makes]
        gone = {hit for hit in loose if not any(_beside(hit, word, makes) for word in arms)}
        return sentence._replace(hits=tuple(h for h in sentence.hits if h not in gone)) if gone else sentence


def apart(start: int, end: int, first: int, last: int, makes: Sequence[tuple[int, int]]) -> int:
    """The folded characters between [start, end) and [first, last), without words for "of the make"."""
    between = min(end, last), max(start, first)
    inner = [(a, b) for a, b in makes if between[0] <= a and b <= between[1]]
    whole = max(inner, key=lambda each: each[1] - each[0], default=(0, 0))
    return between[1] - between[0] - (whole[1] - whole[0])


def _beside(name: Hit, word: Hit, makes: Sequence[tuple[int, int]]) -> bool:
    return apart(name.start, name.end, word.start, word.end, makes) <= _BESIDE and (word.start, word.end) != name[:2]
