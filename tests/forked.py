"""Commands of the program as processes of their own, forked from one that has loaded it: loading takes a second each.

`Forked` is the end of the tests; the other is this file as a program.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from select import select
from types import TracebackType

TOP = Path(__file__).parents[1]
PATIENCE = 120.0  # seconds for a command


class Forked:
    """Runs commands with the environment that a test has set, one at a time. before: what the program is run with."""

    def __init__(self, before: Sequence[str] = ()) -> None:
        self._server = subprocess.Popen(
            [*before, sys.executable, "-m", "tests.forked"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=TOP
        )

    def __enter__(self) -> Forked:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.communicate()

    def run(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        """``monitor`` with these arguments, as `subprocess.run` with captured output gives it."""
        assert self._server.stdin
        assert self._server.stdout
        given = list(map(str, arguments))
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            files = [f"/proc/{os.getpid()}/fd/{each.fileno()}" for each in (out, err)]
            self._server.stdin.write(json.dumps([given, dict(os.environ), str(Path.cwd()), files]).encode() + b"\n")
            self._server.stdin.flush()
            if not select([self._server.stdout], [], [], PATIENCE)[0]:
                self._server.kill()
                raise AssertionError(f"{given} does not end")
            status = int(self._server.stdout.readline())
            return subprocess.CompletedProcess(given, status, *(_all_of(each.fileno()) for each in (out, err)))


def _all_of(file: int) -> str:
    return os.pread(file, os.fstat(file).st_size, 0).decode()


def _serve() -> None:
    """Forks for each line of standard input, and says how the process ended."""
    import click  # noqa: PLC0415 - in the server alone

    from monitor.cli import cli  # noqa: PLC0415 - as above

    context = click.Context(cli)
    for name in cli.list_commands(context):
        cli.get_command(context, name)
    for line in sys.stdin:
        arguments, environment, folder, files = json.loads(line)
        if not (child := os.fork()):
            _become(environment, folder, files)
            sys.argv = ["monitor", *arguments]
            from monitor.__main__ import main  # noqa: PLC0415 - as above

            main()
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _become(environment: dict[str, str], folder: str, files: Sequence[str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, file in enumerate(files, 1):
        os.dup2(os.open(file, os.O_WRONLY), number)


if __name__ == "__main__":
    _serve()
