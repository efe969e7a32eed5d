"""Several writers on one PostgreSQL: who waits for whom, and what four store that know nothing of each other."""

from __future__ import annotations

import ast
import asyncio
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.app import App, open_app
from monitor.cli.progress import Silent
from monitor.config import load_config
from monitor.errors import SlowWriterError
from monitor.model import Article, Edition, Entry, Match, Receipt
from monitor.pipeline import decide
from monitor.store import Store, articles, editions, entries, schema, search_index, search_tables
from monitor.store.limits import Limits
from monitor.store.subjects import (
    ALL_ARTICLES,
    ALL_STORIES,
    EDITS,
    ROWS,
    Subject,
    articles_at,
    editions_of,
    stories_of,
)
from tests.conftest import SERVICE, fresh_database
from tests.desk import InlineWorkers
from tests.newsroom import PACT, Newsroom, hours_ago

Configure = Callable[..., Path]
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
WATCH = "iran-iraq-defense"
HERE, THERE = "https://a.example/1.html", "https://b.example/1.html"


@pytest.fixture
def stores(address: str) -> Iterator[list[Store]]:
    """One store, as four processes have it."""
    with _opened(address) as opened:
        yield opened


@pytest.fixture(scope="module")
def empty(postgresql: str) -> Iterator[list[Store]]:
    """The same, for tests that store nothing."""
    with _opened(fresh_database(postgresql)) as opened:
        yield opened


@contextmanager
def _opened(address: str) -> Iterator[list[Store]]:
    opened = [Store(address) for _ in range(4)]
    yield opened
    for each in opened:
        each.close()


WAITING = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


def waits(stores: Sequence[Store], first: Sequence[Subject], second: Sequence[Subject]) -> bool:
    """Whether a writer about the second has to wait for one about the first."""
    inside = threading.Event()

    def enter() -> None:
        with stores[1].write(*second):
            inside.set()

    with ThreadPoolExecutor(1) as threads, stores[2].engine.connect() as looking:
        with stores[0].write(*first):
            task = threads.submit(enter)
            while not (waiting := bool(looking.scalar(WAITING))) and not inside.is_set():
                looking.rollback()
        task.result()
    return waiting


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([articles_at([HERE])], [articles_at([HERE, THERE])], True),
        ([articles_at([HERE])], [articles_at(["http://www.a.example/amp/2.html"])], True),  # may be the same page
        ([articles_at([HERE])], [articles_at([THERE])], False),
        ([articles_at([HERE], ["News"])], [articles_at([THERE], ["News"])], True),
        ([articles_at([HERE], ["News"])], [articles_at([THERE], ["Mail"])], False),
        ([articles_at([])], [articles_at([])], False),
        ([articles_at([])], [ALL_ARTICLES], True),
        ([ALL_ARTICLES], [articles_at([HERE])], True),
        ([articles_at(f"https://{n}.example/" for n in range(300))], [articles_at([THERE])], True),  # too many to name
        ([articles_at([HERE])], [stories_of("w"), editions_of("daily"), EDITS], False),
        ([stories_of("w")], [stories_of("other")], False),
        ([stories_of("w")], [stories_of("other", "w")], True),
        ([stories_of("w")], [ALL_STORIES], True),
        ([editions_of("daily")], [editions_of("weekly")], False),
        ([editions_of("daily")], [editions_of("daily"), stories_of("w")], True),
        ([EDITS], [EDITS], True),
        ([ROWS], [ROWS], False),
        ([ROWS], [], True),
        ([], [stories_of("w")], True),
        ([articles_at([HERE])], [], True),
    ],
)
def test_who_waits_for_whom(empty: list[Store], first: list[Subject], second: list[Subject], expected: bool) -> None:
    assert waits(empty, first, second) == expected


