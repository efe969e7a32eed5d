"""What a benchmark starts ends with it, however that ends."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

PARENT = """
import subprocess
from benchmarks.bound import BOUND_PYTHON
wait = "import signal; signal.alarm(120); print('begun', flush=True); signal.pause()"
subprocess.run([*BOUND_PYTHON, "-c", wait])
"""


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("setpriv"), reason="no setpriv: it is part of util-linux")
def test_a_process_ends_with_a_parent_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        assert parent.stdout.readline() == b"begun\n"
        parent.kill()
        # Both have this end of the pipe, so it ends when the other process has ended, too.
        said, _ = parent.communicate(timeout=60)
        assert said == b""
