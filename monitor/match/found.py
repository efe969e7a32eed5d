"""What was found in an article: its sentences, and what of the topic stands in them how often. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from monitor.match.names import Reading
from monitor.match.own_words import with_own
from monitor.match.scan import Hit, Sentence
from monitor.topic.records import Topic


@dataclass(frozen=True, slots=True)
class Found:
    """An article scanned: its sentences, and what each concept was found how often."""

    sentences: tuple[Sentence, ...]
    counts: Mapping[int, int]
    front: frozenset[int]  # concepts in title or lead
    language: str | None = None
    text: str = ""
    readings: tuple[Reading, ...] = ()  # whom the names of one word mean
    own: tuple[tuple[Hit, ...], ...] = ()  # of each sentence the hits of a person's own words; empty where none stand

    @property
    def shown(self) -> tuple[Sentence, ...]:
        """The sentences with a person's own words, for readers; whatever judges looks at the others."""
        return with_own(self.sentences, self.own)


@dataclass(frozen=True, slots=True)
class LearnedWord:
    """A learned term or name found in an article. weight: 0 to 1. front: also in title or lead."""

    text: str
    weight: float
    count: int
    front: bool


NOTHING = Found((), {}, frozenset())


def counted(sentences: Iterable[Sentence]) -> tuple[Mapping[int, int], frozenset[int]]:
    """How often each concept stands in the sentences, and those in title or lead."""
    held: list[int] = []
    front: set[int] = set()
    for sentence in sentences:
        found = [hit[2] for hit in sentence.hits]
        held += found
        if sentence.where != "body":
            front.update(found)
    return Counter(held), frozenset(front)


def names_in(found: Found, topic: Topic) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ids of entities and headings of acts, most often found first.

    Whoever is only named by what the article's language calls another is none of them.
    """
    entities, acts = Counter[str](), Counter[str]()
    for number, count in found.counts.items():
        concept = topic.concepts[number]
        if concept.kind in ("entity", "act"):
            (entities if concept.kind == "entity" else acts)[concept.key] += count
    for entity, names in topic.namesakes.get(found.language or "", {}).items():
        if entity in entities and names.issuperset(_writings(found, entity, topic)):
            del entities[entity]
    return tuple(sorted(entities, key=lambda k: (-entities[k], k))), tuple(sorted(acts, key=lambda k: (-acts[k], k)))


def _writings(found: Found, entity: str, topic: Topic) -> set[str]:
    """The names, folded, by which the sentences name an entity."""
    return {
        sentence.folded[hit.start : hit.end]
        for sentence in found.sentences
        for hit in sentence.hits
        if topic.concepts[hit.concept].key == entity
    }
