"""Words and names that a watch does not score and its own stories share: what a person may want to add. Pure.

The stories are learned from like seeds, each language for itself: a word that several stories hold and ordinary news
does not is likely to be of the topic.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.match.matcher import Matcher
from monitor.match.stems import StemIndex
from monitor.model import Document
from monitor.text.fold import fold, stems_of, tokens
from monitor.topic.learn import Background, shared_words
from monitor.topic.records import EntityName, SeedArticle

_SOME_NEWS = 5  # other articles of a language from which its words of any news can be told
_ORDINARY = 0.1  # share of them that hold such a word
_FEWEST = 2  # stories that hold a word
_COMMON = 0.05  # share of the other articles of its language from which a word is ordinary
_REPORTS, _CHARACTERS = 6, 3000  # of a story that are read
_TRIED = 600  # the strongest, which are looked for in every article
_RAREST = 2.5  # rarity: held by at most one ordinary article in twelve


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word, phrase or name. stories, reports: how many hold it. rarity: as in a profile. holding: articles' ids."""

    term: str
    language: str
    stories: tuple[int, ...]
    reports: int
    rarity: float
    holding: frozenset[str]


def candidates(
    stories: Mapping[int, Sequence[Document]],
    others: Sequence[Document],
    matcher: Matcher,
    background: Background,
    entities: Sequence[EntityName],
    most: int,
) -> tuple[Candidate, ...]:
    """The strongest ``most`` of all languages, those of languages that the watch has no words of first.

    stories: number → its reports. others: articles of no such story, which show what is ordinary.
    """
    background = with_ordinary_words(background, others)
    reports = [report for found in stories.values() for report in found]
    terms, names = shared_words(_as_seeds(stories), background, entities)
    rows = [(row.term, row.language, row.seeds, row.rarity, row.weight) for row in terms]
    rows += [(row.name, row.language, row.seeds, row.rarity, row.weight) for row in names]
    wanted = [
        row
        for row in rows
        if len(row[2]) >= _FEWEST and row[3] >= _RAREST and not matcher.knows(row[0], row[1] or None)
    ]
    wanted.sort(key=lambda row: (row[1] in matcher.topic.stems, -row[4], row[0]))
    del wanted[_TRIED:]
    inside = _Holders([row[0] for row in wanted], reports)
    outside = _Holders([row[0] for row in wanted], others)
    found = []
    for term, code, seeds, rarity, _ in wanted:
        within, beyond = inside.of(term, code), outside.of(term, code)
        if len(beyond) <= _COMMON * max(1, outside.articles(code)):
            numbers = tuple(sorted({int(seed.split()[0]) for seed in seeds}))
            found.append(Candidate(term, code, numbers, len(within), rarity, frozenset((*within, *beyond))))
    return tuple(each for each in found if not any(_is_part(each, other) for other in found))[:most]


def with_ordinary_words(background: Background, others: Sequence[Document]) -> Background:
    """With words of any news for languages of which nothing is known: those that ``others``, of any matter, hold.

    Without them a word is the less telling the more reports hold it, which is right of "the" and wrong of the word for
    what happened.
    """
    by_language: dict[str, list[Document]] = {}
    for document in others:
        code = document.language or ""
        if code and code not in background.tables and code not in background.stopwords:
            by_language.setdefault(code, []).append(document)
    learned = {}
    for code, own in by_language.items():
        if len(own) >= _SOME_NEWS:
            held = Counter(word for each in own for word in set(tokens(fold(f"{each.title}\n{each.text}"))))
            learned[code] = frozenset(word for word, count in held.items() if count >= _ORDINARY * len(own))
    return replace(background, stopwords={**background.stopwords, **learned})


def _is_part(one: Candidate, other: Candidate) -> bool:
    """Whether it stands only within the longer one: "pickets" in "flying pickets"."""
    inside = f" {fold(one.term)} " in f" {fold(other.term)} "
    return inside and one.term != other.term and one.language == other.language and one.holding == other.holding


def _as_seeds(stories: Mapping[int, Sequence[Document]]) -> list[SeedArticle]:
    """Each story as one seed for each of its languages."""
    seeds = []
    for number, reports in stories.items():
        by_language: dict[str, list[Document]] = {}
        for report in reports:
            by_language.setdefault(report.language or "", []).append(report)
        for code, own in by_language.items():
            # Copies would say a word as often as there are papers that print it.
            texts = dict.fromkeys(f"{each.title}\n{each.text[:_CHARACTERS]}" for each in own[:_REPORTS])
            seeds.append(SeedArticle(f"{number} {code}", own[0].title, "\n".join(texts), language=code or None))
    return seeds


class _Holders:
    """Which articles hold which terms."""

    def __init__(self, terms: Sequence[str], documents: Sequence[Document]) -> None:
        stems = {stems_of(tokens(fold(term))): number for number, term in enumerate(terms)}
        self._number = {term: stems[stems_of(tokens(fold(term)))] for term in terms}
        index = StemIndex(stems)
        self._found: dict[tuple[int, str], set[str]] = {}
        self._articles: dict[str, int] = {}
        for document in documents:
            code = document.language or ""
            self._articles[code] = self._articles.get(code, 0) + 1
            for hit in index.hits(fold(f"{document.title}\n{document.text}")):
                self._found.setdefault((hit.concept, code), set()).add(document.id)

    def of(self, term: str, code: str) -> set[str]:
        """Ids of the articles in a language that hold the term."""
        return self._found.get((self._number[term], code), set())

    def articles(self, code: str) -> int:
        """How many articles are in a language."""
        return self._articles.get(code, 0)
