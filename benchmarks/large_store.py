"""Seconds and memory of the commands that read a large store:  python -m benchmarks.large_store STATE [OTHER STATE]

Make STATE with `poll_setup`, add a digest to its monitor.yaml, and fill it with `long_archive STATE 200000 25`, which
makes 10,000 stories. OTHER: a folder with the build to compare with, such as a clone at a tag, and the STATE that its
own `long_archive` has filled. Then the two builds run in turn, and ratios are of the processor's time.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parents[1]
TIMES = 3
COMMANDS = (
    ("diff", "--since", "30d"),
    ("digest", "--dry-run"),
    ("stories", "--json"),
    ("articles", "--json"),
    ("deliveries",),
    ("suggest",),
)


def main() -> None:
    state, *given = (Path(each).resolve() for each in sys.argv[1:])
    builds = {HERE: state, given[0]: given[1]} if given else {HERE: state}
    print("| command | seconds | of processor | memory at most |" + (" ratio |" if given else ""))
    print("|---|---|---|---|" + ("---|" if given else ""))
    with tempfile.TemporaryDirectory() as caches:
        for command in COMMANDS:
            runs = [
                [_run(build, builds[build], Path(caches), command) for build in builds]
                for _ in range(TIMES + 1 if given else 1)
            ][-TIMES:]  # the first of several fills the caches
            each = [tuple(map(statistics.median, zip(*of, strict=True))) for of in zip(*runs, strict=True)]
            shown = [", ".join(f"{of[at]:.{places}f}" for of in each) for at, places in ((0, 1), (1, 2), (2, 0))]
            ratio = f" {each[0][1] / each[1][1]:.2f} |" if given else ""
            print(f"| `{' '.join(command)}` | {' | '.join(shown)} MB |{ratio}", flush=True)


def _run(build: Path, state: Path, caches: Path, command: Sequence[str]) -> tuple[float, float, float]:
    """`measured` of a command of this build; what it keeps in a cache the other does not write over."""
    number = build.as_posix().replace("/", "-")
    env = {"PYTHONPATH": str(build), "PYTHONSAFEPATH": "1", "XDG_CACHE_HOME": str(caches / number)}
    return measured([sys.executable, "-m", "monitor", "--config", str(state / "config"), *command], env)


def measured(command: Sequence[str], env: dict[str, str] | None = None) -> tuple[float, float, float]:
    """Seconds, seconds of processor, and MB at most of a command that must end well."""
    begun = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ, **(env or {})}) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} ended with {process.returncode}")
    return time.monotonic() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


if __name__ == "__main__":
    main()
