"""When a cited page was first found missing: it is gone when it is so once more, hours later."""

import sqlalchemy as sa
from alembic import op

from monitor.store.column_types import UtcDateTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("evidence", sa.Column("missing_since", UtcDateTime(), nullable=True))
