"""The id of a store: a UUID that is made with it, and by which its stories are told from those of another.

A copy has the id of its original, since it holds the same stories under the same numbers.
"""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa

from monitor.store.schema import metadata

identity = sa.Table("store_identity", metadata, sa.Column("id", sa.Text, primary_key=True))


@sa.event.listens_for(identity, "after_create")
def _named(table: sa.Table, connection: sa.Connection, **_: Any) -> None:
    connection.execute(table.insert().values(id=str(uuid.uuid4())))


def store_id(db: sa.Connection) -> str:
    """The id of this store."""
    return str(db.execute(sa.select(identity.c.id)).scalar_one())
