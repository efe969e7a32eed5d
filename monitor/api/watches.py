"""Watches: what each looks for, and what it has learned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from monitor.api.base import Answer
from monitor.config import Config
from monitor.config.watch import WatchConfig
from monitor.match import Matcher
from monitor.match.reading import Reading, readings
from monitor.store import marks
from monitor.topic.records import Profile
from monitor.topic.sides import topic_sides
from monitor.topic.world import load_world


class WeightedAnswer(Answer):
    """A term of a person with its weight."""

    term: str
    weight: float


class TermsAnswer(Answer):
    """A person's own terms, as the watch file has them."""

    add: list[WeightedAnswer]
    remove: list[str]
    require: list[str]
    exclude: list[str]


class SideAnswer(Answer):
    """A party to the topic. entities: ids that stand for it. terms: its own."""

    name: str
    entities: list[str]
    terms: list[str]


class WatchLine(Answer):
    """A watch in a list. version: what its receipts name. right, wrong: how many articles people marked so."""

    watch: str
    name: str
    version: str
    threshold: float
    near_miss: float
    query: str | None
    right: int
    wrong: int


class LearnedTerm(Answer):
    """A learned word. weight: 0 to 1. seeds: how many hold it, count: how often. rarity: in ordinary news."""

    term: str
    language: str
    weight: float
    seeds: int
    count: int
    rarity: float


class LearnedEntity(Answer):
    """A name that the seeds hold. entity: its id, null for one that no list knows."""

    name: str
    entity: str | None
    side: str
    weight: float
    seeds: int
    count: int


class FamilyAnswer(Answer):
    """A field in which the sides have dealings. words: those of the seeds that show it, each with how often."""

    id: str
    label: str
    seeds: int
    words: list[tuple[str, int]]


class ReadsAnswer(Answer):
    """How well a watch reads a language. gain: what a seed in it would add. words: of translated ones the strongest;
    share: how much of the key words they have, 0 to 1.
    """

    code: str
    name: str
    feeds: int
    level: str
    gain: str
    words: list[str]
    share: float


class WatchAnswer(WatchLine):
    """A watch with what it looks for and what it has learned."""

    sides: list[SideAnswer]
    near: str
    about: str
    terms: TermsAnswer
    seeds: list[str]
    languages: list[str]
    families: list[FamilyAnswer]
    learned: list[LearnedTerm]
    entities: list[LearnedEntity]
    reads: list[ReadsAnswer]


def list_watches(db: sa.Connection, config: Config, matchers: Mapping[str, Matcher]) -> list[WatchLine]:
    """Every watch of the configuration."""
    return [_line(db, name, config.watches[name], matchers[name]) for name in config.watches if name in matchers]


def _line(db: sa.Connection, name: str, settings: WatchConfig, matcher: Matcher) -> WatchLine:
    right, wrong = marks.count(db, name)
    weights = matcher.topic.weights
    return WatchLine(
        watch=name,
        name=settings.name,
        version=matcher.version,
        threshold=weights.threshold,
        near_miss=weights.near_miss,
        query=settings.query,
        right=right,
        wrong=wrong,
    )


def one_watch(db: sa.Connection, config: Config, name: str, matcher: Matcher, profile: Profile) -> WatchAnswer:
    """A watch of the configuration with what its profile holds."""
    settings = config.watches[name]
    return WatchAnswer(
        **dict(_line(db, name, settings, matcher)),
        sides=[
            SideAnswer(name=side.label, entities=list(side.entities), terms=list(side.terms))
            for side in topic_sides(settings, profile, load_world())
        ],
        near=settings.near,
        about=settings.about,
        terms=TermsAnswer.model_validate(settings.terms),
        seeds=list(profile.seeds),
        languages=[each.code for each in profile.languages],
        families=[
            FamilyAnswer(id=each.id, label=each.label, seeds=len(each.seeds), words=list(each.words))
            for each in profile.families
        ],
        learned=[
            LearnedTerm(term=each.term, language=each.language, weight=round(each.weight, 4), seeds=len(each.seeds),
                        count=each.count, rarity=round(each.rarity, 4))
            for each in profile.terms
        ],
        entities=[
            LearnedEntity(name=each.name, entity=each.entity or None, side=each.side, weight=round(each.weight, 4),
                          seeds=len(each.seeds), count=each.count)
            for each in profile.entities
        ],
        reads=reads_answer(readings(matcher.topic, config.feeds)),
    )  # fmt: skip


def reads_answer(found: Iterable[Reading]) -> list[ReadsAnswer]:
    """How well a watch reads the languages of the feeds."""
    return [ReadsAnswer.model_validate(each) for each in found]
