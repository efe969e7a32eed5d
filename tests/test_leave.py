"""The program leaves at once, and nothing that was to be done before is left out."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

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
