"""What speaks for and against, as named numbers: the same for every language, every pair of sides and every field.

The unit is the passage: a sentence with its neighbour. In it stand sides (any name of each), actors (people, bodies,
offices beside a side's name), words of the topic's field, acts (wordings of the field, or cooperation near a word of
it), and contexts that speak against. A feature names the part that something plays, never a heading of the data, so
that weights learned from some topics carry to others. Counts are damped by log(1 + n). The names are the ones of the
weights file and of the receipt; a name that begins with "against" can only take away, every other but "short" only
add, so that a receipt reads as it is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from math import exp, log, log1p

from monitor.match.scan import Sentence
from monitor.topic.records import COUNTRIES, OTHER_FIELD, Concept, Topic

_SECURITY = ("security", "terror", "border", "stability")
_BESIDE = 16  # folded characters between an office and the side it belongs to
_NEAR = 48  # between cooperation and what makes it military
_THIN = 160  # characters of text below which the title is all there is
_SHORT = 700
_REACH = 90.0  # folded characters over which nearness of sides and act falls to 1/e
_LEXICON = frozenset({"military", "materiel", "enemy", "knowledge", "roles_security", *_SECURITY})  # of the lexicon
_FORCEFUL = frozenset({"armed_groups", "counter_terrorism", "law_enforcement"})  # news of strikes has these, too
_TOGETHER = frozenset({"agreeing", "cooperation", "contact", "pledge"})
_OFFICES = frozenset({"roles_security", "roles_political", "counterpart"})
_OFFICE_OF = 12  # folded characters between an office and the field it is for
_THIRD = "third"
_VAGUE = frozenset({"security", "border", "stability"})  # what every minister wishes his neighbour
_DEALINGS = frozenset(
    {"cooperation", "relations", "agreeing", "help", "transfer", "sharing", "teaching", "pledge", "exercise"}
)  # beside a word of any other field these make an act in it
_LOOSE = frozenset({"support", "counter_terrorism"})  # facets that news of one side alone has, too
_SILENT = frozenset({"materiel", "enemy", "knowledge", "roles_security"})  # say little where nothing else does
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
_AGAINST = {  # heading of a context → the part it plays; a field that is not the topic's is another field
    COUNTRIES: "other countries", "third": "other states", "allies": "other states",
    "attack": "hostile acts", "strike": "hostile acts",
    "threat": "hostile acts", "conflict": "hostile acts", "mediation": "mediation", "ceremony": "remembrance",
    "war_1980s": "remembrance",
}  # fmt: skip


def part_against(heading: str) -> str:
    """What a context of the lexicon, or a field that is not the topic's, is called where it speaks against."""
    return "words of another field" if heading.startswith(OTHER_FIELD) else _AGAINST.get(heading, "another field")


def unused_contexts(topic: Topic) -> frozenset[int]:
    """The contexts that speak against in no part with a weight: there is no need to look for them."""
    against = [name for name in topic.weights.values if name.startswith("against")]
    if topic.weights.model == "terms":
        return frozenset()
    return frozenset(
        number
        for number, concept in enumerate(topic.concepts)
        if concept.kind == "context"
        and concept.key.startswith((COUNTRIES, OTHER_FIELD))
        and not any(name.endswith(f": {part_against(concept.key)}") for name in against)
    )


def _firm_contexts(unit: Unit) -> set[str]:
    """The contexts that say what a passage is about instead: not a country or a word of another field alone."""
    return {name for name in unit.contexts if name != COUNTRIES and not name.startswith(OTHER_FIELD)}


