"""Retention: what nobody needs goes by kind and age; what anybody refers to stays; nothing old comes back as new."""

from __future__ import annotations

import itertools
import os
import random
import re
import signal
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from monitor.app import open_app
from monitor.cli.progress import Silent
from monitor.config import load_config
from monitor.config.service import RetentionConfig
from monitor.errors import ConfigError, StoreError
from monitor.model import Article, Entry
from monitor.pipeline import retention
from monitor.pipeline.retention import LEASE, is_due, oldest
from monitor.store import Store, articles, browse, entries, kept_pages, leases, marks, prune, schema, upkeep
from monitor.store.kept_pages import KeptPage
from tests.conftest import SERVICE, fresh_database
from tests.crash_driver import forked
from tests.newsroom import GAME, PACT, Newsroom
from tests.test_cli import Monitor, folder, monitor  # noqa: F401
from tests.test_flow import Clock
from tests.test_service import rows
from tests.test_store import match

Configure = Callable[..., Path]
DAY = timedelta(days=1)
NOW = datetime(2026, 11, 21, 7, tzinfo=UTC)
KEPT = RetentionConfig()
SHORT = "retention: {texts: 30d, near_misses: 60d, pages: 40d}\n"


def listed(newsroom: Newsroom, clock: Clock, *, days_old: float = 0) -> str:
    """A feed of one relevant and three irrelevant reports, with their texts in the feed, too."""
    items = []
    for number, (title, text) in enumerate(
        [("Iran, Iraq sign defence memorandum in Tehran", PACT)]
        + [(f"Iraq and Iran draw in qualifier {n}", [f"Match {n}: {n * 7919} looked on.", *GAME]) for n in range(3)]
    ):
        link = newsroom.article(f"/{number}.html", title, text)
        items.append((title, link, clock() - timedelta(days=days_old, hours=1 + number)))
    return newsroom.feed("/feed.xml", items)


async def polled(folder: Path, clock: Clock, *, night: bool = False) -> int:  # noqa: F811
    """One poll and one edition; how many stories the edition has. night: with the share of retention before."""
    async with open_app(load_config(folder), clock, Silent()) as app:
        if night:
            await app.retention.look()
        await app.pipeline.poll(force=True)
        clock.forward(seconds=1)
        published = await app.publisher.publish(app.publisher.by_hand(app.config.digest("daily")))
        return len(published.edition.stories)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("again", ["as it was", "under new ids", "in another feed", "edited"])
async def test_what_was_pruned_does_not_come_back_as_new(
    newsroom: Newsroom,
    configure: Configure,
    request: pytest.FixtureRequest,
    kind: str,
    again: str,
) -> None:
    service = SERVICE + SHORT
    if kind == "postgresql":
        service = service.replace("sqlite:///../var/monitor.db", fresh_database(request.getfixturevalue("postgresql")))
    start = datetime(2026, 11, 21, 22, tzinfo=UTC)  # an hour past midnight in Baghdad
    clock = Clock(start)
    place = configure(listed(newsroom, clock), service=service)
    assert await polled(place, clock) == 1
    before = newsroom.pages["/feed.xml"]()[2].decode()
    clock.at = start + 40 * DAY
    async with open_app(load_config(place), clock, Silent()) as app:
        await app.retention.look()
        with app.store.read() as db:
            done = upkeep.last(db)["retention"].figures
            texts = dict(db.execute(sa.select(schema.articles.c.title, schema.articles.c.text)).all())
            counted = browse.counts(db).articles
    assert done["texts"] == 3
    assert [len(text) > 0 for title, text in sorted(texts.items())] == [True, False, False, False]
    urls = [newsroom.base + "/feed.xml"]
    if again == "under new ids":
        before = before.replace("<guid>", "<guid>new-")
    elif again == "edited":
        before = before.replace("qualifier", "World Cup qualifier")
    elif again == "in another feed":
        urls.append(newsroom.put("/other.xml", before, Content_Type="application/rss+xml"))
    newsroom.put("/feed.xml", before, Content_Type="application/rss+xml")
    configure(*urls, service=service)
    assert await polled(place, clock) == 0
    async with open_app(load_config(place), clock, Silent()) as app:
        with app.store.read() as db:
            assert browse.counts(db).articles == counted
            news = sa.select(sa.func.count()).where(schema.entries.c.first_seen > start + DAY)
            assert db.scalar(news) == 0


