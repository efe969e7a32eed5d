"""Matchers that are kept beside the store judge as those that are built, and are built anew when anything changes."""

from __future__ import annotations

import os
import pickle
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.articles import CONFIG, WATCH
from monitor.app import open_app
from monitor.cli.progress import Silent
from monitor.config import Config, load_config
from monitor.match import Matcher, kept, load
from monitor.match.in_language import judge
from monitor.match.kept import keep_grown, kept_matchers
from monitor.match.load import load_matchers
from monitor.model import Document
from monitor.topic.build import build_topic
from tests.conftest import fresh_database

REPORTS = [
    Document(
        "1", "Iran and Iraq sign a defence pact", "The ministers of defence of Iran and Iraq met in Tehran.", "en"
    ),
    Document("2", "ایران و عراق توافقنامه دفاعی امضا کردند", "وزیران دفاع ایران و عراق در تهران دیدار کردند.", "fa"),
    Document("3", "Football: Iraq beat Iran", "Two late goals decided the match in Basra.", "en"),
    Document("4", "Drones over the border", "Border guards shot down two drones near Erbil on Monday.", "en"),
]


class Builder:
    """Builds matchers and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, config: Config) -> dict[str, Matcher]:
        self.times += 1
        return load_matchers(config)


@pytest.fixture(autouse=True)
def _built_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept is fresh, and not a matcher that other tests have used in all ways."""
    monkeypatch.setattr(load, "build_topic", build_topic)
    monkeypatch.setattr(load, "Matcher", Matcher)
    monkeypatch.setattr(kept, "kept_matchers", kept_matchers)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(CONFIG, tmp_path / "config")
    shutil.copytree(CONFIG.parent / "seed_corpus", tmp_path / "seed_corpus")
    text = 'name: Drones\nquery: "drone* AND border"\n'
    (tmp_path / "config" / "watches" / "drones.yaml").write_text(text, encoding="utf-8")
    return tmp_path / "config"


@pytest.fixture
def small(folder: Path) -> Path:
    """With the query's watch alone."""
    shutil.rmtree(folder / "watches" / WATCH, ignore_errors=True)
    (folder / "watches" / f"{WATCH}.yaml").unlink()
    return folder


@pytest.mark.slow
def test_what_is_kept_judges_as_what_is_built(folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "monitor.match.kept")
    build, path = Builder(), tmp_path / "matchers"
    built = kept_matchers(load_config(folder), path, build)
    kept = kept_matchers(load_config(folder), path, build)
    assert build.times == 1, caplog.text  # says what could not be written or read
    assert list(kept) == list(built)
    assert len(kept) == 2
    for name, matcher in built.items():
        assert kept[name] is not matcher
        assert kept[name].version == matcher.version
        assert [kept[name].match(each) for each in REPORTS] == [matcher.match(each) for each in REPORTS]
    assert built["drones"].match(REPORTS[3]).verdict == "match"
    # What they judged since does not keep them from being kept.
    other = tmp_path / "used"
    kept_matchers(load_config(folder), other, lambda _config: built)
    assert list(kept_matchers(load_config(folder), other, build)) == list(built)
    assert build.times == 1


@pytest.mark.slow
def test_a_change_of_any_file_is_taken_up(small: Path, tmp_path: Path) -> None:
    build, path = Builder(), tmp_path / "matchers"
    before = kept_matchers(load_config(small), path, build)
    (small / "watches" / "drones.yaml").write_text('name: Drones\nquery: "football"\n', encoding="utf-8")
    after = kept_matchers(load_config(small), path, build)
    assert build.times == 2
    assert before["drones"].match(REPORTS[2]).verdict == "no"
    assert after["drones"].match(REPORTS[2]).verdict == "match"
    (small / "lexicon").mkdir(exist_ok=True)
    (small / "lexicon" / "acts.yaml").open("a", encoding="utf-8").write("\n# another byte\n")
    kept_matchers(load_config(small), path, build)
    assert build.times == 3


