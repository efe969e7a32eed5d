"""The feed list that comes with the program: readable, of good order, wide enough, search feeds off."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.config.feed_list import FeedConfig, FeedList
from monitor.config.yaml import parse_yaml
from monitor.text.posts import channel_preview
from monitor.text.urls import normalise_url

PATH = Path(__file__).parents[1] / "config" / "feeds.yaml"
TEXT = PATH.read_text(encoding="utf-8")
FEEDS = FeedList.model_validate(parse_yaml(TEXT, PATH).data).feeds
ENABLED = [feed for feed in FEEDS if feed.enabled]
SEARCH = [feed for feed in FEEDS if feed.kind == "search"]


def test_enough_feeds_of_enough_publishers_are_on() -> None:
    assert len(ENABLED) >= 60
    assert len({feed.publisher for feed in ENABLED}) >= 50


def test_120_outlets_and_channels_are_there_besides_searches() -> None:
    assert len(FEEDS) - len(SEARCH) >= 120


def test_each_address_says_what_is_known_of_it() -> None:
    known = dict(re.findall(r"- url: (\S+)  # (answered|in use|listed) 2026(?:-\d\d){0,2}(?:;|$)", TEXT, re.MULTILINE))
    assert known.keys() == {feed.url for feed in FEEDS if feed.kind != "search"}
    of_enabled = Counter(known[feed.url] for feed in ENABLED)
    assert of_enabled["answered"] >= 60
    assert of_enabled["listed"] <= 4


def test_channels_are_listed_by_their_preview_and_pages_say_so() -> None:
    for feed in FEEDS:
        assert channel_preview(feed.url) == feed.url
    pages = {feed.url for feed in FEEDS if feed.format == "page"}
    assert pages == {feed.url for feed in FEEDS if feed.url.endswith((".iq/", ".ir/", "/sorani"))}


def test_every_feed_is_there_once_with_a_name_of_its_own() -> None:
    assert len({normalise_url(feed.url) for feed in FEEDS}) == len(FEEDS)
    assert len({feed.name for feed in FEEDS}) == len(FEEDS)


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_every_feed_says_who_speaks(feed: FeedConfig) -> None:
    assert feed.name
    assert feed.publisher
    assert feed.kind
    assert feed.language or feed.kind == "search"
    assert feed.country or feed.kind in ("search", "government")
    assert not feed.insecure_tls


def test_the_region_its_languages_and_its_kinds_are_covered() -> None:
    languages, countries, kinds = (
        Counter(getattr(feed, key) for feed in ENABLED) for key in ("language", "country", "kind")
    )
    assert all(languages[code] >= least for code, least in {"en": 30, "fa": 8, "ar": 8, "ckb": 3, "tr": 2}.items())
    assert all(countries[code] >= least for code, least in {"IR": 15, "IQ": 9, "TR": 4, "AE": 1, "QA": 2}.items())
    assert {"state", "independent", "opposition", "trade", "think-tank", "government"} <= set(kinds)


def test_search_feeds_are_there_and_off() -> None:
    assert {feed.publisher for feed in SEARCH} == {"Google News", "Bing News", "GDELT"}
    assert not any(feed.enabled for feed in SEARCH)
    assert all(feed.interval and feed.interval.total_seconds() >= 3600 for feed in SEARCH)
    assert {"en", "fa", "ar", "tr"} <= {feed.language for feed in SEARCH}


def test_search_feeds_ask_for_feeds_and_their_terms_stand_beside_them() -> None:
    for feed in SEARCH:
        query = parse_qs(urlsplit(feed.url).query)
        assert query.get("q") or query.get("query")
        assert query.get("format", ["rss"]) == ["rss"]
        if feed.publisher == "Google News":
            assert query["ceid"] == [f"{query['gl'][0]}:{query['hl'][0].split('-')[0]}"]
    assert "personal, non-commercial use" in TEXT
    assert "https://www.gdeltproject.org/" in TEXT


def test_only_addresses_without_secrets() -> None:
    assert not any(urlsplit(feed.url).username or "token" in feed.url for feed in FEEDS)
