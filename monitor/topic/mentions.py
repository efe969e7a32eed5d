"""Where the parties of the world stand in the seeds: in a title, in the first sentences, in the rest.

A name that lies within a longer one is not there ("Guinea" in "Papua New Guinea", "China" in "South China Sea"), and a
name that is another word, too, counts only where its party is named for certain as well.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import ahocorasick_rs

from monitor.languages import language
from monitor.text.fold import Folded, fold, fold_with_offsets, script, term_matches, variants
from monitor.text.language import detect_language
from monitor.topic.records import WEAK, EntityName, SeedArticle
from monitor.topic.world import SHADOW, NameKind, World

LEAD = 600  # characters of the text that are its lead, up to the end of a sentence
_ENOUGH = 0.5  # share of the seeds that name a party for certain, from which its unsure names count in all of them
_SENTENCE = re.compile(r"(?<!\b[A-Z])(?<!\b[A-Z][a-z])(?<!\bGen)(?<!\bBrig)[.!?؟۔…。！？][\"'”’»)\]]*\s+|[。！？]|\n+")
_DATELINE = re.compile(r"\s*(?:[^\s–—-]+\s+){0,5}[^\s–—-]*\s*(?:\([^)]{0,40}\))?\s*[–—-]+\s+")
_UNSURE: frozenset[NameKind] = frozenset({"city"})

Where = Literal["title", "lead", "body"]


class Mention(NamedTuple):
    """A party named once. unit: the part of the front, 0 for title and first sentence, -1 in the body."""

    where: Where
    unit: int


@dataclass(frozen=True, slots=True)
class SeedMentions:
    """The parties that a seed names, by code, with each mention."""

    name: str
    parties: Mapping[str, tuple[Mention, ...]]


class _Name(NamedTuple):
    """What a form stands for. exact: as it must be written, "" for any; large: begins with a capital; rank: 0 first."""

    code: str
    unsure: bool
    exact: str
    large: bool
    ending: str
    rank: int


def country_entities(entities: Iterable[EntityName], world: World) -> Iterator[tuple[EntityName, str]]:
    """(entity, code) of each country of config/entities that the world's table has, too."""
    codes = {
        fold(name.strip("~^=*")): code
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


def owners(entities: Sequence[EntityName], world: World) -> dict[str, str]:
    """Entity id → the code of the party it speaks for; entities of no side that the table knows are left out."""
    of_side = {entity.side or entity.id: code for entity, code in country_entities(entities, world)}
    return {entity.id: of_side[entity.side] for entity in entities if entity.side in of_side}


def seed_mentions(seeds: Sequence[SeedArticle], world: World, entities: Sequence[EntityName]) -> list[SeedMentions]:
    """What each seed names. Unsure names count where the party is named for certain in the seed, or in most others."""
    finders: dict[str, _Finder] = {}
    found: list[tuple[str, list[tuple[str, bool, Mention]]]] = []
    for seed in seeds:
        code = seed.language or detect_language(f"{seed.title}\n{seed.text}") or ""
        finder = finders.get(code)
        if finder is None:
            finder = finders[code] = _Finder(_forms(_languages(code, seed.text, world), world, entities), code)
        found.append((seed.name, list(_read(seed, finder))))
    sure = [{code for code, unsure, _ in rows if not unsure} for _, rows in found]
    often = {code for one in sure for code in one if sum(code in other for other in sure) >= _ENOUGH * len(sure)}
    return [_settled(name, rows, certain | often) for (name, rows), certain in zip(found, sure, strict=True)]


def _settled(name: str, rows: Iterable[tuple[str, bool, Mention]], certain: set[str]) -> SeedMentions:
    parties: defaultdict[str, list[Mention]] = defaultdict(list)
    for code, unsure, mention in rows:
        if code in certain or not unsure:
            parties[code].append(mention)
    return SeedMentions(name, {code: tuple(mentions) for code, mentions in parties.items()})


def _languages(code: str, text: str, world: World) -> tuple[frozenset[str], bool]:
    """The languages whose names count in a text, and whether English cities do (in Latin letters).

    A language that the table lacks is read with the names of all that share its script.
    """
    known = {names.language for party in world.parties.values() for names in party.names}
    own = language(code).code if code else ""
    letters = script(fold(text))
    if own in known:
        return frozenset({own}), letters == "latin"
    return frozenset(other for other in known if language(other).script == letters), letters == "latin"


def _forms(
    languages: tuple[frozenset[str], bool], world: World, entities: Sequence[EntityName]
) -> dict[str, list[_Name]]:
    forms: defaultdict[str, list[_Name]] = defaultdict(list)
    wanted, latin = languages
    rows = [(code, row.kind, row.names) for code, row in world.names_in(wanted)]
    if latin and "en" not in wanted:
        english = world.names_in(frozenset({"en"}))
        rows += [(code, row.kind, row.names) for code, row in english if row.kind in ("capital", "city")]
    for code, kind, names in rows:
        for name in names:
            _add(forms, name, code, kind, 0)
    speaks_for = owners(entities, world)
    for entity in entities:
        for name in entity.names if entity.id in speaks_for else ():
            _add(forms, name, speaks_for[entity.id], "adjective", 1)
    return forms


def _add(forms: Mapping[str, list[_Name]], name: str, code: str, kind: NameKind, rank: int) -> None:
    bare = name.strip("~^=* ")
    ending = "any" if name.endswith("*") else "none" if name.startswith(("=", "^")) else "usual"
    unsure = name.startswith(WEAK) or kind in _UNSURE
    entry = _Name(code, unsure, bare if name.startswith("^") else "", bare[:1].isupper(), ending, rank)
    for form in variants(bare)[:1] if ending == "none" else variants(bare):
        forms[form].append(entry)


def _read(seed: SeedArticle, finder: _Finder) -> Iterator[tuple[str, bool, Mention]]:
    """(code, whether it is unsure, mention) of everything that a seed names."""
    title = seed.title.strip()
    text = seed.text.strip()
    if title and text.startswith(title.rstrip("…")):
        text = text[len(title.rstrip("…")) :]
    for code, unsure in finder.find(title):
        yield code, unsure, Mention("title", 0)
    if dateline := _DATELINE.match(text):
        text = text[dateline.end() :]
    passed = 0
    for unit, sentence in enumerate(sentences(text)):
        mention = Mention("lead", unit) if passed < LEAD else Mention("body", -1)
        passed += len(sentence)
        for code, unsure in finder.find(sentence):
            yield code, unsure, mention


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, roughly: a name counts where it stands, and no sentence is shown."""
    position = 0
    for stop in _SENTENCE.finditer(text):
        if sentence := text[position : stop.end()].strip():
            yield sentence
        position = stop.end()
    if rest := text[position:].strip():
        yield rest


@dataclass
class _Finder:
    """Finds the names of some languages in a text. Built once a language."""

    forms: Mapping[str, Sequence[_Name]]
    language: str
    entries: list[Sequence[_Name]] = field(init=False)
    automaton: ahocorasick_rs.AhoCorasick = field(init=False)

    def __post_init__(self) -> None:
        self.entries = list(self.forms.values())
        self.automaton = ahocorasick_rs.AhoCorasick(list(self.forms))

    def find(self, text: str) -> Iterator[tuple[str, bool]]:
        """(code, whether it is unsure) of each name, in order; the longest where several overlap."""
        folded = fold_with_offsets(text)
        has_small = text != text.upper()
        spans: dict[tuple[int, int], list[_Name]] = {}
        for form, start, end in self.automaton.find_matches_as_indexes(folded.text, overlapping=True):
            names = [name for name in self.entries[form] if self._stands(folded, start, end, name, has_small)]
            if names:
                spans.setdefault((start, end), []).extend(names)
        taken = -1
        for (start, end), names in sorted(spans.items(), key=lambda item: (item[0][0], -item[0][1])):
            if start >= taken:
                taken = end
                best = min(name.rank for name in names)
                for code, unsure in sorted({(name.code, name.unsure) for name in names if name.rank == best}):
                    if code != SHADOW:
                        yield code, unsure

    def _stands(self, folded: Folded, start: int, end: int, name: _Name, has_small: bool) -> bool:
        """Whether a name stands at [start, end) as a word, written as it must be."""
        text = folded.text
        if not _is_word(text, start, end, name.ending, self.language):
            return False
        if not (name.exact or name.large):
            return True
        first, last = folded.original_span(start, end)
        written = folded.original[first:last]
        if name.exact:
            return written == name.exact
        return not written[:1].islower() or not has_small


def _is_word(text: str, start: int, end: int, ending: str, code: str) -> bool:
    open_before = start == 0 or not text[start - 1].isalnum()
    open_after = end == len(text) or not text[end].isalnum()
    if open_before and open_after:
        return True
    if ending == "none":
        return False
    if ending == "any":
        return open_before or (script(text[start]) == "arabic" and term_matches(text[:end], start, end, code))
    return term_matches(text, start, end, code)
