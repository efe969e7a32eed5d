"""Which date of an article is taken: tests/cases/dating/situations.yaml holds the situations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.feeds.parse import parse_feed
from monitor.model import SeenDate
from monitor.model.dates import REQUEST_TIME, WRONG_WEEKDAY
from monitor.pages.dating import EDIT, decide
from monitor.pages.edit_labels import without_edit
from monitor.text.address_dates import address_date
from monitor.text.date_order import month_stands_first
from monitor.text.timestamps import DateStyle

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
FILE = Path(__file__).parent / "cases" / "dating" / "situations.yaml"


def seen(written: str) -> SeenDate:
    evidence, moment, *marks = written.split()
    precision: Any = next((mark for mark in marks if mark not in ("naive", "edit")), "second")
    doubt = EDIT if "edit" in marks else ""
    return SeenDate(evidence, datetime.fromisoformat(moment), precision, moment, "naive" not in marks, doubt)  # type: ignore[arg-type]


def moment(given: object) -> datetime | None:
    return datetime.fromisoformat(given) if isinstance(given, str) else given if isinstance(given, datetime) else None


@pytest.mark.parametrize("case", yaml.safe_load(FILE.read_text(encoding="utf-8")), ids=lambda case: case["name"])
def test_the_date_is_weighed_from_all_that_speaks_of_it(case: dict[str, Any]) -> None:
    dates = [seen(written) for written in case["dates"]]
    found = decide(dates, search=case.get("search", False), news_since=moment(case.get("since")))
    assert (found.published, found.published_from) == (moment(case.get("published")), case["from"])
    assert [each.evidence for each in found.dates] == [each.evidence for each in dates]


def test_a_date_that_is_not_taken_says_why() -> None:
    dates = [seen("feed 2026-11-06T10:00Z"), seen("json-ld 2026-11-28T07:00Z"), seen("first-seen 2026-11-28T08:00Z")]
    found = decide(dates, news_since=NOW - timedelta(days=14))
    assert [each.doubt for each in found.dates] == ["the page has another date", "", ""]


@pytest.mark.parametrize(
    ("address", "day", "precision"),
    [
        ("https://paper.example/2026/11/27/talks", "2026-11-27", "day"),
        ("https://paper.example/news/20261127-talks", "2026-11-27", "day"),
        ("https://paper.example/1405/09/06/talks", "2026-11-26", "day"),  # begins at 20:30 UTC
        ("https://paper.example/%DB%B1%DB%B4%DB%B0%DB%B5/%DB%B0%DB%B9/%DB%B0%DB%B6/x", "2026-11-26", "day"),
        ("https://paper.example/2026-11-27-talks.html", "2026-11-27", "day"),
        ("https://paper.example/2020/11/talks", "2020-11-01", "month"),
        ("https://paper.example/world/2026/nov/27/talks", "2026-11-27", "day"),
        ("https://paper.example/2026/talks/27/x", None, ""),
        ("https://paper.example/news/20261127", None, ""),
        ("https://paper.example/news/2026/13/45/x", None, ""),
        ("https://paper.example/2026/12/24/plan", None, ""),
        ("https://paper.example/a?date=2020-01-02", None, ""),
    ],
)
def test_an_address_names_a_day(address: str, day: str | None, precision: str) -> None:
    found = address_date(address, NOW, DateStyle())
    assert (found and (str(found.moment)[:10], found.precision)) == ((day, precision) if day else None)


@pytest.mark.parametrize(
    ("written", "first"),
    [
        (("11/27/2026", "11/20/2026", "11/05/2026"), True),
        (("27/11/2026", "20/11/2026", "05/11/2026"), False),
        (("Thursday 11/05/2026", "Wednesday 11/04/2026"), True),
        (("Thursday 05/11/2026", "Wednesday 04/11/2026"), False),
        (("11/12/2026", "11/11/2026", "11/10/2026", "11/09/2026"), True),
        (("11/10/2026", "11/09/2026", "11/08/2026"), True),  # days apart rather than months
        (("10/11/2026", "09/11/2026", "08/11/2026"), False),
        (("05/11/2026",), None),
        (("20/11/2026", "19/11/2026", "Monday 05/11/2026"), False),  # what can be but one day outweighs a weekday
        (("Thursday 05/11/2026", "Wednesday 04/11/2026", "Monday 05/11/2026"), False),
        (("Thursday 05/11/2026", "Monday 05/11/2026"), None),
        (("11/27/2026", "27/11/2026"), None),
    ],
)
def test_the_dates_of_a_feed_show_their_order(written: tuple[str, ...], first: bool | None) -> None:
    assert month_stands_first(written, NOW) is first


def test_the_time_of_the_request_dates_no_entry() -> None:
    items = "".join(
        f"<item><title>T{n}</title><link>https://a.example/{n}</link><pubDate>Sat, 28 Nov 2026 11:59:0{n} GMT</pubDate>"
        "</item>" for n in range(3)
    )  # fmt: skip
    body = f'<rss version="2.0"><channel><title>F</title>{items}</channel></rss>'.encode()
    entries = parse_feed(body, url="https://a.example/rss", now=NOW).entries
    assert [(entry.published, entry.dates[0].doubt) for entry in entries] == [(None, REQUEST_TIME)] * 3
    later = parse_feed(body, url="https://a.example/rss", now=NOW + timedelta(hours=3)).entries
    assert all(entry.published for entry in later)


def feed_of(dates: list[str]) -> bytes:
    items = "".join(
        f"<item><title>T{n}</title><link>https://a.example/{n}</link><pubDate>{written}</pubDate></item>"
        for n, written in enumerate(dates)
    )
    return f'<rss version="2.0"><channel><title>F</title>{items}</channel></rss>'.encode()


def test_dates_counted_back_from_the_request_date_no_entry() -> None:
    dates = [f"Sat, 28 Nov 2026 11:{59 - 5 * n}:30 GMT" for n in range(5)]
    entries = parse_feed(feed_of(dates), url="https://a.example/rss", now=NOW).entries
    assert [(entry.published, entry.dates[0].doubt) for entry in entries] == [(None, REQUEST_TIME)] * 5
    uneven = [*dates[:4], "Sat, 28 Nov 2026 11:31:30 GMT"]
    assert all(each.published for each in parse_feed(feed_of(uneven), url="https://a.example/rss", now=NOW).entries)


def test_a_weekday_that_is_wrong_once_is_a_slip() -> None:
    right = [f"{day}, {20 + n} Nov 2026 10:0{n}:00 GMT" for n, day in enumerate(("Fri", "Sat", "Sun", "Mon"))]
    slip = "Fri, 27 Oct 2026 10:00:00 GMT"  # a Tuesday
    entries = parse_feed(feed_of([*right, slip]), url="https://a.example/rss", now=NOW).entries
    assert [bool(each.published) for each in entries] == [True] * 4 + [False]
    assert entries[-1].dates[0].doubt == WRONG_WEEKDAY
    found = decide(entries[-1].dates, news_since=NOW - timedelta(days=14))
    assert (found.published, found.published_from) == (datetime(2026, 10, 27, 10, tzinfo=UTC), "feed")
    page = seen("json-ld 2026-11-27T10:00Z")
    assert decide([*entries[-1].dates, page], news_since=NOW - timedelta(days=14)).published == page.moment
    habit = [f"Mon, {20 + n} Nov 2026 10:0{n}:00 GMT" for n in range(5)]
    assert all(each.published for each in parse_feed(feed_of(habit), url="https://a.example/rss", now=NOW).entries)


def test_other_dates_of_a_feed_name_the_offset() -> None:
    body = b"""<rss version="2.0"><channel><title>F</title>
      <item><title>One</title><link>https://a.example/1</link><pubDate>27 Nov 2026 10:00:00</pubDate></item>
      <item><title>Two</title><link>https://a.example/2</link><pubDate>Fri, 27 Nov 2026 09:00:00 +0300</pubDate></item>
      </channel></rss>"""
    entries = parse_feed(body, url="https://a.example/rss", now=NOW).entries
    assert [entry.published and entry.published.hour for entry in entries] == [7, 6]


TWO_DATES = [
    ("Published 3 May 2026, updated 5 May 2026", "Published 3 May 2026"),
    ("Updated May 5, 2026, published May 3, 2026", "published May 3, 2026"),
    ("3. Mai 2026 (geändert am 5. Mai 2026)", "3. Mai 2026"),
    ("Publié le 3 mai 2026 à 10h00, modifié le 5 mai 2026 à 12h00", "Publié le 3 mai 2026 à 10h00"),
    ("Opublikowano 3 maja 2026, zaktualizowano 5 maja 2026", "Opublikowano 3 maja 2026"),
    ("Змінено 5 травня 2026; створено 3 травня 2026", "створено 3 травня 2026"),
    ("انتشار ۱۳ اردیبهشت ۱۴۰۵، ویرایش ۱۵ اردیبهشت ۱۴۰۵", "انتشار ۱۳ اردیبهشت ۱۴۰۵"),
    ("آخر تحديث 5 مايو 2026، نشر 3 مايو 2026", "نشر 3 مايو 2026"),
    ("更新于2026年5月5日，发布于2026年5月3日", "发布于2026年5月3日"),
    ("2026年5月5日更新、2026年5月3日公開", "2026年5月3日公開"),
    ("The 2025 budget, updated in 2026, was passed.", "The 2025 budget, updated in 2026, was passed."),
    ("They signed on 3 May 2026, and revised on 5 May 2026 what they had said.",) * 2,
    ("تم التحديث 28/11/2026 09:00 نشر في 26/11/2026 09:00", "نشر في 26/11/2026 09:00"),
    ("Published 26 November 2026 09:00 GMT Updated 28 November 2026 10:00 GMT", "Published 26 November 2026 09:00 GMT"),
]


@pytest.mark.parametrize(("line", "kept"), TWO_DATES)
def test_of_two_dates_in_one_line_that_of_the_edit_is_left_out(line: str, kept: str) -> None:
    assert without_edit(line) == kept
