"""What a source changes after it was cited is quoted to nobody any more, by whatever way an edition leaves.

Each test runs the whole flow against a news site and a mail server on loopback.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import feedparser
import pytest

from monitor.app import App, open_app
from monitor.cli.progress import Silent
from monitor.config import load_config
from monitor.digest.publisher import Published
from monitor.web.access import Access
from monitor.web.heartbeat import Pulse
from monitor.web.request import Desk
from monitor.web.routes import build
from tests.channels.email import Post, served
from tests.conftest import SERVICE
from tests.desk import InlineWorkers
from tests.newsroom import PACT, Newsroom, hours_ago
from tests.test_flow import Clock
from tests.test_web import Answer, ask, pages

Configure = Callable[..., Path]
TITLE = "Iran, Iraq sign defence memorandum in Tehran"
DENIAL = "Iran, Iraq deny defence memorandum in Tehran"
OLD, NEW = "joint military exercises", "a joint naval drill"
EDITED = [PACT[0], PACT[1].replace(OLD, NEW)]  # two sentences, which an edition quotes both
WEB = 'web: {listen: "127.0.0.1:0"}\n'


@pytest.fixture(autouse=True)
def inline_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.app.WorkerPool", InlineWorkers)


def story(newsroom: Newsroom) -> str:
    link = newsroom.article("/pact.html", TITLE, PACT[:2])
    return newsroom.feed("/feed.xml", [(TITLE, link, hours_ago(1))])


def by_mail(port: int) -> str:
    mail = "deliver: [{email: {to: [reader@desk.example]}}]"
    daily = f"digests: [{{name: daily, schedule: '0 7 * * *', timezone: Asia/Baghdad, {mail}}}]\n"
    smtp = f"smtp: {{host: 127.0.0.1, port: {port}, from: monitor@desk.example}}\n"
    return SERVICE[: SERVICE.index("digests:")] + daily + smtp


async def publish(app: App, **window: object) -> Published:
    return await app.publisher.publish(app.publisher.by_hand(app.config.digest("daily")), **window)  # type: ignore[arg-type]


async def edit(app: App, clock: Clock, newsroom: Newsroom, title: str = DENIAL, **forward: float) -> None:
    """The source changes headline and text, and the second look finds it."""
    newsroom.article("/pact.html", title, EDITED)
    clock.forward(**(forward or {"hours": 25}))
    await app.pipeline.poll(force=True)


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return " ".join(str(part.get_content()).split())


def arrived(post: Post) -> list[EmailMessage]:
    return [message_from_bytes(raw, policy=default) for _, _, raw in post.arrived]


async def test_a_delivery_that_is_tried_again_quotes_what_is_there_now(
    newsroom: Newsroom, configure: Configure
) -> None:
    """The mail server is away for a day; meanwhile the source withdraws what the edition quotes."""
    post, clock = Post(data=["451 try later"]), Clock()
    async with served(post) as smtp:
        folder = configure(story(newsroom), service=by_mail(smtp.port))
        async with open_app(load_config(folder), clock, Silent()) as app:
            await app.pipeline.poll(force=True)
            clock.forward(seconds=1)
            assert OLD in " ".join((await publish(app)).rendered.text.split())
            await edit(app, clock, newsroom)
            await app.publisher.deliver_due()
            clock.forward(minutes=1)
            corrected = await publish(app)
    refused, sent, correction = arrived(post)
    assert refused["Message-ID"] == sent["Message-ID"] != correction["Message-ID"]
    assert NEW in text_of(sent)
    assert DENIAL in text_of(sent)
    assert OLD not in sent.as_string().replace("=\n", "")
    assert TITLE not in text_of(sent)
    assert "changed by its source since it was read" in text_of(sent)
    # The first try may have arrived all the same, so the next edition says what was changed.
    assert "now reads" in text_of(correction)
    assert [news.kind for each in corrected.edition.stories for news in each.news] == ["changed", "changed"]


async def test_a_retry_without_a_change_is_the_same_message(newsroom: Newsroom, configure: Configure) -> None:
    post, clock = Post(data=["451 try later"]), Clock()
    async with served(post) as smtp:
        folder = configure(story(newsroom), service=by_mail(smtp.port))
        async with open_app(load_config(folder), clock, Silent()) as app:
            await app.pipeline.poll(force=True)
            clock.forward(seconds=1)
            await publish(app)
            clock.forward(hours=1)
            await app.publisher.deliver_due()
    first, second = arrived(post)
    assert text_of(first) == text_of(second)
    assert first["Message-ID"] == second["Message-ID"]


async def test_an_edition_that_is_sent_again_says_what_was_changed(newsroom: Newsroom, configure: Configure) -> None:
    post, clock = Post(), Clock()
    async with served(post) as smtp:
        folder = configure(story(newsroom), service=by_mail(smtp.port))
        async with open_app(load_config(folder), clock, Silent()) as app:
            await app.pipeline.poll(force=True)
            clock.forward(seconds=1)
            edition = (await publish(app)).edition
            await edit(app, clock, newsroom)
            again = await app.publisher.resend(edition.id)
            clock.forward(minutes=1)
            unchanged = await app.publisher.resend((await publish(app)).edition.id)
    _, resent, _, _ = arrived(post)
    shown = text_of(resent)
    assert f"the headline was “{TITLE}” and is now “{DENIAL}”" in shown
    assert shown.count(OLD) == 1  # beside what it reads now
    assert "now reads “The agreement provides for a joint naval drill" in shown
    [story_again] = again.edition.stories
    assert story_again.story.headline == DENIAL
    assert OLD not in " ".join(quote.text for quote in story_again.quotes)
    assert [news.kind for news in unchanged.edition.stories[0].news] == ["changed", "changed"]


async def test_of_an_article_that_was_taken_down_nothing_is_quoted_on_a_retry(
    newsroom: Newsroom, configure: Configure
) -> None:
    post, clock = Post(data=["451 try later", "451 try later"]), Clock()
    async with served(post) as smtp:
        folder = configure(story(newsroom), service=by_mail(smtp.port))
        async with open_app(load_config(folder), clock, Silent()) as app:
            await app.pipeline.poll(force=True)
            clock.forward(seconds=1)
            await publish(app)
            newsroom.put("/pact.html", "gone", status=410)
            for hours in (25, 7):
                clock.forward(hours=hours)
                await app.pipeline.poll(force=True)
            await app.publisher.deliver_due()
            clock.forward(hours=7)
            await app.publisher.deliver_due()
    last = text_of(arrived(post)[-1])
    assert OLD not in last
    assert "taken down since it was read" in last


@pytest.mark.slow
async def test_an_alert_that_is_tried_again_quotes_what_is_there_now(newsroom: Newsroom, configure: Configure) -> None:
    post, clock = Post(data=["451 try later"]), Clock()
    async with served(post) as smtp:
        folder = configure(story(newsroom), service=by_mail(smtp.port))
        watch = folder / "watches" / "iran-iraq-defense.yaml"
        alert = "alert: {threshold: 0.5, deliver: [{email: {to: [duty@desk.example]}}]}\n"
        watch.write_text(watch.read_text(encoding="utf-8") + alert, encoding="utf-8")
        async with open_app(load_config(folder), clock, Silent()) as app:
            await app.pipeline.poll(force=True)
            await app.publisher.alert()
            await edit(app, clock, newsroom)
            await app.publisher.alert()
    refused, *sent = arrived(post)
    assert OLD in text_of(refused)
    assert [message["Subject"].split(":")[0] for message in sent] == ["Alert", "Correction"]
    assert OLD not in text_of(sent[0])
    assert NEW in text_of(sent[0])
    assert text_of(sent[1]).count(OLD) == 1


async def test_a_window_of_time_has_the_correction_and_the_new_quotes(newsroom: Newsroom, configure: Configure) -> None:
    clock = Clock()
    async with open_app(load_config(configure(story(newsroom))), clock, Silent()) as app:
        start = clock.at
        await app.pipeline.poll(force=True)
        clock.forward(seconds=1)
        await publish(app)
        await edit(app, clock, newsroom)
        for _ in range(2):  # a window repeats what earlier editions showed
            clock.forward(minutes=1)
            again = await publish(app, since=start.replace(year=2020))
            [shown] = again.edition.stories
            assert [news.kind for news in shown.news] == ["changed", "changed"]
            assert OLD not in " ".join(quote.text for quote in shown.quotes)
            assert NEW in " ".join(quote.text for quote in shown.quotes)
        clock.forward(minutes=1)
        early = await publish(app, since=start.replace(year=2020), until=start - timedelta(hours=1))
        assert early.edition.stories == ()
        clock.forward(minutes=1)
        corrected = await publish(app)  # and the series still says it
        assert [news.kind for each in corrected.edition.stories for news in each.news] == ["changed", "changed"]


async def test_page_and_feed_show_the_present_text_and_mark_the_correction(
    newsroom: Newsroom, configure: Configure
) -> None:
    clock = Clock()
    async with open_app(load_config(configure(story(newsroom), service=SERVICE + WEB)), clock, Silent()) as app:
        web = app.config.service.web
        assert web
        await app.pipeline.poll(force=True)
        clock.forward(seconds=1)
        edition = (await publish(app)).edition
        number = edition.stories[0].story.id
        site = build(Desk(lambda: app, Pulse(clock.at), Access.of(web, ""), lambda: clock.at, pages()))

        async def get(path: str) -> Answer:
            return await asyncio.to_thread(ask, site, "GET", path, {})

        before = feedparser.parse((await get("/feed.atom")).text).entries[0]
        assert OLD in " ".join((await get(f"/digests/{edition.id}")).text.split())
        await edit(app, clock, newsroom)
        for path in ("/", "/search?q=memorandum"):
            shown = " ".join((await get(path)).tree.text_content().split())
            assert DENIAL in shown, path
            assert OLD not in shown, path
            assert TITLE not in shown, path
        page = (await get(f"/stories/{number}")).tree
        assert OLD not in "".join(quote.text_content() for quote in page.xpath("//ol[@class='list']//blockquote"))
        assert DENIAL in page.xpath("string(//h1)")
        assert "changed by its source since it was read" in page.text_content()
        digest = " ".join((await get(f"/digests/{edition.id}")).tree.text_content().split())
        assert "now reads" in digest
        assert digest.count(OLD) == 1
        mailed = " ".join((await get(f"/digests/{edition.id}?as=mail")).tree.text_content().split())
        assert "now reads" not in mailed  # the record of what was sent stays as it was
        entry = feedparser.parse((await get("/feed.atom")).text).entries[0]
        assert (entry.id, entry.title) == (before.id, DENIAL)
        assert entry.updated_parsed > before.updated_parsed  # so that a reader shows it again
        told = " ".join(entry.summary.split())
        assert "Correction." in told
        assert told.count(OLD) == 1
        assert f"the headline was “{TITLE}” and is now “{DENIAL}”" in told
