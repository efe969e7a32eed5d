"""Articles around a watch's threshold: which to show a person, and whose answer would teach the watch most. Pure.

Uncertainty sampling (Lewis & Gale, "A Sequential Algorithm for Training Text Classifiers", 1994), half of it above the
threshold and half below, without two that tell the same: the answer to a copy teaches nothing new.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log

from monitor.model import Document, Verdict
from monitor.text.fold import fold, tokens

EACH = 10  # articles shown on each side of the threshold
_FRONT = 1500  # characters of a text that are compared
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
    most: int = 2 * EACH,
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