class _Command:
    """What a file could hold to run a command when it is read."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch {self.marker}",)


@pytest.mark.slow
def test_a_file_that_holds_anything_else_is_made_anew_and_runs_nothing(small: Path, tmp_path: Path) -> None:
    build, path, marker = Builder(), tmp_path / "matchers", tmp_path / "was-run"
    config = load_config(small)
    kept_matchers(config, path, build)
    whole = path.read_bytes()
    key, head = whole[:32], whole[:64]
    for content in (
        head + pickle.dumps({"drones": _Command(marker)}),
        head + pickle.dumps(["no", "mapping"]),
        head + pickle.dumps({"drones": "no matcher"}),
        head + whole[64 : len(whole) // 2],
        key,
        b"",
        b"rubbish",
    ):
        path.write_bytes(content)
        again = kept_matchers(config, path, build)
        assert again["drones"].match(REPORTS[3]).verdict == "match"
        assert path.read_bytes()[:32] == key
    assert build.times == 8
    assert not marker.exists()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["config", "matchers", "seed_corpus"]


@pytest.mark.slow
def test_where_nothing_can_be_written_matchers_are_built(small: Path, tmp_path: Path) -> None:
    build = Builder()
    for _ in range(2):
        matchers = kept_matchers(load_config(small), tmp_path / "no-such-folder" / "matchers", build)
        assert matchers["drones"].match(REPORTS[3]).verdict == "match"
    assert build.times == 2


@pytest.mark.slow
def test_what_is_worked_out_later_is_kept_at_the_end(folder: Path, tmp_path: Path) -> None:
    """The writings of terms are worked out for the texts that come, and kept with what was kept before."""
    build, path = Builder(), tmp_path / "matchers"
    config = load_config(folder)
    built = kept_matchers(config, path, build)
    sizes = [path.stat().st_size]
    for judge_it in (built[WATCH].dismissed, built[WATCH].match):
        assert judge_it(REPORTS[3]), "names of sides are looked for"
        keep_grown(config, path, built)
        sizes.append(path.stat().st_size)
    verdict = built[WATCH].match(REPORTS[0])
    keep_grown(config, path, built)
    assert sizes[0] < sizes[1] <= sizes[2] < path.stat().st_size
    read = path.stat().st_mtime_ns
    built[WATCH].match(REPORTS[2])
    keep_grown(config, path, kept_matchers(config, path, build))
    assert path.stat().st_mtime_ns == read, "nothing is new, and nothing is written"
    kept = kept_matchers(config, path, build)
    assert not kept[WATCH].grew
    assert kept[WATCH].match(REPORTS[0]) == verdict
    assert not kept[WATCH].grew, "nothing had to be worked out again"
    assert build.times == 1


@pytest.mark.slow
def test_what_was_built_of_other_files_is_not_kept_in_their_place(folder: Path, tmp_path: Path) -> None:
    """Another process has read what was saved since, and kept it."""
    build, path = Builder(), tmp_path / "matchers"
    config = load_config(folder)
    old = load_matchers(config)
    (folder / "entities").mkdir(exist_ok=True)
    body = "side: iran\nentities:\n  - {id: border_council, kind: body, names: {en: [Border Council]}}\n"
    (folder / "entities" / "more.yaml").write_text(body, encoding="utf-8")
    new = kept_matchers(load_config(folder), path, build)
    assert new[WATCH].version != old[WATCH].version
    kept = path.read_bytes()
    old[WATCH].match(REPORTS[0])
    keep_grown(config, path, old)
    assert path.read_bytes() == kept


async def _matchers_of_a_start(folder: Path) -> dict[str, Matcher]:
    async with open_app(load_config(folder), lambda: datetime.now(UTC), Silent()) as app:
        return dict(app.matchers)


@pytest.mark.slow
@pytest.mark.parametrize("named", ["caches", "not/absolute", ""])
async def test_with_a_database_server_they_are_kept_in_the_cache_of_the_user(
    small: Path, tmp_path: Path, postgresql: str, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / named) if named == "caches" else named)
    (small / "monitor.yaml").write_text(f"store: {fresh_database(postgresql)}\n", encoding="utf-8")
    caches = tmp_path / (named if named == "caches" else ".cache") / "feed-monitor"
    build = Builder()
    monkeypatch.setattr(load, "load_matchers", build)
    first = await _matchers_of_a_start(small)
    assert [oct(each.stat().st_mode)[-3:] for each in (caches, *caches.iterdir())] == ["700", "600", "600"]
    second = await _matchers_of_a_start(small)
    assert build.times == 1
    assert {name: each.version for name, each in second.items()} == {name: each.version for name, each in first.items()}


@pytest.mark.slow
async def test_a_user_without_a_home_builds_them_at_each_start(
    small: Path, tmp_path: Path, postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (small / "monitor.yaml").write_text(f"store: {fresh_database(postgresql)}\n", encoding="utf-8")
    build = Builder()
    monkeypatch.setattr(load, "load_matchers", build)
    (tmp_path / "no-folder").write_text("", encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path / "no-folder"))
    monkeypatch.delenv("XDG_CACHE_HOME")
    for _ in range(2):
        assert list(await _matchers_of_a_start(small)) == ["drones"]
    assert build.times == 2


@pytest.mark.slow
def test_what_it_remembers_of_articles_is_not_kept(folder: Path, tmp_path: Path) -> None:
    """Articles in a language that is not read are told so; the next process that reads the file meets others."""
    build, path = Builder(), tmp_path / "matchers"
    config = load_config(folder)
    built = kept_matchers(config, path, build)
    judge(Document("5", "Στρατιωτική συνεργασία", "Οι υπουργοί συναντήθηκαν τη Δευτέρα στην πρωτεύουσα."), built[WATCH])
    judge(REPORTS[0], built[WATCH])
    keep_grown(config, path, built)
    kept_matchers(config, path, build)
    assert build.times == 1
