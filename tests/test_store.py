"""The store: what must hold is held by the database, so it holds for two services on one store too."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given, reject
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite

from monitor.errors import StoreError
from monitor.model import (
    Article,
    Coverage,
    DeliveryState,
    Edition,
    Entry,
    FeedState,
    Health,
    Highlight,
    ItemText,
    KnownItem,
    Match,
    Passage,
    Reason,
    Receipt,
    RenderedEdition,
)
from monitor.pipeline.leases import Terms, renewed, terms_of
from monitor.store import (
    Store,
    articles,
    claimants,
    deliveries,
    editions,
    entries,
    feed_items,
    feed_states,
    judged_articles,
    migrations,
    notices,
    schema,
    stories,
)
from monitor.store.column_types import UtcDateTime
from monitor.store.judged_articles import Judgement, Wanted
from monitor.store.migrations.upgrade import script_directory, upgrade
from monitor.store.rows import new_ids

NOW = datetime(2026, 11, 21, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
RECEIPT = Receipt(
    0.5, 0.3, "v1", (Reason("term", "pact", 1.5, 2),), (Passage("A pact.", "lead", (Highlight(2, 6, "act"),)),), "line"
)


def article(number: int, *, partial: bool = False, published: datetime | None = NOW) -> Article:
    url = f"https://example.org/{number}"
    return Article(0, url, f"Title {number}", "Text", "en", published, NOW, "f", "F", "F", "state", partial=partial)


def _save(db: sa.Connection, saved: Article, key: str) -> int:
    [number] = articles.add(db, [(saved, key, None)])
    return number


def match(verdict: str = "match", profile: str = "v1") -> Match:
    receipt = Receipt(**{n: getattr(RECEIPT, n) for n in Receipt.__dataclass_fields__} | {"profile": profile})
    return Match("w", 0.9, verdict, receipt, ("irgc",), ("agreement",))  # type: ignore[arg-type]


def add_match(store: Store, number: int, verdict: str = "match") -> int:
    with store.write() as db:
        article_id = _save(db, article(number), f"k{number}")
        articles.save_matches(db, [(article_id, match(verdict))], NOW)
    return article_id


def test_when_it_was_judged_is_kept_beside_since_when_it_matches(store: Store) -> None:
    number = add_match(store, 1)
    with store.write() as db:
        articles.save_matches(db, [(number, match("match"))], NOW + HOUR)
        [report] = stories.ungrouped(db, "w")
        assert (report.matched, report.judged) == (NOW, NOW + HOUR)
        articles.save_matches(db, [(number, match("near"))], NOW + 2 * HOUR)
        articles.save_matches(db, [(number, match("match"))], NOW + 3 * HOUR)
        [report] = stories.ungrouped(db, "w")
        assert (report.matched, report.judged) == (NOW + 3 * HOUR, NOW + 3 * HOUR)


def add_story(store: Store, *numbers: int) -> int:
    for number in numbers:
        add_match(store, number)
    with store.write() as db:
        waiting = stories.ungrouped(db, "w")
        story = stories.create(db, "w", waiting[0])
        for report in waiting:
            stories.place(db, "w", report, story, "test")
    return story


def edition(period: str = "2026-11-21T07:00") -> Edition:
    return Edition("daily", period, NOW - HOUR, NOW, NOW, "UTC", (), (), Coverage((), 0, 0))


def rendered() -> RenderedEdition:
    return RenderedEdition("subject", "<p>html</p>", "text")


def test_each_migration_has_a_number_of_its_own() -> None:
    files = sorted(Path(migrations.__file__).with_name("versions").glob("[0-9]*.py"))
    assert [each.name[:4] for each in files] == [f"{number:04}" for number in range(1, len(files) + 1)]


@pytest.mark.parametrize("made", ["at once", "by migrations"])
def test_migrations_end_at_the_revision_the_tables_are(store: Store, made: str) -> None:
    assert script_directory().get_current_head() == schema.REVISION
    if made == "by migrations":
        with store.write() as db:
            schema.metadata.drop_all(db)
            schema.revision.drop(db)
        upgrade(store.engine, None, "store")
    with store.engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == schema.REVISION
        described = MigrationContext.configure(connection, opts={"include_object": _is_described})
        assert compare_metadata(described, schema.metadata) == []
        assert sa.inspect(connection).has_table("search_words")


def _is_described(thing: object, name: str | None, kind: str, reflected: bool, other: object) -> bool:
    """All but what each database has in a form of its own, which SQLAlchemy cannot describe."""
    return not (name or "").startswith(
        ("search_words", "matches_unread", "entries_waiting", "procrastinate_", "idx_procrastinate_")
    )


def test_partial_indexes_are_such_on_both_databases() -> None:
    schema.for_postgresql()
    dialects = [sqlite.dialect(), postgresql.dialect()]  # type: ignore[no-untyped-call]
    for table in schema.metadata.tables.values():
        for index in table.indexes:
            where = [
                str(sa.schema.CreateIndex(index).compile(dialect=each)).partition(" WHERE ")[2] for each in dialects
            ]
            assert where[0] == where[1]
            assert bool(where[0]) == (index.name in {"articles_whole", "matches_anew", "report_signatures_edited"})


def test_items_of_a_feed_are_known_while_their_entries_are_as_it_gave_them(store: Store) -> None:
    url = "https://feed.example/rss"
    brought = [Entry(url, f"Title {n}", keys=(f"g{n:024x}",), id=str(n), fingerprint=f"{n:024x}") for n in (1, 2)]
    with store.write() as db:
        ids = entries.add(db, brought, NOW)
        items = {
            bytes([number] * 12): KnownItem(
                number,
                entry.fingerprint,
                entry.keys[0],
                b"moments.",
                entry.id,
                ItemText(b"text" * 3, (("published", "now", 0),)),
            )
            for number, entry in zip(ids, brought, strict=True)
        }
        feed_items.save(db, {url: {bytes(12): items[bytes([ids[0]] * 12)]}})
        feed_items.save(db, {url: items, "https://other.example/rss": {}})
    with store.read() as db:
        assert feed_items.load(db, url) == items
        assert feed_items.load(db, "https://other.example/rss") == feed_items.load(db, "https://no.example/rss") == {}
    with store.write() as db:
        entries.edit(db, ids[0], replace(brought[0], fingerprint=f"{3:024x}"), NOW)
    with store.read() as db:
        assert [each.entry_id for each in feed_items.load(db, url).values()] == [ids[1]]


def test_an_edit_that_is_put_off_is_due_later_and_delays_nothing_that_was_due(store: Store) -> None:
    brought = [Entry("https://feed.example/rss", f"Title {n}", id=str(n), fingerprint=f"{n:024x}") for n in (1, 2)]
    later = NOW + timedelta(hours=6)
    with store.write() as db:
        read, unread = entries.add(db, brought, NOW)
        entries.settle(db, [entries.Settled(read, _save(db, article(1), "key 1"), 1)])
        for number, entry in zip((read, unread), brought, strict=True):
            entries.edit(db, number, replace(entry, title="Corrected"), later, put_off=True)
    with store.read() as db:
        assert [each.id for each in entries.waiting(db, later - timedelta(seconds=1))] == [unread]
        assert [each.id for each in entries.waiting(db, later)] == [read, unread]
        [stored] = entries.stored(db, [read])
        assert (stored.entry.title, stored.taken, stored.edited) == ("Corrected", later, True)


async def test_claims_are_renewed_while_their_owner_is_at_work(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    lasts = terms_of(store).lasts
    monkeypatch.setattr("monitor.pipeline.leases.terms_of", lambda _store: Terms(lasts, 0))
    until, renewals = NOW + lasts, asyncio.Queue[datetime]()
    clock = iter(NOW + minutes * MINUTE for minutes in range(1, 10_000))

    def read() -> datetime:
        renewals.put_nowait(now := next(clock))
        return now

    async def one_renewal() -> datetime:
        """The time of a renewal that began after this call, once the next has begun and it is therefore done."""
        while not renewals.empty():
            renewals.get_nowait()
        begun = await renewals.get()
        await renewals.get()
        return begun

    with store.write() as db:
        taken = feed_states.claim(db, ["read", "slow"], NOW, until, force=False)
        feed_states.claim(db, ["another's"], NOW, until + timedelta(microseconds=1), force=False)
    answered = replace(taken["read"], next_check=NOW + HOUR)
    async with renewed(store, until, read) as last:
        await one_renewal()
        with store.write() as db:
            feed_states.save(db, [answered])
        now = await one_renewal()
        with store.read() as db:
            held = feed_states.load(db)
        assert held["read"] == answered
        assert held["another's"].next_check == until + timedelta(microseconds=1)
        assert held["slow"].next_check
        assert held["slow"].next_check >= now + lasts
        assert last()
    ended = renewals.qsize()
    for _ in range(5):
        await asyncio.sleep(0)
    assert renewals.qsize() == ended


def test_a_feed_is_claimed_once(store: Store) -> None:
    with store.write() as db:
        assert set(feed_states.claim(db, ["a", "b"], NOW, NOW + HOUR, force=False)) == {"a", "b"}
        assert not feed_states.claim(db, ["a", "b"], NOW, NOW + HOUR, force=False)
        assert set(feed_states.claim(db, ["a"], NOW, NOW + HOUR, force=True)) == {"a"}
        assert not feed_states.claim(db, ["a", "b"], NOW + HOUR - SECOND, NOW + 2 * HOUR, force=False)
        assert set(feed_states.claim(db, ["a", "b"], NOW + HOUR, NOW + 2 * HOUR, force=False)) == {"a", "b"}


def test_a_feed_that_is_gone_is_never_due(store: Store) -> None:
    with store.write() as db:
        feed_states.claim(db, ["gone"], NOW, NOW, force=False)
        feed_states.save(db, [replace(feed_states.load(db)["gone"], health=Health.GONE, next_check=None)])
        assert not feed_states.claim(db, ["gone"], NOW + 400 * DAY, NOW + 500 * DAY, force=False)
        assert not feed_states.claim(db, ["gone"], NOW + 400 * DAY, NOW + 500 * DAY, force=True)
        assert set(feed_states.claim(db, ["gone"], NOW, NOW + HOUR, force=True, gone=True)) == {"gone"}


def test_a_withdrawn_article_gives_its_number_to_no_other(store: Store) -> None:
    with store.write() as db:
        one, other = (_save(db, article(n), f"key {n}") for n in range(2))
        articles.save_matches(db, [(one, match()), (other, match())], NOW)
        articles.withdraw(db, [other])
        assert articles.existing(db, [one, other]) == {one}
        assert articles.unmatched(db, "w", "v1", 0) == []
        assert articles.verdicts(db, "w", [one, other]) == {one: "match"}
        again = _save(db, article(1), "key 1")
        assert again not in (one, other)
        assert articles.unmatched(db, "w", "v1", other) == [again]


def test_the_state_of_a_feed_that_nobody_claimed_is_stored(store: Store) -> None:
    states = [FeedState("a", failures=2), FeedState("new", failures=3, title="News", skipped={"empty": 1})]
    with store.write() as db:
        feed_states.claim(db, ["a"], NOW, NOW, force=False)
        feed_states.save(db, states)
        assert list(feed_states.load(db).values()) == states


def test_a_feed_state_comes_back_as_it_was(store: Store) -> None:
    state = FeedState("a", etag='"x"', interval=60.5, next_check=NOW, failures=2, failing_since=NOW,
                      error="no", error_kind="dns", health=Health.FAILING, moved_to="b", moved_count=1)  # fmt: skip
    with store.write() as db:
        feed_states.claim(db, ["a"], NOW, NOW, force=False)
        feed_states.save(db, [state])
        assert feed_states.load(db) == {"a": state}


def test_an_entry_is_pending_until_it_has_an_article(store: Store) -> None:
    with store.write() as db:
        [first] = entries.add(db, [Entry("f", "T", "https://example.org/1", ("k1", "k2"))], NOW)
        assert sorted(entries.owners(db, ["k1", "k2", "k3"])) == [("k1", first, ""), ("k2", first, "")]
        assert [item.id for item in entries.waiting(db, NOW)] == [first]
        article_id = _save(db, article(1, partial=True), "k1")
        entries.settle(db, [entries.Settled(first, article_id, 1, NOW + HOUR)])
        assert not entries.waiting(db, NOW)
        [again] = entries.get(db, [item.id for item in entries.waiting(db, NOW + HOUR)])
        assert (again.article_id, again.attempts) == (article_id, 1)


def test_entries_stored_together_keep_their_order_and_ids_go_on(store: Store) -> None:
    def some(first: int) -> list[Entry]:
        return [Entry("f", f"T{n}", f"https://example.org/{n}", (f"k{n}",)) for n in range(first, first + 3)]

    with store.write() as db:
        one, other = entries.add(db, some(0), NOW), entries.add(db, some(3), NOW)
        assert entries.add(db, [], NOW) == []
        assert one + other == sorted({*one, *other})
        assert [item.entry.title for item in entries.get(db, [*other, *one])] == [f"T{n}" for n in range(6)]
        found = entries.owners(db, [f"k{n}" for n in range(6)])
        assert sorted(found) == [(f"k{n}", number, "") for n, number in enumerate(one + other)]


def test_ids_given_beforehand_are_nobody_elses(store: Store) -> None:
    with store.write() as db:
        story = {"watch": "w", "first_seen": NOW, "last_seen": NOW}
        given_ids = new_ids(db, schema.stories, 3)
        db.execute(schema.stories.insert(), [story | {"id": number} for number in given_ids])
        following = db.scalar(schema.stories.insert().values(story).returning(schema.stories.c.id))
        assert [*given_ids, following] == list(range(given_ids[0], given_ids[0] + 4))


def test_an_entry_comes_back_as_it_was(store: Store) -> None:
    early = NOW.astimezone(timezone(timedelta(hours=3, minutes=30))) - timedelta(days=9, microseconds=1)
    entry = Entry("f", "T", "https://example.org/1", ("k",), "<p>text</p>", early, NOW, "A", "P", "fa")
    with store.write() as db:
        [number] = entries.add(db, [entry], NOW)
        [item] = entries.get(db, [number])
    assert item == entries.PendingEntry(number, replace(entry, keys=()), NOW, NOW, 0, None)
    assert item.entry.published
    assert item.entry.published.tzinfo is UTC


def test_a_naive_time_in_one_of_many_rows_stores_none(store: Store) -> None:
    times = [NOW, datetime(2026, 1, 1)]  # noqa: DTZ001
    with pytest.raises(ValueError, match="naive"), store.write() as db:
        entries.add(db, [Entry("f", "T", published=time) for time in times], NOW)
    with store.read() as db:
        assert not entries.waiting(db, NOW)


def test_more_keys_are_asked_for_than_a_statement_has_room_for(store: Store) -> None:
    keys = [f"k{n}" for n in range(70_000)]
    with store.write() as db:
        [number] = entries.add(db, [Entry("f", "T", keys=(keys[0], keys[-1]))], NOW)
        assert sorted(entries.owners(db, keys)) == [(keys[0], number, ""), (keys[-1], number, "")]
        assert entries.owners(db, []) == []


def test_entries_that_come_with_their_articles_wait_for_none(store: Store) -> None:
    with store.write() as db:
        ids = entries.spare_ids(db, 6)
        made = {ids[1]: _save(db, article(1, partial=True), "k1")}
        new = [Entry("f", "T", keys=(f"k{n}",)) for n in range(4)]
        numbers = entries.add(db, new, NOW, ids[:4], made)
        assert numbers == ids[:4]
        assert [item.id for item in entries.waiting(db, NOW)] == [ids[0], *ids[2:4]]
        assert entries.still_waits(db, [*numbers[:2], 99], NOW) == {ids[0]}
        assert not set(entries.add(db, [Entry("f", "T")], NOW)) & set(ids[:4])


@pytest.mark.slow
@given(st.datetimes(timezones=st.timezones()))
def test_sqlite_keeps_times_as_sqlalchemy_does(time: datetime) -> None:
    dialect = sqlite.dialect()
    kept = UtcDateTime().dialect_impl(dialect)
    write, read = kept.bind_processor(dialect), kept.result_processor(dialect, None)
    usual = sqlite.DATETIME().bind_processor(dialect)  # type: ignore[no-untyped-call]
    assert write
    assert read
    assert usual
    try:
        in_utc = time.astimezone(UTC)
    except OverflowError:  # on the first and the last day of the calendar
        reject()
    assert write(time) == usual(in_utc)
    assert read(write(time)) == in_utc  # a repeated or skipped hour of another zone equals none
    assert (write(None), read(None)) == (None, None)


def test_a_replaced_text_is_judged_anew_and_a_date_that_is_known_stays(store: Store) -> None:
    with store.write() as db:
        dated, undated = _save(db, article(1, partial=True), "k"), _save(db, article(2, published=None), "l")
        articles.save_matches(db, [(dated, match()), (undated, match())], NOW)
        for number in (dated, undated):
            articles.replace_text(db, number, article(3, published=NOW + HOUR), "text")
        found = articles.get(db, articles.unmatched(db, "w", "v1", undated))
        assert [(each.title, each.partial, each.published) for each in found] == [
            ("Title 3", False, NOW),
            ("Title 3", False, NOW + HOUR),
        ]
        assert articles.with_text(db, ["text", "other"]) == {"text": found[1]}


def test_a_match_keeps_its_receipt_and_its_time_while_the_verdict_stays(store: Store) -> None:
    article_id = add_match(store, 1)
    with store.write() as db:
        [report] = stories.ungrouped(db, "w")
        assert report.match == match()
        articles.save_matches(db, [(article_id, match(profile="v2"))], NOW + HOUR)
        assert stories.ungrouped(db, "w")[0].matched == NOW
        articles.save_matches(db, [(article_id, match("near"))], NOW + HOUR)
        assert articles.verdicts(db, "w", [article_id]) == {article_id: "near"}


def test_a_story_is_told_once_by_a_digest(store: Store) -> None:
    story = add_story(store, 1, 2)
    with store.write() as db:
        assert editions.stories_to_show(db, "daily", ["w"], NOW - HOUR) == [story]
        first = editions.add(db, edition(), rendered(), NOW)
        assert first is not None
        editions.record_shown(db, "daily", first, [("w", 1, story)], "story")
        assert editions.seen(db, "daily", [story]) == {story: frozenset({1})}
        assert editions.stories_to_show(db, "daily", ["w"], NOW - HOUR) == [story]
        editions.record_shown(db, "daily", first, [("w", 2, story)], "story")
        assert editions.stories_to_show(db, "daily", ["w"], NOW - HOUR) == []
        assert editions.stories_to_show(db, "weekly", ["w"], NOW - HOUR) == [story]


def test_what_was_told_stays_in_its_story(store: Store) -> None:
    story = add_story(store, 1, 2)
    with store.write() as db:
        edition_id = editions.add(db, edition(), rendered(), NOW)
        assert edition_id is not None
        editions.record_shown(db, "daily", edition_id, [("w", 1, story)], "story")
        stories.drop(db, "w", [1, 2])
        [left] = stories.load(db, [story])
        assert [report.article.id for report in left.reports] == [1]


def test_an_edition_a_period(store: Store) -> None:
    with store.write() as db:
        first = editions.add(db, edition(), rendered(), NOW)
        assert editions.add(db, edition(), rendered(), NOW) is None
        assert first is not None
        assert editions.find(db, "daily", edition().period) == first
        stored, shown = editions.get(db, first)
        assert (stored.period, stored.since, shown) == (edition().period, NOW - HOUR, rendered())


def test_a_delivery_is_claimed_once_and_again_only_after_its_lease(store: Store) -> None:
    with store.write() as db:
        edition_id = editions.add(db, edition(), rendered(), NOW)
        assert edition_id is not None
        deliveries.add(db, edition_id, [("email", "a@example.org", "<1@x>")], NOW)
        deliveries.add(db, edition_id, [("email", "a@example.org", "<1@x>")], NOW)
        [row] = deliveries.due(db, NOW)
        first = deliveries.claim(db, row, NOW)
        assert first is not None
        assert deliveries.claim(db, row, NOW) is None
        assert not deliveries.due(db, NOW)
        later = NOW + deliveries.LEASE
        [abandoned] = deliveries.due(db, later)
        assert (abandoned.message_id, abandoned.attempts) == (row.message_id, 1)
        second = deliveries.claim(db, abandoned, later)
        assert second is not None
        assert deliveries.settle(db, second, DeliveryState.PENDING, later, error="451", next_try=later + HOUR)
        assert not deliveries.due(db, later)
        [again] = deliveries.due(db, later + HOUR)
        third = deliveries.claim(db, again, later + HOUR)
        assert third is not None
        assert deliveries.settle(db, third, DeliveryState.SENT, later + HOUR)
        assert not deliveries.due(db, later + HOUR * 99)


def test_what_a_process_was_sending_that_was_killed_is_sent_at_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = "import sys; from monitor.store import claimants; print(claimants.own(), flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        mark = other.stdout.readline().decode().strip()
        assert mark not in ("", claimants.own())
        with store.write() as db:
            edition_id = editions.add(db, edition(), rendered(), NOW)
            assert edition_id is not None
            deliveries.add(db, edition_id, [("email", f"{name}@example.org", f"<{name}@x>") for name in "ab"], NOW)
            theirs, mine = deliveries.due(db, NOW)
            with monkeypatch.context() as patched:
                patched.setattr(claimants, "own", lambda: mark)
                assert deliveries.claim(db, theirs, NOW)
            assert deliveries.claim(db, mine, NOW)
            other.send_signal(signal.SIGSTOP)
            assert not deliveries.due(db, NOW), "it may go on"
            other.kill()
            os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)  # its parent has not asked for it yet
            [left] = deliveries.due(db, NOW)
            assert (left.recipient, left.attempts) == ("a@example.org", 1)
            other.wait()
            assert deliveries.claim(db, left, NOW)
            assert not deliveries.due(db, NOW)


@pytest.mark.parametrize("part", range(5))
def test_of_a_process_elsewhere_nothing_is_known(part: int) -> None:
    """Another start of the system, container or user; another process, and another that had its number before."""
    parts = claimants.own().split()
    assert not claimants.has_ended(" ".join(parts))
    parts[part] = "4194305" if part == 3 else f"{parts[part]}1"
    assert claimants.has_ended(" ".join(parts)) == (part > 2)
    assert not claimants.has_ended("")


def test_only_the_owner_of_a_claim_renews_and_settles_it(store: Store) -> None:
    """A service that was slow says what it did after another took the delivery over: that counts no more."""
    with store.write() as db:
        edition_id = editions.add(db, edition(), rendered(), NOW)
        assert edition_id is not None
        deliveries.add(db, edition_id, [("email", "a@example.org", "<1@x>")], NOW)
        [row] = deliveries.due(db, NOW)
        slow = deliveries.claim(db, row, NOW)
        assert slow is not None
        half = NOW + deliveries.LEASE / 2
        assert deliveries.renew(db, slow, half)
        assert not deliveries.due(db, NOW + deliveries.LEASE)  # renewed
        later = half + deliveries.LEASE
        [abandoned] = deliveries.due(db, later)
        owner = deliveries.claim(db, abandoned, later)
        assert owner is not None
        assert not deliveries.renew(db, slow, later)
        assert not deliveries.settle(db, slow, DeliveryState.FAILED, later, error="late")
        assert deliveries.settle(db, owner, DeliveryState.SENT, later)
        assert not deliveries.settle(db, slow, DeliveryState.PENDING, later)
        [kept] = deliveries.of_edition(db, edition_id)
        assert (kept.state, kept.error) == (DeliveryState.SENT, None)


def test_notices(store: Store) -> None:
    with store.write() as db:
        notices.post(db, "configuration", "bad", NOW)
        notices.post(db, "configuration", "worse", NOW)
        assert notices.current(db) == ("worse",)
        notices.clear(db, "configuration")
        assert notices.current(db) == ()


def test_a_failed_transaction_stores_nothing(store: Store) -> None:
    def interrupted() -> None:
        with store.write() as db:
            _save(db, article(1), "k")
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        interrupted()
    with store.read() as db:
        assert not articles.unmatched(db, "w", "v", 0)


def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    path.write_bytes(b"this is not a database, but somebody's notes" * 100)
    with pytest.raises(StoreError, match="damaged"):
        Store(f"sqlite:///{path}")
    assert path.read_bytes().startswith(b"this is not a database")


def test_a_store_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    Store(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    with pytest.raises(StoreError, match="newer version"):
        Store(f"sqlite:///{path}")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file")
    with pytest.raises(StoreError, match="cannot be made"):
        Store(f"sqlite:///{tmp_path / 'var' / 'monitor.db'}")


def test_a_naive_time_is_a_bug(store: Store) -> None:
    with pytest.raises(Exception, match="naive"), store.write() as db:
        notices.post(db, "k", "t", datetime(2026, 1, 1))  # noqa: DTZ001


def test_what_every_poll_asks_of_the_matches_is_found_by_an_index(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    with store.read() as db:
        query = sa.select(schema.matches.c.article_id).where(schema.ANEW).compile(db)
        [step] = db.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").all()
    store.close()
    assert "matches_anew" in step[3]


def test_the_list_of_articles_holds_each_once_with_its_first_entry_and_its_judgements(store: Store) -> None:
    with store.write() as db:
        numbers = articles.add(db, [(article(n), f"key {n}", None) for n in range(450)])  # more than are read together
        listing = [Entry("f", f"Entry {n}", keys=(f"g{n}",)) for n in range(3)]
        for number, each in enumerate(listing):
            [entry] = entries.add(db, [each], NOW - number * HOUR)
            entries.settle(db, [entries.Settled(entry, numbers[0], 1)])
        articles.save_matches(db, [(numbers[0], match()), (numbers[1], match("no"))], NOW)
    with store.read() as db:
        found = list(judged_articles.listed(db, Wanted(text=True)))
        assert [each.article.id for each in found] == numbers[::-1]
        assert found[-1].first_seen == NOW - 2 * HOUR
        assert found[-2].first_seen == NOW  # of an article without an entry: when it was read
        assert found[-1].judgements == (Judgement("w", 0.9, "match", 0, "line"),)
        assert (found[0].judgements, found[0].article.dates, found[0].article.text) == ((), (), "Text")
        [near] = judged_articles.listed(db, Wanted("w", "no", "f", NOW, 1))
        assert (near.article.id, near.article.text) == (numbers[1], "")
        assert judged_articles.count(db, Wanted("w")) == 2
        assert list(judged_articles.listed(db, Wanted(since=NOW + HOUR))) == []
        assert judged_articles.any_of_feed(db, "f")
        assert not judged_articles.any_of_feed(db, "other")


def test_threads_of_one_service_write_in_turn_however_long_one_of_them_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.store.engines.PATIENCE", 0)  # with another program
    store = Store(f"sqlite:///{tmp_path}/monitor.db")

    def post(name: str) -> None:
        with store.write() as db:
            notices.post(db, name, "It waited.", NOW)

    with ThreadPoolExecutor() as others:
        with store.write() as db:
            waiting = [others.submit(post, name) for name in ("one", "two")]
            assert not wait(waiting, timeout=0.05).done
            notices.post(db, "first", "It took long.", NOW)
        for each in waiting:
            each.result()
    with store.read() as db:
        assert len(notices.current(db)) == 3
    store.close()


def test_a_store_is_opened_and_read_while_another_program_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.store.engines.PATIENCE", 0)
    url = f"sqlite:///{tmp_path}/monitor.db"
    store = Store(url)
    with store.write():
        other = Store(url)
        with other.read() as db:
            assert notices.current(db) == ()
            assert db.exec_driver_sql("PRAGMA auto_vacuum").scalar() == 2
    other.close()
    store.close()
