"""What several processes need to share the work: jobs of Procrastinate, leases, paces of hosts, numbers of claims."""

import sqlalchemy as sa
from alembic import op

from monitor.store.indexes import make_waiting
from monitor.store.jobs import make_tables

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("feeds", sa.Column("claim", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "host_paces",
        sa.Column("host", sa.Text(), primary_key=True),
        sa.Column("next_start", sa.DateTime(timezone=True), nullable=False),
    )
    make_waiting(op.get_bind())
    make_tables(op.get_bind())
