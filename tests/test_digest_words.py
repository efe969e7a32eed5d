"""What a digest says of reports beside a story's headline: who was heard, another headline, what was not polled."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from lxml import html as lxml_html

from monitor.digest.enrich import Context, described
from monitor.model import Accounts, Claim, Coverage, DigestStory, Edition, Feed, FeedReport, Health, Saying, Support
from monitor.text.plural import plural
from tests.editions import SINCE, UNTIL, report, shown, story
from tests.test_render import rendering

TITLE = "Baku–Tbilisi–Kars line shuts in January for new signals"
ALIKE = "Baku-Tbilisi-Kars line to shut in January for new signals, officials say"
OTHER = "Freight train derails near Kars"
PERSIAN = "خط آهن باکو–تفلیس–قارص دو هفته بسته می‌شود"


def told() -> DigestStory:
    reports = (
        report(1, TITLE, source="Caspian Courier", kind="independent"),
        report(2, ALIKE, source="Rail News", kind="trade"),
        report(3, OTHER, source="Anatolia", kind="trade"),
    )
    low = [
        report(4, PERSIAN, source="Rah", language="fa", kind="state", score=0.2),
        report(5, ALIKE, source="Rail News", kind="trade", score=0.2),
    ]
    return shown(replace(story(7, *reports), supporting=tuple(Support(each, 0.5) for each in low)))


def edition(*stories: DigestStory, feeds: tuple[FeedReport, ...] = ()) -> Edition:
    return Edition(
        "daily", "2026-11-21T07:00", SINCE, UNTIL, UNTIL, "UTC", stories, (), Coverage(feeds, 0, 0), ("Rail",)
    )


def text_of(made: Edition) -> tuple[str, str, str]:
    """(text without line breaks, HTML, subject)."""
    found = rendering(made)
    return " ".join(found.text.split()), found.html, found.subject


def test_who_supports_a_story_was_heard() -> None:
    feeds = [Feed("a", "a", kind="state"), Feed("b", "b", kind="wire"), Feed("c", "c", kind="trade")]
    each = described(told(), Context(feeds))
    assert each.silent == ("news agencies",)
    html = text_of(edition(each))[1]
    assert "3 publishers, 1 more under the threshold" in html


def test_a_headline_that_says_something_else_is_printed() -> None:
    text, html, _ = text_of(edition(told()))
    for said in (text, html):
        assert said.count(OTHER) == 1
        assert PERSIAN in said
    assert text.count(ALIKE) == 1  # with the report under the threshold alone
    assert text.count(TITLE) == 1


def test_before_the_first_poll_no_feed_is_called_ill() -> None:
    unknown = tuple(FeedReport(f"Feed {n}", f"https://feed{n}.example/rss", Health.UNKNOWN) for n in range(4))
    text, html, subject = text_of(edition(feeds=unknown))
    assert "Nothing matched; no feed has been polled yet." in text
    assert "no feed has been polled yet" in html
    assert "nothing matched, no feed polled yet" in subject
    assert "0 of 4" not in text + html + subject
    some = (*unknown, FeedReport("Feed", "https://feed.example/rss", Health.HEALTHY))
    assert "1 of 5 feeds healthy, 4 not polled yet" in text_of(edition(feeds=some))[0]


@pytest.mark.parametrize("count", [1, 2])
def test_developing_stories_are_called_stories(count: int) -> None:
    each = shown(story(7, report(1, TITLE)), developing=True)
    noun = plural(count, "developing story", "developing stories")
    assert f"{noun}. " in text_of(edition(*[each] * count))[0]


def test_a_score_and_the_threshold_stay_on_one_line() -> None:
    for width in range(0, 30, 3):
        line = f"{'Iran ' * 10}{'x' * width}; 0.99 ≥ 0.53"
        lines = rendering(edition(shown(story(7, report(1, TITLE, line=line))))).text.splitlines()
        assert any(re.search(r"\(0\.\d\d,\sfrom\s0\.\d\d\)", each) for each in lines)


def test_where_reports_differ_both_stand_side_by_side_with_their_quotes() -> None:
    quotes = ("The strike killed 12 guards.", "Fourteen guards were killed, officials said.")
    sayings = tuple(
        Saying(value, (id,), id, quote)
        for value, id, quote in zip(("12 guards", "14 guards"), (1, 3), quotes, strict=True)
    )
    claim = Claim("figure", "guards", sayings)
    text, html, _ = text_of(edition(replace(told(), accounts=Accounts(differ=(claim, claim)))))
    assert (text + html).count("They differ:") == 2
    text, html, _ = text_of(edition(replace(told(), accounts=Accounts(differ=(claim,)))))
    [row] = lxml_html.document_fromstring(html).xpath("//table[contains(@class, 'differ')]//tr")
    assert [" ".join(cell.text_content().split()) for cell in row] == [
        "12 guards“The strike killed 12 guards.”— Caspian Courier",
        "14 guards“Fourteen guards were killed, officials said.”— Anatolia",
    ]
    assert [cell.get("width") for cell in row] == ["50%", "50%"]
    assert "They differ: - 12 guards (Caspian Courier): “The strike killed 12 guards.” - 14 guards (Anatolia)" in text
