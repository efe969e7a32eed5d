"""What a sentence holds of a topic, read clause by clause: sides, actors, words of the field, acts, other contexts.

A feature (side_features.py) asks what passages hold; here is what a word counts as. Names that stand in a row ("Iraq,
Iran and Syria", "Iranian, Iraqi interior ministers") act together: an office beside the row is each one's, and a third
state in it takes part and does not stand in a side's place. What the rest of a sentence shows to be meant otherwise is
set aside.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from monitor.languages import every
from monitor.match.clauses import of_another_state
from monitor.match.compounds import DEALINGS, OF_LEXICON, add_compounds
from monitor.match.factions import factions_in
from monitor.match.firing import STRIKE, is_strike, kinds_of_arms
from monitor.match.groups import names_of_groups, within, without_names_of_groups
from monitor.match.implied import ENEMY
from monitor.match.name_shapes import behind_article
from monitor.match.no_dealing import OFFICES, drop_what_is_meant_otherwise, meets_another
from monitor.match.offices import commands_another, is_past, of_other_fields
from monitor.match.places import Name, is_where, places_of
from monitor.match.products import ARMS
from monitor.match.rows import rows_of
from monitor.match.scan import Hit, Sentence
from monitor.match.senses import Sense, senses_of, taken_away
from monitor.match.standing import TELLING, UNDERTAKEN, Scene, acts_standing
from monitor.match.states import ONLOOKING, is_of_state, set_aside, standing_alone
from monitor.match.talks import add_talks, is_talks
from monitor.match.unit import NOTHING, SILENT, VAGUE, Unit
from monitor.text.fold import fold
from monitor.topic.records import STATES, Concept, Topic

_BESIDE = 16  # folded characters between an office and the side it belongs to
_COMMA = frozenset(",،、;؛")
_OFFICE_OF = 12  # folded characters between an office and the field it is for
_AWAY = 10  # folded characters that a place where somebody is stands further from an office than whose it is
_ROW = 14  # folded characters between two names that may stand in a row
_MUTUAL = frozenset({"agreement", "cooperation", "joint_drill", "joint_operation"})  # acts that take two
_NO_DEALING_IN = frozenset({ENEMY, ONLOOKING, STRIKE})  # of whose wording no part is a dealing: "takes aim"
_ARTICLE = 2  # letters of the Arabic article
_NONE = frozenset({-1})  # the side of what names none
_PHRASES = frozenset({"act", "entity"})  # kinds of concepts
_RENOUNCED = frozenset({"attack", "strike", "threat"})  # in an undertaking
_DEEDS = frozenset({"act", "signal"})  # kinds of concepts that tell what is done
_TELLING_KINDS = _DEEDS | {"context"}  # and those that say what else a sentence is about

_WEAK, _KEY, _ACTOR, _IMPLIES = attrgetter("weak"), attrgetter("key"), attrgetter("actor"), attrgetter("implies")

_Signal = tuple[int, int, str]  # start, end, heading


def unit_of(sentence: Sentence, topic: Topic) -> Unit:
    """What one sentence holds; its hits number the concepts of ``topic``."""
    if not (hits := sentence.hits):
        return NOTHING
    concepts = topic.concepts
    found = [concepts[number] for _, _, number in hits]
    near = {concept.side for concept in found} - _NONE
    kinds = {concept.kind for concept in found}
    if not near and _TELLING_KINDS.isdisjoint(kinds) and all(concept.implies < 0 for concept in found):
        return NOTHING
    sentence, found = _without_learned(sentence, found, kinds)
    hits = sentence.hits
    unit = Unit()
    names: list[Name] = []
    states: list[Name] = []
    signals: list[_Signal] = []
    acts: list[_Signal] = []
    matters: list[_Signal] = []
    phrases = [hit for hit, concept in zip(hits, found, strict=True) if concept.kind in _PHRASES]
    called = [hit for hit, concept in zip(hits, found, strict=True) if concept.key in _NO_DEALING_IN or concept.actor]
    for hit, concept in _counting(sentence, found, near, kinds, phrases, concepts):
        start, end, _ = hit
        if concept.side >= 0:
            names.append(Name(start, end, concept.side, "", concept.actor, concept.place, concept.product))
            unit.places.append((start, end, concept.side))
            _add_name(unit, concept)
            if concept.product:
                _add_signal(unit, ARMS, sentence.folded[start:end], topic.field)
                signals.append((start, end, ARMS))
        elif concept.implies >= 0 and not concept.place and ENEMY in topic.field:  # an armed group
            _add_signal(unit, ENEMY, sentence.folded[start:end], topic.field)
            signals.append((start, end, ENEMY))
        elif concept.kind == "signal" and not (
            called and concept.key in DEALINGS and _within(hit, called)
        ):  # in the name of an "armed group" nobody is armed; "no relation" is none
            _add_signal(unit, concept.key, sentence.folded[start:end], topic.field)
            signals.append((start, end, concept.key))
        elif concept.kind == "act":
            acts.append((start, end, concept.key))
        elif concept.kind == "context" and not _within(hit, phrases):
            # "will pose no threat to Iran" is an undertaking, not a threat; Talabani is no Taliban
            if concept.key in STATES:
                states.append(Name(start - _ARTICLE * behind_article(sentence.folded, hit), end, -1, concept.key))
            else:
                _add_context(unit, concept.key)
                matters.append((start, end, concept.key))
    for start, end in factions_in(signals) if ENEMY in topic.field else ():
        _add_signal(unit, ENEMY, sentence.folded[start:end], topic.field)
        signals.append((start, end, ENEMY))
    own_foe = len(near) > 1 and any(concept.implies >= 0 and concept.side < 0 for concept in found)
    _relate(unit, _Found(names, states, signals, acts, matters, own_foe), sentence.folded, topic.field)
    return unit


def _without_learned(
    sentence: Sentence, found: list[Concept], kinds: Collection[str]
) -> tuple[Sentence, list[Concept]]:
    """Without what the seeds taught, which says nothing of who does what; but for a longer wording of a phrase."""
    if "learned" not in kinds or "sense" in kinds:
        return sentence, found
    known = [(hit, concept) for hit, concept in zip(sentence.hits, found, strict=True) if concept.kind != "learned"]
    return sentence._replace(hits=tuple(hit for hit, _ in known)), [concept for _, concept in known]


def _counting(
    sentence: Sentence,
    found: Sequence[Concept],
    near: Collection[int],
    kinds: Collection[str],
    phrases: Sequence[Hit],
    concepts: Sequence[Concept],
) -> Iterable[tuple[Hit, Concept]]:
    """What counts of a sentence: not what has another sense there, nor names that are set aside, nor what another state
    does. Whom that state deals with is named, and acts for nobody."""
    senses = senses_of(sentence.hits, concepts) if "sense" in kinds else ()
    another: Collection[int] = ()
    foreign: Sequence[tuple[int, int]] = ()
    if near:
        another = set_aside(sentence, found)
        if not (_DEEDS.isdisjoint(kinds) or STATES.isdisjoint(map(_KEY, found))):
            states = [hit for hit, concept in zip(sentence.hits, found, strict=True) if concept.key in STATES]
            foreign = of_another_state(sentence, found, [hit for hit in states if not _within(hit, phrases)])
    pairs = zip(sentence.hits, found, strict=True)
    if not (senses or another or foreign) and (len(near) > 1 or not any(map(_WEAK, found))):
        return pairs
    return _without(pairs, near, senses, another, foreign)


def _without(
    pairs: Iterable[tuple[Hit, Concept]],
    near: Collection[int],
    senses: Sequence[Sense],
    another: Collection[int],
    foreign: Sequence[tuple[int, int]],
) -> Iterator[tuple[Hit, Concept]]:
    for hit, concept in pairs:
        if (concept.weak and len(near) < 2) or (another and concept.side >= 0 and hit.start in another):
            continue
        if senses and taken_away(hit, concept, senses):
            continue
        if foreign and any(first <= hit.start < last for first, last in foreign):
            if concept.kind in _DEEDS:
                continue
            if concept.side >= 0 and (concept.actor or concept.product):
                concept = replace(concept, actor=False, product=False)
        yield hit, concept


class _Found(NamedTuple):
    """What stands in a sentence and where: names of sides, other states, signals, acts, other matters; and whether
    beside several sides a group is named that one of them alone fights."""

    names: list[Name]
    states: list[Name]
    signals: list[_Signal]
    acts: list[_Signal]
    matters: list[_Signal]
    own_foe: bool


def _relate(unit: Unit, found: _Found, folded: str, field_: Collection[str]) -> None:
    """What the words of a sentence say beside each other: whose office and act each is, and who does it with whom."""
    names, states, signals, acts, matters, own_foe = found
    acts = without_names_of_groups(acts, signals, names)
    rows = rows_of(names, states, folded) if names and len(names) + len(states) > 1 else []
    unit.jointly = "exercise" in unit.signals and _together(names, rows, signals, folded)
    alone = standing_alone(states, rows, unit.sides, "counterpart" in unit.signals) if states else []
    for state in alone:
        _add_context(unit, state.heading)
    of_states = {each for each in acts if alone and is_of_state(each[0], each[1], alone, names)}
    for start, end, act in acts:
        if (start, end, act) not in of_states:
            _add_act(unit, act, start, end, folded)
    of_others = of_other_fields(signals, field_, matters, names + states, folded) if names else ()
    if names and signals:
        held = [each for each in signals if each not in of_others]
        groups = names_of_groups(signals, names) + [(start, end) for start, end, _ in matters]
        _offices(unit, names, held, field_, rows, alone, groups, folded)
    unit.abroad = _abroad(unit, names, folded)
    if alone and meets_another(unit, signals, alone, names, rows):
        signals = _without_meeting(unit, signals)
    if len(signals) > 1:
        theirs = [(start, end) for start, end, _ in of_states]
        told = [each for each in signals if not theirs or not _within_any(each, theirs)]
        add_compounds(unit, told, field_, [name for name in names if not is_where(name, folded)], alone)
        unit.talks = is_talks(unit, signals, field_)
        if unit.talks and len(unit.sides) > 1 and not alone:
            add_talks(unit, signals, field_)
    if len(unit.sides) > 1 and not alone and "materiel" in field_ and not unit.signals.isdisjoint(TELLING):
        _add_standing(unit, Scene(names, signals, unit.field_actors, matters, folded, own_foe))
    if _is_within_one_side(unit, rows):
        unit.clear_acts()  # "Peshmerga and Iraqi army form joint brigade": both are Iraq's
    _weigh_force(unit, signals, matters)
    if of_others and not (unit.firm or unit.field_actors):
        unit.clear_acts()  # health ministers agree on a border: on their own matters there
    drop_what_is_meant_otherwise(unit, alone, _offices_in(signals))


def _weigh_force(unit: Unit, signals: Sequence[_Signal], matters: Sequence[_Signal]) -> None:
    """Arms that are handed over are no attack; arms that are fired are one, whatever the verb."""
    for heading in kinds_of_arms(signals, matters) if "arms" in unit.acts else ():
        del unit.contexts[heading]
    if STRIKE not in unit.contexts and is_strike(signals, unit.signals):
        _add_context(unit, STRIKE)


def _add_standing(unit: Unit, scene: Scene) -> None:
    """The acts that no verb tells. The attacks and threats beside an undertaking are not to happen."""
    for start, end, act in acts_standing(scene):
        _add_act(unit, act, start, end, scene.folded)
        for first, last, heading in scene.matters if act == UNDERTAKEN else ():
            if heading in _RENOUNCED and max(first - end, start - last) <= _BESIDE and heading in unit.contexts:
                unit.contexts[heading] -= 1
                if not unit.contexts[heading]:
                    del unit.contexts[heading]


def _without_meeting(unit: Unit, signals: Sequence[_Signal]) -> list[_Signal]:
    """The signals without those of a meeting, which is another state's, nor does an attaché then stand for an act."""
    unit.signals -= {"contact", "counterpart of a side"}
    unit.abroad = False
    if {(start, end) for start, end, _ in unit.wordings} <= _offices_in(signals):
        unit.clear_acts()
    return [each for each in signals if each[2] != "contact"]


