"""What is new since the last edition, and quotes that summarise."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Article, Highlight, Match, Passage, Receipt, Report
from monitor.stories.novelty import summarise, whats_new
from monitor.stories.said import numbers_in
from monitor.text.dates import dates_in
from monitor.text.fold import fold, tokens
from monitor.topic.records import EntityName

START = datetime(2024, 3, 4, 8, tzinfo=UTC)
FIRST = (
    "TEHRAN (IRNA) - Iraqi Defence Minister Karim Marwan arrived in Tehran on Monday at the head of 14 officers. "
    "He will meet his counterpart Navid Sohrabi for talks on the border. Read more about the visit on our site today."
)
SECOND = (
    "Karim Marwan ended his visit to Tehran with an agreement on 38 new posts along the border. "
    "General Rostam Kiani said the first post opens on 2 May 2024 near the town of Zarbatiyah. "
    "The ministers will meet again in autumn, the office said."
)
GAZETTEER = (
    EntityName("marwan", "person", "iraq", ("Karim Marwan", "کریم مروان")),
    EntityName("kiani", "person", "iran", ("Rostam Kiani", "رستم کیانی")),
    EntityName("zarbatiyah", "place", "iraq", ("Zarbatiyah", "زرباطية")),
    EntityName("iraq", "country", "iraq", ("Iraq", "عراق")),
)


def report(
    number: int,
    publisher: str,
    text: str,
    entities: tuple[str, ...] = (),
    acts: tuple[str, ...] = (),
    passages: tuple[Passage, ...] = (),
    title: str = "Marwan visits Tehran for border talks",
) -> Report:
    when = START + timedelta(hours=number)
    article = Article(
        number, f"https://example.org/{number}", title, text, "en", when, when, f"https://{publisher}.example",
        publisher, publisher, "independent",
    )  # fmt: skip
    return Report(article, Match("watch", 0.9, "match", Receipt(0.5, 0.3, "1", (), passages), entities, acts), when)


AGREED = SECOND.split(". ")[0] + "."
BEFORE = [report(1, "IRNA", FIRST, ("marwan", "iraq"), ("visit",))]
FRESH = [
    report(
        2, "The Post", SECOND, ("marwan", "kiani", "zarbatiyah", "iraq"), ("visit", "agreement"),
        (Passage(AGREED, "lead", (Highlight(0, 12, "iraq"), Highlight(AGREED.index("agreement"), 62, "agreement"))),),
    )
]  # fmt: skip


def test_new_things_are_named_with_the_sentence_that_says_them() -> None:
    found = whats_new(BEFORE, FRESH, GAZETTEER, {"agreement": "agreement signed"})
    news = {(fact.news.kind, fact.news.text): fact for fact in found}
    assert ("publisher", "The Post") in news
    assert "Rostam Kiani said" in news["person", "Rostam Kiani"].sentence
    assert "Zarbatiyah" in news["place", "Zarbatiyah"].sentence
    assert news["act", "agreement signed"].sentence == AGREED
    assert news["figure", "38 new posts"].sentence == AGREED
    assert "2 May 2024" in news["date", "2024-05-02"].sentence
    assert {fact.news.article for fact in found} == {2}
    assert not {("person", "Karim Marwan"), ("figure", "14 officers"), ("body", "Iraq")} & news.keys()


def test_nothing_is_new_where_everything_is() -> None:
    assert whats_new([], FRESH, GAZETTEER) == ()
    assert whats_new(BEFORE, BEFORE, GAZETTEER) == ()


def test_a_figure_in_other_digits_is_the_same_figure() -> None:
    persian = report(3, "فردا", "هیئتی متشکل از ۱۴ افسر وارد تهران شد و بازگشت.")
    assert [f for f in whats_new(BEFORE, [persian]) if f.news.kind == "figure"] == []


def test_an_edition_is_not_flooded() -> None:
    many = report(4, "Lists", ". ".join(f"Unit {n} has {n * 7} vehicles" for n in range(20, 60)))
    found = whats_new(BEFORE, [many])
    assert sum(fact.news.kind == "figure" for fact in found) <= 4


def test_quotes_stand_word_for_word_in_the_articles_from_different_publishers() -> None:
    quotes = summarise([*BEFORE, *FRESH])
    texts = {r.article.id: r.article.text for r in (*BEFORE, *FRESH)}
    assert 2 <= len(quotes) <= 3
    assert all(quote.text in texts[quote.article] for quote in quotes)
    assert {quote.article for quote in quotes[:2]} == {1, 2}


LATER = SECOND.split(". ")[1] + "."


def test_the_best_sentence_that_the_readers_read_is_chosen_first() -> None:
    """It is shown first. Chosen after others it would be one that says what is left."""
    told = Highlight(0, 5, "iran"), Highlight(6, 9, "iraq"), Highlight(10, 14, "agreement")
    persian = replace(report(3, "Other", ""), match=replace(FRESH[0].match, score=1.0))
    text = "کریم مروان در تهران برای ۳۸ پاسگاه مرزی توافق امضا کرد و به کشورش بازگشت."
    receipt = replace(persian.match.receipt, passages=(Passage(text, "lead", told),))
    persian = replace(
        persian,
        article=replace(persian.article, title="کریم مروان در تهران توافق مرزی امضا کرد", text=text, language="fa"),
        match=replace(persian.match, receipt=receipt),
    )
    assert summarise([persian, *FRESH])[0].text == text
    assert [quote.text for quote in summarise([persian, *FRESH], reads=("de", "en-GB", "fa"))] == [AGREED, text]
    assert summarise([persian, *FRESH], reads=("de",))[0].text == text


def test_a_sentence_without_the_words_that_matched_is_not_told_by_those_of_another() -> None:
    whole = Passage(f"{AGREED} {LATER}", "lead", FRESH[0].match.receipt.passages[0].highlights)
    [one] = FRESH
    spread = replace(one, match=replace(one.match, receipt=replace(one.match.receipt, passages=(whole,))))
    other = report(4, "Third", SECOND)
    assert summarise([spread, other])[0].text == AGREED


def test_datelines_and_furniture_are_not_quoted() -> None:
    for quote in summarise(BEFORE):
        assert "(IRNA)" not in quote.text
        assert "Read more" not in quote.text


def test_highlights_point_into_the_quote() -> None:
    quote = next(q for q in summarise(FRESH) if q.text == AGREED)
    assert next(quote.text[mark.start : mark.end] for mark in quote.highlights) == "Karim Marwan"


def test_copies_are_not_quoted_and_nothing_twice() -> None:
    copy = report(3, "Copyist", FIRST)
    assert {q.article for q in summarise([*BEFORE, copy], skip=[3])} == {1}
    assert len({q.text for q in summarise([*BEFORE, copy])}) == len(summarise([*BEFORE, copy]))


def test_a_sentence_that_would_only_fill_is_not_quoted() -> None:
    text = (
        FIRST[: FIRST.index(" Read more")] + " Hotels in the capital are fuller this week than at any time this year."
    )
    assert {quote.text[:9] for quote in summarise([report(1, "irna", text)])} == {"Iraqi Def", "He will m"}


@given(st.lists(st.text(max_size=300), min_size=1, max_size=5), st.lists(st.text(max_size=300), max_size=4))
def test_any_text_is_taken(before: list[str], fresh: list[str]) -> None:
    old = [report(n, f"p{n}", text, ("marwan",)) for n, text in enumerate(before, 1)]
    new = [report(n, f"q{n}", text, ("kiani",)) for n, text in enumerate(fresh, 20)]
    facts = whats_new(old, new, GAZETTEER)
    assert all(fact.news.article >= 20 for fact in facts)
    for quote in summarise([*old, *new]):
        article = next(r.article for r in (*old, *new) if r.article.id == quote.article)
        assert quote.text in article.text


@pytest.mark.parametrize(
    "written",
    [
        "27 November 2022 08:09",
        "November 27, 2022 8:09",
        "2022-11-27 08:09",
        "27/11/2022, 08:09",
        "27 نوفمبر 2022 08:09",
        "٢٧ تشرين الثاني ٢٠٢٢ - ٠٨:٠٩",
        "۶ آذر ۱۴۰۱ - ۰۸:۰۹",
        "27ی تشرینی دووەمی 2022 08:09",
        "27 Mijdar 2022 08:09",
        "Mijdar 27, 2022 08:09",
        "27 Kasım 2022 08:09",
        "27 ноября 2022, 08:09",
        "27 November 2022 11.12",
    ],
)
def test_a_clock_after_a_date_is_no_second_day(written: str) -> None:
    days = dates_in(tokens(fold(written))).days
    assert {date.fromordinal(day).isoformat() for day in days} <= {"2022-11-27"}


def test_a_day_in_figures_after_other_figures_is_a_day() -> None:
    days = dates_in(tokens(fold("A bomb killed 5 people, 2022-08-09"))).days
    assert [date.fromordinal(day).isoformat() for day in days] == ["2022-08-09"]


@pytest.mark.parametrize(("language", "figures"), [("es", ["300 policias"]), ("en", ["11 ago", "300 policias"])])
def test_a_month_that_is_written_short_makes_a_day_in_its_language_alone(language: str, figures: list[str]) -> None:
    sentence = "Se firmó el 11 ago. Hay 300 policías."
    assert [shown for _, shown in numbers_in(sentence, language)] == figures


def test_of_one_report_among_several_there_is_one_quote_and_two_where_it_is_alone() -> None:
    text = " ".join(f"Ministers of {name} spoke of border guards in the capital at some length." for name in "ABC")
    reports = [replace(each, article=replace(each.article, text=text)) for each in (BEFORE[0], FRESH[0])]
    assert len(summarise(reports[:1])) <= 2
    quoted = [quote.article for quote in summarise(reports)]
    assert len(quoted) == len(set(quoted))
