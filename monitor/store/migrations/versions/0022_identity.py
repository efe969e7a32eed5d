"""The id of a store, by which what it exports is told from what another exports; and how pages were fetched."""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    table = op.create_table("store_identity", sa.Column("id", sa.Text(), primary_key=True))
    op.bulk_insert(table, [{"id": str(uuid.uuid4())}])
    op.add_column("evidence", sa.Column("exchanges", sa.Text(), nullable=False, server_default="[]"))
