"""Weights learned from what a person says of articles: a nudge from a few, and never a wreck."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.articles import Row, shipped_matcher
from monitor.cli import cli
from monitor.config.yaml import read_yaml
from monitor.match import Matcher
from monitor.match import cut_off as cut_off_module
from monitor.match import refit as refit_module
from monitor.match.cut_off import Seen, cut_off
from monitor.match.feedback import ANCHOR, Archive, refit
from monitor.match.fit import FitError, Labelled, figures, moved
from monitor.match.uncertain import ASKED, Tried, sample_to_learn
from monitor.model import Document
from monitor.topic.records import Weights
from tests.shipped import ROWS, SHIPPED

WEIGHTS = SHIPPED.topic.weights


EMPTY = Archive((), 0)


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
    weights = moved(marked, WEIGHTS, ANCHOR)
    nudged = shipped_matcher(weights)
    changes = [
        abs(after - before)
        for row in ROWS
        if (before := SHIPPED.match(row.document).score) and (after := nudged.match(row.document).score)
    ]
    assert max(changes) > 0.05
    assert f1(nudged) > f1(SHIPPED) - 0.03
    assert weights.threshold == WEIGHTS.threshold


@pytest.mark.slow
def test_a_handful_of_contradictory_marks_does_not_wreck() -> None:
    sure = [one for one in labelled() if one.relevant and one.features][:8]
    said = [Labelled(one.features, index % 2 == 0, str(index)) for index, one in enumerate(sure)]
    assert f1(shipped_matcher(moved(said, WEIGHTS, ANCHOR))) > f1(SHIPPED) - 0.15


@pytest.mark.slow
def test_signs_hold() -> None:
    for name, value in moved(hard(False, 10) + hard(True, 10), WEIGHTS, ANCHOR).values.items():
        assert value < 0 if name.startswith("against") else value > 0 or name == "short", name


@pytest.mark.slow
@pytest.mark.parametrize(("right", "wrong"), [(0, 5), (3, 2), (2, 3)])
def test_too_little_is_refused(right: int, wrong: int) -> None:
    with pytest.raises(FitError, match="at least 6 in all"):
        refit(hard(True, right) + hard(False, wrong), WEIGHTS, EMPTY)


# ---- what nobody marked ----------------------------------------------------------------------------------------

TERMS = Weights("terms", 0.5, 0.2, 0.0, {"x": 1.0})


def at(odds: float, relevant: bool) -> Labelled:
    return Labelled({"x": odds}, relevant, f"{odds} {relevant}")


def unmarked(*odds: float) -> Archive:
    return Archive([{"x": each} for each in odds], 1000)


def test_false_hits_just_above_the_threshold_raise_it() -> None:
    rows = [at(0.1 + n / 20, False) for n in range(16)] + [at(2.5 + n / 10, True) for n in range(16)]
    found = refit(rows, TERMS, unmarked(*(n / 20 for n in range(60))), keep_threshold=False)
    assert found.better
    assert found.weights.threshold > TERMS.threshold or found.weights.values != TERMS.values
    assert found.matched[1] < found.matched[0]
    assert found.after.f1 >= found.before.f1


def test_marks_that_say_the_opposite_of_the_scores_change_nothing_and_are_told() -> None:
    flipped = [at(odds, odds < 0) for odds in (2.0, 1.6, 1.3, 1.0, 0.7, 0.4, -0.4, -0.7, -1.0, -1.3, -1.6, -2.0)]
    found = refit(flipped, TERMS, unmarked(*[0.1] * 60))
    assert not found.better
    assert "taken for each other" in found.why
    honest = [at(odds, odds > 0) for odds in (2.0, 1.6, 1.3, 1.0, 0.7, 0.4, -0.4, -0.7, -1.0, -1.3, -1.6, -2.0)]
    assert "taken for each other" not in refit(honest, TERMS, unmarked(*[0.1] * 60)).why


@given(st.lists(st.tuples(st.floats(-3, 3), st.booleans()), min_size=6, max_size=40))
@settings(deadline=None, max_examples=60)
def test_what_is_put_in_force_is_no_worse_over_the_marks(marks: list[tuple[float, bool]]) -> None:
    found = refit([at(odds, relevant) for odds, relevant in marks], TERMS, unmarked(*[0.1] * 60))
    assert not found.better or found.after.f1 >= found.before.f1 - 0.005


def test_an_article_that_is_marked_both_ways_counts_for_neither() -> None:
    one, copy, other = (Document(str(n), title, "They signed it.", "en")
                        for n, title in enumerate(("A pact", "A PACT", "Rain")))  # fmt: skip
    clear, titles = refit_module._without_contradictions([(one, True), (copy, False), (other, False), (other, False)])
    assert clear == [(other, False)]
    assert titles == ("A pact",)


def test_enough_is_asked_for_a_threshold_to_move() -> None:
    assert ASKED >= cut_off_module._LEAST_MARKS + 4  # some are skipped


def test_a_threshold_that_a_person_wrote_stays() -> None:
    rows = [at(0.1 + n / 20, False) for n in range(16)] + [at(2.5 + n / 10, True) for n in range(16)]
    found = refit(rows, TERMS, unmarked(*(n / 20 for n in range(60))), keep_threshold=True)
    assert found.weights.threshold == TERMS.threshold


def shown_and_below(relevant_below: bool | None) -> list[Seen]:
    """Sixty articles above the threshold and sixty below; of those below, every other one marked so (None: both)."""
    above = [Seen(0.5 + n / 130, True, True if n % 3 == 0 else None) for n in range(60)]
    said = [relevant_below if relevant_below is not None else n % 6 == 0 for n in range(60)]
    return above + [Seen(0.49 - n / 160, False, said[n] if n % 2 == 0 else None) for n in range(60)]


def test_what_a_person_sought_below_the_threshold_says_nothing_of_the_rest_there() -> None:
    assert cut_off(shown_and_below(True), 0.5).threshold == 0.5


def test_a_sample_below_the_threshold_that_is_mostly_right_lowers_it() -> None:
    sample = shown_and_below(True)
    wrong = [n for n, one in enumerate(sample) if not one.shown and one.mark][::8]
    for n in wrong:
        sample[n] = Seen(sample[n].score, False, False)
    found = cut_off(sample, 0.5)
    assert found.threshold < 0.5
    assert "lowered" in found.why


def test_silence_counts_for_a_person_who_marks_only_what_is_wrong() -> None:
    """Eight false hits among a hundred that were shown leave the threshold where it is; with no others it rises."""
    wrong = [Seen(0.5 + n / 100, True, False) for n in range(28)]
    silent = [Seen(0.5 + n / 900, True) for n in range(250)]
    right = [Seen(0.9 + n / 900, True) for n in range(40)]
    assert cut_off(wrong + silent, 0.5).threshold == 0.5
    assert cut_off(wrong + right, 0.5).threshold > 0.5


def test_few_marks_leave_the_threshold_and_say_how_many_it_takes() -> None:
    found = cut_off([Seen(0.5 + n / 100, True, False) for n in range(20)], 0.5)
    assert found.threshold == 0.5
    assert "takes 22 marked articles" in found.why


def test_what_was_shown_and_not_marked_is_right_for_a_person_who_marks_only_errors() -> None:
    """The false hits differ from the rest by a feature of their own: that is what is learned, not that all is wrong."""
    weights = Weights("sides", 0.5, 0.2, 0.0, {"drill": 1.0, "visit": 1.0, "against fair": -0.01})
    wrong = [Labelled({"drill": 0.3, "against fair": 1.0}, False, f"w{n}") for n in range(24)]
    missed = [Labelled({"visit": -0.1}, True, f"m{n}") for n in range(4)]
    found = [Labelled({"drill": 0.3}, True, f"r{n}") for n in range(10)]
    shown, ordinary = (Archive([{"drill": 0.3}] * 60, 60, seen) for seen in (True, False))
    matched = [refit(wrong + missed, weights, one, keep_threshold=True).matched for one in (shown, ordinary)]
    assert matched == [(60, 60), (60, 0)]
    all_marked = [refit(wrong + missed + found, weights, one, keep_threshold=True) for one in (shown, ordinary)]
    assert all_marked[0] == all_marked[1]


# ---- the sample to mark ----------------------------------------------------------------------------------------


def test_a_sample_to_learn_from_looks_at_both_sides_and_not_far_below_and_not_twice() -> None:
    tried = [Tried(str(n), "", "", "en", n / 200, "match" if n >= 100 else "no", "", answered=n == 100)
             for n in range(200)]  # fmt: skip
    chosen = sample_to_learn(tried, 0.5, 30)
    assert sum(one.verdict == "match" for one in chosen) == 15
    assert len(chosen) == len({one.id for one in chosen}) == 30
    assert min(one.score for one in chosen) >= 0.1
    assert "100" not in {one.id for one in chosen}
    assert sample_to_learn(list(reversed(tried)), 0.5, 30) == chosen


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
    assert "of the shipped reports of ordinary news" in done.output
    assert "because: " in done.output
    own = config / "watches" / "iran-iraq-defense" / "weights.yaml"
    assert own.exists() == ("written to" in done.output)
    if own.exists():
        assert read_yaml(own).data["fit"]["refitted_from"] == 60
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


@pytest.mark.slow
def test_score_names_an_unknown_family_and_check_old_shared_weights(tmp_path: Path) -> None:
    config = written(tmp_path)
    file = config / "watches" / "iran-iraq-defense.yaml"
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole + "families: [defense, tarde]\n", encoding="utf-8")
    scored = CliRunner().invoke(
        cli, ["--config", str(config), "score"], input='{"id": "1", "title": "a", "text": "b"}\n'
    )
    assert scored.exit_code == 0
    assert "no file of config/families is called 'tarde'; did you mean 'trade'?" in scored.stderr
    assert json.loads(scored.stdout)["id"] == "1"
    file.write_text(whole, encoding="utf-8")
    (config / "weights").mkdir(exist_ok=True)
    shared = config / "weights" / "terms.yaml"
    shared.write_text(
        "model: terms\nfeatures: 1\nthreshold: 0.5\nnear_miss: 0.2\nintercept: 0\nweights: {}\n", encoding="utf-8"
    )
    checked = run("--config", config, "check")
    assert f"{shared} is of an earlier version and does not count" in checked.output
