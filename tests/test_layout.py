"""Imports point one way only, and the budget on sizes holds: the house stays readable as it grows."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "monitor"

# A module may import from its own level's siblings only where that is said below, and from any level above it.
LEVELS = [
    ("errors", "allocator", "model", "learned"),
    ("text", "crontab"),
    ("config",),
    ("topic", "scan"),
    ("stages",),
    ("store", "fetch", "deliver", "corpus", "reading", "workers", "fork_server", "lexicon", "templates", "opml"),
    ("pipeline", "publish"),
    ("service", "web"),
    ("fingerprint",),
    ("judging",),
    ("sending",),
    ("app",),
    ("demo_site",),
    ("demo",),
    ("cli",),
    ("__main__",),
]  # fmt: skip
SIBLINGS_ALLOWED = {0, 1, 3, 5, 6, 7}
LEVEL = {name: level for level, names in enumerate(LEVELS) for name in names}
FILES = sorted(p for p in PACKAGE.rglob("*.py") if "defaults" not in p.parts)


def part(path: Path) -> str:
    """The top-level part of the house a file belongs to."""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imported(path: Path) -> set[tuple[str, ...]]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("monitor"):
            base = tuple(node.module.split(".")[1:])
            found |= {base} if base else {(alias.name,) for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {tuple(a.name.split(".")[1:]) for a in node.names if a.name.startswith("monitor.")}
    return {name for name in found if name}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_one_way(path: Path) -> None:
    own = part(path)
    if own == "__init__":
        return
    assert own in LEVEL, f"{own} has no place in the house; add it to LEVELS and to docs/design.md"
    for name in imported(path):
        other = name[0]
        if other in (own, "__version__"):
            continue
        assert other in LEVEL, f"{path.name} imports {other}, which has no place in the house"
        same = LEVEL[other] == LEVEL[own] and LEVEL[own] in SIBLINGS_ALLOWED
        assert LEVEL[other] < LEVEL[own] or same, f"{path.relative_to(PACKAGE)} may not import monitor.{other}"


@pytest.mark.parametrize("path", sorted((PACKAGE / "stages").rglob("*.py")), ids=lambda p: p.name)
def test_stages_are_pure_and_apart(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    own = path.relative_to(PACKAGE / "stages").parts[0].removesuffix(".py")
    for name in imported(path):
        if name[0] == "stages" and len(name) > 1:
            assert name[1] == own, f"stages never import each other: {path.name} imports {'.'.join(name)}"
    forbidden = {"socket", "sqlite3", "sqlalchemy", "aiohttp", "requests", "urllib.request", "subprocess"}
    modules = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    modules |= {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module}
    assert not modules & forbidden
    calls = {ast.unparse(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    assert not calls & {"open", "datetime.now", "time.time", "datetime.utcnow", "date.today"}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_sizes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400, f"{path.name} has more than 400 lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            assert lines <= 60, f"{path.name}:{node.lineno} {node.name} has {lines} lines"
