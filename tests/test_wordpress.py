"""WordPress's REST API as a feed: whole texts, UTC, and what is no post."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from monitor.feeds.parse import parse_feed

NOW = datetime(2026, 11, 29, 20, 0, tzinfo=UTC)
URL = "https://gatepost.example/wp-json/wp/v2/posts?per_page=50"


def a_post(**more: Any) -> dict[str, Any]:
    return {
        "id": 4711,
        "date": "2026-11-29T13:30:00",
        "date_gmt": "2026-11-29T10:30:00",
        "modified_gmt": "2026-11-29T11:00:00",
        "guid": {"rendered": "https://gatepost.example/?p=4711"},
        "link": "https://gatepost.example/2026/11/second-gate/",
        "title": {"rendered": "A second gate opens &#8211; at the lake"},
        "content": {"rendered": "<p>Lorries crossed within the hour.</p>", "protected": False},
        "excerpt": {"rendered": "<p>Lorries crossed …</p>"},
    } | more


def test_posts_are_read_with_their_text() -> None:
    bare = {"title": {"rendered": ""}, "link": "", "content": {"rendered": ""}}
    parsed = parse_feed(json.dumps([a_post(), bare, 7]).encode(), url=URL, now=NOW)
    [entry] = parsed.entries
    assert (entry.title, entry.link) == (
        "A second gate opens – at the lake",
        "https://gatepost.example/2026/11/second-gate/",
    )
    assert entry.published == datetime(2026, 11, 29, 10, 30, tzinfo=UTC)
    assert entry.updated == datetime(2026, 11, 29, 11, 0, tzinfo=UTC)
    assert entry.content == "<p>Lorries crossed within the hour.</p>"
    assert entry.id == "https://gatepost.example/?p=4711"
    assert parsed.dropped == {"empty": 1, "unreadable": 1}
