"""The program leaves at once, and nothing that was to be done before is left out."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.workers.isolated import isolated

BEGIN = "from monitor.cli import leave; import atexit, sys; atexit.register(print, 'at the end'); print('done'); "


@pytest.mark.parametrize(
    ("ends", "status", "output"),
    [
        ("leave.with_status(3)", 3, "done\nat the end\n"),
        ("leave.with_status(0); sys.exit(0)", 0, "done\nat the end\n"),
        ("sys.exit(4)", 4, "done\nat the end\nobject taken apart\n"),
        ("raise ValueError", 1, "done\nat the end\nobject taken apart\n"),
    ],
)
def test_what_was_written_and_registered_is_done(ends: str, status: int, output: str) -> None:
    left = "class Left:\n    def __del__(self): print('object taken apart')\nleft = Left()\n"
    done = subprocess.run([sys.executable, "-c", left + BEGIN + ends], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (status, output)
    assert ("ValueError" in done.stderr) == (status == 1)


def test_a_reader_that_has_gone_is_told_as_ever() -> None:
    code = f"{BEGIN} leave.with_status(0)"
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=buffered
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert b"BrokenPipeError" in process.stderr.read()
    assert process.returncode == 120


Configure = Callable[..., Path]

# At one of its imports, Ctrl-C or no memory: the same moment on any machine. What comes before `main` is Python's own.
AT = """
import signal, sys
left = int(sys.argv.pop(1))
fault = sys.argv.pop(1)

def look(event, given):
    global left
    if event != "import" or left < 0:
        return
    left -= 1
    if left < 0 and fault in ("SIGINT", "SIGTERM"):
        signal.raise_signal(getattr(signal, fault))
    elif left < 0:
        raise MemoryError

from monitor.__main__ import main
sys.addaudithook(look)
main()
"""


def at(moment: int, fault: str, *command: str) -> tuple[int, list[str]]:
    """The status and the lines on standard error of a command that met ``fault`` at this one of its imports."""
    done = subprocess.run(
        [sys.executable, "-c", AT, str(moment), fault, *command],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,  # a service that has come past that moment would run on
    )
    return done.returncode, done.stderr.split("\n")


@pytest.mark.slow
@pytest.mark.parametrize("command", ["stories", "run", "poll", "score"])
@pytest.mark.parametrize("moment", [0, 7, 60, 150, 300, 450])
def test_an_interruption_at_any_moment_of_the_start_is_one_line(
    command: str, moment: int, configure: Configure
) -> None:
    status, lines = at(moment, "SIGINT", "--config", str(configure("http://127.0.0.1:9/feed.xml")), command)
    assert (status, [line for line in lines if line]) == (130, ["monitor: interrupted"])


@pytest.mark.slow
@pytest.mark.parametrize("moment", [0, 60, 300, 600, 800])
def test_a_service_that_is_stopped_before_it_is_ready_says_so(moment: int, configure: Configure) -> None:
    status, lines = at(moment, "SIGTERM", "--config", str(configure("http://127.0.0.1:9/feed.xml")), "run")
    assert status == -signal.SIGTERM, "what a supervisor takes for a clean stop"
    assert [line for line in lines if line][-1:] == [
        "monitor: stopped by SIGTERM; the next start goes on from what is stored"
    ]


@pytest.mark.slow
@pytest.mark.parametrize("moment", [0, 7, 60, 150, 300, 450])
def test_no_memory_at_the_start_is_one_line(moment: int, configure: Configure) -> None:
    status, lines = at(moment, "memory", "--config", str(configure("http://127.0.0.1:9/feed.xml")), "run")
    assert (status, len(lines)) == (1, 2)
    assert "no memory" in lines[0]


@pytest.mark.parametrize(
    "error", [MemoryError(), OSError(errno.ENOMEM, "no memory"), RuntimeError("can't start new thread")]
)
def test_a_part_that_met_no_memory_says_so_in_one_line(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    with isolated("poll") as outcome:
        raise error
    [line] = caplog.records
    assert line.exc_info is None
    assert line.getMessage() == f"poll: {outcome.reason}; it will be tried again"
    assert "no memory" in outcome.reason


def test_a_fault_of_ours_keeps_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    with isolated("poll"):
        raise RuntimeError("dictionary changed size")
    assert caplog.records[0].exc_info
