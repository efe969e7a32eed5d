"""Finds the parties of the world in a seed, part by part: its title, its first sentences, the rest.

A name that lies within a longer one is not there ("Guinea" in "Papua New Guinea", "China" in "South China Sea"), and a
name that is another word, too, is marked as unsure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

import ahocorasick_rs

from monitor.languages import every, language
from monitor.text.fold import fold, tokens
from monitor.text.fold_offsets import Folded, fold_with_offsets
from monitor.text.language import detect_language
from monitor.text.marked_terms import (
    Ending,
    bare,
    ending_of,
    forms_of,
    short_acronym_forms,
    stands,
    unmarked,
    without_article,
)
from monitor.text.scripts import script
from monitor.topic.records import WEAK, EntityName, SeedArticle
from monitor.topic.world import SHADOW, NameKind, Names, World, is_acronym

LEAD = 600  # characters of the text that are its lead, up to the end of a sentence
READ = 20_000  # characters of a seed that are looked at: who it is about stands before
LONG = 420  # characters; a run-on sentence is cut after so many
_SENTENCE = re.compile(r"(?<!\b[A-Z])(?<!\b[A-Z][a-z])(?<!\bGen)(?<!\bBrig)[.!?؟۔…。！？][\"'”’»)\]]*\s+|[。！？]|\n+")
_DATELINE = re.compile(r"\s*(?:[^\s–—-]+\s+){0,5}[^\s–—-]*\s*(?:\([^)]{0,40}\))?\s*[–—-]+\s+")
_OPENING = 160  # characters in which a dateline ends
_ROW = 12  # characters between two parties in a row
_ENDING = re.compile(r"^\w+")
_BEGINNING = re.compile(r"\w+$")
_UNSURE: frozenset[NameKind] = frozenset({"city"})

Where = Literal["title", "lead", "body"]


class Part(NamedTuple):
    """A title or sentence of a seed. unit: the part of the front, 0 for title and first sentence, -1 in the body."""

    text: str
    where: Where
    unit: int


class Found(NamedTuple):
    """A name of a party at [start, end) of a part. unsure: one that is another word, too, or a city's."""

    code: str
    kind: NameKind
    unsure: bool
    start: int
    end: int


class _Name(NamedTuple):
    """What a form stands for. exact: as it must be written, "" for any; large: begins with a capital.

    rank: of several names of one writing those of the lowest count.
    """

    code: str
    kind: NameKind
    unsure: bool
    exact: str
    large: bool
    ending: Ending
    rank: int


Forms = Mapping[str, Sequence[_Name]]  # folded writing → what it stands for


@dataclass(frozen=True, slots=True)
class Reading:
    """A seed as it is read. language: its code in monitor/languages, "" where it is not known."""

    name: str
    language: str
    parts: tuple[Part, ...]


def reading(seed: SeedArticle) -> Reading:
    """The parts of a seed, without where it was filed ("TEHRAN (Reuters) -") and without a title that comes twice."""
    code = seed.language or detect_language(f"{seed.title}\n{seed.text}") or ""
    title, text = seed.title.strip()[:LEAD], seed.text.strip()[:READ]
    if title and text.startswith(title.rstrip("…")):
        text = text[len(title.rstrip("…")) :]
    if dateline := _DATELINE.match(text[:_OPENING]):
        text = text[dateline.end() :]
    parts = [Part(title, "title", 0)] if title else []
    passed = 0
    for unit, sentence in enumerate(_sentences(text)):
        parts.append(Part(sentence, "lead", unit) if passed < LEAD else Part(sentence, "body", -1))
        passed += len(sentence)
    return Reading(seed.name, language(code).code if code else "", tuple(parts))


