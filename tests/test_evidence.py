"""Evidence: the page behind each article is kept as it came, and what its source changes later is said."""

from __future__ import annotations

import hashlib
import json
import sys
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.app import App, open_app
from monitor.cli.progress import Silent
from monitor.config import load_config
from monitor.errors import StoreError
from monitor.model import DigestStory, FetchResult
from monitor.pages.edits import differences
from monitor.store import Store, kept_pages, looks, page_edits, schema
from tests.conftest import SERVICE
from tests.desk import InlineWorkers
from tests.newsroom import GAME, PACT, Newsroom, hours_ago
from tests.test_cli import Monitor, monitor  # noqa: F401
from tests.test_flow import Clock, two_stories
from tests.test_query_plans import plan

Configure = Callable[..., Path]
ONE_LOOK = SERVICE + "recheck: 24h\nrecheck_also: []\n"
TITLE = "Iran, Iraq sign defence memorandum in Tehran"
EDITED = [PACT[0], PACT[1].replace("joint military exercises", "a joint naval drill")]


@pytest.fixture(autouse=True)
def inline_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.app.WorkerPool", InlineWorkers)


def kept(store: Store) -> dict[int, list[kept_pages.KeptPage]]:
    with store.read() as db:
        ids = list(db.scalars(sa.select(schema.evidence.c.article_id)))
        assert not kept_pages.any_staged(db)
        return kept_pages.of_articles(db, ids)


async def look(app: App, clock: Clock, **forward: float) -> DigestStory | None:
    """A poll and an edition after a while; the story of the edition, if there is one."""
    clock.forward(**forward)
    await app.pipeline.poll(force=True)
    clock.forward(seconds=1)
    shown = await app.publisher.publish(app.publisher.by_hand(app.config.digest("daily")))
    return shown.edition.stories[0] if shown.edition.stories else None


async def test_the_page_of_a_match_is_kept_as_it_came_and_no_other(newsroom: Newsroom, configure: Configure) -> None:
    folder, clock = configure(two_stories(newsroom)), Clock()
    async with open_app(load_config(folder), clock, Silent()) as app:
        await app.pipeline.poll(force=True)
        [[page]] = kept(app.store).values()
    body = newsroom.pages["/pact.html"]()[2]
    assert page.content() == body
    assert (page.sha256, page.size) == (hashlib.sha256(body).hexdigest(), len(body))
    assert (page.url, page.status, page.fetched) == (newsroom.base + "/pact.html", 200, clock.at)
    assert page.content_type.startswith("text/html")
    assert page.body == zlib.compress(body, 6), "smaller than while its article was not judged"
    assert kept_pages._smaller(b"torn") == b"torn"


