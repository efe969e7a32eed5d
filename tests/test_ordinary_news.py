"""The shipped reports of ordinary news: whole, evenly spread, off the shipped topic; and what `learn` says of them."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from monitor.match.ordinary_matches import ordinary_matches
from monitor.text.language import detect_language
from monitor.topic.ordinary import ordinary_news
from tests.shipped import SHIPPED
from tests.test_cli import Monitor, folder, monitor  # noqa: F401

FILE = Path(__file__).parents[1] / "monitor" / "data" / "ordinary_news.jsonl"
ROWS = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
IRAN = re.compile(r"\bIran|ایران|إيران|Иран|ئێران")
IRAQ = re.compile(r"\bIraq|\bIrak|\bعراق|العراق|Ирак|عێراق")


def told(row: dict[str, str]) -> str:
    return f"{row['title']}\n{row['text']}"


def test_every_line_is_a_report_and_is_read_as_it_stands() -> None:
    assert {tuple(row) for row in ROWS} == {("id", "language", "title", "text", "about")}
    assert all(value and value == value.strip() for row in ROWS for value in row.values())
    assert [(d.id, d.title, d.text, d.language) for d in ordinary_news()] == [
        (row["id"], row["title"], row["text"], row["language"]) for row in ROWS
    ]


@pytest.mark.parametrize("key", ["id", "title", "text"])
def test_no_report_is_there_twice(key: str) -> None:
    assert [value for value, count in Counter(row[key] for row in ROWS).items() if count > 1] == []


def test_reports_are_as_long_as_short_articles() -> None:
    lengths = {row["id"]: len(row["text"].split()) for row in ROWS}
    assert {name: count for name, count in lengths.items() if not 45 <= count <= 130} == {}
    assert sum(count > 100 for count in lengths.values()) >= 15


def test_the_mix_of_languages_and_fields() -> None:
    assert 230 <= len(ROWS) <= 260
    languages = Counter(row["language"] for row in ROWS)
    assert languages["en"] >= 120
    assert min(languages["fa"], languages["ar"]) >= 35
    assert min(languages["tr"], languages["ru"]) >= 8
    assert languages["ckb"] + languages["kmr"] >= 8
    fields = Counter(row["about"] for row in ROWS)
    assert len(fields) >= 38
    assert {field: count for field, count in fields.items() if not 4 <= count <= 8} == {}
    assert [field for field in fields if not 2 <= len(field.split()) <= 3] == []


def test_languages_are_what_they_say() -> None:
    wrong = [row["id"] for row in ROWS if detect_language(told(row)) != row["language"]]
    assert len(wrong) <= 0.01 * len(ROWS), wrong


def test_the_parties_of_the_shipped_topic_are_named_as_in_any_news() -> None:
    iran, iraq = ({row["id"] for row in ROWS if name.search(told(row))} for name in (IRAN, IRAQ))
    assert 25 <= len(iran | iraq) <= 40
    assert 8 <= len(iran & iraq) <= 14
    assert "defence ties" not in {row["about"] for row in ROWS if row["id"] in iran | iraq}


def test_the_shipped_watch_matches_none() -> None:
    assert ordinary_matches(SHIPPED) == ()
    assert [report.id for report in ordinary_news() if SHIPPED.match(report).verdict == "near"] == []


@pytest.mark.slow
def test_learn_names_the_ordinary_reports_that_a_watch_would_match(
    monitor: Monitor,  # noqa: F811
    folder: Path,  # noqa: F811
) -> None:
    banks = [row for row in ROWS if row["about"] == "central banks"]
    seeds = folder.parent / "banks"
    seeds.mkdir()
    for row in banks:
        (seeds / f"{row['id']}.txt").write_text(f"title: {row['title']}\n\n{row['text']}\n", encoding="utf-8")
    watch = {"name": "Interest rates", "seeds": str(seeds)}
    (folder / "watches" / "banks.yaml").write_text(yaml.safe_dump(watch), encoding="utf-8")
    result = monitor("--config", folder, "learn")
    assert result.code == 0, result.err
    assert f"iran-iraq-defense: would match none of {len(ROWS)} reports of ordinary news" in result.out
    shown = result.out.partition("banks: would match ")[2].splitlines()
    [found] = monitor("--config", folder, "learn", "--watch", "banks", "--json").json()
    assert found["ordinary"]["reports"] == len(ROWS)
    matches = found["ordinary"]["matches"]
    assert shown[0] == f"{len(matches)} of {len(ROWS)} reports of ordinary news"
    assert [line.strip() for line in shown[1:6]][: len(matches)] == matches[:5]
    fields = Counter(next(row["about"] for row in ROWS if row["title"] == title) for title in matches)
    assert fields["central banks"] >= 3
    assert fields.total() <= 10
