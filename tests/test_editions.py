"""Editions: nothing that matched is in none, nothing stands as new in two, whatever the clock and the crashes do."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from monitor.app import open_app
from monitor.cli.progress import Silent
from monitor.config import load_config
from monitor.config.service import DigestConfig
from monitor.digest.publisher import Publisher
from monitor.errors import DeliveryError
from monitor.store import Store, corrections, deliveries, schema, stories
from tests.channels.email import Post, served
from tests.conftest import SERVICE
from tests.desk import MAX_AGE, START, Desk, InlineWorkers, daily, fast
from tests.newsroom import Newsroom
from tests.test_cli import Monitor, monitor  # noqa: F401
from tests.test_flow import Clock, two_stories

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def inline_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.app.WorkerPool", InlineWorkers)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store = fast(tmp_path / "monitor.db")
    yield Desk(store)
    store.close()


async def by_hand(desk: Desk, digest: DigestConfig | None = None) -> None:
    """An edition now, a second after whatever was before."""
    desk.forward(seconds=1)
    publisher = desk.publisher(digest or daily())
    await publisher.publish(publisher.by_hand(digest or daily()))


async def live(desk: Desk, publisher: Publisher, until: datetime, step: timedelta = timedelta(minutes=30)) -> None:
    """The service's digest tick, every ``step``."""
    while desk.now < until:
        await publisher.publish_due()
        desk.now += step


def contiguous(desk: Desk) -> bool:
    told = desk.editions()
    return all(before.until == after.since for before, after in pairwise(told))


# What stands in which edition


async def test_a_late_article_stands_in_the_next_edition(desk: Desk) -> None:
    await by_hand(desk)
    desk.forward(hours=1)
    late = desk.arrive(age=timedelta(days=5))
    old = desk.arrive(age=timedelta(days=15))
    desk.group()
    await by_hand(desk)
    assert desk.fresh() == [late]
    assert desk.editions()[-1].coverage.older == 1
    await by_hand(desk)
    assert desk.fresh() == [late]
    assert old not in desk.fresh()


async def test_what_is_judged_while_an_edition_is_composed_stands_in_the_next(desk: Desk) -> None:
    publisher = desk.publisher()
    known = desk.arrive()
    desk.group()
    edge = timedelta(days=14) - timedelta(seconds=1)

    def between() -> None:
        desk.arrive(age=edge)  # judged, but in no story yet, when the edition looked
        desk.arrive(verdict="near", score=0.4)

    publisher.between = between
    await publisher.publish(publisher.by_hand(daily()))
    assert desk.fresh() == [known]
    desk.forward(hours=24)
    desk.group()
    await by_hand(desk)
    assert desk.fresh() == [known, 2]
    assert desk.near() == [3]


async def test_the_news_of_a_downtime_is_news_after_it(desk: Desk) -> None:
    await by_hand(desk)
    desk.forward(days=20)
    during = [desk.arrive(age=timedelta(days=days)) for days in (19, 10, 1)]
    before = desk.arrive(age=timedelta(days=36))
    desk.group()
    await by_hand(desk)
    assert sorted(desk.fresh()) == sorted(during)
    assert before not in desk.fresh()


async def test_a_digest_that_is_new_to_an_old_store_starts_with_what_is_news(desk: Desk) -> None:
    desk.arrive()
    desk.group()
    desk.forward(days=60)
    recent = desk.arrive(age=timedelta(days=2))
    desk.group()
    publisher = desk.publisher(daily(name="second"))
    assert publisher.due() == []
    desk.forward(days=1)
    await publisher.publish_due()
    assert desk.fresh("second") == [recent]


async def test_a_first_edition_covers_what_was_published_before_it_was_started(desk: Desk) -> None:
    desk.arrive(age=MAX_AGE - HOUR)
    desk.arrive(age=MAX_AGE + HOUR)
    desk.group()
    await by_hand(desk)
    desk.arrive()
    desk.group()
    desk.forward(hours=3)
    await by_hand(desk)
    first, second = desk.editions()
    assert (first.since, first.until) == (first.until - MAX_AGE, desk.now - 3 * HOUR - timedelta(seconds=1))
    assert [len(each.stories) for each in (first, second)] == [1, 1]
    assert second.since == first.until


