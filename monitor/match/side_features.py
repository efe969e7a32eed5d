"""What speaks for and against, as named numbers: the same for every language, every pair of sides and every field.

The unit is the passage: a sentence with its neighbour. In it stand sides (any name of each), actors (people, bodies,
offices beside a side's name), words of the topic's field, acts (wordings of the field, or cooperation near a word of
it), and contexts that speak against. A feature names the part that something plays, never a heading of the data, so
that weights learned from some topics carry to others. Counts are damped by log(1 + n). The names are the ones of the
weights file and of the receipt; a name that begins with "against" can only take away, every other but those of "short"
only add, so that a receipt reads as it is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp, log, log1p

from monitor.match.firing import STRIKE
from monitor.match.pairs import with_pairs
from monitor.match.scan import Sentence
from monitor.match.unit import NOTHING, Unit, passages
from monitor.match.units import unit_of
from monitor.topic.records import COUNTRIES, OTHER_FIELD, STATES, Topic

_THIN = 160  # characters of text below which the title is all there is
_NOTHING, _LEAD, _SHORT = 40, 450, 700
_REACH = 90.0  # folded characters over which nearness of sides and act falls to 1/e
_THIRD = "third"
_HOSTILE = frozenset({"attack", STRIKE})
_POLITICS = "domestic"  # of one side, in which somebody of the other's forces may have a hand
_ARTS = frozenset({f"{OTHER_FIELD}{name}" for name in ("education_culture", "tourism")})
_OPENING = 3  # sentences
_GAMES = frozenset({"sport", f"{OTHER_FIELD}sport"})  # contexts in which two are named together without any dealing
_AGAINST = {  # heading of a context → the part it plays; a field that is not the topic's is another field
    COUNTRIES: "other countries", "third": "other states", "allies": "other states",
    "attack": "hostile acts", "strike": "hostile acts",
    "threat": "hostile acts", "conflict": "hostile acts", "mediation": "mediation", "ceremony": "remembrance",
    "war_1980s": "remembrance",
}  # fmt: skip


PAIR = "title: all sides, a pair that no field ties"
STRIKES = "strikes"  # attacks from afar; they are hostile acts, too, and count as both
_PARTS = frozenset({"words of another field", "another field", STRIKES, *_AGAINST.values()})


def part_against(heading: str) -> str:
    """What a context of the lexicon, or a field that is not the topic's, is called where it speaks against."""
    return "words of another field" if heading.startswith(OTHER_FIELD) else _AGAINST.get(heading, "another field")


def is_against(feature: str) -> bool:
    """Whether a feature, of sides or of what the seeds taught, can only take away."""
    return feature.startswith("against")


def part_of(feature: str) -> str:
    """The part that a feature speaks against, "" for one that speaks for and for the length."""
    before, _, part = feature.rpartition(": ")
    return part if before.startswith("against") and part in _PARTS else ""


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


def side_features(
    sentences: Sequence[Sentence], topic: Topic, units: Sequence[Unit] = (), joined: Sequence[Unit] = ()
) -> dict[str, float]:
    """name → value of the features of a topic with sides, those that are not zero; empty when a side is never named.

    Values are 0 or 1, shares of 0 to 1, or log(1 + count). The names are those of the weights file. units: what the
    sentences hold, and joined: their passages, where that is known.
    """
    wanted = frozenset(range(len(topic.sides)))
    if not units:
        concepts = topic.concepts
        named = {concepts[hit.concept].side for sentence in sentences for hit in sentence.hits}
        if not named >= wanted:
            return {}
        units = with_pairs([unit_of(sentence, topic) for sentence in sentences], len(topic.sides))
    joined = joined or passages(units, sentences, topic.near)
    length = sum(len(sentence.text) for sentence in sentences if sentence.where != "title")
    found: dict[str, float] = {}
    _front(found, units, sentences, wanted, thin=length < _THIN)
    found[PAIR] = found["title: all sides"] and topic.pair and not _is_a_game(sentences, units)
    _everywhere(found, units, joined, wanted)
    if length >= _THIN:  # of a headline each of these is all or nothing
        _throughout(found, units, sentences)
    _against(found, units, joined, wanted)
    found["against: length"] = log(1 + length / 1000)
    found["short"] = length < _SHORT
    found["short: lead alone"] = length < _LEAD
    found["short: headline alone"] = bare = _bareness(length, units, wanted)
    found["short: a force and what is given"] = bare * any(unit.given for unit in units)
    return {name: float(value) for name, value in found.items() if value}


def _bareness(length: int, units: Sequence[Unit], wanted: frozenset[int]) -> float:
    """0 to 1: how nearly a headline is all that there is. A short sentence below it takes little away, where one of the
    two names all sides, or an act is told, and no other state is named."""
    told = any(unit.sides >= wanted or unit.acts for unit in units)
    if length < _NOTHING or not told or any(STATES & unit.contexts.keys() for unit in units):
        return float(length < _NOTHING)
    return max(0.0, (_THIN - length) / (_THIN - _NOTHING))


