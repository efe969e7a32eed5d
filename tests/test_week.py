"""An edition of a week: its affairs by their steps, the days, the names that are new, the feeds that fell silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import html as lxml_html

from monitor.digest.enrich import Context
from monitor.digest.week import NAMES, with_new_names
from monitor.model import Affair, DigestStory, Edition, FeedReport, Gloss, Health, Match, News, Receipt, Step, Verdict
from monitor.render.templates import load_templates, render_edition
from monitor.render.week_views import is_week
from monitor.store import Store, articles
from monitor.store.matched_names import Named, named_between
from monitor.topic.records import EntityName
from tests.editions import SINCE, UNTIL, edition, report, shown, story
from tests.test_render import rendering

BEGAN = UNTIL - timedelta(days=7)
PEOPLE = [
    EntityName("kiani", "person", "", ("Rostam Kiani",)), EntityName("raad", "person", "", ("Salman Raad",)),
    EntityName("marz", "place", "", ("Marz",)), EntityName("iran", "country", "", ("Iran",)),
    EntityName("far", "person", "", ("رستم",)),
]  # fmt: skip


def step(story: int, number: int, days: float, headline: str = "", language: str = "en") -> Step:
    adds = (News("person", f"Person {story}"),) if number > 1 else ()
    return Step(story, number, headline or f"Step of story {story}", language, UNTIL - timedelta(days=days), adds)


def week(*stories: DigestStory, feeds: tuple[FeedReport, ...] = (), names: tuple[str, ...] = ()) -> Edition:
    made = edition(*stories)
    return replace(made, since=BEGAN, coverage=replace(made.coverage, feeds=feeds), new_names=names)


def entry(id: int, affair: Affair | None = None) -> DigestStory:
    return replace(shown(story(id, report(id, f"Headline {id}"))), affair=affair)


STEPS = (step(9, 1, 20), step(1, 2, 6), step(2, 3, 3), replace(step(5, 0, 2), follows=2), step(3, 4, 1))


def test_an_affair_is_told_by_its_steps() -> None:
    affair = Affair(STEPS)
    made = render_edition(week(entry(1, affair), entry(2, affair), entry(4)), load_templates())
    tree = lxml_html.document_fromstring(made.html)
    [listed] = tree.xpath("//ul[preceding-sibling::p[contains(., 'An affair of 4 steps')]]")
    items = [" ".join(li.text_content().split()) for li in listed]
    # What stands in this edition is called as it is there.
    called = ["Step of story 9", "Headline 1", "Headline 2", "Step of story 3"]
    assert [item.partition(":")[2].partition("—")[0].strip() for item in items] == called
    assert items[2].endswith("— Person 2")
    # What stands in this edition is linked within it.
    assert [a.get("href") for a in listed.iter("a")] == ["#story-1", "#story-2"]
    assert made.text.count("An affair of 4 steps") == 1
    assert "THE DAYS AT A GLANCE" in made.text


def test_what_stands_in_a_longer_affair_is_told_once() -> None:
    short, other = Affair(STEPS[:3]), Affair((step(30, 1, 5), step(31, 2, 2)))
    made = week(entry(1, short), entry(2, Affair(STEPS)), entry(31, other), entry(3, Affair(STEPS[1:])))
    text = render_edition(made, load_templates()).text
    assert text.count("An affair of") == 2
    assert text.index("An affair of 4 steps") < text.index("An affair of 2 steps")


def test_a_long_affair_is_told_by_its_last_steps() -> None:
    affair = Affair(tuple(step(n, n, 7 - n / 2) for n in range(1, 10)))
    text = render_edition(week(entry(9, affair)), load_templates()).text
    assert "An affair of 9 steps, 3 earlier" in text
    assert "Step of story 4" in text
    assert "* " + "Step of story 3" not in text


def test_an_affair_without_a_step_of_these_days_is_not_told() -> None:
    old = Affair((step(9, 1, 20), step(1, 2, 12)))
    accounts = Affair((step(1, 1, 2), replace(step(2, 0, 1), follows=1)))
    assert "An affair" not in render_edition(week(entry(1, old), entry(2, accounts)), load_templates()).text


def test_a_step_that_nobody_reads_is_told_by_what_it_is_about() -> None:
    arabic = replace(step(1, 1, 5, "زيارة الوزير", "ar"), gloss=Gloss(("visit",), ("Salman Raad",)))
    text = render_edition(week(entry(2, Affair((arabic, step(2, 2, 1))))), load_templates()).text
    assert "Visit · Salman Raad" in text


@pytest.mark.parametrize(
    ("days", "alert", "expected"), [(7, False, True), (6, False, True), (5, False, False), (7, True, False)]
)
def test_six_days_are_a_week(days: int, alert: bool, expected: bool) -> None:
    made = replace(edition(entry(1)), since=UNTIL - timedelta(days=days), alert=alert)
    assert is_week(made) is expected
    assert ("at a glance" in rendering(made).html) is expected


def test_a_feed_that_died_in_these_days_is_named() -> None:
    feeds = (
        FeedReport("Marz News", "https://a.example", Health.GONE, since=UNTIL - timedelta(days=2)),
        FeedReport("Quiet Post", "https://b.example", Health.QUIET, since=UNTIL - timedelta(days=3)),
        FeedReport("Long Gone", "https://c.example", Health.FAILING, since=UNTIL - timedelta(days=30)),
        FeedReport("Cut Off", "https://d.example", Health.FAILING, since=UNTIL - timedelta(days=1), unreached="x"),
        FeedReport("Well", "https://e.example", Health.HEALTHY),
        FeedReport("Bad Hour", "https://f.example", Health.FAILING, since=UNTIL - timedelta(hours=1)),
        FeedReport("Two Days", "https://g.example", Health.FAILING, since=UNTIL - timedelta(days=2)),
    )  # fmt: skip
    text = render_edition(week(entry(1), feeds=feeds), load_templates()).text
    [line] = [line for line in text.splitlines() if line.startswith("Feeds that fell silent:")]
    assert line == "Feeds that fell silent: Marz News, Quiet Post, Two Days"


def test_days_of_which_there_is_nothing_to_say_have_no_heading() -> None:
    made = render_edition(week(), load_templates())
    assert ("THE DAYS" in made.text, "The days at a glance" in made.html) == (False, False)


def test_the_days_stand_at_the_top_of_a_week_and_not_in_a_day() -> None:
    made = week(
        *(
            replace(each, story=story(n, report(n, "Guards", hours=24 * n)))
            for n, each in enumerate(map(entry, (1, 2)), 1)
        )
    )
    text = render_edition(made, load_templates()).text
    assert text.count("Reports by day") == 1
    assert text.index("Reports by day") < text.index("NEW")
    day = render_edition(replace(made, since=SINCE), load_templates()).text
    assert day.count("Reports by day") == 0


def named(id: int, title: str, *entities: str) -> DigestStory:
    made = report(id, title)
    return shown(story(id, replace(made, match=replace(made.match, entities=entities))))


def past(*ids: str, days: float = 40, reports: int = 60) -> Named:
    return Named(frozenset(ids), reports, BEGAN - timedelta(days=days))


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (past("raad"), True),
        (past("raad", days=7), False),  # a week of archive
        (past("raad", days=27), False),
        (past("raad", days=28), True),
        (past("raad", reports=1), False),  # one story
        (past("raad", reports=20), True),
        (Named(), False),
    ],
)
def test_nobody_is_called_new_without_a_past_to_say_so(before: Named, said: bool) -> None:
    made = week(named(1, "Rostam Kiani in Marz", "kiani", "marz"))
    found = with_new_names(made, before, Context([], PEOPLE))
    assert bool(found.new_names) is said
    assert ("for the first time" in render_edition(found, load_templates()).text) is said


def test_who_was_never_named_before_is_new() -> None:
    made = week(
        named(1, "Kiani in Marz", "kiani", "marz", "iran"),
        named(2, "Rostam Kiani meets Salman Raad", "kiani", "raad", "far"),
    )
    people = [replace(each, names=(*each.names, each.names[0].split()[-1])) for each in PEOPLE]
    found = with_new_names(made, past("raad"), Context([], people))
    assert found.new_names == ("Rostam Kiani", "Marz")
    assert with_new_names(made, past("raad", "kiani", "marz"), Context([], people)).new_names == ()
    assert "Named for the first time in 40 days: Rostam Kiani, Marz" in render_edition(found, load_templates()).text
    crowd = [EntityName(f"p{n}", "person", "", (f"Person{n} Name",)) for n in range(30)]
    many = named(3, " ".join(each.names[0] for each in crowd), *(each.id for each in crowd))
    assert len(with_new_names(week(many), past("raad"), Context([], crowd)).new_names) == NAMES


def test_names_of_matches_of_a_time_are_read(store: Store) -> None:
    judged: list[tuple[Verdict, str, float]] = [
        ("match", "w", 1),
        ("match", "w", 48),
        ("near", "w", 1),
        ("match", "other", 1),
    ]
    for number, (verdict, watch, hours) in enumerate(judged):
        made = report(0, f"Guards {number}", url=f"https://news.example/{number}").article
        match = Match(watch, 0.9, verdict, Receipt(0.5, 0.3, "v"), entities=(f"e{number}", "both"))
        with store.write() as db:
            [id] = articles.add(db, [(made, made.url, None)])
            articles.save_matches(db, [(id, match)], UNTIL - timedelta(hours=hours))
    with store.read() as db:
        hour, days = UNTIL - timedelta(hours=1), UNTIL - timedelta(hours=48)
        assert named_between(db, ["w"], SINCE, UNTIL) == Named(frozenset({"e0", "both"}), 1, hour)
        both = Named(frozenset({"e0", "e1", "e3", "both"}), 3, days)
        assert named_between(db, ["w", "other"], BEGAN, UNTIL) == both
        assert named_between(db, ["w"], BEGAN, BEGAN) == Named()
