"""Receipts: why an article matches a watch or does not."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.api.base import Answer
from monitor.match import LearnedWord
from monitor.match.grounds import Grounds
from monitor.match.reading import language_read
from monitor.model import Document, Match


class ReasonAnswer(Answer):
    """One reason of a score. amount: of log-odds."""

    kind: str
    text: str
    amount: float
    count: int


class HighlightAnswer(Answer):
    """Characters [start, end) of a passage, and what was found there."""

    start: int
    end: int
    label: str


class PassageAnswer(Answer):
    """Sentences of the article that show why. where: title, lead or body."""

    text: str
    where: str
    highlights: list[HighlightAnswer]


class ReceiptAnswer(Answer):
    """Why a match has its score."""

    threshold: float
    near_miss: float
    profile: str
    reasons: list[ReasonAnswer]
    passages: list[PassageAnswer]
    line: str


class ScoreAnswer(Answer):
    """How a watch judges an article, with the receipt."""

    id: str
    score: float
    relevant: bool
    watch: str
    verdict: str
    language: str | None
    language_read: str
    receipt: ReceiptAnswer


class LearnedAnswer(Answer):
    """A learned word found in an article. front: also in title or lead."""

    text: str
    weight: float
    count: int
    front: bool


class GroundsAnswer(Answer):
    """plain: what was found, in three sentences at most. words: of the article, behind each feature."""

    plain: list[str]
    words: dict[str, list[str]]


class ExplainAnswer(ScoreAnswer):
    """How a watch judges an article, and what in it speaks for that."""

    title: str
    url: str
    learned: list[LearnedAnswer]
    grounds: GroundsAnswer


def score_answer(document: Document, match: Match) -> ScoreAnswer:
    """How a watch judges an article, as `monitor score` prints it."""
    return ScoreAnswer(
        id=document.id,
        score=round(match.score, 4),
        relevant=match.verdict == "match",
        watch=match.watch,
        verdict=match.verdict,
        language=document.language,
        language_read=language_read(match.receipt.reasons),
        receipt=ReceiptAnswer.model_validate(match.receipt),
    )


def explain_answer(
    document: Document, match: Match, learned: Sequence[LearnedWord], grounds: Grounds | None
) -> ExplainAnswer:
    """How a watch judges an article and why, as `monitor explain --json` prints it."""
    known = grounds or Grounds({}, ())
    return ExplainAnswer(
        **dict(score_answer(document, match)),
        title=document.title,
        url=document.url,
        learned=[LearnedAnswer.model_validate(word) for word in learned],
        grounds=GroundsAnswer(
            plain=list(known.plain), words={name: list(words) for name, words in known.words.items()}
        ),
    )
