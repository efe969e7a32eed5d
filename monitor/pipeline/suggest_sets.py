"""Sets of words for languages that a watch does not read, each with what all of it together would gain and lose."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from monitor.config import Config
from monitor.config.watch import MAX_WEIGHT, WatchConfig, WeightedTerm
from monitor.match import Matcher
from monitor.match.candidates import Candidate
from monitor.match.compare import Comparison, compare
from monitor.match.load import load_drafts
from monitor.match.uncertain import log_odds
from monitor.match.word_sets import chosen_words, weights_to_try
from monitor.model import Document, SuggestedSet
from monitor.pipeline.suggest_people import moved
from monitor.text.fold import fold

MOST = 4  # languages; a set is tried with two weights on all articles that may hold a word of it
_START = 4  # letters of a word by which such articles are found


def suggest_sets(
    config: Config,
    watch: str,
    now: Matcher,
    words: Sequence[Candidate],
    reports: Sequence[Document],
    others: Sequence[Document],
) -> tuple[SuggestedSet, ...]:
    """Sets of ``words``, one a language, that find ``reports`` which nothing else suggested finds.

    others: articles of no story, which a set might gain, too. Raises ConfigError, SeedError.
    """
    inside = {document.id for document in reports}
    folded: dict[str, str] = {}
    by_language: dict[str, list[Document]] = {}
    for document in reports:
        by_language.setdefault(document.language or "", []).append(document)
    found = []
    for code, own in sorted(by_language.items(), key=lambda each: (-len(each[1]), each[0]))[:MOST]:
        needs = {document.id: need for document in own if (need := lacks(now, document)) is not None}
        chosen = chosen_words([each for each in words if each.language == code], list(needs))
        if not code or not chosen:
            continue
        folded = folded or {each.id: fold(f"{each.title}\n{each.text}") for each in (*reports, *others)}
        starts = {fold(word.term)[:_START] for word in chosen}  # "port" is a word of other languages, too
        touched = [each for each in (*reports, *others) if any(start in folded[each.id] for start in starts)]
        if best := _best(config, watch, now, chosen, max(needs.values()), touched, inside):
            found.append(best)
    return tuple(found)


def lacks(matcher: Matcher, document: Document) -> float | None:
    """What an article lacks to the threshold, in log-odds; None where no word helps: a side is never named, or a
    person's own words decide.
    """
    weights, match = matcher.topic.weights, matcher.match(document)
    if match.score > 0:
        return log_odds(weights.threshold) - log_odds(match.score)
    decided = any(reason.kind in ("required", "excluded") for reason in match.receipt.reasons)
    if decided and (matcher.topic.sides or match.receipt.reasons[0].kind == "excluded"):
        return None
    return log_odds(weights.threshold) - weights.intercept


def _best(
    config: Config,
    watch: str,
    now: Matcher,
    chosen: Sequence[Candidate],
    need: float,
    articles: Sequence[Document],
    inside: Collection[str],
) -> SuggestedSet | None:
    """The set with the weight that finds most of the reports and least of others; None where it finds no report."""
    settings = config.watches[watch]
    tries = weights_to_try(need, MAX_WEIGHT)
    drafts = load_drafts(config, watch, [with_terms(settings, chosen, weight) for weight in tries.values()])
    best: tuple[int, SuggestedSet] | None = None
    for (together, weight), draft in zip(tries.items(), drafts, strict=True):
        each = _set(chosen, together, weight, compare(now, draft, articles), inside)
        worth = 2 * each.of_these_stories - len(each.gained)
        if each.of_these_stories and (best is None or worth > best[0]):
            best = worth, each
    return best[1] if best else None


def _set(
    chosen: Sequence[Candidate], together: int, weight: float, changes: Comparison, inside: Collection[str]
) -> SuggestedSet:
    return SuggestedSet(
        terms=tuple(each.term for each in chosen),
        weight=weight,
        language=chosen[0].language,
        together=together,
        gained=tuple(map(moved, changes.gained)),
        of_these_stories=sum(change.document.id in inside for change in changes.gained),
        lost=tuple(map(moved, changes.lost)),
    )


def with_terms(settings: WatchConfig, words: Sequence[Candidate], weight: float) -> WatchConfig:
    """The watch with these words added, each with the weight."""
    added = (*settings.terms.add, *(WeightedTerm(term=each.term, weight=weight) for each in words))
    return settings.model_copy(update={"terms": settings.terms.model_copy(update={"add": added})})


def set_lines(found: SuggestedSet) -> Iterator[str]:
    """As the set stands below `terms: add:` of the watch file; JSON, which is YAML, for words with signs."""
    yield from (f"  - {{term: {_quoted(term)}, weight: {found.weight:g}}}" for term in found.terms)


def _quoted(term: str) -> str:
    escaped = term.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
