"""One report is published once, whatever becomes of its entry: taken back, put elsewhere, listed by many, marked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime
from email.utils import format_datetime
from html import escape
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.app import App, open_app
from monitor.cli.progress import Silent
from monitor.config import load_config
from monitor.model import Edition
from monitor.store import articles, corrections, deliveries, marks, schema, stories
from tests.conftest import SERVICE, fresh_database
from tests.desk import InlineWorkers
from tests.newsroom import GAME, PACT, Newsroom, hours_ago
from tests.test_alerts import alerting
from tests.test_flow import Clock

Configure = Callable[..., Path]
WATCH = "iran-iraq-defense"
TITLE = "Iran, Iraq sign defence memorandum in Tehran"
SUMMARY = (
    "The defence ministers of Iran and Iraq signed a memorandum on joint exercises, the training of Iraqi officers and "
    "a hotline between the border commands, the Iranian state news agency says."
)
MORE = [
    "Iraqi pilots will train on Iranian simulators in Isfahan from January, the Iraqi ministry said later.",
    "A joint arms workshop in Basra is to repair artillery of both armies, according to the annex of the memorandum.",
    "The parliament in Baghdad asked to see the annex, which the two ministers had kept secret until the evening.",
]


@pytest.fixture(autouse=True)
def inline_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.app.WorkerPool", InlineWorkers)


def item(link: str, summary: str = SUMMARY, title: str = TITLE, *, when: datetime, id: str = "") -> str:
    return (
        f"<item><title>{escape(title)}</title><link>{link}</link><guid>{id or link}</guid>"
        f"<pubDate>{format_datetime(when)}</pubDate><description>{escape(summary)}</description></item>"
    )


def show(newsroom: Newsroom, *items: str, path: str = "/feed.xml") -> str:
    body = f'<rss version="2.0"><channel><title>News</title>{"".join(items)}</channel></rss>'
    return newsroom.put(path, body, Content_Type="application/rss+xml")


async def publish(app: App, clock: Clock, *, alerts: bool = False) -> Edition:
    """One poll and one edition, an hour after the last."""
    clock.forward(hours=7)
    await app.pipeline.poll(force=True)
    if alerts:
        await app.publisher.alert()
    clock.forward(seconds=1)
    return (await app.publisher.publish(app.publisher.by_hand(app.config.service.digests[0]))).edition


def fresh(edition: Edition) -> int:
    """How many reports an edition shows as new."""
    return sum(len(each.fresh) for each in (*edition.stories, *edition.more))


def count(app: App, table: sa.Table = schema.articles) -> int:
    """How many rows; articles that were withdrawn have no title."""
    with app.store.read() as db:
        return db.scalar(sa.select(sa.func.count()).select_from(table).where(table.c.title != "")) or 0


@pytest.mark.slow
async def test_a_version_that_nobody_saw_and_that_was_taken_back_is_no_update(
    newsroom: Newsroom, configure: Configure
) -> None:
    when = hours_ago(1)
    link = newsroom.article("/pact.html", TITLE, PACT)
    folder, clock = configure(show(newsroom, item(link, when=when))), Clock()
    async with open_app(load_config(folder), clock, Silent()) as app:
        assert fresh(await publish(app, clock)) == 1
        show(newsroom, item(newsroom.article("/pact.html", TITLE, [*PACT, *MORE]), f"{SUMMARY} More.", when=when))
        clock.forward(hours=1)
        await app.pipeline.poll(force=True)
        assert count(app) == 2
        show(newsroom, item(newsroom.article("/pact.html", TITLE, PACT), when=when))
        assert fresh(await publish(app, clock)) == 0
        assert count(app) == 1
        show(newsroom, item(newsroom.article("/pact.html", TITLE, [*PACT, *MORE]), f"{SUMMARY} More.", when=when))
        assert fresh(await publish(app, clock)) == 1  # this time it is seen
        show(newsroom, item(newsroom.article("/pact.html", TITLE, PACT), when=when))
        assert fresh(await publish(app, clock)) == 0
        assert count(app) == 2


@pytest.mark.slow
@pytest.mark.parametrize("wrong", [False, True])
async def test_a_corrected_address_with_an_edited_text_is_no_second_report(
    newsroom: Newsroom, configure: Configure, wrong: bool
) -> None:
    when = hours_ago(1)
    link = newsroom.article("/sing-pact.html", TITLE, PACT)
    folder, clock = configure(show(newsroom, item(link, when=when))), Clock()
    alerting(folder, "threshold: 0.5, deliver: [{file: ../../var/alerts}]")
    async with open_app(load_config(folder), clock, Silent()) as app:
        if wrong:
            await app.pipeline.poll(force=True)
            with app.store.write() as db:
                marks.put(db, 1, WATCH, False, clock())
                articles.judge_anew(db, 1, WATCH)
        assert fresh(await publish(app, clock, alerts=True)) == (not wrong)
        newsroom.put("/sing-pact.html", "gone", status=404)
        for number, title in enumerate((TITLE, "Iran, Iraq sign a defence memorandum in Tehran")):
            text = [PACT[0].replace("signed", "put their names to"), *PACT[1:]]
            moved = newsroom.article(f"/sign-pact-{number}.html", title, text)
            edited = SUMMARY.replace("says", f"writes in its report {'again' * number}")
            show(newsroom, item(moved, edited, title, when=when))
            assert fresh(await publish(app, clock, alerts=True)) == 0
        assert count(app) == 1
        assert count(app, schema.entries) == 1
        with app.store.read() as db:
            told = [row for row in deliveries.recent(db, 100) if "alert" in row.recipient]
        assert len(told) == (not wrong)


async def test_an_address_that_goes_on_under_a_new_one_is_an_update(newsroom: Newsroom, configure: Configure) -> None:
    when = hours_ago(1)
    link = newsroom.article("/sing-pact.html", TITLE, PACT)
    folder, clock = configure(show(newsroom, item(link, when=when))), Clock()
    async with open_app(load_config(folder), clock, Silent()) as app:
        first = await publish(app, clock)
        show(newsroom, item(newsroom.article("/sign.html", TITLE, [*PACT, *MORE]), f"{SUMMARY} More.", when=when))
        second = await publish(app, clock)
        assert fresh(second) == 1
        [again] = (*second.stories, *second.more)
        assert again.developing
        assert again.story.id == first.stories[0].story.id


async def test_sections_of_one_outlet_whose_page_is_refused_list_one_article(
    newsroom: Newsroom, configure: Configure
) -> None:
    link = newsroom.put("/pact.html", "no", status=403)
    texts = [SUMMARY, *MORE, PACT[0]]
    feeds = [
        show(newsroom, item(link, text, when=hours_ago(1), id=f"{n}"), path=f"/{n}.xml") for n, text in enumerate(texts)
    ]
    folder, clock = configure(*feeds), Clock()
    async with open_app(load_config(folder), clock, Silent()) as app:
        assert fresh(await publish(app, clock)) <= 1
        assert count(app) == 1
        assert fresh(await publish(app, clock)) == 0
        with app.store.read() as db:
            [article] = articles.get(db, [1])
        assert [text for text in texts if text not in article.text] == []


async def test_an_edited_report_stays_where_a_person_put_it(newsroom: Newsroom, configure: Configure) -> None:
    when = hours_ago(1)
    links = [newsroom.article(f"/{n}.html", TITLE, [*PACT, f"It is report {n}."]) for n in range(2)]
    rows = [item(link, f"{SUMMARY} {n}", when=when) for n, link in enumerate(links)]
    folder, clock = configure(show(newsroom, *rows)), Clock()
    async with open_app(load_config(folder), clock, Silent()) as app:
        await app.pipeline.poll(force=True)
        with app.store.write() as db:
            [story] = stories.load(db, stories.ids_since(db, None, None))
            part = [report for report in story.reports if report.article.url == links[1]]
            apart = corrections.split(db, story.id, WATCH, part, clock())
        newsroom.article("/1.html", TITLE, [*PACT, "It is report 1.", *MORE])
        show(newsroom, rows[0], item(links[1], f"{SUMMARY} 1, updated", when=when))
        assert fresh(await publish(app, clock)) == 2
        with app.store.read() as db:
            held = {each.id: [r.article.text for r in each.reports] for each in stories.load(db, [story.id, apart])}
        assert [len(texts) for texts in held.values()] == [1, 1]
        assert MORE[0] in held[apart][0]
        assert fresh(await publish(app, clock)) == 0


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_two_services_that_poll_one_feed_publish_each_version_once(
    newsroom: Newsroom, configure: Configure, engine: str, request: pytest.FixtureRequest
) -> None:
    service = SERVICE
    if engine == "postgresql":
        address = fresh_database(request.getfixturevalue("postgresql"))
        service = SERVICE.replace("sqlite:///../var/monitor.db", address)
    when = hours_ago(1)
    link = newsroom.article("/pact.html", TITLE, PACT)
    folder, clock = configure(show(newsroom, item(link, when=when)), service=service), Clock()
    edits = [
        ("/pact.html", PACT, SUMMARY),
        ("/pact.html", [*PACT, MORE[0]], f"{SUMMARY} More."),
        ("/pact-2.html", [*PACT, MORE[0]], f"{SUMMARY} More, corrected."),
        ("/pact-2.html", [*PACT, *MORE], f"{SUMMARY} Still more."),
        ("/pact-2.html", PACT, SUMMARY),
    ]
    shown: list[int] = []
    async with AsyncExitStack() as stack:
        apps = [await stack.enter_async_context(open_app(load_config(folder), clock, Silent())) for _ in range(2)]
        for path, text, summary in edits:
            show(newsroom, item(newsroom.article(path, TITLE, text), summary, when=when))
            clock.forward(hours=7)
            for _ in range(2):
                await asyncio.gather(*(app.pipeline.poll(force=True) for app in apps))
            editions = await asyncio.gather(*(publish(app, clock) for app in apps))
            shown += [article for e in editions for each in (*e.stories, *e.more) for article in each.fresh]
        assert len(shown) == len(set(shown)) <= 3
        assert count(apps[0], schema.entries) == 1
        assert count(apps[0]) == len(shown)


async def test_what_another_outlet_says_of_a_page_that_is_refused_is_judged_and_never_quoted_as_anothers(
    newsroom: Newsroom, configure: Configure
) -> None:
    link = "http://pages.invalid/pact.html"
    texts = [SUMMARY, MORE[0]]
    folder, clock = (
        configure(
            *(show(newsroom, item(link, text, when=hours_ago(1)), path=f"/{n}.xml") for n, text in enumerate(texts))
        ),
        Clock(),
    )
    async with open_app(load_config(folder), clock, Silent()) as app:
        for _ in range(2):
            await publish(app, clock)
            with app.store.read() as db:
                assert {article.text for article in articles.get(db, [1, 2, 3])} == set(texts)
            assert count(app) == 2


@pytest.mark.parametrize("dated", [True, False])
@pytest.mark.parametrize("refused", [True, False])
async def test_a_corrected_address_in_a_feed_without_texts_is_no_second_report(
    newsroom: Newsroom, configure: Configure, dated: bool, refused: bool
) -> None:
    """The page's text is corrected at the same time; or no page can be read."""
    text = [PACT[0], PACT[1], PACT[2].replace("thanked", "expressed gratitude to")]
    first, second = "/sing-pact.html", "/sign-pact.html"
    when = hours_ago(3)
    folder, clock = configure(show(newsroom, item(newsroom.article(first, TITLE, PACT), "", when=when))), Clock()
    if refused:
        newsroom.put(first, "no", status=403)
    async with open_app(load_config(folder), clock, Silent()) as app:
        before = fresh(await publish(app, clock))
        newsroom.put(first, "gone", status=404)
        moved = newsroom.put(second, "no", status=403) if refused else newsroom.article(second, TITLE, text)
        show(newsroom, item(moved, "", when=when if dated else hours_ago(2)))
        assert fresh(await publish(app, clock)) == 0
        assert count(app) == 1
        assert before == 1


