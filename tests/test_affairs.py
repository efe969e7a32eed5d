"""Affairs: steps stay stories of their own and are linked; another account adds nothing; a look back is background."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.api.stories import story_answer
from monitor.deliver.chat.send import chat_text
from monitor.deliver.parcel import Parcel
from monitor.digest.affairs import Around, affairs_of, around, folded, with_affairs
from monitor.digest.alert_holds import hold_of
from monitor.digest.compose import ComposeSettings, compose
from monitor.digest.enrich import Context, enrich
from monitor.model import (
    Affair,
    Article,
    Coverage,
    DigestStory,
    Document,
    Edition,
    EditionEntry,
    Gloss,
    Match,
    News,
    Receipt,
    RenderedEdition,
    Report,
    Step,
    Story,
    StoryLink,
)
from monitor.pipeline import decide
from monitor.pipeline.decide import Person
from monitor.pipeline.group_stories import group_waiting
from monitor.pipeline.link_stories import link_stories
from monitor.render import RenderSettings
from monitor.render.affair_views import build_affair
from monitor.render.build_views import Limits, Place, build_page
from monitor.render.templates import load_templates, render_edition
from monitor.render.words import Words
from monitor.store import Store, articles, corrections, editions, groupings, stories, story_links
from monitor.stories.affairs import comes_late, members, tells_nothing
from monitor.stories.group.features import Reader
from monitor.stories.group.follow import BACKGROUND, Follows, Reported, follows
from monitor.stories.group.resemblance import same_event
from monitor.stories.group.signature import sign
from monitor.stories.group.tables import load_tables
from tests.channels import environment
from tests.test_group import SAME_TOPIC, SECOND_VISIT, START, VISIT, VISIT_AR, article
from tests.test_store import edition, rendered

NOW = START + timedelta(days=30)
DENIAL = article(
    "denial",
    "Marwan's office denies that Tehran talks agreed on foreign posts at Zarbatiyah",
    "The office of Iraqi Defence Minister Karim Marwan denied reports that his talks with Navid Sohrabi in Tehran gave "
    "Iran a say over the posts at Zarbatiyah. No text was signed, its spokesman Faris Jalil said.",
    hours=24 * 5,
)
CABINET = article(
    "cabinet",
    "Iraqi cabinet approves border posts at Zarbatiyah discussed by Marwan and Sohrabi",
    "Iraq's cabinet approved the border posts at Zarbatiyah that Defence Minister Karim Marwan discussed with Navid "
    "Sohrabi in Tehran. The first of the posts is to be built in 90 days near the Shalamcheh road.",
    hours=24 * 12,
)
ANNIVERSARY = article(
    "anniversary",
    "One year after Marwan's Tehran visit the Zarbatiyah border posts stand empty",
    "A year has passed since Karim Marwan went to Tehran and met Navid Sohrabi about posts at Zarbatiyah and patrols "
    "of the Shalamcheh road. Farmers near the border say nobody has come.",
    hours=24 * 365,
)
AFFAIR = [VISIT, DENIAL, CABINET]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    yield opened
    opened.close()


def take(store: Store, *documents: Document) -> None:
    """Matches, grouped and linked one by one, as a service sees them."""
    for document in documents:
        assert document.published
        at = document.published + timedelta(hours=1)
        url = f"https://news.example/{document.id}"
        made = Article(0, url, document.title, document.text, document.language, at, at, "f", "News", "News", "wire")
        with store.write() as db:
            [number] = articles.add(db, [(made, url, None)])
            articles.save_matches(db, [(number, Match("w", 0.9, "match", Receipt(0.5, 0.3, "v")))], at)
        group_waiting(store, "w", at)
        link_stories(store, "w", at)


def told(store: Store) -> dict[str, Story]:
    """Each story by the name of its first report."""
    with store.read() as db:
        found = stories.load(db, stories.ids_since(db, None, "w"))
    return {story.reports[0].article.url.rpartition("/")[2]: story for story in found}


def affair(store: Store, name: str) -> Affair | None:
    story = told(store)[name]
    with store.read() as db:
        return affairs_of(around(db, [story]), [story.id], Context(())).get(story.id)


def titles(store: Store, name: str) -> list[str]:
    found = affair(store, name)
    by_id = {story.id: title for title, story in told(store).items()}
    return [by_id[step.story] for step in found.steps] if found else []


def test_steps_are_linked_in_order_and_other_events_are_not(store: Store) -> None:
    take(store, VISIT, *SAME_TOPIC, DENIAL, CABINET)
    assert len(told(store)) == 6
    assert titles(store, "cabinet") == ["visit-en", "denial", "cabinet"] == titles(store, "visit-en")
    for other in SAME_TOPIC:
        assert affair(store, other.id) is None
    denied = affair(store, "denial")
    assert denied
    assert [step.number for step in denied.steps] == [1, 2, 3]
    assert ("act", "denial") in [(news.kind, news.text) for news in denied.steps[1].adds]
    said = story_answer(told(store)["cabinet"], denied).document()["affair"]
    assert said["step"] == 3
    assert said["began"] == "2024-03-04T09:00:00+00:00"


def test_the_next_visit_of_the_same_people_is_another_affair(store: Store) -> None:
    take(store, VISIT, SECOND_VISIT)
    assert affair(store, "second-visit") is None


def test_a_late_earlier_step_is_found_by_the_later_ones(store: Store) -> None:
    take(store, DENIAL, VISIT, CABINET)
    assert titles(store, "cabinet")[-1] == "cabinet"
    assert len(titles(store, "cabinet")) >= 2


def test_a_look_back_is_background_and_no_step(store: Store) -> None:
    take(store, VISIT, ANNIVERSARY)
    found = affair(store, "anniversary")
    assert found
    assert found.steps == () or found.step(told(store)["anniversary"].id) is None
    assert [step.headline for step in found.background] == [VISIT.title]
    assert affair(store, "visit-en") is None  # nothing follows it


def test_a_link_goes_along_when_stories_are_merged(store: Store) -> None:
    take(store, VISIT, DENIAL, SAME_TOPIC[0])
    found = told(store)
    with store.write() as db:
        corrections.merge(db, found["guards"].id, [found["visit-en"].id], NOW, said=True)
    moved = told(store)
    [merged] = [story for story in moved.values() if len(story.reports) == 2]
    denied = affair(store, "denial")
    assert denied
    assert {step.story for step in denied.steps} == {merged.id, found["denial"].id}


def test_what_a_person_split_is_of_no_common_affair(store: Store) -> None:
    take(store, VISIT, replace(VISIT, id="visit-again", published=START + timedelta(hours=9)), DENIAL)
    found = told(store)
    [whole] = {story.id: story for story in found.values() if len(story.reports) == 2}.values()
    with store.write() as db:
        part = corrections.split(db, whole.id, "w", whole.reports[1:], NOW)
        assert story_links.unlinked(db, "w", START - timedelta(days=9), 10).keys() == {whole.id, part}
    link_stories(store, "w", START + timedelta(days=6))
    with store.read() as db:
        links = story_links.around(db, [part, whole.id])
        near = around(db, stories.load(db, [whole.id, part]))
    assert links  # either may yet be a step of what others tell
    assert {whole.id, part} not in [{link.later, link.earlier} for link in links]
    assert not near.related(whole.id, part)
    assert not near.related(part, whole.id)


def test_a_link_is_not_told_once_a_person_splits_its_stories(store: Store) -> None:
    take(store, *AFFAIR)
    with store.read() as db:
        link = story_links.around(db, [told(store)["denial"].id])[0]
    with store.write() as db:
        corrections.keep_apart(db, link.later, link.earlier, NOW)
    with store.read() as db:
        left = story_links.around(db, [link.later])
    assert (link.later, link.earlier) not in [(each.later, each.earlier) for each in left]


def test_nothing_is_looked_at_twice_unless_the_stories_change(store: Store) -> None:
    take(store, *AFFAIR)
    with store.read() as db:
        assert not story_links.is_due(db, "w")
        assert story_links.unlinked(db, "w", START - timedelta(days=9), 10) == {}
    with store.write() as db:
        groupings.raise_changed(db, "w")
    with store.read() as db:
        assert story_links.is_due(db, "w")


def shown(store: Store, *names: str) -> None:
    """An edition of the daily digest that shows these stories."""
    found = told(store)
    with store.write() as db:
        number = editions.add(db, replace(edition(), period=names[0]), rendered(), NOW)
        assert number
        rows = [("w", r.article.id, found[name].id) for name in names for r in found[name].reports]
        editions.record_shown(db, "daily", number, rows, "story")


def composed(store: Store) -> Edition:
    found = told(store)
    with store.read() as db:
        seen = editions.seen(db, "daily", [story.id for story in found.values()])
        near = around(db, list(found.values()), "daily")
    made = compose(
        ComposeSettings("daily", max_age=timedelta(days=900)), period="p", since=START, until=NOW + timedelta(days=900),
        now=NOW, stories=list(found.values()), seen=seen, near_misses=(), coverage=Coverage((), 0, 0),
    )  # fmt: skip
    return folded(enrich(with_affairs(made, near, Context(())), Context(())), near, Context(()))


def test_a_later_step_is_no_new_story_to_who_knows_the_affair(store: Store) -> None:
    take(store, VISIT)
    shown(store, "visit-en")
    take(store, DENIAL)
    [denied] = composed(store).stories
    assert not denied.is_new
    assert not denied.developing
    view = build_page(composed(store), Words(composed(store), "en"), Place(), Limits())
    assert view.new == ()
    assert view.developing[0].affair.line == f"Step 2 of “{VISIT.title}”, began 4 Mar 2024"
    assert "denial" in view.developing[0].affair.adds


def test_reports_that_add_nothing_are_a_line(store: Store) -> None:
    take(store, VISIT)
    shown(store, "visit-en")
    take(store, replace(VISIT, id="visit-again", published=START + timedelta(hours=9)))
    made = composed(store)
    assert made.stories == ()
    [again] = made.more
    assert again.repeats
    view = build_page(made, Words(made, "en"), Place(), Limits())
    assert view.more[0].note == "1 more report, nothing new in it"
    assert made.omitted == 1


def test_a_meeting_that_an_earlier_opening_told_of_is_nothing_new() -> None:
    def told_by(title: str, text: str) -> list[Report]:
        article = Article(1, "https://a.example/1", title, text, "en", START, START, "f", "A", "A", "wire")
        return [Report(article, Match("w", 0.9, "match", Receipt(0.5, 0.3, "v")), START)]

    opened = told_by("Marwan praises border guards", "He spoke on a visit to Tehran. He hopes for an agreement.")
    closed = told_by("Marwan praises border guards", "He spoke of the guards at Zarbatiyah.")
    visit, agreement = told_by("Marwan on visit in Tehran", ""), told_by("Marwan signs agreement in Tehran", "")
    assert tells_nothing(opened, visit, (), load_tables())
    assert not tells_nothing(closed, visit, (), load_tables())
    assert not tells_nothing(opened, agreement, (), load_tables())  # it was to come


@pytest.mark.parametrize(
    ("title", "is_news"),
    [
        ("Guild rejects agreement on ferries", True),
        ("Parliament approves agreement on ferries", True),
        ("Mayors sign agreement on ferries in Basra", False),
        ("Mayors praise agreement on ferries", False),
    ],
)
def test_a_turn_of_what_is_known_is_news(title: str, is_news: bool) -> None:
    def told_by(title: str) -> list[Report]:
        article = Article(1, "https://a.example/1", title, "", "en", START, START, "f", "A", "A", "wire")
        return [Report(article, Match("w", 0.9, "match", Receipt(0.5, 0.3, "v")), START)]

    assert tells_nothing(told_by("Mayors sign agreement on ferries"), told_by(title), (), load_tables()) is not is_news


def test_another_account_of_what_an_alert_told_is_no_alert(store: Store) -> None:
    take(store, VISIT, DENIAL)
    found = told(store)
    shown(store, "visit-en")
    with store.read() as db:
        near = around(db, list(found.values()), "daily")
    assert not hold_of(found["denial"], near, {}, Context(()))  # it adds that something is denied
    assert not hold_of(found["visit-en"], near, {}, Context(()))


@pytest.mark.parametrize("document", [VISIT_AR, CABINET], ids=lambda each: each.id)
def test_a_story_never_follows_what_began_after_it(document: Document) -> None:
    tables = load_tables()
    reader = Reader(tables)
    signs = [sign(each, tables) for each in (document, VISIT)]
    for each in signs:
        reader.learn(each)
    later, earlier = (Reported(n, reader.weigh(each), 10.0 - n) for n, each in enumerate(signs))
    assert follows([later], [[earlier]]) is not None
    assert follows([earlier], [[later]]) is None


def test_what_looks_back_reaches_further() -> None:
    tables = load_tables()
    reader = Reader(tables)
    signs = [sign(each, tables) for each in (ANNIVERSARY, CABINET, VISIT)]
    for each in signs:
        reader.learn(each)
    back, step, first = (Reported(n, reader.weigh(each), 0.0) for n, each in enumerate(signs))
    found = follows([replace(back, day=300.0)], [[first]])
    assert isinstance(found, Follows)
    assert found.kind == BACKGROUND
    assert follows([replace(step, day=300.0)], [[first]]) is None


def test_what_may_be_one_event_of_a_day_is_another_account_and_two_days_later_it_is_not() -> None:
    """Grouping would need more to join them."""
    text = "Marwan viajó a Teherán. Hablaron de los puestos de la frontera y de trenes, agua y gas."
    spanish = article("es", "Irán e Irak hablan de puestos fronterizos", text, language="es")
    tables = load_tables()
    reader = Reader(tables)
    signs = [sign(each, tables) for each in (spanish, VISIT)]
    for each in signs:
        reader.learn(each)
    later, earlier = (Reported(n, reader.weigh(each), 10.0) for n, each in enumerate(signs, 1))
    earlier = replace(earlier, article=0)
    assert same_event(later.features, earlier.features, 0.0) < 0.6
    assert follows([replace(later, day=10.5)], [[earlier]]) is not None
    assert follows([replace(later, day=12.0)], [[earlier]]) is None


def test_a_person_that_a_report_only_mentions_is_nothing_to_come_back_for() -> None:
    def told_by(title: str, text: str) -> list[Report]:
        article = Article(1, "https://a.example/1", title, text, "ar", START, START, "f", "A", "A", "wire")
        return [Report(article, Match("w", 0.9, "match", Receipt(0.5, 0.3, "v")), START)]

    before = told_by("الحدود بين العراق وإيران", "قال مسؤول إن الحدود آمنة.")
    news = [News("person", "Hazem Larijani", 1)]
    mentioned = told_by("الحدود بين العراق وإيران", "قال مسؤول إن الحدود آمنة. وشكر لاريجاني في نهاية كلمته.")
    headed = told_by("لاريجاني: الحدود آمنة", "قال مسؤول إن الحدود آمنة.")
    assert tells_nothing(before, mentioned, news, load_tables())
    assert not tells_nothing(before, headed, news, load_tables())


def test_a_long_chain_does_not_drift() -> None:
    links = [StoryLink(later, later - 1, "step", 0.9, 0.9) for later in range(2, 7)]
    near = members(5, links, lambda one, other: abs(one - other) <= 2)
    assert near == {3, 4, 5, 6}
    assert members(5, links, lambda _one, _other: False) == {4, 5, 6}  # what it is linked to itself
    assert members(9, links, lambda _one, _other: True) == {9}


def test_another_account_names_what_it_is_an_account_of() -> None:
    steps = (Step(1, 1, VISIT.title, "en", START), Step(2, 2, CABINET.title, "en", START))
    account = Step(3, 0, "The same again", "en", START, follows=2)
    assert Affair((*steps, account)).followed(account) == steps[1]
    assert Affair((*steps, account)).followed(replace(account, follows=9)) == steps[0]


def test_a_chat_names_a_later_step_developing_and_what_repeats_again(store: Store) -> None:
    def said() -> str:
        return chat_text(Parcel(composed(store), RenderedEdition("s", "h", "t"), "you", "<1@x>", NOW), environment())

    take(store, VISIT)
    shown(store, "visit-en")
    take(store, DENIAL)
    assert said().startswith(f"Developing: {DENIAL.title}")
    shown(store, "denial")
    take(store, replace(DENIAL, id="denial-again", published=START + timedelta(days=5, hours=6)))
    assert said().startswith("Again: ")


def test_a_story_with_other_accounts_only_is_no_step_of_anything() -> None:
    story = Story(1, "w", "Marwan visits Tehran", START, START, 0.9, ())
    words = Words(edition(), "en")
    steps = (Step(1, 1, story.headline, "en", START), Step(2, 0, "Otra visita", "es", START))
    each = DigestStory(story, developing=False, fresh=frozenset({1}), affair=Affair(steps, known=False))
    assert build_affair(each, words, lambda _story: "").line == ""
    more = replace(each, affair=Affair((*steps, Step(3, 2, "Denied", "en", START)), known=False))
    assert build_affair(more, words, lambda _story: "").line == "Step 1 of 2"


def test_what_comes_days_later_may_be_another_event_and_is_shown_in_full() -> None:
    """The next visit of the same people that grouping has joined."""

    def told_by(hours: float) -> list[Report]:
        at = START + timedelta(hours=hours)
        article = Article(1, "https://a.example/1", "Marwan visits Tehran", "", "en", at, at, "f", "A", "A", "wire")
        return [Report(article, Match("w", 0.9, "match", Receipt(0.5, 0.3, "v")), at)]

    assert not comes_late(told_by(0), told_by(20))
    assert comes_late(told_by(0), told_by(48))
    for hours, line in ((20, True), (48, False)):
        [before], [fresh] = told_by(0), told_by(hours)
        fresh = replace(fresh, article=replace(fresh.article, id=2))
        story = Story(1, "w", "Marwan visits Tehran", START, START, 0.9, (before, fresh))
        whole = replace(edition(), stories=(DigestStory(story, developing=True, fresh=frozenset({2})),), more=())
        assert bool(folded(whole, Around({}, (), {}, ()), Context(())).more) is line


def test_what_goes_on_leads_to_the_entry_before(store: Store) -> None:
    """The next step of an affair, and a story with a new report, lead to the edition that had them last."""
    take(store, VISIT)
    shown(store, "visit-en")
    take(store, DENIAL, replace(VISIT_AR, id="again"))
    made = composed(store)
    place = Place("https://monitor.example")
    edition_id = 1
    first = told(store)["visit-en"].id
    assert {each.before for each in made.stories} == {EditionEntry(edition_id, edition().until, first)}
    view = build_page(made, Words(made, "en"), place, Limits())
    link = f"https://monitor.example/digests/{edition_id}#story-{first}"
    assert {each.before_url for each in (*view.new, *view.developing)} == {link}
    html = render_edition(made, load_templates(), RenderSettings(base_url="https://monitor.example")).html
    assert f'href="{link}"' in html
    assert "Last in the edition of" in render_edition(made, load_templates(), RenderSettings()).text


def test_a_new_story_leads_nowhere(store: Store) -> None:
    take(store, VISIT)
    assert [each.before for each in composed(store).stories] == [None]


def test_a_step_that_nobody_can_read_is_told_by_what_it_is_about() -> None:
    step = Step(1, 1, "زيارة الوزير", "ar", START, gloss=Gloss(("visit",), ("Karim Marwan",), ("Tehran",)))
    later = Step(2, 2, "Posts at Zarbatiyah", "en", START)
    affair = Affair((step, later))
    words = Words(edition(), "en")
    each = DigestStory(told_story(2), False, frozenset(), affair=affair)
    alone, linked = build_affair(each, words, lambda _: ""), build_affair(each, words, str)
    assert alone.line.startswith("Step 2 of “Visit · Karim Marwan · Tehran”, began")
    # Where the first step is linked below, the line does not name it once more.
    assert (linked.line, linked.before[0].headline.text) == ("Step 2 of 2", "Visit · Karim Marwan · Tehran")
    assert "زيارة الوزير" in build_affair(each, Words(edition(), "ar"), lambda _: "").line


def told_story(id: int) -> Story:
    return Story(id, "w", "Posts at Zarbatiyah", START, START, 0.9, ())


def test_a_story_that_was_marked_wrong_is_no_step(store: Store) -> None:
    take(store, VISIT, DENIAL, CABINET)
    assert titles(store, "cabinet") == ["visit-en", "denial", "cabinet"]
    [wrong] = [report.article.id for report in told(store)["denial"].reports]
    with store.write() as db:
        decide.mark(db, "w", [wrong], Person("Rana", START), relevant=False)
    assert "denial" not in titles(store, "cabinet")
    assert titles(store, "visit-en") in ([], ["visit-en", "cabinet"])
    with store.write() as db:
        decide.mark(db, "w", [wrong], Person("Rana", START), relevant=True)
    assert titles(store, "cabinet") == ["visit-en", "denial", "cabinet"]
