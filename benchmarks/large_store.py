"""Seconds and memory of the commands that read a large store:  python -m benchmarks.large_store STATE

Make STATE with `poll_setup`, add a digest to its monitor.yaml, and fill it with `long_archive STATE 200000 25`, which
makes 10,000 stories.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

COMMANDS = (
    ("diff", "--since", "30d"),
    ("digest", "--dry-run"),
    ("stories", "--json"),
    ("articles", "--json"),
    ("deliveries",),
    ("suggest",),
)


def main() -> None:
    config = Path(sys.argv[1]) / "config"
    print("| command | seconds | of processor | memory at most |\n|---|---|---|---|")
    for command in COMMANDS:
        seconds, processor, memory = measured([sys.executable, "-m", "monitor", "--config", str(config), *command])
        print(f"| `{' '.join(command)}` | {seconds:.1f} | {processor:.1f} | {memory:.0f} MB |")


def measured(command: list[str]) -> tuple[float, float, float]:
    """Seconds, seconds of processor, and MB at most of a command that must end well."""
    begun = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} ended with {process.returncode}")
    return time.monotonic() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


if __name__ == "__main__":
    main()
