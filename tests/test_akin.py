"""Another story of the same people and act, or of the same visit, soon after an edition's is developing and not new."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.digest.akin import with_akin
from monitor.digest.enrich import Context
from monitor.model import EditionEntry, Kinship, Report
from monitor.render.templates import load_templates, render_edition
from monitor.store import Store, editions
from monitor.store.rows import edition_json, to_edition
from monitor.topic.records import EntityName
from tests.editions import UNTIL, edition, report, shown, story
from tests.test_affairs import DENIAL, take, told
from tests.test_affairs import shown as show
from tests.test_group import VISIT
from tests.test_store import edition as stored

PEOPLE = [
    EntityName("kiani", "person", "", ("Rostam Kiani", "کیانی")), EntityName("raad", "person", "", ("Salman Raad",)),
    EntityName("guards", "body", "", ("Marz Guards",)),
]  # fmt: skip
BEFORE = EditionEntry(7, UNTIL - timedelta(days=1), 1)


def found(id: int, title: str, entities: tuple[str, ...], acts: tuple[str, ...] = ("agreement",)) -> Report:
    made = report(id, title, acts=acts)
    return replace(made, match=replace(made.match, entities=entities))


OLD = story(1, found(1, "Rostam Kiani signs a pact with the Marz Guards", ("kiani", "guards")))
NEW = found(2, "کیانی توافق را امضا کرد", ("kiani",))


@pytest.mark.parametrize(
    ("fresh", "akin"),
    [
        (NEW, True),
        (found(2, "کیانی در راه است", ("kiani",), ("joint_drill",)), False),  # the same man does something else
        (found(2, "Salman Raad signs a pact", ("raad",)), False),
        (found(2, "The Marz Guards sign a pact", ("guards",)), False),  # a body is in every story
        (found(2, "A pact is signed", ("kiani",)), False),  # he is in the background
    ],
)
def test_a_person_and_an_act_make_it(fresh: Report, akin: bool) -> None:
    [each] = with_akin(edition(shown(story(2, fresh))), [OLD], {1: BEFORE}, Context([], PEOPLE)).stories
    assert (bool(each.akin), each.is_new, each.before) == (akin, not akin, BEFORE if akin else None)


MET = "Rostam Kiani and Salman Raad meet"


@pytest.mark.parametrize(
    ("title", "acts", "hours", "kin"),
    [
        ("Salman Raad receives Rostam Kiani", (), 5, "act"),  # who met whom says it, where no act is recognised
        ("Salman Raad receives Rostam Kiani", (), 30, None),  # a day later they may meet again
        ("Salman Raad receives Rostam Kiani", ("joint_drill",), 5, None),
        ("Salman Raad speaks", (), 5, None),
    ],
)
def test_two_people_make_it_within_hours(title: str, acts: tuple[str, ...], hours: float, kin: str | None) -> None:
    before = story(1, found(1, MET, ("kiani", "raad")))
    fresh = story(2, found(2, title, ("kiani", "raad"), acts))
    fresh = replace(fresh, first_seen=before.first_seen + timedelta(hours=hours))
    [each] = with_akin(edition(shown(fresh)), [before], {1: BEFORE}, Context([], PEOPLE)).stories
    assert each.akin == kin


PLACES = [
    EntityName("kiani", "person", "iran", ("Rostam Kiani",)), EntityName("raad", "person", "iraq", ("Salman Raad",)),
    EntityName("falluja", "place", "iraq", ("Falluja",)), EntityName("shiraz", "place", "iran", ("Shiraz",)),
]  # fmt: skip
ARRIVAL = ("Rostam Kiani arrives in Falluja", ("kiani", "falluja"), ())
AT_HOME = ("Rostam Kiani speaks in Shiraz", ("kiani", "shiraz"), ())
ATTACK = ("Police raid depots in Falluja", ("falluja",), ("law_enforcement",))


@pytest.mark.parametrize(
    ("earlier", "title", "entities", "acts", "kin"),
    [
        # An arrival, and the talks that it was for: another day, act and partner.
        (ARRIVAL, "Salman Raad receives Rostam Kiani in Falluja", ("kiani", "raad", "falluja"), ("talks",), "visit"),
        (ARRIVAL, "Rostam Kiani speaks in Shiraz", ("kiani", "shiraz"), ("talks",), None),  # at home
        (ARRIVAL, "Salman Raad speaks in Falluja", ("raad", "falluja"), ("talks",), None),
        (AT_HOME, "Rostam Kiani visits Shiraz", ("kiani", "shiraz"), ("talks",), None),
        (ARRIVAL, "Rostam Kiani: Falluja and Shiraz agree", ("kiani", "falluja", "shiraz"), ("talks",), None),
        # Accounts that name nobody.
        (ATTACK, "Weapons are found in Falluja", ("falluja",), ("law_enforcement",), "place"),
        (ATTACK, "Raad praises the police of Falluja", ("raad", "falluja"), ("law_enforcement",), None),
        (ATTACK, "Weapons are found in Shiraz", ("shiraz",), ("law_enforcement",), None),
        (ATTACK, "A pact is signed in Falluja", ("falluja",), ("agreement",), None),
    ],
)  # fmt: skip
def test_a_visit_and_an_act_in_a_place_make_it(
    earlier: tuple[str, tuple[str, ...], tuple[str, ...]],
    title: str,
    entities: tuple[str, ...],
    acts: tuple[str, ...],
    kin: str | None,
) -> None:
    names = [replace(each, names=(*each.names, each.names[0].split()[-1])) for each in PLACES]
    before = story(1, found(1, *earlier))
    made = with_akin(
        edition(shown(story(2, found(2, title, entities, acts)))), [before], {1: BEFORE}, Context([], names)
    )
    [each] = made.stories
    assert each.akin == kin


def test_the_reader_is_told_what_is_the_same() -> None:
    arrival = story(1, found(1, *ARRIVAL))
    talks = found(2, "Salman Raad receives Rostam Kiani in Falluja", ("kiani", "falluja"), ("talks",))
    made = with_akin(edition(shown(story(2, talks))), [arrival], {1: BEFORE}, Context([], PLACES))
    rendered = render_edition(made, load_templates())
    assert "Same person and place as in the edition of 20 Nov" in rendered.text
    assert "Same person and place as in the edition of" in rendered.html


def test_the_last_entry_is_named_and_the_story_stays_whole() -> None:
    older = replace(OLD, id=3)
    entries = {1: BEFORE, 3: EditionEntry(6, UNTIL - timedelta(days=2), 3)}
    made = with_akin(edition(shown(story(2, NEW))), [OLD, older], entries, Context([], PEOPLE))
    rendered = render_edition(made, load_templates())
    assert "1 developing" in rendered.subject
    assert "Same people and act as in the edition of 20 Nov" in rendered.text
    assert NEW.article.url in rendered.text


def test_of_another_watch_of_its_own_or_of_none_it_is_not() -> None:
    context = Context([], PEOPLE)
    made = edition(shown(story(2, NEW)))
    assert with_akin(made, [], {}, context) == made
    assert with_akin(made, [replace(OLD, watch="other")], {1: BEFORE}, context) == made
    assert with_akin(made, [replace(OLD, id=2)], {2: BEFORE}, context) == made
    assert with_akin(made, [OLD], {}, context) == made  # no edition had it
    running = edition(shown(story(2, NEW), developing=True))
    assert with_akin(running, [OLD], {1: BEFORE}, context) == running


def test_where_a_digest_had_a_story_is_found(store: Store) -> None:
    take(store, VISIT, DENIAL)
    show(store, "visit-en")
    found = told(store)
    ids = [story.id for story in found.values()]
    first = found["visit-en"].id
    until = stored().until
    with store.read() as db:
        assert editions.entries_of(db, "daily", ids) == {first: EditionEntry(1, until, first)}
        assert editions.entries_of(db, "weekly", ids) == {}
        assert editions.shown_since(db, "daily", until - timedelta(days=1)) == [first]
        assert editions.shown_since(db, "daily", until) == []
        assert editions.shown_since(db, "weekly", until - timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("written", "akin"),
    [('"akin":false,"akin_by":"act"', None), ('"akin":true,"akin_by":"visit"', "visit"), ('"akin":true', "act")],
)
def test_an_edition_of_an_earlier_version_is_read(written: str, akin: Kinship | None) -> None:
    titled = story(2, found(2, 'They wrote "akin":true,"akin_by":"visit" there', ("kiani",)))
    now = edition_json(edition(shown(titled)))
    earlier = now.replace('"akin":null', written)
    assert earlier != now
    assert to_edition(earlier) == replace(to_edition(now), stories=(replace(to_edition(now).stories[0], akin=akin),))