async def test_a_page_that_was_staged_when_the_service_died_is_settled_by_the_next_poll(
    newsroom: Newsroom, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, clock = configure(two_stories(newsroom)), Clock()

    class Killed(BaseException):
        """Not KeyboardInterrupt, which a thread would hand to the test's own event loop as well."""

    def dies(*_: Any) -> None:
        raise Killed

    async with open_app(load_config(folder), clock, Silent()) as app:
        with monkeypatch.context() as patch:
            patch.setattr("monitor.pipeline.Pipeline._judge_waiting", dies)
            with pytest.raises(Killed):
                await app.pipeline.poll(force=True)
        with app.store.read() as db:
            assert db.scalar(sa.select(sa.func.count()).select_from(schema.evidence)) == 2
    async with open_app(load_config(folder), clock, Silent()) as app:
        await app.pipeline.poll(force=True)
        assert len(kept(app.store)) == 1


async def test_many_pages_are_judged_on_the_way(
    newsroom: Newsroom, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.pipeline.make_articles.STAGED", 3)
    monkeypatch.setattr("monitor.pipeline.batches.BATCH", 2)
    items = []
    for number in range(9):
        title = f"Match day {number}"
        text = [f"It was match day {number}, {number * 7919} people looked on.", *GAME]
        items.append((title, newsroom.article(f"/{number}.html", title, text), hours_ago(1)))
    most = 0

    def count(app: App) -> int:
        with app.store.read() as db:
            return db.scalar(sa.select(sa.func.count()).select_from(schema.evidence)) or 0

    async with open_app(load_config(configure(newsroom.feed("/feed.xml", items))), Clock(), Silent()) as app:
        judge = app.pipeline._judge

        async def judged(*arguments: Any) -> None:
            nonlocal most
            most = max(most, count(app))
            await judge(*arguments)

        monkeypatch.setattr(app.pipeline, "_judge", judged)
        await app.pipeline.poll(force=True)
        assert 0 < most <= 4
        assert count(app) == 0


async def test_a_headline_and_a_text_that_change_are_said_in_the_next_edition_once(
    newsroom: Newsroom, configure: Configure
) -> None:
    clock = Clock()
    async with open_app(load_config(configure(two_stories(newsroom), service=ONE_LOOK)), clock, Silent()) as app:
        first = await look(app, clock)
        assert first
        newsroom.article("/pact.html", "Iran, Iraq deny defence memorandum", EDITED)
        assert await look(app, clock, hours=23) is None
        assert newsroom.asked["/pact.html"] == 1
        clock.forward(hours=2)
        await app.pipeline.poll(force=True)
        [pages] = kept(app.store).values()
        assert [page.look for page in pages] == [0, 1]
        clock.forward(minutes=1)
        shown = await app.publisher.publish(app.publisher.by_hand(app.config.digest("daily")))
        [story] = shown.edition.stories
        assert (story.story.id, story.developing, story.fresh) == (first.story.id, True, frozenset())
        assert [news.kind for news in story.news] == ["changed", "changed"]
        assert story.news[0].text.startswith(f"Feed 1: the headline was “{TITLE}")
        assert "joint military exercises" in story.news[1].text
        assert "now reads “The agreement provides for a joint naval drill" in story.news[1].text
        told = " ".join(shown.rendered.text.split())
        assert "New since the last edition: Feed 1: the headline was" in told
        assert "0 new reports" not in shown.rendered.html
        assert await look(app, clock, hours=30) is None
        assert newsroom.asked["/pact.html"] == 2


async def test_an_article_that_stays_as_it_was_is_looked_at_once(newsroom: Newsroom, configure: Configure) -> None:
    clock = Clock()
    service = SERVICE + "recheck: 2h\nrecheck_also: []\n"
    async with open_app(load_config(configure(two_stories(newsroom), service=service)), clock, Silent()) as app:
        assert await look(app, clock)
        for hours, asked in ((1, 1), (2, 2), (5, 2)):
            assert await look(app, clock, hours=hours) is None
            assert newsroom.asked["/pact.html"] == asked


def looks_of(store: Store) -> list[looks.Look]:
    """At the page of the pact, the only one that is kept."""
    [article] = kept(store)
    with store.read() as db:
        return looks.of_articles(db, [article]).get(article, [])


def outcomes(store: Store) -> list[str]:
    return [each.outcome for each in looks_of(store)]


async def test_a_page_is_looked_at_after_an_hour_a_day_and_a_week(newsroom: Newsroom, configure: Configure) -> None:
    clock = Clock()
    async with open_app(load_config(configure(two_stories(newsroom))), clock, Silent()) as app:
        assert await look(app, clock)
        for minutes in (50, 20, 60 * 5):
            assert await look(app, clock, minutes=minutes) is None
        assert outcomes(app.store) == ["same"]
        newsroom.article("/pact.html", "Iran, Iraq deny defence memorandum", PACT)
        corrected = await look(app, clock, hours=18)
        assert corrected
        assert "deny defence memorandum" in corrected.news[0].text
        newsroom.article("/pact.html", "Iran, Iraq deny defence memorandum", EDITED)
        assert await look(app, clock, days=5) is None
        corrected = await look(app, clock, days=1)
        assert corrected
        assert "joint naval drill" in corrected.news[0].text
        assert await look(app, clock, days=30) is None
        assert outcomes(app.store) == ["same", "changed", "changed"]
        [pages] = kept(app.store).values()
        assert [page.look for page in pages] == [0, 1, 2]
        last = looks_of(app.store)[-1]
        assert (last.sha256, last.size, last.status) == (pages[-1].sha256, pages[-1].size, 200)
        assert newsroom.asked["/pact.html"] == 4


async def test_one_look_stands_for_all_that_a_stopped_service_missed(newsroom: Newsroom, configure: Configure) -> None:
    clock = Clock()
    async with open_app(load_config(configure(two_stories(newsroom))), clock, Silent()) as app:
        assert await look(app, clock)
        page = newsroom.pages["/pact.html"]()[2].replace(b"<body>", b"<body><!-- drawn at noon -->")
        newsroom.put("/pact.html", page)
        assert await look(app, clock, days=3) is None
        assert outcomes(app.store) == ["alike"]
        [pages] = kept(app.store).values()
        assert pages[1].content() == page, "what came is evidence, though the article says the same"
        assert await look(app, clock, days=3) is None
        assert await look(app, clock, days=2) is None
        assert outcomes(app.store) == ["alike", "same"]


async def test_an_article_that_is_gone_is_asked_for_at_the_next_look_and_said_once(
    newsroom: Newsroom, configure: Configure
) -> None:
    clock = Clock()
    async with open_app(load_config(configure(two_stories(newsroom))), clock, Silent()) as app:
        assert await look(app, clock)
        newsroom.put("/pact.html", "gone", status=404)
        assert await look(app, clock, hours=1) is None
        assert await look(app, clock, hours=6), "missing twice, and apart"
        assert await look(app, clock, hours=18) is None
        assert outcomes(app.store) == ["missing", "gone", "gone"]
        two_stories(newsroom)
        back = await look(app, clock, days=7)
        assert back
        assert [news.text for news in back.news] == ["Feed 1: put the article up again"]


async def test_a_page_that_nothing_is_left_of_is_kept_anew(newsroom: Newsroom, configure: Configure) -> None:
    """Retention has deleted the body, and the feed shows an edit: nothing to compare with, and no fault."""
    clock = Clock()
    async with open_app(load_config(configure(two_stories(newsroom))), clock, Silent()) as app:
        assert await look(app, clock)
        with app.store.write() as db:
            db.execute(schema.evidence.update().values(body=b""))
            looks.look_now(db, list(db.scalars(sa.select(schema.evidence.c.article_id))), clock())
        newsroom.article("/pact.html", TITLE, EDITED)
        assert await look(app, clock, minutes=1) is None
        assert outcomes(app.store) == ["alone"]
        [pages] = kept(app.store).values()
        assert b"naval drill" in pages[1].content()


def test_what_is_due_is_told_from_indexes(tmp_path: Path) -> None:
    """The service asks at each beat, and evidence is kept for ever."""
    store = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    lines = plan(store, lambda db: looks.due(db, timedelta(hours=1), datetime(2026, 11, 21, tzinfo=UTC), 40))
    store.close()
    assert not [line for line in lines if line.startswith("SCAN") or "evidence_staged" in line], lines
    assert any("editions_composed" in line for line in lines)
    assert any("evidence_next_look" in line for line in lines)


async def test_an_article_that_was_taken_down_is_said_when_it_is_so_twice(
    newsroom: Newsroom, configure: Configure
) -> None:
    clock = Clock()
    async with open_app(load_config(configure(two_stories(newsroom), service=ONE_LOOK)), clock, Silent()) as app:
        assert await look(app, clock)
        newsroom.put("/pact.html", "gone", status=404)
        assert await look(app, clock, hours=25) is None
        assert await look(app, clock, hours=5) is None  # not asked again so soon
        assert newsroom.asked["/pact.html"] == 2
        story = await look(app, clock, hours=2)
        assert story
        assert [news.text for news in story.news] == ["Feed 1: took the article down"]
        assert await look(app, clock, hours=30) is None

        two_stories(newsroom)
        with app.store.write() as db:
            looks.look_now(db, [story.story.reports[0].article.id], clock())  # as when its feed shows an edit
        story = await look(app, clock, hours=1)
        assert story
        assert [news.text for news in story.news] == ["Feed 1: put the article up again"]
        assert (story.withdrawn, story.corrected) == (frozenset(), frozenset()), "and it has the words that it had"
        assert await look(app, clock, hours=30) is None


async def test_a_page_that_does_not_answer_is_no_evidence_that_it_is_gone(
    newsroom: Newsroom, configure: Configure
) -> None:
    clock = Clock()
    async with open_app(load_config(configure(two_stories(newsroom), service=ONE_LOOK)), clock, Silent()) as app:
        assert await look(app, clock)
        body = newsroom.pages["/pact.html"]
        newsroom.put("/pact.html", "busy", status=503)
        assert await look(app, clock, hours=25) is None
        assert await look(app, clock, hours=7) is None
        newsroom.put("/pact.html", "missing", status=404)
        assert await look(app, clock, hours=7) is None  # the third try, and the first that says it is missing
        newsroom.pages["/pact.html"] = body
        assert await look(app, clock, hours=7) is None
        assert await look(app, clock, hours=30) is None
        with app.store.read() as db:
            assert page_edits.newest(db) == 0


async def test_missing_at_the_first_and_the_last_try_is_gone(newsroom: Newsroom, configure: Configure) -> None:
    clock = Clock()
    async with open_app(load_config(configure(two_stories(newsroom), service=ONE_LOOK)), clock, Silent()) as app:
        assert await look(app, clock)
        for status, hours in ((404, 25), (503, 7)):
            newsroom.put("/pact.html", "not here", status=status)
            assert await look(app, clock, hours=hours) is None
        newsroom.put("/pact.html", "not here", status=410)
        story = await look(app, clock, hours=7)
        assert story
        assert [news.text for news in story.news] == ["Feed 1: took the article down"]
        assert not story.quotes
        assert story.withdrawn == {story.story.reports[0].article.id}


async def test_a_digest_that_never_had_the_old_words_quotes_the_new_ones(
    newsroom: Newsroom, configure: Configure
) -> None:
    """The other digest publishes a minute after the change was found; the first one corrects what it published."""
    service = SERVICE.replace(
        "digests:\n", "digests:\n  - {name: weekly, schedule: '0 7 * * 1', timezone: Asia/Baghdad}\n", 1
    )
    clock = Clock()
    async with open_app(load_config(configure(two_stories(newsroom), service=service)), clock, Silent()) as app:
        assert await look(app, clock)
        newsroom.article("/pact.html", "Iran, Iraq deny defence memorandum", EDITED)
        clock.forward(hours=25)
        await app.pipeline.poll(force=True)
        clock.forward(minutes=1)
        later = await app.publisher.publish(app.publisher.by_hand(app.config.digest("weekly")))
        shown = " ".join(later.rendered.text.split())
        assert "joint naval drill" in shown
        assert "joint military exercises" not in shown
        assert later.edition.stories[0].story.headline == "Iran, Iraq deny defence memorandum"
        assert TITLE not in shown
        assert "changed by its source since it was read" in shown
        corrected = await app.publisher.publish(app.publisher.by_hand(app.config.digest("daily")))
        [story] = corrected.edition.stories
        quoted = " ".join(quote.text for quote in story.quotes)
        assert "joint naval drill" in quoted
        assert "joint military exercises" not in quoted
        assert [news.kind for news in story.news] == ["changed", "changed"]


async def test_an_edit_that_a_feed_shows_brings_the_second_look_forward(
    newsroom: Newsroom, configure: Configure
) -> None:
    clock = Clock()
    async with open_app(load_config(configure(two_stories(newsroom), service=ONE_LOOK)), clock, Silent()) as app:
        first = await look(app, clock)
        assert first
        link = newsroom.article("/pact.html", TITLE, EDITED)
        newsroom.feed("/feed.xml", [(f"{TITLE} (corrected)", link, hours_ago(1))])
        story = await look(app, clock, hours=1)
        assert story
        assert story.story.id == first.story.id
        assert "joint naval drill" in " ".join(news.text for news in story.news)
        newsroom.article("/pact.html", TITLE, [*EDITED, "A committee of both ministries meets in the spring."])
        again = await look(app, clock, hours=25)  # the look at its own time, which compares with what was kept last
        assert again
        assert [news.text.split(": “")[0] for news in again.news] == ["Feed 1: the text was added to"]


async def test_a_page_that_cannot_be_read_is_left_after_three_tries(newsroom: Newsroom, configure: Configure) -> None:
    clock = Clock()
    async with open_app(load_config(configure(two_stories(newsroom), service=ONE_LOOK)), clock, Silent()) as app:
        assert await look(app, clock)
        newsroom.put("/pact.html", "<html><title>Just a moment...</title><body>Checking your browser</body></html>")
        for hours in (25, 7, 7, 7, 7):
            assert await look(app, clock, hours=hours) is None
        assert newsroom.asked["/pact.html"] == 4
        with app.store.read() as db:
            assert page_edits.not_shown(db, "daily", ["iran-iraq-defense"]) == []


LEAD = "The two ministers signed the memorandum in the capital on Tuesday."
MORE = "It provides for the training of four hundred guards. A committee will meet in spring."


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (("T", LEAD), ("T", LEAD), []),
        (("T", LEAD), ("  T ", LEAD.replace(" ", "  ")), []),
        (("T", f"{LEAD}\n3 min read"), ("T", f"4 min read\n{LEAD}\nShare this with your friends and colleagues"), []),
        (("Old", LEAD), ("New", LEAD), [("headline", "Old", "New")]),
        (("Old", LEAD), ("", LEAD), []),
        (("T", f"{LEAD}\n{MORE}"), ("T", f"{LEAD}\n{MORE.replace('four', 'three')}"),
         [("text", "It provides for the training of four hundred guards.",
           "It provides for the training of three hundred guards.")]),
        (("T", LEAD), ("T", f"{LEAD}\n{MORE}"), [("text", "", MORE)]),
        (("T", f"{LEAD}\n{MORE}"), ("T", LEAD), [("text", MORE, "")]),
    ],
)  # fmt: skip
def test_what_counts_as_a_change(
    before: tuple[str, str], after: tuple[str, str], found: list[tuple[str, str, str]]
) -> None:
    assert differences(before, after) == found


