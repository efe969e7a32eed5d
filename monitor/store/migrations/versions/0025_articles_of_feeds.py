"""Articles by their feed, so that those of one are listed without reading all."""

from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.create_index("articles_feed", "articles", ["feed_url", "id"])
