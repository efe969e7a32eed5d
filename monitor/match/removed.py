"""What is left of an article without the words that a person took out. Pure.

An article is read as it is written: whose name a surname is, which state acts, what a phrase means. Then whatever a
removed word alone bears out is dropped. So fewer words can never make it read as more; a text in which the words had
been deleted may, since a passage on other matters, or another reading of a name, may leave with them.

Every rule here keeps that order: with more words removed, each set is the same or smaller. What speaks against stays
as it was read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from monitor.match.no_dealing import OFFICES
from monitor.match.scan import Hit, Sentence
from monitor.match.side_features import is_against
from monitor.match.unit import LOOSE, LOOSE_GRADE, NOTHING, SILENT, VAGUE_GRADE, Unit
from monitor.match.units import unit_of
from monitor.topic.records import Topic

_BEARING = frozenset({"entity", "signal", "act"})  # kinds of concepts that bear out what a unit holds
_OF_ANOTHER = {"counterpart of a side": "counterpart"}  # a signal that a unit adds → the one that it is read from

_Span = tuple[int, int]
_Place = tuple[int, int, int]  # start, end, side or -1
_Wording = tuple[int, int, str]  # start, end, act


def left_of(read: Sequence[Sentence], scanned: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """The sentences with what still counts as their hits, and what was removed apart from these.

    read: the sentences with their names read; scanned: the same as they were found, with what was removed marked.
    """
    return tuple(_parted(now, then) if then.removed else now for now, then in zip(read, scanned, strict=True))


def _parted(read: Sentence, scanned: Sentence) -> Sentence:
    found, removed = set(scanned.hits), set(scanned.removed)

    def is_gone(hit: Hit) -> bool:
        # A name that was read as another's stands in the place of what was found there.
        return hit in removed or (hit not in found and any(e.start < hit.end and hit.start < e.end for e in removed))

    gone = tuple(hit for hit in read.hits if is_gone(hit))
    return read._replace(hits=tuple(hit for hit in read.hits if hit not in gone), removed=gone)


def as_written(sentence: Sentence) -> Sentence:
    """The sentence with what was removed among its hits."""
    return sentence._replace(hits=tuple(sorted((*sentence.hits, *sentence.removed)))) if sentence.removed else sentence


def unit_left(sentence: Sentence, topic: Topic) -> Unit:
    """What is left of what a sentence holds."""
    unit = unit_of(as_written(sentence), topic)
    left = _Left(unit, sentence, topic)
    if unit is NOTHING or not left.gone:
        return unit
    places, wordings = _deeds_left(unit, left)
    told = {act for _, _, act in unit.wordings}
    still_told = {act for _, _, act in wordings}
    acts = {act for act in unit.acts if act in still_told or (act not in told and any(side < 0 for *_, side in places))}
    firm = unit.firm & acts
    field_actors = {side for side in unit.field_actors & left.sides if left.acts_for(side, in_field=True)}
    texts = {sentence.folded[each[0] : each[1]] for each in (*left.live, *wordings)}
    return replace(
        unit,
        sides=unit.sides & left.sides,
        actors={side for side in unit.actors & left.sides if left.acts_for(side)},
        field_actors=field_actors,
        signals={signal for signal in unit.signals if not left.signals.isdisjoint((signal, _OF_ANOTHER.get(signal)))},
        acts=acts,
        firm=firm,
        words=unit.words & texts,
        vague=unit.vague and bool(acts),
        grade=min(unit.grade, max((_grade(act, firm) for act in acts), default=0.0)),
        guarded=unit.guarded and bool(left.signals & topic.field - SILENT),
        abroad=unit.abroad and bool(field_actors) and len(unit.sides & left.sides) > 1,
        talks=unit.talks and "contact" in left.signals and not left.signals.isdisjoint(topic.field),
        places=places,
        wordings=wordings,
    )


def _grade(act: str, firm: set[str]) -> float:
    return LOOSE_GRADE if act in LOOSE else 1.0 if act in firm else VAGUE_GRADE


class _Left:
    """What of a sentence bears out its unit. live: the hits that are left, gone: those removed; of the live ones
    sides: those named in the unit, signals: the headings."""

    def __init__(self, unit: Unit, sentence: Sentence, topic: Topic) -> None:
        self._concepts, self._field = topic.concepts, topic.field
        self.live = [hit for hit in sentence.hits if self._concepts[hit.concept].kind in _BEARING]
        self.gone = [hit for hit in sentence.removed if self._concepts[hit.concept].kind in _BEARING]
        self._named = {(hit.start, hit.end, self._concepts[hit.concept].side) for hit in self.live}
        self.sides = {each[2] for each in unit.places if self.is_name(each)}
        concepts = (self._concepts[hit.concept] for hit in self.live)
        self.signals = {concept.key for concept in concepts if concept.kind == "signal"}

    def is_name(self, place: tuple[int, int, int]) -> bool:
        """Whether a place of a unit is that of a name which is left."""
        return place[2] >= 0 and place in self._named

    def acts_for(self, side: int, *, in_field: bool = False) -> bool:
        """Whether somebody is left who acts for a side: by name, or by an office."""
        for hit in self.live:
            concept = self._concepts[hit.concept]
            if concept.side == side and concept.actor and (concept.security or not in_field):
                return True
        offices = self.signals & OFFICES
        return bool(offices) and (not in_field or "roles_security" in offices or bool(self.signals & self._field))

    def spans(self, hits: Sequence[Hit], *kinds: str) -> set[_Span]:
        """Where hits of some kinds stand."""
        return {(hit.start, hit.end) for hit in hits if self._concepts[hit.concept].kind in kinds}


def _deeds_left(unit: Unit, left: _Left) -> tuple[list[_Place], list[_Wording]]:
    """The places and wordings that are left. An act of one phrase is while that is, and one of several words while
    none of these was removed."""
    phrases, gone = left.spans(left.live, "act"), left.spans(left.gone, "act", "signal")
    worded = {(start, end) for start, end, _ in unit.wordings}
    places: list[_Place] = []
    for place in unit.places:
        start, end, side = place
        if side >= 0:
            stays = left.is_name(place)
        else:
            its = [each for each in gone if each == (start, end) or (each in worded and _within(each, (start, end)))]
            stays = (start, end) in phrases or not its
        if stays:
            places.append(place)
    deeds = [(start, end) for start, end, side in places if side < 0]
    return places, [each for each in unit.wordings if any(_within((each[0], each[1]), deed) for deed in deeds)]


def _within(span: _Span, other: _Span) -> bool:
    return other[0] <= span[0] and span[1] <= other[1]


def features_left(
    sentences: Sequence[Sentence],
    left: Sequence[Unit],
    topic: Topic,
    counted: Callable[[Sequence[Sentence], Sequence[Unit]], Mapping[str, float]],
) -> dict[str, float]:
    """name → value of the features of what is left, each no more than that of what is written; empty where a side is
    not named any more. left: the units of the sentences that are left, none in a topic without sides. counted: the
    features of sentences with these units.
    """
    if not {side for unit in left for side in unit.sides} >= set(range(len(topic.sides))):
        return {}
    whole = [as_written(sentence) for sentence in sentences]
    read = [unit_of(sentence, topic) for sentence in whole] if left else []
    speaking = {name: value for name, value in counted(sentences, left).items() if not is_against(name)}
    # What stands beside the sides counts against it wherever they are named, though by a name that was removed.
    beside = [replace(less, sides=more.sides, places=more.places) for less, more in zip(left, read, strict=True)]
    against = {name: value for name, value in counted(sentences, beside).items() if is_against(name)}
    return _lower(counted(whole, read), speaking | against, topic.weights.values)


def _lower(read: Mapping[str, float], left: Mapping[str, float], weights: Mapping[str, float]) -> dict[str, float]:
    """Of each feature the value that counts for less: as it was read, or as it is left.

    read and left: name → value; 0 where a name is not there.
    """

    def lesser(name: str) -> float:
        weight, values = weights.get(name, 0.0), (read.get(name, 0.0), left.get(name, 0.0))
        return min(values, key=lambda value: weight * value)

    return {name: value for name in {**read, **left} if (value := lesser(name))}