@dataclass(slots=True)
class Unit:
    """What a sentence, or a passage of several, holds. Sets of side numbers; acts and contexts by heading.

    field_actors: sides of which someone acts whose office is of the topic's field. firm: the acts whose wording is more
    than vague "security" or one side's own fight. words: the different words of the field and acts. made: how an act
    was put together of two words, "firm" or "vague".
    """

    sides: set[int] = field(default_factory=set)
    actors: set[int] = field(default_factory=set)
    field_actors: set[int] = field(default_factory=set)
    signals: set[str] = field(default_factory=set)
    acts: set[str] = field(default_factory=set)
    firm: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    made: set[str] = field(default_factory=set)
    guarded: bool = False  # a word of the topic's field stands here
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
            self.field_actors | other.field_actors,
            self.signals | other.signals,
            self.acts | other.acts,
            self.firm | other.firm,
            self.words | other.words,
            self.made | other.made,
            self.guarded or other.guarded,
            contexts,
        )

    @property
    def meeting(self) -> bool:
        """Someone meets, visits or telephones someone, or is called the counterpart of a side."""
        return "contact" in self.signals or "counterpart of a side" in self.signals


def unit_of(sentence: Sentence, topic: Topic) -> Unit:
    """What one sentence holds; its hits number the concepts of ``topic``."""
    unit, concepts = Unit(), topic.concepts
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
            unit.guarded = unit.guarded or (concept.key in topic.field and concept.key not in _SILENT)
            if concept.key in topic.field and concept.key not in _VAGUE:
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
        _offices(unit, names, signals, topic.field)
    if len(signals) > 1:
        _compound_acts(unit, signals, topic.field)
    _set_aside(unit)
    return unit


def _add_name(unit: Unit, concept: Concept) -> None:
    """A name of a side: of the side itself, or of one that acts for it."""
    unit.sides.add(concept.side)
    if concept.actor:
        unit.actors.add(concept.side)
        if concept.security:
            unit.field_actors.add(concept.side)


def _set_aside(unit: Unit) -> None:
    """Drops what the rest of the sentence shows to be meant otherwise."""
    if "allies" in unit.contexts and len(unit.sides) > 1 and unit.firm - _OF_STATES:
        del unit.contexts["allies"]  # advisers "in Iraq and Syria": both are beside the ally, not it in their place
    if "strike" in unit.contexts and unit.acts <= _FORCEFUL and not unit.signals & _TOGETHER:
        unit.firm.clear()
        unit.acts.clear()  # one side shelling the other's rebels is no act of the two


def _offices(
    unit: Unit, names: list[tuple[int, int, int]], signals: list[tuple[int, int, str]], field_: Collection[str]
) -> None:
    """ "Iraqi oil minister", in any order of the words: an office beside a side's name is an actor of that side.

    It is one of the field where its own word says so ("defence minister"), or a word of the field stands beside it.
    """
    others = [(start, end) for start, end, signal in signals if signal in field_ and signal not in _LEXICON]
    for start, end, signal in signals:
        if signal not in _OFFICES:
            continue
        near = any(max(first - end, start - last) <= _OFFICE_OF for first, last in others)
        gap, side = min((max(first - end, start - last), side) for first, last, side in names)
        if gap <= _BESIDE + (_OFFICE_OF if near else 0):
            unit.actors.add(side)
            if near or (signal == "roles_security" and signal in field_):
                unit.field_actors.add(side)
            if signal == "counterpart":
                unit.signals.add("counterpart of a side")


def _compound_acts(unit: Unit, signals: list[tuple[int, int, str]], field_: Collection[str]) -> None:
    """Two signals near each other that together are an act: cooperation + military, agreement + trade, …"""
    for start, end, signal in signals:
        if signal not in _DEALINGS:
            continue
        for first, last, other in signals:
            if other not in field_ and not (other == "cooperation" and "military" in field_):
                continue
            act = other if other in field_ and other not in _LEXICON else _COMPOUNDS.get(signal, {}).get(other)
            if not act or max(first - end, start - last) > _NEAR or (first, last) == (start, end):
                continue
            if signal == "help" and other in ("terror", "enemy") and 0 <= first - end <= _OBJECT:
                continue  # "accused of supporting terrorism"
            if signal == "exercise" and other == "military" and _alone(unit):
                continue
            unit.acts.add(act)
            unit.made.add("vague" if other in _VAGUE else "firm")
            if other not in _VAGUE:
                unit.firm.add(act)
            unit.places.append((min(start, first), max(end, last), -1))
            unit.wordings += ((start, end, act), (first, last, act))


