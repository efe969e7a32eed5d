"""What speaks for and against, as named numbers: the same for every language and every pair of sides.

The unit is the passage: a sentence with its neighbour. In it stand sides (any name of each), actors (people, bodies,
offices beside a side's name), acts (facets, or cooperation near something military), and contexts that speak against.
Counts are damped by log(1 + n). The names are the ones of the weights file and of the receipt; a name that begins
with "against" can only take away, every other but "short" only add, so that a receipt reads as it is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import exp, log, log1p

from monitor.match.scan import Sentence
from monitor.topic.records import Concept, Topic

_BESIDE = 16  # folded characters between an office and the side it belongs to
_NEAR = 48  # between cooperation and what makes it military
_THIN = 160  # characters of text below which the title is all there is
_SHORT = 700
_REACH = 90.0  # folded characters over which nearness of sides and act falls to 1/e
_FORCEFUL = frozenset({"armed_groups", "counter_terrorism", "law_enforcement"})  # news of strikes has these, too
_TOGETHER = frozenset({"agreeing", "cooperation", "contact", "pledge"})
_ACTORS = {"roles_security": True, "roles_political": False, "counterpart": False}
_THIRD = "third"
_SECURITY = ("security", "terror", "border", "stability")
_VAGUE = frozenset({"security", "border", "stability"})  # what every minister wishes his neighbour
_LOOSE = frozenset({"support", "counter_terrorism"})  # facets that news of one side alone has, too
_SPECIFIC = frozenset({"military", "materiel", "enemy", "terror", "roles_security"})
_OF_STATES = frozenset({"joint_drill", "agreement"})  # acts that an ally has in place of a side, not beside it
_OPENING = 3  # sentences
_OBJECT = 5  # folded characters between "supporting" and what is supported
_COMPOUNDS: dict[str, dict[str, str]] = {
    "cooperation": dict.fromkeys(("military", *_SECURITY), "cooperation"),
    "relations": dict.fromkeys(("military", *_SECURITY), "cooperation"),
    "agreeing": dict.fromkeys(("military", *_SECURITY), "agreement"),
    "help": dict.fromkeys(("military", "enemy", "security", "terror", "border"), "support"),
    "transfer": {"materiel": "arms"},
    "sharing": {"knowledge": "intelligence"},
    "teaching": {"military": "training_advisers", "materiel": "training_advisers"},
    "exercise": {"military": "joint_drill", "cooperation": "joint_drill"},
    "pledge": dict.fromkeys(("enemy", *_SECURITY), "armed_groups"),
}
_COMPOUND_NAMES = tuple(sorted({f"{act} + {other}" for acts in _COMPOUNDS.values() for other, act in acts.items()}))
_SAID = {"third": "other states", "allies": "allied states", "war_1980s": "war of the 1980s"}


def _said(heading: str) -> str:
    """A heading of the lexicon as it stands in names of features: for a reader."""
    return _SAID.get(heading) or heading.replace("_", " ")


@dataclass(slots=True)
class Unit:
    """What a sentence, or a passage of several, holds. Sets of side numbers; acts and contexts by heading.

    firm: the acts whose wording is more than vague "security" or one side's own fight. words: the different words of
    arms, forces and acts.
    """

    sides: set[int] = field(default_factory=set)
    actors: set[int] = field(default_factory=set)
    security_actors: set[int] = field(default_factory=set)
    signals: set[str] = field(default_factory=set)
    acts: set[str] = field(default_factory=set)
    firm: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    contexts: dict[str, int] = field(default_factory=dict)
    places: list[tuple[int, int, int]] = field(default_factory=list)  # (start, end, side, or -1 for an act); no join
    wordings: list[tuple[int, int, str]] = field(
        default_factory=list
    )  # (start, end, act) of words that make one; no join

    def join(self, other: Unit) -> Unit:
        """What this unit and ``other`` hold together (not places, which are of one sentence)."""
        contexts = dict(self.contexts)
        for name, count in other.contexts.items():
            contexts[name] = contexts.get(name, 0) + count
        return Unit(
            self.sides | other.sides,
            self.actors | other.actors,
            self.security_actors | other.security_actors,
            self.signals | other.signals,
            self.acts | other.acts,
            self.firm | other.firm,
            self.words | other.words,
            contexts,
        )

    @property
    def guarded(self) -> bool:
        """Something of defence or security stands here."""
        return not self.signals.isdisjoint(("military", *_SECURITY))

    @property
    def meeting(self) -> bool:
        """Someone meets, visits or telephones someone, or is called the counterpart of a side."""
        return "contact" in self.signals or "counterpart of a side" in self.signals


def unit_of(sentence: Sentence, concepts: Sequence[Concept]) -> Unit:
    """What one sentence holds. concepts: the topic's, which the hits of the sentence number."""
    unit = Unit()
    names: list[tuple[int, int, int]] = []  # (start, end, side) of every name of a side
    signals: list[tuple[int, int, str]] = []
    phrases = [hit for hit in sentence.hits if concepts[hit.concept].kind in ("act", "entity")]
    near = {concepts[hit.concept].side for hit in sentence.hits} - {-1}
    for start, end, number in sentence.hits:
        concept = concepts[number]
        if concept.weak and len(near) < 2:
            continue
        if concept.side >= 0:
            names.append((start, end, concept.side))
            unit.places.append((start, end, concept.side))
            _add_name(unit, concept)
        elif concept.kind == "signal":
            unit.signals.add(concept.key)
            if concept.key in _SPECIFIC:
                unit.words.add(sentence.folded[start:end])
            signals.append((start, end, concept.key))
        elif concept.kind == "act":
            unit.acts.add(concept.key)
            unit.words.add(sentence.folded[start:end])
            if concept.key not in _LOOSE:
                unit.firm.add(concept.key)
            unit.places.append((start, end, -1))
        elif concept.kind == "context" and not any(p.start <= start and end <= p.end for p in phrases):
            # "will pose no threat to Iran" is an undertaking, not a threat; Talabani is no Taliban
            unit.contexts[concept.key] = unit.contexts.get(concept.key, 0) + 1
    if names and signals:
        _offices(unit, names, signals)
    if len(signals) > 1:
        _compound_acts(unit, signals)
    _set_aside(unit)
    return unit


