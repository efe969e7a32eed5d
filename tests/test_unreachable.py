"""What is said when feeds cannot be reached: of all at once in one line, of a few one by one."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from tests.newsroom import Newsroom, hours_ago
from tests.test_cli import Configure, Monitor, monitor  # noqa: F401


def test_no_network_is_said_once(
    monitor: Monitor,  # noqa: F811
    configure: Configure,
    caplog: pytest.LogCaptureFixture,
) -> None:
    config = configure(*(f"http://feed{number}.invalid/rss" for number in range(12)))
    with caplog.at_level(logging.WARNING, "monitor"):
        told = monitor("--config", config, "poll", "--json")
    assert told.code == 1
    assert "12 of 12 feeds failed, name resolution failed" in told.err
    assert "feed failed" not in caplog.text
    assert (len(told.json()["errors"]), "failures" in told.json()) == (12, False)
    assert "feed3.invalid" in monitor("--config", config, "feeds", "list", "--failing").out
    digest = monitor("--config", config, "digest", "--dry-run")
    said = " ".join(digest.out.split())
    assert said.count("Nothing matched; no feed could be reached since ") == 1
    assert said.count(": name resolution failed for 12 of 12 feeds") == 2  # at the top and in the footer
    assert "Not heard" not in said
    assert "Feed 3" not in said
    feeds = monitor("--config", config, "digest", "--dry-run", "--json").json()["feeds"]
    assert feeds == {"healthy": 0, "failing": 12}


def test_single_failures_are_said_one_by_one(
    monitor: Monitor,  # noqa: F811
    configure: Configure,
    newsroom: Newsroom,
    caplog: pytest.LogCaptureFixture,
) -> None:
    good = newsroom.feed(
        "/feed.xml", [("Calm", newsroom.article("/calm.html", "Calm", ["The sea was calm."]), hours_ago(1))]
    )
    config: Path = configure(good, "http://feed1.invalid/rss", "http://feed2.invalid/rss")
    with caplog.at_level(logging.WARNING, "monitor"):
        assert monitor("--config", config, "poll").code == 0
    assert caplog.text.count("feed failed") == 2
