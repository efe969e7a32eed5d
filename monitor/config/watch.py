"""One watch: what a person wrote about a topic. What is learned from the seeds is kept apart from it.

How the two combine (applied in ``monitor.topic.build``): a person's line always wins. ``remove`` takes a learned term
out; ``add`` adds a term at the weight written, learned or not; ``exclude`` and ``require`` decide before any score;
``threshold`` and ``near_miss`` replace the fitted ones; ``weights`` replaces fitted weights by name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from monitor.config.deliver_targets import Target
from monitor.fields import Duration, Strict, TimeZone

MAX_WEIGHT = 10.0
_ONE = str | int | float  # one word or phrase; see `_text`


def _listed(value: Any) -> Any:
    """A single word counts as a list of one word, and nothing as an empty list."""
    if value is None:
        return ()
    return (value,) if isinstance(value, _ONE | dict) else value


def _text(value: Any) -> Any:
    """A word or phrase; a bare number as it is written. Raises ValueError."""
    if value is None:
        raise ValueError("a word is missing here; write a word or phrase, or remove the line")
    if isinstance(value, bool):
        word = str(value).lower()  # YAML reads a bare "true" as a truth value
        raise ValueError(f'{word} without quotes is not a word; write "{word}", or remove the line')
    if isinstance(value, int | float):
        return getattr(value, "written", str(value))  # 1980 written bare is a term, not a number
    if isinstance(value, str) and not any(char.isalnum() for char in value):
        raise ValueError(f"{value!r} holds no letter or digit; write a word or phrase, or remove the line")
    return value


Text = Annotated[str, BeforeValidator(_text)]
TERMS = 5000  # of one list; a matcher of more takes minutes to build
Texts = Annotated[tuple[Text, ...], BeforeValidator(_listed), Field(max_length=TERMS)]


class WeightedTerm(Strict):
    """A term and its weight: what it adds to the log-odds of a match in title or lead, and half of that in the body.

    A bare word has weight 1. A negative weight lowers the score.
    """

    term: Text
    weight: float = Field(default=1.0, ge=-MAX_WEIGHT, le=MAX_WEIGHT)

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        if isinstance(value, Mapping):
            return value
        if value is None or isinstance(value, _ONE):
            return {"term": value}
        raise ValueError('write a term as "words" or as {term: "words", weight: 2}')


WeightedTerms = Annotated[tuple[WeightedTerm, ...], BeforeValidator(_listed), Field(max_length=TERMS)]


class Side(Strict):
    """One party to the topic: ids of entities, or whole files of config/entities (by ``side:``), and terms of its own.

    country: its code; a digest then shows when no publisher of that country reports a story.
    """

    entities: Texts = ()
    terms: Texts = ()
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        return {"terms": value} if isinstance(value, _ONE | list) else value

    @model_validator(mode="after")
    def _something(self) -> Side:
        if not self.entities and not self.terms:
            raise ValueError("a side needs 'entities: NAME' (of config/entities) or 'terms: [words]'")
        return self


class Acts(Strict):
    """What the sides do together. facets: headings of config/lexicon/acts.yaml; None means those of the families."""

    facets: Annotated[tuple[Text, ...] | None, BeforeValidator(lambda v: None if v is None else _listed(v))] = None
    terms: Texts = ()

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        return {"facets": value} if isinstance(value, _ONE | list) else value


class Context(Strict):
    """What lowers the score, such as sports.

    kinds: headings of config/lexicon/context.yaml; None means all but those of the families.
    """

    kinds: Annotated[tuple[Text, ...] | None, BeforeValidator(lambda v: None if v is None else _listed(v))] = None
    terms: WeightedTerms = ()

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        return {"kinds": value} if isinstance(value, _ONE | list) else value


class Terms(Strict):
    """A person's own terms. remove: learned terms that do not count. Every match has one of ``require`` and none of
    ``exclude``.
    """

    add: WeightedTerms = ()
    remove: Texts = ()
    require: Texts = ()
    exclude: Texts = ()

    @model_validator(mode="after")
    def _no_contradiction(self) -> Terms:
        fold = {term.casefold(): term for term in self.exclude}
        both = [item for item in (*(t.term for t in self.add), *self.require) if item.casefold() in fold]
        if both:
            raise ValueError(f"{both[0]!r} is both wanted and excluded; keep it in one list")
        return self


def _quiet_hours(value: Any) -> Any:
    """ "22:00-07:00" as two times. Raises ValueError."""
    if value is None or isinstance(value, tuple):
        return value
    found = re.fullmatch(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})", str(value).strip())
    try:
        if not found:
            raise ValueError
        start, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    except ValueError:
        raise ValueError(f"{value!r} is not a span of hours; write from-to, such as 22:00-07:00") from None
    if start == end:
        raise ValueError("quiet_hours must begin and end at different times; write two different times")
    return start, end


class Alert(Strict):
    """Stories with a match of at least ``threshold`` are sent at once, not only in the next digest.

    quiet_hours: local times of ``timezone``; alerts between them wait for the second. timezone: None: that of the
    digest. max_age: an article published longer ago than this when it is judged raises no alert.
    """

    threshold: float = Field(default=0.9, ge=0, le=1)
    deliver: Annotated[tuple[Target, ...], BeforeValidator(_listed)] = Field(min_length=1)
    quiet_hours: Annotated[tuple[time, time] | None, BeforeValidator(_quiet_hours)] = None
    timezone: TimeZone | None = None
    max_age: Duration = timedelta(days=3)


def _places(value: Any) -> Any:
    """A single folder, file or address counts as a list of one. Raises ValueError."""
    if value is None:
        return None
    places = (value,) if isinstance(value, str) else value
    for place in places if isinstance(places, list | tuple) else ():
        if not isinstance(place, str) or not place.strip():
            raise ValueError(f"{place!r} is no place; write a folder, a file or an address (https://...)")
        scheme = re.match(r"([a-z][a-z0-9+.-]*)://", place, re.IGNORECASE)
        if scheme and not is_address(place):
            raise ValueError(f"{place!r} cannot be read; write a whole http(s) address, or a folder or file")
    return places


def is_address(place: str) -> bool:
    """Whether a seed's place is an address to read, and not a folder or a file."""
    return re.fullmatch(r"https?://[^\s/]+\S*", place, re.IGNORECASE) is not None


