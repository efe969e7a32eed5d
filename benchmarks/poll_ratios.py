"""Whole polls of two builds in turn, and the ratios of what they cost.

    python -m benchmarks.poll_ratios SERVER OTHER [--feeds 1000] [--pairs 3] [--real]

SERVER: `feedserver.py` of the load harness. OTHER: a folder with the build to compare with, such as a clone at a tag.
--real: the server's texts are those of its `data` folder, from real feeds and pages. Made-up ones, of words from no
language, miss most of what reading costs.
Each pair begins with empty stores. Costs are seconds of processor of a whole family of processes (see `family`).
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.bound import BOUND_PYTHON

HERE = Path(__file__).parents[1]
# What the server is told before a poll; _tick gives 5 % of the feeds two new entries each.
POLLS = {
    "first poll": "",
    "nothing changed": "",
    "5 % changed": "/_tick?pct=5&n=2&seed={pair}1",
    "5 % changed, again": "/_tick?pct=5&n=2&seed={pair}2",
    "no validators": "/_ctl?validators=0",
}
TARGETS = {
    "first poll": 0.65,
    "nothing changed": 0.6,
    "5 % changed": 0.6,
    "5 % changed, again": 0.6,
    "no validators": 0.6,
    "a changed feed": 0.25,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("server", type=Path)
    parser.add_argument("other", type=Path)
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--port", type=int, default=8720)
    parser.add_argument("--real", action="store_true")
    options = parser.parse_args()
    builds = {"other": options.other.resolve(), "this": HERE}
    costs: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    memory: dict[str, list[float]] = defaultdict(list)
    texts = [] if options.real else ["--synthetic"]
    with serving(options.server, options.feeds, options.port, texts) as ask:
        for pair in range(options.pairs):
            with tempfile.TemporaryDirectory() as folder:
                one_pair(pair, builds, Path(folder), ask, costs, memory)
    print(f"{'poll':20} {'other':>8} {'this':>8} {'ratio':>7} (of pairs)   target")
    for poll, of in costs.items():
        ratios = sorted(this / other for this, other in zip(of["this"], of["other"], strict=True))
        middle = [statistics.median(of[name]) for name in ("other", "this")]
        spread = f"({ratios[0]:.2f}-{ratios[-1]:.2f})"
        print(
            f"{poll:20} {middle[0]:8.2f} {middle[1]:8.2f} {statistics.median(ratios):7.2f} {spread:12} {TARGETS[poll]}"
        )
    print("most memory of a family in MB:", {name: round(max(each)) for name, each in memory.items()})


def one_pair(
    pair: int,
    builds: Mapping[str, Path],
    folder: Path,
    ask: Callable[[str], str],
    costs: dict[str, dict[str, list[float]]],
    memory: dict[str, list[float]],
) -> None:
    """All polls of both builds, in an order that changes from pair to pair."""
    ask("/_reset")
    for build in builds.values():
        compileall.compile_dir(build / "monitor", quiet=1)
    order = sorted(builds, reverse=bool(pair % 2))
    for name in order:
        state = folder / name
        state.mkdir()
        (state / "urls").write_text(ask("/_urls"))
        run(builds[name], state, str(builds[name] / "benchmarks/poll_setup.py"), ".", "urls")
    before = saved(ask, folder / "before")
    for poll, change in POLLS.items():
        if change:
            ask(change.format(pair=pair))
        for name in order:
            command = str(HERE / "benchmarks/family.py"), sys.executable, "-m", "monitor", "--config", "config", "poll"
            done = json.loads(run(builds[name], folder / name, *command))
            if done["status"]:
                raise SystemExit(f"{name} ended with {done['status']}: {folder}/{name}")
            costs[poll][name].append(done["own"] + done["others"])
            memory[f"{name}, {poll}"].append(done["memory"])
            print(
                f"{pair} {poll:18} {name:5} {done['own']:6.2f} + {done['others']:.2f} s, {done['memory']:.0f} MB",
                flush=True,
            )
    ask("/_tick?pct=100&n=2")
    after = saved(ask, folder / "after")
    try:
        told = {
            name: run(builds[name], folder / name, str(HERE / "benchmarks/changed_feed.py"), ".", before, after)
            for name in order
        }
    except subprocess.CalledProcessError:
        print("a changed feed is not measured: the parts of the other build have other names")
        return
    for name, of_feeds in told.items():
        costs["a changed feed"][name].append(float(of_feeds.split()[0]))
        print(f"{pair} all feeds changed {name:5} {of_feeds.strip()}", flush=True)


def run(build: Path, folder: Path, *arguments: str) -> str:
    """What Python prints for the arguments in a folder, with the package of a build.

    Each build has a cache of its own: what one has kept there the other makes anew, and writes over it.
    """
    cache = folder.resolve() / "cache"
    env = {**os.environ, "PYTHONPATH": str(build), "PYTHONSAFEPATH": "1", "XDG_CACHE_HOME": str(cache)}
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program need not compile itself at each start
    with (folder / "log").open("a") as log:
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=log, text=True, check=True
        ).stdout


def saved(ask: Callable[[str], str], folder: Path) -> str:
    """A folder with the bodies of all feeds as they are now."""
    folder.mkdir()
    for url in ask("/_urls").split():
        name = url.rpartition("/")[2]
        (folder / name).write_text(ask(f"/feed/{name}"), encoding="utf-8")
    return str(folder)


@contextmanager
def serving(program: Path, feeds: int, port: int, texts: Sequence[str]) -> Iterator[Callable[[str], str]]:
    """The server of feeds while it is used: what it answers to a path."""

    def ask(path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
            return str(answer.read().decode())

    command = [*BOUND_PYTHON, str(program), "--feeds", str(feeds), "--port", str(port), *texts]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        while server.poll() is None:
            with suppress(OSError):
                ask("/")
                break
            time.sleep(0.3)
        yield ask
    finally:
        server.kill()
        server.wait()


if __name__ == "__main__":
    main()
