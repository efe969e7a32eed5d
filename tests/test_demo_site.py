"""The demo's news world: readable as the service reads any other, with the faults it promises."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from benchmarks.articles import shipped_matcher
from monitor.demo_site import DemoSite, demo_feeds
from monitor.demo_site.content import outlets
from monitor.feeds.parse import parse_feed
from monitor.model import Document, ParsedFeed
from monitor.pages.extract import extract_page
from monitor.stories.group import Grouper
from monitor.stories.group.tables import load_tables
from monitor.text.language import detect_language

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    site = DemoSite(NOW)
    yield site.start()
    site.stop()


def get(url: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    try:
        with urlopen(Request(url, headers=headers), timeout=5) as answer:
            return answer.status, answer.read(), dict(answer.headers)
    except HTTPError as error:
        with error:
            return error.code, error.read(), dict(error.headers)


def parsed(url: str) -> ParsedFeed:
    status, body, headers = get(url)
    assert status == 200
    return parse_feed(body, url=url, content_type=headers["Content-Type"], now=NOW)


def test_feeds_of_every_format_give_their_entries_newest_first(base: str) -> None:
    for feed, outlet in zip(demo_feeds(base), outlets(NOW), strict=True):
        if outlet.form == "broken":
            continue
        entries = parsed(feed.url).entries
        assert [(e.title, e.published) for e in entries] == [(e.title, e.published) for e in outlet.entries]
        assert list(entries) == sorted(entries, key=lambda entry: str(entry.published), reverse=True)
        assert all(e.published and NOW - timedelta(days=3) < e.published < NOW for e in entries)
        assert all(e.link.startswith(base) and e.content for e in entries)


def test_the_mix_is_what_the_demo_is_about() -> None:
    assert sum(len(outlet.entries) for outlet in outlets(NOW)) >= 30
    assert {outlet.kind for outlet in outlets(NOW)} == {"state", "independent", "wire", "opposition"}
    assert {outlet.language for outlet in outlets(NOW)} == {"en", "fa", "ar"}
    assert {outlet.form for outlet in outlets(NOW)} == {"rss", "rss-whole", "atom", "rdf", "json", "broken"}


def test_every_page_gives_its_article_and_nothing_around_it(base: str) -> None:
    for outlet in outlets(NOW):
        if outlet.form in ("rss-whole", "broken"):
            continue
        for entry in outlet.entries:
            url = f"{base}/{outlet.id}/news/{entry.slug}"
            status, body, _ = get(url)
            page = extract_page(body, url=url, charset="utf-8", now=NOW)
            assert (status, page.flaw, page.title) == (200, None, entry.title)
            assert page.text.split("\n") == list(entry.paragraphs)
            assert page.language == outlet.language == detect_language(page.text)
            assert page.published == entry.published
            assert page.canonical_url == url


def test_the_promised_faults(base: str) -> None:
    assert get(f"{base}/north/feed")[0] == 500
    assert get(f"{base}/zagros/news/otaq-moshtarak")[0] == 503
    assert get(f"{base}/karun-en/news/none")[0] == 404
    assert get(f"{base}/../etc/passwd")[0] == 404
    whole = parsed(f"{base}/zagros/feed").entries[0]
    assert len(whole.content) > 600


def test_an_unchanged_feed_is_not_sent_again(base: str) -> None:
    _, _, headers = get(f"{base}/levant/feed")
    status, body, _ = get(f"{base}/levant/feed", **{"If-None-Match": headers["ETag"]})
    assert (status, body) == (304, b"")


def test_the_sequel_comes_out_when_told_to() -> None:
    site = DemoSite(NOW, updates=False)
    base = site.start()
    try:
        before = len(parsed(f"{base}/tworivers/feed").entries)
        assert get(f"{base}/tworivers/news/parties-react")[0] == 404
        site.updates = True
        assert len(parsed(f"{base}/tworivers/feed").entries) == before + 1
    finally:
        site.stop()


def test_days_of_the_week_are_those_of_the_entries() -> None:
    for outlet in outlets(NOW):
        for entry in outlet.entries:
            assert "{" not in "".join(entry.paragraphs)
    levant = next(outlet for outlet in outlets(NOW) if outlet.id == "levant")
    room = next(entry for entry in levant.entries if entry.slug == "shared-control-room")
    assert f"{room.published:%A}" in room.paragraphs[0]


def test_the_json_feed_is_json(base: str) -> None:
    assert json.loads(get(f"{base}/levant/feed")[1])["version"].startswith("https://jsonfeed.org/")


@pytest.mark.slow
def test_one_event_in_three_languages_is_one_story() -> None:
    matcher, grouper = shipped_matcher(), Grouper(load_tables())
    entries = [(outlet, entry) for outlet in outlets(NOW) for entry in outlet.entries]
    for outlet, entry in sorted(entries, key=lambda each: each[1].published):
        text = "\n".join(entry.paragraphs)
        document = Document(entry.slug, entry.title, text, outlet.language, entry.published, outlet.name)
        match = matcher.match(document)
        if match.verdict == "match":
            grouper.collect(document, match.entities, match.acts)
    numbers = iter(range(1, 100))
    story = {found.document: found.story for found in grouper.settle(lambda _: next(numbers))}
    centre = ("border-centre", "border-centre-fa", "markaz-hudud", "otaq-moshtarak", "shared-control-room")
    assert len({story[slug] for slug in (*centre, "joint-centre-copy")}) == 1
    assert story["naval-drill"] == story["bahriya"]
    assert story["hashd-training"] == story["hashd-fa"]
    assert len(set(story.values())) == 6
