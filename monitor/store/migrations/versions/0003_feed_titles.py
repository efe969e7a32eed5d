"""A feed's own title, by which it goes where nobody named it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("feeds", sa.Column("title", sa.Text(), nullable=False, server_default=""))