def _within_any(signal: _Signal, spans: Iterable[tuple[int, int]]) -> bool:
    return any(first <= signal[0] and signal[1] <= last for first, last in spans)


def _offices_in(signals: Iterable[_Signal]) -> set[tuple[int, int]]:
    return {(start, end) for start, end, signal in signals if signal in OFFICES}


def _within(hit: Hit, phrases: Iterable[Hit]) -> bool:
    start, end, _ = hit
    for first, last, _ in phrases:  # noqa: SIM110 - a generator takes twice as long for the few that there are
        if first <= start and end <= last:
            return True
    return False


@lru_cache(maxsize=1)
def _before() -> re.Pattern[str]:
    """ "with", or what else stands before a name in a row, at the end of a text."""
    words = "|".join(re.escape(fold(word)) for word in every(lambda known: known.names.beside))
    return re.compile(rf"\b(?:{words})\s+$")


def _together(names: Sequence[Name], rows: Sequence[Sequence[Name]], signals: Sequence[_Signal], folded: str) -> bool:
    """Whether sides stand in a row, or one is "with" another, which stands before it; not "on the border with" it."""
    if any(len({name.side for name in row} - {-1}) > 1 for row in rows):
        return True
    for name in names:
        before = _before().search(folded, max(0, name.start - _ROW), name.start)
        if before is None or not any(other.side != name.side and other.end <= before.start() for other in names):
            continue
        if not any(key == "border" and 0 <= before.start() - end <= _OFFICE_OF for _, end, key in signals):
            return True
    return False


