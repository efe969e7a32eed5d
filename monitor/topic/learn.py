"""Learning a profile: which words, phrases and names the seed articles share that ordinary news does not.

A term's weight is the product of three figures, each shown in the profile: its rarity in ordinary news (inverse
document frequency, Spärck Jones 1972), the share of the seeds that hold it, and the logarithm of how often they do;
scaled so that the strongest term has 1. Names are found by the gazetteer, and by their capitals where it knows none.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from monitor.text.fold import fold, stem, term_matches, tokens, variants
from monitor.text.proper_names import NameCount, capitalised_words, find_names
from monitor.topic.records import EntityName, Profile, ProfileEntity, ProfileTerm, SeedArticle

MOST_TERMS = 120
MOST_NAMES = 60  # names unknown to the gazetteer
LONGEST = 3  # words in a phrase
_COMMONEST = 1.7  # rarity below which a word says nothing (it is in more than 18 of 100 articles)
_CAP = 7.0  # rarity above which rarer says no more: one article in 1,100
_UNKNOWN = 4.5  # highest rarity given in a language without a table
_PHRASE = 1.2  # a phrase says more than its words
_INSIDE = 0.8  # share of a word's or phrase's uses within one longer phrase from which the longer one stands for it
_RUN = re.compile(r"[.!?؟۔。,،;؛:\"()\[\]{}|/…•\n]+")

Gram = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BackgroundTable:
    """Ordinary news of one language. counts: stem, or two stems with a space → how many of ``articles`` hold it."""

    articles: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Background:
    """How common words are in ordinary news, by language, and words that are never terms, by language, folded."""

    tables: Mapping[str, BackgroundTable] = field(default_factory=dict)
    stopwords: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def is_stopword(self, word: str, language: str | None) -> bool:
        """Whether a folded word of a language is never a term."""
        return word in self.stopwords.get(language or "", frozenset())

    def rarity(self, gram: Gram, language: str | None, share: float = 0.0) -> float:
        """ln(articles / those that hold the stems ``gram``); of three words, that of their rarer pair.

        In a language without a table: lower the commoner the term is among the sentences of the seeds (``share``),
        which shows function words, but not words that are ordinary though the topic uses them.
        """
        table = self.tables.get(language or "")
        if table is None:
            return min(_UNKNOWN, -math.log(max(share, 1e-6)))
        keys = gram if len(gram) == 1 else [f"{a} {b}" for a, b in pairwise(gram)]
        return max(math.log(table.articles / table.counts.get(key, 1.5)) for key in keys)


@dataclass(slots=True)
class _Found:
    """What the seeds hold of one gram."""

    seeds: Counter[str] = field(default_factory=Counter)
    writings: Counter[str] = field(default_factory=Counter)
    language: str | None = None
    rarity: float = 0.0
    score: float = 0.0

    @property
    def count(self) -> int:
        return self.seeds.total()


def word_runs(text: str) -> Iterator[list[str]]:
    """The folded words of ``text`` between marks of punctuation: phrases do not reach over them."""
    for run in _RUN.split(text):
        if words := tokens(fold(run)):
            yield words


def stems_of(words: Iterable[str]) -> Gram:
    """The folded words as they are counted."""
    return tuple(map(stem, words))


def learn(watch: str, seeds: Sequence[SeedArticle], background: Background, entities: Sequence[EntityName]) -> Profile:
    """The baseline profile of ``watch``. The same seeds, background and entities give the same profile and version."""
    texts = {seed.name: _whole(seed) for seed in seeds}
    known = _known_entities(texts, entities)
    known_words = _words_of(name for entity in entities for name in entity.names)
    people = _words_of(name for entity in entities if entity.kind == "person" for name in entity.names)
    most = max((row.count for row in known), default=0)
    new = _new_names(find_names(texts), known_words, len(texts), most)
    names = known_words | _words_of(row.name for row in new) | capitalised_words(texts)
    terms = _terms(seeds, background, names, people & capitalised_words(texts))
    return _versioned(watch, tuple(sorted(texts)), terms, (*known, *new))


def _words_of(names: Iterable[str]) -> set[str]:
    return {word for name in names for word in tokens(fold(name))}


def _whole(seed: SeedArticle) -> str:
    """Title and text; a title that is only the text's opening counts once."""
    return seed.text if seed.text.startswith(seed.title.rstrip("…")) else f"{seed.title}\n{seed.text}"


def _versioned(
    watch: str, seeds: tuple[str, ...], terms: tuple[ProfileTerm, ...], entities: tuple[ProfileEntity, ...]
) -> Profile:
    content = repr((seeds, terms, entities))
    return Profile(watch, hashlib.sha256(content.encode()).hexdigest()[:12], seeds, terms, entities)


def _share(seeds: int, count: int, of: int, most: int) -> float:
    """How much of the seeds' common theme something is, 0 to 1."""
    share: float = (seeds / of) ** 0.75
    return share * (1 + math.log(count)) / (1 + math.log(most))


# TERMS


def _terms(
    seeds: Sequence[SeedArticle], background: Background, names: set[str], people: set[str]
) -> tuple[ProfileTerm, ...]:
    """The strongest terms, without those made of names alone, which are entities, or with a person's name in them."""
    found = _grams(seeds, background)
    enough = 2 if len(seeds) > 2 else 1
    common = {gram: entry for gram, entry in found.items() if _is_shared(gram, entry, enough)}
    common = {gram: entry for gram, entry in common.items() if not _is_name(entry, names, people, background)}
    most = max((entry.count for entry in common.values()), default=1)
    for gram, entry in common.items():
        theme = _share(len(entry.seeds), entry.count, len(seeds), most)
        entry.score = min(entry.rarity, _CAP) * theme * (_PHRASE if len(gram) > 1 else 1.0)
    best = sorted(_without_parts(common).values(), key=lambda entry: (-entry.score, _written(entry)))[:MOST_TERMS]
    top = best[0].score if best else 1.0
    return tuple(_term(entry, entry.score / top) for entry in best)


