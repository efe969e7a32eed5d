"""Folders that may not be looked into or written to, and what is said of values and files that are no valid ones."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli import cli
from monitor.config.yaml import parse_yaml
from monitor.errors import ConfigError, SeedError
from monitor.fields import check_language, check_locale, check_timezone
from monitor.folders import listed, why_not_written
from monitor.topic.seed_places import find_sources

NOBODY = 65534


@contextmanager
def nobody() -> Iterator[None]:
    """As a user with no rights: root may do everything."""
    own = os.geteuid()
    if own == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(own)


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Path]:
    """A folder that nobody may look into, with a file in it."""
    folder = tmp_path / "closed"
    folder.mkdir()
    (folder / "a.yaml").write_text("x: 1\n")
    folder.chmod(0o000)
    yield folder
    folder.chmod(0o700)


def test_a_folder_that_is_closed_is_named_and_not_taken_for_empty(closed: Path, tmp_path: Path) -> None:
    with nobody(), pytest.raises(ConfigError, match=r"closed: cannot be looked into \(Permission denied\); check its"):
        listed(closed)
    with nobody(), pytest.raises(SeedError, match="closed: cannot be looked "):
        find_sources([closed], [], tmp_path)
    assert listed(tmp_path / "not there") == []


def test_a_place_that_no_file_can_have_is_named(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match="cannot be looked for"):
        find_sources([tmp_path / ("x" * 300)], [], tmp_path)


def test_where_nothing_can_be_written_the_folder_in_the_way_is_named(closed: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert why_not_written(tmp_path / "file" / "digests") == f"{tmp_path / 'file'} is a file"
    assert why_not_written(tmp_path / "new" / "digests") == ""
    with nobody():
        assert why_not_written(closed / "digests")


def test_check_notes_what_could_not_be_written_or_learned_from(configure: Callable[..., Path]) -> None:
    folder = configure("http://127.0.0.1:9/f")
    (folder.parent / "var").mkdir(exist_ok=True)
    (folder.parent / "var" / "digests").write_text("a file")
    said = CliRunner().invoke(cli, ["--config", str(folder), "check"])
    assert said.exit_code == 0
    assert f"cannot write editions to {folder.parent / 'var' / 'digests'}" in said.stderr
    assert "cannot write the store" not in said.stderr


@pytest.mark.parametrize(
    ("check", "value", "hint"),
    [
        (check_timezone, "Istanbul", "write Asia/Istanbul"),
        (check_timezone, "new york", "write America/New_York"),
        (check_timezone, "Nowhere", "Asia/Baghdad or UTC"),
        (check_language, "turkish", "write tr"),
        (check_language, "TR", "write tr"),
        (check_language, "qq", "one such as fa"),
        (check_locale, "xx-YY", "one such as fa or en-GB"),
    ],
)
def test_a_wrong_value_is_answered_with_what_was_meant(check: Callable[[str], str], value: str, hint: str) -> None:
    with pytest.raises(ValueError, match=f"{value}.*{hint}"):
        check(value)


@pytest.mark.parametrize("value", ["fa", "ckb", "ku", "kmr"])
def test_a_language_is_kept_as_written(value: str) -> None:
    assert check_language(value) == value


@pytest.mark.parametrize("value", ["fa", "en-GB", "ckb", "de_AT"])
def test_a_locale_is_kept_as_written(value: str) -> None:
    assert check_locale(value) == value


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        ("a:\n  schedule: */5 * * * *\n", 2, "put it in quotes"),
        ('a: "x\nb: 1\nc: 2\n', 1, "the quote of line 1 is not closed"),
        ("a:\n  - x\n  b: 1\n", 3, "the list of line 2 has no '- ' here"),
        ("a: [1, 2\nb: 3\n", 2, "the bracket [ of line 1 is not closed"),
        ("a: {x: 1\nb: 3\n", 2, "the brace { of line 1 is not closed"),
        ("a: 1\nb: @desk\n", 2, "put the value in quotes"),
        ("a: 1\nb: *desk\n", 2, "put it in quotes if it is a text"),
        ("a: 1\n b: 2\n", 2, "indent this line as the keys beside it"),
        ("feeds:\n- url: x\n name: y\n", 3, "indent this line as the keys it belongs to"),
        ("a: > x\n", 1, "write the text in the lines below"),
        ("a: - x\n", 1, "begin the list in the line below 'a:'"),
        ('a: "C:\\quiet"\n', 1, "write each backslash twice"),
        ("a: 1\n---\nb: 2\n", 2, "remove the line ---"),
        ("a: 1\nb: \x07\n", 2, "the control character #x0007 stands here"),
    ],
)
def test_of_broken_yaml_the_line_and_the_remedy_are_named(text: str, line: int, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_yaml(text, Path("f.yaml"))
    [problem] = caught.value.problems
    assert problem.line == line
    assert hint in problem.message
