"""Indexes for a large store: entries by when they were first seen, and judgements of what could not be read."""

from alembic import op

from monitor.store.indexes import make_unread

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_index("entries_first_seen", "entries", ["first_seen"])
    make_unread(op.get_bind())