def stored(opened: Store, number: int, days_old: float, verdict: str, text: str = "words " * 60) -> int:
    """An article with an entry, a judgement and, unless it was refused, its page."""
    at = NOW - days_old * DAY
    link = f"https://example.org/{number}"
    made = Article(0, link, f"Title {number}", text, "en", at, at, "f", "F", "F", "state", partial=False)
    with opened.write() as db:
        [article_id] = articles.add(db, [(made, link, f"text {number}")])
        entry = Entry("f", f"Title {number}", link, (f"l:{number}",), content=text)
        [entry_id] = entries.add(db, [entry], at, None, {})
        entries.settle(db, [entries.Settled(entry_id, article_id, 1)])
        articles.save_matches(db, [(article_id, match(verdict))], at)
        if verdict != "no":
            body = b"\x78\x9c\x03\x00\x00\x00\x00\x01"  # nothing, compressed
            page = KeptPage(at, link, link, 200, "text/html", None, "0" * 64, 9, body)
            kept_pages.keep(db, [(article_id, page)], staged=False)
    return article_id


def whole(opened: Store) -> list[int]:
    with opened.read() as db:
        return list(db.scalars(sa.select(schema.articles.c.id).where(schema.articles.c.text != "")))


@pytest.mark.slow
def test_each_kind_goes_at_its_age(store: Store) -> None:
    young, old = stored(store, 1, 179, "no"), stored(store, 2, 181, "no")
    near, old_near = stored(store, 3, 181, "near"), stored(store, 4, 366, "near")
    matched = stored(store, 5, 4000, "match")
    with store.read() as db:
        counted = prune.count(db, oldest(KEPT, NOW))
    done = prune.prune(store, oldest(KEPT, NOW), NOW, 10**6)
    assert counted == {"texts": 1, "near_misses": 1, "pages": 2}
    assert done == {"texts": 1, "near_misses": 1, "pages": 1, "feed_texts": 2}  # one page went with its near miss
    assert whole(store) == [young, near, matched]
    with store.read() as db:
        assert articles.pruned(db, [young, old, near, old_near, matched]) == {old, old_near}
        assert set(kept_pages.of_articles(db, [near, old_near, matched])) == {matched}
        assert articles.unmatched(db, "w", "another version", 0) == [young, near, matched]
        assert articles.verdicts(db, "w", [old, old_near, near]) == {near: "near"}
        left = dict(db.execute(sa.select(schema.entries.c.article_id, schema.entries.c.content)).all())
        assert {number for number, text in left.items() if not text} == {old, old_near}
        assert len(entries.owners(db, [f"l:{n}" for n in range(1, 6)])) == 5
    assert set(prune.prune(store, oldest(KEPT, NOW), NOW, 10**6).values()) == {0}


HOLDERS: dict[str, dict[str, object]] = {
    "edition_articles": {"digest": "d", "watch": "w", "role": "near", "edition_id": 1},
    "story_articles": {"watch": "w", "story_id": 1, "reason": "r"},
    "story_pins": {"watch": "w", "story_id": 1, "said": NOW},
    "marks": {"watch": "w", "relevant": False, "marked": NOW},
    "changes": {"found": NOW, "kind": "text", "before": "", "after": ""},
}


