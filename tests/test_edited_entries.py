"""Small edits of entries of which no page is kept, in one service: each is told once to whoever had the old words."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.app import App, open_app
from monitor.cli.progress import Silent
from monitor.config import load_config
from monitor.pages.as_edited import article_as_it_reads_now
from monitor.store import articles, page_edits, schema
from tests.newsroom import PACT, Newsroom, hours_ago
from tests.test_channels_of_posts import PHOTO, Post, channel
from tests.test_flow import Clock

SOURCES = ("channel", "unlinked", "refused", "thin", "toot", "sky", "film", "podcast", "blog", "ministry")
AT = hours_ago(3)


def told(source: str, toll: int) -> tuple[str, list[str]]:
    """Headline and lines of what a source says of a clash, each with words of its own."""
    title = f"Iranian and Iraqi guards clash with smugglers at the {source} gate near Mehran"
    clash = f"Iran's border guards and the Iraqi army fought at the {source} gate and {toll} of its guards were killed."
    return title, [clash, PACT[1], PACT[2]]


def show(newsroom: Newsroom, toll: int, poll: int) -> list[str]:
    """Puts all sources as they are at a poll; their addresses."""
    feeds = []
    for source in SOURCES[1:8]:
        title, lines = told(source, toll)
        link = newsroom.put(f"/{source}/1", "no", status=403)
        shell = f"<html><head><title>{title}</title></head><body><p>{title}, read on with scripts.</p></body></html>"
        links = {
            "unlinked": "",
            "refused": link,
            "thin": link,
            "toot": f"{newsroom.base}/@desk/112345678901234567",
            "sky": "https://bsky.app/profile/desk.example/post/3kabcdef",
            "film": "https://www.youtube.com/watch?v=abcdefghijk",
            "podcast": link,
        }
        if source == "thin":
            newsroom.put("/thin/1", shell)
        text = escape("".join(f"<p>{each}</p>" for each in lines))
        if source == "podcast":
            cues = (f"00:{n + 10}:00.000 --> 00:{n + 10}:09.000\n{each}" for n, each in enumerate(lines))
            said = newsroom.put(f"/podcast/{poll}.vtt", "WEBVTT\n\n" + "\n\n".join(cues))
            text = ""
            more = f'<podcast:transcript url="{said}" type="text/vtt"/>'
        else:
            more = ""
        item = f"<item><title>{title}</title><guid isPermaLink='false'>{source}-1</guid><link>{links[source]}</link>"
        item += f"<description>{text}</description>{more}<pubDate>{format_datetime(AT)}</pubDate></item>"
        space = 'xmlns:podcast="https://podcastindex.org/namespace/1.0"'
        feed = f'<rss version="2.0" {space}><channel><title>{source}</title>{item}</channel></rss>'
        feeds.append(newsroom.put(f"/{source}.xml", feed))
    return [_channel(newsroom, toll), *feeds, _blog(newsroom, toll, poll), _ministry(newsroom, toll)]


def _channel(newsroom: Newsroom, toll: int) -> str:
    title, lines = told("channel", toll)
    posts = [Post(40, "A line of the harbour desk"), Post(41, "<br/>".join((title, *lines))), Post(42, "", more=PHOTO)]
    return newsroom.put("/s/gatechannel", channel(posts))


def _blog(newsroom: Newsroom, toll: int, poll: int) -> str:
    title, lines = told("blog", toll)
    post = {
        "id": 1,
        "date_gmt": f"{AT:%Y-%m-%dT%H:%M:%S}",
        "modified_gmt": f"{AT + timedelta(minutes=poll):%Y-%m-%dT%H:%M:%S}",
        "link": newsroom.put("/blog/1", "no", status=403),
        "title": {"rendered": title},
        "content": {"rendered": "".join(f"<p>{each}</p>" for each in lines), "protected": False},
    }
    return newsroom.put("/wp-json/wp/v2/posts", json.dumps([post]), Content_Type="application/json")


def _ministry(newsroom: Newsroom, toll: int) -> str:
    """A page that lists articles which nobody may read."""
    title, lines = told("ministry", toll)
    others = [(f"The price of pears in lake town number {n}", f"Pears of town {n} cost more now.") for n in range(2, 7)]
    items = ""
    for number, (headline, text) in enumerate([(title, " ".join(lines)), *others], 1):
        link = newsroom.put(f"/ministry/news/{number}-report-of-the-day", "no", status=403)
        when = f"{AT - timedelta(hours=number):%Y-%m-%dT%H:%MZ}"
        items += f'<li><h3><a href="{link}">{headline}</a></h3><time datetime="{when}"></time><p>{text}</p></li>'
    return newsroom.put("/ministry/", f"<html><body><main><ul class='news'>{items}</ul></main></body></html>")


async def edition(app: App, clock: Clock) -> str:
    await app.pipeline.poll(force=True)
    clock.forward(seconds=1)
    shown = await app.publisher.publish(app.publisher.by_hand(app.config.digest("daily")))
    clock.forward(hours=7)
    return " ".join(f"{shown.rendered.text}".split())


def read_now(app: App) -> dict[str, str]:
    """The present text of each source's article."""
    with app.store.read() as db:
        ids = list(db.scalars(sa.select(schema.articles.c.id)))
        changes = page_edits.of_articles(db, ids)
        now = [article_as_it_reads_now(each, changes.get(each.id, ())) for each in articles.get(db, ids)]
        assert not db.scalars(sa.select(schema.matches.c.article_id).where(schema.matches.c.profile == "")).all()
    return {source: each.text for source in SOURCES for each in now if f"the {source} gate" in each.title}


@pytest.mark.slow
async def test_a_figure_that_is_edited_reaches_every_kind_of_source(
    newsroom: Newsroom, configure: Callable[..., Path]
) -> None:
    clock = Clock(hours_ago(0))
    folder = configure(*show(newsroom, 3, 0))
    feeds = folder / "feeds.yaml"
    feeds.write_text(feeds.read_text().replace("/ministry/',", "/ministry/', format: page,"))
    async with open_app(load_config(folder), clock, Silent()) as app:
        await edition(app, clock)
        with app.store.read() as db:
            before = db.scalar(sa.select(sa.func.count()).select_from(schema.articles))
        for poll, (old, new) in enumerate([(3, 30), (30, 31), (31, 3)], 1):
            show(newsroom, new, poll)
            assert (await edition(app, clock)).count("now reads") == len(SOURCES)
            now = read_now(app)
            assert {source for source in SOURCES if f"and {new} of its guards" not in now[source]} == set()
            with app.store.read() as db:
                found = db.execute(sa.select(schema.changes).order_by(schema.changes.c.id)).all()
                assert db.scalar(sa.select(sa.func.count()).select_from(schema.articles)) == before
            assert len(found) == poll * len(SOURCES), [each.before for each in found]
            for each in found[-len(SOURCES) :]:
                assert f"and {old} of its guards" in each.before
                assert f"and {new} of its guards" in each.after
        show(newsroom, 3, 3)
        assert "now reads" not in await edition(app, clock)
