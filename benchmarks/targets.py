"""What a build costs beside another one, part by part:  python -m benchmarks.targets SERVER OTHER [--articles 30000]

SERVER: `feedserver.py` of the load harness. OTHER: a folder with the build to compare with, such as a clone at a tag.
Whole polls, then commands on a large store, then workers and writers on one PostgreSQL. Of the first two the builds run
in turn and ratios are printed; the last two measure themselves, once with each build. An hour on two quiet cores.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parents[1]
DIGESTS = """\
max_age: 40d
digests:
  - {name: daily, schedule: "0 7 * * *", timezone: Asia/Baghdad, deliver: [{file: ../var/digests}]}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("server", type=Path)
    parser.add_argument("other", type=Path)
    parser.add_argument("--articles", type=int, default=30_000)
    options = parser.parse_args()
    server, other = options.server.resolve(), options.other.resolve()
    run(HERE, "poll_ratios", server, other)
    with tempfile.TemporaryDirectory() as folder:
        states = [archive(build, Path(folder) / name, options.articles) for build, name in ((HERE, "a"), (other, "b"))]
        run(HERE, "large_store", states[0], other, states[1])
    for build in (other, HERE):
        for part in ("scale_out", "writers"):
            run(build, part)


def archive(build: Path, state: Path, articles: int) -> Path:
    """A store of so many articles of 25 days, of which one in twenty matches, as this build fills it."""
    (state / "var").mkdir(parents=True)
    (state / "urls").write_text("".join(f"https://host{number}.example/feed\n" for number in range(200)))
    run(build, "poll_setup", state, state / "urls")
    service = state / "config" / "monitor.yaml"
    service.write_text(service.read_text().replace("max_age: 1m\n", DIGESTS))
    run(build, "long_archive", state, articles, 25)
    return state


def run(build: Path, part: str, *arguments: object) -> None:
    """One of the benchmarks of a build, by its own code."""
    print(f"\n{part} of {build}", flush=True)
    env = {**os.environ, "PYTHONPATH": str(build)}
    subprocess.run([sys.executable, "-m", f"benchmarks.{part}", *map(str, arguments)], cwd=build, env=env, check=True)


if __name__ == "__main__":
    main()
