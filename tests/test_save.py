"""A file a person wrote is replaced whole or not at all."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.config import save
from monitor.config.save import ChangedMeanwhileError, edit_exact, read_exact, save_exact
from monitor.errors import ConfigError, MonitorError


def test_mode_links_and_line_ends_stay(tmp_path: Path) -> None:
    real, link = tmp_path / "real.yaml", tmp_path / "feeds.yaml"
    real.write_bytes(b"old\r\n")
    real.chmod(0o640)
    link.symlink_to(real)
    save_exact(link, "\ufeffnew\r\n")
    assert read_exact(real) == "\ufeffnew\r\n"
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["feeds.yaml", "real.yaml"]


def test_a_new_file_is_readable_as_others_are(tmp_path: Path) -> None:
    save_exact(tmp_path / "feeds.yaml", "feeds: []\n")
    (tmp_path / "other").write_text("x")
    assert (tmp_path / "feeds.yaml").stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.parametrize("broken", ["replace", "fsync", "write"])
def test_what_fails_on_the_way_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_text("feeds: []\n")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if broken == "write":
        monkeypatch.setattr(os, "fdopen", full)
    else:
        monkeypatch.setattr(Path if broken == "replace" else os, broken, full)
    with pytest.raises(MonitorError, match=r"feeds.yaml cannot be written \(No space left on device\)"):
        save_exact(path, "feeds: [x]\n")
    assert path.read_text() == "feeds: []\n"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_not_text_says_so(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not UTF-8"):
        read_exact(tmp_path / "feeds.yaml")


def test_what_another_saves_while_a_file_is_edited_stays(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yaml"
    others = iter(["b", "c"])

    def edit(text: str) -> str:
        if other := next(others, ""):
            save_exact(path, text + other)
        return f"{text}a"

    edit_exact(path, edit)
    assert read_exact(path) == "bca"
    with pytest.raises(ChangedMeanwhileError, match="nothing was written"):
        save_exact(path, "", before="b")
    assert [each.name for each in tmp_path.iterdir()] == ["feeds.yaml"]


def test_who_is_frozen_while_it_saves_is_not_waited_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(save, "PATIENCE", 0.2)
    path = tmp_path / "feeds.yaml"
    held = "import fcntl, os, sys; fcntl.flock(os.open(sys.argv[1], os.O_RDONLY), fcntl.LOCK_EX)"
    command = [sys.executable, "-c", f"{held}; print(flush=True); input()", str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(MonitorError, match="another process is saving a file in"):
            save_exact(path, "feeds: []\n")
        assert list(tmp_path.iterdir()) == []
        other.kill()
    save_exact(path, "feeds: []\n")
    assert read_exact(path) == "feeds: []\n"
