"""The records of a topic: seed articles, the profile, names of entities, the lexicon, and the topic they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["entity", "signal", "act", "context", "term", "learned", "required", "excluded"]
ModelKind = Literal["sides", "terms"]

WEAK = "~"  # before a surname in config/entities that others bear too
PERSONAL: frozenset[str] = frozenset({"term", "required", "excluded"})


@dataclass(frozen=True, slots=True)
class SeedArticle:
    """A seed as the profile learns from it. ``left_out``: the lines recognised as not the article, with the reason."""

    name: str  # file name
    title: str
    text: str
    source: str = ""
    published: datetime | None = None
    url: str = ""
    language: str | None = None
    left_out: tuple[tuple[str, str], ...] = ()  # (line, reason)


@dataclass(frozen=True, slots=True)
class ProfileTerm:
    """A learned keyword or phrase with its evidence.

    weight: 0 to 1. rarity: natural log of (news articles / those that hold it) in ordinary news of its language.
    seeds: the file names it was found in; count: how often over all of them.
    """

    term: str
    weight: float
    seeds: tuple[str, ...]
    count: int
    rarity: float


@dataclass(frozen=True, slots=True)
class ProfileEntity:
    """A name the seeds hold. entity: the gazetteer's id, or "" for a name it does not know."""

    name: str
    entity: str
    side: str
    weight: float
    seeds: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Profile:
    """What a watch's seeds teach: the baseline a person's own lines are laid over. version: hash of the content."""

    watch: str
    version: str
    seeds: tuple[str, ...]
    terms: tuple[ProfileTerm, ...]
    entities: tuple[ProfileEntity, ...] = ()


@dataclass(frozen=True, slots=True)
class EntityName:
    """A person, body, group or place with its names in every script (see config/entities)."""

    id: str
    kind: str  # person, body, group, place, country, title
    side: str  # "iran", "iraq", ... or ""
    names: tuple[str, ...]
    role: str = ""
    since: int | None = None  # years in the role, where known
    until: int | None = None
    sector: str = ""  # "security" for an office of defence, arms or police; "politics" for any other


@dataclass(frozen=True, slots=True)
class Lexicon:
    """heading → language → terms, for the acts, the signal words and the contexts that speak against."""

    acts: Mapping[str, Mapping[str, tuple[str, ...]]]
    signals: Mapping[str, Mapping[str, tuple[str, ...]]]
    context: Mapping[str, Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Headings:
    """Names of headings of the lexicon, by its parts."""

    acts: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()
    context: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Family:
    """A field in which parties may have dealings, such as trade.

    words: language → terms that show that a passage is of the field; acts: language → phrases that by themselves are
    an act between parties in it. Both hold the terms of the lexicon's ``headings`` that the family uses, too.
    """

    id: str
    label: str
    words: Mapping[str, tuple[str, ...]]
    acts: Mapping[str, tuple[str, ...]]
    headings: Headings


@dataclass(frozen=True, slots=True)
class Weights:
    """A fitted model: log-odds by feature name. ``model``: for topics with sides, or of learned terms alone."""

    model: ModelKind
    threshold: float
    near_miss: float
    intercept: float
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Concept:
    """Something that can be found in a text. ``key``: entity id, heading, or the term itself.

    side: its place in ``Topic.sides``, -1 for none. actor: a person, body or group (not a country or place).
    security: its office is one of defence or security. weak: a name others bear too, counting only where another side
    is named in the same sentence. weight: of a term, in log-odds; of a learned one 0 to 1.
    """

    kind: Kind
    key: str
    side: int = -1
    actor: bool = False
    security: bool = False
    weight: float = 0.0
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """A writing of a concept as it stands in the data. ``language``: "" where it counts in any text."""

    text: str
    concept: int
    language: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """What to look for and how to weigh it. ``version`` changes with anything that can change a score.

    query: what has to hold besides, "" for nothing; query_decides: nothing else is judged.
    """

    watch: str
    name: str
    sides: tuple[str, ...]
    concepts: tuple[Concept, ...]
    patterns: tuple[Pattern, ...]
    weights: Weights
    near: Literal["sentence", "passage", "article"]
    about: Literal["front", "mention"]
    version: str
    query: str = ""
    query_decides: bool = False

    @property
    def has_required(self) -> bool:
        """Whether a match needs one of a person's required terms."""
        return any(concept.kind == "required" for concept in self.concepts)
