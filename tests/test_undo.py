"""Whatever people decide and take back, by any way in: the stories are then those without a decision."""

# ruff: noqa: F811 - fixtures of other files are named again where they are used

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.deliver.judging_links import GOOD_FOR, JudgingKey, seal
from monitor.model import Article
from monitor.pipeline import decide
from monitor.pipeline.decide import Person, UndecidedError
from monitor.store import articles, corrections, decisions, marks, mutes, schema, stories, supports
from monitor.store.before import note_effects
from monitor.web.heartbeat import Pulse
from tests.test_web import NOW, TOKEN, Answer, Place, article, ask, filled, opened, read  # noqa: F401

pytestmark = pytest.mark.slow

# Three events of two or three reports, one of a report, what nearly matches, and what is of something else.
_EVENTS = {
    "drill": (
        "Iran and Iraq navies begin drill in the northern Gulf",
        "The navies of Iran and Iraq began a joint naval drill in the northern Gulf off Basra on Friday.\nTwo Iraqi "
        "patrol boats and three Iranian missile boats take part, the commander of the Iraqi navy said in Umm Qasr.",
    ),
    "post": (
        "Iran and Iraq open border guard post at Shalamcheh",
        "Border guards of Iran and Iraq opened a joint post at the Shalamcheh crossing on Thursday.\nIranian and Iraqi "
        "officers will run joint patrols from the post, the Iraqi border command said in Baghdad.",
    ),
    "cameras": (
        "Iranian border police hand thermal cameras to Iraqi guards in Mehran",
        "Iran's border police handed forty thermal cameras to Iraqi border guards in Mehran on Wednesday.\nThe cameras "
        "will watch smugglers along the frontier of Ilam and Wasit, the Iranian commander said.",
    ),
}
_BY_ITSELF = (
    "Iraq's counter-terrorism chief visits Iranian academy in Isfahan",
    "The head of Iraq's counter-terrorism service toured an Iranian officer academy in Isfahan on Tuesday.\nIran "
    "offered to train eighty Iraqi officers there from spring, the service said.",
)
_NEARLY = (  # two boats, and a meeting
    (
        "Patrol boats seen off Basra as Gulf exercise begins",
        "Patrol boats and missile boats of the Iraqi navy left Umm Qasr on Friday for the northern Gulf off Basra, "
        "residents said. A drill with a neighbour was to begin, a port worker said.",
    ),
    (
        "Traffic halts at Shalamcheh crossing on Thursday",
        "Lorries waited at the Shalamcheh crossing on Thursday as guards opened a post. Drivers from Iran and Iraq "
        "said they had lost a day.",
    ),
)
_ELSEWHERE = (
    "Dates fair opens in Basra",
    "Growers showed forty kinds of dates at a fair in Basra on Friday, and the governor bought a box.",
)
ME = Person("Rana", NOW)


def _told(event: str, number: int, hours: float) -> Article:
    title, text = _EVENTS[event]
    return article(number, f"{title} ({number})" if number % 2 else title, f"{text}\nReport {number}.", hours)


def _add(place: Place, made: list[Article]) -> list[int]:
    with place.app.store.write() as db:
        return articles.add(db, [(each, each.url, None) for each in made])


