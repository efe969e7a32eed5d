"""The documentation says what the code does: commands, keys, metrics, fields, files; and its examples run."""

from __future__ import annotations

import ast
import calendar
import http.server
import json
import re
import shlex
import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, get_args, get_origin

import click
import pytest
import yaml
from pydantic import BaseModel, RootModel

from monitor.cli import cli
from monitor.config.feed_list import FeedList
from monitor.config.service import ServiceConfig
from monitor.config.watch import WatchConfig
from monitor.deliver.registry import channel_types
from monitor.deliver.webhook.send import signed_headers
from monitor.match import weights
from monitor.model import DeliveryState, Health
from monitor.topic import entities, families, lexicon, places
from monitor.topic.profile import parse_profile
from tests.documents import ROOT, Block, anchors, blocks, links, pages, paragraphs, prose, section
from tests.test_cli import Monitor, monitor  # noqa: F401
from tests.test_layout import FLOORS

REFERENCE = ROOT / "docs" / "reference"
CONFIGURATION = REFERENCE / "configuration.md"
PAGES = pages()
BLOCKS = [block for page in PAGES for block in blocks(page)]
BANNED = ("told", "asked for", "mended?", "anew", "hand on", "goes on to", "utilize", "leverage", "simply")


def invents(page: Path) -> bool:
    """Whether a page adds what is not there, as a guide to adding a channel does; its own test carries it out."""
    return page.name.startswith(("add-a-", "add-an-"))


def name(thing: Path | Block) -> str:
    path = thing if isinstance(thing, Path) else thing.page
    return str(path.relative_to(ROOT))


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command below ``command`` with its words."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for each in command.list_commands(context):
            found = command.get_command(context, each)
            assert found is not None
            yield from commands(found, (*path, each))
    if path:
        yield path, command


COMMANDS = dict(commands(cli))


# ---- the reference is whole --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_and_option_is_in_the_reference(path: tuple[str, ...]) -> None:
    about = section(REFERENCE / "commands.md", path[0])
    assert len(path) == 1 or f"`{' '.join(path)}" in about
    for option in (each for each in COMMANDS[path].params if isinstance(each, click.Option)):
        rows = [row for row in about.splitlines() if row.startswith(f"| `{option.opts[0]}")]
        assert rows, f"{option.opts[0]} of {' '.join(path)} is not in the reference"
        assert len(path) == 1 or any(f"`{' '.join(path)}`" in row for row in rows)