def hold(store: Store, article_id: int, holder: str) -> None:
    """A row of the table ``holder`` that refers to the article."""
    with store.write() as db:
        times = {"first_seen": NOW, "last_seen": NOW}
        db.execute(schema.stories.insert().values(watch="w", **times))
        moments = dict.fromkeys(("tick", "since", "until", "composed"), NOW)
        texts = dict.fromkeys(("edition", "subject", "html", "text", "page"), "")
        db.execute(schema.editions.insert().values(digest="d", period="p", **moments, **texts))
        table = schema.metadata.tables[holder]
        db.execute(table.insert().values(article_id=article_id, **HOLDERS[holder]))


@pytest.mark.slow
@pytest.mark.parametrize("holder", HOLDERS)
def test_what_an_edition_a_story_or_a_person_refers_to_stays(store: Store, holder: str) -> None:
    held, free = stored(store, 1, 4000, "near"), stored(store, 2, 4000, "near")
    hold(store, held, holder)
    prune.prune(store, oldest(KEPT, NOW), NOW, 10**6)
    assert whole(store) == [held]
    with store.read() as db:
        assert set(kept_pages.of_articles(db, [held, free])) == {held}


def test_an_article_that_waits_for_a_judgement_stays(store: Store) -> None:
    waits = stored(store, 1, 4000, "no")
    with store.write() as db:
        articles.judge_anew(db, waits)
    prune.prune(store, oldest(KEPT, NOW), NOW, 10**6)
    assert whole(store) == [waits]


def test_evidence_stays_for_ever_unless_an_age_is_set_and_its_hash_even_then(store: Store) -> None:
    matched = stored(store, 1, 4000, "match")
    prune.prune(store, oldest(KEPT, NOW), NOW, 10**6)
    with store.read() as db:
        [page] = kept_pages.of_articles(db, [matched])[matched]
    assert page.body
    ages = replace_ages(evidence=timedelta(days=3000))
    assert prune.prune(store, oldest(ages, NOW), NOW, 10**6)["evidence"] == 1
    with store.read() as db:
        [emptied] = kept_pages.of_articles(db, [matched])[matched]
    assert emptied == replace(page, body=b"")
    with pytest.raises(StoreError, match="retention: evidence:"):
        emptied.content()


def replace_ages(**ages: timedelta) -> RetentionConfig:
    return KEPT.model_copy(update=ages)


def test_old_rows_of_the_ledger_go_but_for_open_ones_and_the_newest_edition(store: Store) -> None:
    old = NOW - 400 * DAY
    with store.write() as db:
        moments = dict.fromkeys(("tick", "since", "until", "composed"), old)
        texts = dict.fromkeys(("edition", "subject", "html", "text", "page"), "")
        for number in (1, 2):
            db.execute(schema.editions.insert().values(digest="d", period=str(number), **moments, **texts))
        for edition, state, who in [(1, "sent", "a"), (1, "failed", "b"), (1, "pending", "c"), (2, "sent", "a")]:
            row = {"edition_id": edition, "channel": "x", "recipient": who, "message_id": "m", "state": state}
            db.execute(schema.deliveries.insert().values(**row, created=old, updated=old))
    assert prune.prune(store, oldest(replace_ages(deliveries=365 * DAY), NOW), NOW, 10**6)["deliveries"] == 2
    with store.read() as db:
        left = db.execute(sa.select(schema.deliveries.c.edition_id, schema.deliveries.c.state)).all()
    assert sorted(map(tuple, left)) == [(1, "pending"), (2, "sent")]


@pytest.mark.slow
def test_a_night_does_its_share_and_a_stop_ends_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prune, "AT_ONCE", 2)
    for number in range(7):
        stored(store, number, 400, "no")
    assert prune.prune(store, oldest(KEPT, NOW), NOW, 5)["texts"] == 5
    asked = iter((False, True, True, True))
    for number in range(7, 12):
        stored(store, number, 400, "no")
    assert prune.prune(store, oldest(KEPT, NOW), NOW, 10**6, lambda: next(asked, True))["texts"] == 2
    assert len(whole(store)) == 5
    assert prune.prune(store, oldest(KEPT, NOW), NOW, 10**6)["texts"] == 5
    assert whole(store) == []