def _add_name(unit: Unit, concept: Concept) -> None:
    """A name of a side: of the side itself, or of one that acts for it."""
    unit.sides.add(concept.side)
    if concept.actor:
        unit.actors.add(concept.side)
        if concept.security:
            unit.field_actors.add(concept.side)


def _add_context(unit: Unit, heading: str) -> None:
    unit.contexts[heading] = unit.contexts.get(heading, 0) + 1


def _add_signal(unit: Unit, signal: str, word: str, field_: Collection[str]) -> None:
    unit.signals.add(signal)
    if signal in field_:
        unit.guarded = unit.guarded or signal not in SILENT
        if signal not in VAGUE:
            unit.words.add(word)


def _add_act(unit: Unit, act: str, start: int, end: int, folded: str) -> None:
    unit.add_act(act, folded[start:end])
    unit.places.append((start, end, -1))
    unit.wordings.append((start, end, act))


def _is_within_one_side(unit: Unit, rows: Sequence[Sequence[Name]]) -> bool:
    """Whether what takes two is done by two of one side, and no other is named."""
    return bool(unit.acts) and len(unit.sides) == 1 and unit.acts <= _MUTUAL and any(map(_of_one_side, rows))


def _of_one_side(row: Sequence[Name]) -> bool:
    """Whether several that act for one side stand in a row, and nobody else."""
    return {name.side for name in row if name.actor} == {name.side for name in row} and len(row) > 1


