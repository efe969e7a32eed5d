"""What speaks for and against, as some sixty named numbers: the same for every language and every pair of sides.

The unit is the passage: a sentence with its neighbour. In it stand sides (any name of each), actors (people, bodies,
offices beside a side's name), acts (facets, or cooperation near something military), and contexts that speak against.
Counts are damped by log(1 + n). The names are the ones of the weights file and of the receipt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log, log1p

from monitor.scan import Sentence
from monitor.topic import Concept, Topic

_BESIDE = 16  # folded characters between an office and the side it belongs to
_NEAR = 48  # between cooperation and what makes it military
_ACTORS = {"roles_security": True, "roles_political": False, "counterpart": False}


@dataclass(slots=True)
class Unit:
    """What a sentence, or a passage of several, holds. Sets of side numbers; acts and contexts by heading."""

    sides: set[int] = field(default_factory=set)
    actors: set[int] = field(default_factory=set)
    security_actors: set[int] = field(default_factory=set)
    signals: set[str] = field(default_factory=set)
    acts: set[str] = field(default_factory=set)
    contexts: dict[str, int] = field(default_factory=dict)

    def join(self, other: Unit) -> Unit:
        contexts = dict(self.contexts)
        for name, count in other.contexts.items():
            contexts[name] = contexts.get(name, 0) + count
        return Unit(
            self.sides | other.sides,
            self.actors | other.actors,
            self.security_actors | other.security_actors,
            self.signals | other.signals,
            self.acts | other.acts,
            contexts,
        )


def unit_of(sentence: Sentence, concepts: Sequence[Concept]) -> Unit:
    """What one sentence holds."""
    unit = Unit()
    names: list[tuple[int, int, int]] = []  # (start, end, side) of every name of a side
    signals: list[tuple[int, int, str]] = []
    for start, end, number in sentence.hits:
        concept = concepts[number]
        if concept.side >= 0:
            unit.sides.add(concept.side)
            names.append((start, end, concept.side))
            if concept.actor:
                unit.actors.add(concept.side)
                if concept.security:
                    unit.security_actors.add(concept.side)
        elif concept.kind == "signal":
            unit.signals.add(concept.key)
            signals.append((start, end, concept.key))
        elif concept.kind == "act":
            unit.acts.add(concept.key)
        elif concept.kind == "context":
            unit.contexts[concept.key] = unit.contexts.get(concept.key, 0) + 1
    if names and signals:
        _offices(unit, names, signals)
    _compound_acts(unit, signals)
    return unit


def _offices(unit: Unit, names: list[tuple[int, int, int]], signals: list[tuple[int, int, str]]) -> None:
    """ "Iraqi defence minister", وزیر دفاع عراق: an office beside a side's name is an actor of that side."""
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
    """Cooperation or an agreement near something military, or near security, is an act."""
    present = unit.signals
    if not ("military" in present or "security" in present) or not ("cooperation" in present or "agreeing" in present):
        return
    for start, end, signal in signals:
        if signal not in ("cooperation", "agreeing"):
            continue
        for first, last, other in signals:
            if other in ("military", "security") and max(first - end, start - last) <= _NEAR:
                unit.acts.add("agreement" if signal == "agreeing" else "cooperation")
                unit.signals.add(f"{signal} + {other}")


def passages(units: Sequence[Unit], sentences: Sequence[Sentence], near: str) -> list[Unit]:
    """Sentence i with its next one (not across the title), as ``near`` wants it."""
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
    """The features of a topic with sides; only what is not zero. Empty when a side is wholly absent."""
    units = [unit_of(sentence, topic.concepts) for sentence in sentences]
    return features_of_units(units, sentences, topic)


def features_of_units(units: Sequence[Unit], sentences: Sequence[Sentence], topic: Topic) -> dict[str, float]:
    wanted = set(range(len(topic.sides)))
    named: set[int] = set()
    for unit in units:
        named |= unit.sides
    if not named >= wanted:
        return {}
    joined = passages(units, sentences, topic.near)
    found: dict[str, float] = {}
    _front(found, units, joined, sentences, wanted)
    _everywhere(found, units, joined, wanted)
    _against(found, units, sentences)
    _size(found, units, sentences, wanted)
    return {name: value for name, value in found.items() if value}


