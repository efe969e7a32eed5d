"""Where the transcript of a podcast stands."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.add_column("entries", sa.Column("transcript", sa.Text(), nullable=False, server_default=""))
