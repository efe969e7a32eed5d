"""What a feed gave as the date of an entry stays with it until its page was read."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("entries", sa.Column("dates", sa.Text(), nullable=False, server_default="[]"))
