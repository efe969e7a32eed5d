"""Between records and rows: what every noun file needs."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects import postgresql, sqlite

from monitor.model import Article, Edition, Match, Receipt
from monitor.store import schema

_RECEIPT = TypeAdapter(Receipt)
_EDITION = TypeAdapter(Edition)
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
    return _EDITION.validate_json(text)


def to_match(row: Any) -> Match:
    values, table = row._mapping, schema.matches.c
    return Match(
        watch=values[table.watch],
        score=values[table.score],
        verdict=values[table.verdict],
        receipt=_RECEIPT.validate_json(values[table.receipt]),
        entities=tuple(json.loads(values[table.entities])),
        acts=tuple(json.loads(values[table.acts])),
    )
