"""Trying what was learned before it is in force: what would be found, whom to ask, and what answers would change."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.articles import Row
from monitor.config import load_config
from monitor.match.feedback import Archive, refit
from monitor.match.fit import Labelled
from monitor.match.uncertain import Tried, around, worth_asking
from monitor.model import Article, Document
from monitor.pipeline.outlook import over_archive
from monitor.store import Store, articles, marks
from monitor.topic.records import Weights
from tests.shipped import ROWS, SHIPPED
from tests.test_cli import Monitor, folder, monitor  # noqa: F401

NOW = datetime.now(UTC)
WATCH = "iran-iraq-defense"
Configure = Callable[..., Path]


def tree(folder: Path) -> dict[str, bytes]:  # noqa: F811
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def judged(*scores: float) -> list[Tried]:
    verdicts = ["match" if score >= 0.5 else "no" for score in scores]
    return [
        Tried(str(n), f"t{n}", "", "en", score, verdict, "")  # type: ignore[arg-type]
        for n, (score, verdict) in enumerate(zip(scores, verdicts, strict=True))
    ]


def texts(*given: str) -> Callable[..., list[Document]]:
    return lambda ids: [Document(each, "", given[int(each)]) for each in ids]


# ---- which articles --------------------------------------------------------------------------------------------


def test_the_nearest_to_the_threshold_are_shown_and_not_what_scores_nothing() -> None:
    tried = [*judged(0.99, 0.51, 0.7, 0.49, 0.0, 0.2, 0.4), replace(judged(0.5)[0], id="marked", answered=True)]
    above, below = around(tried, 0.5, each=2)
    assert [one.score for one in above] == [0.7, 0.51]
    assert [one.score for one in below] == [0.49, 0.4]


def test_the_least_certain_are_asked_about_from_both_sides_and_no_copies() -> None:
    same = "The ministers signed an agreement on gas in the capital"
    given = texts(same, f"{same} today", "Dockers walked out again", "Rain fell on the hills", "A bridge was opened")
    asked = worth_asking(judged(0.51, 0.52, 0.6, 0.49, 0.3), 0.5, given, most=4)
    assert [document.id for document in asked] == ["0", "3", "2", "4"]


def test_where_one_side_has_too_few_the_other_is_asked_about() -> None:
    given = texts("red apples", "green pears", "blue plums")
    assert [each.id for each in worth_asking(judged(0.4, 0.3, 0.2), 0.5, given)] == ["0", "1", "2"]


def test_a_fit_that_would_lose_what_was_found_is_refused() -> None:
    """Three right answers just above the threshold, many wrong ones below: lowering all scores would fit them best."""
    weights = Weights("terms", 0.5, 0.2, -1.0, {"x": 1.0})
    rows = [Labelled({"x": 1.1}, True, f"r{n}") for n in range(3)]
    rows += [Labelled({"x": 0.9}, False, f"w{n}") for n in range(17)]
    found = refit(rows, weights, Archive((), 0))
    assert not found.better
    assert found.weights == weights
    assert found.after.f1 == found.before.f1


# ---- the archive -----------------------------------------------------------------------------------------------


def article(row: Row, number: int, *, fetched: datetime, published: datetime | None = None) -> Article:
    document = row.document
    return Article(
        id=0,
        url=f"https://news.example/{number}",
        title=document.title,
        text=document.text,
        language=document.language,
        published=published or fetched,
        fetched=fetched,
        feed_url="https://news.example/rss",
        source="News",
        publisher="News",
        kind="independent",
    )


def fill(folder: Path, made: list[Article]) -> Store:  # noqa: F811
    path = folder.parent / "var" / "monitor.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    store = Store(f"sqlite:///{path}")
    with store.write() as db:
        articles.add(db, [(each, each.url, None) for each in made])
    return store


def archive(folder: Path, count: int = 90) -> Store:  # noqa: F811
    """Labelled articles of the project as the polls of some days brought them."""
    rows = ROWS[:: max(1, len(ROWS) // count)][:count]
    return fill(folder, [article(row, n, fetched=NOW - timedelta(hours=2 * n)) for n, row in enumerate(rows)])


@pytest.fixture
def config(configure: Configure) -> Path:
    return configure("http://127.0.0.1:9/feed.xml")


def test_days_are_counted_and_what_a_first_poll_brings_is_not(config: Path) -> None:
    good = next(row for row in ROWS if SHIPPED.match(row.document).verdict == "match")
    days = [article(good, n, fetched=NOW - timedelta(days=n)) for n in range(5)]
    first = NOW - timedelta(days=4)
    old = [article(good, 100 + n, fetched=first, published=first - timedelta(days=1 + n)) for n in range(50)]
    with closing(fill(config, days + old)) as store:
        found = over_archive(store, WATCH, SHIPPED, NOW - timedelta(days=30))
        assert (found.articles, found.matches, round(found.days, 2)) == (55, 55, 4.0)
        assert found.per_day == pytest.approx(5 / 4)
        some = over_archive(store, WATCH, SHIPPED, NOW - timedelta(days=30), most=10)
        assert (some.articles, some.whole) == (10, False)
        assert some.per_day == pytest.approx(5 / 4)


@pytest.mark.slow
def test_try_shows_what_would_be_found_and_changes_nothing(monitor: Monitor, config: Path) -> None:  # noqa: F811
    archive(config).close()
    before = tree(config)
    [found] = monitor("--config", config, "learn", "--try", "--json").json()
    assert found["articles"] == 90
    assert 0 < found["matches"] < 90
    assert found["per_day"] == pytest.approx(found["matches"] * 12 / 90 * 90 / 89, rel=0.2)
    assert all(row["verdict"] == "match" and row["line"] for row in found["above"])
    assert all(row["score"] < found["threshold"] for row in found["below"])
    assert [row["level"] for row in found["reads"] if row["code"] == "en"]
    told = monitor("--config", config, "learn", "--try")
    assert (told.code, "stored since" in told.out, "a day from your feeds" in told.out) == (0, True, True)
    assert f"  {found['above'][0]['score']:.2f}  " in told.out
    assert tree(config) == before


def test_try_without_a_store_makes_none(monitor: Monitor, config: Path) -> None:  # noqa: F811
    told = monitor("--config", config, "learn", "--try")
    assert (told.code, "nothing to try it on; run `monitor poll`" in told.out) == (0, True)
    assert not (config.parent / "var").exists()


def test_try_says_whether_a_profile_is_in_force(monitor: Monitor, config: Path) -> None:  # noqa: F811
    assert "the profile in force is" in monitor("--config", config, "learn", "--try").out
    for profile in config.glob("watches/*/profile.yaml"):
        profile.unlink()
    assert "no profile is in force yet" in monitor("--config", config, "learn", "--try").out


def test_try_of_a_file(monitor: Monitor, config: Path, tmp_path: Path) -> None:  # noqa: F811
    rows = [{"id": n, "title": row.document.title, "text": row.document.text} for n, row in enumerate(ROWS[:30])]
    file = tmp_path / "articles.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)) + "\n{broken\n", encoding="utf-8")
    told = monitor("--config", config, "learn", "--try", file)
    assert told.code == 1
    assert "of 30 articles (" in told.out
    assert f"{file}:31: is not JSON" in told.err
    missing = monitor("--config", config, "learn", "--try", tmp_path / "none.jsonl")
    assert (missing.code, "give a file of JSON lines" in missing.err) == (1, True)


@pytest.mark.slow
def test_learn_says_what_the_archive_would_have_brought(monitor: Monitor, config: Path) -> None:  # noqa: F811
    without = monitor("--config", config, "learn")
    assert "stored articles" not in without.out
    assert not (config.parent / "var").exists()
    archive(config, 40).close()
    told = monitor("--config", config, "learn").out
    assert "of all 40 stored articles of the last 30 days, about " in told
    [found] = monitor("--config", config, "learn", "--json").json()
    assert (found["archive"]["articles"], found["archive"]["whole"]) == (40, True)
    assert found["archive"]["matches"] > 0


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("--try", "--refit"), "use one of them"),
        (("--try", "--label", "--json"), "leave out --json"),
    ],
)
def test_what_does_not_go_together(monitor: Monitor, config: Path, line: tuple[str, ...], said: str) -> None:  # noqa: F811
    told = monitor("--config", config, "learn", *line)
    assert (told.code, said in told.err) == (2, True)


# ---- labels ----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_without_a_terminal_the_articles_are_written_to_be_filled_in(
    monitor: Monitor,  # noqa: F811
    config: Path,
    tmp_path: Path,
) -> None:
    archive(config, 226).close()
    told = monitor("--config", config, "learn", "--try", "--label")
    rows = [json.loads(line) for line in told.out.splitlines()]
    assert len(rows) == 26
    assert all(row["label"] is None and row["text"] for row in rows)
    assert "--refit FILE" in told.err
    right = {row.document.title: row.relevant for row in ROWS}
    file = tmp_path / "labelled.jsonl"
    filled = [{**row, "label": int(right[row["title"]])} for row in rows]
    file.write_text("\n".join(map(json.dumps, filled)), encoding="utf-8")
    done = monitor("--config", config, "learn", "--watch", WATCH, "--refit", file, "--json").json()
    assert done["articles"] == 26
    assert 0 < done["relevant"] < 26
    assert (done["marked"], done["contradicted"]) == (26, [])
    again = [json.loads(line) for line in monitor("--config", config, "learn", "--label").out.splitlines()]
    assert not {row["id"] for row in again} & {row["id"] for row in rows}  # nobody is asked twice


@pytest.mark.slow
def test_an_audit_offers_what_is_not_marked_and_a_refit_is_judged_on_the_rest(monitor: Monitor, config: Path) -> None:  # noqa: F811
    archive(config, 226).close()
    rows = monitor("--config", config, "audit", "--to-learn", "--watch", WATCH, "--json").json()["sample"]
    assert {row["verdict"] for row in rows} >= {"match", "near"}
    right = {row.document.title: row.relevant for row in ROWS}
    with closing(Store(f"sqlite:///{config.parent / 'var' / 'monitor.db'}")) as store, store.write() as db:
        for row in rows:
            marks.put(db, row["id"], WATCH, right[row["title"]], NOW)
    done = monitor("--config", config, "learn", "--watch", WATCH, "--refit", "--json").json()
    assert done["articles"] == len(rows)
    assert done["unmarked"] == 226 - len(rows)
    assert done["why"]
    again = monitor("--config", config, "audit", "--to-learn", "--watch", WATCH, "--json").json()["sample"]
    assert not {row["id"] for row in rows} & {row["id"] for row in again}
    listed = monitor("--config", config, "audit", "--to-learn", "--watch", WATCH, "--size", "6")
    assert "monitor mark ID right|wrong" in listed.err


def at_terminal(config: Path, *answers: str, tried: Path | None = None) -> str:
    """`monitor learn --try --label` with a person at a terminal who types these lines; what is shown."""
    master, slave = pty.openpty()
    command = [
        sys.executable,
        "-m",
        "monitor",
        "--config",
        str(config),
        "learn",
        "--label",
        "--try",
        *([str(tried)] if tried else []),
    ]
    with subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave) as process:
        os.close(slave)
        os.write(master, "".join(f"{answer}\n" for answer in answers).encode())
        shown = b""
        while True:
            try:
                part = os.read(master, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            shown += part
    os.close(master)
    assert process.returncode == 0, shown.decode()
    return shown.decode()


def answers_to(monitor: Monitor, config: Path) -> list[str]:  # noqa: F811
    """What a person would say, in the order in which they are asked."""
    right = {row.document.title: row.relevant for row in ROWS}
    asked = [json.loads(line) for line in monitor("--config", config, "learn", "--label").out.splitlines()]
    return ["r" if right[row["title"]] else "w" for row in asked]


@pytest.mark.slow
def test_a_person_at_a_terminal_sees_the_effect_before_it_is_saved(monitor: Monitor, config: Path) -> None:  # noqa: F811
    archive(config, 226).close()
    said = answers_to(monitor, config)
    before = tree(config)
    shown = at_terminal(config, *said, "n")
    assert "26 of 26, score" in shown
    assert "nothing was changed" in shown
    assert tree(config) == before
    shown = at_terminal(config, *said, "y")
    assert "26 articles marked" in shown
    with closing(Store(f"sqlite:///{config.parent / 'var' / 'monitor.db'}")) as store, store.read() as db:
        kept = marks.verdicts(db, WATCH)
    assert sorted(kept.values()) == sorted(each == "r" for each in said)
    changed = {name for name, body in tree(config).items() if before.get(name) != body}
    assert changed <= {f"watches/{WATCH}/weights.yaml"}
    assert bool(changed) == ("with the new weights:" in shown)


@pytest.mark.slow
def test_a_person_may_leave_at_once(monitor: Monitor, config: Path) -> None:  # noqa: F811
    archive(config, 60).close()
    before = tree(config)
    assert "no answers, so nothing was changed" in at_terminal(config, "q")
    assert tree(config) == before
    assert load_config(config, config.parent).watches


@pytest.mark.slow
def test_answers_about_the_articles_of_a_file_are_kept_beside_it(config: Path, tmp_path: Path) -> None:
    rows = [{"id": str(n), "title": row.document.title, "text": row.document.text} for n, row in enumerate(ROWS[:12])]
    given = tmp_path / "tried.jsonl"
    given.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    shown = at_terminal(config, "r", "q", "y", tried=given)
    kept = tmp_path / f"tried-{WATCH}-answers.jsonl"
    assert f"save your answers in {kept}?" in shown.replace("\r\n", "")
    [row] = map(json.loads, kept.read_text(encoding="utf-8").splitlines())
    assert row["label"] == 1
    assert row["title"] not in at_terminal(config, *["s"] * 12, tried=given).partition("of ")[2].partition("\n\n1")[2]
