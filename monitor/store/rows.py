"""Between records and rows: what every noun file needs."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from monitor.model import Article, Highlight, Match, Passage, Reason, Receipt
from monitor.store import schema

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
    return json.dumps(asdict(receipt), ensure_ascii=False, separators=(",", ":"))


def to_receipt(text: str) -> Receipt:
    data = json.loads(text)
    passages = tuple(
        Passage(p["text"], p["where"], tuple(Highlight(**h) for h in p["highlights"])) for p in data.pop("passages")
    )
    reasons = tuple(Reason(**r) for r in data.pop("reasons"))
    return Receipt(**data, reasons=reasons, passages=passages)


def to_match(row: Any) -> Match:
    values, table = row._mapping, schema.matches.c
    return Match(
        watch=values[table.watch],
        score=values[table.score],
        verdict=values[table.verdict],
        receipt=to_receipt(values[table.receipt]),
        entities=tuple(json.loads(values[table.entities])),
        acts=tuple(json.loads(values[table.acts])),
    )
