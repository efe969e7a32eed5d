"""Pages that list articles, with what is right: each `tests/cases/listings/NAME.yaml` is a test.

Beside it stands the page, NAME.html. One that begins with {% extends "shells/SITE.html" %} gives its title and content,
which stand within the menus and side lists of that site. The keys of NAME.yaml:

    url        where the page was read (default: https://news.example/security)
    links      the addresses of the articles, in order, as the page writes them; [] where it lists none
    titles     their headlines
    published  when, in UTC; null for what names no day
    next       the page on which the list goes on
    items      one selector with which the same is found; "" where the list is only in the page's data
    by_itself  false where it is found with the selector alone
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import jinja2
import pytest
import yaml
from lxml import html as lxml_html

from monitor.config import load_config
from monitor.errors import ConfigError, ParseError
from monitor.feeds.listing import parse_page
from monitor.feeds.listing.short_dates import short_dates
from monitor.model import ListingRules, ParsedFeed
from monitor.text.timestamps import DateStyle
from monitor.text.urls import normalise_url
from tests.newsroom import GAME, PACT, Newsroom, hours_ago
from tests.test_feed_commands import Run, run
from tests.test_flow import cycle

__all__ = ["run"]  # the fixture

FOLDER = Path(__file__).parent / "cases" / "listings"
NOW = datetime(2026, 11, 29, 20, 0, tzinfo=UTC)
KEYS = {"url", "links", "titles", "published", "next", "items", "by_itself"}
CASES = sorted(FOLDER.glob("*.yaml"))
SHELLS = jinja2.Environment(loader=jinja2.FileSystemLoader(FOLDER), keep_trailing_newline=True, autoescape=False)


def right_of(path: Path) -> dict[str, Any]:
    right: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert right.keys() <= KEYS
    return {"url": "https://news.example/security", "by_itself": True} | right


def page_of(path: Path) -> bytes:
    body = path.with_suffix(".html").read_bytes()
    return SHELLS.from_string(body.decode()).render().encode() if body.startswith(b"{% extends") else body


def read(path: Path, url: str, rules: ListingRules) -> ParsedFeed:
    return parse_page(page_of(path), "utf-8", url, rules, NOW, DateStyle())


def check(parsed: ParsedFeed, right: dict[str, Any], base: str = "") -> None:
    expected = [normalise_url(urljoin(base or right["url"], link)) for link in right["links"]]
    assert [normalise_url(entry.link) for entry in parsed.entries] == expected
    if "titles" in right:
        assert [entry.title for entry in parsed.entries] == right["titles"]
    if "published" in right:
        found = [f"{each.published:%Y-%m-%dT%H:%MZ}" if each.published else None for each in parsed.entries]
        assert found == right["published"]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_list_of_a_page_is_found_by_itself(path: Path) -> None:
    right = right_of(path)
    if not right["by_itself"]:
        pytest.skip("the case says that this page needs a selector")
    if not right["links"]:
        with pytest.raises(ParseError, match="no list of articles is found"):
            read(path, right["url"], ListingRules())
        return
    parsed = read(path, right["url"], ListingRules())
    check(parsed, right)
    if "next" in right:
        assert parsed.more == (urljoin(right["url"], right["next"]),)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_one_line_of_selectors_finds_it(path: Path) -> None:
    right = right_of(path)
    if not right["items"]:
        pytest.skip("no selector finds it: the list is in the page's data, or there is none")
    check(read(path, right["url"], ListingRules(items=right["items"])), right)


def listing(rows: list[tuple[str, str]], *, noise: str = "", further: str = "") -> str:
    items = "".join(
        f'<li class="news"><a href="{link}">{title}</a> <span class="date">{hours_ago(3):%Y-%m-%d}</span></li>'
        for link, title in rows
    )
    return (
        f'<html lang="en"><head><title>News of the ministry</title></head><body><nav><a href="/a">Home</a></nav>'
        f'<p>{noise}</p><ul class="list">{items}</ul><a class="next" href="{further}">next</a></body></html>'
    )


ROWS = [
    ("/n/101", "Iran, Iraq sign defence memorandum in Tehran"),
    ("/n/102", "Iraq and Iran draw in World Cup qualifier"),
    ("/n/103", "Harbour of the southern province gets a second crane"),
    ("/n/104", "Rain is expected in the hills until Thursday evening"),
]


def write_pages(newsroom: Newsroom, rows: list[tuple[str, str]]) -> None:
    for link, title in rows:
        newsroom.article(link, title, PACT if "memorandum" in title else GAME)


@pytest.mark.slow
async def test_a_page_is_polled_like_a_feed(newsroom: Newsroom, configure: Callable[..., Path]) -> None:
    write_pages(newsroom, ROWS)
    newsroom.put("/news", listing(ROWS[1:], further="/news?page=2"))
    newsroom.put("/news?page=2", listing(ROWS[:1]))
    folder = configure()
    (folder / "feeds.yaml").write_text(f"feeds:\n  - {{url: '{newsroom.base}/news', format: page}}\n")
    summary, shown = await cycle(folder)
    assert summary.entries == {"seen": 4, "new": 4, "updated": 0}
    assert [each.story.headline for each in shown.edition.stories] == [ROWS[0][1]]
    assert newsroom.asked["/news?page=2"] == 1

    newsroom.put("/news", listing(ROWS[1:], noise="visitor 4711", further="/news?page=2"))  # no item has changed
    newsroom.asked.clear()
    summary, _ = await cycle(folder)
    assert (summary.entries["new"], summary.entries["updated"]) == (0, 0)
    assert set(newsroom.asked) == {"/news"}  # neither the next page of the list nor an article

    new = ("/n/105", "Customs office of the eastern gate opens at night, too")
    write_pages(newsroom, [new])
    newsroom.put("/news", listing([new, *ROWS[1:]], further="/news?page=2"))
    summary, _ = await cycle(folder)
    assert (summary.entries["new"], newsroom.asked["/n/105"]) == (1, 1)


def test_add_lists_a_page_that_lists_articles(run: Run, newsroom: Newsroom, configure: Callable[..., Path]) -> None:
    newsroom.put("/news", listing(ROWS))
    folder = configure()
    code, out, err = run("--config", folder, "feeds", "add", newsroom.base + "/news")
    assert (code, "items: li.news" in out) == (0, True), err
    assert "format: page" in (folder / "feeds.yaml").read_text()
    code, out, _ = run("--config", folder, "feeds", "check", newsroom.base + "/news", "--json")
    found = json.loads(out)
    assert (code, found["format"], found["entries"], found["undated"]) == (0, "page", 4, 0)
    assert [each["taken"] for each in found["choices"]] == [True]


def test_hours_ago_are_a_date_of_a_page(run: Run, newsroom: Newsroom, configure: Callable[..., Path]) -> None:
    times = ("2 ساعت پیش", "۳۵ دقیقه پیش", "یک ساعت قبل", "72 hours ago")
    rows = "".join(
        f'<li><a href="{link}">{title}</a> <i>{time}</i></li>' for (link, title), time in zip(ROWS, times, strict=True)
    )
    newsroom.put("/news", f"<html><body><ul>{rows}</ul></body></html>")
    code, out, _ = run("--config", configure(), "feeds", "check", newsroom.base + "/news", "--json")
    found = json.loads(out)
    assert (code, found["entries"], found["undated"], bool(found["newest"])) == (0, 4, 0, True)
    read = parse_page(
        f"<ul>{rows}</ul>".encode(), "utf-8", "https://news.example/", ListingRules(), NOW, DateStyle("US")
    )
    assert [each.published for each in read.entries] == [None] * 4  # it would be another, and an edit, at every poll
    assert [each.dated for each in read.entries][:3] == [NOW - timedelta(minutes=each) for each in (120, 35, 60)]


def test_a_page_is_found_while_the_list_is_broken(run: Run, newsroom: Newsroom, configure: Callable[..., Path]) -> None:
    newsroom.put("/news", listing(ROWS))
    folder = configure()
    (folder / "watches" / "other.yaml").write_text("name: [")
    assert run("--config", folder, "feeds", "add", newsroom.base + "/news")[0] == 0
    assert "format: page" in (folder / "feeds.yaml").read_text()
    (folder / "monitor.yaml").write_text("http: [")
    code, _, err = run("--config", folder, "feeds", "add", newsroom.base + "/more")
    assert (code, "was not looked at" in err, "monitor.yaml:1" in err) == (0, True, True)


def test_a_page_comes_back_from_an_export(
    run: Run, newsroom: Newsroom, configure: Callable[..., Path], tmp_path: Path
) -> None:
    newsroom.put("/news", listing(ROWS))
    folder = configure()
    assert run("--config", folder, "feeds", "add", newsroom.base + "/news", "--items", "ul.list > li")[0] == 0
    listed = (folder / "feeds.yaml").read_text()
    (tmp_path / "all.opml").write_text(run("--config", folder, "feeds", "export")[1])
    (folder / "feeds.yaml").write_text("feeds: []\n")
    assert run("--config", folder, "feeds", "import", tmp_path / "all.opml")[0] == 0
    again = (folder / "feeds.yaml").read_text()
    assert ("format: page" in again, "ul.list > li" in again) == (True, True), (listed, again)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("items: 'li[['", "neither CSS nor XPath"),
        ("items: '//li['", "is no XPath"),
        ("title: h2", "write that, too"),
    ],
)
def test_a_selector_that_is_none_is_named_with_its_line(configure: Callable[..., Path], keys: str, said: str) -> None:
    folder = configure()
    (folder / "feeds.yaml").write_text(f"feeds:\n  - url: https://a.example/\n    {keys}\n")
    with pytest.raises(ConfigError, match=said) as error:
        load_config(folder)
    assert "feeds.yaml:" in str(error.value)


@pytest.mark.parametrize(
    ("page", "kind", "said"),
    [
        ("", "empty", "empty"),
        ("<html><body><p>Under repair.</p></body></html>", "not-a-feed", "no list of articles"),
        ("<title>Just a moment...</title><body>checking your browser</body>", "blocked", "challenge"),
        (listing([("/a", "Home"), ("/b", "About"), ("/c", "Help")]), "not-a-feed", "no list of articles"),
        (
            "".join(f'<li><a href="/{y}">Tenders of the ministry in the year {y}</a>' for y in range(1400, 1406)),
            "not-a-feed",
            "no list of articles",
        ),
        (
            "".join(
                f'<li><a href="/arsiv/2026/{at}">{month} 2026 haber arşivi ve bültenler</a>'
                for at, month in enumerate(("Ocak", "Şubat", "Mart", "Nisan"))
            ),
            "not-a-feed",
            "no list of articles",
        ),
        (
            "".join(
                f'<div><h3><a href="/posts/{day}">Engineer for the radar stations of sector {day}</a></h3>'
                f"<i>Closing date: {day} December 2026</i></div>"
                for day in range(10, 16)
            ),
            "not-a-feed",
            "no list of articles",
        ),
    ],
)
def test_a_page_without_a_list_says_so(page: str, kind: str, said: str) -> None:
    with pytest.raises(ParseError, match=said) as error:
        parse_page(page.encode(), None, "https://a.example/news", ListingRules(), NOW, DateStyle())
    assert error.value.kind == kind


def test_a_selector_takes_the_link_of_the_site_itself_before_one_to_elsewhere() -> None:
    page = "".join(
        f'<article><a href="/log/{number}">#</a><h2>Border guards open gate number {number}</h2>'
        f'<p>See <a href="https://elsewhere.example/{number}">the statement of the ministry</a>.</p></article>'
        for number in range(3)
    )
    parsed = parse_page(page.encode(), None, "https://a.example/log", ListingRules(items="article"), NOW, DateStyle())
    assert [each.link for each in parsed.entries] == [f"https://a.example/log/{number}" for number in range(3)]


@pytest.mark.parametrize("holder", ["noscript", "template shadowrootmode='open'"])
def test_a_list_that_is_shown_without_scripts_is_read(holder: str) -> None:
    items = "".join(
        f'<li><a href="/n/{number}">Border guards open gate number {number}</a></li>' for number in range(400, 403)
    )
    page = f"<html><body><x-list><{holder}><ul>{items}</ul></{holder.split()[0]}></x-list></body></html>"
    parsed = parse_page(page.encode(), None, "https://a.example/news", ListingRules(), NOW, DateStyle())
    assert [each.link for each in parsed.entries] == [f"https://a.example/n/{number}" for number in range(400, 403)]


def one_article() -> bytes:
    """An article of five paragraphs with pictures between them, and six others to read below it."""
    said = "the guards of both provinces watched the road, and spoke of what the winter brings"
    text = "".join(f"<p>On day {day} {said}.</p><figure><img src='/i.jpg'></figure>" for day in range(5))
    story = "<div class='card'><a href='/2026/11/{0}/story'><h3>Minister meets the guests of day {0}</h3></a></div>"
    others = "".join(map(story.format, range(10, 16)))
    return f"<html><body><article><h1>A post by the river</h1>{text}</article><div class='more'>{others}</div>".encode()


def test_an_article_with_others_below_it_is_no_list() -> None:
    url = "https://news.example/2026/11/9/post"
    with pytest.raises(ParseError, match="is one article; list the page of its section"):
        parse_page(one_article(), "utf-8", url, ListingRules(), NOW, DateStyle())
    listed = parse_page(one_article(), "utf-8", url, ListingRules(items=".more .card"), NOW, DateStyle())
    assert len(listed.entries) == 6


def test_a_list_whose_items_have_summaries_is_no_article() -> None:
    summary = "<p>The guards of both provinces watched the road for a week, and spoke of what the winter may bring.</p>"
    items = "".join(
        f"<h3><a href='/2026/11/1{day}/story'>Minister meets the delegation of day {day}</a></h3>{summary}"
        for day in range(8)
    )
    page = f"<html><body><main>{items}</main></body></html>".encode()
    assert len(parse_page(page, "utf-8", "https://news.example/all", ListingRules(), NOW, DateStyle()).entries) == 8


def test_a_selector_that_finds_nothing_any_more_is_said() -> None:
    with pytest.raises(ParseError, match=r"items: 'div\.gone' finds nothing"):
        parse_page(listing(ROWS).encode(), None, "https://a.example/", ListingRules("div.gone"), NOW, DateStyle())


def test_what_a_script_alone_opens_is_said(newsroom: Newsroom, run: Run, configure: Callable[..., Path]) -> None:
    links = "".join(
        f"<div><a href=\"javascript:__doPostBack('r{n}','')\">{title}</a></div>" for n, (_, title) in enumerate(ROWS)
    )
    newsroom.put("/closed.aspx", f"<html><body><form>{links}</form></body></html>")
    pager = "<a href=\"javascript:__doPostBack('g','Page$2')\">2</a>"
    newsroom.put("/open.aspx", listing(ROWS, noise=pager).replace('<a class="next" href="">next</a>', ""))
    folder = configure()
    code, _, err = run("--config", folder, "feeds", "check", newsroom.base + "/closed.aspx")
    assert (code, "opened by a script of the page" in err) == (1, True)
    code, out, _ = run("--config", folder, "feeds", "check", newsroom.base + "/open.aspx")
    assert (code, "(__doPostBack), which is not followed" in out) == (0, True)


@pytest.mark.parametrize(
    ("written", "days"),
    [
        (["28/11", "27/11", "24/11"], ["2026-11-28", "2026-11-27", "2026-11-24"]),
        (["11/28", "11/27", "11/24"], ["2026-11-28", "2026-11-27", "2026-11-24"]),
        (["۰۹/۰۷", "۰۹/۰۵", "۰۹/۰۱"], ["2026-11-28", "2026-11-26", "2026-11-22"]),
        (["29.11, 8:05", "28.11, 17:00", "28.11, 9:30"], ["2026-11-29 08:05", "2026-11-28 17:00", "2026-11-28 09:30"]),
        (["2/1", "3/3", "1/1"], []),  # results of games
        (["4/5", "4/5", "3/5"], []),  # marks that readers gave
        (["27/11", "27/11", "27/11"], []),  # the same for all
        (["28/11", "no", "none"], []),
    ],
)
def test_figures_are_dates_where_they_go_back_from_today(written: list[str], days: list[str]) -> None:
    blocks = [
        lxml_html.fromstring(f"<li><a href='/{n}'>A headline</a> <i>{each}</i></li>") for n, each in enumerate(written)
    ]
    assert list(short_dates(blocks, NOW).values()) == days
