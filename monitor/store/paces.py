"""When each host may be asked next, for all processes that share a store together."""

from __future__ import annotations

import sqlalchemy as sa

from monitor.store import shared_tables
from monitor.store.rows import insert


def reserve(db: sa.Connection, host: str, delay: float) -> float:
    """Reserve the next start of a request to ``host``; in how many seconds it is. The one after is ``delay`` later."""
    table, now, apart = (
        shared_tables.host_paces,
        sa.func.clock_timestamp(),
        sa.func.make_interval(0, 0, 0, 0, 0, 0, delay),
    )
    # A start far ahead was stored while the clock of the database was wrong, or with a longer delay than there is now.
    waiting = sa.case((table.c.next_start > now + sa.text("interval '10 minutes'"), now), else_=table.c.next_start)
    statement = insert(db, table).values(host=host, next_start=now + apart)
    taken = statement.on_conflict_do_update(
        index_elements=["host"], set_={"next_start": sa.func.greatest(waiting, now) + apart}
    )
    start = sa.func.extract("epoch", table.c.next_start - apart - now)
    return max(0.0, float(db.execute(taken.returning(start)).scalar_one()))