def _query(text: str) -> str:
    """Raises ValueError where it cannot be read."""
    from monitor.config.query import parse_query  # noqa: PLC0415 - 12 ms; few watches have a query

    parse_query(text)
    return text


Score = Annotated[float, Field(ge=0, le=1)]
Query = Annotated[Text, AfterValidator(_query)]


class WatchConfig(Strict):
    """A watch file. Only ``name`` and ``seeds`` or ``query`` are needed.

    seeds: folders, files and addresses. query: what must hold of every match (see config.query); with neither seeds nor
    sides it decides alone. sides: the parties (None: those that the seeds are about; empty: none). families: files of
    config/families, the fields in which the sides have dealings (None: those that the seeds are about). threshold: the
    least score of a match (None: the fitted one). near_miss: scores from here up to the threshold are shown as near
    misses. near: sides and act must stand in one "sentence", one "passage" (two neighbouring sentences) or anywhere in
    the "article". about: "front" requires all sides in the title or lead, "mention" anywhere. weights: name of a
    feature → its weight, in place of the fitted one.
    """

    name: Text
    query: Query | None = None
    seeds: Annotated[tuple[str, ...] | None, BeforeValidator(_places)] = Field(
        default=None, min_length=1, validate_default=True
    )
    threshold: Score | None = None
    near_miss: Score | None = None
    sides: dict[str, Side] | None = None
    families: Annotated[tuple[Text, ...] | None, BeforeValidator(lambda v: None if v is None else _listed(v))] = None
    acts: Acts = Acts()
    context: Context = Context()
    terms: Terms = Terms()
    near: Literal["sentence", "passage", "article"] = "passage"
    about: Literal["front", "mention"] = "mention"
    weights: dict[str, float] = Field(default_factory=dict)
    alert: Alert | None = None

    @property
    def query_decides(self) -> bool:
        """Whether there is nothing but the query to judge by."""
        return self.query is not None and self.seeds is None and not self.sides

    @field_validator("seeds")
    @classmethod
    def _something_to_judge_by(cls, seeds: tuple[str, ...] | None, info: ValidationInfo) -> tuple[str, ...] | None:
        # A query that cannot be read is not among the data, and is reported already.
        if seeds is None and info.data.get("query", "") is None:
            raise ValueError("'seeds' is missing; add a line 'seeds: FOLDER', or 'query: WORDS'")
        return seeds

    @field_validator("context", "terms")
    @classmethod
    def _weighed(cls, terms: Any, info: ValidationInfo) -> Any:
        alone = info.data.get("query") is not None and info.data.get("seeds", "") is None
        own = terms.add if isinstance(terms, Terms) else terms.terms
        if alone and own and not info.data.get("sides"):
            raise ValueError(
                f"{own[0].term!r} weighs nothing where the query decides alone; write it into the query, or add "
                "'seeds: FOLDER'"
            )
        return terms

    @model_validator(mode="after")
    def _band(self) -> WatchConfig:
        if self.threshold is not None and self.near_miss is not None and self.near_miss > self.threshold:
            raise ValueError(f"near_miss {self.near_miss} is above threshold {self.threshold}; write a lower near_miss")
        return self

    @model_validator(mode="after")
    def _alert_above(self) -> WatchConfig:
        if self.alert and self.threshold is not None and self.alert.threshold < self.threshold:
            raise ValueError(
                f"alert.threshold {self.alert.threshold} is under threshold {self.threshold}, from which articles "
                "match; write a higher alert.threshold"
            )
        return self

    @model_validator(mode="after")
    def _two_sides(self) -> WatchConfig:
        if self.sides and len(self.sides) == 1:
            only = next(iter(self.sides))
            raise ValueError(f"sides: '{only}' is the only side; add another, or put its terms under 'terms: require'")
        return self