def _add_name(unit: Unit, concept: Concept) -> None:
    """A name of a side: of the side itself, or of one that acts for it."""
    unit.sides.add(concept.side)
    if concept.actor:
        unit.actors.add(concept.side)
        if concept.security:
            unit.security_actors.add(concept.side)


def _set_aside(unit: Unit) -> None:
    """Drops what the rest of the sentence shows to be meant otherwise."""
    if "allies" in unit.contexts and len(unit.sides) > 1 and unit.firm - _OF_STATES:
        del unit.contexts["allies"]  # advisers "in Iraq and Syria": both are beside the ally, not it in their place
    if "strike" in unit.contexts and unit.acts <= _FORCEFUL and not unit.signals & _TOGETHER:
        unit.firm.clear()
        unit.acts.clear()  # one side shelling the other's rebels is no act of the two


def _offices(unit: Unit, names: list[tuple[int, int, int]], signals: list[tuple[int, int, str]]) -> None:
    """ "Iraqi defence minister", in any order of the words: an office beside a side's name is an actor of that side."""
    for start, end, signal in signals:
        if (security := _ACTORS.get(signal)) is None:
            continue
        gap, side = min((max(first - end, start - last), side) for first, last, side in names)
        if gap <= _BESIDE:
            unit.actors.add(side)
            if security:
                unit.security_actors.add(side)
            if signal == "counterpart":
                unit.signals.add("counterpart of a side")


