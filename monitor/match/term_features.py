"""Features of what the seeds taught: how alike an article is to them, and how many of their key words it holds, where.

The same for a topic with sides and one without. Each value is 0 where nothing learned stands in the article.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import sqrt

from monitor.match.scan import Sentence
from monitor.topic.likeness import TITLE, likeness, pull, size_of
from monitor.topic.records import Topic

_ALIKE, _BESIDE = "likeness to the seeds", "likeness to the seeds, beside theirs to each other"
_KEYS = tuple(f"{where}: key words" for where in ("title", "title or lead", "article"))
LEARNED = frozenset({_ALIKE, _BESIDE, *_KEYS})  # the names of the features
_MOST = 1.5  # times as alike as the seeds are to each other: beyond it an article is no more on the topic


@dataclass(slots=True)
class _Zone:
    """The learned concepts of a part of an article, with how often each stands there."""

    counts: dict[int, int] = field(default_factory=dict)

    def add(self, number: int) -> None:
        self.counts[number] = self.counts.get(number, 0) + 1


def term_features(sentences: Sequence[Sentence], topic: Topic, language: str | None) -> dict[str, float]:
    """name → value, those that are not zero; empty where nothing that the seeds taught stands in the article."""
    zones = {"title": _Zone(), "lead": _Zone(), "body": _Zone()}
    for sentence in sentences:
        for hit in sentence.hits:
            if topic.concepts[hit.concept].kind == "learned":
                zones[sentence.where].add(hit.concept)
    title, lead, body = (zones[where].counts for where in ("title", "lead", "body"))
    everywhere = {number: lead.get(number, 0) + body.get(number, 0) for number in {**title, **lead, **body}}
    if not everywhere:
        return {}
    total = sum(
        topic.concepts[number].part * pull(count + TITLE * min(1, title.get(number, 0)) or 1)
        for number, count in everywhere.items()
    )
    length = size_of(sum(len(sentence.text) for sentence in sentences), language)
    alike = likeness(total, length)
    found = {
        _ALIKE: sqrt(alike),
        _BESIDE: sqrt(min(_MOST, alike / topic.expected(language))),
        **{
            name: _key_words(zone, topic)
            for name, zone in zip(_KEYS, (title, {**title, **lead}, everywhere), strict=True)
        },
    }
    return {name: value for name, value in found.items() if value}


def _key_words(found: dict[int, int], topic: Topic) -> float:
    """0 to 1: how many of the first key words stand there; those of other languages than the article's cannot."""
    return min(1.0, sum(topic.concepts[number].keyness for number in found))
