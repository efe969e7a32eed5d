"""Learning a profile: who the seed articles are about, in which fields, and the words and names of their theme.

Words, phrases and names are weighed as a centroid (Rocchio 1971) of log-frequency × rarity, the inverse document
frequency in ordinary news (Spärck Jones 1972), each seed scaled to length one. What more of the seeds share, and what
their titles hold, weighs more. How alike each seed is to the others says how alike an article of the topic can be
expected to be. Each language of the seeds has its own words.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from monitor.text.fold import fold, stems_of, tokens
from monitor.topic.compound_nouns import compounds
from monitor.topic.grams import Gram, candidates, shared_phrases, word_runs
from monitor.topic.likeness import CAP, PHRASE, TITLE, likeness, pull, size_of
from monitor.topic.parties import Party, find_parties
from monitor.topic.profile_families import profile_families
from monitor.topic.records import (
    EntityName,
    Family,
    Profile,
    ProfileEntity,
    ProfileLanguage,
    ProfileParty,
    ProfileTerm,
    SeedArticle,
)
from monitor.topic.seed_names import SeedNames, known_entities
from monitor.topic.sides import words_of_sides
from monitor.topic.unspaced import runs, shared_runs
from monitor.topic.world import World

MOST_TERMS = 120
_COMMONEST = 1.7  # rarity below which a word says nothing (it is in more than 18 of 100 articles)
_UNKNOWN = 4.5  # rarity in a language without a table, the highest where not even its words of any news are known
_INSIDE = 0.8  # share of a word's or phrase's uses within one longer phrase from which the longer one stands for it
_SHARED = 0.5  # power of the share of the seeds that hold a term
_KEY = 1.5  # power of the share of seeds and titles in what makes a key word
_KEYS = 5  # so many of the first key words are the yardstick of an article wholly on the topic
_ONE_SEED = 0.35  # likeness to expect where there is no second seed to compare with
_SEVERAL = 3  # seeds, from which two are left when one is taken out
_COMPANY_SEEDS = 3  # of a language, below which no seed left out says what company its words keep
_COPY = 0.8  # share of all the words of two seeds that both hold, from which one is a copy of the other


@dataclass(frozen=True, slots=True)
class BackgroundTable:
    """Ordinary news of one language. counts: stem, or two stems with a space → how many of ``articles`` hold it."""

    articles: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Background:
    """How common words are in ordinary news, by language, and words that are never terms, by language, folded.

    joining: the few of these ("by", "and") of a language that has no list of its words of any news.
    """

    tables: Mapping[str, BackgroundTable] = field(default_factory=dict)
    stopwords: Mapping[str, frozenset[str]] = field(default_factory=dict)
    joining: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def is_stopword(self, word: str, language: str | None) -> bool:
        """Whether a folded word of a language is never a term."""
        of = language or ""
        return word in self.stopwords.get(of, frozenset()) or word in self.joining.get(of, frozenset())

    def rarity(self, gram: Gram, language: str | None, share: float = 0.0) -> float:
        """ln(articles / those that hold the stems ``gram``); of three words, that of their rarer pair.

        In a language without a table all words count as equally rare, its words of any news left out: what most
        sentences of the seeds hold is the topic's own word. Where these are not known either, a term is less rare the
        commoner it is among the sentences of the seeds (``share``), which shows function words, and costs such a word.
        """
        table = self.tables.get(language or "")
        if table is None:
            return _UNKNOWN if self.stopwords.get(language or "") else min(_UNKNOWN, -math.log(max(share, 1e-6)))
        keys = gram if len(gram) == 1 else [f"{a} {b}" for a, b in pairwise(gram)]
        return max(math.log(table.articles / table.counts.get(key, 1.5)) for key in keys)


def learn(
    watch: str,
    seeds: Sequence[SeedArticle],
    background: Background,
    entities: Sequence[EntityName],
    world: World | None = None,
    families: Sequence[Family] = (),
) -> Profile:
    """The baseline profile of ``watch``. The same seeds and tables give the same profile and version."""
    texts = {seed.name: _whole(seed) for seed in seeds}
    chosen = find_parties(seeds, world, entities) if world else ()
    about = tuple(map(_party, chosen))
    sides = about if world and len(about) > 1 else ()  # one party alone is a word of the subject like any other
    written = {word for party in chosen for word in party.written}
    parties = words_of_sides(sides, written, entities, world) if world else set[str]()
    known = [row for row in known_entities(texts, entities) if not parties.issuperset(tokens(fold(row.name)))]
    names = SeedNames(texts, known, entities, parties)
    terms: list[ProfileTerm] = []
    unknown: list[ProfileEntity] = []
    languages = []
    for language, own, theme in _themes(seeds, background, names):
        likeness_of_seeds, company = round(theme.expected(), 4), round(theme.company(), 2)
        languages.append(ProfileLanguage(language, tuple(seed.name for seed in own), likeness_of_seeds, company))
        found, new = _terms_and_names(theme, names, language)
        terms += found
        unknown += new
    terms.sort(key=lambda row: (-row.weight, row.term))
    rows = sorted((*known, *unknown), key=lambda row: (-row.weight, row.entity, row.name))
    learned = Profile(
        watch=watch,
        version="",
        seeds=tuple(sorted(texts)),
        terms=tuple(terms),
        entities=tuple(rows),
        languages=tuple(languages),
        parties=about,
        families=profile_families(seeds, families, between_parties=len(about) > 1),
    )
    return replace(learned, version=hashlib.sha256(repr(learned).encode()).hexdigest()[:12])


def shared_words(
    seeds: Sequence[SeedArticle], background: Background, entities: Sequence[EntityName]
) -> tuple[list[ProfileTerm], list[ProfileEntity]]:
    """The terms that ``seeds`` share, and the names that no list has, as `learn` finds them, without the rest."""
    texts = {seed.name: _whole(seed) for seed in seeds}
    names = SeedNames(texts, known_entities(texts, entities), entities, set())
    terms: list[ProfileTerm] = []
    unknown: list[ProfileEntity] = []
    for language, _, theme in _themes(seeds, background, names):
        found, new = _terms_and_names(theme, names, language)
        terms += found
        unknown += new
    return terms, unknown


def _themes(
    seeds: Sequence[SeedArticle], background: Background, names: SeedNames
) -> Iterator[tuple[str, list[SeedArticle], _Theme]]:
    """Each language of the seeds, with its seeds and what these share."""
    for language in sorted({seed.language or "" for seed in seeds}):
        own = sorted((seed for seed in seeds if (seed.language or "") == language), key=lambda seed: seed.name)
        yield language, own, _Theme(own, background, names, language)


def _terms_and_names(theme: _Theme, names: SeedNames, language: str) -> tuple[list[ProfileTerm], list[ProfileEntity]]:
    """What the seeds share, the names that no list has apart."""
    terms: list[ProfileTerm] = []
    unknown: list[ProfileEntity] = []
    for row in theme.rows():
        if name := names.written(row.term):
            unknown.append(ProfileEntity(name, "", "", row.weight, row.seeds, row.count, row.key, row.rarity, language))
        else:
            terms.append(row)
    return terms, unknown


def _party(party: Party) -> ProfileParty:
    found = [evidence for evidence in party.evidence if evidence.count]
    return ProfileParty(
        id=party.id if len(party.id) > 2 else party.label.casefold().replace(" ", "-"),
        label=party.label,
        country=party.country,
        code=party.code,
        names=party.names,
        seeds=tuple(sorted(evidence.seed for evidence in found)),
        titles=sum(evidence.title for evidence in found),
        count=sum(evidence.count for evidence in found),
    )


def _whole(seed: SeedArticle) -> str:
    """Title and text; a title that is only the text's opening counts once."""
    return seed.text if seed.text.startswith(seed.title.rstrip("…")) else f"{seed.title}\n{seed.text}"