def _compound_acts(unit: Unit, signals: list[tuple[int, int, str]]) -> None:
    """Two signals near each other that together are an act: cooperation + military, delivery + materiel, …"""
    for start, end, signal in signals:
        if signal not in _COMPOUNDS:
            continue
        for first, last, other in signals:
            act = _COMPOUNDS[signal].get(other)
            if not act or max(first - end, start - last) > _NEAR or (first, last) == (start, end):
                continue
            if signal == "help" and other in ("terror", "enemy") and 0 <= first - end <= _OBJECT:
                continue  # "accused of supporting terrorism"
            if signal == "exercise" and other == "military" and _alone(unit):
                continue
            unit.acts.add(act)
            if other not in _VAGUE:
                unit.firm.add(act)
            unit.places.append((min(start, first), max(end, last), -1))
            unit.wordings += ((start, end, act), (first, last, act))
            unit.signals.add(f"{act} + {other}")


def _alone(unit: Unit) -> bool:
    """The force of one side, and no word of its doing something with the other: a drill of its own."""
    return len(unit.security_actors) == 1 and unit.signals.isdisjoint(("cooperation", "between"))


def passages(units: Sequence[Unit], sentences: Sequence[Sentence], near: str) -> list[Unit]:
    """For each sentence the passage that begins with it. near: "sentence" is it alone, "passage" with its next one (not
    across the title), "article" the whole."""
    if near == "sentence":
        return list(units)
    if near == "article":
        whole = Unit()
        for unit in units:
            whole = whole.join(unit)
        return [whole] * len(units)
    joined: list[Unit] = []
    for index, unit in enumerate(units):
        following = index + 1 < len(units) and sentences[index].where != "title"
        joined.append(unit.join(units[index + 1]) if following else unit)
    return joined


def side_features(sentences: Sequence[Sentence], topic: Topic) -> dict[str, float]:
    """name → value of the features of a topic with sides, those that are not zero; empty when a side is never named.

    Values are 0 or 1, shares of 0 to 1, or log(1 + count). The names are those of the weights file.
    """
    wanted = frozenset(range(len(topic.sides)))
    named = {topic.concepts[hit.concept].side for sentence in sentences for hit in sentence.hits}
    if not named >= wanted:
        return {}
    units = [unit_of(sentence, topic.concepts) for sentence in sentences]
    joined = passages(units, sentences, topic.near)
    length = sum(len(sentence.text) for sentence in sentences if sentence.where != "title")
    found: dict[str, float] = {}
    _front(found, units, sentences, wanted, thin=length < _THIN)
    _everywhere(found, units, joined, wanted)
    _against(found, units, joined, wanted)
    found["against: length"] = log(1 + length / 1000)
    found["short"] = length < _SHORT
    return {name: float(value) for name, value in found.items() if value}


def _front(
    found: dict[str, float], units: Sequence[Unit], sentences: Sequence[Sentence], wanted: frozenset[int], thin: bool
) -> None:
    """What stands in title and lead: what an article is about and not only mentions.

    Where only a headline is known it is the lead too.
    """
    title, lead = Unit(), Unit()
    for unit, sentence in zip(units, sentences, strict=True):
        if sentence.where == "title":
            title = title.join(unit)
        elif sentence.where == "lead":
            lead = lead.join(unit)
    if thin:
        lead = lead.join(title)
        found["headline alone: actors of all sides"] = lead.actors >= wanted
    opening = Unit()
    for unit in units[:_OPENING]:
        opening = opening.join(unit)
    found["opening: all sides and firm act"] = opening.sides >= wanted and bool(opening.firm)
    found["first sentence: firm act"] = bool(units[0].firm)
    front = title.join(lead)
    for name, unit in (("title", title), ("lead", lead), ("title or lead", front)):
        both = unit.sides >= wanted
        found[f"{name}: all sides"] = both
        found[f"{name}: act"] = bool(unit.acts)
        found[f"{name}: all sides and act"] = both and bool(unit.acts)
        found[f"{name}: all sides, act, no third party"] = both and bool(unit.acts) and _THIRD not in unit.contexts
        found[f"{name}: security actor"] = bool(unit.security_actors)
        found[f"{name}: security actors of all sides"] = unit.security_actors >= wanted
        found[f"{name}: actors of all sides meet"] = unit.actors >= wanted and unit.meeting
        found[f"{name}: security actor meets the other side"] = (
            both and bool(unit.security_actors) and unit.meeting and unit.actors >= wanted
        )
        found[f"{name}: military or security"] = unit.guarded
    for name in title.contexts:
        found[f"against, title: {_said(name)}"] = 1.0


