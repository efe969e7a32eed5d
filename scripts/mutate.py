"""Changes the code a little and sees whether a test notices: `python scripts/mutate.py --sample 40 --seed 1`.

Each mutation (a condition turned round or settled, a comparison changed, a statement dropped, a constant altered) is
made in a copy of the tree, where the tests of that file run until the first failure. A mutation that no test notices
survives, and is printed with its place and its diff: either a test is missing, or the change means the same as the
original. One takes some seconds, so CI does not run this. Exit status 1 when any survived.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).parents[1]
COPIED = ("monitor", "tests", "benchmarks", "templates", "config", "seed_corpus", "docs", "pyproject.toml", "README.md")
LONGEST = 240.0  # seconds for the tests of one mutation; a loop that never ends is noticed, too

# The file, and the tests that are to notice a change in it.
TESTS = {
    "monitor/crontab.py": ("test_schedule",),
    "monitor/digest/delivery.py": ("test_flow",),
    "monitor/digest/publisher.py": ("test_flow", "test_editions"),
    "monitor/feeds/entry_keys.py": ("test_identity", "test_parse"),
    "monitor/feeds/identity.py": ("test_identity", "test_parse"),
    "monitor/feeds/schedule.py": ("test_schedule",),
    "monitor/pipeline/leases.py": ("test_store", "test_jobs"),
    "monitor/store/deliveries.py": ("test_store", "test_flow"),
    "monitor/store/editions.py": ("test_store", "test_flow", "test_editions"),
    "monitor/store/feed_states.py": ("test_store",),
    "monitor/store/about.py": ("test_store", "test_writers"),
}

_OTHER: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_DROPPED = (ast.Expr, ast.AugAssign, ast.Raise, ast.Continue)


@dataclass(frozen=True)
class Mutation:
    """A changed file. diff: what was changed, line by line, as `ast.unparse` writes it."""

    file: str
    line: int
    text: str
    diff: str


def mutations(file: str, source: str) -> Iterator[Mutation]:
    """Every mutation of the file."""
    original = ast.unparse(ast.parse(source))
    for number in range(len(list(_changes(ast.parse(source))))):
        tree = ast.parse(source)
        line, change = list(_changes(tree))[number]
        change()
        text = ast.unparse(ast.fix_missing_locations(tree))
        pairs = difflib.unified_diff(original.splitlines(), text.splitlines(), lineterm="", n=0)
        yield Mutation(file, line, text, "\n".join(row for row in pairs if row[:3] not in ("---", "+++")))


def _changes(tree: ast.AST) -> Iterator[tuple[int, Callable[[], None]]]:
    """(line, what changes the tree there) for every mutation."""
    decorators = [each for node in ast.walk(tree) for each in getattr(node, "decorator_list", ())]
    passed_over = {part for each in decorators for part in ast.walk(each)}  # "frozen" and "slots" change no result
    for node in ast.walk(tree):
        if node in passed_over:
            continue
        if isinstance(node, ast.If | ast.IfExp):
            yield node.lineno, partial(setattr, node, "test", ast.UnaryOp(ast.Not(), node.test))
            yield node.lineno, partial(setattr, node, "test", ast.Constant(True))
            yield node.lineno, partial(setattr, node, "test", ast.Constant(False))
        elif isinstance(node, ast.Compare) and (other := _OTHER.get(type(node.ops[0]))):
            yield node.lineno, partial(setattr, node, "ops", [other(), *node.ops[1:]])
        elif isinstance(node, ast.BoolOp):
            yield node.lineno, partial(setattr, node, "op", ast.And() if isinstance(node.op, ast.Or) else ast.Or())
        elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
            yield node.lineno, partial(setattr, node, "value", not node.value)
        elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            yield node.lineno, partial(setattr, node, "value", node.value + 1)
        yield from _without_statements(node)


def _without_statements(node: ast.AST) -> Iterator[tuple[int, Callable[[], None]]]:
    body: list[ast.stmt] = found if isinstance(found := getattr(node, "body", None), list) else []
    for place, statement in enumerate(body):
        is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if isinstance(statement, _DROPPED) and not is_text:
            yield statement.lineno, partial(body.__setitem__, place, ast.Pass())


def survives(mutation: Mutation, copy: Path) -> bool:
    """Whether the tests of the file pass with the mutation in ``copy``, which is put back."""
    path = copy / mutation.file
    source = path.read_text(encoding="utf-8")
    path.write_text(mutation.text, encoding="utf-8")
    try:
        return _tests_pass(copy, mutation.file)
    finally:
        path.write_text(source, encoding="utf-8")


def _tests_pass(copy: Path, file: str) -> bool:
    tests = [f"tests/{name}.py" for name in TESTS[file]]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-n",
        "0",
        "-m",
        "not slow",
        "-p",
        "no:cacheprovider",
        *tests,
    ]
    environment = os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        ran = subprocess.run(command, cwd=copy, env=environment, capture_output=True, timeout=LONGEST, check=False)
    except subprocess.TimeoutExpired:
        return False
    return ran.returncode == 0


def copy_tree(place: Path) -> Path:
    """The project in a folder of its own, below ``place``."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, place / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.is_file():
            shutil.copy(source, place / name)
    return place


def main() -> int:
    """Runs the sample and prints what survived. Exit status 1 when any did, 2 when the tests fail without a change."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", nargs="*", default=sorted(TESTS), choices=sorted(TESTS), metavar="FILE")
    parser.add_argument("--sample", type=int, help="how many mutations, drawn at random (else all)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--parallel", type=int, default=2)
    given = parser.parse_args()
    found = [each for file in given.files for each in mutations(file, (ROOT / file).read_text(encoding="utf-8"))]
    chosen = random.Random(given.seed).sample(found, min(given.sample or len(found), len(found)))
    with tempfile.TemporaryDirectory() as scratch:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(given.parallel):
            copies.put(copy_tree(Path(scratch, str(number))))

        def one(check: Callable[[Path], bool]) -> bool:
            copy = copies.get()
            try:
                return check(copy)
            finally:
                copies.put(copy)

        with ThreadPoolExecutor(given.parallel) as pool:
            whole = pool.map(one, [partial(_tests_pass, file=file) for file in given.files])
            if broken := [file for file, passes in zip(given.files, whole, strict=True) if not passes]:
                print(f"the tests fail without a change: {', '.join(broken)}", file=sys.stderr)
                return 2
            left = 0
            kept = pool.map(one, [partial(survives, each) for each in chosen])
            for mutation, survived in zip(chosen, kept, strict=True):
                if survived:
                    left += 1
                    print(f"{mutation.file}:{mutation.line}\n{mutation.diff}\n", flush=True)
    print(f"{len(chosen)} of {len(found)} mutations made, {left} survived")
    return int(left > 0)


if __name__ == "__main__":
    sys.exit(main())