async def test_another_bulletin_under_the_headline_of_one_that_left_the_feed_is_judged(
    newsroom: Newsroom, configure: Configure
) -> None:
    """A feed of the latest alone, whose entries are named by their addresses and have no text."""
    title = "Statement of the defence ministry"
    texts = [PACT, [PACT[0].replace("Tuesday", "Friday"), *MORE], [*PACT[:2], "It names 40 officers and 3 bases."]]
    folder, clock = (
        configure(show(newsroom, item(newsroom.article("/0.html", title, PACT), "", when=hours_ago(9)))),
        Clock(),
    )
    async with open_app(load_config(folder), clock, Silent()) as app:
        for number, text in enumerate(texts):
            link = newsroom.article(f"/{number}.html", title, text)
            show(newsroom, item(link, "", when=hours_ago(9 - number)))
            await publish(app, clock)
            assert count(app) == number + 1


async def test_a_front_page_that_answers_for_an_article_is_not_judged_as_it(
    newsroom: Newsroom, configure: Configure
) -> None:
    """It holds the entry's own headline and opening, among the others of the day. The article is asked for again."""
    newsroom.put("/pact.html", "", status=302, Location="/")
    newsroom.article("/", "Newsroom: the news of the day", [f"{TITLE}. {SUMMARY}", *GAME])
    folder, clock = configure(show(newsroom, item(f"{newsroom.base}/pact.html", when=hours_ago(1)))), Clock()
    async with open_app(load_config(folder), clock, Silent()) as app:
        await publish(app, clock)
        with app.store.read() as db:
            [article] = articles.get(db, [1])
        assert (article.text, article.partial) == (SUMMARY, True)
        newsroom.article("/pact.html", TITLE, PACT)
        await publish(app, clock)
        with app.store.read() as db:
            [article] = articles.get(db, [1])
        assert (article.text, article.partial) == ("\n".join(PACT), False)
