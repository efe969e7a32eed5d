"""Imports point one way only, and the budget on sizes holds: the house stays readable as it grows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "monitor"

# The rooms, from the ground up: a module imports from its own room and from rooms on lower floors, from no other.
FLOORS = [
    ("errors", "model", "crontab", "fields", "languages"),
    ("text", "folders", "http_library", "deadline"),
    ("pages", "store", "exports"),
    ("fetch",),
    ("render",),
    ("deliver",),
    ("config",),
    ("feeds", "topic"),
    ("workers", "match"),
    ("stories",),
    ("retell",),
    ("pipeline", "digest"),
    ("engine", "api"),
    ("web",),
    ("service", "app", "mcp"),
    ("demo_site",),
    ("demo",),
    ("cli",),
    ("__main__",),
]  # fmt: skip
LEVEL = {name: level for level, names in enumerate(FLOORS) for name in names}
TEMPLATES = PACKAGE.parent / "templates"
FILES = sorted(p for p in PACKAGE.rglob("*.py") if "defaults" not in p.parts)


def part(path: Path) -> str:
    """The top-level part of the house a file belongs to."""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def within(path: Path) -> str:
    """The file's name as the rules below write it."""
    return path.relative_to(PACKAGE).as_posix()


@cache
def nodes(path: Path) -> list[ast.AST]:
    """What a file consists of; every rule looks at all files, so each is read once."""
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def imported(path: Path) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for node in nodes(path):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("monitor"):
            base = tuple(node.module.split(".")[1:])
            found |= {base} if base else {(alias.name,) for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {tuple(a.name.split(".")[1:]) for a in node.names if a.name.startswith("monitor.")}
    return {name for name in found if name}


def test_imports_point_one_way() -> None:
    for path in FILES:
        own = part(path)
        if own == "__init__":
            continue
        assert own in LEVEL, (
            f"{own} has no place in the house; add it to FLOORS and to docs/explanation/architecture.md"
        )
        for other in {name[0] for name in imported(path)} - {own, "__version__"}:
            assert other in LEVEL, f"{within(path)} imports {other}, which has no place in the house"
            assert LEVEL[other] < LEVEL[own], f"{within(path)} may not import monitor.{other}"


# Modules that decide: the same input gives the same output. What they need of the world is given to them, ``now`` above
# all, so they can be replayed on stored data and tested with values alone. A trailing "/" names a whole room.
PURE = (
    "config/query.py",
    "crontab.py",
    "digest/alert.py",
    "digest/compose.py",
    "digest/corrections.py",
    "digest/shown.py",
    "exports/citations.py",
    "exports/formats/",
    "exports/ids.py",
    "exports/records.py",
    "exports/tlp.py",
    "feeds/additions.py",
    "feeds/feed_address.py",
    "feeds/entry_changes.py",
    "feeds/entry_keys.py",
    "feeds/identity.py",
    "feeds/known_entries.py",
    "feeds/listing/",
    "feeds/old_entries.py",
    "feeds/opml.py",
    "feeds/outlines.py",
    "feeds/own_title.py",
    "feeds/parse/",
    "feeds/read.py",
    "feeds/schedule.py",
    "feeds/serials.py",
    "feeds/skipped.py",
    "feeds/validators.py",
    "feeds/websub.py",
    "languages/names.py",
    "languages/record.py",
    "match/aimed.py",
    "match/compare.py",
    "match/cut_off.py",
    "match/feedback.py",
    "match/fit.py",
    "match/forms.py",
    "match/found.py",
    "match/matcher.py",
    "match/candidates.py",
    "match/parts.py",
    "match/query.py",
    "match/quoted.py",
    "match/reading.py",
    "match/uncertain.py",
    "match/scan.py",
    "match/senses.py",
    "match/side_features.py",
    "match/term_features.py",
    "match/units.py",
    "match/writings.py",
    "model/",
    "pages/",
    "render/build_views.py",
    "render/columns.py",
    "render/coverage.py",
    "render/fill.py",
    "render/plain.py",
    "render/quotes.py",
    "render/edition_views.py",
    "render/words.py",
    "retell/answer.py",
    "retell/check.py",
    "retell/contrasts.py",
    "retell/facts.py",
    "retell/question.py",
    "stories/",
    "text/",
    "topic/build.py",
    "topic/family_evidence.py",
    "topic/family_words.py",
    "topic/learn.py",
    "topic/mentions.py",
    "topic/name_words.py",
    "topic/namesakes.py",
    "topic/office_holders.py",
    "topic/parties.py",
    "topic/profile.py",
    "topic/records.py",
    "topic/seed_bodies.py",
    "topic/seedtext.py",
)
# What reads for a pure room, and says so by its name.
READERS = ("stories/group/tables.py", "text/month_table.py", "text/zone_table.py")
FORBIDDEN_MODULES = {"aiohttp", "bz2", "gzip", "importlib.resources", "lzma", "monitor.http_library",
                     "os", "pkgutil", "random", "requests",
                     "shutil", "socket", "sqlalchemy", "sqlite3", "subprocess", "tempfile", "threading", "time",
                     "tomllib", "urllib.request", "zipfile"}  # fmt: skip
FORBIDDEN_CALLS = {"open", "input", "print", "datetime.now", "datetime.today", "datetime.utcnow", "date.today"}
FORBIDDEN_METHODS = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "joinpath", "exists", "is_file",
                     "is_dir", "iterdir", "glob", "rglob", "stat", "unlink", "mkdir", "rename", "touch"}  # fmt: skip