@pytest.fixture(scope="module")
def newsroom(filled: Path, read: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk an hour later, with these events grouped and not shown yet, and two stories of a digest."""
    folder = tmp_path_factory.mktemp("events") / "desk"
    shutil.copytree(filled.parent, folder)
    place = _place(folder, read)
    made = [_told("drill", 21, 3), _told("drill", 22, 2.5), _told("drill", 23, 2), _told("post", 24, 3)]
    made += [_told("post", 25, 2), _told("cameras", 26, 4), _told("cameras", 27, 3.5), article(28, *_BY_ITSELF, 5)]
    made += [article(29 + at, *each, 2) for at, each in enumerate((*_NEARLY, _ELSEWHERE))]
    _add(place, made)
    place.settle()
    place.app.store.close()
    return folder


def _place(folder: Path, read: Place) -> Place:
    app = opened(folder / "config")
    app._matching = read.app._matching  # built of the same files
    return Place(app, Pulse(NOW), NOW + timedelta(hours=1))


@dataclass
class Chain:
    """Two copies of one store: something is decided in the one and nothing in the other; reports come to both."""

    place: Place
    other: Place
    dice: Random
    late: int = 40
    log: list[Any] = field(default_factory=list)
    session: dict[str, str] = field(default_factory=dict)
    csrf: str = ""

    def step(self) -> None:
        act = self.dice.choice(("right", "right", "wrong", "wrong", "split", "join", "join", "merge", "mute", "mute",
                                "undo", "come", "settle"))  # fmt: skip
        getattr(self, f"_{act}")()
        if self.dice.random() < 0.7:
            self.place.settle()

    # what is decided, each by one of the ways in

    def _right(self) -> None:
        self._mark("right")

    def _wrong(self) -> None:
        self._mark("wrong")

    def _mark(self, said: str) -> None:
        door = self.dice.choice(("page", "api", "command", "story", "mail"))
        number, story = self.dice.choice(self._articles()), self._some_story()
        if door == "api":
            self._api("POST", "marks", {"article": number, "watch": "border", "verdict": said})
        elif door == "mail":
            self._by_mail(said, story)
        elif door == "command":
            self._command(lambda db: decide.mark(db, "border", [number], ME, relevant=said == "right"), said, number)
        elif door == "story":
            self._page(said, story=story)
        else:
            self._page(said, article=number)

    def _split(self) -> None:
        number = self.dice.choice(self._articles())
        self._page("split", article=number, story=self.homes().get(number, 1))

    def _join(self) -> None:
        self._page("join", article=self.dice.choice(self._articles()), other=self._some_story())

    def _merge(self) -> None:
        self._page("join", story=self._some_story(), other=self._some_story())

    def _mute(self) -> None:
        if self.dice.random() < 0.3:
            self._by_mail("mute", self._some_story())
        else:
            self._page(self.dice.choice(("mute", "mute", "unmute")), story=self._some_story())

    def _undo(self) -> None:
        if standing := self._standing():
            self._take_back(self.dice.choice(standing))

    def _take_back(self, number: int) -> bool:
        door = self.dice.choice(("page", "api", "command"))
        if door == "page":
            return self._page("undo", decision=number).status == 303
        if door == "api":
            return self._api("DELETE", f"decisions/{number}", None).status == 200
        return self._command(lambda db: decide.undo(db, number, ME), "undo", number)

    def _come(self) -> None:
        made = [_told(self.dice.choice(tuple(_EVENTS)), self.late, 0.5)]
        self.late += 1
        self.log.append(("come", made[0].title))
        for each in (self.place, self.other):
            _add(each, made)
            each.settle()

    def _settle(self) -> None:
        self.place.settle()

    def end(self) -> None:
        """Takes everything back, in any order that is let."""
        while standing := self._standing():
            self.dice.shuffle(standing)
            taken = [each for each in standing if self._take_back(each)]
            assert taken, f"nothing of {standing} can be taken back"
            if self.dice.random() < 0.5:
                self.place.settle()
        for each in (self.place, self.other):
            each.settle()
            each.settle()

    # the ways in

    def _page(self, act: str, **fields: int) -> Answer:
        self.log.append(("page", act, fields))
        if not self.session:
            self.session = self.place.session()
            self.csrf = self.place.csrf(self.session)
        form = {"act": act, "watch": "border", "csrf": self.csrf, **{name: str(each) for name, each in fields.items()}}
        answer = self.place.post("/judge", form, **self.session)
        assert answer.status in (303, 404, 409), answer.text
        self.log.append(answer.status)
        return answer

    def _api(self, method: str, path: str, sent: Any) -> Answer:
        self.log.append(("api", path, sent))
        body = b"" if sent is None else json.dumps(sent).encode()
        headers = {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
        answer = ask(self.place.asgi, method, f"/api/v1/{path}", headers, body)
        assert answer.status in (200, 201, 404, 409), answer.text
        self.log.append(answer.status)
        return answer

    def _by_mail(self, act: str, story: int) -> None:
        self.log.append(("mail", act, story))
        recipient = f"reader{self.dice.randrange(10**6)}@desk.example"
        key = seal(JudgingKey(story, recipient, self.place.now + GOOD_FOR), TOKEN)
        answer = self.place.post(f"/judge/{story}", {"key": key, "act": act}, host="127.0.0.1")
        assert answer.status in (303, 404, 409), answer.text
        self.log.append(answer.status)

    def _command(self, work: Any, *said: Any) -> bool:
        self.log.append(("command", *said))
        try:
            with self.place.app.store.write() as db:
                work(db)
        except UndecidedError as error:
            self.log.append(str(error))
            return False
        return True

    # what there is

    def homes(self) -> dict[int, int]:
        with self.place.app.store.read() as db:
            return stories.all_homes(db, "border")

    def _articles(self) -> list[int]:
        with self.place.app.store.read() as db:
            return list(range(1, articles.newest(db) + 1))

    def _some_story(self) -> int:
        return self.dice.choice(sorted(set(self.homes().values())) or [1])

    def _standing(self) -> list[int]:
        with self.place.app.store.read() as db:
            return [each.id for each in decisions.newest(db, limit=999) if each.undone is None]


def state(place: Place, first: frozenset[int]) -> dict[str, Any]:
    """All that a decision may change. first: the stories that were there from the start, which keep their numbers."""
    with place.app.store.read() as db:
        homes = stories.all_homes(db, "border")
        held = stories.load(db, sorted(set(homes.values())))
        parts = {each.id: frozenset(report.article.id for report in each.reports) for each in held}
        match = schema.matches.c
        judged = db.execute(sa.select(match.article_id, match.verdict, match.matched, match.score)).all()
        everything = list(range(1, articles.newest(db) + 1))
        beside = supports.stories_of(db, everything)
        return {
            "stories": {(each.id if each.id in first else None, parts[each.id], each.headline) for each in held},
            "times": {parts[each.id]: (each.first_seen, each.last_seen) for each in held},
            "muted": {parts[each] for each in mutes.among(db, list(parts))},
            "marks": marks.of_articles(db, everything),
            "pins": corrections.pins(db, "border", everything),
            "splits": corrections.splits(db, "border"),
            "judged": {(row.article_id, row.verdict, row.matched, round(row.score, 6)) for row in judged},
            "supporting": {article: parts[story] for (_, article), story in beside.items()},
        }


def chain(newsroom: Path, read: Place, folder: Path, dice: Random) -> tuple[Any, Any, list[Any]]:
    """What a few decisions leave once all are taken back, what is there without them, and what was done."""
    places = []
    for name in ("one", "other"):
        shutil.rmtree(folder / name, ignore_errors=True)
        shutil.copytree(newsroom, folder / name)
        places.append(_place(folder / name, read))
    made = Chain(places[0], places[1], dice)
    try:
        first = frozenset(made.homes().values())
        for _ in range(dice.randint(2, 8)):
            made.step()
        made.end()
        return state(places[0], first), state(places[1], first), made.log
    finally:
        for each in places:
            each.app.store.close()


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.randoms(use_true_random=False))
def test_what_is_taken_back_leaves_nothing(newsroom: Path, read: Place, tmp_path: Path, dice: Random) -> None:
    found, without, log = chain(newsroom, read, tmp_path, dice)
    assert found == without, log


@pytest.fixture
def desk(newsroom: Path, read: Place, tmp_path: Path) -> Iterator[Place]:
    shutil.copytree(newsroom, tmp_path / "desk")
    place = _place(tmp_path / "desk", read)
    yield place
    place.app.store.close()


def parts(place: Place) -> dict[int, set[int]]:
    """story → its articles."""
    found: dict[int, set[int]] = {}
    with place.app.store.read() as db:
        for number, story in stories.all_homes(db, "border").items():
            found.setdefault(story, set()).add(number)
    return found


def test_what_is_put_into_a_story_drives_nothing_out(desk: Place) -> None:
    before = parts(desk)
    story = max(before, key=lambda each: len(before[each] - {1, 2, 3}))  # the drill, of three reports
    [stray] = [number for number in (4, 5, 6) if not any(number in its for its in before.values())][:1]
    with desk.app.store.write() as db:
        decide.mute(db, story, ME, muted=True)
        joined = decide.join(db, "border", stray, story, ME)
    desk.settle()
    assert parts(desk)[story] == before[story] | {stray}
    with desk.app.store.write() as db:
        assert mutes.among(db, list(before)) == {story}
        decide.undo(db, joined, ME)
    desk.settle()
    assert parts(desk) == before
    with desk.app.store.read() as db:
        assert mutes.among(db, list(before)) == {story}


def test_a_report_that_came_meanwhile_joins_what_comes_back(desk: Place) -> None:
    before = parts(desk)
    [cameras] = [story for story, its in before.items() if 12 in its]
    with desk.app.store.write() as db:
        wrong = decide.mark(db, "border", sorted(before[cameras]), ME, relevant=False)
    desk.settle()
    assert cameras not in parts(desk)
    [late] = _add(desk, [_told("cameras", 50, 0.5)])
    desk.settle()
    with desk.app.store.write() as db:
        decide.undo(db, wrong, ME)
    desk.settle()
    assert parts(desk)[cameras] == before[cameras] | {late}
    with desk.app.store.read() as db:
        assert corrections.pins(db, "border", [*before[cameras], late]) == {}


def test_what_grouping_did_because_of_a_mark_is_taken_back_with_it(desk: Place) -> None:
    """A report that was marked right makes one story of two, and one of them is muted."""
    before = parts(desk)
    one, two = sorted(before)[-2:]
    with desk.app.store.write() as db:
        decide.mute(db, two, ME, muted=True)
        stray = next(number for number in (4, 5, 6) if number not in set().union(*before.values()))
        right = decide.mark(db, "border", [stray], ME, relevant=True)
        note_effects(db, "border", [([one, two], {stray})], NOW)  # as grouping does before it merges
        corrections.merge(db, one, [two], NOW)
        assert mutes.among(db, [one, two]) == {one}
    with desk.app.store.write() as db:
        assert set(decisions.get(db, right).stories) == {one, two}
        decide.undo(db, right, ME)
    desk.settle()
    assert parts(desk) == before
    with desk.app.store.read() as db:
        assert mutes.among(db, [one, two]) == {two}
