"""Stories as pages show them: in the readers' language first, and with figures that do not contradict each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from monitor.model import SeenDate
from monitor.render.build_views import Place
from monitor.web.request import Pages
from monitor.web.story_views import Clockface, StoryView, apart, story_view
from monitor.web.take_away import article_row
from tests.editions import passage, report, story

CLOCK = Clockface(ZoneInfo("Asia/Baghdad"), datetime(2026, 11, 21, 7, tzinfo=UTC))
PERSIAN = report(1, "ایران و عراق توافق کردند", language="fa", score=0.95, passages=(passage("متن فارسی خبر."),))
ENGLISH = report(2, "Iran and Iraq agree", language="en", score=0.8, passages=(passage("The text of it."),))
ARABIC = report(3, "اتفق البلدان", language="ar", score=0.9)


def shown(*reports: object, reads: tuple[str, ...]) -> StoryView:
    return story_view(story(1, *reports), "Border", CLOCK, Place(), {}, whole=False, reads=reads)  # type: ignore[arg-type]


def test_headline_and_quote_are_in_the_first_language_of_the_readers() -> None:
    made = shown(PERSIAN, ENGLISH, ARABIC, reads=("en", "ar"))
    assert made.headline.text == ENGLISH.article.title
    assert made.also is not None
    assert (made.also.text, made.also.dir) == (PERSIAN.article.title, "rtl")
    assert made.quote is not None
    assert made.quote.text.text == "The text of it."
    assert shown(PERSIAN, ARABIC, reads=("en", "ar")).headline.text == ARABIC.article.title


def test_what_the_readers_do_not_read_stays_as_it_is() -> None:
    for reads in ((), ("fa",), ("tr",)):
        made = shown(PERSIAN, ENGLISH, reads=reads)
        assert (made.headline.text, made.also) == (PERSIAN.article.title, None)


@pytest.mark.parametrize(
    ("score", "threshold", "written"),
    [
        (0.398, 0.4, ("0.398", "0.400")), (0.4, 0.4, ("0.40", "0.40")), (0.391, 0.4, ("0.39", "0.40")),
        (0.91, 0.5, ("0.91", "0.50")),
    ],
)  # fmt: skip
def test_a_score_under_the_threshold_looks_so(score: float, threshold: float, written: tuple[str, str]) -> None:
    assert apart(score, threshold) == written


def test_an_alert_is_called_one() -> None:
    names = Pages()._packaged.get_template("parts.html").module.edition_name  # type: ignore[attr-defined]
    assert [str(names(each)).strip() for each in ("alert:border", "daily")] == ["alert", "daily"]


def test_a_day_without_a_time_has_no_clock_on_the_page_and_in_a_table() -> None:
    given = report(1, "Ministers met").article
    begin = datetime(2026, 11, 19, 20, 30, tzinfo=UTC)  # of 20 November in Tehran
    seen = SeenDate("page-text", begin, "day", "20 November 2026", zoned=False)
    article = replace(given, published=begin, published_from="page-text", dates=(seen,))
    assert CLOCK.published(article).text == "20 Nov"
    assert CLOCK.published(article).day == article_row(article)["published"] == "2026-11-20"
    assert CLOCK.published(replace(article, dates=())).text == "19 Nov, 23:30"
