"""Two events of one kind, each with a name of its own, are two stories; two angles of one event are one."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from monitor.model import Document
from monitor.stories.group import GroupSettings, group_stream
from monitor.stories.group.tables import load_tables

ROWS = [json.loads(line) for line in (Path(__file__).parent / "data" / "parted_events.jsonl").open(encoding="utf-8")]


def stories_of(*events: str, dated: bool = True, batch: int = 200) -> list[set[str]]:
    """The events of each story that the reports of these events become."""
    rows = [row for row in ROWS if row["rival"] in events]
    documents = [
        Document(row["id"], row["title"], row["text"], row["language"], datetime.fromisoformat(row["published"]))
        for row in rows
    ]
    if not dated:
        documents = [replace(document, published=None) for document in documents]
    event_of = {row["id"]: row["story"] for row in rows}
    found: dict[str, set[str]] = defaultdict(set)
    for document, story in group_stream(documents, load_tables(), GroupSettings(batch=batch)):
        found[story].add(event_of[document])
    return list(found.values())


@pytest.mark.parametrize("batch", [1, 200])
@pytest.mark.parametrize("event", ["p1", "p2", "p4"])
def test_what_happens_to_another_is_another_event(event: str, batch: int) -> None:
    assert sorted(map(sorted, stories_of(event, batch=batch))) == [[f"{event}-a"], [f"{event}-b"]]


@pytest.mark.parametrize("event", ["q1", "q2", "q3", "q4"])
def test_one_event_from_two_angles_is_one_story(event: str) -> None:
    assert stories_of(event) == [{event}]


def test_two_reports_of_an_event_are_too_few_to_part_it() -> None:
    rows = [row for row in ROWS if row["rival"] == "p2" and row["id"] not in ("p2a2", "p2b2")]
    documents = [Document(row["id"], row["title"], row["text"], "en") for row in rows]
    assert len(set(dict(group_stream(documents, load_tables())).values())) == 1
