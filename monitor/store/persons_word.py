"""What a person said of an article, its marks and the stories it was put into, goes along with its versions."""

from __future__ import annotations

import sqlalchemy as sa

from monitor.store import schema

_SAID = ((schema.marks, schema.marks.c.marked), (schema.story_pins, schema.story_pins.c.said))  # (table, when)


def carry(db: sa.Connection, article_id: int, version: int) -> None:
    """Of a version of an article a person said what they said of the article: they meant the report."""
    for table, _ in _SAID:
        same = [column for column in table.c if column.name != "article_id"]
        said = sa.select(sa.literal(version), *same).where(table.c.article_id == article_id)
        db.execute(table.insert().from_select(["article_id", *(column.name for column in same)], said))


def carry_back(db: sa.Connection, article_id: int, version: int) -> None:
    """A version that is taken back loses what it had from its article, and keeps what a person said of itself."""
    for table, when in _SAID:
        other = table.alias()
        of_article = sa.and_(
            other.c.article_id == article_id, other.c.watch == table.c.watch, other.c[when.name] == when
        )
        db.execute(table.delete().where(table.c.article_id == version, sa.exists().where(of_article)))
