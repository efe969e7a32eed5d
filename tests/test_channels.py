"""What every delivery channel has to hold, and that a folder is all there is to adding one."""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from monitor import deliver
from monitor.config import load_config
from monitor.config.deliver_targets import Target, channel_of
from monitor.deliver import Channel, Parcel, stable_message_id
from monitor.deliver.registry import BuildContext, ChannelType, channel_types, discover, template_folders
from monitor.digest.channels import channels
from monitor.digest.delivery import Dispatcher
from monitor.errors import ChannelError, ConfigError, DeliveryError
from monitor.fields import rooted
from monitor.model import Edition
from monitor.render import render
from monitor.render.templates import Templates, load_templates
from monitor.store import deliveries, editions
from tests.channels import FarEnd
from tests.conftest import SERVICE
from tests.desk import START, fast
from tests.editions import UNTIL, hostile, small

TOP = Path(__file__).parents[1]
GUIDE = TOP / "docs" / "how-to" / "add-a-channel.md"


@dataclass(frozen=True)
class Subject:
    """A channel under test and its other side."""

    kind: ChannelType[Any]
    far_end: Callable[[Path], AbstractAsyncContextManager[FarEnd]]
    templates: Templates

    def build(self, far: FarEnd) -> list[Channel]:
        """The channels that an item of ``deliver:`` with these settings makes."""
        settings = rooted(self.kind.config.model_validate(far.settings), Path)

        def smtp() -> Any:
            assert self.kind.needs_smtp, "a channel that uses the mail server says so with needs_smtp"
            return far.smtp

        context = BuildContext(read_secret, smtp, self.templates.environment)
        return list(self.kind.build(settings, context))

    def parcel(self, made: Edition, recipient: str) -> Parcel:
        message_id = stable_message_id(made.digest, made.period, recipient, "desk.example")
        rendered = render(made, self.templates.environment, css=self.templates.css)
        return Parcel(made, rendered, recipient, message_id, UNTIL)


def read_secret(_what: str, file: str | None, _variable: str | None) -> str:
    assert file
    return Path(file).read_text(encoding="utf-8").strip()


@cache
def templates(*more: Path) -> Templates:
    return load_templates(more=(*template_folders(), *more))


# The guide's example is put on the path of the channels, as a folder in monitor/deliver would be.


def blocks() -> dict[str, str]:
    """path → the text of the file that the guide shows after naming it."""
    text = GUIDE.read_text(encoding="utf-8")
    return dict(re.findall(r"^`((?:monitor|tests)/\S+)` [^`]*?(?:`[^`]*?)*?\n\n```\w+\n(.*?)^```$", text, re.S | re.M))


def write_example(folder: Path) -> Path:
    """Writes the guide's files below ``folder``; returns the folder that holds its channel."""
    for name, text in blocks().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "monitor" / "deliver"


