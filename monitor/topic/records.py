"""The records of a topic: seed articles, the profile, names of entities, the lexicon, and the topic they make."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter
from typing import Any, Literal, NamedTuple

from monitor.text.scripts import script
from monitor.topic.file_marks import FileMarks
from monitor.topic.traits import traits_of

Kind = Literal["entity", "signal", "act", "context", "sense", "term", "learned", "party", "required", "excluded"]
ModelKind = Literal["sides", "terms"]

WEAK = "~"  # before a surname in config/entities that others bear too
_SHORT_NAME = 3  # letters: so short a name is another word in too many languages
_LEAST_LIKENESS = 0.05  # seeds that share less than this say nothing of what to expect
COUNTRIES = "countries"  # the context of the countries that are no side
STATES = frozenset({COUNTRIES, "third", "allies"})  # the contexts that are names of states
DEALINGS = frozenset({"attack", "strike", "threat", "mediation"})  # contexts that are dealings, where any kind is meant
OTHER_FIELD = "field: "  # before the family in the context of its words, where the topic is not about it
SEEDS = "words of the seeds"  # the signal of these, where no family knows the field
COUNTRY = "country:"  # before a country in a person's term that means it, and not what its letters stand for else
ENTITY = "entity:"  # before the id of an entity in such a term
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
    seeds: the file names it was found in; count: how often over all of them. key: how much of a key word it is; of the
    first five of a language the sum is 1.
    """

    term: str
    weight: float
    seeds: tuple[str, ...]
    count: int
    rarity: float
    key: float = 0.0
    language: str = ""


@dataclass(frozen=True, slots=True)
class ProfileEntity:
    """A name the seeds hold. entity: the gazetteer's id, or "" for a name it does not know."""

    name: str
    entity: str
    side: str
    weight: float
    seeds: tuple[str, ...]
    count: int
    key: float = 0.0
    rarity: float = 0.0
    language: str = ""  # "" for a name of the gazetteer, which is known in every language


@dataclass(frozen=True, slots=True)
class ProfileLanguage:
    """What the seeds of one language are worth. likeness: that of a seed left out to the others, 0 to about 1.

    company: key words of the others, but for the first, in a thousand letters of a seed left out.
    """

    code: str
    seeds: tuple[str, ...]
    likeness: float
    company: float = 0.0


@dataclass(frozen=True, slots=True)
class ProfileParty:
    """A party that the seeds are about. id: as a side is called; code: its key in the world's table.

    names: what the seeds call it that no table knows. seeds: those that name it; titles: how many titles do.
    """

    id: str
    label: str
    country: str
    code: str
    names: tuple[str, ...]
    seeds: tuple[str, ...]
    titles: int
    count: int


@dataclass(frozen=True, slots=True)
class ProfileFamily:
    """A family of acts that the seeds are about. words: those of it that the seeds hold most, each with how often."""

    id: str
    label: str
    seeds: tuple[str, ...]
    words: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """What a watch's seeds teach: the baseline a person's own lines are laid over. version: hash of the content.

    learned_from: None in a profile of a version that noted no marks; no part of the content.
    """

    watch: str
    version: str
    seeds: tuple[str, ...]
    terms: tuple[ProfileTerm, ...]
    entities: tuple[ProfileEntity, ...] = ()
    languages: tuple[ProfileLanguage, ...] = ()
    parties: tuple[ProfileParty, ...] = ()
    families: tuple[ProfileFamily, ...] = ()
    learned_from: FileMarks | None = dataclasses.field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class EntityName:
    """A person, body, group or place with its names in every script (see config/entities).

    called: (language, the name by which a text in it calls the entity first), without marks. implies: the side for
    which it may stand: the one that an armed group fights, or the one behind a border crossing. security_years: (first,
    last) of the offices of defence or security of somebody who has had others, too.
    """

    id: str
    kind: str  # person, body, group, place, country, title, product
    side: str  # "iran", "iraq", ... or ""
    names: tuple[str, ...]
    role: str = ""
    since: int | None = None  # years in the role, where known
    until: int | None = None
    sector: str = ""  # "security" for an office of defence, arms or police; "politics" for any other
    called: tuple[tuple[str, str], ...] = ()
    implies: str = ""
    security_years: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """heading → language → terms: acts, signal words, contexts that speak against, and phrases of another sense."""

    acts: Mapping[str, Mapping[str, tuple[str, ...]]]
    signals: Mapping[str, Mapping[str, tuple[str, ...]]]
    context: Mapping[str, Mapping[str, tuple[str, ...]]]
    senses: Mapping[str, Mapping[str, tuple[str, ...]]] = dataclasses.field(default_factory=dict)


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
    families: tuple[str, ...] | None = None  # that they were fitted for; None: any


