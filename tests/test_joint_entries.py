"""Steps of an affair and accounts of an event that one edition has stand in one entry, each in full."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.api.editions import edition_answer
from monitor.digest.affairs import Around, folded
from monitor.digest.enrich import Context
from monitor.digest.joint_entries import with_joint_entries
from monitor.model import Affair, DigestStory, Edition, Report, Step
from monitor.render.affair_views import step_view
from monitor.render.for_readers import as_called
from monitor.render.templates import load_templates, render_edition
from monitor.render.words import Words
from monitor.topic.records import EntityName
from tests.editions import UNTIL, edition, report, shown, story

PEOPLE = [
    EntityName("sohrabi", "person", "", ("Navid Sohrabi",)),
    EntityName("qais", "person", "", ("Hazem Qais",)),
    EntityName("darwish", "person", "", ("Salim Darwish",)),
]


def told(id: int, title: str, **more: object) -> DigestStory:
    made = report(id, title, acts=("agreement",), source=f"Paper {id}")
    whole = replace(made, match=replace(made.match, entities=("sohrabi", "qais", "darwish")))
    return replace(shown(story(id, whole)), **more)  # type: ignore[arg-type]


SIGNED = told(1, "Navid Sohrabi and Hazem Qais sign a pact")
HAILED = told(2, "Hazem Qais hails it")
OTHER = told(3, "Salim Darwish signs a pact")
STEPS = Affair(tuple(Step(id, id, title, "en", UNTIL) for id, title in ((1, "Signed"), (3, "Denied"))))


def joined(*stories: DigestStory) -> Edition:
    return with_joint_entries(edition(*stories), Context([], PEOPLE))


@pytest.mark.parametrize(
    ("stories", "under"),
    [
        ((SIGNED, HAILED), [0, 1]),
        ((SIGNED, OTHER, HAILED), [0, 0, 1]),
        ((replace(SIGNED, affair=STEPS), replace(OTHER, affair=STEPS)), [0, 1]),
        ((replace(SIGNED, affair=STEPS), HAILED, replace(OTHER, affair=STEPS)), [0, 1, 1]),
        ((replace(SIGNED, story=replace(SIGNED.story, watch="another")), HAILED), [0, 0]),
        ((SIGNED,), [0]),
    ],
)
def test_what_is_of_one_affair_or_event_is_one_entry(stories: tuple[DigestStory, ...], under: list[int]) -> None:
    assert [each.under for each in joined(*stories).stories] == under


def test_an_entry_has_each_of_its_stories_with_headline_quote_source_and_reason() -> None:
    made = joined(SIGNED, OTHER, HAILED)
    rendered = render_edition(made, load_templates())
    text = rendered.text
    assert text.index("1. Navid") < text.index("1.1. Hazem Qais hails it") < text.index("2. Salim Darwish")
    part = text[text.index("1.1. ") : text.index("2. Salim")]
    assert all(said in part for said in ("Paper 2", HAILED.story.reports[0].article.url, "Why: "))
    assert rendered.html.count('id="story-') == 3  # so that a link to any of them leads there
    assert [each["under"] for each in edition_answer(made, ()).document()["contents"]] == [None, None, 1]
    assert "3 new" in rendered.subject


def order(*stories: DigestStory) -> list[tuple[int, int]]:
    return [(each.story.id, each.under) for each in joined(*stories).stories]


def test_steps_are_told_in_their_order_and_what_is_known_after_what_is_not() -> None:
    steps = Affair(tuple(Step(id, id, f"Step {id}", "en", UNTIL) for id in (1, 2, 3)), known=True)
    first, second, third = (told(id, f"Salim Darwish is at step {id}", affair=steps) for id in (1, 2, 3))
    assert order(second, third, first) == [(1, 0), (2, 1), (3, 1)]
    known = replace(first, developing=True)
    assert order(known, third, second) == [(2, 0), (3, 2), (1, 2)]
    other = told(9, "Ferries are late", developing=True)
    assert order(other, known, third) == [(3, 0), (1, 3), (9, 0)]
    assert order(other, known, third, told(8, "Trams are new"))[0] == (8, 0)


def test_an_entry_has_the_best_place_of_its_stories() -> None:
    steps = Affair((Step(1, 1, "Signed", "en", UNTIL), Step(3, 2, "Denied", "en", UNTIL)))
    signed, denied = replace(SIGNED, affair=steps), replace(OTHER, affair=steps)
    assert order(denied, told(9, "Ferries are late"), signed) == [(1, 0), (9, 0), (3, 1)]


def test_a_step_has_the_days_from_its_beginning_to_the_report_whose_headline_it_has() -> None:
    reports = (report(1, "Posten wird gebaut", language="de", hours=60), report(2, "Post is opened", hours=1))
    began, opened = (each.article.out_by for each in reports)
    steps = Affair((Step(1, 1, "Posten wird gebaut", "de", began, told=began), Step(3, 2, "Denied", "en", UNTIL)))
    made = edition(replace(shown(story(1, *reports)), affair=steps))
    words = Words(made, "en", ("en",))
    called = as_called(made, words).stories[0].affair
    assert called
    assert (called.steps[0].headline, called.steps[0].told) == ("Post is opened", opened)
    view = step_view(called.steps[0], words, lambda _: "")
    assert view.time == f"{words.day_of(began)} – {words.day_of(opened)}"
    assert step_view(steps.steps[0], words, lambda _: "").time == words.day_of(began)


def test_a_story_whose_entry_is_cut_off_is_an_entry_of_its_own() -> None:
    made = replace(edition(replace(HAILED, under=1)), more=(SIGNED,), omitted=1)
    text = render_edition(made, load_templates()).text
    assert "1. Hazem Qais hails it" in text


@pytest.mark.parametrize(
    ("before", "later", "is_line"),
    [
        ("Navid Sohrabi visits Taji on Monday", "Navid Sohrabi visits Taji, too", True),
        ("Navid Sohrabi visits Taji on Monday", "Navid Sohrabi visits Taji on Tuesday", False),
        ("Navid Sohrabi visits Hazem Qais", "Navid Sohrabi visits Salim Darwish", False),
    ],
)
@pytest.mark.parametrize("as_account", [True, False])
def test_what_may_be_another_event_is_no_line(before: str, later: str, is_line: bool, as_account: bool) -> None:
    def made(id: int, title: str, hours: float) -> Report:
        found = report(id, title, hours=hours)
        return replace(found, match=replace(found.match, entities=("sohrabi", "qais", "darwish")))

    reports = made(1, before, 24), made(2, later, 1)
    if as_account:
        first, second = story(1, reports[0]), story(2, reports[1])
        steps = Affair((Step(1, 1, before, "en", UNTIL), Step(2, 0, later, "en", UNTIL, follows=1)), known=True)
        each = replace(shown(second), affair=steps)
        near = Around({1: first, 2: second}, (), {}, ())
    else:
        each = shown(story(1, *reports), developing=True, fresh=frozenset({2}))
        near = Around({}, (), {}, ())
    assert bool(folded(edition(each), near, Context([], PEOPLE)).more) == is_line


@pytest.mark.parametrize(
    ("title", "later", "is_line"),
    [
        ("Hazem Qais hails it", 20, True),  # in nothing linked, and nothing is added
        ("Hazem Qais hails it", 60, False),  # so late it may be the next one
        ("Hazem Qais hails it in Taji", 20, False),
        ("Hazem Qais hails it: 40 posts are built", 20, False),
        ("Salim Darwish hails it", 20, False),
    ],
)
def test_an_account_that_nothing_links_is_a_line_the_day_after(title: str, later: float, is_line: bool) -> None:
    names = [*PEOPLE, EntityName("pl_taji", "place", "", ("Taji",))]
    each = told(2, title)
    made = replace(each.story.reports[0].match, entities=("qais", "darwish", "pl_taji"))
    after = SIGNED.story.first_seen + timedelta(hours=later)
    whole = replace(each.story, reports=(replace(each.story.reports[0], match=made),), first_seen=after)
    near = Around({}, (), {}, ())
    assert bool(folded(edition(shown(whole)), near, Context([], names), [SIGNED.story]).more) == is_line
    assert not folded(edition(shown(whole)), near, Context([], names)).more
