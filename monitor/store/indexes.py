"""Indexes that a large store needs, beside those that stand with their tables."""

from __future__ import annotations

import sqlalchemy as sa

from monitor.model import UNREAD
from monitor.store import schema

# The host of an entry's page and its port, without a login; `monitor.store.entries.page_host` reads the same.
HOST = "coalesce(substring(link from '^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?([^/?#]*)'), '')"
_FINDS = {"sqlite": "instr", "postgresql": "strpos"}


def says_unread(dialect: str, table: str = "matches.") -> sa.TextClause:
    """Whether the receipt of a judgement says that the article could not be read, or not well.

    In literal text, because SQLite uses the partial index for no other. The whole key and value is looked for, which no
    text within the JSON can hold: its quotation marks are escaped there.
    """
    signs = (f"""{_FINDS[dialect]}({table}receipt, '"kind"\\:"{kind}"') > 0""" for kind in UNREAD)
    return sa.text(f"({' OR '.join(signs)})")


ENTRIES_SEEN = sa.Index("entries_first_seen", schema.entries.c.first_seen)


def make_unread(db: sa.Connection) -> None:
    """Make the index of judgements of what could not be read; its condition is another on each database."""
    where = says_unread(db.dialect.name, "")
    db.execute(sa.text(f"CREATE INDEX matches_unread ON matches (article_id) WHERE {where.text}"))


@sa.event.listens_for(schema.matches, "after_create")
def _make_unread(_target: object, connection: sa.Connection, **_: object) -> None:
    make_unread(connection)


def make_waiting(db: sa.Connection) -> None:
    """Make the index of entries that wait for their article, by the host of their page, as jobs ask for them."""
    if db.dialect.name == "postgresql":
        db.exec_driver_sql(f"CREATE INDEX entries_waiting ON entries (({HOST})) WHERE state <> 'done'")


@sa.event.listens_for(schema.entries, "after_create")
def _make_waiting(_target: object, connection: sa.Connection, **_: object) -> None:
    make_waiting(connection)
