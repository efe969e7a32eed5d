"""The index of judgements by verdict holds their articles, too, so that lists and counts read no receipts."""

from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.drop_index("matches_verdict", "matches")
    op.create_index("matches_verdict", "matches", ["watch", "verdict", "matched", "article_id"])
