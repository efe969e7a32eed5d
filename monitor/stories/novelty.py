"""What is new in a running story, and a summary of it: sentences taken from the articles, nothing written anew. Pure.

New is what no earlier report held: a publisher, a person or place, a figure, a date, an act; each with the sentence
that says it. The summary is two or three sentences, the ones that say most about the story from different
publishers (sentence extraction by position, centrality and evidence, without repeating: Edmundson 1969; Carbonell
& Goldstein 1998, maximal marginal relevance).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from monitor.languages import any_of
from monitor.model import Highlight, News, Quote, Report
from monitor.stories.said import as_written, days_in, is_named, numbers_in, publisher_key, sentences_of
from monitor.text import fold
from monitor.text.language import reading_rank
from monitor.topic.records import EntityName

LEAD = 6  # sentences of an article that may summarise it
SHORTEST, LONGEST = 40, 420  # characters of a quoted sentence
REPEATS = 0.5  # share of a sentence's words that others already said, from which it is a repetition
OF_ONE = 2  # sentences quoted of a report that is alone
MOST = 12  # new things named at most, and of one kind at most a third of them


@lru_cache(maxsize=1)
def _boilerplate() -> re.Pattern[str]:
    """What a sentence of the site holds and one of the article does not, folded."""
    return re.compile(any_of(lambda known: known.furniture.boilerplate))


@dataclass(frozen=True, slots=True)
class Fact:
    """Something new with the sentence, word for word, that says it; ``sentence`` is "" for a publisher."""

    news: News
    sentence: str


def whats_new(
    before: Sequence[Report],
    fresh: Sequence[Report],
    entities: Sequence[EntityName] = (),
    acts: Mapping[str, str] | None = None,
) -> tuple[Fact, ...]:
    """What the ``fresh`` reports of a story bring that those ``before`` did not hold; () where nothing was before.

    entities: the gazetteer, for names and kinds of the ids in the matches. acts: id → name for display.
    """
    if not before:
        return ()
    names = {entity.id: entity for entity in entities}
    found = [
        *_publishers(before, fresh),
        *_entities(before, fresh, names),
        *_acts(before, fresh, acts or {}),
        *_figures(before, fresh),
        *_dates(before, fresh),
    ]
    # One long report can bring a dozen figures: no kind may fill the list alone.
    per_kind: Counter[str] = Counter()
    kept: list[Fact] = []
    for fact in found:
        per_kind[fact.news.kind] += 1
        if per_kind[fact.news.kind] <= MOST // 3:
            kept.append(fact)
    return tuple(kept[:MOST])


def _publishers(before: Sequence[Report], fresh: Sequence[Report]) -> Iterator[Fact]:
    known = {publisher_key(report) for report in before}
    for report in fresh:
        if publisher_key(report) not in known:
            known.add(publisher_key(report))
            yield Fact(News("publisher", report.article.publisher or report.article.source, report.article.id), "")


def _entities(before: Sequence[Report], fresh: Sequence[Report], names: Mapping[str, EntityName]) -> Iterator[Fact]:
    known = {entity for report in before for entity in report.match.entities}
    earlier = [fold.fold(f"{report.article.title}\n{report.article.text}") for report in before]
    for report in fresh:
        for entity in report.match.entities:
            named = names.get(entity)
            if entity in known or named is None or named.kind == "country":
                continue
            known.add(entity)
            if any(is_named(named, text) for text in earlier):
                continue
            sentence = next((s for s in sentences_of(report) if is_named(named, fold.fold(s))), "")
            if sentence:
                kind = "place" if named.kind == "place" else "person" if named.kind == "person" else "body"
                yield Fact(News(kind, named.names[0], report.article.id), sentence)


def _acts(before: Sequence[Report], fresh: Sequence[Report], names: Mapping[str, str]) -> Iterator[Fact]:
    known = {act for report in before for act in report.match.acts}
    for report in fresh:
        for act in report.match.acts:
            if act in known:
                continue
            known.add(act)
            passages = report.match.receipt.passages
            said = [p.text for p in passages if any(mark.label == act for mark in p.highlights)]
            if said:
                yield Fact(News("act", names.get(act, act.replace("_", " ")), report.article.id), said[0])


def _figures(before: Sequence[Report], fresh: Sequence[Report]) -> Iterator[Fact]:
    """Numbers nobody gave before; days, years and clock times are not figures."""
    known = {number for report in before for s in sentences_of(report) for number, _ in _numbers(s, report)}
    for report in fresh:
        for sentence in sentences_of(report):
            for number, shown in _numbers(sentence, report):
                if number not in known:
                    known.add(number)
                    yield Fact(News("figure", as_written(shown, sentence), report.article.id), sentence)


def _numbers(sentence: str, report: Report) -> Iterator[tuple[str, str]]:
    return numbers_in(sentence, report.article.language)


def _dates(before: Sequence[Report], fresh: Sequence[Report]) -> Iterator[Fact]:
    """Days nobody named before, but for the days of publication themselves."""
    known = {day for report in before for day in days_in(report.article.title + "\n" + report.article.text)}
    known |= {day.toordinal() for report in (*before, *fresh) for day in _own_days(report)}
    for report in fresh:
        for sentence in sentences_of(report):
            for day in sorted(days_in(sentence) - known):
                known.add(day)
                yield Fact(News("date", date.fromordinal(day).isoformat(), report.article.id), sentence)


def _own_days(report: Report) -> Iterable[date]:
    moment = report.article.published or report.article.fetched
    return (moment.date() + timedelta(days=shift) for shift in (-1, 0, 1))


# ---- the summary ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Candidate:
    report: Report
    sentence: str
    words: frozenset[str]
    score: float


def summarise(
    reports: Sequence[Report], most: int = 3, skip: Iterable[int] = (), reads: Sequence[str] = ()
) -> tuple[Quote, ...]:
    """Up to ``most`` sentences quoted from the articles that say best what happened, the first to be read first.

    Each in its own language and from another publisher as long as there is one; none repeats another. Of one report
    among several there is one sentence, and two where it is alone. skip: ids of articles that only carry another's
    text. reads: the readers' languages in order; the best sentence in the first of them that has one is chosen first,
    since it is the one that they will read.
    """
    left_out = frozenset(skip)
    own = [report for report in reports if report.article.id not in left_out] or list(reports)
    common: Counter[str] = Counter(word for report in own for word in _words(report.article.title))
    waiting = [candidate for report in own for candidate in _candidates(report, common)]
    each_at_most = OF_ONE if len(own) == 1 else 1
    quotes: list[Quote] = []
    said: set[str] = set()
    heard: set[str] = set()
    while waiting and len(quotes) < most:
        best = max(waiting if quotes else _readable(waiting, reads), key=lambda each: _worth(each, said, heard))
        waiting.remove(best)
        if not best.words or len(best.words & said) > REPEATS * len(best.words):
            continue
        quotes.append(_quote(best))
        said |= best.words
        heard.add(publisher_key(best.report))
        if sum(quote.article == best.report.article.id for quote in quotes) >= each_at_most:
            waiting = [each for each in waiting if each.report.article.id != best.report.article.id]
    return tuple(quotes)


def _readable(candidates: Sequence[_Candidate], reads: Sequence[str]) -> Sequence[_Candidate]:
    """Those in the first of the readers' languages that has any; all where none has."""
    ranks = [reading_rank(each.report.article.language, reads) for each in candidates]
    return [each for each, rank in zip(candidates, ranks, strict=True) if rank == min(ranks)]


