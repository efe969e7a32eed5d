"""When an article was last judged, and which reports a person took out of a story so that they stay by themselves."""

import sqlalchemy as sa
from alembic import op

from monitor.store.column_types import UtcDateTime

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("matches", sa.Column("judged", UtcDateTime()))
    op.add_column("story_pins", sa.Column("alone", sa.Boolean(), nullable=False, server_default=sa.false()))
    # A split pinned its reports at the moment at which it kept the two stories apart.
    op.execute(
        "UPDATE story_pins SET alone = true WHERE EXISTS (SELECT 1 FROM story_splits AS s"
        " WHERE s.other = story_pins.story_id AND s.said = story_pins.said)"
    )
