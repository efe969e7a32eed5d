"""Between records and rows: what every noun file needs."""

from __future__ import annotations

from typing import Any, TypeVar

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects import postgresql, sqlite

from monitor.model import Article, Edition, Match, Receipt
from monitor.store import schema

_RECEIPT = TypeAdapter(Receipt)
_EDITION = TypeAdapter(Edition)
_NAMES = TypeAdapter(tuple[str, ...])
Record = TypeVar("Record")


class DamagedRowError(Exception):
    """A stored record is not what this program writes: the file was damaged. The store makes a StoreError of it."""


def _read(adapter: TypeAdapter[Record], text: str) -> Record:
    try:
        return adapter.validate_json(text)
    except ValueError as error:
        raise DamagedRowError(f"malformed record: {str(error).splitlines()[0]}") from error


CHUNK = 500  # values in one IN list; SQLite allows 32,766 in a statement


def insert(db: sa.Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say ON CONFLICT on either database."""
    return sqlite.insert(table) if db.dialect.name == "sqlite" else postgresql.insert(table)


def chunks(values: list[Any]) -> list[list[Any]]:
    return [values[i : i + CHUNK] for i in range(0, len(values), CHUNK)]


def article_row(article: Article, url_key: str) -> dict[str, Any]:
    row = {name: getattr(article, name) for name in Article.__dataclass_fields__ if name != "id"}
    return row | {"url_key": url_key}


def to_article(row: Any) -> Article:
    values = row._mapping
    return Article(**{name: values[schema.articles.c[name]] for name in Article.__dataclass_fields__})


def receipt_json(receipt: Receipt) -> str:
    return _RECEIPT.dump_json(receipt).decode()


def edition_json(edition: Edition) -> str:
    return _EDITION.dump_json(edition).decode()


def to_edition(text: str) -> Edition:
    return _read(_EDITION, text)


def to_match(row: Any) -> Match:
    values, table = row._mapping, schema.matches.c
    return Match(
        watch=values[table.watch],
        score=values[table.score],
        verdict=values[table.verdict],
        receipt=_read(_RECEIPT, values[table.receipt]),
        entities=_read(_NAMES, values[table.entities]),
        acts=_read(_NAMES, values[table.acts]),
    )
