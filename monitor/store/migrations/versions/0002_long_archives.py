"""An index, so that what every poll looks up is found without reading an archive of years."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ANEW = sa.text("profile = ''")


def upgrade() -> None:
    """Add the index of articles that are to be judged anew."""
    op.create_index("matches_anew", "matches", ["watch", "article_id"], sqlite_where=ANEW, postgresql_where=ANEW)