def test_names_and_kinds_are_taken_in_one_order_by_all(empty: list[Store]) -> None:
    """Whatever the order in which they are given: so nobody waits for one who waits for him."""
    about = [articles_at([HERE, THERE], ["News"]), stories_of("w", "v"), editions_of("daily"), EDITS]
    orders = [about, about[::-1], about[2:] + about[:2], about[1:] + about[:1]]

    def often(store: Store, order: Sequence[Subject]) -> None:
        for _ in range(10):
            with store.write(*order) as db:
                db.scalar(sa.text("SELECT 1"))

    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(often, store, order) for store, order in zip(empty, orders, strict=True)]:
            done.result()


def article(url: str, title: str = "Ministers met", published: datetime | None = NOW) -> Article:
    return Article(
        id=0, url=url, title=title, text=f"{title}. They spoke of roads.", language="en", published=published,
        fetched=NOW, feed_url="https://a.example/rss", source="News", publisher="News", kind="independent",
    )  # fmt: skip


def count(store: Store, sql: str) -> int:
    with store.read() as db:
        return db.scalar(sa.text(sql)) or 0


def until_somebody_waits(store: Store) -> None:
    end = time.monotonic() + 60
    while not count(store, str(WAITING)):
        assert time.monotonic() < end, "nobody waits"


