"""Types of columns: times in UTC, and dates that were seen. Times go in and come out as aware datetimes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import MISSING, astuple, fields
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from monitor.model import Exchange, SeenDate


class _SqliteTime(sqlite.DATETIME):
    """Times in SQLAlchemy's own text form for SQLite, at a third of its cost: most rows hold several times."""

    def bind_processor(self, dialect: Any) -> Callable[[datetime | None], str | None]:
        return lambda value: value.replace(tzinfo=None).isoformat(" ", "microseconds") if value else None


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware datetime, stored in UTC. Raises ValueError for a naive one, which is a bug."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> sa.types.TypeEngine[Any]:
        """The column type of this database."""
        return _SqliteTime() if dialect.name == "sqlite" else super().load_dialect_impl(dialect)  # type: ignore[no-untyped-call]

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """The value as it is stored. Raises ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime reached the store")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """The stored value, aware and in UTC."""
        return value if value is None or value.tzinfo is UTC else value.astimezone(UTC)

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[Any], datetime | None] | None:
        """What makes a value of the driver's: of a text of SQLite in one step, as lists hold thousands of times."""
        if dialect.name == "sqlite":
            return lambda text: datetime.fromisoformat(text + "+00:00") if text else None
        return super().result_processor(dialect, coltype)


class SeenDates(sa.types.TypeDecorator[tuple[SeenDate, ...]]):
    """Dates that were seen, as a JSON list of objects with the fields of `SeenDate`."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: tuple[SeenDate, ...] | None, dialect: Any) -> str:
        """The value as it is stored."""
        return dates_json(value or ())

    def process_result_value(self, value: str | None, dialect: Any) -> tuple[SeenDate, ...]:
        """The stored value."""
        return () if not value or value == "[]" else tuple(map(_seen_date, json.loads(value)))


@lru_cache(maxsize=2048)  # an entry and its article have the same, and both are stored
def dates_json(dates: tuple[SeenDate, ...]) -> str:
    """Dates that were seen, as JSON text. Most fields of most dates have their defaults, which are not written."""
    return json.dumps([_row(seen) for seen in dates]) if dates else "[]"


def _row(seen: SeenDate) -> dict[str, Any]:
    row: dict[str, Any] = {"evidence": seen.evidence, "moment": seen.moment and seen.moment.isoformat()}
    for name, default in _DATE_DEFAULTS:
        if (value := getattr(seen, name)) != default:
            row[name] = value
    return row


def _seen_date(row: dict[str, Any]) -> SeenDate:
    if row["moment"]:
        row["moment"] = datetime.fromisoformat(row["moment"])
    return SeenDate(**row)


class Exchanges(sa.types.TypeDecorator[tuple[Exchange, ...]]):
    """Requests and answers without their bodies, as a JSON list of the values of `Exchange`."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: tuple[Exchange, ...] | None, dialect: Any) -> str:
        """The value as it is stored."""
        return json.dumps([astuple(each) for each in value or ()])

    def process_result_value(self, value: str | None, dialect: Any) -> tuple[Exchange, ...]:
        """The stored value."""
        return tuple(_exchange(*row) for row in json.loads(value or "[]"))


def _exchange(url: str, asked: Any, version: str, status: int, reason: str, answered: Any) -> Exchange:
    return Exchange(url, tuple(map(tuple, asked)), version, status, reason, tuple(map(tuple, answered)))


_DATE_DEFAULTS = tuple((each.name, each.default) for each in fields(SeenDate) if each.default is not MISSING)
