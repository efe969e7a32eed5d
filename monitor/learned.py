"""What a watch is learned from and what that gives: seed articles, the profile, and names of entities."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


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
