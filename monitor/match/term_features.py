"""Features of what the seeds taught: how alike an article is to them, and how many of their key words it holds, where.

The same for a topic with sides and one without. Each value is 0 where nothing learned stands in the article. Where a
person removed all of it, what speaks against still does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt

from monitor.languages import language
from monitor.match.scan import Sentence
from monitor.topic.likeness import TITLE, likeness, pull, size_of
from monitor.topic.records import Topic

_ALIKE, _BESIDE = "likeness to the seeds", "likeness to the seeds, beside theirs to each other"
_KEYS = tuple(f"{where}: key words" for where in ("title", "title or lead", "article"))
NAME_ALONE = "against: one name alone"
WORD_ALONE = "against: one key word alone"
NOT_THERE = "against: the country of the seeds is never named"
LEARNED = frozenset({_ALIKE, _BESIDE, *_KEYS})  # the names of the features
_MOST = 1.5  # times as alike as the seeds are to each other: beyond it an article is no more on the topic


_ALONE = 3.0  # the most that one word alone counts
_ONE_MATTER = 400  # letters of a lead: in a longer article one word alone counts less
_OUTSIDE = 0.7  # what a word counts outside the phrase in which the seeds hold it


@dataclass(slots=True)
class _Zone:
    """The learned concepts of a part of an article: how often each stands there, and what it counts at most, 0 to 1."""

    counts: dict[int, int] = field(default_factory=dict)
    worth: dict[int, float] = field(default_factory=dict)

    def add(self, number: int, worth: float) -> None:
        self.counts[number] = self.counts.get(number, 0) + 1
        self.worth[number] = max(worth, self.worth.get(number, 0.0))


def term_features(sentences: Sequence[Sentence], topic: Topic, code: str | None) -> dict[str, float]:
    """name → value, those that are not zero; empty where nothing that the seeds taught stands in the article."""
    zones = {"title": _Zone(), "lead": _Zone(), "body": _Zone()}
    for sentence in sentences:
        _count(sentence, topic, zones[sentence.where])
    title, lead, body = zones["title"], zones["lead"], zones["body"]
    worth = _most(title.worth, lead.worth, body.worth)
    removed = {hit.concept for sentence in sentences for hit in sentence.removed}
    removed = {number for number in removed if topic.concepts[number].kind == "learned"}
    if not worth and not removed:
        return {}
    total = sum(
        topic.concepts[number].part * most * pull(_times(number, title, lead, body)) for number, most in worth.items()
    )
    length = size_of(sum(len(sentence.text) for sentence in sentences), code)
    alike = likeness(total, length)
    found = {
        NOT_THERE: float(_is_elsewhere(sentences, topic, code)),
        _ALIKE: sqrt(alike),
        _BESIDE: sqrt(min(_MOST, alike / topic.expected(code))),
        **{
            name: _key_words(each, topic)
            for name, each in zip(_KEYS, (title.worth, _most(title.worth, lead.worth), worth), strict=True)
        },
        NAME_ALONE: float(_is_one_name(worth, topic)),
        WORD_ALONE: _missed_company(worth, removed, topic, length, code),
    }
    return {name: value for name, value in found.items() if value}


def _count(sentence: Sentence, topic: Topic, zone: _Zone) -> None:
    learned = [(hit, topic.concepts[hit.concept]) for hit in sentence.hits]
    learned = [(hit, concept) for hit, concept in learned if concept.kind == "learned"]
    for hit, concept in learned:
        outside = concept.within and not any(
            other.start <= hit.start and other.end >= hit.end
            for other, phrase in learned
            if phrase.key == concept.within
        )
        zone.add(hit.concept, _OUTSIDE if outside else 1.0)


def _times(number: int, title: _Zone, lead: _Zone, body: _Zone) -> int:
    """How often a concept stands in an article, once in the title as much as `TITLE` times more."""
    count = lead.counts.get(number, 0) + body.counts.get(number, 0)
    return count + TITLE * min(1, title.counts.get(number, 0)) or 1


def _most(*zones: dict[int, float]) -> dict[int, float]:
    found: dict[int, float] = {}
    for zone in zones:
        for number, worth in zone.items():
            found[number] = max(worth, found.get(number, 0.0))
    return found


def _is_one_name(found: Iterable[int], topic: Topic) -> bool:
    """Whether all that was found is one name, in a topic of one subject: whoever is named may do anything."""
    names = {topic.concepts[number].name for number in found}
    return not topic.sides and len(names) <= 1 and "" not in names and topic.has_words


def _missed_company(found: Iterable[int], removed: Iterable[int], topic: Topic, length: int, code: str | None) -> float:
    """How much against it an article of ``length`` letters says by holding one key word alone, 0 to `_ALONE`.

    The key words of a subject keep company: "coffee" stands beside "harvest" or "growers" in every seed. Where they
    fall as in the seeds, exp(-value) is the chance that an article on the subject has room for one and holds none. So
    a headline says next to nothing by it. A long article may be about several matters, each with few words.
    removed: what a person took out; a word that is left of two is alone, and where none is left, nothing is better.
    """
    keys, gone = ([n for n in some if topic.concepts[n].keyness > 0] for some in (found, removed))
    if topic.sides or len(keys) > 1 or not (keys or gone):
        return 0.0
    expected = topic.company.get(code or "", 0.0) * length / 1000
    return min(_ALONE, expected) * min(1.0, _ONE_MATTER / max(length, 1))


def _is_elsewhere(sentences: Sequence[Sentence], topic: Topic, code: str | None) -> bool:
    """Whether an article names nothing of the one country that the seeds are of, and is not in its language."""
    if not topic.party or (code and language(code).home == topic.party):
        return False
    return all(topic.concepts[hit.concept].kind != "party" for sentence in sentences for hit in sentence.hits)


def _key_words(found: Mapping[int, float], topic: Topic) -> float:
    """0 to 1: how many of the first key words stand there; those of other languages than the article's cannot."""
    return min(1.0, sum(topic.concepts[number].keyness * worth for number, worth in found.items()))
