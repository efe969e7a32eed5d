"""A coverage-guided fuzz run of parsing, folding, matching and grouping with atheris (libFuzzer for Python).

    python -m venv /tmp/fuzz && /tmp/fuzz/bin/pip install atheris -e .
    /tmp/fuzz/bin/python -m benchmarks.fuzz feed --seconds 300 --found /tmp/found/feed

TARGET is one of tests/fuzz_targets.py. Starts from tests/fuzz_corpus/TARGET; inputs that reach new code are kept in
--found, and one that breaks a promise is written there as crash-*. `--keep` afterwards copies some of them, of every
size, into tests/fuzz_corpus/TARGET, up to 20 kB.
atheris is no dependency of the project: it wants a compiler's runtime that not every platform has.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

CORPUS = Path(__file__).parents[1] / "tests" / "fuzz_corpus"
TARGET_NAMES = ("feed", "folding", "matching", "grouping")
LONGEST = {"feed": 4096, "folding": 600, "matching": 3000, "grouping": 3000}  # bytes of one input
KEEP, FILES = 20_000, 60  # bytes and inputs of a target that the tests keep


def fuzz(target: str, arguments: list[str]) -> None:
    """Does not return: libFuzzer ends the process."""
    import atheris  # noqa: PLC0415 - installed for fuzzing alone

    with atheris.instrument_imports(include=["monitor", "feedparser", "sgmllib"]):
        import feedparser  # noqa: F401, PLC0415 - must be instrumented; the parser imports it when first used

        from tests.fuzz_targets import TARGETS  # noqa: PLC0415 - must be instrumented
    run = TARGETS[target]
    atheris.Setup([sys.argv[0], *arguments], lambda data: run(data) if data else None)
    atheris.Fuzz()


def keep(target: str, found: Path) -> None:
    """Every n-th of what reached new code when it was found, by size, as many as the budget allows."""
    files = sorted((path for path in found.iterdir() if path.stat().st_size), key=lambda path: path.stat().st_size)
    every = max(1, -(-sum(path.stat().st_size for path in files) // KEEP), -(-len(files) // FILES))
    folder = CORPUS / target
    for old in folder.glob("fuzz-*"):
        old.unlink()
    for number, path in enumerate(files[::every]):
        shutil.copy(path, folder / f"fuzz-{number:03}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", choices=TARGET_NAMES)
    parser.add_argument("--seconds", type=int, default=150)
    parser.add_argument("--found", type=Path, default=Path("/tmp/found"))
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
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