# TERMS


@dataclass(slots=True)
class _Found:
    """What the seeds hold of one gram."""

    seeds: Counter[str] = field(default_factory=Counter)
    titles: set[str] = field(default_factory=set)
    writings: Counter[str] = field(default_factory=Counter)
    rarity: float = 0.0

    @property
    def count(self) -> int:
        return self.seeds.total()


class _Theme:
    """What the seeds of one language share."""

    def __init__(self, seeds: Sequence[SeedArticle], background: Background, names: SeedNames, language: str) -> None:
        self._seeds, self._language = seeds, language
        self._length = {seed.name: size_of(len(seed.title) + len(seed.text), language) for seed in seeds}
        self._distinct = _distinct(seeds)
        shared = shared_phrases(map(_whole, seeds), background, language) if len(self._distinct) >= _SEVERAL else None
        self._grams = _grams(seeds, background, names, language, shared)

    def rows(self) -> Iterator[ProfileTerm]:
        """The strongest terms; the first has weight 1."""
        weights = _weights(self._grams, set(self._length))
        chosen = _without_parts({gram: self._grams[gram] for gram in weights})
        best = sorted(chosen, key=lambda gram: (-weights[gram], gram))[:MOST_TERMS]
        keys = self._keys()
        for gram in best:
            entry = self._grams[gram]
            yield ProfileTerm(
                _written(entry),
                round(weights[gram] / weights[best[0]], 3),
                tuple(sorted(entry.seeds)),
                entry.count,
                round(entry.rarity, 2),
                round(keys.get(gram, 0.0), 3),
                self._language,
            )

    def expected(self) -> float:
        """The mean likeness of a seed to the others; a fixed one where there are no others.

        A copy of another seed is none of them: it says nothing of how alike two articles are.
        """
        names = self._distinct
        if len(names) < 2:
            return _ONE_SEED
        return sum(self._likeness(name, names - {name}) for name in sorted(names)) / len(names)

    def _likeness(self, name: str, others: set[str]) -> float:
        weights = _weights(self._grams, others)
        best = sorted(weights, key=lambda gram: (-weights[gram], gram))[:MOST_TERMS]
        size = math.sqrt(sum(weights[gram] ** 2 for gram in best if len(gram) == 1)) or 1.0
        total = sum(
            weights[gram] * min(entry.rarity, CAP) * pull(_times(entry, name))
            for gram in best
            if name in (entry := self._grams[gram]).seeds
        )
        return likeness(total / size, self._length[name])

    def company(self) -> float:
        """How many different key words, but for the first, a thousand letters of a seed hold, as the others know them.

        0 where there are no two others to know any.
        """
        names = self._distinct
        if len(names) < _COMPANY_SEEDS:
            return 0.0
        keys = self._keys()
        first = max(keys, key=lambda gram: (keys[gram], gram), default=None)
        beside = [self._grams[gram] for gram in keys if gram != first]
        held = {name: sum(name in row.seeds and len(row.seeds.keys() & names) > 2 for row in beside) for name in names}
        return sum(held[name] / self._length[name] for name in sorted(names)) / len(names) * 1000

    def _keys(self) -> dict[Gram, float]:
        """How much of a key word each shared word is; the first five make 1 together."""
        of = len(self._seeds)
        enough = 2 if of > 1 else 1
        values = {
            gram: min(entry.rarity, CAP) * ((len(entry.seeds) + len(entry.titles)) / (2 * of)) ** _KEY
            for gram, entry in self._grams.items()
            if len(gram) == 1 and len(entry.seeds) >= enough
        }
        first = sum(sorted(values.values(), reverse=True)[:_KEYS]) or 1.0
        return {gram: value / first for gram, value in values.items()}


