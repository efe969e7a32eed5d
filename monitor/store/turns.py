"""The lock of PostgreSQL that makes writers wait for each other, as SQLite's own does.

It is an advisory lock (PostgreSQL manual, 13.3.5) that ends with its transaction, so a process that is killed blocks
nobody, and it works behind a pooler. What lasts longer than a transaction has a lease: `monitor.store.leases`.
"""

from __future__ import annotations

import sqlalchemy as sa

WRITING = 4_025_001  # any number that no other program uses in this database
LONGEST = 300  # seconds a statement may take
NO_LIMIT = 0


def one_writer(connection: sa.Connection, patience: int, pause: int, longest: int = LONGEST) -> None:
    """Wait, at most ``patience`` seconds, until no other transaction writes. Raises sqlalchemy's DBAPIError after that.

    It gives PostgreSQL what BEGIN IMMEDIATE gives SQLite: what a writer has read is still so when it writes. A writer
    that says nothing for ``pause`` seconds, because its process is frozen or its machine gone, loses its transaction.
    """
    if connection.dialect.name == "postgresql":
        limits = {"lock_timeout": patience, "idle_in_transaction_session_timeout": pause, "statement_timeout": longest}
        # In one message, and for this transaction alone: behind a pooler the next one may be another program's.
        settings = "".join(f"SET LOCAL {name} = '{seconds}s'; " for name, seconds in limits.items())
        connection.exec_driver_sql(f"{settings}SELECT pg_advisory_xact_lock({WRITING})")