@dataclass(frozen=True, slots=True)
class Concept:
    """Something that can be found in a text. ``key``: entity id, heading, or the term itself.

    side: its place in ``Topic.sides``, -1 for none. actor: a person, body or group (not a country or place).
    security: its office is one of defence or security. weak: a city or a name that is another word, too: it counts
    only where another side is named in the same sentence. alone: the surname of a person by itself; shared: a name
    that many others bear; place: a town, base or region, not the state; product: a weapon or ship of a side, a shared
    one only beside a word of arms (match/products.py); adjective: one that is an adjective of a state that is no
    side. Whom these three mean is read from the article (match/names.py). since: of a shared one, the first year in
    office, 0 where that is not known. implies: the place of the side for which a group or crossing may stand
    (match/implied.py). years: (first, last) of the offices of security of a person who has had others, too. weight:
    of a term, in log-odds; of a learned one 0 to 1. part: of a learned one, what it adds to the likeness to the
    seeds. keyness: how much of a key word it is, 0 to 1. language: of a learned one, "" for any. within: of a
    learned word, the phrase in which the seeds mostly hold it. name: of a learned name, the longest learned one
    that holds it. of: of a word that no seed holds, the learned word that it means.
    """

    kind: Kind
    key: str
    side: int = -1
    actor: bool = False
    security: bool = False
    weight: float = 0.0
    weak: bool = False
    alone: bool = False
    shared: bool = False
    adjective: bool = False
    product: bool = False
    place: bool = False
    part: float = 0.0
    keyness: float = 0.0
    language: str = ""
    within: str = ""
    name: str = ""
    of: str = ""
    since: int = 0
    implies: int = -1
    years: tuple[tuple[int, int], ...] = ()
    removed: bool = False  # a person took this writing out: it may lower a score, never raise it


class Pattern(NamedTuple):
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
    party: str = ""  # the one country or region that a subject is of, by its code in the table of the world
    labels: tuple[str, ...] = dataclasses.field(default=(), repr=False)  # of each side, for readers; they judge nothing
    countries: tuple[str, ...] = ()  # of each side, ISO 3166-1, "" for one that is no state's
    families: tuple[str, ...] = ()  # the fields in which the sides have dealings, sorted
    field: frozenset[str] = frozenset()  # signals that are words of what the topic is about
    pair: bool = False  # sides that are seldom named together but for what is between them
    stems: Mapping[str, Mapping[tuple[str, ...], int]] = dataclasses.field(
        default_factory=dict
    )  # language → stems → learned concept
    likeness: Mapping[str, float] = dataclasses.field(
        default_factory=dict
    )  # language → that of its seeds to each other
    company: Mapping[str, float] = dataclasses.field(
        default_factory=dict
    )  # language → key words beside the first that a thousand letters of an article on the topic hold
    namesakes: Mapping[str, Mapping[str, frozenset[str]]] = dataclasses.field(
        default_factory=dict, repr=False
    )  # language → entity → its names that are another's there; they change no score
    traits: tuple[int, ...] = dataclasses.field(init=False, repr=False, compare=False)  # of each concept (traits.py)

    def __post_init__(self) -> None:
        object.__setattr__(self, "traits", tuple(traits_of(concept, STATES) for concept in self.concepts))

    def __getstate__(self) -> list[object]:
        """The fields in their order, with the patterns in columns: there are tens of thousands of them."""
        return [
            [tuple(map(itemgetter(place), self.patterns)) for place in range(len(Pattern._fields))]
            if each.name == "patterns"
            else getattr(self, each.name)
            for each in dataclasses.fields(self)
        ]

    def __setstate__(self, state: Sequence[Any]) -> None:
        for each, value in zip(dataclasses.fields(self), state, strict=True):
            held = tuple(map(Pattern._make, zip(*value, strict=True))) if each.name == "patterns" else value
            object.__setattr__(self, each.name, held)

    def removed(self) -> dict[int, int]:
        """What a person removed: concept → the one that it is a writing of, itself where it was the only writing."""
        numbers = {concept: number for number, concept in enumerate(self.concepts)}
        return {
            number: numbers.get(replace(concept, removed=False), number)
            for concept, number in numbers.items()
            if concept.removed
        }

    def as_written(self) -> Topic:
        """The topic as if a person had removed nothing, with the same numbers of concepts."""
        own = self.removed()
        concepts = tuple(replace(concept, removed=False) if concept.removed else concept for concept in self.concepts)
        patterns = tuple(
            pattern._replace(concept=own[pattern.concept]) if pattern.concept in own else pattern
            for pattern in self.patterns
        )
        return replace(self, concepts=concepts, patterns=patterns)

    def expected(self, language: str | None) -> float:
        """How alike an article on the topic in ``language`` is to the seeds, as far as these tell. Above 0."""
        known = self.likeness.get(language or "") or max(self.likeness.values(), default=0.0)
        return max(known, _LEAST_LIKENESS)

    @property
    def names_abroad(self) -> Mapping[str, Mapping[tuple[str, ...], int]]:
        """language of the seeds → stems → the learned names that are looked for in any other language, too.

        These are names in Latin letters that two seeds hold, as every phrase is: most languages write them alike.
        """
        return {code: names for code, terms in self.stems.items() if (names := self._names_of(terms))}

    def _names_of(self, terms: Mapping[tuple[str, ...], int]) -> dict[tuple[str, ...], int]:
        found = {}
        for stems, number in terms.items():
            concept = self.concepts[number]
            shared = concept.keyness > 0 or len(stems) > 1
            if concept.name and shared and len(stems[0]) > _SHORT_NAME and script(stems[0]) == "latin":
                found[stems] = number
        return found

    @property
    def has_words(self) -> bool:
        """Whether the seeds taught key words that are no names."""
        return any(each.kind == "learned" and each.keyness > 0 and not each.name for each in self.concepts)

    @property
    def has_required(self) -> bool:
        """Whether a match needs one of a person's required terms."""
        return any(concept.kind == "required" for concept in self.concepts)
