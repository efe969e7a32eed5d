"""What an edit of a watch changes: the same articles judged by the watch as it was and as it would be. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from monitor.model import Document, Match, Reason
from monitor.topic.records import PERSONAL, Topic

_NEARLY_ALL = 0.5  # share of articles from which a term no longer parts one from another
_ENOUGH = 20  # articles below which shares say nothing


class Judge(Protocol):
    """The part of a Matcher that is needed here."""

    @property
    def topic(self) -> Topic:
        """What is looked for. Raises LookupError where it is not known."""
        ...

    def match(self, document: Document) -> Match:
        """How one article is judged."""
        ...

    def own_terms(self, document: Document) -> frozenset[tuple[str, str]]:
        """(kind, term) of the person's own terms that an article holds."""
        ...


@dataclass(frozen=True, slots=True)
class InForce:
    """Judgements that were stored, in place of the matcher that made them. matches: document id → judgement."""

    matches: Mapping[str, Match]

    @property
    def topic(self) -> Topic:
        """Raises LookupError: a store keeps judgements, not the topic they were made with."""
        raise LookupError("what was judged before is known, not by which topic")

    def match(self, document: Document) -> Match:
        """The stored judgement. Raises KeyError for an article that has none."""
        return self.matches[document.id]

    def own_terms(self, document: Document) -> frozenset[tuple[str, str]]:
        """Always empty: which terms were a person's own is not stored."""
        return frozenset()


@dataclass(frozen=True, slots=True)
class Change:
    """An article an edit gains, loses or moves. ``reasons``: what the new judgement has that the old had not, or
    weighs otherwise, strongest first; for a decision without a score, that decision."""

    document: Document
    before: Match
    after: Match
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """``gained`` and ``lost`` are matches; ``moved`` crossed the band of near misses only. Highest score first."""

    articles: int
    gained: tuple[Change, ...]
    lost: tuple[Change, ...]
    moved: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class TermWarning:
    """A person's term that does not do what it was written for. ``found``: how many articles hold it."""

    term: str
    kind: Literal["nothing", "nearly everything", "never counts"]
    found: int
    message: str


def compare(old: Judge, new: Judge, documents: Iterable[Document]) -> Comparison:
    """Judges every document both ways, in one pass; memory grows only with the number of changes."""
    changes: dict[str, list[Change]] = {"gained": [], "lost": [], "moved": []}
    articles = 0
    for document in documents:
        articles += 1
        before, after = old.match(document), new.match(document)
        if before.verdict == after.verdict:
            continue
        kind = "gained" if after.verdict == "match" else "lost" if before.verdict == "match" else "moved"
        changes[kind].append(Change(document, before, after, _difference(before, after)))
    for kind, found in changes.items():
        found.sort(key=lambda c: (-(c.before if kind == "lost" else c.after).score, c.document.id))
    return Comparison(articles, tuple(changes["gained"]), tuple(changes["lost"]), tuple(changes["moved"]))


def _difference(before: Match, after: Match) -> tuple[Reason, ...]:
    decided = [r for r in after.receipt.reasons if r.kind in ("required", "excluded")]
    released = [r for r in before.receipt.reasons if r.kind in ("required", "excluded") and r not in decided]
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


def term_warnings(judge: Judge, documents: Iterable[Document]) -> tuple[TermWarning, ...]:
    """Terms a person wrote that match nothing, match nearly everything, or can never count, in the articles given.

    A term can never count where every article that holds it is decided before any score (excluded, a side missing).
    """
    topic = judge.topic
    own: set[tuple[str, str]] = {(concept.kind, concept.key) for concept in topic.concepts if concept.kind in PERSONAL}
    holding = dict.fromkeys(own, 0)
    counting = dict.fromkeys(own, 0)
    articles = 0
    for document in documents:
        articles += 1
        found = judge.own_terms(document)
        decided = bool(found) and all(r.kind != "prior" for r in judge.match(document).receipt.reasons)
        for key in found:
            holding[key] += 1
            counting[key] += not decided
    return tuple(_warnings(topic, holding, counting, articles))


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
