"""A coverage-guided fuzz run of parsing, folding, matching and grouping with atheris (libFuzzer for Python).

    python -m venv /tmp/fuzz && /tmp/fuzz/bin/pip install atheris -e .
    /tmp/fuzz/bin/python -m benchmarks.fuzz feed --seconds 300 --found /tmp/found/feed

TARGET is one of tests/fuzz_targets.py. Starts from tests/fuzz_corpus/TARGET; inputs that reach new code are kept in
--found, and one that breaks a promise is written there as crash-*. `--keep` afterwards copies the smallest set that
reaches the same code into tests/fuzz_corpus/TARGET, up to 20 kB (libFuzzer's own merge does the choosing).
atheris is no dependency of the project: it wants a compiler's runtime that not every platform has.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CORPUS = Path(__file__).parents[1] / "tests" / "fuzz_corpus"
TARGET_NAMES = ("feed", "folding", "matching", "grouping")
LONGEST = {"feed": 4096, "folding": 600, "matching": 3000, "grouping": 3000}  # bytes of one input
KEEP = 20_000  # bytes of corpus a target keeps in the tests


def fuzz(target: str, arguments: list[str]) -> None:
    """Does not return: libFuzzer ends the process."""
    import atheris

    with atheris.instrument_imports(include=["monitor", "feedparser", "sgmllib"]):
        from tests.fuzz_targets import TARGETS
    run = TARGETS[target]
    atheris.Setup([sys.argv[0], *arguments], lambda data: run(data) if data else None)
    atheris.Fuzz()


def keep(target: str, found: Path) -> None:
    """The smallest inputs that reach what all of them reach, smallest first until the budget is spent."""
    with tempfile.TemporaryDirectory() as merged:
        own = [sys.executable, "-m", "benchmarks.fuzz", target, "--merge", merged, str(CORPUS / target), str(found)]
        subprocess.run(own, check=False)
        files = sorted(Path(merged).iterdir(), key=lambda path: path.stat().st_size)
        folder, spent = CORPUS / target, 0
        for old in folder.glob("fuzz-*"):
            old.unlink()
        for number, path in enumerate(files):
            spent += path.stat().st_size
            if spent > KEEP:
                break
            shutil.copy(path, folder / f"fuzz-{number:03}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", choices=TARGET_NAMES)
    parser.add_argument("--seconds", type=int, default=150)
    parser.add_argument("--found", type=Path, default=Path("/tmp/found"))
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--merge", nargs="+", metavar="FOLDER", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.merge:
        fuzz(given.target, ["-merge=1", f"-max_len={LONGEST[given.target]}", *given.merge])
    given.found.mkdir(parents=True, exist_ok=True)
    if given.keep:
        keep(given.target, given.found)
        return
    limits = [
        f"-max_total_time={given.seconds}",
        f"-max_len={LONGEST[given.target]}",
        "-timeout=10",
        "-rss_limit_mb=2000",
    ]
    fuzz(given.target, [*limits, f"-artifact_prefix={given.found}/", str(given.found), str(CORPUS / given.target)])


if __name__ == "__main__":
    main()