def _offices(
    unit: Unit,
    names: Sequence[Name],
    signals: Sequence[_Signal],
    field_: Collection[str],
    rows: Sequence[list[Name]],
    states: Sequence[Name],
    groups: Sequence[tuple[int, int]],
    folded: str,
) -> None:
    """ "Iraqi oil minister", in any order of the words: an office beside a side's name is an actor of that side.

    It is one of the field where its own word says so ("defence minister"), or a word of the field stands beside it.
    groups: wordings of which a side's name may be a part, as which nobody acts for it.
    """
    others = [(start, end) for start, end, signal in signals if signal in field_ and signal not in OF_LEXICON]
    offices = [each for each in signals if each[2] in OFFICES]
    known = [start for start, _, _ in signals] + [name.start for name in names]
    deeds = {start for start, _, signal in signals if signal == "contact"}
    whose_own = [name for name in names if not is_where(name, folded)] if states and offices else []
    claimed = [each for each in offices if states and is_of_state(each[0], each[1], states, whose_own)]
    for start, end, signal in offices:
        if any(first <= start and end <= last for first, last, _ in claimed):
            continue  # in "Syria's defence minister" the minister is Syria's, too
        if is_past(start, end, folded):
            continue
        near = any(max(first - end, start - last) <= _OFFICE_OF for first, last in others)
        reach = _BESIDE + (_OFFICE_OF if near else 0)
        whose = [
            (gap + _AWAY * is_where(n, folded), n.side, place)
            for place, n in enumerate(names)
            if (gap := max(n.start - end, start - n.end)) <= reach and not _is_parted((start, end), n, folded)
        ]
        if whose:
            _, _, place = min(whose)
            if within(names[place], groups):
                continue  # "Iranian opposition commander", "Iranian pilgrims"
            if names[place].start > end and commands_another(start, end, folded, known, deeds):
                continue
            sides = {names[place].side}
            for row in rows:
                if names[place] in row:  # "Iran, Iraq interior ministers"
                    sides |= {name.side for name in row} - {-1}
            unit.actors |= sides
            if near or (signal == "roles_security" and signal in field_):
                unit.field_actors |= sides
            if signal == "counterpart":
                unit.signals.add("counterpart of a side")


def _is_parted(office: tuple[int, int], name: Name, folded: str) -> bool:
    """Whether a comma, a colon or "and" parts an office from the name behind it ("the minister, Iran and Iraq", "Iran's
    police and Iraq's"), or a colon from more than the name before it: "Iraqis in a camp: police called"."""
    if office[1] <= name.start:
        between = folded[office[1] : name.start]
        return ":" in between or not _COMMA.isdisjoint(between) or bool(_before().search(between))
    colon = folded.find(": ", name.end, office[0])
    return colon >= 0 and " " in folded[name.end : colon]


def _abroad(unit: Unit, names: Sequence[Name], folded: str) -> bool:
    """Whether someone of the field of one side is in another side's country, or goes there."""
    if len(unit.sides) < 2 or not unit.field_actors:
        return False
    return any(unit.field_actors - {side} for side in places_of(names, folded))
