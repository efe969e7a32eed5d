"""Runs a command and prints what it and all processes it leaves behind took:  python benchmarks/family.py COMMAND...

One line of JSON: seconds of processor of the command itself and of the others (a fork server and its workers end after
it, and are adopted here, so that their time counts), seconds of wall, most memory in MB with shared pages counted once.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.memory import of_children

ADOPT = 36  # PR_SET_CHILD_SUBREAPER
EVERY = 0.1  # seconds between two looks at the memory


def main() -> None:
    ctypes.CDLL(None).prctl(ADOPT, 1, 0, 0, 0)
    begun, ended = time.monotonic(), threading.Event()
    most = 0.0
    output = os.open(os.devnull, os.O_WRONLY)
    first = os.posix_spawnp(
        sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, output, sys.stdout.fileno())]
    )

    def look() -> None:
        nonlocal most
        while not ended.wait(EVERY):
            most = max(most, of_children())

    threading.Thread(target=look, daemon=True).start()
    own = others = wall = 0.0
    status = 0
    while True:
        try:
            pid, code, used = os.wait4(-1, 0)
        except ChildProcessError:
            break
        if pid == first:
            own, status, wall = used.ru_utime + used.ru_stime, code, time.monotonic() - begun
        else:
            others += used.ru_utime + used.ru_stime
    ended.set()
    print(json.dumps({"own": own, "others": others, "wall": wall, "memory": most, "status": status}))


if __name__ == "__main__":
    main()