def _distinct(seeds: Sequence[SeedArticle]) -> set[str]:
    """The names of the seeds without copies of those before them."""
    found: dict[str, set[str]] = {}
    for seed in seeds:
        words = set(tokens(fold(_whole(seed))))
        if not any(len(words & other) >= _COPY * len(words | other) for other in found.values()):
            found[seed.name] = words
    return set(found)


def _times(entry: _Found, seed: str) -> int:
    return entry.seeds[seed] + (TITLE if seed in entry.titles else 0)


def _weights(grams: Mapping[Gram, _Found], seeds: set[str]) -> dict[Gram, float]:
    """gram → its part in the centroid of ``seeds``; a phrase is in at least two of them."""
    sizes = dict.fromkeys(seeds, 0.0)
    for gram, entry in grams.items():
        if len(gram) == 1:
            for name in entry.seeds.keys() & seeds:
                sizes[name] += (pull(_times(entry, name)) * min(entry.rarity, CAP)) ** 2
    enough = min(2, len(seeds))
    found: dict[Gram, float] = {}
    for gram, entry in grams.items():
        holding = sorted(entry.seeds.keys() & seeds)
        if not holding or (len(gram) > 1 and len(holding) < enough):
            continue
        part = sum(pull(_times(entry, name)) / math.sqrt(sizes[name] or 1.0) for name in holding) / len(seeds)
        shared = (len(holding) / len(seeds)) ** _SHARED * (1 + len(entry.titles & seeds) / len(seeds))
        found[gram] = part * min(entry.rarity, CAP) * shared * (PHRASE if len(gram) > 1 else 1.0)
    return found