def _sentences(text: str) -> Iterator[str]:
    """The sentences of a text, roughly: a name counts where it stands, and no sentence is shown."""
    position = 0
    for end in (*(stop.end() for stop in _SENTENCE.finditer(text)), len(text)):
        while end - position > LONG:
            cut = text.rfind(" ", position + LONG // 2, position + LONG)
            cut = cut if cut > 0 else position + LONG
            yield text[position:cut].strip()
            position = cut
        if sentence := text[position:end].strip():
            yield sentence
        position = end


@lru_cache(maxsize=1)
def _between() -> re.Pattern[str]:
    """What stands between two parties that do something together."""
    words = "|".join(re.escape(fold(word)) for word in every(lambda known: known.names.beside))
    return re.compile(rf"\s*[,،、/&-]?\s*(?:{words})?\s*")


def are_in_a_row(text: str, one: Found, other: Found) -> bool:
    """Whether of two names, the one after the other, nothing but "and", a comma or the like stands between."""
    between = text[one.end : other.start]
    if one.code == other.code or len(between) >= _ROW:
        return False
    # A name may have been found without its ending.
    return any(_between().fullmatch(fold(f"x{gap}x")[1:-1]) for gap in (between, _ENDING.sub("", between)))


def words_at(text: str, found: Found) -> set[str]:
    """The folded words of a text that a name stands in, with what is joined to it; those of the name itself where the
    script has no spaces.
    """
    start, end = whole_words(text, found)
    return set(tokens(fold(text[start:end])))


def whole_words(text: str, found: Found) -> tuple[int, int]:
    """Where the words that a name stands in begin and end; the name alone where the script has no spaces."""
    start, end = found.start, found.end
    if script(fold(text[start:end])) == "han":
        return start, end
    before, after = _BEGINNING.search(text[:start]), _ENDING.match(text[end:])
    return before.start() if before else start, end + len(after[0]) if after else end


def country_entities(entities: Iterable[EntityName], world: World) -> Iterator[tuple[EntityName, str]]:
    """(entity, code) of each country of config/entities that the world's table has, too."""
    codes = {
        bare(name): code
        for code, party in world.parties.items()
        for row in party.names
        if row.kind == "name"
        for name in row.names
    }
    for entity in entities:
        if entity.kind == "country":
            found = next((codes[fold(name)] for name in entity.names if fold(name) in codes), None)
            if found:
                yield entity, found


def _adjectives(world: World) -> frozenset[str]:
    """The folded adjectives of all states, without an article."""
    return frozenset(bare(name) for party in world.parties.values() for row in party.names
                     if row.kind == "adjective" for name in row.names)  # fmt: skip


class NameBook:
    """Finders for each language, made when first needed, with names that are added later."""

    def __init__(self, world: World, entities: Sequence[EntityName]) -> None:
        self._world = world
        self._known = {names.language for party in world.parties.values() for names in party.names}
        self._finders: dict[tuple[str, str], Finder] = {}
        self._added: dict[str, list[_Name]] = {}
        self._of_side = {entity.side or entity.id: code for entity, code in country_entities(entities, world)}
        self._entity_forms: dict[str, list[_Name]] = {}
        peoples = _adjectives(world)
        for entity in entities:
            for name in entity.names if self.speaks_for(entity) else ():
                if entity.kind == "person" and without_article(bare(name)) in peoples:
                    continue  # a surname that says which state somebody is of
                _add(self._entity_forms, name, self.speaks_for(entity), "adjective", 1)

    def speaks_for(self, entity: EntityName) -> str:
        """The code of the country whose side an entity of config/entities is on, "" for none."""
        return self._of_side.get(entity.side, "")

    def add(self, code: str, names: Iterable[str]) -> None:
        """Gives a party names that the seeds taught; they count in every language from now on."""
        for name in names:
            for form in (name, *(form for _, form in short_acronym_forms(name))):
                _add(self._added, form, code, "name", -1)
        self._finders = {key: finder.without_added() for key, finder in self._finders.items()}

    def finder(self, read: Reading) -> Finder:
        """The finder for a seed, by its language and script."""
        letters = next((script(folded) for part in read.parts if (folded := fold(part.text))), "other")
        key = read.language, letters
        known = self._finders.get(key)
        if known is None:
            known = Finder(read.language, (self._forms(*key), self._entity_forms))
        if known.added is not self._added and self._added:
            known = known.with_added(self._added)
        self._finders[key] = known
        return known

    def _forms(self, code: str, letters: str) -> Forms:
        """The forms of a language's names; of a language that the table lacks, those of all in its script."""
        same_script = frozenset(other for other in self._known if language(other).script == letters)
        wanted = frozenset({code}) if code in self._known else same_script
        forms: dict[str, list[_Name]] = {}
        rows = [(party, row.kind, row.names) for party, row in self._world.names_in(wanted)]
        if letters == "latin" and "en" not in wanted:
            english = self._world.names_in(frozenset({"en"}))
            rows += [(party, row.kind, self._abroad(party, row)) for party, row in english]
        for party, kind, names in rows:
            for name in names:
                _add(forms, name, party, kind, 0)
        return forms

    def _abroad(self, party: str, row: Names) -> tuple[str, ...]:
        """The English names that other languages in Latin letters write, too: of cities, and acronyms."""
        if row.kind in ("capital", "city"):
            return row.names
        of_many = party in self._world.parties and self._world.parties[party].kind == "organisation"
        return tuple(filter(is_acronym, row.names)) if of_many else ()


def _add(forms: dict[str, list[_Name]], name: str, code: str, kind: NameKind, rank: int) -> None:
    plain, ending = unmarked(name), ending_of(name)
    unsure = name.startswith(WEAK) or kind in _UNSURE
    exact = plain if ending == "capitals" else ""
    entry = _Name(code, kind, unsure, exact, plain[:1].isupper(), ending, rank)
    for form in forms_of(name):
        forms.setdefault(form, []).append(entry)


class _Table(NamedTuple):
    """An automaton over forms, and what each stands for, by its number."""

    automaton: ahocorasick_rs.AhoCorasick
    entries: tuple[Sequence[_Name], ...]


def _table(forms: Forms) -> _Table:
    return _Table(ahocorasick_rs.AhoCorasick(list(forms)), tuple(forms.values()))


class Finder:
    """Finds the names of one language in a text, the longest where several overlap."""

    def __init__(self, code: str, forms: Iterable[Forms]) -> None:
        self.added: Forms | None = None
        self._language = code
        self._tables = tuple(_table(some) for some in forms if some)
        self._own = len(self._tables)

    def with_added(self, forms: Forms) -> Finder:
        """This finder with more names."""
        other = self.without_added()
        other.added = forms
        other._tables = (*self._tables[: self._own], _table(forms))
        return other

    def without_added(self) -> Finder:
        """This finder with the names of the tables alone."""
        other = Finder(self._language, ())
        other._tables, other._own = self._tables[: self._own], self._own
        return other

    def find(self, text: str) -> list[Found]:
        """Each name, in order. Where one writing is a name of two parties, both are given."""
        folded = fold_with_offsets(text)
        has_small = text != text.upper()
        spans: dict[tuple[int, int], list[_Name]] = {}
        for table in self._tables:
            for form, start, end in table.automaton.find_matches_as_indexes(folded.text, overlapping=True):
                names = [name for name in table.entries[form] if self._stands(folded, start, end, name, has_small)]
                if names:
                    spans.setdefault((start, end), []).extend(names)
        return list(_longest(folded, spans))

    def _stands(self, folded: Folded, start: int, end: int, name: _Name, has_small: bool) -> bool:
        """Whether a name stands at [start, end) as a word, written as it must be."""
        if not stands(folded.text, start, end, name.ending, self._language):
            return False
        if not (name.exact or name.large):
            return True
        first, last = folded.original_span(start, end)
        written = folded.original[first:last]
        if name.exact:
            return written == name.exact
        return not written[:1].islower() or not has_small


def _longest(folded: Folded, spans: Mapping[tuple[int, int], Sequence[_Name]]) -> Iterator[Found]:
    taken = -1
    for (start, end), names in sorted(spans.items(), key=lambda item: (item[0][0], -item[0][1])):
        if start >= taken:
            taken = end
            best = min(name.rank for name in names)
            first, last = folded.original_span(start, end)
            for code, kind, unsure in sorted({name[:3] for name in names if name.rank == best}):
                if code != SHADOW:
                    yield Found(code, kind, unsure, first, last)
