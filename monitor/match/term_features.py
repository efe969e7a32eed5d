"""Features of a topic without sides: how much of what the seeds taught an article holds, and where.

A learned term has a weight of 0 to 1 (its part in the seeds times its rarity in ordinary news). Each counts once a
zone; the sums saturate at what a typical article on the topic holds, so a long article is not a match for its length.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log1p

from monitor.match.scan import Sentence
from monitor.topic.records import Topic

_FULL = 12  # so many of the strongest terms are the yardstick of an article wholly on the topic


def term_features(sentences: Sequence[Sentence], topic: Topic) -> dict[str, float]:
    """Coverage of title, front, article and best passage (0 to about 1.5), and how many terms; empty without any."""
    strength = {number: c.weight for number, c in enumerate(topic.concepts) if c.kind == "learned" and c.weight > 0}
    yardstick = sum(sorted(strength.values(), reverse=True)[:_FULL]) or 1.0
    zones: dict[str, dict[int, int]] = {"title": {}, "lead": {}, "body": {}}
    passage = 0.0
    before: set[int] = set()
    for sentence in sentences:
        here = {hit.concept for hit in sentence.hits if hit.concept in strength}
        passage = max(passage, sum(strength[number] for number in here | before))
        before = here if sentence.where != "title" else set()
        for hit in sentence.hits:
            if hit.concept in strength:
                zones[sentence.where][hit.concept] = zones[sentence.where].get(hit.concept, 0) + 1
    everywhere: dict[int, int] = {}
    for zone in zones.values():
        for number, count in zone.items():
            everywhere[number] = everywhere.get(number, 0) + count
    if not everywhere:
        return {}
    front = set(zones["title"]) | set(zones["lead"])
    features = {
        "title: learned terms": sum(strength[number] for number in zones["title"]) / yardstick,
        "title or lead: learned terms": sum(strength[number] for number in front) / yardstick,
        "article: learned terms": sum(strength[n] * (1 + log1p(c - 1)) for n, c in everywhere.items()) / yardstick,
        "passage: learned terms": passage / yardstick,
        "distinct learned terms": log1p(len(everywhere)),
    }
    return {name: value for name, value in features.items() if value}
