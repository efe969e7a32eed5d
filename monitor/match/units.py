"""What a sentence holds of a topic, read clause by clause: sides, actors, words of the field, acts, other contexts.

A feature (side_features.py) asks what passages hold; here is what a word counts as. Names that stand in a row ("Iraq,
Iran and Syria", "Iranian, Iraqi interior ministers") act together: an office beside the row is each one's, and a third
state in it takes part and does not stand in a side's place. What the rest of a sentence shows to be meant otherwise is
set aside.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from monitor.match.clauses import of_another_state
from monitor.match.compounds import DEALINGS, add_compounds
from monitor.match.factions import factions_in
from monitor.match.firing import FIRING, STRIKE, is_strike, kinds_of_arms
from monitor.match.forces import forces_of_two, is_given, sides_of_militias
from monitor.match.groups import names_of_groups, without_names_of_groups
from monitor.match.implied import ENEMY
from monitor.match.name_shapes import behind_article
from monitor.match.no_dealing import OFFICES, drop_what_is_meant_otherwise, meets_another, offices_in
from monitor.match.offices import of_other_fields
from monitor.match.places import Name, places_of
from monitor.match.products import ARMS
from monitor.match.rows import rows_of, stand_together
from monitor.match.scan import Hit, Sentence
from monitor.match.senses import Sense, senses_of, taken_away
from monitor.match.standing import TELLING, UNDERTAKEN, Scene, acts_standing
from monitor.match.states import ONLOOKING, is_of_state, set_aside, standing_alone
from monitor.match.talks import add_talks, is_talks
from monitor.match.unit import NOTHING, SILENT, VAGUE, Unit
from monitor.match.whose_office import find_offices
from monitor.topic.records import Concept, Topic
from monitor.topic.traits import (
    ACT,
    CONTEXT,
    ENTITY,
    IMPLIES,
    LEARNED,
    NAMED,
    SENSE,
    SIGNAL,
    STATE,
    WEAK,
    names_several,
)

_BESIDE = 16  # folded characters between an office and the side it belongs to
_MUTUAL = frozenset({"agreement", "cooperation", "joint_drill", "joint_operation"})  # acts that take two
_NO_DEALING_IN = frozenset({ENEMY, ONLOOKING, STRIKE})  # of whose wording no part is a dealing: "takes aim"
_ARTICLE = 2  # letters of the Arabic article
_PHRASES = ACT | ENTITY  # within whose wordings a context says nothing
_RENOUNCED = frozenset({"attack", "strike", "threat"})  # in an undertaking
_DEEDS = ACT | SIGNAL  # which tell what is done
_MAKING = DEALINGS | {"contact"}  # signals of which two may be an act
_TELLING = _DEEDS | CONTEXT | IMPLIES  # and what says what else a sentence is about

_Signal = tuple[int, int, str]  # start, end, heading


def unit_of(sentence: Sentence, topic: Topic) -> Unit:
    """What one sentence holds; its hits number the concepts of ``topic``."""
    traits, held = topic.traits, 0
    for hit in sentence.hits:
        held |= traits[hit[2]]
    if not held & (NAMED | _TELLING):
        return NOTHING
    if held & LEARNED and not held & SENSE:  # what the seeds taught says nothing of who does what
        sentence = sentence._replace(hits=tuple(hit for hit in sentence.hits if not traits[hit[2]] & LEARNED))
    found = [topic.concepts[hit[2]] for hit in sentence.hits]
    unit = Unit()
    own_foe = bool(held & IMPLIES) and names_several(held) and any(c.implies >= 0 and c.side < 0 for c in found)
    _relate(unit, _held_in(sentence, found, held, unit, topic), own_foe, sentence.folded, topic.field)
    return unit


def _held_in(sentence: Sentence, found: Sequence[Concept], held: int, unit: Unit, topic: Topic) -> _Found:
    """What counts of the concepts found in a sentence, and where; what each says by itself goes into its unit."""
    names: list[Name] = []
    states: list[Name] = []
    signals: list[_Signal] = []
    acts: list[_Signal] = []
    matters: list[_Signal] = []
    hits, folded, traits = sentence.hits, sentence.folded, topic.traits
    enemies, new = ENEMY in topic.field, tuple.__new__  # what `Name(...)` calls in the end
    phrases = [hit for hit in hits if traits[hit[2]] & _PHRASES] if held & (CONTEXT | STATE) else []
    called = _names_called(hits, found) if held & SIGNAL else []
    for hit, concept in _counting(sentence, found, held, phrases, topic):
        start, end, number = hit
        if concept.side >= 0:
            named = (start, end, concept.side, "", concept.actor, concept.place, concept.product)
            names.append(new(Name, named))
            unit.places.append((start, end, concept.side))
            _add_name(unit, concept)
            if concept.product:
                signals.append((start, end, ARMS))
        elif enemies and concept.implies >= 0 and not concept.place:  # an armed group
            signals.append((start, end, ENEMY))
        elif (trait := traits[number]) & SIGNAL:
            if not (called and concept.key in DEALINGS and _within(hit, called)):
                signals.append((start, end, concept.key))  # in the name of an "armed group" nobody is armed
        elif trait & ACT:
            acts.append((start, end, concept.key))
        elif trait & CONTEXT and not (phrases and _within(hit, phrases)):
            # "will pose no threat to Iran" is an undertaking, not a threat; Talabani is no Taliban
            if trait & STATE:
                states.append(Name(start - _ARTICLE * behind_article(folded, hit), end, -1, concept.key))
            else:
                _add_context(unit, concept.key)
                matters.append((start, end, concept.key))
    if signals:
        signals += [(start, end, ENEMY) for start, end in factions_in(signals)] if enemies else ()
        _add_signals(unit, signals, folded, topic.field)
    return _Found(names, states, signals, acts, matters)


def _names_called(hits: Sequence[Hit], found: Iterable[Concept]) -> list[Hit]:
    """Where something is named of whose wording no part is a dealing; "no relation" is none, too."""
    return [hit for hit, each in zip(hits, found, strict=True) if each.key in _NO_DEALING_IN or each.actor]


def _counting(
    sentence: Sentence, found: Sequence[Concept], held: int, phrases: Sequence[Hit], topic: Topic
) -> Iterable[tuple[Hit, Concept]]:
    """What counts of a sentence: not what has another sense there, nor names that are set aside, nor what another state
    does. Whom that state deals with is named, and acts for nobody. held: the traits of what stands there."""
    senses = senses_of(sentence.hits, topic.concepts) if held & SENSE else ()
    another: Collection[int] = ()
    foreign: Sequence[tuple[int, int]] = ()
    if held & NAMED:
        another = set_aside(sentence, found)
        if held & STATE and held & _DEEDS:
            states = [hit for hit in sentence.hits if topic.traits[hit[2]] & STATE]
            foreign = of_another_state(sentence, found, [hit for hit in states if not _within(hit, phrases)])
    pairs = zip(sentence.hits, found, strict=True)
    several = names_several(held)
    if not (senses or another or foreign) and (several or not held & WEAK):
        return pairs
    return _without(pairs, several, senses, another, foreign)


def _without(
    pairs: Iterable[tuple[Hit, Concept]],
    several: bool,
    senses: Sequence[Sense],
    another: Collection[int],
    foreign: Sequence[tuple[int, int]],
) -> Iterator[tuple[Hit, Concept]]:
    for hit, concept in pairs:
        if (concept.weak and not several) or (another and concept.side >= 0 and hit.start in another):
            continue
        if senses and taken_away(hit, concept, senses):
            continue
        if foreign and any(first <= hit.start < last for first, last in foreign):
            if concept.kind in ("act", "signal"):
                continue
            if concept.side >= 0 and (concept.actor or concept.product):
                concept = replace(concept, actor=False, product=False)
        yield hit, concept


class _Found(NamedTuple):
    """What stands in a sentence and where: names of sides, other states, signals, acts, other matters."""

    names: list[Name]
    states: list[Name]
    signals: list[_Signal]
    acts: list[_Signal]
    matters: list[_Signal]


def _relate(unit: Unit, found: _Found, own_foe: bool, folded: str, field_: Collection[str]) -> None:
    """What the words of a sentence say beside each other: whose office and act each is, and who does it with whom.

    own_foe: whether beside several sides a group is named that one of them alone fights.
    """
    names, states, signals, acts, matters = found
    if acts and ENEMY in unit.signals:
        acts = without_names_of_groups(acts, signals, names)
    rows = rows_of(names, states, folded) if names and len(names) + len(states) > 1 else []
    unit.jointly = "exercise" in unit.signals and stand_together(names, rows, signals, folded)
    alone = standing_alone(states, rows, unit.sides, "counterpart" in unit.signals) if states else []
    for state in alone:
        _add_context(unit, state.heading)
    of_states = [each for each in acts if is_of_state(each[0], each[1], alone, names)] if alone else []
    for start, end, act in acts:
        if (start, end, act) not in of_states:
            _add_act(unit, act, start, end, folded)
    of_others = _read_offices(unit, found, rows, alone, folded, field_)
    _read_forces(unit, found, folded, field_)
    unit.abroad = len(unit.sides) > 1 and bool(unit.field_actors) and _abroad(unit, names, folded)
    if alone and meets_another(unit, signals, alone, names, rows):
        found = found._replace(signals=_without_meeting(unit, signals))
    _join_words(unit, found, own_foe, alone, of_states, folded, field_)
    if _is_within_one_side(unit, rows):
        unit.clear_acts()  # "Peshmerga and Iraqi army form joint brigade": both are Iraq's
    if "arms" in unit.acts or FIRING in unit.signals:
        _weigh_force(unit, found.signals, matters)
    if names and unit.acts and not (unit.firm or unit.field_actors):
        if of_others is None:
            of_others = of_other_fields(signals, field_, matters, names + states, folded)
        if of_others:
            unit.clear_acts()  # health ministers agree on a border: on their own matters there
    if unit.contexts or unit.acts or "seizing" in unit.signals:  # else nothing can be meant otherwise
        drop_what_is_meant_otherwise(unit, alone, found.signals)
    unit.given = bool(unit.field_actors) and not (unit.acts or alone) and is_given(unit, found.signals, names)


def _read_forces(unit: Unit, found: _Found, folded: str, field_: Collection[str]) -> None:
    """The forces that no list of names has: militias of a side, and a pair."""
    signals = found.signals
    if "roles_security" not in field_:
        return
    if "militia" in unit.signals:
        unit.field_actors |= sides_of_militias(signals, found.names, folded)
        unit.actors |= unit.field_actors
    unit.of_two = forces_of_two(signals, unit.signals)


def _read_offices(
    unit: Unit,
    found: _Found,
    rows: Sequence[list[Name]],
    alone: Sequence[Name],
    folded: str,
    field_: Collection[str],
) -> Sequence[_Signal] | None:
    """Whose offices stand in a sentence. Gives those of other fields, None where there was no need to look for them."""
    names, states, signals, _, matters = found
    if not names or OFFICES.isdisjoint(unit.signals):
        return None
    of_others = of_other_fields(signals, field_, matters, names + states, folded)
    held = [each for each in signals if each not in of_others] if of_others else signals
    groups = [(start, end) for start, end, _ in matters]
    if ENEMY in unit.signals:
        groups += names_of_groups(signals, names)
    find_offices(unit, names, held, field_, rows, alone, groups, folded)
    return of_others


def _join_words(
    unit: Unit,
    found: _Found,
    own_foe: bool,
    alone: Sequence[Name],
    of_states: Sequence[_Signal],
    folded: str,
    field_: Collection[str],
) -> None:
    """The acts that two words make together, talks, and acts that no verb tells. of_states: acts of those ``alone``."""
    names, signals = found.names, found.signals
    if len(signals) > 1 and not _MAKING.isdisjoint(unit.signals):
        theirs = [(start, end) for start, end, _ in of_states]
        told = [each for each in signals if not _within_any(each, theirs)] if theirs else signals
        if not DEALINGS.isdisjoint(unit.signals):
            add_compounds(unit, told, field_, names, alone, folded)
        unit.talks = "contact" in unit.signals and is_talks(unit, signals, field_)
        if unit.talks and len(unit.sides) > 1 and not alone:
            add_talks(unit, signals, field_)
    if len(unit.sides) > 1 and not alone and "materiel" in field_ and not unit.signals.isdisjoint(TELLING):
        _add_standing(unit, Scene(names, signals, unit.field_actors, found.matters, folded, own_foe))


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
    if {(start, end) for start, end, _ in unit.wordings} <= offices_in(signals):
        unit.clear_acts()
    return [each for each in signals if each[2] != "contact"]


def _within_any(signal: _Signal, spans: Iterable[tuple[int, int]]) -> bool:
    return any(first <= signal[0] and signal[1] <= last for first, last in spans)


def _within(hit: Hit, phrases: Iterable[Hit]) -> bool:
    start, end, _ = hit
    for first, last, _ in phrases:  # noqa: SIM110 - a generator takes twice as long for the few that there are
        if first <= start and end <= last:
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


def _add_signals(unit: Unit, signals: Iterable[_Signal], folded: str, field_: Collection[str]) -> None:
    for start, end, signal in signals:
        unit.signals.add(signal)
        if signal in field_:
            unit.guarded = unit.guarded or signal not in SILENT
            if signal not in VAGUE:
                unit.words.add(folded[start:end])


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


def _abroad(unit: Unit, names: Sequence[Name], folded: str) -> bool:
    """Whether someone of the field of one side, of several, is in another side's country, or goes there."""
    return any(unit.field_actors - {side} for side in places_of(names, folded))
