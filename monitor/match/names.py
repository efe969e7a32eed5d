"""Who a name of one word means: resolved once for the whole article, from all the names that stand in it.

"Mousavi" is Iran's chief of staff, and a deputy from Basra: a surname counts only where the article says whose it is.
What is looked at, in this order:

1. The full name stands in the article.
2. Something says that it is another: a different given name before it, an Arabic article that the name has not
   (al-Mousavi is no Iranian), another state beside it (of a name that many bear), or a country that it is an adjective
   of ("Sudani" where Sudan is named); or, of a name that many bear, an article written years before its office.
3. Another name of the same side anchors it: in the same sentence or the next to it for a name that many bear ("~" in
   config/entities), anywhere in the article for one that few do.
4. A name that few bear is read as usual beside a name of another side, where no other state is named (of an item of
   three sentences, anywhere in it); so are surnames of two sides, or of officers of both, where no state is named.

Otherwise it names nobody, nor does a whole name behind another side's office. Of names within others the longest wins.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.match.anchors import Anchors, At
from monitor.match.appointed import appointed_by_another
from monitor.match.capitals import Capitals
from monitor.match.careers import Careers
from monitor.match.name_shapes import (
    ARTICLE,
    SHORT,
    behind_article,
    given_names,
    is_capitalised,
    skeleton,
    stands_free,
    word_before,
)
from monitor.match.origins import Origins
from monitor.match.places import Name, is_where
from monitor.match.products import Products
from monitor.match.scan import Hit, Sentence, held_in
from monitor.model import Reason
from monitor.text.marked_terms import article, bare, without_article
from monitor.text.scripts import script
from monitor.topic.name_words import beside, is_office, small_words
from monitor.topic.records import COUNTRIES, STATES, Concept, Topic

_BEFORE = 40  # folded characters from another state to the name of one who speaks for it
_AFTER = 8
_LAST = 5  # words before a name that are looked at: three, an article, and nothing where it begins a word
_OFFICE_WORDS = 3  # before a state, among which an office of it stands
_WITH_CAPITALS = frozenset({"latin", "cyrillic"})
_STEM = 4  # letters of a country that its adjective shares
_ADJECTIVE = 1  # letters that make an adjective of a country


@dataclass(frozen=True, slots=True)
class Reading:
    """How a name of one word was read. key: the entity; why: what says so, for a person. count: how often it stands."""

    text: str
    key: str
    side: int
    counts: bool
    why: str
    count: int


class NameReader:
    """Resolves the names of one topic. Built once; `resolve` is pure."""

    def __init__(self, topic: Topic) -> None:
        self._concepts = topic.concepts
        self._products, self._careers, self._capitals = Products(topic), Careers(topic), Capitals(topic)
        self._origins = Origins(topic)
        self._sides = topic.sides
        self._names = frozenset(n for n, c in enumerate(topic.concepts) if c.side >= 0 or c.key in STATES)
        self._outer = frozenset(
            n for n, c in enumerate(topic.concepts) if c.side >= 0 or c.kind == "entity" or c.key == COUNTRIES
        )
        self._all = self._names | self._outer
        self._of_sides = frozenset(n for n, c in enumerate(topic.concepts) if c.side >= 0)
        self._alone = frozenset(n for n, c in enumerate(topic.concepts) if c.alone or (c.shared and not c.product))
        self._anchors = Anchors(topic, self._alone, self._names)
        self._full_names: dict[str, set[int]] = {}  # entity → its names that are plain
        for number in self._names - self._alone:
            self._full_names.setdefault(topic.concepts[number].key, set()).add(number)
        self._given = _given_names_of(topic)
        self._with_article = _names_with_article(topic)

    def resolve(
        self, sentences: Sequence[Sentence], language: str | None, year: int | None = None
    ) -> tuple[tuple[Sentence, ...], tuple[Reading, ...]]:
        """The sentences with those hits alone that name whom they seem to, and how each name of one word was read.

        year: the article's, where it is known.
        """
        held = held_in(sentences)
        whole = self._origins.of(self._capitals.of(self._products.of(sentences, held), held))
        longest = [self._longest(each) for each in self._careers.of(whole, year, held)]
        sentences, readings = self._of_their_own_side(longest)
        found: dict[str, list[At]] = {}
        for number, sentence in enumerate(() if self._alone.isdisjoint(held) else sentences):
            for hit in sentence.hits:
                if hit.concept in self._alone:
                    concept = self._concepts[hit.concept]
                    if language == "ar" and concept.key not in self._with_article:
                        concept = replace(concept, shared=False)  # an Arab who bears it has the article
                    lacks = language == "ar" and concept.adjective and stands_free(sentence.folded, hit)
                    found.setdefault(concept.key, []).append(At(number, hit, concept, lacks))
        if not found:
            return tuple(sentences), tuple(readings)
        standing = held_in(sentences)
        dropped: dict[int, set[Hit]] = {}  # sentence → what does not count in it
        for key, places in found.items():
            since = places[0].concept.since
            early = f"in office since {since}, and the article is of {year}" if year and year < since - 1 else ""
            for counts, why, some in self._read(key, places, sentences, standing, early):
                text = sentences[some[0].sentence].folded[some[0].hit.start : some[0].hit.end]
                readings.append(Reading(text, key, some[0].concept.side, counts, why, len(some)))
                for at in () if counts else some:
                    dropped.setdefault(at.sentence, set()).add(at.hit)
        kept = list(sentences)
        for number, gone in dropped.items():
            kept[number] = kept[number]._replace(hits=tuple(hit for hit in kept[number].hits if hit not in gone))
        return tuple(kept), tuple(readings)

    def _of_their_own_side(self, sentences: Sequence[Sentence]) -> tuple[Sequence[Sentence], list[Reading]]:
        """Without the people who bear a whole name of one side and hold an office of another, and how they were read.

        "Iraqi lawmaker Mohsen Rezaei" is no Iranian where nothing else in the article names Iran.
        """
        named: dict[int, set[str]] = {}  # side → the keys that it is named by
        actors: list[tuple[Sentence, Hit, Concept]] = []
        for sentence in sentences:
            for hit in sentence.hits:
                if (number := hit[2]) in self._of_sides:
                    concept = self._concepts[number]
                    if number not in self._alone:
                        named.setdefault(concept.side, set()).add(concept.key)
                    if concept.actor:
                        actors.append((sentence, hit, concept))
        alone = {key for keys in named.values() if len(keys) == 1 for key in keys}
        readings: list[Reading] = []
        for sentence, hit, concept in actors:
            name = sentence.folded[hit.start : hit.end]
            if concept.key in alone and " " in name and (office := self._office_of_another_side(hit, sentence)):
                why = f"an office of the other side stands before it: {office}"
                readings.append(Reading(name, concept.key, concept.side, counts=False, why=why, count=1))
        keys = {reading.key for reading in readings}
        return [_without(each, keys, self._concepts) for each in sentences] if keys else sentences, readings

    def _office_of_another_side(self, at: Hit, sentence: Sentence) -> str:
        """The name of another side and an office right before a name ("Iraqi lawmaker"), "" where none stands there."""
        for hit in sentence.hits:
            side, place = self._concepts[hit.concept].side, self._concepts[hit.concept].place
            if side in (-1, self._concepts[at.concept].side) or hit.end >= at.start:
                continue
            if place and is_where(Name(hit.start, hit.end, side, place=True), sentence.folded):
                continue  # "in Baghdad General Bagheri said"
            between = sentence.folded[hit.end : at.start].split()
            if 0 < len(between) <= _OFFICE_WORDS and is_office(between[-1]) and beside().isdisjoint(between):
                return sentence.folded[hit.start : at.start].strip()
        return ""

    def reasons(self, readings: Iterable[Reading]) -> Iterable[Reason]:
        """The readings for a receipt; those that do not count first."""
        for each in sorted(readings, key=lambda reading: (reading.counts, reading.text)):
            read = f"read as {each.key} ({self._sides[each.side]})" if each.counts else f"not read as {each.key}"
            yield Reason("name", f"{each.text}: {read}: {each.why}", 0.0, each.count)

    def _longest(self, sentence: Sentence) -> Sentence:
        """Without the names that stand within a longer one of any list: Taliban in Talabani."""
        known, reached = self._all, 0
        for start, end, concept in sentence.hits:  # in order; mostly none lies in another
            if concept in known:
                if start < reached:
                    break
                reached = end
        else:
            return sentence
        concepts = self._concepts
        names = [(hit, concepts[hit[2]].side) for hit in sentence.hits if hit[2] in self._names]
        outer = [(*hit[:2], concepts[hit[2]].side) for hit in sentence.hits if hit[2] in self._outer]
        inner = {
            hit
            for hit, side in names
            for start, end, other in outer
            if start <= hit[0] and hit[1] <= end and side != other and end - start > hit[1] - hit[0]
        }
        return sentence._replace(hits=tuple(h for h in sentence.hits if h not in inner)) if inner else sentence

    def _read(
        self, key: str, places: Sequence[At], sentences: Sequence[Sentence], standing: Collection[int], early: str
    ) -> Iterable[tuple[bool, str, Sequence[At]]]:
        """(whether they count, why, which) of the places of one entity's bare names. early: what says that the article
        is too old for one, "" for nothing."""
        another = {at: why for at in places if (why := self._another(at, sentences))}
        against = next(iter(another.values()), "")
        if not self._full_names.get(key, frozenset()).isdisjoint(standing):
            if rest := [at for at in places if at not in another]:
                yield True, "the full name stands in the article", rest
            if another:
                yield False, against, list(another)
            return
        if against or early:
            yield False, against or early, places
            return
        why = self._anchors.of(places, sentences)
        yield (True, why, places) if why else (False, "nothing in the article says whose name it is", places)

    def _another(self, at: At, sentences: Sequence[Sentence]) -> str:
        """What says that a bare name here is another's, "" where nothing does."""
        folded = sentences[at.sentence].folded
        last = folded[max(0, at.hit.start - _BEFORE) : at.hit.start].rsplit(" ", _LAST)[-_LAST:]
        before = word_before().search(" ".join(last))
        if before and (name := self._first_name(at, sentences[at.sentence], before[2])):
            own = self._given.get(at.concept.key, frozenset())
            if own.isdisjoint(map(skeleton, f"{before[1]} {before[2]}".split())):
                return f"another given name stands before it: {name}"
        if at.concept.key not in self._with_article and behind_article(folded, at.hit):
            return "it has the Arabic article, and this name does not"
        if at.concept.adjective and before and without_article(before[2]) != before[2]:
            return f"it is an adjective of what stands before it: {before[2]}"
        if at.lacks_article:
            return "it lacks the Arabic article, which this name has"
        if at.concept.shared and (office := self._office_of_another_side(at.hit, sentences[at.sentence])):
            return f"an office of the other side stands before it: {office}"
        if office := appointed_by_another(at.hit, sentences[at.sentence], self._concepts, self._alone):
            return f"he takes an office there: {office}"
        if at.concept.shared and (state := self._state_beside(at, sentences[at.sentence])):
            return f"another state stands beside it: {state}"
        if not at.concept.shared and (state := self._office_of_state(at, sentences[at.sentence])):
            return f"it is an office of another state: {state}"
        if at.concept.adjective and (country := self._country_of(at, sentences)):
            return f"it is an adjective of a country that is named: {country}"
        return ""

    def _first_name(self, at: At, sentence: Sentence, before: str) -> str:
        """The word before a name where it is a given name: a known one, or in a script with capitals one that has one.

        Where most words have capitals, as in a headline or in German, they say nothing.
        """
        if is_office(before) or before in small_words():
            return ""
        if before in given_names():
            return before
        if len(before) <= SHORT or script(before) not in _WITH_CAPITALS or is_capitalised(sentence.text):
            return ""
        beside = range(at.hit.start - ARTICLE, at.hit.start)
        if any(hit.end in beside and hit.concept in self._names for hit in sentence.hits):
            return ""
        found = re.search(rf"(?<![.!?] )(?<!\A)\b({re.escape(before)})\b", sentence.text, re.IGNORECASE)
        return before if found and found[1][0].isupper() else ""

    def _country_of(self, at: At, sentences: Sequence[Sentence]) -> str:
        """The state in the article whose adjective a name of one word is (Sudani: Sudan, Sudanese), "" for none."""
        name = without_article(sentences[at.sentence].folded[at.hit.start : at.hit.end])
        for sentence in sentences:
            for hit in sentence.hits:
                if self._concepts[hit.concept].key in STATES:
                    country = without_article(sentence.folded[hit.start : hit.end])
                    stem = name[: max(_STEM, len(name) - _ADJECTIVE)]
                    if country.startswith(stem) or (len(country) >= _STEM and name.startswith(country)):
                        return country
        return ""

    def _office_of_state(self, at: At, sentence: Sentence) -> str:
        """The other state right before a name that few bear, where it can only say whose the name is, "" for none."""
        folded = sentence.folded
        for hit in sentence.hits:
            if self._concepts[hit.concept].key in STATES and hit.end <= at.hit.start:
                between = folded[hit.end : at.hit.start].strip(" -")
                offices = any(map(is_office, folded[: hit.start].split()[-_OFFICE_WORDS:]))
                apart = between and without_article(f"{between} x") != "x"
                if not apart and (offices or script(folded[hit.start : hit.end]) in _WITH_CAPITALS):
                    return folded[hit.start : hit.end]
        return ""

    def _state_beside(self, at: At, sentence: Sentence) -> str:
        """The other state that is nearer to the name than its own side is, before it or right after it."""
        best, nearest = "", _BEFORE + 1
        for hit in sentence.hits:
            concept = self._concepts[hit.concept]
            own = concept.side == at.concept.side and hit.concept not in self._alone
            if hit.concept not in self._names or not (own or concept.key in STATES):
                continue
            gap = at.hit.start - hit.end if hit.end <= at.hit.start else hit.start - at.hit.end
            if gap < 0 or gap >= nearest or (hit.start >= at.hit.end and gap > _AFTER):
                continue
            best, nearest = "" if own else sentence.folded[hit.start : hit.end], gap
        return best


def _without(sentence: Sentence, keys: Collection[str], concepts: Sequence[Concept]) -> Sentence:
    kept = tuple(hit for hit in sentence.hits if concepts[hit.concept].key not in keys)
    return sentence if len(kept) == len(sentence.hits) else sentence._replace(hits=kept)


def _names_with_article(topic: Topic) -> frozenset[str]:
    """The entities whose name has the Arabic article in some writing."""
    ending = re.compile(rf"(?:\A|\s)(?:{article()})\w+\Z")
    return frozenset(
        topic.concepts[pattern.concept].key
        for pattern in topic.patterns
        if topic.concepts[pattern.concept].side >= 0 and ending.search(bare(pattern.text))
    )


def _given_names_of(topic: Topic) -> Mapping[str, frozenset[str]]:
    """entity → the skeletons of the words of its full names."""
    found: dict[str, set[str]] = {}
    for pattern in topic.patterns:
        concept = topic.concepts[pattern.concept]
        if concept.side >= 0 and not (concept.alone or concept.shared):
            found.setdefault(concept.key, set()).update(map(skeleton, bare(pattern.text).split()))
    return {key: frozenset(words) for key, words in found.items()}