def searched(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Lets channels lie in ``folder`` too, and forgets at the end what was imported from there."""
    patch.setattr(deliver, "__path__", [*deliver.__path__, str(folder)])
    for name in [child.name for child in folder.iterdir()]:
        patch.delitem(sys.modules, f"{deliver.__name__}.{name}", raising=False)
        patch.delattr(deliver, name, raising=False)
    importlib.invalidate_caches()


def module_at(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"guide_{path.stem}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subject]:
    folder = tmp_path_factory.mktemp("guide")
    path = write_example(folder)
    with pytest.MonkeyPatch.context() as patch:
        searched(patch, path)
        [kind] = discover([str(path)])
        far_end = module_at(folder / "tests" / "channels" / "matrix.py").far_end
        yield Subject(kind, far_end, templates(path / "matrix" / "templates"))


@pytest.fixture(params=[*channel_types(), "the guide's"])
def subject(request: pytest.FixtureRequest) -> Subject:
    if request.param not in channel_types():
        found = request.getfixturevalue("example")
        assert isinstance(found, Subject)
        return found
    builder = TOP / "tests" / "channels" / f"{request.param}.py"
    assert builder.exists(), f"write {builder.relative_to(TOP)}; see {GUIDE.relative_to(TOP)}"
    module = importlib.import_module(f"tests.channels.{request.param}")
    return Subject(channel_types()[request.param], module.far_end, templates())


# What each holds


async def test_a_channel_is_called_as_its_folder_and_has_recipients(subject: Subject, tmp_path: Path) -> None:
    async with subject.far_end(tmp_path) as far:
        made = subject.build(far)
        assert {channel.name for channel in made} == {subject.kind.name}
        recipients = [recipient for channel in made for recipient in channel.recipients]
        assert recipients
        assert len(set(recipients)) == len(recipients)
        assert all(recipient and "\n" not in recipient for recipient in recipients)


@pytest.mark.parametrize("make", [small, hostile])
async def test_the_same_parcel_twice_is_harmless(subject: Subject, tmp_path: Path, make: Callable[[], Edition]) -> None:
    async with subject.far_end(tmp_path) as far:
        [channel, *_] = subject.build(far)
        parcel = subject.parcel(make(), channel.recipients[0])
        await channel.send(parcel)
        once = far.received()
        assert once
        await subject.build(far)[0].send(parcel)  # by the service that took over
        assert set(far.received()) == set(once)


async def test_an_error_says_whether_a_retry_can_help(subject: Subject, tmp_path: Path) -> None:
    for permanent in (True, False):
        folder = tmp_path / str(permanent)
        folder.mkdir()
        async with subject.far_end(folder) as far:
            assert False in far.refuse, "every channel can fail for a while"
            if permanent not in far.refuse:
                continue
            [channel, *_] = subject.build(far)
            far.refuse[permanent]()
            with pytest.raises(DeliveryError) as caught:
                await channel.send(subject.parcel(small(), channel.recipients[0]))
            assert caught.value.permanent is permanent


async def test_a_secret_stands_in_no_log_and_not_in_the_ledger(
    subject: Subject, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="monitor")
    store, made = fast(tmp_path / "monitor.db"), small()
    folder = tmp_path / "far"
    folder.mkdir()
    async with subject.far_end(folder) as far:
        found = subject.build(far)
        dispatcher = Dispatcher(store, {made.digest: found}, "desk.example", "", lambda: START)
        far.refuse[False]()
        with store.write() as db:
            rendered = render(made, subject.templates.environment, css=subject.templates.css)
            added = editions.add(db, made, rendered, START)
            assert added
            deliveries.add(db, added, dispatcher.owed(made), START)
        await dispatcher.deliver_due()
        with store.read() as db:
            rows = deliveries.recent(db, 9)
    store.close()
    assert any(row.error for row in rows)
    assert str(rows[0].recipient) in caplog.text
    for secret in far.secrets:
        assert secret not in f"{found} {rows} {caplog.text}"


# A folder is all


@pytest.mark.parametrize("file", [name for name in blocks() if name.endswith(".py")])
def test_the_guide_s_code_passes_lint(file: str) -> None:
    """A reader who copies it meets the rules of the project at once, that on imports inside functions among them."""
    # I001 sorts imports by the folders that exist, and that of the guide's channel does not.
    command = [sys.executable, "-m", "ruff", "check", "--ignore", "I001", "--stdin-filename", file, "-"]
    ended = subprocess.run(command, cwd=TOP, input=blocks()[file], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout


def test_a_start_imports_no_sending_library() -> None:
    """They take from 26 to 176 ms, and a poll that finds nothing new sends nothing."""
    code = "import sys, monitor.config; print(*{'aiosmtplib', 'aiohttp', 'apprise', 'jinja2'} & set(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", code], cwd=TOP, capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == ""


@pytest.mark.slow
async def test_the_channel_of_the_guide_delivers_an_edition(
    example: Subject, configure: Callable[..., Path], tmp_path: Path
) -> None:
    """`monitor digest` with the guide's folder on the path of the channels, and nothing else changed."""
    path = write_example(tmp_path / "added")
    [item] = re.findall(r"```yaml\n- matrix: (\{.*\})\n```", GUIDE.read_text(encoding="utf-8"))
    far_folder = tmp_path / "far"
    far_folder.mkdir()
    async with example.far_end(far_folder) as far:
        assert isinstance(far.settings, dict)
        token = tmp_path / "var" / "matrix-token"  # where the guide's item looks, from config/monitor.yaml
        token.parent.mkdir()
        token.write_text(Path(far.settings["token_file"]).read_text(encoding="utf-8"), encoding="utf-8")
        written = item.replace("https://matrix.example.org", far.settings["server"])
        service = SERVICE.replace("{file: ../var/digests}", f"{{matrix: {written}}}")
        config = configure("http://127.0.0.1:9/feed.xml", service=service)
        code = "import sys, monitor.deliver as d, monitor.__main__ as m; d.__path__.append(sys.argv.pop(1)); m.main()"
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", code, str(path), "--config", str(config), "digest", "daily", "--json",
            cwd=TOP, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        said, complaint = await process.communicate()
        assert process.returncode == 0, complaint.decode()
        [message] = [json.loads(each) for each in far.received()]
    assert json.loads(said)["deliveries"] == [{"channel": "matrix", "recipient": "!desk:example.org", "state": "sent"}]
    assert message["body"].startswith("Iran–Iraq defence cooperation")


PART = {
    "__init__.py": "from monitor.deliver.{name}.config import Settings\n"
    "from monitor.deliver.registry import ChannelType\n"
    "CHANNEL = ChannelType('{name}', Settings, lambda config, context: [])\n",
    "config.py": "from monitor.fields import Strict\nclass Settings(Strict): pass\n",
    "send.py": "",
}


@pytest.mark.parametrize(
    ("name", "changed", "complaint"),
    [
        ("whole", {}, None),
        ("no_init", {"__init__.py": None}, r"no_init has no __init__\.py with a CHANNEL"),
        ("no_config", {"config.py": None}, r"no_config cannot be imported: No module named .*no_config\.config"),
        ("no_send", {"send.py": None}, r"no_send has no send\.py"),
        ("no_record", {"__init__.py": "CHANNEL = 'x'\n"}, r"no_record/__init__\.py has no CHANNEL = ChannelType"),
        ("renamed", {"__init__.py": PART["__init__.py"].replace("'{name}'", "'other'")}, "'other'; write 'renamed'"),
        ("loose", {"config.py": "from pydantic import BaseModel as Settings\n"}, "config must be a model"),
        ("no_build", {"__init__.py": PART["__init__.py"].replace("lambda config, context: []", "None")}, "build"),
    ],
)
def test_a_folder_without_a_part_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, changed: dict[str, str | None], complaint: str | None
) -> None:
    (tmp_path / name).mkdir()
    for file, text in (PART | changed).items():
        if text is not None:
            (tmp_path / name / file).write_text(text.replace("{name}", name), encoding="utf-8")
    searched(monkeypatch, tmp_path)
    if complaint is None:
        assert [kind.name for kind in discover([str(tmp_path)])] == [name]
        return
    with pytest.raises(ChannelError, match=complaint) as caught:
        list(discover([str(tmp_path)]))
    assert "docs/how-to/add-a-channel.md" in str(caught.value) or "write" in str(caught.value)


