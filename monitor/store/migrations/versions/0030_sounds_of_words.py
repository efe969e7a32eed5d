"""The words of the search index by how they sound, so that a name is found in other letters."""

import sqlalchemy as sa
from alembic import op

from monitor.store import search_index, search_tables

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    text = search_tables.sounds.c.word.type
    op.create_table(
        "search_sounds",
        sa.Column("sound", text, primary_key=True),
        sa.Column("word", text, primary_key=True),
        sqlite_with_rowid=False,
    )
    db = op.get_bind()
    words = sa.select(search_tables.vocabulary.c.word)
    last = ""
    while found := list(db.scalars(words.where(search_tables.vocabulary.c.word > last).order_by("word").limit(10_000))):
        search_index.hear(db, found)
        last = found[-1]
