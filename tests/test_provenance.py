"""Who was first, who copied, how many voices, who is silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Article, Copy, Feed, FeedKind, Match, Receipt, Report, SeenDate
from monitor.stories.group.tables import load_tables
from monitor.stories.provenance import credited, kept_provenance, provenance

START = datetime(2024, 3, 4, 8, tzinfo=UTC)
OWN = (
    "The two ministers met for an hour in the old palace and spoke of the long border. Marwan said later that the new "
    "posts would be ready before summer, and that both sides had agreed to share the cost of the road."
)
OTHER = (
    "Three buses of officers left the academy at noon. Neither side would say what the agreement costs, but a member "
    "of parliament put it at nine million dollars and asked for a hearing next week."
)


def report(
    number: int,
    publisher: str,
    text: str,
    hours: float = 0.0,
    kind: FeedKind = "independent",
    country: str | None = None,
) -> Report:
    when = START + timedelta(hours=hours)
    article = Article(
        number, f"https://example.org/{number}", "A visit", text, "en", when, when, f"https://{number}.example/feed",
        publisher, publisher, kind, country,
    )  # fmt: skip
    return Report(article, Match("watch", 0.9, "match", Receipt(0.5, 0.3, "1")), when)


def test_first_is_by_time_of_publication() -> None:
    found = provenance([report(1, "Late Post", OWN, 5), report(2, "Early Wire", OTHER, 1)])
    assert (found.first, found.first_article) == ("Early Wire", 2)
    assert found.when == START + timedelta(hours=1)


def test_feeds_of_one_publisher_are_one_voice() -> None:
    found = provenance([report(1, "The Post", OWN), report(2, "the post", OTHER, 1)])
    assert found.voices == 1
    assert found.copies == ()


def test_shared_text_is_a_copy_of_the_earlier_publisher() -> None:
    rewritten = f"BAGHDAD, Monday. {OWN} The office gave no further detail."
    found = provenance([report(1, "The Post", OWN), report(2, "Daily", rewritten, 2), report(3, "Own", OTHER, 3)])
    assert found.copies == (Copy(2, "The Post"),)
    assert found.publishers == ("The Post", "Own")
    assert found.voices == 2


def test_a_copy_of_a_copy_is_the_first_ones() -> None:
    found = provenance([report(n, name, OWN, n) for n, name in enumerate(("A", "B", "C"), 1)])
    assert found.copies == (Copy(2, "A"), Copy(3, "A"))
    assert found.voices == 1


def test_a_shared_quotation_makes_no_copy() -> None:
    quoted = "He said: the new posts would be ready before summer, and that both sides had agreed. " + OTHER
    assert provenance([report(1, "A", OWN), report(2, "B", quoted, 1)]).copies == ()


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("BAGHDAD (Reuters) - The minister arrived on Monday.", "Reuters"),
        ("TEHRAN, March 4 (Xinhua) -- The minister arrived.", "Xinhua"),
        ("The minister arrived on Monday. (Reporting by Reuters)", "Reuters"),
        ("به گزارش خبرگزاری ایسنا، وزیر دفاع عراق وارد تهران شد.", "ISNA"),
        ("به گزارش ایرنا وزیر دفاع عراق وارد تهران شد.", "IRNA"),
        ("به نقل از خبرگزاری تسنیم، هیئت عراقی وارد شد.", "Tasnim"),
        ("طهران (أ ف ب) – وصل الوزير يوم الاثنين.", "AFP"),
        ("أفادت وكالة الأنباء العراقية بوصول الوزير.", "INA"),
        ("نقلا عن وكالة رويترز، وصل الوفد.", "Reuters"),
        ("Bakan Tahran'a geldi. (AA)", "Anadolu"),
        ("Министр прибыл в Тегеран, сообщает ТАСС.", "TASS"),
        ("The Fars province flood left a minister without words.", None),
        ("به گزارش خبرنگار ما وزیر آمد.", None),
        ("AA batteries are short in Basra.", None),
        ("A minister spoke to Reuters last year about another thing; nobody carried it.", None),
    ],
)
def test_credit_lines(text: str, agency: str | None) -> None:
    assert credited(text) == agency


def test_an_agency_that_credits_itself_copies_nobody() -> None:
    found = provenance([report(1, "IRNA", f"TEHRAN (IRNA) - {OWN}", kind="state")])
    assert found.copies == ()
    assert found.voices == 1


def test_two_papers_with_one_agency_are_one_voice_with_it() -> None:
    texts = [f"TEHRAN (Reuters) - {OWN}", f"TEHRAN (Reuters) - {OTHER}"]
    found = provenance([report(n, f"Paper {n}", text, n) for n, text in enumerate(texts, 1)])
    assert found.copies == (Copy(1, "Reuters"), Copy(2, "Reuters"))
    assert found.voices == 1


def test_silent_are_only_those_who_were_listened_to() -> None:
    watched = [
        Feed("a", "a", kind="state", country="IR"),
        Feed("b", "b", kind="wire", country="GB"),
        Feed("c", "c", kind="independent", country="IQ"),
        Feed("d", "d", kind="search"),
    ]
    countries = {"IR": "Iran", "IQ": "Iraq", "SY": "Syria"}
    found = provenance([report(1, "a", OWN, kind="state", country="IR")], watched, countries)
    assert found.kinds == ("state",)
    assert found.silent == ("independent publishers", "news agencies", "publishers in Iraq")


def test_no_reports_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="at least one"):
        provenance([])


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from([OWN, OTHER, "", "x"])), min_size=1, max_size=8))
def test_voices_never_outnumber_publishers(rows: list[tuple[str, str]]) -> None:
    reports = [report(n, name, text, n) for n, (name, text) in enumerate(rows)]
    found = provenance(reports)
    assert 1 <= found.voices <= len({name for name, _ in rows})
    assert {copy.article for copy in found.copies} <= {r.article.id for r in reports[1:]}
    assert provenance(reports[::-1]) == found


# a day without a time
DAY = "2024-03-04"


def of_day(number: int, publisher: str, text: str, *, begins: float, read: float, written: str = DAY) -> Report:
    """A report whose source names a day alone, which begins so many hours after START."""
    given = report(number, publisher, text)
    begin = START + timedelta(hours=begins)
    seen = SeenDate("page-text", begin, "day" if written == DAY else "second", written, zoned=False)
    article = replace(
        given.article, published=begin, fetched=START + timedelta(hours=read), published_from="page-text", dates=(seen,)
    )
    return replace(given, article=article)


@pytest.mark.parametrize("begins", [-21, -11.5, -11, -8, -3, 2])  # from Auckland to Honolulu
@pytest.mark.parametrize("written", [DAY, "Mon, 04 Mar 2024 00:00:00 +0000"])
def test_a_day_without_a_time_takes_no_part_in_who_was_first_on_it(begins: float, written: str) -> None:
    daily = of_day(1, "Daily", OWN, begins=begins, read=30, written=written)
    assert daily.article.day == START.date()
    found = provenance([daily, report(2, "Timed", OWN, 1)])
    assert (found.first, found.copies) == ("Timed", (Copy(1, "Timed"),))


def test_a_day_without_a_time_is_before_the_next_day_and_before_what_came_after_it_was_read() -> None:
    assert provenance([report(1, "Next", OWN, 20), of_day(2, "Daily", OTHER, begins=-11.5, read=40)]).first == "Daily"
    assert provenance([report(1, "Later", OWN, 6), of_day(2, "Daily", OTHER, begins=-11.5, read=4)]).first == "Daily"


def test_of_two_days_without_a_time_the_one_that_was_seen_first_is_first() -> None:
    one, other = (of_day(n, name, text, begins=-11.5, read=read)
                  for n, name, text, read in ((1, "Seen late", OWN, 40), (2, "Seen soon", OTHER, 30)))  # fmt: skip
    assert provenance([one, other]).first == "Seen soon"


def test_a_time_is_no_day() -> None:
    timed = of_day(1, "Timed", OWN, begins=1, read=2, written="2024-03-04T09:00:00+00:00")
    assert timed.article.day is None
    assert timed.article.out_by == timed.article.published


def test_what_is_kept_of_a_story_goes_when_a_report_of_it_changes() -> None:
    tables = load_tables()
    one, other = report(1, "One", OWN, 1), report(2, "Two", OWN, 2)
    assert kept_provenance([one, other], tables) is kept_provenance([one, other], tables)
    assert kept_provenance([one, other], tables).copies == (Copy(2, "One"),)
    rewritten = replace(other, article=replace(other.article, text=OTHER))
    assert kept_provenance([one, rewritten], tables) == provenance([one, rewritten], tables=tables)
    assert kept_provenance([one, rewritten], tables).copies == ()
