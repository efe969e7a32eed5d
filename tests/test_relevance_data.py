"""The labelled articles other tests measure with: written for them, invented, each label with its reason."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from pathlib import Path

from monitor.text.language import detect_language

ROWS, HEADLINES = (
    [json.loads(line) for line in (Path(__file__).parent / "data" / name).read_text(encoding="utf-8").splitlines()]
    for name in ("relevance.jsonl", "headlines.jsonl")
)
NEGATIVES = {
    "economy", "pilgrims", "history", "iran_alone", "iraq_alone", "iraq_us", "nuclear", "politics", "culture",
    "sports", "other_country", "iran_strikes_iraq", "militia_attack", "iran_other", "iraq_other", "unrelated",
}  # fmt: skip


def test_rows_are_whole_and_named_once() -> None:
    assert len({row["id"] for row in ROWS}) == len(ROWS) >= 170
    assert len({row["text"] for row in ROWS}) == len(ROWS)
    for row in ROWS:
        assert 250 <= len(row["text"]) <= 2500, row["id"]
        assert row["title"]
        assert row["source"]
        assert datetime.fromisoformat(row["published"]).tzinfo is not None


def test_every_kind_of_negative_is_there_and_only_negatives_have_a_reason() -> None:
    assert {row["reason"] for row in ROWS if row["label"] == 0} == NEGATIVES
    assert {row["reason"] for row in ROWS if row["label"] > 0} == {""}


def test_the_mix_of_labels_and_languages() -> None:
    labels, languages = (Counter(row[key] for row in ROWS) for key in ("label", "language"))
    assert 0.35 <= (labels[1] + labels[2]) / len(ROWS) <= 0.5
    assert labels[1] >= 20
    assert languages["en"] >= 75
    assert min(languages["fa"], languages["ar"]) >= 50
    assert {"tr", "ru", "ckb"} < set(languages)


def test_languages_are_what_they_say() -> None:
    assert [r["id"] for r in ROWS if detect_language(f"{r['title']}\n{r['text']}") != r["language"]] == []


def test_headlines_are_bare_or_have_one_sentence() -> None:
    assert len({row["title"] for row in HEADLINES}) == len({row["id"] for row in HEADLINES}) == len(HEADLINES) >= 110
    assert all(row["title"] and len(row["text"]) <= 160 for row in HEADLINES)
    assert not {row["id"] for row in ROWS} & {row["id"] for row in HEADLINES}
    assert 0.45 <= sum(row["label"] > 0 for row in HEADLINES) / len(HEADLINES) <= 0.6
    assert all((row["label"] == 0) == (row["reason"] in NEGATIVES) for row in HEADLINES)
    languages = Counter(row["language"] for row in HEADLINES)
    assert min(languages["en"], languages["fa"], languages["ar"]) >= 25
    assert {"tr", "ru", "ckb", "fr", "de", "es"} < set(languages)
