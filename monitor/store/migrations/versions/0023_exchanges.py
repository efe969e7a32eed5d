"""How a page was fetched: the headers of each request and its answer."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.add_column("evidence", sa.Column("exchanges", sa.Text(), nullable=False, server_default="[]"))
