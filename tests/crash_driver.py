"""Kills a service at each step between composing an edition and recording its deliveries, one step at a time.

Run as `python -m tests.crash_driver FOLDER PORT`; prints the name of each step. For each, a fork publishes an edition
to two recipients of its own and ends itself with SIGKILL there; another fork takes over ten minutes later.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import aiosmtplib
import sqlalchemy as sa

from monitor.deliver.email import session as email
from monitor.deliver.email.send import EmailChannel
from monitor.deliver.smtp import SmtpSettings
from monitor.digest.enrich import Context
from monitor.digest.publisher import PublishSettings
from monitor.render.templates import Templates, load_templates
from tests.desk import MAX_AGE, START, Desk, PlainPublisher, daily, fast


class Steps:
    """Counts what is about to happen, and ends the process before the ``last``."""

    def __init__(self, last: int, said: int) -> None:
        self.count, self.last, self.said = 0, last, said

    def __call__(self, name: str) -> None:
        self.count += 1
        if self.count == self.last:
            os.write(self.said, f"{name}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, engine: sa.Engine) -> None:
        """Steps are: each statement that writes, each commit, each word to the mail server and its last answer."""

        def statement(*arguments: Any) -> None:
            words = str(arguments[2]).split()
            if words[0] in ("INSERT", "UPDATE", "DELETE"):
                self(f"{words[0]} {words[2] if words[0] == 'INSERT' else words[1]}")

        sa.event.listen(engine, "before_cursor_execute", statement)
        sa.event.listen(engine, "commit", lambda _: self("commit"))
        smtp: Any = aiosmtplib.SMTP
        command, data = smtp.execute_command, smtp.data

        async def said(client: Any, *words: bytes, **more: Any) -> Any:
            self(words[0].decode())
            return await command(client, *words, **more)

        async def handed(client: Any, *arguments: Any, **more: Any) -> Any:
            self("DATA")
            answer = await data(client, *arguments, **more)
            self("accepted")
            return answer

        smtp.execute_command, smtp.data = said, handed


def publish(path: Path, number: int, smtp: SmtpSettings, templates: Templates, steps: Steps | None) -> None:
    """What a service does at the hour; without ``steps`` one that takes over."""
    desk = Desk(fast(path), now=START + timedelta(days=1))
    if steps:
        steps.watch(desk.store.engine)
    else:
        desk.forward(minutes=10)
    channel = EmailChannel(smtp, (f"one-{number}@desk.example", f"two-{number}@desk.example"))
    settings = PublishSettings((daily(),), {"w": "Watch"}, Context(()), {"daily": [channel]}, templates, MAX_AGE)
    publisher = PlainPublisher(desk.store, settings, lambda: desk.now)

    async def ticks() -> None:
        await publisher.publish_due()
        await publisher.deliver_due()

    asyncio.run(ticks())


def forked(work: Any, *arguments: Any) -> int:
    """Runs it in a process of its own; how that ended."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    try:
        work(*arguments)
    except BaseException as error:
        os.write(2, f"{error!r}\n".encode())
        os._exit(1)
    os._exit(0)


def main(folder: Path, port: int) -> None:
    start = folder / "start.db"
    desk = Desk(fast(start))
    desk.publisher().due()
    desk.arrive()
    desk.group()
    with desk.store.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    desk.store.close()
    smtp, templates = SmtpSettings("127.0.0.1", port, timeout=5, sender="monitor@desk.example"), load_templates()
    email.tls_context = cache(email.tls_context)  # reading the system's certificates takes longer than all the rest
    email.tls_context(smtp)
    for number in range(1, 200):
        path = folder / f"{number}.db"
        path.write_bytes(start.read_bytes())
        ended = forked(publish, path, number, smtp, templates, Steps(number, 1))
        if os.WIFEXITED(ended):
            sys.exit(os.waitstatus_to_exitcode(ended))  # it came through: there is no such step
        assert os.WTERMSIG(ended) == signal.SIGKILL
        if forked(publish, path, number, smtp, templates, None):
            sys.exit(f"what took over after step {number} failed")
    sys.exit("no end of steps")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
