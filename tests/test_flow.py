"""The whole flow against a site on loopback: from feeds to what lies in a reader's folder."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.app import App, open_app
from monitor.cli.progress import Silent
from monitor.config import load_config
from monitor.deliver import Parcel, Sessions
from monitor.digest.publisher import Published
from monitor.feeds.read import ReadFeed, read_feed
from monitor.model import Feed, FetchResult
from monitor.pipeline import poll_feeds
from monitor.pipeline.make_articles import PAGE_RETRIES
from monitor.pipeline.summary import PollSummary
from monitor.store import schema, stories
from tests.conftest import SERVICE
from tests.newsroom import GAME, PACT, Newsroom, hours_ago

Configure = Callable[..., Path]


class Clock:
    """Moves only when told to."""

    def __init__(self, at: datetime | None = None) -> None:
        self.at = at or datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> None:
        self.at += timedelta(**span)


async def cycle(folder: Path, clock: Clock | None = None, *, force: bool = True) -> tuple[PollSummary, Published]:
    """One poll and one edition of the first digest."""
    clock = clock or Clock()
    async with open_app(load_config(folder), clock, Silent()) as app:
        summary = await app.pipeline.poll(force=force)
        clock.forward(seconds=1)
        shown = await app.publisher.publish(app.publisher.by_hand(app.config.service.digests[0]))
    return summary, shown


def two_stories(newsroom: Newsroom) -> str:
    """A feed with one relevant and one irrelevant story."""
    pact = newsroom.article("/pact.html", "Iran, Iraq sign defence memorandum in Tehran", PACT)
    game = newsroom.article("/game.html", "Iraq and Iran draw in World Cup qualifier", GAME)
    return newsroom.feed(
        "/feed.xml",
        [
            ("Iran, Iraq sign defence memorandum in Tehran", pact, hours_ago(2)),
            ("Iraq and Iran draw in World Cup qualifier", game, hours_ago(3)),
        ],
    )


async def test_a_relevant_story_is_delivered_and_an_irrelevant_one_is_not(
    newsroom: Newsroom, configure: Configure
) -> None:
    summary, shown = await cycle(configure(two_stories(newsroom)))
    assert summary.entries == {"seen": 2, "new": 2, "updated": 0}
    assert {"fetched": 2, "failed": 0, "partial": 0}.items() <= summary.articles.items()
    assert (summary.matches["new"], summary.stories["new"]) == (1, 1)
    [story] = shown.edition.stories
    assert story.story.headline == "Iran, Iraq sign defence memorandum in Tehran"
    assert "World Cup" not in shown.rendered.html
    told = " ".join(shown.rendered.text.replace("|", " ").split())
    assert any(sentence in told for sentence in PACT)  # word for word, why it is there
    [delivery] = shown.deliveries
    assert delivery.state.value == "sent"
    assert list(Path(delivery.recipient).glob("daily/*/digest.html"))


async def test_a_second_cycle_finds_nothing_new_and_says_so(newsroom: Newsroom, configure: Configure) -> None:
    folder, clock = configure(two_stories(newsroom)), Clock()
    await cycle(folder, clock)
    summary, shown = await cycle(folder, clock)
    assert summary.feeds["not_modified"] == 1
    assert (summary.entries["new"], summary.matches["new"]) == (0, 0)
    assert newsroom.asked["/pact.html"] == 1
    assert not shown.edition.stories
    assert "1 of 1" in shown.rendered.text or "1 feed" in shown.rendered.text


async def test_a_later_report_of_the_same_event_is_a_development(newsroom: Newsroom, configure: Configure) -> None:
    folder, clock = configure(two_stories(newsroom)), Clock()
    _, first = await cycle(folder, clock)
    title = "Tehran and Baghdad ink defence pact, plan joint exercises"
    text = [
        "Iran's Defence Minister Aziz Nasirzadeh and Iraqi Defence Minister Thabet al-Abbasi signed a memorandum of "
        "understanding on defence cooperation in the Iranian capital, state media reported.",
        "The memorandum covers joint military exercises, training of Iraqi officers and intelligence exchange.",
    ]
    link = newsroom.article("/again.html", title, text)
    newsroom.feed("/feed.xml", [(title, link, hours_ago(1))])
    summary, second = await cycle(folder, clock)
    assert summary.stories == {"new": 0, "updated": 1}
    [story] = second.edition.stories
    assert story.developing
    assert story.story.id == first.edition.stories[0].story.id
    assert len(story.fresh) == 1


@pytest.mark.slow
async def test_a_page_that_keeps_failing_is_given_up_after_its_last_retry(
    newsroom: Newsroom, configure: Configure
) -> None:
    link = newsroom.put("/pact.html", "down", status=503)
    feed = newsroom.feed("/feed.xml", [("Iran, Iraq sign defence memorandum in Tehran", link, hours_ago(1))])
    folder, clock = configure(feed), Clock()

    async def tried() -> bool:
        before = newsroom.asked["/pact.html"]
        summary, _ = await cycle(folder, clock)
        assert summary.articles["failed"] == (newsroom.asked["/pact.html"] > before)
        return bool(summary.articles["failed"])

    assert await tried()
    for wait in PAGE_RETRIES:
        clock.forward(seconds=wait.total_seconds() - 60)
        assert not await tried()
        clock.forward(seconds=60)
        assert await tried()
    newsroom.article("/pact.html", "Iran, Iraq sign defence memorandum in Tehran", PACT)
    for _ in range(3):
        clock.forward(days=1)
        assert not await tried()


@pytest.mark.slow
async def test_a_page_that_fails_is_replaced_by_the_feed_and_read_later(
    newsroom: Newsroom, configure: Configure
) -> None:
    body = "".join(f"&lt;p&gt;{p}&lt;/p&gt;" for p in PACT)
    title = "Iran, Iraq sign defence memorandum in Tehran"
    link = newsroom.put("/pact.html", "down", status=503)
    newsroom.put(
        "/feed.xml",
        f'<rss version="2.0"><channel><title>N</title><item><title>{title}</title><link>{link}</link>'
        f"<description>{body}</description></item></channel></rss>",
        Content_Type="application/rss+xml",
    )
    folder, clock = configure(newsroom.base + "/feed.xml"), Clock()
    summary, shown = await cycle(folder, clock)
    assert {"fetched": 0, "failed": 1, "partial": 1}.items() <= summary.articles.items()
    assert shown.edition.stories[0].story.reports[0].article.partial
    newsroom.article("/pact.html", title, [*PACT, "A joint committee will meet in Baghdad in spring to follow it up."])
    clock.forward(minutes=31)
    summary, shown = await cycle(folder, clock)
    assert {"fetched": 1, "failed": 0, "partial": 0}.items() <= summary.articles.items()
    assert not shown.edition.stories  # the same article does not stand as new twice
    async with open_app(load_config(folder), clock, Silent()) as app:
        with app.store.read() as db:
            [story] = stories.load(db, stories.ids_since(db, None, None))
    assert "joint committee" in story.reports[0].article.text


async def test_one_bad_feed_stops_no_other(newsroom: Newsroom, configure: Configure) -> None:
    good = two_stories(newsroom)
    bad = [
        newsroom.put("/html", "<html><body>Just a moment...</body></html>"),
        newsroom.put("/500", "no", status=500),
        newsroom.put("/empty", b""),
        newsroom.put("/bytes", bytes(range(256)) * 40),
        "http://127.0.0.1:9/nobody",
    ]
    summary, shown = await cycle(configure(*bad, good))
    assert (summary.feeds["due"], summary.feeds["failed"], summary.feeds["ok"]) == (6, 5, 1)
    assert {error["feed"] for error in summary.errors} == set(bad)
    assert len(shown.edition.stories) == 1
    assert sum(feed.detail != "" for feed in shown.edition.coverage.feeds) == 6


def read_unless_odd(answer: FetchResult, feed: Feed, now: datetime, since: datetime | None, *known: object) -> ReadFeed:
    if b"ODD" in answer.body:
        raise OSError("what nobody thought of")
    return read_feed(answer, feed, now, since)


async def test_what_a_body_does_to_its_reader_fails_alike_here_and_in_a_worker(
    newsroom: Newsroom, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No body is known that does this, so the reader is one that gives way."""
    bad = {newsroom.put(f"/{size}.xml", "<rss>ODD" + " " * size) for size in (10, 2 * poll_feeds.READ_HERE)}
    monkeypatch.setattr("monitor.feeds.read.read_feed", read_unless_odd)
    summary, shown = await cycle(configure(*sorted(bad), two_stories(newsroom)))
    said = {str(error["feed"]): str(error["error"]) for error in summary.errors}
    assert said == {url: f"{url}: it cannot be read: OSError: what nobody thought of" for url in bad}
    assert {kind for kind, _ in summary.failures} == {"extract"}
    assert summary.feeds["ok"] == 1
    assert len(shown.edition.stories) == 1


