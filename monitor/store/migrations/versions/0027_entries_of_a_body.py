"""How many entries the last body of a feed had, and how many of them were taken."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.add_column("feeds", sa.Column("entries", sa.Text(), nullable=False, server_default="{}"))
