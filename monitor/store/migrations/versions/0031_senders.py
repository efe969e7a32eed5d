"""Which process sends a delivery, so that what one that was killed had begun is sent by the next at once."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("sender", sa.Text))