async def test_a_skipped_edition_s_window_and_near_misses_go_on_to_the_next(desk: Desk) -> None:
    digest = daily(empty="skip")
    desk.arrive()
    desk.group()
    await by_hand(desk, digest)
    end = desk.now
    near = desk.arrive(verdict="near", score=0.4)
    desk.forward(hours=24)
    await by_hand(desk, digest)
    assert len(desk.editions()) == len(desk.sink.parcels) == 1
    desk.forward(hours=24)
    desk.arrive()
    desk.group()
    await by_hand(desk, digest)
    last = desk.editions()[-1]
    assert (last.since, [r.article.id for r in last.near_misses]) == (end, [near])
    assert len(desk.sink.parcels) == 2


async def test_a_weekly_word_when_nothing_happens_covers_the_week(desk: Desk) -> None:
    publisher = desk.publisher(daily(empty="weekly"))
    publisher.due()
    await live(desk, publisher, START + timedelta(days=23), timedelta(hours=6))
    told = desk.editions()
    assert [e.until - START for e in told] == [timedelta(days=d) for d in (1, 8, 15, 22)]
    assert contiguous(desk)
    assert told[2].until - told[2].since == timedelta(days=7)
    desk.arrive()
    desk.group()
    await live(desk, publisher, START + timedelta(days=24, hours=1), timedelta(hours=6))
    assert len(desk.sink.parcels) == 5  # a story is told the next day


async def test_a_near_miss_of_a_stricter_digest_is_said_once_and_counts_as_new_when_it_rises(desk: Desk) -> None:
    digest = daily(threshold=0.8)
    weak = desk.arrive("event", score=0.6)
    desk.group()
    await by_hand(desk, digest)
    desk.forward(hours=24)
    await by_hand(desk, digest)
    assert (desk.near(), desk.fresh()) == ([weak], [])
    strong = desk.arrive("event", score=0.9)
    desk.group()
    await by_hand(desk, digest)
    assert (desk.near(), sorted(desk.fresh())) == ([weak], [weak, strong])


async def test_beyond_the_cap_is_told_as_headlines_and_not_again(desk: Desk) -> None:
    digest = daily(max_stories=2)
    every = [desk.arrive() for _ in range(5)]
    desk.group()
    await by_hand(desk, digest)
    [told] = desk.editions()
    assert (len(told.stories), len(told.more), told.omitted) == (2, 3, 3)
    await by_hand(desk, digest)
    assert sorted(desk.fresh()) == every


# The clock


@pytest.mark.slow
@pytest.mark.parametrize(
    ("zone", "around", "schedule"),
    [
        ("Europe/London", "2026-03-29", "30 1 * * *"),  # a time that does not exist that day
        ("Europe/London", "2026-10-25", "30 1 * * *"),  # a time that comes twice
        ("America/New_York", "2026-03-08", "30 2 * * *"),
        ("America/New_York", "2026-11-01", "30 1 * * *"),
        ("Australia/Lord_Howe", "2026-04-05", "45 1 * * *"),  # half an hour of summer time
        ("Asia/Baghdad", "2026-11-21", "0 7 * * *"),
    ],
)
async def test_one_edition_a_local_day_where_the_clocks_change(
    desk: Desk, zone: str, around: str, schedule: str
) -> None:
    day = datetime.fromisoformat(around).replace(tzinfo=ZoneInfo(zone))
    desk.now = (day - timedelta(days=2)).astimezone(UTC)
    publisher = desk.publisher(daily(schedule=schedule, timezone=zone))
    publisher.due()
    arrived = []
    for _ in range(10):
        arrived.append(desk.arrive())
        desk.group()
        await live(desk, publisher, desk.now + timedelta(hours=12), timedelta(minutes=15))
    periods = [e.period for e in desk.editions()]
    days = [(day + timedelta(days=n)).date().isoformat() for n in range(-2, 3)]
    assert [period[:10] for period in periods] == days
    assert contiguous(desk)
    await by_hand(desk)
    assert sorted(desk.fresh()) == arrived


