"""The tables by which processes share a store. An SQLite store has them, too, and they stay empty there."""

from __future__ import annotations

import sqlalchemy as sa

from monitor.store.schema import metadata

leases = sa.Table(  # see `monitor.store.leases`
    "leases",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("until", sa.DateTime(timezone=True), nullable=False),
)

host_paces = sa.Table(  # when each host may be asked next
    "host_paces",
    metadata,
    sa.Column("host", sa.Text, primary_key=True),
    sa.Column("next_start", sa.DateTime(timezone=True), nullable=False),
)
