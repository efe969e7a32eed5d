"""What a sentence holds of a topic as a record, and what it and its neighbour hold together. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from monitor.match.scan import Sentence
from monitor.topic.records import STATES

LOOSE = frozenset({"support", "counter_terrorism"})  # facets of acts that news of one side alone has, too
VAGUE = frozenset({"security", "border", "stability"})  # signals: what every minister wishes his neighbour
LOOSE_GRADE, VAGUE_GRADE = 0.6, 0.5  # of an act of a loose facet, or of one that is of security in general; others 1
SILENT = frozenset({"materiel", "enemy", "knowledge", "roles_security", "wanted"})  # say little where nothing else does
_FEW = 3  # sentences, the title among them, that are one passage with it where no other state is named


@dataclass(slots=True)
class Unit:
    """What a sentence, or a passage of several, holds. Sets of side numbers; acts and contexts by heading.

    field_actors: sides of which someone acts whose office is of the topic's field. firm: the acts whose wording is more
    than vague "security" or one side's own fight. words: the different words of the field and acts. vague: two words
    together made an act of security in general. grade: of the strongest act, 0 to 1. jointly: the sides stand in a
    row, or one with the other, where an exercise is spoken of. abroad: someone of the field of one side is in another
    side's country, or goes there. talks: a meeting whose own words are of the field ("security talks").
    of_two: where a pair of forces is named ("both navies"). given: a force of one side and another side are named, and
    something that is given, taught or healed.
    """

    sides: set[int] = field(default_factory=set)
    actors: set[int] = field(default_factory=set)
    field_actors: set[int] = field(default_factory=set)
    signals: set[str] = field(default_factory=set)
    acts: set[str] = field(default_factory=set)
    firm: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    vague: bool = False
    grade: float = 0.0
    guarded: bool = False  # a word of the topic's field stands here
    jointly: bool = False
    abroad: bool = False
    talks: bool = False
    of_two: tuple[int, int] | None = None
    given: bool = False
    contexts: dict[str, int] = field(default_factory=dict)
    places: list[tuple[int, int, int]] = field(default_factory=list)  # (start, end, side, or -1 for an act); no join
    wordings: list[tuple[int, int, str]] = field(
        default_factory=list
    )  # (start, end, act) of words that make one; no join

    def add_act(self, act: str, word: str) -> None:
        """An act, by a wording that is one by itself."""
        self.acts.add(act)
        self.words.add(word)
        self.grade = max(self.grade, LOOSE_GRADE if act in LOOSE else 1.0)
        if act not in LOOSE:
            self.firm.add(act)

    def clear_acts(self) -> None:
        """Without its acts: they are meant otherwise."""
        self.acts.clear()
        self.firm.clear()
        self.wordings.clear()
        self.grade = 0.0
        self.places = [place for place in self.places if place[2] >= 0]

    def clear_actors(self) -> None:
        """Without those who act: they do so for no side."""
        self.actors.clear()
        self.field_actors.clear()
        self.abroad = self.talks = False

    def join(self, other: Unit) -> Unit:
        """What this unit and ``other`` hold together (not places, which are of one sentence)."""
        if other is NOTHING:
            return self
        if self is NOTHING:
            return other
        contexts = self.contexts or other.contexts  # what is joined is not changed any more
        if self.contexts and other.contexts:
            contexts = dict(self.contexts)
            for name, count in other.contexts.items():
                contexts[name] = contexts.get(name, 0) + count
        return Unit(
            self.sides | other.sides if other.sides else self.sides,
            self.actors | other.actors if other.actors else self.actors,
            self.field_actors | other.field_actors if other.field_actors else self.field_actors,
            self.signals | other.signals if other.signals else self.signals,
            self.acts | other.acts if other.acts else self.acts,
            self.firm | other.firm if other.firm else self.firm,
            self.words | other.words if other.words else self.words,
            self.vague or other.vague,
            max(self.grade, other.grade),
            self.guarded or other.guarded,
            self.jointly or other.jointly,
            self.abroad or other.abroad,
            self.talks or other.talks,
            self.of_two or other.of_two,
            self.given or other.given,
            contexts,
        )

    @property
    def meeting(self) -> bool:
        """Someone meets, visits or telephones someone, or is called the counterpart of a side."""
        return "contact" in self.signals or "counterpart of a side" in self.signals


NOTHING = Unit()  # of a sentence in which nothing was found; never changed


def passages(units: Sequence[Unit], sentences: Sequence[Sentence], near: str) -> list[Unit]:
    """For each sentence the passage that begins with it. near: "sentence" is it alone, "passage" with its next one (not
    across the title), "article" the whole."""
    if near == "sentence":
        return list(units)
    if near == "article":
        whole = NOTHING
        for unit in units:
            whole = whole.join(unit)
        return [whole] * len(units)
    few = len(sentences) <= _FEW and not any(STATES & unit.contexts.keys() for unit in units)
    joined: list[Unit] = []
    for index, unit in enumerate(units):
        following = index + 1 < len(units) and (sentences[index].where != "title" or few)
        joined.append(unit.join(units[index + 1]) if following else unit)
    return joined