def is_pure(path: Path) -> bool:
    """Whether the list above names the module, or the room it stands in."""
    name = within(path)
    return name not in READERS and any(name == pure or (pure.endswith("/") and name.startswith(pure)) for pure in PURE)


def test_every_pure_module_exists() -> None:
    assert [name for name in (*PURE, *READERS) if not (PACKAGE / name).exists()] == []


def test_pure_modules_touch_nothing() -> None:
    found = {within(path): touched(nodes(path)) for path in filter(is_pure, FILES)}
    assert {name: things for name, things in found.items() if things} == {}


@pytest.mark.parametrize(
    "code",
    [
        "from importlib import resources",
        "from importlib.resources import files",
        "import gzip\ngzip.open('x')",
        "from pathlib import Path\nPath('x').read_text()",
        "open('x')",
        "from datetime import datetime\ndatetime.now()",
    ],
)
def test_the_rule_of_purity_sees_what_is_impure(code: str) -> None:
    assert touched(list(ast.walk(ast.parse(code))))


def touched(tree: list[ast.AST]) -> set[str]:
    """What a module imports or calls that a pure one may not."""
    modules = {a.name for n in tree if isinstance(n, ast.Import) for a in n.names}
    for node in tree:
        if isinstance(node, ast.ImportFrom) and node.module:
            modules |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    calls = {ast.unparse(n.func) for n in tree if isinstance(n, ast.Call)}
    methods = {call.rpartition(".")[2] for call in calls if "." in call}
    return modules & FORBIDDEN_MODULES | calls & FORBIDDEN_CALLS | methods & FORBIDDEN_METHODS


# Words of a language are data in monitor/languages. These are about letters as such: which fold to which, and which
# write one sound.
ABOUT_LETTERS = ("text/charfold.py", "text/fold.py", "text/name_parts.py", "text/short_names.py", "text/sound_key.py")
SCRIPTS = re.compile("[\u0400-\u052f\u0590-\u05ff\u0600-\u077f\u08a0-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def test_one_module_imports_the_http_library() -> None:
    """Elsewhere it would load the certificates of this machine, or come without any that a server is held against."""
    users = [
        within(path)
        for path in FILES
        if re.search(r"^\s*(?:import|from) aiohttp", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert users == ["http_library.py"]
    for path in FILES:
        for node in nodes(path):
            if isinstance(node, ast.Call) and re.search(r"session\.(?:get|post|request)$", ast.unparse(node.func)):
                assert any(given.arg == "ssl" for given in node.keywords), (
                    f"{within(path)}: a request without ssl=trust(url)"
                )


def test_python_holds_no_words_of_other_scripts() -> None:
    found = [
        f"{within(path)}:{number} {line.strip()}"
        for path in FILES
        if within(path) not in ABOUT_LETTERS
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if any(char.isalpha() for char in SCRIPTS.findall(line))
    ]
    assert found == [], "words of a language belong into its file in monitor/languages"


def test_sizes() -> None:
    for path in FILES:
        assert path.read_text(encoding="utf-8").count("\n") <= 400, f"{within(path)} has more than 400 lines"
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                assert lines <= 60, f"{within(path)}:{node.lineno} {node.name} has {lines} lines"


ENTRY_POINTS = {"main", "create_parser"}  # named in pyproject.toml; called by `xml.sax.make_parser`


@cache
def own_classes() -> set[str]:
    return {"Protocol"} | {node.name for path in FILES for node in nodes(path) if isinstance(node, ast.ClassDef)}


def definitions(tree: list[ast.AST]) -> Iterator[tuple[int, str]]:
    """(line, name) of every class and function but those that a library finds: by a registering decorator
    (``@click.command(...)``) or as a method that overrides one of its classes' own."""
    for node in tree:
        if isinstance(node, ast.ClassDef):
            yield node.lineno, node.name
            foreign = bool({ast.unparse(base).partition("[")[0] for base in node.bases} - own_classes())
        elif isinstance(node, ast.Module):
            foreign = False
        else:
            continue
        functions = (each for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))
        for each in functions if not foreign else ():
            registered = any(isinstance(decorator, ast.Call) for decorator in each.decorator_list)
            if not registered and not each.name.startswith("__"):
                yield each.lineno, each.name


def used_names(tree: list[ast.AST]) -> set[str]:
    """What the code refers to by name: its own definitions do not count."""
    names = {node.id for node in tree if isinstance(node, ast.Name)}
    names |= {node.attr for node in tree if isinstance(node, ast.Attribute)}
    return names | {a.asname or a.name for n in tree if isinstance(n, ast.ImportFrom) for a in n.names}


def test_the_product_uses_every_function_it_defines() -> None:
    """A function that only tests call is dead code whose tests prove nothing of the product."""
    used = set().union(*map(used_names, map(nodes, FILES))) | ENTRY_POINTS
    for template in (path for path in TEMPLATES.rglob("*") if path.is_file()):
        used |= set(re.findall(r"\w+", template.read_text(encoding="utf-8")))
    dead = [
        f"{within(path)}:{line} {name}"
        for path in FILES
        if "versions" not in path.parts
        for line, name in definitions(nodes(path))
        if name not in used
    ]
    assert dead == []