def test_what_is_marked_while_it_is_being_found_stays(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes is found beside the work of others, and asked again when it goes."""
    monkeypatch.setattr(prune, "AT_ONCE", 2)
    ids = [stored(store, number, 400, "no") for number in range(6)]
    walked = prune._walked

    def meanwhile(*given: Any) -> Any:
        found = walked(*given)
        with store.write() as db:
            marks.put(db, ids[3], "w", True, NOW)
        return found

    monkeypatch.setattr(prune, "_walked", meanwhile)
    assert prune.prune(store, oldest(KEPT, NOW), NOW, 10**6)["texts"] == 5
    assert whole(store) == [ids[3]]


def test_what_is_held_is_passed_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else each part of a night would walk through all that stays, which in a large archive is far more."""
    monkeypatch.setattr(prune, "AT_ONCE", 3)
    ids = [stored(store, number, 400 - number // 4, "match" if number % 2 else "no") for number in range(20)]
    walked, found = prune._walked, list[int]()

    def noted(*given: Any) -> Any:
        rows = walked(*given)
        found.extend(row[-1] for row in rows)
        return rows

    monkeypatch.setattr(prune, "_walked", noted)
    monkeypatch.setattr(prune, "_still", lambda db, kind, before, rows: [row[-1:] for row in rows if row[-1] > ids[4]])
    assert prune.prune(store, {"texts": NOW - 180 * DAY}, NOW, 10**6)["texts"] == 7
    assert sorted(found) == ids[::2], "what does not go after all is not found again"


def test_one_process_prunes_at_a_time(
    monitor: Monitor,  # noqa: F811
    folder: Path,  # noqa: F811
    postgresql: str,
) -> None:
    address = fresh_database(postgresql)
    file = folder / "monitor.yaml"
    file.write_text(re.sub("store: .*", f"store: {address}", file.read_text()))
    with closing(Store(address)) as opened:
        with opened.briefly() as db:
            held = leases.take(db, LEASE)
        assert held
        refused = monitor("--config", folder, "prune")
        assert (refused.code, "another process prunes this store now" in refused.err) == (1, True)
        with opened.briefly() as db:
            leases.release(db, [held])
        assert monitor("--config", folder, "prune").code == 0


def test_an_address_that_stands_for_several_entries_keeps_their_texts(store: Store) -> None:
    """A bulletin: nothing but the text tells the next one from the last."""
    stored(store, 1, 400, "no")
    with store.write() as db:
        first = db.scalar(sa.select(sa.func.min(schema.entries.c.id)))
        entries.add(db, [Entry("f", "Title 1", "https://example.org/1", ("l:1",), content="the next")], NOW)
    assert prune.prune(store, oldest(KEPT, NOW), NOW, 10**6)["texts"] == 1
    with store.read() as db:
        [text] = db.scalars(sa.select(schema.entries.c.content).where(schema.entries.c.id == first))
    assert text.startswith("words")


def pruned(url: str, step: int | None) -> None:
    """One run of `prune` and `give_back`, which ends with SIGKILL before its statement number ``step``."""
    with closing(Store(url)) as opened:
        statements = itertools.count(1)

        def die_there(*_: object) -> None:
            if next(statements) == step:
                os.kill(os.getpid(), signal.SIGKILL)

        sa.event.listen(opened.engine, "before_cursor_execute", die_there)
        sa.event.listen(opened.engine, "commit", die_there)
        prune.prune(opened, oldest(KEPT, NOW), NOW, 10**6)
        prune.give_back(opened)


def kept(opened: Store) -> dict[str, object]:
    """What no run may change: keys, held texts, and that no row refers to one that is not there."""
    keys, article = schema.entry_keys.c, schema.articles.c
    with opened.read() as db:
        held = sa.select(article.id, article.text).where(
            article.id.in_(sa.select(schema.edition_articles.c.article_id))
        )
        return {
            "keys": sorted(db.execute(sa.select(keys.key, keys.entry_id)).all()),
            "articles": list(db.scalars(sa.select(article.id).order_by(article.id))),
            "entries": sorted(db.execute(sa.select(schema.entries.c.id, schema.entries.c.article_id)).all()),
            "held": sorted(db.execute(held).all()),
            "pages": sorted(kept_pages.of_articles(db, [number for number, _ in db.execute(held)])),
            "faults": store_faults(db),
        }


def store_faults(db: sa.Connection) -> list[object]:
    if db.dialect.name != "sqlite":
        return []
    return [*db.exec_driver_sql("PRAGMA foreign_key_check").all(), *db.exec_driver_sql("PRAGMA integrity_check").all()]


@pytest.mark.slow
def test_a_run_that_is_killed_anywhere_spoils_nothing_and_the_next_one_ends_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prune, "AT_ONCE", 4)
    verdicts = ["no", "no", "near", "no", "near"]
    ids = [stored(store, n, 400, verdicts[n % 5], text=f"{n} words " * 300) for n in range(60)]
    hold(store, ids[2], "edition_articles")
    before = kept(store)
    url = store.engine.url.render_as_string(hide_password=False)
    store.close()
    chance, killed = random.Random(7), 0
    for _ in range(20):
        killed += os.WIFSIGNALED(forked(pruned, url, chance.randrange(1, 60)))
        with closing(Store(url)) as opened:
            assert kept(opened) == before
    assert killed > 10  # else it was through before
    assert forked(pruned, url, None) == 0
    with closing(Store(url)) as opened:
        assert kept(opened) == before
        assert whole(opened) == [ids[2]]
        with opened.read() as db:
            texts = list(db.scalars(sa.select(schema.entries.c.article_id).where(schema.entries.c.content != "")))
            free = 0 if opened.file is None else db.exec_driver_sql("PRAGMA freelist_count").scalar()
        assert (texts, free) == ([ids[2]], 0)


def test_space_is_given_back(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'monitor.db'}"
    with closing(Store(url)) as opened:
        for number in range(200):
            stored(opened, number, 400, "no", text=f"{number} words " * 450)
    before = (tmp_path / "monitor.db").stat().st_size
    with closing(Store(url)) as opened:
        prune.prune(opened, oldest(KEPT, NOW), NOW, 10**6)
        given = prune.give_back(opened)
        assert prune.give_back(opened) == 0
        with pytest.raises(sa.exc.IntegrityError), opened.write() as db:
            db.execute(schema.articles.delete())  # what refers to a row is looked for again
    after = (tmp_path / "monitor.db").stat().st_size
    assert 0 < given <= before - after
    assert after < before / 3
    with closing(Store(url)) as opened, opened.read() as db:
        assert db.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert db.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert db.scalar(sa.select(sa.func.count()).where(schema.entries.c.article_id.is_not(None))) == 200


def test_an_older_store_is_shortened_once_it_was_rebuilt(monitor: Monitor, folder: Path) -> None:  # noqa: F811
    file = folder.parent / "var" / "monitor.db"
    file.parent.mkdir()
    engine = sa.create_engine(f"sqlite:///{file}")
    with engine.begin() as db:
        db.exec_driver_sql("PRAGMA auto_vacuum=NONE")
        schema.metadata.create_all(db)
        schema.revision.create(db)
        db.execute(schema.revision.insert().values(version_num=schema.REVISION))
    engine.dispose()
    assert rows(folder, "PRAGMA auto_vacuum") == [(0,)]
    assert monitor("--config", folder, "prune").code == 0
    assert rows(folder, "PRAGMA auto_vacuum") == [(0,)]
    assert monitor("--config", folder, "prune", "--rebuild").code == 0
    assert rows(folder, "PRAGMA auto_vacuum") == [(2,)]
    assert rows(folder, "PRAGMA integrity_check") == [("ok",)]


def test_the_command_counts_without_deleting(monitor: Monitor, folder: Path) -> None:  # noqa: F811
    monitor("--config", folder, "poll")
    with closing(Store(f"sqlite:///{folder.parent / 'var' / 'monitor.db'}")) as opened, opened.write() as db:
        db.execute(schema.articles.update().values(fetched=datetime.now(UTC) - 200 * DAY))
    counted = monitor("--config", folder, "prune", "--dry-run", "--json").json()
    assert counted == {"dry_run": True, "kinds": {"texts": 1, "near_misses": 0, "pages": 0},
                       "kept_for_ever": ["evidence", "deliveries"]}  # fmt: skip
    assert rows(folder, "SELECT count(*) FROM articles WHERE text = ''") == [(0,)]
    done = monitor("--config", folder, "prune")
    assert "gone: 1 texts, 0 near misses, 0 pages" in done.out
    assert "kept for ever: evidence, deliveries" in done.out
    assert rows(folder, "SELECT count(*) FROM articles WHERE text = ''") == [(1,)]
    [gone] = [number for (number,) in rows(folder, "SELECT id FROM articles WHERE text = ''")]
    refused = monitor("--config", folder, "mark", gone, "right")
    assert (refused.code, "deleted by retention" in refused.err) == (2, True)


@pytest.mark.parametrize(
    ("written", "line", "said"),
    [
        ("retention:\n  texts: 7d\n", 2, "30d or more"),
        ("max_age: 60d\nretention:\n  texts: 60d\n  near_misses: 45d\n", 4, "60d or more"),
        ("retention:\n  texts: soon\n", 2, "forever"),
        ("retention:\n  txts: 90d\n", 2, "texts"),
        ("retention:\n  texts: 400d\n  pages: 90d\n  near_misses: 90d\n  evidence: 90d\n", 2, "kept longest"),
        ("retention:\n  evidence: 90d\n", 2, "kept longest"),
    ],
)
def test_an_age_that_cannot_hold_is_refused_with_its_line(
    configure: Configure, written: str, line: int, said: str
) -> None:
    place = configure("https://example.org/feed", service=written)
    with pytest.raises(ConfigError) as refused:
        load_config(place)
    assert f"monitor.yaml:{line}: " in str(refused.value)
    assert said in str(refused.value)


def test_for_ever_may_be_written(configure: Configure) -> None:
    place = configure("https://example.org/feed", service="retention: {texts: forever, near_misses: forever}\n")
    assert oldest(load_config(place).service.retention, NOW) == {"pages": NOW - 180 * DAY}


BAGHDAD = ZoneInfo("Asia/Baghdad")
TWO_AT_NIGHT = datetime(2026, 11, 20, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since_last", "now", "due"),
    [
        (None, TWO_AT_NIGHT, True),
        (None, TWO_AT_NIGHT + timedelta(hours=10), False),
        (timedelta(hours=1), TWO_AT_NIGHT, False),  # once a night
        (timedelta(hours=22), TWO_AT_NIGHT, True),
        (timedelta(hours=30), TWO_AT_NIGHT + timedelta(hours=8), False),
        (timedelta(days=3), TWO_AT_NIGHT + timedelta(hours=8), True),  # a machine that is off at night
        (timedelta(days=-5), TWO_AT_NIGHT, True),  # the clock was wrong once
    ],
)
def test_it_works_at_night(since_last: timedelta | None, now: datetime, due: bool) -> None:
    assert is_due(None if since_last is None else now - since_last, now, BAGHDAD) is due


def test_the_line_names_what_went() -> None:
    assert retention.line({"texts": 1200, "near_misses": 2}) == "1,200 texts, 2 near misses"


def test_an_age_that_nobody_wrote_is_as_long_as_news_may_be_old(configure: Callable[..., Path]) -> None:
    top = configure("https://news.example/rss", service=SERVICE + "\nmax_age: 400d\nretention: {pages: 500d}\n")
    ages = load_config(top).service.retention
    days = [getattr(ages, kind) and getattr(ages, kind).days for kind in ("texts", "near_misses", "pages", "evidence")]
    assert days == [400, 400, 500, None]