@pytest.mark.slow
@pytest.mark.parametrize("hour", [1, 5, 8, 14, 23])
@pytest.mark.parametrize("zones", [("Asia/Baghdad", "America/New_York"), ("America/New_York", "Pacific/Auckland")])
async def test_another_zone_in_the_configuration_repeats_and_loses_nothing(
    desk: Desk, hour: int, zones: tuple[str, str]
) -> None:
    desk.now = datetime(2026, 11, 20, hour, tzinfo=UTC)
    arrived = []
    for zone in (zones[0], zones[1], zones[0]):
        publisher = desk.publisher(daily(timezone=zone))
        publisher.due()
        for _ in range(3):
            arrived.append(desk.arrive())
            desk.group()
            await live(desk, publisher, desk.now + timedelta(hours=20))
        assert publisher.composed <= 4  # and none over and over
    periods = [e.period for e in desk.editions()]
    assert len(set(periods)) == len(periods) >= 6
    assert contiguous(desk)
    assert [parcel.edition.period for parcel in desk.sink.parcels] == periods
    await by_hand(desk)
    assert sorted(desk.fresh()) == arrived


@pytest.mark.slow
async def test_a_clock_set_back_repeats_and_loses_nothing(desk: Desk) -> None:
    publisher = desk.publisher()
    publisher.due()
    arrived = []
    for back in (0, 1, 5, 30):
        arrived.append(desk.arrive())
        desk.group()
        await live(desk, publisher, desk.now + timedelta(hours=26))
        desk.forward(hours=-back)
        arrived.append(desk.arrive())
        near = desk.arrive(verdict="near", score=0.4)
        desk.group()
        await by_hand(desk)
        assert near in desk.near()
    desk.forward(days=3)
    await publisher.publish_due()
    assert sorted(desk.fresh()) == arrived
    periods = [e.period for e in desk.editions()]
    assert len(set(periods)) == len(periods)
    assert all(e.since <= e.until for e in desk.editions())


async def test_downtime_over_several_periods_owes_one_edition_for_all_of_it(desk: Desk) -> None:
    publisher = desk.publisher()
    publisher.due()
    desk.forward(hours=24)
    await publisher.publish_due()
    arrived = [desk.arrive()]
    desk.forward(days=4)
    arrived.append(desk.arrive(age=timedelta(days=2)))
    desk.group()
    await publisher.publish_due()
    await publisher.publish_due()
    told = desk.editions()
    assert len(told) == 2
    assert contiguous(desk)
    assert sorted(desk.fresh()) == arrived


# Two services on one store


async def test_two_services_compose_a_period_once_and_nobody_gets_it_twice(desk: Desk, tmp_path: Path) -> None:
    other = Desk(fast(tmp_path / "monitor.db"), sink=desk.sink)
    desk.sink.recipients = ("one", "two", "three")
    first, second = desk.publisher(), other.publisher()
    first.due()
    desk.arrive()
    desk.group()
    desk.forward(hours=24)
    other.now = desk.now
    await asyncio.gather(first.publish_due(), second.publish_due(), first.deliver_due(), second.deliver_due())
    assert sorted(parcel.recipient for parcel in desk.sink.parcels) == ["one", "three", "two"]
    assert len(desk.editions()) == 1
    other.store.close()


async def test_a_delivery_that_one_service_is_sending_is_not_sent_by_another(desk: Desk, tmp_path: Path) -> None:
    other = Desk(fast(tmp_path / "monitor.db"), now=desk.now, sink=desk.sink)
    desk.sink.recipients = ("one", "two", "three", "four")
    first, second = desk.publisher(), other.publisher()
    # While the first sends to "one", the second finds the other three owed; both have them on their lists then.
    await asyncio.gather(first.publish(first.by_hand(daily())), second.deliver_due())
    assert Counter(parcel.recipient for parcel in desk.sink.parcels) == Counter(desk.sink.recipients)
    with desk.store.read() as db:
        assert [(row.state.value, row.attempts) for row in deliveries.recent(db, 10)] == [("sent", 1)] * 4
    other.store.close()


