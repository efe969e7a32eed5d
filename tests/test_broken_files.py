"""Whatever is written into a configuration: it is refused with its line, in bounded time, and the service goes on."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from monitor.config import load_config
from monitor.config.secret_sources import read_secret
from monitor.config.yaml import parse_yaml, read_yaml
from monitor.errors import ConfigError
from monitor.store.engines import check_driver
from tests.forked import Forked
from tests.newsroom import Newsroom
from tests.test_cli import Monitor, folder, monitor  # noqa: F401 - fixtures
from tests.test_service import Configure, many, running

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{after}: &{after} [{','.join([f'*{before}'] * 9)}]\n"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)
BROKEN = {
    "brackets": ("ok: 1\na: " + "[" * 20_000 + "]" * 20_000, 2, "nested more than"),
    "brackets that stay open": ("ok: 1\na: " + "[" * 20_000, 2, "nested more than"),
    "dashes": ("- " * 5_000 + "x", 1, "nested more than"),
    "braces": ("\n\na: " + "{b: " * 5_000 + "}" * 5_000, 3, "nested more than"),
    "a list in itself": ("ok: 1\na: &a [1, *a]", 2, "holds itself"),
    "a block in itself": ("ok: 1\na: &a\n  b: {c: *a}", 2, "holds itself"),
    "aliases of aliases": (BOMB, None, "values, by aliases"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BROKEN)
def test_what_would_hang_or_break_the_reader_is_refused_with_its_line(name: str) -> None:
    text, line, told = BROKEN[name]
    begun = time.process_time()
    with pytest.raises(ConfigError) as caught:
        parse_yaml(text, Path("x.yaml"))
    assert time.process_time() - begun < 5
    [problem] = caught.value.problems
    assert told in problem.message
    assert problem.line == line or (line is None and problem.line)


STRANGE_TAGS = {
    "a: 1\nb: !!python/object/apply:os.system ['id']": (2, "!!python/object/apply:os.system"),
    "a:\n  - !include other.yaml": (2, "!include"),
    "password: !env SMTP_PASSWORD": (1, "!env"),
    "!watch\na: 1": (1, "!watch"),
    "? !key a\n: 1": (1, "!key"),
    "a: !!set {x}": (1, "!!set"),
    "a: !!int five": (1, "!!int"),
    "a: !!int '5'": (1, "!!int"),
    "a: !!bool yes": (1, "!!bool"),
    "a: !!map [1]": (1, "!!map"),
    "%TAG ! tag:e.example,2000:\n---\na: !x b": (3, "tag:e.example,2000:x"),
    f"a: !{'x' * 500} b": (1, "!xxx"),
}


@pytest.mark.parametrize("text", STRANGE_TAGS)
def test_a_tag_that_would_do_nothing_is_refused_with_its_line(text: str) -> None:
    """Not passed over in silence: of `!env NAME` the name would be the password."""
    line, shown = STRANGE_TAGS[text]
    with pytest.raises(ConfigError) as caught:
        parse_yaml(text, Path("x.yaml"))
    [problem] = caught.value.problems
    assert problem.line == line
    assert f"the tag {shown}" in problem.message
    assert len(problem.message) < 250


def test_a_tag_that_says_what_a_value_is_may_stand() -> None:
    text = (
        "!!map\na: !!str 0122\nb: !!int 5\nc: !!float 5\nd: !!bool true\ne: !!null\n!!str f: &f !!seq [!!str no]\ng: *f"
    )
    assert parse_yaml(text, Path("x")).data == {"a": "0122", "b": 5, "c": 5, "d": True, "e": None, "f": ["no"],
                                                "g": ["no"]}  # fmt: skip


def test_what_is_ordinary_is_read_as_before() -> None:
    text = "a: &a [1, 2.5, no, ~]\nb: *a\nc: {d: {e: *a}}\n"
    assert parse_yaml(text, Path("x")).data == {"a": [1, 2.5, "no", None], "b": [1, 2.5, "no", None],
                                               "c": {"d": {"e": [1, 2.5, "no", None]}}}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("monitor.yaml", "timeout: 5s", f"timeout: {'9' * 5000}", "monitor.yaml:2: "),
        ("monitor.yaml", "timeout: 5s", f"timeout: {'9' * 5000}.0", "monitor.yaml:2: "),
        ("watches/iran-iraq-defense.yaml", "terms: [Tehran]",
         f"terms: [{', '.join(f'term{n}' for n in range(100_000))}]", "iran-iraq-defense.yaml:4: "),
    ],
)  # fmt: skip
def test_a_value_out_of_all_bounds_is_refused_with_its_line(
    configure: Configure, name: str, old: str, new: str, told: str
) -> None:
    path = configure("https://news.example/rss") / name
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    begun = time.process_time()
    with pytest.raises(ConfigError) as caught:
        load_config(path.parent if path.parent.name == "config" else path.parents[1])
    assert time.process_time() - begun < 10
    assert told in str(caught.value)
    assert len(str(caught.value)) < 1000


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["pipe", "device"])
@pytest.mark.parametrize("name", ["monitor.yaml", "feeds.yaml", "watches/new.yaml", "entities/new.yaml"])
def test_what_never_ends_is_no_file(forked: Forked, folder: Path, kind: str, name: str) -> None:  # noqa: F811
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    done = forked.run("--config", folder, "check")
    assert done.returncode == 2
    assert f"{path}: is no file" in done.stderr


@pytest.mark.parametrize("kind", ["pipe", "device", "large"])
def test_a_secret_is_read_of_a_small_file_alone(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "secret"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        path.write_text("a" * 200_000)
    with pytest.raises(ValueError, match="larger than 100 kB" if kind == "large" else "no file but a pipe"):
        read_secret(lambda _: path, "smtp.password", str(path), None)


def test_a_list_to_import_has_an_end(monitor: Monitor, configure: Configure) -> None:  # noqa: F811
    told = monitor("--config", configure("https://news.example/rss"), "feeds", "import", "/dev/zero")
    assert (told.code, "larger than 20 MB" in told.err) == (1, True)


def test_a_draft_may_come_from_a_command() -> None:
    read, write = os.pipe()
    os.write(write, b"name: Harbours\n")
    os.close(write)
    assert read_yaml(Path(f"/dev/fd/{read}")).data == {"name": "Harbours"}
    os.close(read)


def test_of_very_many_problems_the_first_are_told(configure: Configure) -> None:
    path = configure("https://news.example/rss") / "monitor.yaml"
    with path.open("a", encoding="utf-8") as file:
        file.writelines(f"unknown{number}: 1\n" for number in range(5000))
    with pytest.raises(ConfigError) as caught:
        load_config(path.parent)
    told = [problem.message for problem in caught.value.problems]
    assert len(told) == 201
    assert "and 4,800 more problems; correct these first" in told


@pytest.mark.slow
@pytest.mark.parametrize("broken", ["feeds.yaml", "watches/iran-iraq-defense.yaml", "monitor.yaml"])
def test_what_is_stored_can_be_read_while_a_file_is_broken(monitor: Monitor, folder: Path, broken: str) -> None:  # noqa: F811
    assert monitor("--config", folder, "poll", "--json").code == 0
    monitor("--config", folder, "digest", "daily")
    with (folder / broken).open("a", encoding="utf-8") as file:
        file.write("\n  - [\n")
    assert monitor("--config", folder, "poll").code == 2
    listed = monitor("--config", folder, "stories", "--json")
    assert (listed.code, len(listed.json())) == (0, 1)
    assert "left out, because it is broken" in listed.err
    assert broken.rpartition("/")[2] in listed.err
    assert len(monitor("--config", folder, "deliveries", "--json").json()) == 1
    if broken != "monitor.yaml":  # which has the digest
        shown = monitor("--config", folder, "digest", "daily", "--dry-run", "--json")
        assert (shown.code, shown.json()["digest"]) == (0, "daily")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("store_env: STORE", 0),
        ("store_file: address", 0),
        ('"store" : "{store}"', 0),
        ("store_env: NOT_SET", 2),
        ("store_file: nowhere", 2),
        ("store: /var/monitor.db", 2),
    ],
)
def test_beside_a_broken_file_no_other_store_is_read(
    monitor: Monitor,  # noqa: F811
    folder: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    written: str,
    code: int,
) -> None:
    """What the usual place holds would be no answer."""
    assert monitor("--config", folder, "poll", "--json").code == 0
    (folder.parent / "var").rename(folder.parent / "kept")
    store = f"sqlite:///{folder.parent / 'kept' / 'monitor.db'}"
    monkeypatch.setenv("STORE", store)
    (folder / "address").write_text(store, encoding="utf-8")
    path = folder / "monitor.yaml"
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("store:")]
    path.write_text("\n".join([written.format(store=store), *lines, "  - ["]), encoding="utf-8")
    listed = monitor("--config", folder, "stories", "--json")
    assert listed.code == code, listed.err
    if code == 0:
        assert len(listed.json()) == 1
    assert "monitor.yaml" in listed.err


@pytest.mark.slow
@pytest.mark.parametrize("broken", ["entities", "families", "lexicon"])
def test_a_dry_run_needs_no_names_and_no_words(
    monitor: Monitor,  # noqa: F811
    folder: Path,  # noqa: F811
    broken: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert monitor("--config", folder, "poll", "--json").code == 0
    (folder / broken).mkdir(exist_ok=True)
    (folder / broken / "mine.yaml").write_text("a:\n  - [\n", encoding="utf-8")
    shown = monitor("--config", folder, "digest", "daily", "--dry-run", "--json")
    assert (shown.code, shown.json()["stories"]) == (0, 1), shown.err
    assert "left out, because it is broken" in caplog.text
    assert f"{broken}/mine.yaml:" in caplog.text
    assert monitor("--config", folder, "digest", "daily").code == 2


@pytest.mark.slow
def test_check_tells_the_problems_of_all_files_at_once(monitor: Monitor, folder: Path) -> None:  # noqa: F811
    names = ["entities/a.yaml", "entities/b.yaml", "families/a.yaml", "lexicon/a.yaml", "lexicon/b.yaml"]
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("a:\n  - [\n", encoding="utf-8")
    names += ["monitor.yaml", "feeds.yaml", "watches/iran-iraq-defense.yaml"]
    for name in names[-3:]:
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write("\nnonsense: 1\n")
    told = monitor("--config", folder, "check")
    assert told.code == 2
    lines = told.err.splitlines()
    assert len(lines) == len(names), told.err
    assert not [name for name in names if not any(f"config/{name}:" in line for line in lines)]


# What a command needs of the configuration: where that is broken it says so, and nowhere else it minds.
NEEDS: dict[tuple[str, ...], set[str]] = {
    ("articles", "--json"): set(),
    ("evidence", "1", "--json"): set(),
    ("stories", "--why", "1"): set(),
    ("backup", "copy.db", "--force"): set(),
    ("feeds", "list", "--json"): {"feeds.yaml"},
    ("feeds", "export"): {"feeds.yaml"},
    ("prune", "--dry-run"): {"monitor.yaml"},
    ("explain", "page.txt", "--json"): {"iran-iraq-defense.yaml"},
    ("score",): {"iran-iraq-defense.yaml"},
    ("suggest", "--json"): {"iran-iraq-defense.yaml"},
    ("audit", "--json"): {"iran-iraq-defense.yaml"},
    ("diff", "--json"): {"iran-iraq-defense.yaml"},
    ("learn", "--try", "--json"): {"iran-iraq-defense.yaml"},
}


@pytest.mark.slow
@pytest.mark.parametrize("broken", ["feeds.yaml", "watches/iran-iraq-defense.yaml", "watches/new.yaml", "monitor.yaml"])
def test_whatever_writes_nothing_needs_no_more_than_it_shows(
    monitor: Monitor,  # noqa: F811
    folder: Path,  # noqa: F811
    broken: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert monitor("--config", folder, "poll", "--json").code == 0
    with (folder / broken).open("a", encoding="utf-8") as file:
        file.write("\n  - [\n")
    monkeypatch.chdir(folder.parent)
    Path("page.txt").write_text(
        "Iran, Iraq sign memorandum\n\nBoth ministers signed it in Baghdad.\n", encoding="utf-8"
    )
    name = broken.rpartition("/")[2]
    for arguments, needed in NEEDS.items():
        done = monitor("--config", folder, *arguments)
        assert done.code == (2 if name in needed else 0), (arguments, done.err)
        assert f"{name}:" in done.err, arguments


def test_a_missing_driver_is_told(monkeypatch: pytest.MonkeyPatch, configure: Configure, monitor: Monitor) -> None:  # noqa: F811
    check_driver("sqlite:///x.db")
    place = configure("https://news.example/rss")
    text = (place / "monitor.yaml").read_text(encoding="utf-8")
    (place / "monitor.yaml").write_text(
        text.replace("sqlite:///../var/monitor.db", "postgresql://u@127.0.0.1/x"), encoding="utf-8"
    )
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    said = monitor("--config", place, "check")
    assert said.code == 2
    assert "pip install 'psycopg[binary]'" in said.err


@pytest.mark.slow
def test_a_reload_never_dies_and_a_swapped_folder_is_noticed(newsroom: Newsroom, configure: Configure) -> None:
    written = configure(many(newsroom, 3))
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    with (written / "monitor.yaml").open("a") as settings:
        settings.write(f"web: {{listen: '127.0.0.1:{port}'}}\n")

    def health() -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=20) as answer:
            return str(answer.read().decode())

    root = written.parent
    first, second = root / "v1", root / "v2"
    shutil.copytree(written, first)
    shutil.rmtree(written)
    written.symlink_to(first, target_is_directory=True)
    good = (first / "monitor.yaml").read_text(encoding="utf-8")
    with running(written) as service:
        service.wait_for("match ")
        for spoiled in (f"{good}max_age: {'9' * 5000}\n", good + BROKEN["brackets"][0], good + "x: &x [*x]\n"):
            (first / "monitor.yaml").write_text(spoiled, encoding="utf-8")
            service.wait_for("configuration refused")
            assert "the configuration in the files was refused" in health()
        (first / "monitor.yaml").write_text(good, encoding="utf-8")
        service.wait_for("configuration re-read")
        assert health() == "alive\n"
        # As an orchestrator mounts it: the folder is a link, and an edit is another link under its name.
        shutil.copytree(first, second)
        (second / "monitor.yaml").write_text(good.replace("0 7 * * *", "0 77 * * *"), encoding="utf-8")
        (root / "next").symlink_to(second, target_is_directory=True)
        (root / "next").replace(written)
        service.wait_for("configuration refused")
        (second / "monitor.yaml").write_text(good, encoding="utf-8")
        service.wait_for("configuration re-read")
        service.process.send_signal(signal.SIGHUP)
        service.wait_for("configuration re-read")
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(10) == 0
