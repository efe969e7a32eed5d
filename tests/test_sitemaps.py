"""Sitemaps as sources: what the extensions say, which part of an index is read, and bounds."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.errors import ParseError
from monitor.feeds.parse import parse_feed
from monitor.model import ParsedFeed
from monitor.text.sanitize import UNTITLED
from tests.newsroom import GAME, PACT, Newsroom, hours_ago
from tests.test_feed_commands import Run, rows, run
from tests.test_flow import cycle

__all__ = ["run"]  # the fixture

NOW = datetime(2026, 11, 29, 20, 0, tzinfo=UTC)
SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
)


def sitemap(urls: Sequence[str]) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {SPACES}>' + "".join(urls) + "</urlset>"


def news(path: str, title: str, published: str, language: str = "en") -> str:
    return (
        f"<url><loc>{path}</loc><news:news><news:publication><news:name>The Gate Post</news:name>"
        f"<news:language>{language}</news:language></news:publication>"
        f"<news:publication_date>{published}</news:publication_date><news:title>{title}</news:title></news:news>"
        "<image:image><image:loc>https://img.example/1.jpg</image:loc></image:image></url>"
    )


def index(parts: Sequence[tuple[str, str]]) -> str:
    inner = "".join(
        f"<sitemap><loc>{path}</loc>{f'<lastmod>{changed}</lastmod>' if changed else ''}</sitemap>"
        for path, changed in parts
    )
    return f"<sitemapindex {SPACES}>{inner}</sitemapindex>"


def read(body: str | bytes, url: str = "https://gate.example/sitemap.xml") -> ParsedFeed:
    return parse_feed(body.encode() if isinstance(body, str) else body, url=url, now=NOW)


def test_news_pictures_and_languages_are_understood() -> None:
    parsed = read(
        sitemap(
            [
                news("https://gate.example/fa/1", "دومین گذرگاه گشوده شد", "2026-11-29T10:00:00+03:30", "fa"),
                "<url><loc>https://gate.example/ar/story-12345</loc><lastmod>2026-11-28T09:00:00Z</lastmod>"
                '<xhtml:link rel="alternate" hreflang="en" href="https://gate.example/en/story-12345"/>'
                '<xhtml:link rel="alternate" hreflang="ar" href="https://gate.example/ar/story-12345"/></url>',
                "<url><loc>https://gate.example/about</loc></url>",
                "<url><lastmod>2026-11-28</lastmod></url>",
            ]
        )
    )
    assert [(each.link, each.title, each.language) for each in parsed.entries] == [
        ("https://gate.example/fa/1", "دومین گذرگاه گشوده شد", "fa"),
        ("https://gate.example/ar/story-12345", UNTITLED, "ar"),
    ]
    assert parsed.entries[0].published == datetime(2026, 11, 29, 6, 30, tzinfo=UTC)
    assert [each.dates[0].evidence for each in parsed.entries] == ["feed", "feed-updated"]
    assert (parsed.title, parsed.dropped) == ("The Gate Post", {"no-article": 1, "empty": 1})


@pytest.mark.parametrize(
    ("parts", "read_first", "again"),
    [
        (["post-sitemap.xml", "page-sitemap.xml", "category-sitemap.xml"], ["post-sitemap.xml"], True),
        (["sitemap-2026-10.xml|2026-10-31", "sitemap-2026-11.xml|2026-11-29"], ["sitemap-2026-11.xml"], True),
        (["news.xml|2026-11-29T10:00:00Z", "posts.xml|2026-11-29T11:00:00Z"], ["news.xml"], False),
        (["post-sitemap.xml", "post-sitemap2.xml", "post-sitemap11.xml"], ["post-sitemap11.xml"], True),
    ],
)
def test_the_part_with_the_newest_articles_is_read(parts: list[str], read_first: list[str], again: bool) -> None:
    named = [(f"https://gate.example/{path}", changed) for path, _, changed in (each.partition("|") for each in parts)]
    parsed = read(index(named))
    assert parsed.more[:1] == (f"https://gate.example/{read_first[0]}",)
    assert parsed.read_again == again
    assert not any("page-" in each or "category" in each for each in parsed.more)


@pytest.mark.slow
def test_fifty_thousand_addresses_are_bounded() -> None:
    urls = [
        f"<url><loc>https://gate.example/2026/story-{number}</loc>"
        f"<lastmod>{NOW - timedelta(minutes=number):%Y-%m-%dT%H:%M:%SZ}</lastmod></url>"
        for number in range(50_000)
    ]
    parsed = read(gzip.compress(sitemap(urls[::-1]).encode()))
    assert [each.link for each in parsed.entries] == [f"https://gate.example/2026/story-{n}" for n in range(1_000)]
    assert parsed.dropped == {"older": 49_000}


def test_without_dates_both_ends_are_taken() -> None:
    urls = [f"<url><loc>https://gate.example/item-{number}</loc></url>" for number in range(1_000, 1_400)]
    parsed = read(sitemap(urls))
    numbers = [int(each.link[-4:]) for each in parsed.entries]
    assert numbers == [*range(1_000, 1_100), *range(1_300, 1_400)]
    assert parsed.dropped == {"older": 200}


def test_a_moment_that_hundreds_share_is_when_the_sitemap_was_built() -> None:
    def url(number: int, changed: str) -> str:
        return f"<url><loc>https://gate.example/item-{number}</loc><lastmod>{changed}</lastmod></url>"

    built = [url(number, "2026-11-29T03:00:00Z") for number in range(1_000, 1_400)]
    parsed = read(sitemap([*built, url(2_000, "2026-11-29T02:59:00Z")]))
    assert [each.link[-4:] for each in parsed.entries if each.dates] == ["2000"]
    assert [int(each.link[-4:]) for each in parsed.entries[1:]] == [*range(1_000, 1_100), *range(1_300, 1_400)]
    assert parsed.dropped == {"older": 200}
    of_two_thousand = read(sitemap([url(number, "2026-11-29T03:00:00Z") for number in range(1_000, 3_000)]))
    assert [each.link[-4:] for each in of_two_thousand.entries][::199] == ["1000", "2999"]
    of_a_day = read(sitemap([url(number, "2026-11-29") for number in range(1_000, 1_400)]))
    assert all(each.published for each in of_a_day.entries)


def test_what_is_written_wrongly_costs_no_more_than_itself() -> None:
    good = news("https://gate.example/1", "A gate opens at the lake", "2026-11-29T10:00:00Z")
    cut = sitemap([good, good.replace("/1<", "/2<")])
    parsed = read(cut[: cut.rindex("<image:image>")])
    assert "https://gate.example/1" in [each.link for each in parsed.entries]
    entity = f'<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY a "aaaa">]>{sitemap([good]).split("?>", 1)[1]}'
    with pytest.raises(ParseError):
        read(entity.replace("urlset ", "other "))
    assert read(sitemap([])).entries == ()
    unbound = f"<urlset>{good.partition('<image:image>')[0]}</url></urlset>"
    assert [each.title for each in read(unbound).entries] == ["A gate opens at the lake"]


@pytest.mark.slow
async def test_an_index_is_a_source(newsroom: Newsroom, configure: Callable[..., Path]) -> None:
    newsroom.article("/n/101", "Iran, Iraq sign defence memorandum in Tehran", PACT)
    newsroom.article("/n/102", "Iraq and Iran draw in World Cup qualifier", GAME)
    base = newsroom.base
    newsroom.put("/robots.txt", f"User-agent: *\nSitemap: {base}/index.xml\n", Content_Type="text/plain")
    newsroom.put("/index.xml", index([(f"{base}/news.xml", ""), (f"{base}/pages.xml", "")]), Content_Type="text/xml")
    first = news(f"{base}/n/101", "Iran, Iraq sign defence memorandum in Tehran", f"{hours_ago(2):%Y-%m-%dT%H:%M:%SZ}")
    newsroom.put("/news.xml", sitemap([first]), Content_Type="text/xml")
    folder = configure(base + "/index.xml")
    summary, shown = await cycle(folder)
    assert (summary.entries["new"], summary.feeds["ok"]) == (1, 1)
    assert [each.story.headline for each in shown.edition.stories] == ["Iran, Iraq sign defence memorandum in Tehran"]

    second = news(f"{base}/n/102", "Iraq and Iran draw in World Cup qualifier", f"{hours_ago(1):%Y-%m-%dT%H:%M:%SZ}")
    newsroom.put("/news.xml", sitemap([second, first]), Content_Type="text/xml")
    summary, _ = await cycle(folder)  # the index itself has not changed
    assert (summary.entries["new"], summary.entries["updated"]) == (1, 0)

    newsroom.put("/news.xml", "gone", 500)
    summary, _ = await cycle(folder)
    assert summary.feeds["failed"] == 1


def test_a_site_without_a_feed_or_a_list_is_read_by_its_sitemap(
    run: Run, newsroom: Newsroom, configure: Callable[..., Path]
) -> None:
    newsroom.put("/", "<html><title>The Gate Post</title><body><p>Welcome.</p></body></html>")
    newsroom.put("/robots.txt", "Sitemap: /news.xml\n", Content_Type="text/plain")
    item = news(newsroom.base + "/n/101", "A gate opens at the lake", f"{hours_ago(2):%Y-%m-%dT%H:%M:%SZ}")
    newsroom.put("/news.xml", sitemap([item]), Content_Type="text/xml")
    folder = configure()
    code, out, err = run("--config", folder, "feeds", "check", newsroom.base + "/", "--json")
    assert (code, json.loads(out)["entries"]) == (0, 1), err
    assert run("--config", folder, "feeds", "add", newsroom.base + "/")[0] == 0
    assert [row["url"] for row in rows(run, folder)] == [newsroom.base + "/news.xml"]


def test_a_sitemap_in_plain_text_is_read_and_no_other_text() -> None:
    lines = ["https://gate.example/n/2026/11/28/4711", "", "https://gate.example/about", "https://gate.example/n/4712"]
    parsed = read("\ufeff" + "\r\n".join(lines))
    assert [entry.link for entry in parsed.entries] == [lines[0], lines[3]]
    assert parsed.dropped == {"no-article": 1}
    many = "\n".join(f"https://gate.example/n/{number}" for number in range(1, 50_001))
    assert len(read(many).entries) <= 200
    for other in ("https://gate.example/n/4711", "see https://gate.example/n/1\nhttps://gate.example/n/2"):
        with pytest.raises(ParseError):
            read(other)