async def test_what_another_service_told_meanwhile_is_left_out(desk: Desk, tmp_path: Path) -> None:
    other = Desk(fast(tmp_path / "monitor.db"), sink=desk.sink)
    first, second = desk.publisher(), other.publisher()
    every = [desk.arrive(), desk.arrive()]
    desk.group()
    other.now = desk.now + timedelta(seconds=5)

    def between() -> None:  # the other one runs through while this one renders
        due = second.by_hand(daily())
        edition, material = second._compose(due, None, None)
        assert second._record(due, edition, second.render(edition, daily()), material, window=False)

    first.between = between
    desk.forward(seconds=6)
    await first.publish(first.by_hand(daily()))
    assert desk.fresh() == every
    assert first.composed == 2
    other.store.close()


@pytest.mark.slow
async def test_two_whole_services_on_one_store_do_everything_once(
    newsroom: Newsroom, configure: Callable[..., Path]
) -> None:
    folder, clock = configure(two_stories(newsroom)), Clock()
    watch = folder / "watches" / "iran-iraq-defense.yaml"
    watch.write_text(watch.read_text() + "alert: {threshold: 0.5, deliver: [{file: ../var/alerts}]}\n")
    config = load_config(folder)
    async with open_app(config, clock, Silent()) as one, open_app(config, clock, Silent()) as other:
        both = (one, other)
        for app in both:
            app.publisher.due()
        await asyncio.gather(*(app.pipeline.poll() for app in both))
        await asyncio.gather(*(app.pipeline.poll() for app in both))
        await asyncio.gather(*(app.publisher.alert() for app in both))
        clock.forward(hours=24)
        await asyncio.gather(*(app.publisher.publish_due() for app in both))
        await asyncio.gather(*(app.publisher.deliver_due() for app in both))
        with one.store.read() as db:
            rows = deliveries.recent(db, 10)
            found = stories.load(db, stories.ids_since(db, None, None))
    assert [(row.state.value, row.attempts) for row in rows] == [("sent", 1), ("sent", 1)]  # an alert and a digest
    assert [len(story.reports) for story in found] == [1]
    assert newsroom.asked["/feed.xml"] == 1


# Any order of arrivals, editions, corrections and clocks

PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # a failure is told as it was found: shrinking takes minutes
OPS = st.one_of(
    st.tuples(st.just("arrive"), st.integers(0, 3), st.integers(0, 20), st.sampled_from([0.6, 0.9]), st.booleans()),
    st.tuples(st.just("edition"), st.sampled_from(["daily", "strict"]), st.booleans()),
    st.tuples(st.just("forward"), st.sampled_from([1, 7, 30, 24 * 9, 24 * 20])),
    st.tuples(st.just("back"), st.integers(1, 20)),
    st.tuples(st.just("group")),
    st.tuples(st.just("merge"), st.integers(0, 9), st.integers(0, 9)),
    st.tuples(st.just("split"), st.integers(0, 9), st.integers(0, 9)),
)
STRICT = daily(name="strict", threshold=0.8, empty="skip", max_near_misses=100)
DAILY = daily(max_stories=2, max_near_misses=100)


