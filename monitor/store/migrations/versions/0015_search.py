"""The search index. What is stored already is indexed later, a part at a time (see `monitor.store.search_index`)."""

import sqlalchemy as sa
from alembic import op

from monitor.store import search_tables

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    number = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
    op.create_table(
        "search_documents",
        sa.Column("doc", number, primary_key=True, autoincrement=False),
        sa.Column("article_id", number, nullable=False, unique=True),
    )
    op.create_table("search_vocabulary", search_tables.vocabulary.c.word._copy(), sqlite_with_rowid=False)
    op.create_table(
        "search_state",
        sa.Column("id", number, primary_key=True),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("below", number, nullable=False),
    )
    search_tables.make(op.get_bind())
    op.execute("INSERT INTO search_state (id, version, below) SELECT 1, '', coalesce(max(id), 0) + 1 FROM articles")