def _front(
    found: dict[str, float],
    units: Sequence[Unit],
    joined: Sequence[Unit],
    sentences: Sequence[Sentence],
    wanted: set[int],
) -> None:
    """What stands in title and lead: what an article is about and not only mentions."""
    title = next((u for u, s in zip(units, sentences, strict=True) if s.where == "title"), Unit())
    lead = Unit()
    for unit, sentence in zip(units, sentences, strict=True):
        if sentence.where == "lead":
            lead = lead.join(unit)
    for name, unit in (("title", title), ("lead", lead)):
        both = unit.sides >= wanted
        found[f"{name}: all sides"] = both
        found[f"{name}: act"] = bool(unit.acts)
        found[f"{name}: all sides and act"] = both and bool(unit.acts)
        found[f"{name}: actors of all sides"] = unit.actors >= wanted
        found[f"{name}: security actor"] = bool(unit.security_actors)
        found[f"{name}: security actors of all sides"] = unit.security_actors >= wanted
        found[f"{name}: military or security"] = not {"military", "security"}.isdisjoint(unit.signals)
        found[f"{name}: actors meet"] = unit.actors >= wanted and "contact" in unit.signals
    front = title.join(lead)
    found["front: all sides"] = front.sides >= wanted
    found["front: all sides, security actor and contact"] = (
        front.sides >= wanted and bool(front.security_actors) and "contact" in front.signals
    )
    found["front: all sides and act"] = front.sides >= wanted and bool(front.acts)
    found["front: third party"] = log1p(front.contexts.get("third", 0))
    for name in front.contexts:
        if name != "third":
            found[f"front: {name}"] = log1p(front.contexts[name])
    found["title: third party"] = bool(title.contexts.get("third"))


def _everywhere(found: dict[str, float], units: Sequence[Unit], joined: Sequence[Unit], wanted: set[int]) -> None:
    acts = [unit for unit in joined if unit.acts and unit.sides >= wanted]
    strong = [unit for unit in acts if not unit.contexts.get("third")]
    found["passages: all sides and act"] = log1p(len(acts))
    found["passages: all sides and act, no third party"] = log1p(len(strong))
    found["passages: share with all sides and act"] = len(acts) / len(joined)
    found["sentences: all sides and act"] = log1p(sum(1 for u in units if u.acts and u.sides >= wanted))
    found["passages: actors of all sides"] = log1p(sum(1 for u in joined if u.actors >= wanted))
    found["passages: actors meet about security"] = log1p(
        sum(1 for u in joined if u.actors >= wanted and "contact" in u.signals and _guarded(u))
    )
    found["passages: security actor meets an actor"] = log1p(
        sum(1 for u in joined if u.actors >= wanted and u.security_actors and "contact" in u.signals)
    )
    found["passages: security actors of all sides"] = log1p(sum(1 for u in joined if u.security_actors >= wanted))
    found["passages: counterpart"] = log1p(
        sum(1 for u in joined if "counterpart of a side" in u.signals and _guarded(u))
    )
    found["passages: the two and security"] = log1p(sum(1 for u in units if "between" in u.signals and _guarded(u)))
    found["passages: the two and act"] = log1p(sum(1 for u in units if "between" in u.signals and u.acts))
    found["passages: common enemy"] = log1p(sum(1 for u in acts if "enemy" in u.signals))
    found["passages: military cooperation"] = log1p(
        sum(1 for u in joined if u.sides >= wanted and "cooperation + military" in u.signals)
    )
    facets: dict[str, int] = {}
    for unit in acts:
        for facet in unit.acts:
            facets[facet] = facets.get(facet, 0) + 1
    found["facets"] = log1p(len(facets))
    for facet, count in facets.items():
        found[f"act: {facet}"] = log1p(count)


def _guarded(unit: Unit) -> bool:
    return "military" in unit.signals or "security" in unit.signals


def _against(found: dict[str, float], units: Sequence[Unit], sentences: Sequence[Sentence]) -> None:
    total: dict[str, int] = {}
    for unit in units:
        for name, count in unit.contexts.items():
            total[name] = total.get(name, 0) + count
    for name, count in total.items():
        found[f"against: {'third party' if name == 'third' else name}"] = log1p(3 * count / len(units))


def _size(found: dict[str, float], units: Sequence[Unit], sentences: Sequence[Sentence], wanted: set[int]) -> None:
    shares = [sum(1 for unit in units if side in unit.sides) / len(units) for side in wanted]
    found["share of sentences: the rarer side"] = min(shares)
    found["share of sentences: all sides"] = sum(1 for unit in units if unit.sides >= wanted) / len(units)
    found["length"] = log(1 + sum(len(sentence.text) for sentence in sentences) / 1000)
    found["short"] = sum(len(sentence.text) for sentence in sentences) < 700


ContextCounts = Mapping[str, int]