def _alone(unit: Unit) -> bool:
    """The force of one side, and no word of its doing something with the other: a drill of its own."""
    return len(unit.field_actors) == 1 and unit.signals.isdisjoint(("cooperation", "between"))


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
    units = [unit_of(sentence, topic) for sentence in sentences]
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
        found[f"{name}: actor of the field"] = bool(unit.field_actors)
        found[f"{name}: actors of the field, all sides"] = unit.field_actors >= wanted
        found[f"{name}: actors of all sides meet"] = unit.actors >= wanted and unit.meeting
        found[f"{name}: actor of the field meets the other side"] = (
            both and bool(unit.field_actors) and unit.meeting and unit.actors >= wanted
        )
        found[f"{name}: word of the field"] = unit.guarded
        found[f"{name}: all sides and word of the field"] = both and unit.guarded
    for name in title.contexts:
        found[f"against, title: {part_against(name)}"] = 1.0


def _everywhere(found: dict[str, float], units: Sequence[Unit], joined: Sequence[Unit], wanted: frozenset[int]) -> None:
    together = [unit for unit in joined if unit.sides >= wanted]
    acts = [unit for unit in together if unit.acts]

    def count(test: Callable[[Unit], bool], among: Sequence[Unit] = joined) -> float:
        return log1p(sum(map(test, among)))

    found["passages: all sides and act"] = log1p(len(acts))
    found["sentences: all sides and act"] = count(lambda u: bool(u.acts) and u.sides >= wanted, units)
    found["passages: all sides and act, nothing else"] = count(lambda u: not _firm_contexts(u), acts)
    found["sentences: all sides and act, nothing else"] = count(
        lambda u: bool(u.acts) and u.sides >= wanted and not _firm_contexts(u), units
    )
    found["nearness of all sides and act"] = max((_nearness(unit, wanted) for unit in units), default=0.0)
    found["passages: actors of all sides meet on the field"] = count(
        lambda u: u.actors >= wanted and u.meeting and u.guarded
    )
    found["passages: actor of the field meets the other side"] = count(
        lambda u: u.actors >= wanted and bool(u.field_actors) and u.meeting
    )
    found["passages: actors of the field, all sides"] = count(lambda u: u.field_actors >= wanted)
    found["passages: act of two words, firm"] = count(lambda u: "firm" in u.made, together)
    found["passages: act of two words, vague"] = count(lambda u: "vague" in u.made, together)
    found["passages: all sides and word of the field"] = count(lambda u: u.guarded, together)
    found["passage: different words of the field"] = log1p(max((len(unit.words) for unit in together), default=0))
    found["strongest passage"] = max((_strength(unit, wanted) for unit in together), default=0.0)
    first = next((index for index, unit in enumerate(joined) if unit.acts and unit.sides >= wanted), None)
    found["how early: all sides and act"] = 0.0 if first is None else 1 / (1 + first)
    kinds = [act for unit in acts for act in unit.acts]
    found["acts"] = log1p(len(kinds))
    found["kinds of act"] = log1p(len(set(kinds)))


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
        bool(unit.field_actors),
        unit.field_actors >= wanted,
        unit.meeting,
        "between" in unit.signals,
        _THIRD not in unit.contexts,
    )
    return sum(marks) / len(marks)


def _against(found: dict[str, float], units: Sequence[Unit], joined: Sequence[Unit], wanted: frozenset[int]) -> None:
    total: dict[str, int] = {}
    for unit in units:
        for name, count in unit.contexts.items():
            part = part_against(name)
            total[part] = total.get(part, 0) + count
    for part, count in total.items():
        found[f"against: {part}"] = log1p(3 * count / len(units))
    together = [unit for unit in joined if unit.sides >= wanted]
    if together:
        found["against, share of passages with all sides: other states"] = sum(
            _THIRD in u.contexts for u in together
        ) / len(together)
        found["against, share of passages with all sides: other countries"] = sum(
            COUNTRIES in u.contexts for u in together
        ) / len(together)
        other = [u for u in together if not u.acts and _firm_contexts(u) - {_THIRD}]
        found["against, share of passages with all sides: other matters"] = len(other) / len(together)
