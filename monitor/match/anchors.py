"""What ties a name of one word to its side: "Mousavi" alone is a general, and a deputy from Basra. Pure.

A name that few bear needs its side anywhere in the article. One that many bear needs it in the same sentence, or in the
next to it as one that acts there: "Bagheri in Baghdad. Iran's chief of staff …" is the general, and "Officer Rezaei now
heads Kirkuk's police. He served near the Iranian border" is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from monitor.match.name_shapes import opens_a_quote
from monitor.match.scan import Hit, Sentence
from monitor.topic.name_words import small_words
from monitor.topic.records import STATES, Concept, Topic

_FEW = 3  # sentences, the title among them, that are one breath
_BESIDE = 16  # folded characters between an office and the side it belongs to
_OFFICES = frozenset({"roles_security", "roles_political", "counterpart"})


class At(NamedTuple):
    """A name of one word in its place. sentence: its number. lacks_article: an Arabic adjective without the article."""

    sentence: int
    hit: Hit
    concept: Concept
    lacks_article: bool = False


class Anchors:
    """Finds what ties the names of one topic to their sides. Built once; `of` is pure."""

    def __init__(self, topic: Topic, alone: frozenset[int], names: frozenset[int]) -> None:
        """alone: the names of one word; names: those of sides and of other states."""
        self._concepts, self._alone, self._names = topic.concepts, alone, names
        self._people = frozenset(concept.key for concept in topic.concepts if concept.alone)
        self._offices = frozenset(number for number, each in enumerate(topic.concepts) if each.key in _OFFICES)

    def of(self, places: Sequence[At], sentences: Sequence[Sentence]) -> str:
        """What ties one bare name, wherever it stands, to its side; "" where nothing does."""
        side = places[0].concept.side
        sentences = self._without_namesakes(places, sentences)
        own = [number for number, sentence in enumerate(sentences) if side in self._sides_named(sentence)]
        for at in places:
            if at.sentence in own:
                return "its side is named beside it"
            if any(self._is_near(at, number, sentences) for number in own):
                return "its side is named in the article"
        for at in places:
            around = sentences if len(sentences) <= _FEW else sentences[at.sentence : at.sentence + 1]
            if not at.concept.shared and self._beside_another_side(around, side):
                return "few bear it, and the other side is named beside it"
            if self._surnames_alone(at, sentences):
                return "all sides are named by surnames alone, side by side"
            if self._with_peer(at, sentences):
                return "somebody of the other side's forces is named beside it, and no state or office"
            if self._speaks(at, sentences):
                return "he speaks of dealings with the other side, and no other state is named"
        return ""

    def _without_namesakes(self, places: Sequence[At], sentences: Sequence[Sentence]) -> Sequence[Sentence]:
        """The sentences without what the same word means on other sides: a town named as he is stands beside nobody."""
        side = places[0].concept.side
        words = {sentences[at.sentence].folded[at.hit.start : at.hit.end] for at in places}
        kept = []
        for each in sentences:
            others = {h for h in each.hits if self._concepts[h[2]].side != side and each.folded[h[0] : h[1]] in words}
            kept.append(each._replace(hits=tuple(h for h in each.hits if h not in others)) if others else each)
        return kept

    def _is_near(self, at: At, number: int, sentences: Sequence[Sentence]) -> bool:
        """Whether a sentence that names his side can speak of who stands at ``at``."""
        borne_by_many = at.concept.shared or self._concepts[at.hit.concept].shared  # in Arabic, many by the article
        side = at.concept.side
        if not at.concept.shared and not (borne_by_many and self._beside_another_side([sentences[at.sentence]], side)):
            return True
        if abs(number - at.sentence) > 1:
            return False
        return not at.concept.actor or self._acts(at.concept.side, sentences[number])

    def _acts(self, side: int, sentence: Sentence) -> bool:
        """Whether somebody of a side is named in a sentence, or an office beside its name: not "from Iran"."""
        named = [
            (hit, self._concepts[hit.concept])
            for hit in sentence.hits
            if hit.concept not in self._alone and self._concepts[hit.concept].side == side
        ]
        offices = [hit for hit in sentence.hits if hit.concept in self._offices]
        return any(concept.actor for _, concept in named) or any(
            max(name.start - office.end, office.start - name.end) <= _BESIDE for name, _ in named for office in offices
        )

    def _sides_named(self, sentence: Sentence) -> set[int]:
        """The sides that a sentence names by more than a name of one word."""
        return {self._concepts[hit.concept].side for hit in sentence.hits if hit.concept not in self._alone}

    def _surnames_alone(self, at: At, sentences: Sequence[Sentence]) -> bool:
        """A headline such as "Larijani and Araji sign": one surname of each side, and no state anywhere."""
        beside = {self._concepts[hit.concept].side for hit in sentences[at.sentence].hits if hit.concept in self._alone}
        others = self._names - self._alone
        return len(beside) > 1 and not any(hit.concept in others for each in sentences for hit in each.hits)

    def _with_peer(self, at: At, sentences: Sequence[Sentence]) -> bool:
        """A short item such as "Salami writes to Fayyadh": officers of two sides, and no word before one."""
        own, before = at.concept, sentences[at.sentence].folded[: at.hit.start].split()[-1:]
        named = any(len(word) > 1 and word not in small_words() for word in before)
        if named or not own.security or len(sentences) > _FEW or self._names_state(sentences):
            return False
        beside = [self._concepts[hit.concept] for hit in sentences[at.sentence].hits]
        return any(each.key in self._people and each.security and each.side not in (-1, own.side) for each in beside)

    def _speaks(self, at: At, sentences: Sequence[Sentence]) -> bool:
        """A headline that quotes an officer: "Shammari: security cooperation with Iran led to arrests"."""
        sentence, own = sentences[at.sentence], at.concept
        if not own.security or len(sentences) > _FEW or self._names_state(sentences):
            return False
        if not opens_a_quote(sentence.folded, at.hit):
            return False
        beside = [self._concepts[hit.concept] for hit in sentence.hits]
        other = any(each.side not in (-1, own.side) and not each.shared for each in beside)
        return other and any(each.kind == "act" for each in beside)

    def _beside_another_side(self, sentences: Sequence[Sentence], side: int) -> bool:
        beside = [self._concepts[hit.concept] for sentence in sentences for hit in sentence.hits]
        return any(c.side not in (-1, side) and not c.shared for c in beside) and not self._names_state(sentences)

    def _names_state(self, them: Sequence[Sentence]) -> bool:
        return any(self._concepts[hit.concept].key in STATES for each in them for hit in each.hits)