class World:
    """Runs the operations on a desk, with two publishers that get into each other's way."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.publishers = [desk.publisher(DAILY, STRICT), desk.publisher(DAILY, STRICT)]
        self.news: set[int] = set()
        self.nearly: set[int] = set()
        self.strong: set[int] = set()
        self.latest, self.asleep = desk.now, 0
        self.publishers[0].due()  # the digests begin with the store

    async def run(self, op: tuple[object, ...]) -> None:
        await getattr(self, f"_{op[0]}")(*op[1:])
        self.latest = max(self.latest, self.desk.now)

    async def _arrive(self, event: int, days: int, score: float, near: bool) -> None:
        age = timedelta(days=days)
        if near:
            article = self.desk.arrive(verdict="near", score=0.4, age=age)
        else:
            article = self.desk.arrive(f"event {event}", age=age, score=score)
        if age <= MAX_AGE:
            (self.nearly if near else self.news).add(article)

    async def _edition(self, name: str, raced: bool) -> None:
        self.desk.forward(seconds=1)
        digest = DAILY if name == "daily" else STRICT
        one, other = self.publishers
        if raced:

            def between() -> None:
                self.desk.forward(seconds=1)
                due = other.by_hand(digest)
                edition, material = other._compose(due, None, None)
                other._record(due, edition, other.render(edition, digest), material, window=False)

            one.between = between
        await one.publish(one.by_hand(digest))
        self.publishers = [other, one]

    async def _forward(self, hours: int) -> None:
        self.desk.forward(hours=hours)
        self.asleep += hours
        if self.asleep > 24 * 40:  # no service is in the middle of a poll for longer
            await self._group()

    async def _back(self, hours: int) -> None:
        self.desk.forward(hours=-hours)

    async def _group(self) -> None:
        self.asleep = 0
        self.desk.group()

    def _stories(self) -> list[int]:
        with self.desk.store.read() as db:
            return sorted(story.id for story in stories.load(db, stories.ids_since(db, None, "w")))

    async def _merge(self, one: int, other: int) -> None:
        known = self._stories()
        if len(known) > 1 and (a := known[one % len(known)]) != (b := known[other % len(known)]):
            with self.desk.store.write() as db:
                corrections.merge(db, a, [b], self.desk.now)

    async def _split(self, which: int, article: int) -> None:
        known = self._stories()
        if known:
            with self.desk.store.write() as db:
                [story] = stories.load(db, [known[which % len(known)]])
                if len(story.reports) > 1:
                    taken = story.reports[article % len(story.reports)]
                    corrections.split(db, story.id, "w", [taken], self.desk.now)


@pytest.fixture(scope="module")
def shared_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = fast(tmp_path_factory.mktemp("editions") / "monitor.db")
    yield store
    store.close()


@pytest.mark.slow
@given(ops=st.lists(OPS, min_size=3, max_size=20))
@settings(max_examples=20, phases=PHASES, deadline=None, suppress_health_check=list(HealthCheck))
def test_nothing_stands_as_new_twice_and_nothing_that_matched_is_in_none(
    shared_store: Store, ops: list[tuple[object, ...]]
) -> None:
    with shared_store.write() as db:
        for table in reversed(schema.metadata.sorted_tables):
            db.execute(table.delete())
    desk = Desk(shared_store)
    world = World(desk)

    async def everything() -> None:
        for op in ops:
            await world.run(op)
        desk.now = max(desk.now, world.latest) + HOUR  # at last the clock is right again
        await world.run(("group",))
        desk.arrive("the last")  # so that no digest is skipped for being empty
        await world.run(("group",))
        for name in ("daily", "strict", "daily", "strict"):
            await world.run(("edition", name, False))

    asyncio.run(everything())
    for name in ("daily", "strict"):
        fresh, near = Counter(desk.fresh(name)), Counter(desk.near(name))
        assert max(fresh.values(), default=0) <= 1
        assert max(near.values(), default=0) <= 1
        assert world.news <= set(fresh) | (set(near) if name == "strict" else set())
        assert world.nearly <= set(near)
        since_until = [(e.since, e.until) for e in desk.editions(name)]
        assert all(since <= until for since, until in since_until)


# Sent again on purpose


async def test_an_edition_sent_again_is_a_message_of_its_own_each_time(desk: Desk) -> None:
    desk.arrive()
    desk.group()
    await by_hand(desk)
    publisher = desk.publisher()
    desk.forward(hours=3)
    for count in (1, 2):
        shown = await publisher.resend(1)
        assert [(row.state.value, row.resend, row.attempts) for row in shown.deliveries] == [("sent", count, 1)]
    await publisher.deliver_due()
    parcels = desk.sink.parcels
    assert [parcel.resend for parcel in parcels] == [False, True, True]
    assert len({parcel.message_id for parcel in parcels}) == 3
    assert [parcel.date for parcel in parcels[1:]] == [desk.now, desk.now]
    assert len(desk.fresh()) == 1
    with pytest.raises(LookupError, match="no edition 9"):
        await publisher.resend(9)
    with pytest.raises(DeliveryError, match="nobody to send edition 1 to"):
        await desk.publisher(daily(name="other")).resend(1)


def test_the_command_sends_an_edition_again_and_the_mail_says_so(
    monitor: Monitor, tmp_path: Path, configure: object  # noqa: F811
) -> None:  # fmt: skip
    folder = configure("http://127.0.0.1:9/feed")  # type: ignore[operator]
    sent = monitor("--config", folder, "digest", "daily", "--json").json()
    again = monitor("--config", folder, "digest", "--resend", sent["id"], "--json").json()
    assert (again["id"], [d["state"] for d in again["deliveries"]]) == (sent["id"], ["sent"])
    ledger = monitor("--config", folder, "deliveries", "--json").json()
    assert len({row["message_id"] for row in ledger}) == 2
    assert monitor("--config", folder, "digest", "--resend", 99).code == 2
    assert monitor("--config", folder, "digest", "daily", "--resend", 1).code == 2


@pytest.mark.slow
async def test_a_digest_may_have_templates_of_its_own(
    monitor: Monitor,  # noqa: F811
    newsroom: Newsroom,
    configure: Callable[..., Path],
) -> None:
    two = SERVICE + "  - {name: terse, schedule: '0 8 * * *', templates: ../terse, deliver: [{file: ../var/terse}]}\n"
    folder = configure(two_stories(newsroom), service=two)
    missing = monitor("--config", folder, "check")
    assert (missing.code, "monitor.yaml:8: no such folder" in missing.err) == (2, True)
    own = folder.parent / "terse"
    own.mkdir()
    (own / "digest.txt").write_text("Terse: {{ page.summary }}\n", encoding="utf-8")
    assert monitor("--config", folder, "check").code == 0
    async with open_app(load_config(folder), Clock(), Silent()) as app:
        await app.pipeline.poll(force=True)
        dues = [app.publisher.by_hand(app.config.digest(name)) for name in ("daily", "terse")]
        shown = [await app.publisher.preview(due) for due in dues]
    assert [each.rendered.text.startswith("Terse: 1 new story") for each in shown] == [False, True]
    assert own in list(app.watched)
    (own / "digest.txt").write_text("{{ page.nothing }}", encoding="utf-8")
    broken = monitor("--config", folder, "check")
    assert (broken.code, "digest.txt:1" in broken.err) == (2, True)


# Killed at every step


@pytest.mark.slow
async def test_killed_at_every_step_each_recipient_gets_the_edition(tmp_path: Path) -> None:
    """A driver forks a service for each step, which ends itself there; another takes over after the lease."""
    post = Post()
    async with served(post) as smtp:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.crash_driver", str(tmp_path), str(smtp.port),
            cwd=Path(__file__).parents[1], stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0
    steps = out.decode().split("\n")[:-1]
    assert len(steps) > 20
    assert {"commit", "DATA", "accepted"} <= set(steps)
    arrived: dict[str, list[str]] = defaultdict(list)
    bodies: dict[str, set[bytes]] = defaultdict(set)
    for _, [recipient], raw in post.arrived:
        arrived[recipient].append(str(message_from_bytes(raw, policy=default)["Message-ID"]))
        bodies[recipient].add(raw)
    wanted = {f"{name}-{step}@desk.example" for step in range(1, len(steps) + 2) for name in ("one", "two")}
    assert set(arrived) == wanted
    for recipient, ids in arrived.items():
        assert len(set(ids)) == len(bodies[recipient]) == 1, recipient
        assert len(ids) <= 2
    twice = sum(len(ids) == 2 for ids in arrived.values())
    assert twice >= 2  # killed after the server had it and before that was written down