def _everywhere(found: dict[str, float], units: Sequence[Unit], joined: Sequence[Unit], wanted: frozenset[int]) -> None:
    together = [unit for unit in joined if unit.sides >= wanted]
    acts = [unit for unit in together if unit.acts]

    def count(test: Callable[[Unit], bool], among: Sequence[Unit] = joined) -> float:
        return log1p(sum(map(test, among)))

    found["passages: all sides and act"] = log1p(len(acts))
    found["sentences: all sides and act"] = count(lambda u: bool(u.acts) and u.sides >= wanted, units)
    found["passages: all sides and act, nothing else"] = count(lambda u: not u.contexts, acts)
    found["sentences: all sides and act, nothing else"] = count(
        lambda u: bool(u.acts) and u.sides >= wanted and not u.contexts, units
    )
    found["nearness of all sides and act"] = max((_nearness(unit, wanted) for unit in units), default=0.0)
    found["passages: actors of all sides meet on security"] = count(
        lambda u: u.actors >= wanted and u.meeting and u.guarded
    )
    found["passages: security actor meets the other side"] = count(
        lambda u: u.actors >= wanted and bool(u.security_actors) and u.meeting
    )
    found["passages: security actors of all sides"] = count(lambda u: u.security_actors >= wanted)
    for name in _COMPOUND_NAMES:
        found[f"passages: {_said(name)}"] = count(lambda u, name=name: name in u.signals, together)  # type: ignore[misc]
    found["passage: different words of arms and forces"] = log1p(max((len(unit.words) for unit in together), default=0))
    found["strongest passage"] = max((_strength(unit, wanted) for unit in together), default=0.0)
    first = next((index for index, unit in enumerate(joined) if unit.acts and unit.sides >= wanted), None)
    found["how early: all sides and act"] = 0.0 if first is None else 1 / (1 + first)
    facets: dict[str, int] = {}
    for unit in acts:
        for facet in unit.acts:
            facets[facet] = facets.get(facet, 0) + 1
    for facet, times in facets.items():
        found[f"act: {_said(facet)}"] = log1p(times)


def _nearness(unit: Unit, wanted: frozenset[int]) -> float:
    """0 to 1: how near each side stands to an act in one sentence, by the shortest stretch that holds them all."""
    if not (unit.acts and unit.sides >= wanted):
        return 0.0
    best = 0.0
    for start, end, act in unit.places:
        if act >= 0:
            continue
        first, last = start, end
        for side in wanted:
            _, near, far = min((max(s - end, start - e, 0), s, e) for s, e, its in unit.places if its == side)
            first, last = min(first, near), max(last, far)
        best = max(best, exp((first - last) / _REACH))
    return best


def _strength(unit: Unit, wanted: frozenset[int]) -> float:
    """0 to 1: how many of the marks of an act between the sides one passage bears."""
    marks = (
        bool(unit.acts),
        len(unit.acts) > 1,
        unit.guarded,
        unit.actors >= wanted,
        bool(unit.security_actors),
        unit.security_actors >= wanted,
        unit.meeting,
        "between" in unit.signals,
        _THIRD not in unit.contexts,
    )
    return sum(marks) / len(marks)


def _against(found: dict[str, float], units: Sequence[Unit], joined: Sequence[Unit], wanted: frozenset[int]) -> None:
    total: dict[str, int] = {}
    for unit in units:
        for name, count in unit.contexts.items():
            total[name] = total.get(name, 0) + count
    for name, count in total.items():
        found[f"against: {_said(name)}"] = log1p(3 * count / len(units))
    together = [unit for unit in joined if unit.sides >= wanted]
    if together:
        found["against, share of passages with all sides: other states"] = sum(
            _THIRD in u.contexts for u in together
        ) / len(together)
        other = [u for u in together if not u.acts and set(u.contexts) - {_THIRD}]
        found["against, share of passages with all sides: other matters"] = len(other) / len(together)