def _grams(
    seeds: Sequence[SeedArticle],
    background: Background,
    names: SeedNames,
    language: str,
    shared: Container[int] | None,
) -> dict[Gram, _Found]:
    """Every word and phrase of the seeds that could be a term, by its stems. shared: see `shared_phrases`."""
    found = _unspaced(seeds, background, names, language)
    clauses = 0
    for seed in seeds:
        for words in word_runs(seed.title):
            for gram in candidates(words, background, language):
                found[stems_of(gram, language)].titles.add(seed.name)
        for words in word_runs(_whole(seed)):
            clauses += 1
            for gram in candidates(words, background, language):
                stems = stems_of(gram, language)
                if len(gram) == 1 or shared is None or hash(stems) in shared:
                    entry = found[stems]
                    entry.seeds[seed.name] += 1
                    entry.writings[" ".join(gram)] += 1
    _count_in_compounds(found, language)
    kept = {}
    for stems, entry in found.items():
        entry.rarity = background.rarity(stems, language, entry.count / max(1, clauses))
        if entry.seeds and entry.rarity >= _COMMONEST and not names.are_left_out(_written(entry)):
            kept[stems] = entry
    return kept


def _count_in_compounds(found: Mapping[Gram, _Found], language: str) -> None:
    """Counts a word that several seeds hold where it is a part of a longer one, too."""
    words = {gram[0]: entry for gram, entry in found.items() if len(gram) == 1}
    for word, part in compounds(words, language, {word for word, entry in words.items() if len(entry.seeds) > 1}):
        words[part].titles |= words[word].titles
        words[part].seeds += words[word].seeds


def _unspaced(
    seeds: Sequence[SeedArticle], background: Background, names: SeedNames, language: str
) -> defaultdict[Gram, _Found]:
    """The words of a script without spaces."""
    found: defaultdict[Gram, _Found] = defaultdict(_Found)
    texts = {seed.name: fold(_whole(seed)) for seed in seeds}
    shared = shared_runs(list(texts.values()), background.stopwords.get(language, frozenset()))
    for seed in seeds:
        title, text = fold(seed.title), texts[seed.name]
        for start, end in runs(text) if shared else ():
            if (run := text[start:end]) in shared and not names.overlap(run):
                found[run,].seeds[seed.name] += 1
                found[run,].writings[run] += 1
                if run in title:
                    found[run,].titles.add(seed.name)
    return found


def _without_parts(grams: Mapping[Gram, _Found]) -> dict[Gram, _Found]:
    """Without phrases that stand mostly within one longer phrase: that one says it better. Words always stay."""
    within: defaultdict[Gram, int] = defaultdict(int)
    for gram, entry in grams.items():
        for size in range(2, len(gram)):
            for start in range(len(gram) - size + 1):
                part = gram[start : start + size]
                within[part] = max(within[part], entry.count)
    return {gram: entry for gram, entry in grams.items() if within[gram] < _INSIDE * entry.count}


def _written(entry: _Found) -> str:
    """The commonest writing; of those as common, the shortest."""
    return min(entry.writings, key=lambda writing: (-entry.writings[writing], len(writing), writing), default="")
