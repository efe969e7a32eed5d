"""Conversion between records and rows, and the statements that are faster than SQLAlchemy's own."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.compiler import SQLCompiler

from monitor.model import Article, Edition, Match, Receipt, Report, Suggestions
from monitor.store import schema
from monitor.text.urls import without_password

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

_NAMES = tuple[str, ...]
Record = TypeVar("Record")


class DamagedRowError(Exception):
    """A stored record cannot be decoded: the file was damaged. `Store` raises it as a StoreError."""


@cache
def _adapter(record: Any) -> TypeAdapter[Any]:
    """Made on first use: most polls read no record, and the four take twenty milliseconds."""
    return TypeAdapter(record)


def _read(record: Any, text: str) -> Any:
    try:
        return _adapter(record).validate_json(text)
    except ValueError as error:
        raise DamagedRowError(f"malformed record: {str(error).splitlines()[0]}") from error


CHUNK = 500  # values in one IN list; SQLite allows 32,766 parameters in a statement


def insert(db: sa.Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say ON CONFLICT on either database."""
    return insert_for(db.dialect, table)


def insert_for(dialect: sa.Dialect, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """`insert` for a caller that has only the dialect."""
    if dialect.name == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - 30 ms, for that database only

    return postgresql.insert(table)


def chunks(values: list[Any]) -> list[list[Any]]:
    """``values`` in lists of at most `CHUNK`, for IN."""
    return [values[i : i + CHUNK] for i in range(0, len(values), CHUNK)]


def one_of(
    db: sa.Connection, column: sa.ColumnElement[Any], values: Sequence[int] | Sequence[str]
) -> sa.ColumnElement[bool]:
    """``column IN values``, however many, as one parameter. Texts hold no NUL, at which SQLite would cut them."""
    if db.dialect.name == "sqlite":
        # As text: made of its parts, it leaves forty objects that hold one another each time, for the collector.
        given: sa.BindParameter[str] = sa.bindparam("given", json.dumps(values), unique=True)
        return column.in_(sa.text("SELECT value FROM json_each(:given)").bindparams(given))
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - as in `insert_for`

    return column == sa.any_(sa.literal(values, postgresql.ARRAY(column.type)))


def table_of(db: sa.Connection, values: Sequence[int] | Sequence[str]) -> sa.TableValuedAlias:
    """The values as a table with one column, ``value``."""
    if db.dialect.name == "sqlite":
        return sa.func.json_each(json.dumps(values, ensure_ascii=False)).table_valued("value")
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - as in `insert_for`

    kind: sa.types.TypeEngine[Any] = sa.Text() if values and isinstance(values[0], str) else sa.BigInteger()
    return (
        sa.func.unnest(sa.literal(values, postgresql.ARRAY(kind)))
        .table_valued(sa.column("value", kind))
        .render_derived()
    )


def new_ids(db: sa.Connection, table: sa.Table, count: int) -> list[int]:
    """``count`` ids, rising, for rows that this writing transaction is about to insert.

    Reading the ids back from an INSERT of many rows costs as much as the INSERT. Nobody else is given these ids: on
    SQLite one transaction writes at a time, and a sequence of PostgreSQL gives no number twice. There a higher one may
    be stored earlier.
    """
    if db.dialect.name == "sqlite":
        last = db.scalar(sa.select(sa.func.max(table.c.id))) or 0
        return list(range(last + 1, last + count + 1))
    # A sequence is not a transaction's: ids of one that is rolled back are skipped, never given twice.
    following = sa.func.nextval(sa.func.pg_get_serial_sequence(table.name, "id"))
    return sorted(db.scalars(sa.select(following).select_from(sa.func.generate_series(1, count))))


def columns_of(records: Sequence[object], names: Iterable[str]) -> dict[str, list[Any]]:
    """field name → its value in each record, for `execute_many`."""
    return {name: list(map(attrgetter(name), records)) for name in names}


Statement = Callable[[sa.Dialect], sa.Insert | sa.Update]


def execute_many(db: sa.Connection, statement: Statement, columns: Mapping[str, Sequence[Any]], **same: Any) -> None:
    """Execute a statement for each row, as ``db.execute(statement, rows)`` does, at a fraction of its cost.

    statement: a function of a module, not a closure, because its compiled form is cached under it. columns: parameter
    → its value for each row. same: parameters that all rows share. SQLAlchemy compiles the statement and converts the
    values, but it does not fill in the defaults of columns.
    """
    count = len(next(iter(columns.values())))
    if not count:
        return
    sql, parameters = _compiled(statement, (*columns, *same), db.dialect)
    values: list[Iterable[Any]] = []
    for name, convert in parameters:
        if name in same:
            values.append([convert(same[name]) if convert else same[name]] * count)
        else:
            values.append(map(convert, columns[name]) if convert else columns[name])
    # The driver's own executemany, because SQLAlchemy would build a dictionary for each row first.
    db.exec_driver_sql(sql, list(zip(*values, strict=True)))


@lru_cache(maxsize=64)
def _compiled(
    statement: Statement, names: tuple[str, ...], dialect: sa.Dialect
) -> tuple[str, list[tuple[str, Callable[[Any], Any] | None]]]:
    """The statement for the driver, and its parameters in order, each with its conversion to the driver's value."""
    compiled = statement(dialect).compile(dialect=dialect, column_keys=list(names))
    assert isinstance(compiled, SQLCompiler)
    order = compiled.positiontup
    assert order, "parameters are positional on either engine"
    types = {name: compiled.binds[name].type.dialect_impl(dialect) for name in order}
    return compiled.string, [(name, types[name].bind_processor(dialect)) for name in order]


# In the order of the record's fields, so that `to_article` can pass them on by position.
ARTICLE: tuple[sa.ColumnElement[Any], ...] = tuple(schema.articles.c[name] for name in Article.__dataclass_fields__)


# The same without what is long, for whoever reads thousands: the text is "".
ARTICLE_IN_BRIEF: tuple[sa.ColumnElement[Any], ...] = tuple(
    sa.literal("").label("text") if column.name == "text" else column for column in ARTICLE
)


# What many articles share: a database gives each row its own copy, a fifth of the memory of thousands in brief.
_SHARED = [
    at for at, each in enumerate(ARTICLE) if each.name in {"language", "feed_url", "source", "publisher", "kind"}
]


def to_article(row: Sequence[Any]) -> Article:
    """The article of a row whose first columns are `ARTICLE`."""
    values = list(row[: len(ARTICLE)])
    for at in _SHARED:
        values[at] = values[at] and sys.intern(values[at])
    article = Article(*values)
    # Earlier versions took the login of a feed over into the addresses of its articles.
    return replace(article, url=without_password(article.url)) if "@" in article.url else article


def receipt_json(receipt: Receipt) -> str:
    """A receipt as JSON text."""
    return _adapter(Receipt).dump_json(receipt).decode()


@lru_cache(maxsize=1024)
def names_json(names: tuple[str, ...]) -> str:
    """Ids as a JSON list. Cached: many articles share the same ids."""
    return json.dumps(names)


def edition_json(edition: Edition) -> str:
    """An edition as JSON text."""
    return _adapter(Edition).dump_json(edition).decode()


def to_edition(text: str) -> Edition:
    """The edition of its JSON text. Raises DamagedRowError."""
    edition: Edition = _read(Edition, _EARLIER_KINSHIP.sub(_kinship, text))
    return edition


# Earlier versions wrote whether a story is akin to another, and what makes it so, in two fields. Within a text the
# quotation marks are escaped, so nothing that an outlet wrote looks like this.
_EARLIER_KINSHIP = re.compile(r'"akin":(true|false)(?:,"akin_by":"(\w+)")?')


def _kinship(earlier: re.Match[str]) -> str:
    akin, by = earlier.groups()
    return f'"akin":"{by or "act"}"' if akin == "true" else '"akin":null'


def suggestions_json(found: Suggestions) -> str:
    """What is worth adding to a watch, as JSON text."""
    return _adapter(Suggestions).dump_json(found).decode()


def to_suggestions(text: str) -> Suggestions:
    """What is worth adding to a watch, of its JSON text. Raises DamagedRowError."""
    found: Suggestions = _read(Suggestions, text)
    return found


# In the order of the table, so that `to_match` can take them apart by position.
MATCH: tuple[sa.ColumnElement[Any], ...] = tuple(schema.matches.c)


# The same without what is long: there is no receipt.
MATCH_IN_BRIEF: tuple[sa.ColumnElement[Any], ...] = tuple(
    sa.null().label("receipt") if column.name == "receipt" else column for column in MATCH
)


def to_match(row: Sequence[Any]) -> Match:
    """The match of a row whose first columns are `MATCH`, or `MATCH_IN_BRIEF`: then its receipt is empty.

    Raises DamagedRowError.
    """
    _, watch, score, verdict, profile, _, _, receipt, entities, acts = row[: len(MATCH)]
    return Match(
        watch=sys.intern(watch),
        score=score,
        verdict=verdict,
        receipt=_without_reasons(profile) if receipt is None else _read(Receipt, receipt),
        entities=_names(entities),
        acts=_names(acts),
    )


@lru_cache(maxsize=16)
def _without_reasons(profile: str) -> Receipt:
    return Receipt(0.0, 0.0, profile)


@lru_cache(maxsize=1024)
def _names(text: str) -> tuple[str, ...]:
    """Ids of a JSON list. Cached: many articles share the same ids. Raises DamagedRowError."""
    found: tuple[str, ...] = _read(_NAMES, text)
    return found


_MATCHED, _JUDGED = (len(ARTICLE) + [each.name for each in MATCH].index(name) for name in ("matched", "judged"))


def to_report(row: Sequence[Any]) -> Report:
    """The report of a row that begins with `ARTICLE` and goes on with `MATCH`, each of them whole or in brief."""
    return Report(to_article(row), to_match(row[len(ARTICLE) :]), row[_MATCHED], row[_JUDGED])
