"""Words worth adding to a watch, from what grouping knows: reports of its stories that the watch itself does not find.

Articles of the archive that match nothing are grouped with the watch's stories. Those that join one tell of the same
event in words, or a language, that the watch does not score.
"""

from __future__ import annotations

import gc
import itertools
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from monitor.config import Config
from monitor.match import Matcher
from monitor.match.candidates import Candidate, candidates
from monitor.match.compare import Comparison, compare
from monitor.match.load import load_drafts
from monitor.match.reading import reading_of
from monitor.model import (
    Article,
    Document,
    Match,
    SuggestedTerm,
    Suggestions,
    UnmatchedArticle,
    UnreadLanguage,
)
from monitor.pipeline.documents import document_of
from monitor.pipeline.suggest_people import moved, suggest_people
from monitor.pipeline.suggest_sets import lacks, suggest_sets, with_terms
from monitor.store import Store, articles, marks, stories
from monitor.stories.group import Grouper, GroupSettings
from monitor.stories.group.tables import load_tables
from monitor.topic.background import load_background
from monitor.topic.records import Topic
from monitor.topic.vocabulary import load_vocabulary

NEWEST = 1500  # articles of the archive that are looked at
STORIES = 250  # the newest, which are looked at: words are learned from their texts
AHEAD = timedelta(days=2)  # by which the reports of stories are read before what may join them
HELD = 600  # reports held against the next; those silent for longest are forgotten, so that memory is bounded
AT_ONCE = 200  # articles grouped together
MOST = 10  # words suggested
_LOOKED_AT = 60  # words that might be
_WEIGHTS = (1, 2, 3, 4)  # that a suggested word may have
_HEAVIEST = max(_WEIGHTS)


def suggest(store: Store, config: Config, watch: str, since: datetime) -> Suggestions:
    """What to add to ``watch``, from the stories since then. Raises ConfigError, SeedError."""
    with store.read() as db:
        grouped = stories.grouped(db, watch, stories.ids_since(db, since, watch)[:STORIES])
        known = [(report.article, report.match, number) for report, number in grouped if _matches(report.match)]
        marked = marks.verdicts(db, watch)  # a person has decided on them, so no word changes what becomes of them
        newest = articles.ids_to_try(db, watch, since)[:NEWEST]
        archive = articles.with_matches(db, watch, newest)
    held = {report.article.id for report, _ in grouped} | marked.keys()
    waiting = [(article, match) for article, match in archive if article.id not in held and not _matches(match)]
    joined = _joined(known, waiting)
    gc.collect()  # reports held against one another are a web, of which a command would else keep 40 MB
    reports: dict[int, list[Document]] = {}
    for article, _, number in known:
        reports.setdefault(number, []).append(document_of(article))
    for document, number in joined:
        reports[number].append(document)
    inside = {document.id for document, _ in joined}
    others = [document for article, _ in waiting if (document := document_of(article)).id not in inside]
    settings = config.watches[watch]
    [now] = load_drafts(config, watch, [settings])
    entities = load_vocabulary(config).entities
    every = {document.id: document for document in (*(document for document, _ in joined), *others)}
    wanted: list[tuple[Candidate, float, list[Document]]] = []
    words = candidates(reports, others, now, load_background(), entities, _LOOKED_AT)
    for each in words:
        held_by = [every[id_] for id_ in each.holding if id_ in every]
        if len(wanted) < MOST and (weight := weight_needed(now, held_by, inside)):
            wanted.append((each, weight, held_by))
    found = []
    drafts = load_drafts(config, watch, [with_terms(settings, [each], weight) for each, weight, _ in wanted])
    for (each, weight, held_by), draft in zip(wanted, drafts, strict=True):
        changes = compare(now, draft, held_by)
        if changes.gained:
            found.append(_suggested(each, weight, changes, inside))
    found_alone = {article.id for each in found for article in each.gained}
    # What a person marked right is of a story already, and teaches how to find others like it.
    low = now.topic.weights.threshold
    right = [document_of(article) for article, match, _ in known if marked.get(article.id) and match.score < low]
    unfound = [each for each in (*(document for document, _ in joined), *right) if each.id not in found_alone]
    sets = suggest_sets(config, watch, now, words, unfound, others)
    people = suggest_people(
        config, watch, now, [document_of(article) for article, _, _ in reversed(known)], list(every.values())
    )
    found.sort(key=lambda one: (-one.of_these_stories, len(one.gained) - one.of_these_stories))
    documents = [document for document, _ in joined]
    return Suggestions(
        watch,
        len(archive),
        len(reports),
        tuple(UnmatchedArticle(each.id, each.title, each.url, each.language) for each in documents),
        _languages(documents, now.topic),
        tuple(found),
        people,
        sets,
    )


def _suggested(found: Candidate, weight: float, changes: Comparison, inside: Collection[str]) -> SuggestedTerm:
    return SuggestedTerm(
        term=found.term,
        weight=weight,
        language=found.language,
        stories=found.stories,
        reports=found.reports,
        rarity=round(found.rarity, 2),
        gained=tuple(map(moved, changes.gained)),
        of_these_stories=sum(change.document.id in inside for change in changes.gained),
        lost=tuple(map(moved, changes.lost)),
    )


def _languages(documents: Sequence[Document], topic: Topic) -> tuple[UnreadLanguage, ...]:
    counts = Counter(document.language or "" for document in documents)
    return tuple(
        UnreadLanguage(code, count, reading_of(topic, code).gain if code else "")
        for code, count in counts.most_common()
    )


def _joined(
    known: Sequence[tuple[Article, Match, int]], waiting: Sequence[tuple[Article, Match | None]]
) -> list[tuple[Document, int]]:
    """The articles that tell of one of the known stories, with its number."""
    if not known:
        return []
    grouper = Grouper(load_tables(), GroupSettings(capacity=HELD))
    numbers = {number for _, _, number in known}
    below = itertools.count(-1, -1)  # numbers for stories of other matters, which are stored nowhere
    both: list[tuple[datetime, Article, Match | None, int | None]]
    both = [(_day(article) - AHEAD, article, match, number) for article, match, number in known]
    both += [(_day(article), article, match, None) for article, match in waiting]
    both.sort(key=lambda each: each[0])
    placed: dict[str, int] = {}
    for start in range(0, len(both), AT_ONCE):
        part = sorted(both[start : start + AT_ONCE], key=lambda each: each[3] is None)  # known first
        for _, article, judged, number in part:
            names = (judged.entities, judged.acts) if judged else ((), ())
            grouper.collect(document_of(article), *names, story=number, fixed=number is not None)
        placed |= {at.document: at.story for at in grouper.settle(lambda _document: next(below))}
    documents = [document_of(article) for article, _ in waiting]
    return [(each, placed[each.id]) for each in documents if placed[each.id] in numbers]


def _day(article: Article) -> datetime:
    return article.published or article.fetched


def _matches(match: Match | None) -> bool:
    return match is not None and match.verdict == "match"


def weight_needed(matcher: Matcher, documents: Sequence[Document], inside: Collection[str]) -> float:
    """The least weight with which a word of these articles finds one of them, 0 where none is enough.

    A word that finds none that tells of a known story (``inside``) is not worth a high weight.
    """
    needs: dict[bool, list[float]] = {True: [], False: []}
    for document in documents:
        if (need := lacks(matcher, document)) is not None:
            needs[document.id in inside].append(need)
    if (least := min(needs[True], default=_HEAVIEST + 1)) <= _HEAVIEST:
        return float(next(weight for weight in _WEIGHTS if weight >= least))
    return 1.0 if min(needs[False], default=2.0) <= 1.0 else 0.0
