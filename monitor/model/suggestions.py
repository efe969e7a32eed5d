"""Words and names that a watch may lack, as `monitor suggest` and the page of the watch show them."""

from __future__ import annotations

from monitor.model.frozen import frozen


@frozen
class MovedArticle:
    """A stored article whose score a word would move. before, after: its scores."""

    id: str
    title: str
    url: str
    before: float
    after: float


@frozen
class UnmatchedArticle:
    """A stored article that tells of one of the watch's stories and does not match. language: None where unknown."""

    id: str
    title: str
    url: str
    language: str | None


@frozen
class UnreadLanguage:
    """A language of such articles ("" where unknown), and how many there are. gain: what a seed in it would add."""

    code: str
    articles: int
    gain: str


@frozen
class SuggestedTerm:
    """A word, phrase or name to add with ``weight``, the least that finds something.

    stories: numbers of those whose reports hold it. reports: how many do. rarity: as in a profile. gained, lost:
    articles that would match, and no longer match. of_these_stories: how many of those gained tell of known stories.
    """

    term: str
    weight: float
    language: str
    stories: tuple[int, ...]
    reports: int
    rarity: float
    gained: tuple[MovedArticle, ...]
    of_these_stories: int
    lost: tuple[MovedArticle, ...]


@frozen
class SuggestedSet:
    """Words of one language to add together, each with ``weight``: for a language that the watch does not read.

    together: how many of them must stand in title or lead for an article to match (twice as many elsewhere). The rest
    as in `SuggestedTerm`.
    """

    terms: tuple[str, ...]
    weight: float
    language: str
    together: int
    gained: tuple[MovedArticle, ...]
    of_these_stories: int
    lost: tuple[MovedArticle, ...]


@frozen
class SaidOf:
    """A stored article that names a person, and the sentence that says which office they hold."""

    id: str
    title: str
    url: str
    sentence: str


@frozen
class SuggestedPerson:
    """Somebody who recurs beside an office of a side and whom no file of entities has.

    sector: "security" or "politics". articles: how many name them so; said: some of these. gained, lost: articles that
    would match with the name, and no longer.
    """

    name: str
    side: str
    sector: str
    language: str
    articles: int
    said: tuple[SaidOf, ...]
    gained: tuple[MovedArticle, ...]
    lost: tuple[MovedArticle, ...]


@frozen
class Suggestions:
    """What to add to a watch. articles, stories: how many were looked at. The most useful term comes first, and the
    person whom most articles name."""

    watch: str
    articles: int
    stories: int
    unmatched: tuple[UnmatchedArticle, ...]
    languages: tuple[UnreadLanguage, ...]
    suggestions: tuple[SuggestedTerm, ...]
    people: tuple[SuggestedPerson, ...] = ()
    sets: tuple[SuggestedSet, ...] = ()