def _worth(candidate: _Candidate, said: set[str], heard: set[str]) -> tuple[float, int]:
    repeated = len(candidate.words & said) / max(1, len(candidate.words))
    again = 1.0 if publisher_key(candidate.report) in heard else 0.0
    # The earlier article wins a tie, so that a summary stays the same when it is made again.
    return candidate.score - 2.0 * repeated - again, -candidate.report.article.id


def _candidates(report: Report, common: Counter[str]) -> Iterator[_Candidate]:
    for at, sentence in enumerate(sentences_of(report)[:LEAD]):
        if not SHORTEST <= len(sentence) <= LONGEST or _boilerplate().search(fold.fold(sentence)):
            continue
        words = _words(sentence)
        central = sum(common[word] for word in words) / (1 + sum(common.values()))
        telling = min(3, len({mark.label for mark in _marks(report, sentence)}))
        if at and not telling and not central:  # neither a headline nor the receipt speaks of it: it would only fill
            continue
        score = report.match.score + 0.5 * telling + 2.0 * central - 0.25 * at
        yield _Candidate(report, sentence, words, score)


def _words(text: str) -> frozenset[str]:
    return frozenset(fold.stem(word) for word in fold.tokens(fold.fold(text)) if len(word) > 2)


def _quote(candidate: _Candidate) -> Quote:
    """The sentence with the receipt's highlights that lie in it."""
    return Quote(candidate.report.article.id, candidate.sentence, tuple(_marks(candidate.report, candidate.sentence)))


def _marks(report: Report, sentence: str) -> Iterator[Highlight]:
    """The receipt's highlights in a sentence of the article, counted from its beginning."""
    for passage in report.match.receipt.passages:
        at = passage.text.find(sentence)
        if at < 0:
            continue
        end = at + len(sentence)
        inside = (mark for mark in passage.highlights if at <= mark.start and mark.end <= end)
        yield from (Highlight(mark.start - at, mark.end - at, mark.label) for mark in inside)
