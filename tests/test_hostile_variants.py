"""Variations of every kind of hostile case (hostile_variants.py), each by itself and all in one service."""

from __future__ import annotations

import logging
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import ParseError
from monitor.feeds.parse import clean_entry, parse_feed
from monitor.model import Health
from tests.feed_reader import FeedReader
from tests.hostile_variants import VARIANTS
from tests.newsroom import Newsroom
from tests.test_flow import Clock
from tests.test_hostile_service import (
    HEALTHY,
    HOST,
    KEPT,
    Configure,
    check_digest,
    cycle,
    far_newsroom,  # noqa: F401  a fixture
    offline,  # noqa: F401  a fixture
    set_up,
    states,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
URL = "https://feed.example/dir/rss"
UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2060-\u2069\ud800-\udfff\ufeff\U000e0000-\U000e007f]"
)
ACTING = re.compile(r"<\s*(?:script|svg|img|iframe|math|template|style|link|meta|object)|\son\w+\s*=|javascript:", re.I)


@pytest.mark.slow
@pytest.mark.parametrize("name", VARIANTS)
def test_each_variant_ends_as_it_should(name: str) -> None:
    variant = VARIANTS[name]
    started = time.process_time()
    if variant.kind:
        with pytest.raises(ParseError) as caught:
            parse_feed(variant.body, url=URL, now=NOW, charset=variant.charset)
        assert caught.value.kind == variant.kind, str(caught.value)
        return
    feed = parse_feed(variant.body, url=URL, now=NOW, charset=variant.charset)
    entries = [each.entry for each in FeedReader().decide(feed.entries) if each.verdict == "new"]
    cleaned = [clean_entry(entry) for entry in entries]
    assert time.process_time() - started < 5
    if variant.titles is not None:
        assert tuple(entry.title for entry in entries) == variant.titles
    if variant.flawed is not None:
        assert bool(feed.flaw) == variant.flawed, feed.flaw
    if variant.check:
        assert variant.check(entries[0]), entries[0]
    for entry in cleaned:
        line = f"{entry.title}{entry.author}{entry.publisher}{entry.id}{entry.link}{entry.language}"
        assert not UNSEEN.search(line), line
        assert not ACTING.search(entry.content)
        assert len(entry.title) <= 500
        assert entry.link == "" or entry.link.startswith(("http://", "https://"))


def wrong(name: str, state: dict[str, Any]) -> str:
    """What of the feed's state a user could not trust; "" where it is as it should be."""
    variant = VARIANTS[name]
    facts = f"{name}: {state['health']}, {state['error_kind']} ({state['error']}), {state['entries']} entries"
    if variant.kind:
        failed = state["failures"] == 1 and not state["entries"] and state["health"] != Health.HEALTHY
        return "" if failed and state["error_kind"] == variant.kind else facts
    right = variant.titles is None or state["entries"] == len(variant.titles)
    said = variant.charset or variant.flawed is None or (state["error_kind"] == "flawed") == variant.flawed
    return "" if right and said and not state["failures"] else facts


@pytest.mark.slow
async def test_variants_end_as_they_should_and_harm_nobody(
    far_newsroom: Newsroom,  # noqa: F811
    configure: Configure,
    offline: set[str],  # noqa: F811
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    folder, case_of = set_up(far_newsroom, configure, {name: variant.body for name, variant in VARIANTS.items()})
    clock, output = Clock(), tmp_path / "out"
    summary, shown = await cycle(folder, clock, output)
    assert not [record for record in caplog.records if record.exc_info or record.levelno >= logging.ERROR]
    assert summary.feeds["failed"] == sum(bool(variant.kind) for variant in VARIANTS.values())
    found = states(folder)
    assert [told for url, name in case_of.items() if (told := wrong(name, found[url]))] == []
    good = [state for url, state in found.items() if "/good/" in url]
    assert [(state["entries"], state["health"]) for state in good] == [(KEPT, Health.HEALTHY)] * HEALTHY
    assert offline == {HOST}  # nothing else was connected to, whatever the links said
    check_digest(shown, output)
    clock.forward(minutes=1)
    summary, shown = await cycle(folder, clock, output)
    assert (summary.entries["new"], summary.matches["new"]) == (0, 0)