def test_the_reference_names_no_option_that_does_not_exist() -> None:
    known = {opt for each in [cli, *COMMANDS.values()] for p in each.params for opt in (*p.opts, *p.secondary_opts)}
    named = set(re.findall(r"^\| `(--[a-z-]+)", (REFERENCE / "commands.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert named - known == set()


@pytest.mark.parametrize("option", [opt for each in cli.params for opt in each.opts])
def test_every_global_option_is_in_the_reference(option: str) -> None:
    assert f"`{option}" in section(REFERENCE / "commands.md", "For every command")


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_help_text_has_an_example(path: tuple[str, ...]) -> None:
    assert (COMMANDS[path].epilog or "").startswith("Example: monitor ")


def models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models(part)


def keys(model: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every key that may stand in a block of ``model``, with the keys of the blocks around it."""
    for field_name, field in model.model_fields.items():
        own = path if issubclass(model, RootModel) else (*path, field.alias or field_name)
        below = list(models(field.annotation))
        if own != path and not below:
            yield own
        kinds = (field.annotation, *get_args(field.annotation))
        named = ("NAME",) if any(get_origin(kind) is dict for kind in kinds) else ()
        for part in below:
            yield from keys(part, (*own, *named))


# Blocks that have a heading of their own in the reference, wherever they stand in a file.
BLOCKS_OF_SERVICE = ("http", "poll", "retention", "digests", "smtp", "web", "exports", "evidence")


def service_keys() -> Iterator[tuple[str, str]]:
    """(heading, key) of monitor.yaml. The channels below ``deliver`` have a test of their own."""
    for path in keys(ServiceConfig):
        if "deliver" not in path:
            yield (path[0] if path[0] in BLOCKS_OF_SERVICE else "monitor.yaml"), path[-1]


def watch_keys() -> Iterator[tuple[str, str]]:
    for path in keys(WatchConfig):
        if "deliver" not in path:
            weighted = path[-1] in ("term", "weight")
            yield "watches/ID.yaml", path[-1] if weighted else ".".join(path)


def other_keys() -> Iterator[tuple[str, str]]:
    files: dict[str, type[BaseModel]] = {
        "feeds.yaml": FeedList,
        "entities/*.yaml": entities._EntityFile,
        "places/*.yaml": places._PlacesFile,
        "Weights": weights._WeightsFile,
    }
    for heading, model in files.items():
        for path in keys(model):
            yield heading, path[-1]


@pytest.mark.parametrize(("heading", "key"), sorted({*service_keys(), *watch_keys(), *other_keys()}))
def test_every_key_of_the_configuration_is_in_the_reference(heading: str, key: str) -> None:
    about = section(CONFIGURATION, heading)
    assert re.search(rf"^\|[^|]*`{re.escape(key)}`|`{re.escape(key)}`, ", about, re.MULTILINE) or (
        key in ("term", "weight") and f"{key}: " in about
    ), f"{key} is documented nowhere"


def test_the_keys_are_all_found() -> None:
    found = {key for _, key in (*service_keys(), *watch_keys(), *other_keys())}
    assert {"unsubscribe", "ca_file", "sides.NAME.country", "alert.quiet_hours", "insecure_tls", "sector"} <= found


@pytest.mark.parametrize("channel", channel_types())
def test_every_channel_and_its_keys_are_in_the_reference(channel: str) -> None:
    about = section(CONFIGURATION, "deliver")
    assert f"| `{channel}` |" in about
    for key in set(keys(channel_types()[channel].config)):
        assert f"`{channel}.{'.'.join(key)}`" in about


def metric_names() -> set[str]:
    """The metrics that the page gives, without their common beginning."""
    source = (ROOT / "monitor" / "web" / "metrics.py").read_text(encoding="utf-8")
    return set(re.findall(r'yield \(?\s*"([a-z_]+)",\s+"[A-Z]', source))


def test_every_metric_is_in_the_reference() -> None:
    made = metric_names()
    assert len(made) > 20
    named = set(re.findall(r"^\| `feed_monitor_([a-z_]+)`", section(REFERENCE / "web.md", "Metrics"), re.MULTILINE))
    assert named == made


def test_every_address_of_the_page_is_in_the_reference() -> None:
    source = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "monitor" / "web").glob("*.py"))
    made = {path.partition("{")[0] for path in re.findall(r'(?:get|post|Route)\(\s*"(/[^"]*)"', source)}
    assert len(made) > 10
    about = section(REFERENCE / "web.md", "Addresses")
    assert [path for path in sorted(made) if f"`{path}" not in about] == []


@pytest.mark.parametrize(
    ("heading", "states"),
    [("Health of a feed", Health), ("Delivery ledger", DeliveryState)],
    ids=["feeds", "deliveries"],
)
def test_every_state_is_in_the_reference(heading: str, states: type[Health | DeliveryState]) -> None:
    about = section(REFERENCE / "states.md", heading)
    assert [state.value for state in states if f"| `{state.value}` |" not in about] == []


# ---- what the pages name exists ----------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links(page):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{link} leads nowhere"
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target), f"{link}: no such heading"


def source_file(text: str) -> Path | None:
    """The file that ``text`` names, from the top of the checkout or from ``monitor/``."""
    found = [top / text for top in (ROOT, ROOT / "monitor", ROOT / "monitor" / "stories" / "group", ROOT / "tests")]
    return next((path for path in found if path.is_file()), None)


def defined(path: Path) -> set[str]:
    """Functions, classes and methods ("Class.method") of a module."""
    names = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{each.name}" for each in node.body
                      if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}  # fmt: skip
    return names


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.name != "CHANGELOG.md" and not invents(page)], ids=name
)
def test_every_file_of_the_code_that_a_page_names_exists(page: Path) -> None:
    text = re.sub(r"add-an?-\w+\.md", "", prose(page))
    named = re.findall(r"`([\w./-]+\.py)`", text)
    assert [each for each in named if source_file(each) is None] == []
    folders = re.findall(r"`((?:monitor|tests|benchmarks|templates)/[\w/]+/)`", text)
    assert [each for each in folders if not (ROOT / each).is_dir()] == []


def test_every_promise_of_security_names_a_test_and_every_test_named_exists() -> None:
    files = list((ROOT / "tests").glob("test_*.py"))
    known = {path.stem for path in files} | {
        found for path in files for found in re.findall(r"def (test_\w+)", path.read_text(encoding="utf-8"))
    }
    for page in PAGES:
        if not invents(page):
            named = re.findall(r"`(test_\w+)(?:\.py)?`", page.read_text(encoding="utf-8"))
            assert [each for each in named if each not in known] == [], page
    security = (ROOT / "docs" / "explanation" / "security.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?!promise|---)(.+) \| (.+) \|$", security, re.MULTILINE)
    assert len(rows) > 30
    assert [promise for promise, held in rows if "test_" not in held and held != "the same"] == []


def test_every_function_of_the_architecture_is_where_it_says() -> None:
    page = ROOT / "docs" / "explanation" / "architecture.md"
    checked = 0
    for file, rest in re.findall(r"`([\w/]+\.py)`((?:,? `[\w.]+\(\)`)+)", page.read_text(encoding="utf-8")):
        path = source_file(file)
        assert path, f"{file} does not exist"
        for function in re.findall(r"`([\w.]+)\(\)`", rest):
            assert function in defined(path), f"{file} has no {function}"
            checked += 1
    assert checked > 30


def test_every_function_that_contributing_names_is_where_it_says() -> None:
    checked = 0
    for line in section(ROOT / "CONTRIBUTING.md", "Where things go").splitlines():
        _, _, where, what, *_ = [*line.split("|"), "", "", "", ""]
        files = [path for each in re.findall(r"`([\w/]+\.py)`", where) if (path := source_file(each))]
        text = "\n".join(path.read_text(encoding="utf-8") for path in files)
        for name in re.findall(r"`(_?[A-Za-z]\w*)`", what) if files else []:
            assert re.search(rf"^((async )?def |class )?{name}\b", text, re.MULTILINE), f"{where} has no {name}"
            checked += 1
    assert checked > 12


def test_an_environment_that_the_readme_makes_is_not_taken_for_code() -> None:
    made = re.findall(r"-m venv (\S+)", (ROOT / "README.md").read_text(encoding="utf-8"))
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert made
    assert [each for each in made if f"{each}/" not in ignored] == []


def test_the_architecture_draws_every_room() -> None:
    text = (ROOT / "docs" / "explanation" / "architecture.md").read_text(encoding="utf-8")
    rooms = [path for path in (ROOT / "monitor").iterdir() if path.is_dir() and any(path.glob("*.py"))]
    assert [room.name for room in rooms if f"| `{room.name}/` |" not in text] == []


def test_the_architecture_draws_the_floors_as_they_are() -> None:
    page = ROOT / "docs" / "explanation" / "architecture.md"
    drawing = next(block.text for block in blocks(page) if "__main__" in block.text)
    drawn = [set(line[:50].split()) for line in drawing.splitlines()]  # what a room is for stands to the right
    assert drawn == [set(floor) for floor in reversed(FLOORS)]


# ---- examples run -------------------------------------------------------------------------------------------------


def model_of(data: Any) -> type[BaseModel] | None:
    """Which file of the configuration an example is a part of, by its keys."""
    top = set(data) if isinstance(data, dict) else set()
    for model in (
        ServiceConfig,
        FeedList,
        WatchConfig,
        entities._EntityFile,
        families._FamilyFile,
        weights._WeightsFile,
    ):
        fields = {field.alias or key for key, field in model.model_fields.items()}
        if top and top <= fields:
            return model
    return None


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.kind == "yaml" and not invents(b.page)], ids=name)
def test_every_yaml_example_is_valid(block: Block) -> None:
    data = yaml.safe_load(block.text)
    if set(data) == {"deliver"}:
        data = {"digests": [{"name": "daily", "schedule": "0 7 * * *", **data}]}
    if {"terms", "entities"} <= set(data):  # lines of a profile, which is no file that a person writes
        above = "watch: w\nversion: v\nseeds: {1: a.txt, 2: b.txt, 3: c.txt, 4: d.txt, 5: e.txt}\n"
        assert parse_profile(above + block.text)
        return
    if all(isinstance(value, dict) and all(isinstance(v, list) for v in value.values()) for value in data.values()):
        lexicon._Headings.model_validate(data)
        return
    model = model_of(data)
    assert model, f"no file of the configuration has the keys {', '.join(data)}"
    model.model_validate(data)


def words_of(command: str) -> list[str] | None:
    """The words of a ``monitor`` command, in whatever way it is called; None for another program."""
    words = shlex.split(command.split(" | ")[0].split(" > ")[0].split(" < ")[0].split(" && ")[0], comments=True)
    while words and words[0] in ("sudo", "-u", "feed-monitor", "docker", "exec"):
        words = words[1:]
    if words and words[0].rpartition("/")[2] == "monitor":
        return [word for word in words[1:] if word != "monitor"]
    return None


SHELL = [block for block in BLOCKS if block.kind in ("sh", "console")]


@pytest.mark.parametrize("block", SHELL, ids=name)
def test_every_command_in_an_example_is_one(block: Block, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(click.Path, "convert", lambda self, value, param, ctx: value)
    for words in filter(None, map(words_of, block.commands())):
        with cli.make_context("monitor", list(words), resilient_parsing=False) as context:
            at, rest = cli, [*context._protected_args, *context.args]
            command, parent = at.get_command(context, rest[0]), context
            assert command, f"no command {rest[0]}"
            while isinstance(command, click.Group):
                parent = click.Context(command, info_name=rest[0], parent=parent)
                rest = rest[1:]
                command = command.get_command(parent, rest[0])
                assert command, f"no command {' '.join(words)}"
            command.make_context(rest[0], rest[1:], parent=parent)


def test_the_signature_of_a_webhook_is_checked_as_the_guide_shows() -> None:
    code = next(b.text for b in blocks(ROOT / "docs" / "how-to" / "webhook.md") if b.kind == "python")
    names: dict[str, Any] = {}
    exec(code, names)
    body = b'{"type": "digest.edition"}'
    headers = signed_headers("a secret", "id@example.org", datetime(2026, 11, 28, tzinfo=UTC), body)
    assert names["is_genuine"]("a secret", headers, body)
    assert not names["is_genuine"]("a secret", headers, body + b" ")


@pytest.fixture
def tutorial_site() -> Iterator[str]:
    """The tutorial's two feeds, on a port of their own."""
    folder = ROOT / "docs" / "tutorial" / "site"
    handler = partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        handler.keywords["port"] = server.server_port
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves the site as if it were at this server's own port."""

    def __init__(self, *given: Any, port: int = 8099, **more: Any) -> None:
        self._port = port
        super().__init__(*given, **more)

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        body = path.read_bytes().replace(b"127.0.0.1:8099", f"127.0.0.1:{self._port}".encode())
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8" if path.suffix == ".html" else "application/xml")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.mark.slow
def test_the_tutorial_runs(
    monitor: Monitor,  # noqa: F811
    tutorial_site: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its files are written and its commands run in order, and they print what the page shows."""
    shutil.copytree(ROOT / "docs" / "tutorial", tmp_path / "docs" / "tutorial")
    monkeypatch.chdir(tmp_path)
    for block in blocks(ROOT / "docs" / "tutorial" / "README.md"):
        if block.file:
            Path(block.file).write_text(block.text.replace("http://127.0.0.1:8099", tutorial_site), encoding="utf-8")
        if block.run:
            said = "".join(_carry_out(monitor, shlex.split(command)) for command in block.commands())
            bare = _bare(said.replace(f"{tmp_path}/", ""))
            assert [line for line in block.shown() if _bare(line) not in bare] == []
    found = monitor("--config", "ferries/config", "stories", "--json").json()
    assert sum(len(story["articles"]) for story in found) == 3
    for arguments, heading in JSON_OUTPUTS:
        printed = monitor("--config", "ferries/config", *arguments)
        assert _undocumented(json.loads(printed.out), section(REFERENCE / "json.md", heading)) == set()


# Commands whose JSON can be seen after the tutorial, and the heading that describes it.
JSON_OUTPUTS = (
    (("stories", "--json"), "stories"),
    (("articles", "--text", "--json"), "articles"),
    (("deliveries", "--json"), "deliveries"),
    (("evidence", "1", "--json"), "evidence"),
    (("explain", "docs/tutorial/site/strike.html", "--json"), "explain"),
    (("diff", "--edited", "draft.yaml", "--watch", "ferries", "--json"), "diff"),
    (("learn", "--json"), "learn"),
    (("learn", "--try", "--json"), "learn --try"),
    (("suggest", "--json"), "suggest"),
    (("feeds", "list", "--json"), "feeds list"),
    (("check", "--json"), "check"),
    (("digest", "--dry-run", "--json"), "digest"),
    (("poll", "--json"), "poll"),
)


def _bare(text: str) -> str:
    """Letters and signs alone: days, times, numbers and versions differ from run to run, and the page breaks lines."""
    months = "|".join(calendar.month_abbr[1:])
    return re.sub(rf"version \w+|\d+ (?:{months})\w*|\d+|\s+|[\u2066-\u2069\u200e]", "", text)


def _carry_out(monitor: Monitor, words: list[str]) -> str:  # noqa: F811
    """Runs one command of the tutorial, and gives what it printed."""
    match words:
        case ["monitor", *given]:
            result = monitor(*given)
            assert result.code == 0, f"{' '.join(words)}: {result.err}"
            return result.out + result.err
        case ["rm", "-r", *paths]:
            for path in paths:
                shutil.rmtree(path)
        case ["mkdir", path]:
            Path(path).mkdir()
        case ["cp", "-r", source, target]:
            shutil.copytree(source, target)
        case _:
            pytest.fail(f"the tests do not know how to run {' '.join(words)}")
    return ""


def _undocumented(data: Any, about: str) -> set[str]:
    """The fields in ``data`` that ``about`` does not name. Keys of maps that hold data, such as a watch, are none."""
    receipt = section(REFERENCE / "json.md", "score") if "receipt" in about or "`score`" in about else ""
    found: set[str] = set()
    if isinstance(data, list):
        for each in data:
            found |= _undocumented(each, about)
    elif isinstance(data, dict):
        for key, value in data.items():
            if f"`{key}`" not in about + receipt:
                found.add(key)
            found |= _undocumented(value, about) if key != "versions" else set()
    return found


# ---- words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_no_paragraph_is_long(page: Path) -> None:
    assert [lines[0] for lines in paragraphs(page) if len(lines) > 5] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_no_word_stands_for_another(page: Path) -> None:
    text = re.sub(r"`[^`]*`|\"[^\"]*\"", "", prose(page)).lower()
    assert [word for word in BANNED if re.search(rf"\b{word}\b", text)] == []


def test_the_readme_fits_on_two_screens() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 85
