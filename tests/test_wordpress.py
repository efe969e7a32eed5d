"""WordPress's REST API as a feed: whole texts, UTC, and what is no post."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.errors import ParseError
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


def test_a_site_without_posts_is_no_failure_and_a_refusal_is_quoted() -> None:
    assert parse_feed(b"[]", url=URL, now=NOW).entries == ()
    with pytest.raises(ParseError, match="JSON but no feed"):
        parse_feed(b"[]", url="https://gatepost.example/api/users", now=NOW)
    with pytest.raises(ParseError, match="you are not allowed"):
        parse_feed(b'{"code": "rest_forbidden", "message": "Sorry, you are not allowed to do that."}', url=URL, now=NOW)


@pytest.mark.parametrize("before", [
    "<br />\n<b>Notice</b>:  Undefined index: x in <b>/var/www/x.php</b> on line <b>3</b><br />\n",
    "\ufeff<br>\n<b>Deprecated</b>: f() is deprecated on line 3<br />\n<br />\n<b>Warning</b>: y on line 4<br />\n",
])  # fmt: skip
def test_posts_are_read_below_a_notice_of_their_server(before: str) -> None:
    parsed = parse_feed((before + json.dumps([a_post()])).encode(), url=URL, now=NOW)
    assert [entry.link for entry in parsed.entries] == ["https://gatepost.example/2026/11/second-gate/"]
    assert "notice" in (parsed.flaw or "")


def test_a_post_with_a_password_a_plain_title_or_its_author_is_read() -> None:
    hidden = {"rendered": "<p>There is no excerpt because this is a protected post.</p>", "protected": True}
    posts = [
        a_post(content={"rendered": "", "protected": True}, excerpt=hidden, id=1, guid=None),
        a_post(
            title="A gate of a plugin", id=2, guid=None, _embedded={"author": [{"name": "Rana Karim"}, {"code": "x"}]}
        ),
    ]
    locked, plain = parse_feed(json.dumps(posts).encode(), url=URL, now=NOW).entries
    assert (locked.content, locked.author) == ("", "")
    assert (plain.title, plain.author) == ("A gate of a plugin", "Rana Karim")
    assert parse_feed(json.dumps(posts[1:]).encode(), url=URL, now=NOW).entries[0].title == "A gate of a plugin"
    statement = {"id": 3, "link": "/statements/3/", "title": "Statement on the gate", "date": "2026-11-29T10:00:00"}
    assert parse_feed(json.dumps([statement]).encode(), url=URL, now=NOW).entries[0].title == "Statement on the gate"


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
