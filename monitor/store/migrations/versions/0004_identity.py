"""An address or an id may stand for several entries; what was read of an entry is remembered, to see it edited."""

import sqlalchemy as sa
from alembic import op

from monitor.store.column_types import UtcDateTime

revision = "0004"
down_revision = "0003"

ID = sa.Integer().with_variant(sa.BigInteger(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "entry_keys_2",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("entry_id", ID, sa.ForeignKey("entries.id"), nullable=False),
        sa.PrimaryKeyConstraint("key", "entry_id"),
    )
    op.execute("INSERT INTO entry_keys_2 (key, entry_id) SELECT key, entry_id FROM entry_keys")
    op.drop_table("entry_keys")
    op.rename_table("entry_keys_2", "entry_keys")
    op.create_index("ix_entry_keys_entry_id", "entry_keys", ["entry_id"], unique=False)
    op.add_column("entries", _text("guid", ""))
    op.add_column("entries", _text("fingerprint", ""))
    op.add_column("entries", sa.Column("taken", UtcDateTime(), nullable=True))
    op.add_column("articles", _text("published_from", ""))
    op.add_column("articles", _text("dates", "[]"))
    op.add_column("articles", sa.Column("text_key", sa.Text(), nullable=True))
    op.create_index("ix_articles_text_key", "articles", ["text_key"], unique=False)
    op.add_column("feeds", _text("skipped", "{}"))


def _text(name: str, default: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default=default)
