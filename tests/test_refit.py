"""Weights learned from what a person says of articles: a nudge from a few, and never a wreck."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from benchmarks.articles import Row, shipped_matcher
from monitor.cli import cli
from monitor.config.yaml import read_yaml
from monitor.match import Matcher
from monitor.match.fit import FitError, Labelled, figures, refit
from tests.shipped import ROWS, SHIPPED

WEIGHTS = SHIPPED.topic.weights


@cache
def labelled() -> list[Labelled]:
    return [Labelled(SHIPPED.features(row.document), row.relevant, row.document.id) for row in ROWS]


def f1(matcher: Matcher) -> float:
    scores = [matcher.match(row.document).score for row in ROWS]
    return figures(scores, [row.relevant for row in ROWS], WEIGHTS.threshold).f1


def hard(relevant: bool, count: int) -> list[Labelled]:
    """The articles the shipped weights are least sure of."""
    scored = [
        (SHIPPED.match(row.document).score, one) for row, one in zip(ROWS, labelled(), strict=True) if one.features
    ]
    chosen = sorted((one for one in scored if one[1].relevant == relevant), key=lambda s: s[0], reverse=not relevant)
    return [one for _, one in chosen[:count]]


@pytest.mark.slow
def test_six_marks_nudge() -> None:
    marked = hard(False, 4) + hard(True, 2)
    found = refit(marked, WEIGHTS)
    moved = shipped_matcher(found.weights)
    changes = [
        abs(after - before)
        for row in ROWS
        if (before := SHIPPED.match(row.document).score) and (after := moved.match(row.document).score)
    ]
    assert max(changes) > 0.05
    assert f1(moved) > f1(SHIPPED) - 0.03
    assert found.weights.threshold == WEIGHTS.threshold


@pytest.mark.slow
def test_a_handful_of_contradictory_marks_does_not_wreck() -> None:
    sure = [one for one in labelled() if one.relevant and one.features][:8]
    said = [Labelled(one.features, index % 2 == 0, str(index)) for index, one in enumerate(sure)]
    assert f1(shipped_matcher(refit(said, WEIGHTS).weights)) > f1(SHIPPED) - 0.15


@pytest.mark.slow
def test_signs_hold() -> None:
    for name, value in refit(hard(False, 10) + hard(True, 10), WEIGHTS).weights.values.items():
        assert value < 0 if name.startswith("against") else value > 0 or name == "short", name


@pytest.mark.slow
@pytest.mark.parametrize(("right", "wrong"), [(0, 9), (1, 9), (9, 1), (2, 3)])
def test_too_little_is_refused(right: int, wrong: int) -> None:
    with pytest.raises(FitError, match="at least 6 in all and 2 of each"):
        refit(hard(True, right) + hard(False, wrong), WEIGHTS)


# ---- the command -----------------------------------------------------------------------------------------------


def written(folder: Path) -> Path:
    (folder / "init").mkdir()
    assert run("init", folder / "init").exit_code == 0
    return folder / "init" / "config"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, list(map(str, arguments)))


def labelled_file(path: Path, rows: list[Row]) -> Path:
    lines = [
        {"id": r.document.id, "title": r.document.title, "text": r.document.text, "language": r.document.language,
         "label": r.label}
        for r in rows
    ]  # fmt: skip
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return path


@pytest.mark.slow
def test_refit_from_a_file_writes_the_watchs_own_weights(tmp_path: Path) -> None:
    config = written(tmp_path)
    (config / "watches" / "iran-iraq-defense" / "weights.yaml").unlink(missing_ok=True)
    unsure = sorted(ROWS, key=lambda row: abs(SHIPPED.match(row.document).score - WEIGHTS.threshold))[:60]
    done = run("--config", config, "learn", "--refit", labelled_file(tmp_path / "rows.jsonl", unsure))
    assert done.exit_code == 0, done.output
    assert "before: precision" in done.output
    assert "after, each left out in turn: precision" in done.output
    own = read_yaml(config / "watches" / "iran-iraq-defense" / "weights.yaml").data
    assert own["fit"]["refitted_from"] == 60
    assert run("--config", config, "check").exit_code == 0


@pytest.mark.slow
def test_refit_says_what_is_missing(tmp_path: Path) -> None:
    config = written(tmp_path)
    none = run("--config", config, "learn", "--refit")
    assert none.exit_code != 0
    assert "monitor mark" in str(none.exception) + none.output
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"id": "1", "title": "x", "text": "y", "label": "perhaps"}\n', encoding="utf-8")
    broken = run("--config", config, "learn", "--refit", bad)
    assert "bad.jsonl:1: not a labelled article" in str(broken.exception) + broken.output


@pytest.mark.slow
def test_check_names_what_a_watch_names_and_no_data_file_holds(tmp_path: Path) -> None:
    config = written(tmp_path)
    file = config / "watches" / "iran-iraq-defense.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "acts: {facets: [agreemnt]}\n", encoding="utf-8")
    checked = run("--config", config, "check")
    assert checked.exit_code == 2
    assert f"{file.name}:{len(file.read_text(encoding='utf-8').splitlines())}:" in checked.output
    assert "did you mean 'agreement'?" in checked.output