def _term(entry: _Found, weight: float) -> ProfileTerm:
    seeds = tuple(sorted(entry.seeds))
    return ProfileTerm(_written(entry), round(weight, 3), seeds, entry.count, round(entry.rarity, 2))


def _grams(seeds: Sequence[SeedArticle], background: Background) -> dict[Gram, _Found]:
    """Every word and phrase of the seeds that could be a term, by its stems."""
    found: defaultdict[Gram, _Found] = defaultdict(_Found)
    runs_of: Counter[str | None] = Counter()
    for seed in seeds:
        for words in word_runs(_whole(seed)):
            runs_of[seed.language] += 1
            for gram in _candidates(words, background, seed.language):
                entry = found[stems_of(gram)]
                entry.language = seed.language
                entry.seeds[seed.name] += 1
                entry.writings[" ".join(gram)] += 1
    for stems, entry in found.items():
        entry.rarity = background.rarity(stems, entry.language, entry.count / runs_of[entry.language])
    return dict(found)


def _candidates(words: Sequence[str], background: Background, language: str | None) -> Iterator[Gram]:
    """Runs of one to three words that neither begin nor end with a stop word, a number or a single letter."""
    bare = [len(word) < 3 or word[0].isdigit() or background.is_stopword(word, language) for word in words]
    for start in range(len(words)):
        for end in range(start + 1, min(start + LONGEST, len(words)) + 1):
            if not bare[start] and not bare[end - 1]:
                yield tuple(words[start:end])


def _is_shared(gram: Gram, entry: _Found, enough: int) -> bool:
    """In enough seeds to be of their common theme, or a phrase that one of them keeps repeating."""
    repeated = len(gram) > 1 and entry.count >= 4
    return (len(entry.seeds) >= enough or repeated) and entry.rarity >= _COMMONEST


def _is_name(entry: _Found, names: set[str], people: set[str], background: Background) -> bool:
    words = {word for word in _written(entry).split() if not background.is_stopword(word, entry.language)}
    return words <= names or not words.isdisjoint(people)


def _without_parts(grams: Mapping[Gram, _Found]) -> dict[Gram, _Found]:
    """Without those that stand mostly within one longer phrase: that phrase says it better."""
    within: defaultdict[Gram, int] = defaultdict(int)
    for gram, entry in grams.items():
        for size in range(1, len(gram)):
            for start in range(len(gram) - size + 1):
                part = gram[start : start + size]
                within[part] = max(within[part], entry.count)
    return {gram: entry for gram, entry in grams.items() if within[gram] < _INSIDE * entry.count}


def _written(entry: _Found) -> str:
    """The commonest writing; of those as common, the shortest."""
    return min(entry.writings, key=lambda writing: (-entry.writings[writing], len(writing), writing))


# NAMES


def _known_entities(texts: Mapping[str, str], entities: Sequence[EntityName]) -> tuple[ProfileEntity, ...]:
    """The gazetteer's entities the seeds hold, under the name that is commonest there."""
    folded = {name: fold(text) for name, text in texts.items()}
    found: list[tuple[EntityName, str, Counter[str]]] = []
    for entity in entities:
        seeds, writings = _mentions(entity, folded)
        if seeds:
            found.append((entity, max(sorted(writings), key=lambda name: (writings[name], len(name))), seeds))
    most = max((seeds.total() for _, _, seeds in found), default=1)
    rows = [
        _entity(name, entity.id, entity.side, seeds, len(texts), most) for entity, name, seeds in found
    ]  # fmt: skip
    return tuple(sorted(rows, key=lambda row: (-row.weight, row.entity)))


def _entity(name: str, entity: str, side: str, seeds: Counter[str], of: int, most: int) -> ProfileEntity:
    weight = round(_share(len(seeds), seeds.total(), of, most), 3)
    return ProfileEntity(name, entity, side, weight, tuple(sorted(seeds)), seeds.total())


def _mentions(entity: EntityName, folded: Mapping[str, str]) -> tuple[Counter[str], Counter[str]]:
    """How often each seed names the entity, and how often each of its names stands there, longest name first."""
    seeds: Counter[str] = Counter()
    writings: Counter[str] = Counter()
    names = sorted({name.strip("=*~ ") for name in entity.names}, key=lambda name: (-len(name), name))
    for seed, text in folded.items():
        taken: set[int] = set()
        for name in names:
            for start, end in _places(name, text):
                if taken.isdisjoint(range(start, end)):
                    taken.update(range(start, end))
                    seeds[seed] += 1
                    writings[name] += 1
    return seeds, writings


def _places(name: str, text: str) -> Iterator[tuple[int, int]]:
    for writing in variants(name):
        start = text.find(writing)
        while start >= 0:
            end = start + len(writing)
            if term_matches(text, start, end):
                yield start, end
            start = text.find(writing, end)


def _new_names(names: Sequence[NameCount], known: set[str], of: int, most: int) -> tuple[ProfileEntity, ...]:
    """Names in two seeds, or twice in one, that hold a word the gazetteer does not know."""
    new = [
        name for name in names
        if (len(name.seeds) > 1 or name.seeds.total() > 1) and not known.issuperset(tokens(fold(name.name)))
    ]  # fmt: skip
    most = max([most, 1, *(name.seeds.total() for name in new)])
    rows = [_entity(name.name, "", "", name.seeds, of, most) for name in new]
    return tuple(sorted(rows, key=lambda row: (-row.weight, row.name))[:MOST_NAMES])