async def test_no_article_is_passed_over_because_a_later_one_was_stored_first(
    newsroom: Newsroom, configure: Configure, address: str, stores: list[Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A number is given before the row is stored. The one that is judged up to must not leave one behind."""
    monkeypatch.setattr("monitor.app.WorkerPool", InlineWorkers)
    config = load_config(configure(newsroom.feed("/feed.xml", []), service=_service(address)))
    late, early, looking, _ = stores
    async with open_app(config, lambda: datetime.now(UTC), Silent()) as app:
        with late.write(articles_at([HERE]), limits=Limits(pause=60)) as db:
            articles.add(db, [(article(HERE), HERE, None)])
            with early.write(articles_at([THERE])) as other:
                articles.add(other, [(article(THERE), THERE, None)])
            judging = asyncio.create_task(app.pipeline.judge(helping=False))
            await asyncio.to_thread(until_somebody_waits, looking)
        await judging
        await app.pipeline.judge(helping=False)
    assert count(looking, "SELECT count(*) FROM matches") == 2
    assert count(looking, "SELECT newest FROM judged") == 2


@pytest.mark.slow
def test_two_that_wait_for_each_other_both_store(stores: list[Store]) -> None:
    """The database ends one of them after a second; it begins again."""
    with stores[0].write() as db:
        articles.add(db, [(article(each), each, None) for each in (HERE, THERE)])
    met, tries = threading.Barrier(2), Counter[int]()

    def change(mine: int, order: Sequence[int]) -> None:
        def work(db: sa.Connection) -> None:
            tries[mine] += 1
            for number, each in enumerate(order):
                if number and tries[mine] == 1:
                    met.wait(20)
                row = schema.articles.c
                db.execute(schema.articles.update().where(row.id == each).values(author=row.author + str(mine)))

        stores[mine].stored(work, ROWS)

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(change, 0, (1, 2)), threads.submit(change, 1, (2, 1))]:
            done.result()
    with stores[2].read() as db:
        assert {"".join(sorted(each)) for each in db.scalars(sa.select(schema.articles.c.author))} == {"01"}
    assert sorted(tries.values()) == [1, 2]


def test_many_that_index_one_minute_at_once_lose_no_word(stores: list[Store]) -> None:
    each_brings = 40

    def bring(number: int) -> None:
        for start in range(0, each_brings, 8):
            named = {f"https://{number}.example/{n}.html": f"Council{number}x{n}" for n in range(start, start + 8)}
            made = [(article(url, f"{name} met everywhere"), url, None) for url, name in named.items()]
            stores[number].stored(partial(articles.add, made=made), articles_at(named))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(bring, range(4)))
    with stores[0].read() as db:
        known = list(db.scalars(sa.select(search_tables.documents.c.article_id)))
        assert len(known) == len(set(known)) == 4 * each_brings
        key = search_index.word_key("everywhere")
        assert db.scalar(sa.text(f"SELECT count(*) FROM search_words WHERE {key} = ANY(words)")) == 4 * each_brings
        words = set(db.scalars(sa.select(search_tables.vocabulary.c.word)))
    assert {"council0x1", "council3x39", "everywhere"} <= words


def test_what_was_withdrawn_is_neither_judged_nor_shown_by_who_came_a_moment_later(stores: list[Store]) -> None:
    with stores[0].write() as db:
        articles.add(db, [(article(HERE), HERE, None)])
    with ThreadPoolExecutor(1) as threads:
        with stores[0].write(articles_at([HERE])) as db:
            articles.withdraw(db, [1])

            def judge() -> set[int]:
                with stores[1].write(stories_of("w")) as own:
                    return articles.existing(own, [1])

            later = threads.submit(judge)
            until_somebody_waits(stores[2])
        assert later.result() == set()
    with stores[0].write() as db:
        articles.add(db, [(article(THERE), THERE, None)])
    with ThreadPoolExecutor(1) as threads:
        with stores[0].write(stories_of("w")) as db:
            assert articles.existing(db, [2]) == {2}

            def withdraw() -> None:
                with stores[1].write(articles_at([THERE])) as own:
                    articles.withdraw(own, [2])

            later_still = threads.submit(withdraw)
            until_somebody_waits(stores[2])
            articles.save_matches(db, [(2, Match("w", 0.9, "match", Receipt(0.5, 0.3, "v")))], NOW)
        later_still.result()
    assert count(stores[2], "SELECT count(*) FROM matches") == 0


def test_an_entry_that_is_edited_while_its_page_is_read_is_read_again(store: Store) -> None:
    with store.write() as db:
        [number] = entries.add(db, [Entry("https://a.example/rss", "Ministers met", HERE)], NOW)
        [made] = articles.add(db, [(article(HERE), HERE, None)])
        [item] = entries.get(db, [number])
        entries.edit(db, number, replace(item.entry, title="Ministers met twice"), NOW + timedelta(minutes=1))
        entries.settle(db, [entries.Settled(number, made, 1, taken=item.taken)])
        assert [each.id for each in entries.waiting(db, NOW)] == [number]
        [item] = entries.get(db, [number])
        entries.settle(db, [entries.Settled(number, made, 1, taken=item.taken)])
        assert entries.waiting(db, NOW) == []


def test_whoever_writes_says_about_what() -> None:
    """Alone in the store is only what is rare: making and upgrading it, pruning, indexing an old archive."""
    alone = set()
    for path in (Path(__file__).parents[1] / "monitor").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Attribute) and called.attr == "write" and not node.args:  # type: ignore[attr-defined]
                alone.add(f"{path.parent.name}/{path.stem}")
    assert alone == {"store/__init__", "store/prune", "pipeline/index_archive"}


# four services


def _service(address: str) -> str:
    eager = SERVICE.replace("timeout: 5s", "timeout: 60s, per_host_delay: 0")
    return eager.replace("sqlite:///../var/monitor.db", address)


Act = Callable[[], Coroutine[Any, Any, object]]


def acts_of(app: App, chance: random.Random) -> list[Act]:
    """What one service does in a while, in some order."""
    publisher, digest = app.publisher, app.config.service.digests[0]

    async def person() -> None:
        with app.store.write(ALL_STORIES) as db:
            known = list(db.scalars(sa.select(schema.story_articles.c.article_id)))
            if known:
                who = decide.Person("Ann", datetime.now(UTC))
                decide.mark(db, WATCH, [chance.choice(known)], who, relevant=True)

    acts: list[Act] = [
        lambda: app.pipeline.poll(force=True),
        lambda: app.pipeline.poll(force=True),
        lambda: app.pipeline.judge(helping=False),
        lambda: publisher.publish(publisher.by_hand(digest)),
        publisher.alert,
        publisher.deliver_due,
        person,
    ]
    chance.shuffle(acts)
    return acts


async def lives(app: App, chance: random.Random) -> int:
    """How often the database let another go first, so that it is done again later."""
    again = 0
    for act in acts_of(app, chance):
        try:
            await act()
        except SlowWriterError:
            again += 1
    return again


def told(store: Store) -> list[int]:
    """The articles that editions of the digest show as new, each as often as one does."""
    with store.read() as db:
        every = [editions.get(db, number)[0] for number in db.scalars(sa.select(schema.editions.c.id))]
    return [article for edition in every if not edition.alert for article in _fresh(edition)]


def _fresh(edition: Edition) -> list[int]:
    return [article for each in (*edition.stories, *edition.more) for article in each.fresh]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
async def test_four_services_on_the_same_articles_stories_and_editions(
    configure: Configure, address: str, stores: list[Store], monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Nothing is lost, stored twice, shown as new twice or sent twice, whatever comes between what."""
    monkeypatch.setattr("monitor.app.WorkerPool", InlineWorkers)
    chance = random.Random(seed)
    with ExitStack() as open_rooms:
        rooms = [open_rooms.enter_context(Newsroom(host=f"127.0.0.{n}")) for n in (1, 2, 3)]
        rooms[0].put("/hook", "taken")
        hook = f"{{webhook: {{url: '{rooms[0].base}/hook'}}}}"
        paths = [(room, f"/{n}.xml") for room in rooms for n in range(2)]
        folder = configure(
            *(room.base + path for room, path in paths),
            service=_service(address).replace("{file: ../var/digests}", hook),
        )
        watch = folder / "watches" / f"{WATCH}.yaml"
        watch.write_text(watch.read_text() + f"alert: {{threshold: 0.5, deliver: [{hook}]}}\n")
        links: dict[str, str] = {}
        async with AsyncExitStack() as running:
            apps = [
                await running.enter_async_context(open_app(load_config(folder), lambda: datetime.now(UTC), Silent()))
                for _ in range(4)
            ]
            for number in range(3):
                for room in rooms:
                    text = [*PACT, f"This is report {number} from {room.host}."]
                    title = f"Iran, Iraq sign pact, says correspondent {len(links)}"
                    links[room.article(f"/{number}.html", title, text)] = title
                for room, path in paths:  # each feed has some of all, so that most are in several
                    some = chance.sample(sorted(links), k=max(1, len(links) * 2 // 3))
                    room.feed(path, [(links[link], link, hours_ago(1)) for link in some])
                again = await asyncio.gather(*(lives(app, random.Random(chance.random())) for app in apps))
                assert sum(again) < 4
            for room, path in paths:
                room.feed(path, [(title, link, hours_ago(1)) for link, title in links.items()])
            for act in (apps[0].pipeline.poll, apps[0].publisher.alert, apps[0].publisher.deliver_due):
                await act()
            await apps[0].pipeline.poll(force=True)
            await apps[1].publisher.publish(apps[1].publisher.by_hand(apps[1].config.service.digests[0]))
            sent = rooms[0].asked["/hook"]
    store = stores[0]
    with store.read() as db:
        urls = Counter(db.scalars(sa.select(schema.articles.c.url)))
        owed = [tuple(row) for row in db.execute(sa.select(schema.deliveries.c.state, schema.deliveries.c.attempts))]
    assert urls == Counter(list(links))
    held = "state = 'done' OR state = 'retry' AND attempts = 0"  # the latter: an edit of a date alone, put off
    assert count(store, f"SELECT count(*) FROM entries WHERE NOT ({held}) OR article_id IS NULL") == 0
    matched = count(store, "SELECT count(*) FROM matches WHERE verdict = 'match' AND profile <> ''")
    assert matched == len(links)
    assert count(store, "SELECT count(*) FROM story_articles") == len(links)
    assert count(store, "SELECT count(*) FROM report_signatures WHERE version > 0") == len(links)
    assert count(store, "SELECT count(*) FROM search_words JOIN search_documents USING (doc)") == len(links)
    shown = Counter(told(store))
    assert set(shown.values()) == {1}
    assert len(shown) == len(links)
    assert owed == [("sent", 1)] * sent
