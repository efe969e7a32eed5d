"""The vocabulary is kept in the user's cache: read from there while its files are the same, and from them when not."""

from __future__ import annotations

import gc
import pickle
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.articles import CONFIG
from monitor.config import Config, load_config
from monitor.errors import ConfigError
from monitor.match.load import forget_terms
from monitor.stories.group import tables
from monitor.topic import vocabulary
from monitor.topic.baseline import learn_profile
from monitor.topic.vocabulary import Vocabulary, load_vocabulary

PORT = "side: iran\nentities:\n  - {id: border_council, kind: body, names: {en: [Border Council]}}\n"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    shutil.copytree(CONFIG, tmp_path / "config")
    shutil.copytree(CONFIG.parent / "seed_corpus", tmp_path / "seed_corpus")
    return load_config(tmp_path / "config")


@pytest.fixture(autouse=True)
def caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    vocabulary._read.cache_clear()
    yield tmp_path / "caches" / "feed-monitor"
    vocabulary._read.cache_clear()


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One entry for each time that the files were read."""
    read: list[str] = []
    from_files = vocabulary._from_files

    def counted(*given: tuple[Any, ...]) -> object:
        read.append("files")
        return from_files(*given)

    monkeypatch.setattr(vocabulary, "_from_files", counted)
    return read


def next_start(config: Config) -> Vocabulary:
    vocabulary._read.cache_clear()
    return load_vocabulary(config)


@pytest.mark.slow
def test_the_next_start_reads_what_is_kept(config: Config, caches: Path, reads: list[str]) -> None:
    first = load_vocabulary(config)
    assert next_start(config) == first
    assert reads == ["files"]
    assert [oct(each.stat().st_mode)[-3:] for each in (caches, *caches.iterdir())] == ["700", "600"]


@pytest.mark.slow
def test_another_folder_with_the_same_files_reads_it_too(config: Config, tmp_path: Path, reads: list[str]) -> None:
    first = load_vocabulary(config)
    for each in ("config", "seed_corpus"):
        shutil.copytree(tmp_path / each, tmp_path / "other" / each)
    assert next_start(load_config(tmp_path / "other" / "config")) == first
    assert reads == ["files"]


@pytest.mark.slow
def test_a_change_is_taken_up_and_a_fault_is_said(config: Config, reads: list[str]) -> None:
    load_vocabulary(config)
    folder = config.folder / "entities"
    folder.mkdir(exist_ok=True)
    more = folder / "more.yaml"
    more.write_text(PORT, encoding="utf-8")
    assert "border_council" in {each.id for each in next_start(config).entities}
    for broken in ("side: [\n", "side: iran\nentities:\n  - {id: border_council, kind: nothing}\n"):
        more.write_text(broken, encoding="utf-8")
        with pytest.raises(ConfigError, match=r"more\.yaml"):
            next_start(config)
    more.unlink()
    assert "border_council" not in {each.id for each in next_start(config).entities}
    assert len(reads) == 5


@pytest.mark.slow
def test_a_file_of_something_else_is_not_believed(config: Config, caches: Path, reads: list[str]) -> None:
    first = load_vocabulary(config)
    [kept] = caches.iterdir()
    head = kept.read_bytes()[:32]
    others = ("no vocabulary", (first.lexicon, (), ()))
    for content in (b"", head, b"x" * 99, *(head + pickle.dumps(each) for each in others)):
        kept.write_bytes(content)
        assert next_start(config) == first
    assert len(reads) == 6


@pytest.mark.slow
def test_without_a_cache_the_files_are_read(config: Config, tmp_path: Path, reads: list[str]) -> None:
    (tmp_path / "caches").write_text("no folder", encoding="utf-8")
    assert load_vocabulary(config) == next_start(config)
    assert reads == ["files", "files"]


@pytest.mark.slow
def test_tables_of_grouping_are_kept_as_they_were_read(caches: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load = tables.load_tables.__wrapped__
    read = load()
    assert read == tables._from_files()
    monkeypatch.setattr(tables, "_from_files", lambda: pytest.fail("read from the files again"))
    assert load() == read
    (caches / "group-tables").write_bytes(b"something else")
    with pytest.raises(pytest.fail.Exception):
        load()


def test_names_and_words_are_let_go_of_with_what_was_learned_from_them(config: Config) -> None:
    """What was learned last is found by the very names and words that it was learned from, and would hold them."""
    (watch,) = config.watches
    learn_profile(config, watch, ())
    held = len([each for each in gc.get_objects() if isinstance(each, Vocabulary)])
    forget_terms()
    gc.collect()
    assert len([each for each in gc.get_objects() if isinstance(each, Vocabulary)]) < held
