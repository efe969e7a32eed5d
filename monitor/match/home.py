"""The state that an outlet need not name: its own. "The border guard commander went to Baghdad", writes one of Iran.

Where an item that is little more than a headline names all sides but one, and comes from that side's own state, the
office that it begins with is of that side if it can be nobody else's. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.languages import language, languages
from monitor.match.offices import commands_another, is_past
from monitor.match.places import Name, is_where
from monitor.match.scan import Hit, Sentence
from monitor.model import Document
from monitor.text.fold import fold
from monitor.text.scripts import script
from monitor.text.zones import country_of
from monitor.topic.name_words import beside, of_whom
from monitor.topic.records import STATES, Topic

_OFFICES = frozenset({"roles_security", "roles_political"})
_FEW = 3  # sentences, the title among them, of an item that is little more than a headline
_SHORT = 1_500  # characters of such an item's text at most, so that a longer one need not be taken apart
_OTHERS = frozenset({"enemy", "armed_groups"})  # they have commanders, too


class Home:
    """Reads articles of outlets at home in a side of one topic. Built once; its methods are pure."""

    def __init__(self, topic: Topic) -> None:
        self._concepts, self._sides = topic.concepts, topic.sides
        # Of two sides in one state nobody can say which is meant.
        self._countries = {
            name: country
            for name, country in zip(topic.sides, topic.countries, strict=False)
            if country and topic.countries.count(country) == 1
        }
        self._names = {  # side → the concept of its own name, as which an office without a state counts
            concept.key: number
            for number, concept in reversed(list(enumerate(topic.concepts)))
            if concept.side >= 0 and concept.key == topic.sides[concept.side]
            if not (concept.actor or concept.place or concept.weak or concept.removed)
        }

    def is_all(self, missing: Sequence[str], document: Document) -> bool:
        """Whether the one side that an article does not name, of several, is that of its outlet's state."""
        return self._is_one(missing, document) and _country(document) == self._countries.get(missing[0])

    def may_be(self, missing: Sequence[str], document: Document) -> bool:
        """`is_all` of an article whose language is not known yet: False where it would be in no language."""
        if not self._is_one(missing, document):
            return False
        country = self._countries.get(missing[0])
        if known := country_of(document.country, document.url):
            return known.upper() == country
        of_title = script(fold(document.title))
        return any(each.home == country and each.script == of_title for each in languages() if each.home)

    def _is_one(self, missing: Sequence[str], document: Document) -> bool:
        """Whether one of several sides is missing, in an item that may be short enough."""
        alone = len(missing) == 1 and len(self._sides) > 1 and missing[0] in self._names
        return alone and len(document.text) <= _SHORT

    def named(self, sentences: Sequence[Sentence], side: str) -> tuple[Sentence, ...]:
        """The sentences of a short item, with the side named in the first where that begins with an office of its own.

        A longer text names its own state somewhere; where it does not, the office is of those it speaks of.
        """
        if not sentences or len(sentences) > _FEW or any(self._names_state(each) for each in sentences):
            return tuple(sentences)
        return (self._with_own(sentences[0], self._names[side]), *sentences[1:])

    def _names_state(self, sentence: Sentence) -> bool:
        return any(self._concepts[hit.concept].key in STATES for hit in sentence.hits)

    def _with_own(self, sentence: Sentence, name: int) -> Sentence:
        """With its own state named at the office that the sentence begins with, where nobody else's it can be.

        The other side has to be where that somebody is or goes, or whom he deals with: "the commander in Baghdad",
        "the commander with an Iraqi officer". A sentence that begins with the other side is on its own matters.
        """
        found = [(hit, self._concepts[hit.concept]) for hit in sentence.hits]
        first = next(((hit, each) for hit, each in found if each.side >= 0 or each.key in _OTHERS), None)
        office = next((hit for hit, concept in found if concept.key in _OFFICES), None)
        if first is None or office is None or is_past(office.start, office.end, sentence.folded):
            return sentence
        if commands_another(office.start, office.end, sentence.folded, [hit.start for hit in sentence.hits]):
            return sentence
        owner, whose = first
        if whose.side < 0 or office.end >= owner.start:
            return sentence
        # "the minister to the speaker of Iraq's parliament": what is said of an office is said of its side.
        offices = [hit for hit, concept in found if concept.key in _OFFICES and office.end < hit.start]
        its = [hit.start for hit in offices if sentence.folded[hit.end : owner.start].strip() in of_whom() | {""}]
        start = min(its, default=owner.start)
        between = sentence.folded[office.end : start]
        places = [Name(start, owner.end, whose.side, "", whose.actor, whose.place, whose.product)]
        places += [Name(hit.start, hit.end, each.side, "", each.actor, each.place) for hit, each in found]
        speaks = between.startswith(":")  # who speaks of the other side deals with it
        met = any(concept.key == "counterpart" and office.end <= hit.start < owner.start for hit, concept in found)
        there = any(place.side == whose.side and is_where(place, sentence.folded) for place in places)
        if not (met or there or speaks or not beside().isdisjoint(between.split())):
            return sentence
        own = Hit(office.start, office.end, name)
        return sentence._replace(hits=tuple(sorted((*sentence.hits, own))))


def _country(document: Document) -> str | None:
    """The state in which an article's outlet is at home (ISO 3166-1), None where nothing says so.

    Its feed's country does; else the country that its address ends with; else that of a language which is written in
    one state above all.
    """
    if stated := country_of(document.country, document.url):
        return stated.upper()
    return (language(document.language).home or None) if document.language else None