async def test_an_answer_that_cannot_be_stored_costs_no_other_feed_its_entries(
    newsroom: Newsroom, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both answers arrive in one batch; what the store itself says to one of them must not undo the other."""
    bad = newsroom.feed("/bad.xml", [("Half a character", newsroom.article("/bad.html", "x", PACT), hours_ago(1))])

    read = read_feed

    def broken(answer: FetchResult, feed: Feed, now: datetime, since: datetime, *known: object) -> ReadFeed:
        found = read(answer, feed, now, since)
        if feed.url != bad:
            return found
        entries = tuple(replace(entry, title="\ud800") for entry in found.parsed.entries)
        return replace(found, parsed=replace(found.parsed, entries=entries))

    monkeypatch.setattr("monitor.feeds.read.read_feed", broken)
    summary, shown = await cycle(configure(bad, two_stories(newsroom)))
    assert summary.feeds["ok"] == 1
    assert summary.entries["new"] == 2
    assert [error["feed"] for error in summary.errors] == [bad]
    assert "cannot be stored" in str(summary.errors[0]["error"])
    assert shown.edition.stories


async def test_an_archive_is_stored_but_is_no_news(newsroom: Newsroom, configure: Configure) -> None:
    link = newsroom.article("/pact.html", "Iran, Iraq sign defence memorandum in Tehran", PACT)
    title = "Iran and Iraq sign memorandum on defence cooperation, joint military exercises in Tehran"
    feed = newsroom.feed("/feed.xml", [(title, link, hours_ago(24 * 90))])
    summary, shown = await cycle(configure(feed))
    assert summary.entries["new"] == 1
    assert newsroom.asked["/pact.html"] == 0
    assert not shown.edition.stories


async def test_a_long_archive_is_taken_in_whole(newsroom: Newsroom, configure: Configure) -> None:
    titles = [f"Iran and Iraq sign defence memorandum number {number} in Tehran" for number in range(50)]
    feed = newsroom.feed("/feed.xml", [(title, f"/{title[-14:-10]}.html", hours_ago(24 * 90)) for title in titles])
    async with open_app(load_config(configure(feed)), Clock(), Silent()) as app:
        summary = await app.pipeline.poll(force=True)
        with app.store.read() as db:
            stored = db.execute(sa.select(schema.articles.c.title, schema.articles.c.language)).all()
            assert db.scalar(sa.select(sa.func.count()).select_from(schema.matches)) == 50
            assert set(db.scalars(sa.select(schema.entries.c.state))) == {"done"}
    assert sorted(stored) == sorted((title, "en") for title in titles)
    assert {"fetched": 0, "failed": 0, "partial": 50}.items() <= summary.articles.items()


async def test_an_old_entry_of_two_feeds_is_an_article_of_the_feed_it_was_taken_from(
    newsroom: Newsroom, configure: Configure
) -> None:
    title = "Iran and Iraq sign defence memorandum in Tehran"
    feeds = [newsroom.feed(f"/{n}.xml", [(title, "/pact.html", hours_ago(24 * 90))]) for n in range(4)]
    async with open_app(load_config(configure(*feeds)), Clock(), Silent()) as app:
        await app.pipeline.poll(force=True)
        with app.store.read() as db:
            [article] = db.execute(sa.select(schema.articles.c.feed_url))
            assert list(db.scalars(sa.select(schema.entries.c.feed_url))) == [article.feed_url]


async def test_of_an_archive_languages_are_told_where_the_feed_is_wrong(
    newsroom: Newsroom, configure: Configure
) -> None:
    """The feed declares English of everything, also of the game, which names one side and is judged at a glance."""
    titles = {
        "pact": "Irak ve İran savunma bakanları Tahran'da askeri iş birliği anlaşması imzaladı",
        "game": "Irak maçı başkentte oynandı ve ev sahibi takım kazandı, teknik direktör oyundan memnun",
    }
    feed = newsroom.feed("/feed.xml", [(t, f"/{c}.html", hours_ago(24 * 90)) for c, t in titles.items()], language="en")
    async with open_app(load_config(configure(feed)), Clock(), Silent()) as app:
        await app.pipeline.poll(force=True)
        with app.store.read() as db:
            stored = db.execute(sa.select(schema.articles.c.language, schema.articles.c.title)).all()
    assert {row.title: row.language for row in stored} == dict.fromkeys(titles.values(), "tr")


def read_or_die(answer: FetchResult, feed: Feed, now: datetime, since: datetime | None, *known: object) -> ReadFeed:
    if b"the end of the reader" in answer.body:
        os._exit(3)
    return read_feed(answer, feed, now, since)


@pytest.mark.slow
async def test_a_feed_that_ends_the_worker_is_named_and_costs_no_other_its_entries(
    newsroom: Newsroom, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = newsroom.put("/bad.xml", f"<rss>{'the end of the reader ' * 500}</rss>")
    monkeypatch.setattr("monitor.feeds.read.read_feed", read_or_die)
    summary, shown = await cycle(configure(bad, two_stories(newsroom)))
    assert [error["error"] for error in summary.errors] == [
        f"{bad}: reading it ended the worker process (ended with status 3)"
    ]
    assert shown.edition.stories


@pytest.mark.slow
async def test_an_edited_watch_takes_in_what_is_stored(newsroom: Newsroom, configure: Configure) -> None:
    folder, clock = configure(two_stories(newsroom)), Clock()
    await cycle(folder, clock)
    watch = folder / "watches" / "iran-iraq-defense.yaml"
    watch.write_text(watch.read_text() + "terms: {exclude: [memorandum]}\n")
    _, shown = await cycle(folder, clock)
    assert not shown.edition.stories
    watch.write_text(watch.read_text().replace("[memorandum]", "[nothing of the kind]"))
    link = newsroom.article("/game2.html", "Coaches on the draw", GAME)
    newsroom.feed("/feed.xml", [("Coaches on the draw", link, hours_ago(1))])
    summary, shown = await cycle(folder, clock)
    assert summary.entries["new"] == 1
    assert not shown.edition.stories  # told before: it does not come back as new


async def test_an_edition_is_due_once_a_tick_and_once_after_a_weekend(newsroom: Newsroom, configure: Configure) -> None:
    clock = Clock(datetime(2026, 11, 20, 5, tzinfo=UTC))  # 08:00 in Baghdad, after the tick of that day
    async with open_app(load_config(configure(two_stories(newsroom))), clock, Silent()) as app:
        publisher = app.publisher
        assert publisher.due() == []
        clock.forward(hours=23, minutes=1)
        [due] = publisher.due()
        assert due.period == "2026-11-21T07:00"
        await publisher.publish_due()
        assert publisher.due() == []
        clock.forward(days=3)
        [late] = publisher.due()
        assert late.period == "2026-11-24T07:00"
        shown = await publisher.publish(late)
        assert shown.edition.since == datetime(2026, 11, 21, 4, 1, tzinfo=UTC)
        clock.forward(days=-2)  # a clock set back owes nothing again
        assert publisher.due() == []


async def test_two_editions_asked_for_within_a_second_are_two(newsroom: Newsroom, configure: Configure) -> None:
    folder, clock = configure(two_stories(newsroom)), Clock(datetime.now(UTC).replace(microsecond=0))
    async with open_app(load_config(folder), clock, Silent()) as app:
        [digest] = app.config.service.digests
        empty = await app.publisher.publish(app.publisher.by_hand(digest))
        await app.pipeline.poll(force=True)
        clock.forward(milliseconds=200)
        full = await app.publisher.publish(app.publisher.by_hand(digest))
    assert (len(empty.edition.stories), len(full.edition.stories)) == (0, 1)


async def test_a_window_by_hand_repeats_on_purpose_and_leaves_the_series_alone(
    newsroom: Newsroom, configure: Configure
) -> None:
    folder, clock = configure(two_stories(newsroom)), Clock()
    _, first = await cycle(folder, clock)
    clock.forward(minutes=1)
    async with open_app(load_config(folder), clock, Silent()) as app:
        due = app.publisher.by_hand(app.config.digest("daily"))
        again = await app.publisher.publish(due, since=clock() - timedelta(days=1))
        assert len(again.edition.stories) == 1
        clock.forward(minutes=1)
        after = await app.publisher.preview(app.publisher.by_hand(app.config.digest("daily")))
    assert after.edition.since == first.edition.until


async def test_a_service_that_died_while_sending_sends_the_same_message_again(
    newsroom: Newsroom, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """What no code catches."""

    sent: list[str] = []

    async def dies(sessions: object, channel: object, parcel: Parcel) -> None:
        sent.append(parcel.message_id)
        if len(sent) == 1:
            raise Killed  # after the server has it, before that is written down

    monkeypatch.setattr(Sessions, "deliver", dies)
    folder, clock = configure(two_stories(newsroom)), Clock()
    with pytest.raises(Killed):
        await _publish(folder, clock)
    async with open_app(load_config(folder), clock, Silent()) as app:
        await app.publisher.deliver_due()
        assert len(sent) == 1  # its lease is not over: somebody may still be sending
        clock.forward(minutes=6)
        await app.publisher.deliver_due()
        await app.publisher.deliver_due()
    assert len(sent) == 2
    assert len(set(sent)) == 1


async def _publish(folder: Path, clock: Clock) -> None:
    async with open_app(load_config(folder), clock, Silent()) as app:
        await app.publisher.publish(app.publisher.by_hand(app.config.digest("daily")))


async def test_another_store_needs_a_restart(newsroom: Newsroom, configure: Configure) -> None:
    folder = configure(two_stories(newsroom))
    async with open_app(load_config(folder), Clock(), Silent()) as app:
        moved = configure(newsroom.base + "/feed.xml", service=SERVICE.replace("monitor.db", "other.db"))
        with pytest.raises(Exception, match="next start"):
            app.with_config(load_config(moved))
        assert isinstance(app, App)


async def test_the_edition_of_a_webhook_retry_is_whole(newsroom: Newsroom, configure: Configure) -> None:
    hook = "http://127.0.0.1:9/hook"
    service = SERVICE.replace("{file: ../var/digests}", f"{{webhook: {{url: '{hook}', secret_env: HOOK}}}}")
    folder, clock = configure(two_stories(newsroom), service=service), Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOOK", "secret")
        _, shown = await cycle(folder, clock)
        [delivery] = shown.deliveries
        assert (delivery.state.value, delivery.attempts) == ("pending", 1)
        assert delivery.next_try is not None
    assert json.loads(json.dumps(shown.rendered.subject))