@pytest.fixture
def told(monitor: Monitor, newsroom: Newsroom, configure: Configure) -> Path:  # noqa: F811
    folder = configure(two_stories(newsroom))
    assert monitor("--config", folder, "poll").code == 0
    return folder


def test_the_command_lists_and_exports(monitor: Monitor, told: Path, newsroom: Newsroom, tmp_path: Path) -> None:  # noqa: F811
    body = newsroom.pages["/pact.html"]()[2]
    listed = monitor("--config", told, "evidence", 1)
    assert listed.code == 0
    assert hashlib.sha256(body).hexdigest() in listed.out
    out = tmp_path / "out"
    manifest = monitor("--config", told, "evidence", 1, "--output", out, "--json").json()
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8")) == manifest
    [article] = manifest["articles"]
    [page] = article["pages"]
    assert (out / page["file"]).read_bytes() == body
    assert hashlib.sha256((out / page["file"]).read_bytes()).hexdigest() == page["sha256"]
    assert (page["status"], page["url"]) == (200, newsroom.base + "/pact.html")
    assert PACT[0] in (out / article["text_file"]).read_text(encoding="utf-8")
    assert monitor("--config", told, "evidence", 99).code == 2
    assert monitor("--config", told, "evidence", 1, "--warc").code == 2
    assert monitor("--config", told, "evidence", 1, "--output", out / page["file"] / "x").code == 2


