"""What all answers share: how they are written, what an address may ask, and the pages of a list."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

from monitor.config import Config
from monitor.errors import MonitorError

Item = TypeVar("Item")
Place = TypeVar("Place", bound=tuple[Any, ...])
LARGEST = 2**31 - 1  # a number that a row can have; a database refuses larger ones
LARGEST_DOC = 2**62
LEAST, MOST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_RFC3339 = r"^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:\d{2})$"


class Doc(int):
    """The number of an article in the search index, larger than that of a row."""


SENT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
"""Of a model of what is sent as JSON. JSON has types, so no value stands for one of another: true is not 1."""


class UnknownError(MonitorError):
    """There is nothing with the name or number that was asked for."""


class AskedWronglyError(MonitorError):
    """What was asked for cannot be read: a cursor, a query. The text says what to write."""


class Answer(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(frozen=True, serialize_by_alias=True, validate_by_name=True, from_attributes=True)

    def document(self) -> dict[str, Any]:
        """The answer as JSON values."""
        return self.model_dump(mode="json")


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _moment(given: object) -> object:
    """Only what RFC 3339 allows: a number is no time, and a time without a zone is several."""
    if isinstance(given, str) and not re.fullmatch(_RFC3339, given):
        raise ValueError("write a time with its offset, such as 2026-11-21T07:00:00+03:00")
    return given


def _within(moment: datetime) -> datetime:
    """Before the first and after the last time that anything can have, one time is as good as another."""
    naive = moment.replace(tzinfo=None)
    if naive <= LEAST.replace(tzinfo=None):
        return LEAST
    return MOST if naive >= MOST.replace(tzinfo=None) else moment.astimezone(UTC)


_TIME = WithJsonSchema({"type": "string", "format": "date-time"})
Stamp = Annotated[datetime, PlainSerializer(_written, return_type=str), _TIME]
"""A time of an answer: RFC 3339 with an offset, in whole seconds."""
Moment = Annotated[datetime, BeforeValidator(_moment), AfterValidator(_within), _TIME]
"""A time that is asked for."""
Word = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00]*$")]
"""A text that is asked for. No text in a store holds NUL."""
Number = Annotated[int, Field(ge=1, le=LARGEST)]
"""The number of a story, an article, an edition or a decision."""


class Slice(BaseModel):
    """Which part of a list is asked for."""

    model_config = ConfigDict(extra="forbid")

    cursor: Annotated[
        str,
        Field(max_length=600, pattern=r"^[\w-]*$", description="`next` of the page before; empty for the first page"),
    ] = ""
    limit: Annotated[int, Field(ge=1, le=100, description="how many at most")] = 25


class Page(Answer, Generic[Item]):
    """A page of a list. next: the cursor of the page after it, null on the last."""

    items: list[Item]
    next: str | None


def known_watch(config: Config, watch: str) -> str | None:
    """The watch, None for "". Raises UnknownError for one that the configuration does not have."""
    if watch and watch not in config.watches:
        there = f"; there are: {', '.join(config.watches)}" if config.watches else ""
        raise UnknownError(f"no watch is called {watch!r}{there}")
    return watch or None


def paged(name: str, places: Sequence[Place], limit: int) -> tuple[Sequence[Place], str | None]:
    """The first ``limit`` places of the list ``name``, and the cursor after them where there are more.

    places: the values that the list is sorted by, of one row more than are to be shown.
    """
    return places[:limit], to_cursor(name, *places[limit - 1]) if len(places) > limit else None


def to_cursor(name: str, *place: Any) -> str:
    """A place in the list ``name``, for an address."""
    text = json.dumps([name, *(each.isoformat() if isinstance(each, datetime) else each for each in place)])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def of_cursor(name: str, cursor: str, *kinds: type) -> Any:
    """The tuple that `to_cursor` wrote, None for "". Raises AskedWronglyError for any other text.

    kinds: of the values: int (the number of a row), `Doc` (that of a search index), str or datetime.
    """
    if not cursor:
        return None
    try:
        read = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True))
        own, *place = read if isinstance(read, list) else [None]
        if own != name or len(place) != len(kinds):
            raise ValueError
        return tuple(_value(value, kind) for value, kind in zip(place, kinds, strict=True))
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error) as error:
        text = "the cursor is none of this list; take `next` of the page before, or leave it out for the first page"
        raise AskedWronglyError(text) from error


def _value(value: object, kind: type) -> Any:
    if kind is datetime and isinstance(value, str):
        found = datetime.fromisoformat(value)
        if found.tzinfo is None:
            raise ValueError
        return _within(found)
    if not isinstance(value, str if kind is str else int) or isinstance(value, bool):
        raise ValueError
    if isinstance(value, int) and not 0 <= value <= (LARGEST if kind is int else LARGEST_DOC):
        raise ValueError
    return value.replace("\0", "") if isinstance(value, str) else value