def _front(
    found: dict[str, float], units: Sequence[Unit], sentences: Sequence[Sentence], wanted: frozenset[int], thin: bool
) -> None:
    """What stands in title and lead: what an article is about and not only mentions.

    Where only a headline is known it is the lead too.
    """
    title, lead = NOTHING, NOTHING
    for unit, sentence in zip(units, sentences, strict=True):
        if sentence.where == "title":
            title = title.join(unit)
        elif sentence.where == "lead":
            lead = lead.join(unit)
    if thin:
        lead = lead.join(title)
        found["headline alone: actors of all sides"] = lead.actors >= wanted
    opening = NOTHING
    for unit in units[:_OPENING]:
        opening = opening.join(unit)
    found["opening: all sides and firm act"] = opening.sides >= wanted and bool(opening.firm)
    front = title.join(lead)
    for name, unit in (("title", title), ("lead", lead), ("title or lead", front)):
        both = unit.sides >= wanted
        found[f"{name}: all sides"] = both
        found[f"{name}: act"] = unit.grade
        found[f"{name}: all sides and act"] = both * unit.grade
        found[f"{name}: actor of the field"] = bool(unit.field_actors)
        found[f"{name}: actors of the field, all sides"] = unit.field_actors >= wanted
        found[f"{name}: actors of all sides meet"] = unit.actors >= wanted and unit.meeting
        found[f"{name}: actor of the field meets the other side"] = (
            both and bool(unit.field_actors) and unit.meeting and unit.actors >= wanted
        )
        if name == "title":
            found[f"{name}: actor of the field at the other side"] = (
                both and bool(unit.field_actors) and (unit.meeting or _sent(unit)) and not _on_other_matters(unit)
            )
        found[f"{name}: all sides in talks of the field"] = both and unit.talks
        found[f"{name}: word of the field"] = unit.guarded
        found[f"{name}: all sides and word of the field"] = both and unit.guarded
    for name in title.contexts:
        found[f"against, title: {part_against(name)}"] = 1.0
    if STRIKE in title.contexts:
        found[f"against, title: {STRIKES}"] = 1.0


def _on_other_matters(unit: Unit) -> bool:
    """Somebody of the field is there as one who votes, paints, recites or hosts such; not to teach or be buried."""
    arts = not (_ARTS.isdisjoint(unit.contexts) or unit.acts or "teaching" in unit.signals)
    arts = arts and (not unit.meeting or len(unit.actors) < 2)  # who meets somebody in office speaks with him
    return _POLITICS in unit.contexts or (arts and "ceremony" not in unit.contexts)


def _is_a_game(sentences: Sequence[Sentence], units: Sequence[Unit]) -> bool:
    """Whether the title is of sport: sides that are seldom named together but for what is between them play there."""
    return any(
        sentence.where == "title" and not _GAMES.isdisjoint(unit.contexts)
        for sentence, unit in zip(sentences, units, strict=True)
    )


def _sent(unit: Unit) -> bool:
    """Someone of one side's forces is in the other's country, and nobody is reported to be attacked there."""
    return unit.abroad and _HOSTILE.isdisjoint(unit.contexts)


def _everywhere(found: dict[str, float], units: Sequence[Unit], joined: Sequence[Unit], wanted: frozenset[int]) -> None:
    together = [unit for unit in joined if unit.sides >= wanted]
    acts = [unit for unit in together if unit.acts]

    def count(test: Callable[[Unit], float], among: Sequence[Unit] = joined) -> float:
        return log1p(sum(map(test, among)))

    found["passages: all sides and act"] = count(lambda u: u.grade, acts)
    found["passages: all sides and act, nothing else"] = count(lambda u: u.grade * (not _firm_contexts(u)), acts)
    found["sentences: all sides and act, nothing else"] = count(
        lambda u: u.grade * (u.sides >= wanted and not _firm_contexts(u)), units
    )
    found["nearness of all sides and act"] = max((_nearness(unit, wanted) for unit in units), default=0.0)
    found["share of sentences: all sides and act"] = sum(u.grade for u in units if u.sides >= wanted) / len(units)
    found["passages: act of two words, vague"] = count(lambda u: u.vague, together)
    found["passages: all sides in talks of the field"] = count(lambda u: u.talks, together)
    found["passages: all sides and word of the field"] = count(lambda u: u.guarded, together)
    found["share of passages: all sides and word of the field"] = sum(u.guarded for u in together) / len(joined)
    found["passage: different words of the field"] = log1p(max((len(unit.words) for unit in together), default=0))
    found["strongest passage"] = max((_strength(unit, wanted) for unit in together), default=0.0)
    first = next((index for index, unit in enumerate(joined) if unit.acts and unit.sides >= wanted), None)
    found["how early: all sides and act"] = 0.0 if first is None else 1 / (1 + first)
    kinds = [act for unit in acts for act in unit.acts]
    found["acts"] = log1p(len(kinds))
    found["kinds of act"] = log1p(len(set(kinds)))


def _throughout(found: dict[str, float], units: Sequence[Unit], sentences: Sequence[Sentence]) -> None:
    """How much of a text is of the field, whoever is named beside it: a report on something else has one passage."""
    found["share of sentences: act"] = sum(unit.grade for unit in units) / len(units)
    found["sentences: act of two words, vague"] = log1p(sum(unit.vague for unit in units))
    found["against, share of sentences: nothing of the field"] = sum(not _is_of_field(unit) for unit in units) / len(
        units
    )
    titles = [unit for unit, sentence in zip(units, sentences, strict=True) if sentence.where == "title"]
    found["against, title: nothing of the field"] = not any(map(_is_of_field, titles))


def _is_of_field(unit: Unit) -> bool:
    return bool(unit.acts or unit.guarded or unit.field_actors)


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
        best = max(best, unit.grade * exp((first - last) / _REACH))
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
        if part != part_against(COUNTRIES):  # a report names many; they count beside the sides, and in the title
            found[f"against: {part}"] = log1p(3 * count / len(units))
    strikes = sum(unit.contexts.get(STRIKE, 0) for unit in units)
    found[f"against: {STRIKES}"] = log1p(3 * strikes / len(units))
    found["against: no actor of the field"] = not any(unit.field_actors for unit in units)
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