def test_the_command_lists_each_look(monitor: Monitor, told: Path, newsroom: Newsroom, tmp_path: Path) -> None:  # noqa: F811
    store = Store(f"sqlite:///{told.parent / 'var' / 'monitor.db'}")
    [article_id] = kept(store)
    with store.write() as db:
        at = datetime(2026, 11, 21, 8, tzinfo=UTC)
        looks.looked(db, article_id, looks.Look(at, "same", 200, "ab" * 32, 12), None)
        looks.looked(db, article_id, looks.Look(at, "unread", None, why="news.example did not answer"), None)
    store.close()
    assert "same  sha256 abab" in (listed := monitor("--config", told, "evidence", 1).out)
    assert "unread  news.example did not answer" in listed
    [article] = monitor("--config", told, "evidence", 1, "--json").json()["articles"]
    assert [(each["outcome"], each["status"], each["size"]) for each in article["looks"]] == [
        ("same", 200, 12),
        ("unread", None, 0),
    ]


def test_the_pages_as_a_warc(monitor: Monitor, told: Path, newsroom: Newsroom, tmp_path: Path) -> None:  # noqa: F811
    iterator = pytest.importorskip("warcio.archiveiterator", reason="needs the warc extra")
    assert monitor("--config", told, "evidence", 1, "--output", tmp_path / "out", "--warc").code == 0
    with (tmp_path / "out" / "evidence.warc.gz").open("rb") as file:
        records = {r.rec_type: (r.rec_headers.get_header("WARC-Target-URI"), r.content_stream().read())
                   for r in iterator.ArchiveIterator(file, check_digests=True)}  # fmt: skip
    assert records["response"] == (newsroom.base + "/pact.html", newsroom.pages["/pact.html"]()[2])


def test_without_warcio_it_says_what_to_install(
    monitor: Monitor, told: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    monkeypatch.setitem(sys.modules, "warcio.warcwriter", None)
    result = monitor("--config", told, "evidence", 1, "--output", tmp_path / "out", "--warc")
    assert (result.code, "pip install warcio" in result.err) == (1, True)
    assert not (tmp_path / "out").exists()


def test_a_page_that_is_not_what_was_fetched_is_not_passed_off() -> None:
    page = kept_pages.from_fetch(FetchResult(200, "u", "u", b"<p>one</p>"), datetime(2026, 11, 21, tzinfo=UTC))
    assert page.content() == b"<p>one</p>"
    other = kept_pages.from_fetch(FetchResult(200, "u", "u", b"<p>two</p>"), page.fetched + timedelta(1))
    fields = {name: getattr(page, name) for name in kept_pages.KeptPage.__dataclass_fields__}
    for body, said in ((other.body, "its hash differs"), (b"no zlib", "damaged")):
        with pytest.raises(StoreError, match=said):
            kept_pages.KeptPage(**fields | {"body": body}).content()