# What the configuration makes of it


@pytest.mark.parametrize("item", ["{}", "{file: a, webhook: {url: 'http://x'}}", "{file: null}"])
def test_an_item_names_one_channel(configure: Callable[..., Path], item: str) -> None:
    folder = configure("https://a.example/rss", service=SERVICE.replace("{file: ../var/digests}", item))
    known = " or ".join(", ".join(channel_types()).rsplit(", ", 1))
    with pytest.raises(ConfigError, match=rf"monitor\.yaml:7: name one channel an item: {known}; start a new"):
        load_config(folder)


def test_an_empty_path_is_an_error_and_no_silence(configure: Callable[..., Path]) -> None:
    folder = configure("https://a.example/rss", service=SERVICE.replace("{file: ../var/digests}", "{file: ''}"))
    with pytest.raises(ConfigError, match=r"monitor\.yaml:7: a path is missing here"):
        load_config(folder)


def test_paths_are_relative_to_the_file_they_stand_in(configure: Callable[..., Path]) -> None:
    listed = "[{file: ../mine}, {webhook: {url: 'http://127.0.0.1:9/', secret_file: ../key}}]"
    folder = configure("https://a.example/rss", service=SERVICE.replace("[{file: ../var/digests}]", listed))
    watch = folder / "watches" / "iran-iraq-defense.yaml"
    watch.write_text(f"{watch.read_text()}alert: {{threshold: 0.9, deliver: {listed}}}\n")
    (folder.parent / "key").write_text("of the service")
    (folder / "key").write_text("of the watch")
    made = channels(load_config(folder), templates().environment)
    for name, parent, secret in (
        ("daily", folder.parent, "of the service"),
        ("alert:iran-iraq-defense", folder, "of the watch"),
    ):
        to_folder, hook = made[name]
        assert to_folder.recipients == (str(parent / "mine"),)
        assert getattr(hook, "secret", None) == secret


def test_the_settings_of_an_item_are_found_by_its_channel() -> None:
    for name, settings in (("file", "x"), ("email", {"to": ["one@desk.example"]}), ("chat", {"urls_env": "X"})):
        kind, found = channel_of(Target.model_validate({name: settings}))
        assert kind is channel_types()[name]
        assert found == kind.config.model_validate(settings)
