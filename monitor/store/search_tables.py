"""The tables of the search index. What holds the words has a form of its own on each database.

`search_words` is a full-text table of SQLite (FTS5) that keeps no text, and on PostgreSQL a table of arrays under a GIN
index. SQLAlchemy describes neither, so both are made and dropped by statements of their own.
"""

from __future__ import annotations

import sqlalchemy as sa

from monitor.store import schema

_number = sa.Integer().with_variant(sa.BigInteger(), "postgresql")

documents = sa.Table(  # the articles in the index, numbered by when they count as published
    "search_documents",
    schema.metadata,
    sa.Column("doc", _number, primary_key=True, autoincrement=False),
    sa.Column("article_id", _number, nullable=False, unique=True),
)

vocabulary = sa.Table(  # every word of the index, and some that were
    "search_vocabulary",
    schema.metadata,
    sa.Column("word", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), primary_key=True),
    sqlite_with_rowid=False,
)

sounds = sa.Table(  # the words of the vocabulary that may be names, by their consonants (`monitor.text.sound_key`)
    "search_sounds",
    schema.metadata,
    sa.Column("sound", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), primary_key=True),
    sa.Column("word", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), primary_key=True),
    sqlite_with_rowid=False,
)

state = sa.Table(  # one row: by which folding the words were made, and how far an older archive is indexed
    "search_state",
    schema.metadata,
    sa.Column("id", _number, primary_key=True),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("below", _number, nullable=False),  # articles with a lower id may still have to be indexed
)

# Words are told apart by our own folding: "ascii" ends a word at a blank and at no letter of any script. On PostgreSQL
# a word is a number of four bytes: two that share one cost a look at a text, and an article takes half the room.
_MADE = {
    "sqlite": ("CREATE VIRTUAL TABLE search_words USING fts5(words, content='', columnsize=0, tokenize='ascii')",),
    "postgresql": (
        "CREATE TABLE search_words (doc bigint PRIMARY KEY, words integer[] NOT NULL)",
        "CREATE INDEX search_words_words ON search_words USING gin (words)",
    ),
}


def make(db: sa.Connection) -> None:
    """Make what holds the words."""
    for statement in _MADE[db.dialect.name]:
        db.exec_driver_sql(statement)


def _make(_target: object, connection: sa.Connection, **_: object) -> None:
    make(connection)


def _drop(_target: object, connection: sa.Connection, **_: object) -> None:
    connection.exec_driver_sql("DROP TABLE search_words")


sa.event.listen(documents, "after_create", _make)
sa.event.listen(documents, "after_drop", _drop)
