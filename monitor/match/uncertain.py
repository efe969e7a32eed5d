"""Articles around a watch's threshold: which to show a person, and whose answer would teach the watch most. Pure.

Uncertainty sampling (Lewis & Gale, "A Sequential Algorithm for Training Text Classifiers", 1994), half of it above the
threshold and half below, without two that tell the same: the answer to a copy teaches nothing new.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log

from monitor.model import Document, Verdict
from monitor.text.fold import fold, tokens

EACH = 10  # articles shown on each side of the threshold
ASKED = 26  # articles that a person is asked about: 22 answers are the least that a threshold moves by
_FRONT = 1500  # characters of a text that are compared
IN_SIGHT = 0.2  # of the threshold: an article that scores less is not looked at by a sample to learn from
_ALIKE = 0.35  # share of words in common from which two articles tell the same


@dataclass(frozen=True, slots=True)
class Tried:
    """How a watch would judge an article. score: 0 to 1. line: the reason in one line.

    answered: a person has said already whether it is relevant.
    """

    id: str
    title: str
    url: str
    language: str | None
    score: float
    verdict: Verdict
    line: str
    answered: bool = False


def around(tried: Sequence[Tried], threshold: float, each: int = EACH) -> tuple[tuple[Tried, ...], tuple[Tried, ...]]:
    """The articles nearest to the threshold: those that match and those that do not, the highest score first.

    An article that scores nothing is near to no threshold. What a person has answered is certain.
    """
    open_ = [one for one in tried if one.score > 0 and not one.answered]
    matching = sorted((one for one in open_ if one.verdict == "match"), key=lambda one: (one.score, one.id))
    below = sorted((one for one in open_ if one.verdict != "match"), key=lambda one: (-one.score, one.id))
    nearest = sorted(matching, key=lambda one: (_distance(one, threshold), one.id))[:each]
    return tuple(sorted(nearest, key=lambda one: (-one.score, one.id))), tuple(below[:each])


def worth_asking(
    tried: Sequence[Tried],
    threshold: float,
    documents: Callable[[Sequence[str]], Sequence[Document]],
    most: int = ASKED,
) -> tuple[Document, ...]:
    """The articles whose answer teaches most, the least certain first, from both sides of the threshold in turn.

    documents: gives the articles with these ids, in any order.
    """
    open_ = sorted((one for one in tried if one.score > 0 and not one.answered), key=lambda one: (-one.score, one.id))
    by_distance = sorted(open_, key=lambda one: (_distance(one, threshold), one.id))
    sides = [[one for one in by_distance if (one.verdict == "match") == wanted][: 5 * most] for wanted in (True, False)]
    texts = {document.id: document for document in documents([one.id for side in sides for one in side])}
    chosen: list[Document] = []
    known: list[frozenset[str]] = []
    turn = 0
    while len(chosen) < most and any(sides):
        side = sides[turn % 2] or sides[1 - turn % 2]
        document = texts.get(side.pop(0).id)
        words = _words(document) if document else frozenset()
        if document and not any(_same(words, other) for other in known):
            chosen.append(document)
            known.append(words)
            turn += 1
    return tuple(chosen)


def sample_to_learn(tried: Sequence[Tried], threshold: float, most: int = 3 * EACH) -> tuple[Tried, ...]:
    """A sample around and below the threshold from which to tell where it belongs, the highest score first.

    Half of those that match, half of the rest that come near at all. In each half an article's chance to be drawn goes
    with how little its score says (p(1 - p), Neyman 1934); which ones these are depends on their ids alone.
    """
    chosen: list[Tried] = []
    open_ = [one for one in tried if one.score >= IN_SIGHT * threshold and not one.answered]
    matching = [one for one in open_ if one.verdict == "match"]
    below = [one for one in open_ if one.verdict != "match"]
    for pool in (matching, below):
        chosen += _systematic(pool, min(most // 2, len(pool)))
    return tuple(sorted(chosen, key=lambda one: (-one.score, one.id)))


def _systematic(pool: Sequence[Tried], count: int) -> list[Tried]:
    """Drawn at even steps along the chances laid end to end, so that no part of the scores is passed over."""
    ordered = sorted(pool, key=lambda one: (-one.score, hashlib.sha256(one.id.encode()).digest()))
    chances = [max(one.score * (1 - one.score), 1e-3) for one in ordered]
    step = sum(chances) / count if count else 0.0
    chosen: list[Tried] = []
    start = int.from_bytes(hashlib.sha256(ordered[0].id.encode()).digest()[:4]) / 2**32 if ordered else 0.0
    reached, next_ = 0.0, step * start
    for one, chance in zip(ordered, chances, strict=True):
        reached += chance
        if len(chosen) < count and reached >= next_:
            chosen.append(one)
            next_ += step
            while next_ < reached:  # it was long enough for two draws, and can be drawn once
                next_ += step
    return chosen


def _distance(one: Tried, threshold: float) -> float:
    """From the threshold, in log-odds."""
    return abs(log_odds(one.score) - log_odds(threshold))


def log_odds(value: float) -> float:
    """ln(value / (1 - value)) of a score, held where that is finite."""
    held = min(max(value, 1e-4), 1 - 1e-4)
    return log(held / (1 - held))


def _words(document: Document) -> frozenset[str]:
    return frozenset(tokens(fold(f"{document.title} {document.text[:_FRONT]}")))


def _same(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) > _ALIKE * len(one | other)
