"""What an edit of a watch changes: the same articles judged by the watch as it was and as it would be. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from monitor.model import Document, Match, Reason
from monitor.topic.records import PERSONAL, Topic

Kind = Literal["gained", "lost", "moved"]
KINDS: tuple[Kind, ...] = ("gained", "lost", "moved")
_NEARLY_ALL = 0.5  # share of articles from which a term no longer parts one from another
_ENOUGH = 20  # articles below which shares say nothing


class Judge(Protocol):
    """The part of a Matcher that is needed here."""

    @property
    def topic(self) -> Topic:
        """What is looked for."""
        ...

    def match(self, document: Document) -> Match:
        """How one article is judged."""
        ...

    def own_terms(self, document: Document) -> frozenset[tuple[str, str]]:
        """(kind, term) of the person's own terms that an article holds."""
        ...


@dataclass(frozen=True, slots=True)
class Change:
    """An article an edit gains, loses or moves, without its text. ``reasons``: what the new judgement has that the old
    had not, or weighs otherwise, strongest first; for a decision without a score, that decision. ``before`` and
    ``after`` come without their receipts' passages and reasons."""

    document: Document
    before: Match
    after: Match
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """``gained`` and ``lost`` are matches; ``moved`` crossed the band of near misses only. Highest score first.

    totals: kind → how many there are, which may be more than are listed.
    """

    articles: int
    gained: tuple[Change, ...]
    lost: tuple[Change, ...]
    moved: tuple[Change, ...]
    totals: Mapping[Kind, int]


@dataclass(frozen=True, slots=True)
class TermWarning:
    """A person's term that does not do what it was written for. ``found``: how many articles hold it."""

    term: str
    kind: Literal["nothing", "nearly everything", "never counts"]
    found: int
    message: str


class Comparing:
    """Collects what an edit changes, an article at a time. Memory grows with what is listed, not with what is read.

    most: how many of each kind are listed, those with the highest scores; None for all.
    """

    def __init__(self, most: int | None = None) -> None:
        self._most = most
        self._articles = 0
        self._totals: dict[Kind, int] = dict.fromkeys(KINDS, 0)
        self._listed: dict[Kind, list[Change]] = {kind: [] for kind in KINDS}

    def add(self, document: Document, before: Match, after: Match) -> Kind | None:
        """Take one article with both judgements; what the edit does to it, None for nothing."""
        self._articles += 1
        if before.verdict == after.verdict:
            return None
        kind: Kind = "gained" if after.verdict == "match" else "lost" if before.verdict == "match" else "moved"
        self._totals[kind] += 1
        reasons = _difference(before, after)
        listed = self._listed[kind]
        listed.append(Change(replace(document, text=""), _lean(before), _lean(after), reasons))
        if self._most is not None and len(listed) >= 2 * self._most + _ENOUGH:
            self._cut(kind)
        return kind

    def result(self) -> Comparison:
        """What was found so far."""
        for kind in KINDS:
            self._cut(kind)
        gained, lost, moved = (tuple(self._listed[kind]) for kind in KINDS)
        return Comparison(self._articles, gained, lost, moved, dict(self._totals))

    def _cut(self, kind: Kind) -> None:
        listed = self._listed[kind]
        listed.sort(key=lambda c: (-(c.before if kind == "lost" else c.after).score, c.document.id))
        if self._most is not None:
            del listed[self._most :]


def _lean(match: Match) -> Match:
    return replace(match, receipt=replace(match.receipt, reasons=(), passages=()))


def compare(old: Judge, new: Judge, documents: Iterable[Document]) -> Comparison:
    """Judges every document both ways, in one pass."""
    comparing = Comparing()
    for document in documents:
        comparing.add(document, old.match(document), new.match(document))
    return comparing.result()


def _difference(before: Match, after: Match) -> tuple[Reason, ...]:
    decided = [r for r in after.receipt.reasons if r.kind in ("marked", "required", "excluded")]
    released = [r for r in before.receipt.reasons if r.kind in ("marked", "required", "excluded") and r not in decided]
    if decided or released:
        return tuple(decided or (Reason(r.kind, f"no longer: {r.text}", r.amount, r.count) for r in released))
    known = {(reason.kind, reason.text): reason.amount for reason in before.receipt.reasons}
    changed = [
        Reason(r.kind, r.text, r.amount - known.pop((r.kind, r.text), 0.0), r.count) for r in after.receipt.reasons
    ]
    if not before.receipt.reasons:  # it was not judged before: only what it holds speaks for it
        changed = [reason for reason in changed if reason.kind != "prior"]
    changed += [Reason(kind, f"no longer: {text}", -amount) for (kind, text), amount in known.items()]
    if before.receipt.threshold != after.receipt.threshold:
        text = f"threshold {before.receipt.threshold:g} → {after.receipt.threshold:g}"
        changed.append(Reason("threshold", text, before.receipt.threshold - after.receipt.threshold))
    return tuple(sorted((r for r in changed if abs(r.amount) > 1e-6), key=lambda r: -abs(r.amount)))


class TermCounts:
    """Counts the articles that hold the terms a person wrote, an article at a time."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        concepts = judge.topic.concepts
        own: set[tuple[str, str]] = {(concept.kind, concept.key) for concept in concepts if concept.kind in PERSONAL}
        self._holding = dict.fromkeys(own, 0)
        self._counting = dict.fromkeys(own, 0)
        self._articles = 0

    def add(self, document: Document, match: Match) -> None:
        """Take one article with its judgement."""
        self._articles += 1
        found = self._judge.own_terms(document) if self._holding else ()
        decided = bool(found) and all(r.kind != "prior" for r in match.receipt.reasons)
        for key in found:
            self._holding[key] += 1
            self._counting[key] += not decided

    def warnings(self) -> tuple[TermWarning, ...]:
        """Terms that match nothing, match nearly everything, or can never count, in the articles taken.

        A term can never count where every article that holds it is decided before any score (excluded, a side missing).
        """
        if not self._articles:
            return ()
        return tuple(_warnings(self._judge.topic, self._holding, self._counting, self._articles))


def _warnings(
    topic: Topic, holding: dict[tuple[str, str], int], counting: dict[tuple[str, str], int], articles: int
) -> Iterator[TermWarning]:
    for kind, term in sorted(holding):
        found = holding[kind, term]
        if kind == "term" and any(c.kind == "excluded" and c.key == term for c in topic.concepts):
            yield TermWarning(term, "never counts", found, f"'{term}' is excluded too; keep it in one list")
        elif not found:
            text = f"'{term}' is in none of {articles} articles; check its spelling, or give it time"
            yield TermWarning(term, "nothing", 0, text)
        elif articles >= _ENOUGH and found > _NEARLY_ALL * articles:
            text = f"'{term}' stands in {found} of {articles} articles, so it says little; write a narrower phrase"
            yield TermWarning(term, "nearly everything", found, text)
        elif kind == "term" and not counting[kind, term]:
            text = f"'{term}' never counts: the {found} articles that hold it lack a side, or hold an excluded term"
            yield TermWarning(term, "never counts", found, text)
