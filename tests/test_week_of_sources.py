"""A week of one service whose sources have no plain feed: each item is taken once, edits and removals are noticed.

On loopback stand a channel's preview, a feed with a hub, a sitemap of 50,000 addresses, WordPress's interface and a
podcast that gets its transcripts a day late. Every day brings something to each, and each is polled twice a day.
"""

from __future__ import annotations

import json
import socket
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.app import App, open_app
from monitor.cli.progress import Silent
from monitor.config import load_config
from monitor.store import schema
from tests.newsroom import PACT, Newsroom, hours_ago
from tests.test_channels_of_posts import BEGUN, PACT_POST, Post, channel
from tests.test_flow import Clock
from tests.test_sitemaps import sitemap
from tests.test_websub import SERVICE, Hub, served
from tests.yardstick import yardstick

DAYS = 7
ADDRESSES = 50_000
MOST = 3_500  # yardsticks of the whole week, which takes 1,500
THINGS = (
    "pears from the upper orchards", "a ferry with a broken rudder", "the choir of the old town", "two lost camels",
    "the price of tin roofs", "a bridge of ropes", "the swimmers of the lake school",
)  # fmt: skip
EDITED = "Correction: the swimmers came home a day later than was said here before."


def told(source: str, day: int) -> tuple[str, list[str]]:
    """Headline and paragraphs of what a source has on a day; no two are alike."""
    thing = THINGS[day]
    title = f"{source} has a word on {thing}"
    return title, [
        f"People who read the {source} asked on day {day} of the week what became of {thing}, and were answered.",
        f"Nobody in the hills had seen {thing} since the rain, the {source} heard from a baker and from his aunt.",
    ]


class Sources:
    """What stands on the site on each day."""

    def __init__(self, newsroom: Newsroom, hub: Hub, start: datetime) -> None:
        self.newsroom, self.hub, self.start = newsroom, hub, start
        old = start - timedelta(days=400)
        self.old = [
            f"<url><loc>{newsroom.base}/old/{number}-of-the-survey</loc>"
            f"<lastmod>{old - timedelta(minutes=number):%Y-%m-%dT%H:%MZ}</lastmod></url>"
            for number in range(10_000, 10_000 + ADDRESSES)
        ]

    def show(self, day: int) -> None:
        """Everything as it stands on a day, an hour after the last of it was published."""
        days = range(day + 1)
        self._channel(days)
        self._feed_with_hub(days)
        self._sitemap(days)
        self._wordpress(days)
        self._podcast(days)

    def _at(self, day: int) -> datetime:
        return self.start + timedelta(days=day, hours=-1)

    def _channel(self, days: range) -> None:
        posts = []
        for day in days:
            title, text = told("channel", day)
            hours = (BEGUN - self._at(day)).total_seconds() / 3600
            said = EDITED if day == 1 and days[-1] >= 2 else "<br/>".join(text)
            posts.append(Post(101 + 2 * day, f"{title}<br/><br/>{said}", hours))
            if day == 1 and not 3 <= days[-1] < 5:  # taken back on the fourth day, there again on the sixth
                posts.insert(-1, Post(102, PACT_POST.text, hours))
        self.newsroom.put("/s/gatechannel", channel(posts))

    def _feed_with_hub(self, days: range) -> None:
        items = ""
        for day in days:
            title, text = told("letter", day)
            link = self.newsroom.article(f"/letter/{day}", title, text)
            items += f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid>"
            items += f"<pubDate>{format_datetime(self._at(day))}</pubDate></item>"
        links = f'<atom:link rel="hub" href="{self.hub.url}"/>'
        links += f'<atom:link rel="self" href="{self.newsroom.base}/letter.xml"/>'
        space = 'xmlns:atom="http://www.w3.org/2005/Atom"'
        self.newsroom.put(
            "/letter.xml", f'<rss version="2.0" {space}><channel><title>Letter</title>{links}{items}</channel></rss>'
        )

    def _sitemap(self, days: range) -> None:
        urls = []
        for day in days:
            link = self.newsroom.article(f"/map/{80_000 + day}-of-the-survey", *told("survey", day))
            urls.append(f"<url><loc>{link}</loc><lastmod>{self._at(day):%Y-%m-%dT%H:%MZ}</lastmod></url>")
        body = sitemap([*urls, *self.old[len(urls) :]])
        self.newsroom.put("/sitemap.xml", body, Content_Type="application/xml")

    def _wordpress(self, days: range) -> None:
        posts = []
        for day in days:
            title, text = told("gazette", day)
            edited = day == 1 and days[-1] >= 4
            body = [*text, EDITED] if edited else text
            posts.append(
                {
                    "id": 900 + day,
                    "date_gmt": f"{self._at(day):%Y-%m-%dT%H:%M:%S}",
                    "modified_gmt": f"{self._at(4 if edited else day):%Y-%m-%dT%H:%M:%S}",
                    "guid": {"rendered": f"{self.newsroom.base}/?p={900 + day}"},
                    "link": self.newsroom.article(f"/gazette/{day}", title, body),
                    "title": {"rendered": title},
                    "content": {"rendered": "".join(f"<p>{each}</p>" for each in body), "protected": False},
                }
            )
        self.newsroom.put("/wp-json/wp/v2/posts", json.dumps(posts[::-1]), Content_Type="application/json")

    def _podcast(self, days: range) -> None:
        items = ""
        for day in days:
            title, text = told("broadcast", day)
            link = self.newsroom.article(f"/broadcast/{day}", title, ["Listen to our programme here."] * 3)
            if day < days[-1]:
                cues = (f"00:{10 + n}:00.000 --> 00:{10 + n}:09.000\n{each}" for n, each in enumerate(text))
                self.newsroom.put(f"/broadcast/{day}.vtt", "WEBVTT\n\n" + "\n\n".join(cues))
                named = f'<podcast:transcript url="{self.newsroom.base}/broadcast/{day}.vtt" type="text/vtt"/>'
            else:
                named = ""
            items += f"<item><title>{title}</title><link>{link}</link><guid isPermaLink='false'>b{day}</guid>{named}"
            items += f"<pubDate>{format_datetime(self._at(day))}</pubDate>"
            items += f"<enclosure url='{link}.mp3' type='audio/mpeg' length='1'/></item>"
        space = 'xmlns:podcast="https://podcastindex.org/namespace/1.0"'
        self.newsroom.put(
            "/pod.xml", f'<rss version="2.0" {space}><channel><title>Broadcast</title>{items}</channel></rss>'
        )


async def publish(app: App) -> str:
    shown = await app.publisher.publish(app.publisher.by_hand(app.config.digest("daily")))
    return shown.rendered.text


@pytest.mark.slow
async def test_a_week_of_sources_without_a_plain_feed(newsroom: Newsroom, configure: Callable[..., Path]) -> None:
    start, listening = hours_ago(24 * (DAYS + 1)), socket.create_server(("127.0.0.1", 0))
    clock = Clock(start)
    public = f"http://127.0.0.1:{listening.getsockname()[1]}"
    paths = ("/s/gatechannel", "/letter.xml", "/sitemap.xml", "/wp-json/wp/v2/posts", "/pod.xml")
    web = f'web: {{listen: "127.0.0.1:0", token_file: token, public_url: "{public}"}}\n'
    folder = configure(*(newsroom.base + path for path in paths), service=SERVICE + web)
    (folder / "token").write_text("a token of sixteen")
    before, begun = yardstick(), time.process_time()
    editions = []
    with Hub() as hub:
        sources = Sources(newsroom, hub, start)
        async with open_app(load_config(folder), clock, Silent()) as app:
            with served(app, clock, listening):
                for day in range(DAYS):
                    clock.at = start + timedelta(days=day)
                    sources.show(day)
                    first = await app.pipeline.poll(force=True)
                    await app.hubs.look()
                    clock.forward(hours=1)
                    again = await app.pipeline.poll(force=True)
                    assert (again.entries["new"], again.entries["updated"]) == (0, 0), day
                    if day:
                        assert first.entries["new"] == len(paths) + (day == 1), day
                    editions.append(await publish(app))
                assert hub.confirmed.get(timeout=10) == ("subscribe", 200)

                title, text = told("letter", 0)
                newsroom.article("/letter/late", f"Late: {title}", [f"Late in the week: {each}" for each in text])
                feed = newsroom.pages["/letter.xml"]()[2].decode()
                late = f"<item><title>Late: {title}</title><link>{newsroom.base}/letter/late</link></item></channel>"
                newsroom.put("/letter.xml", feed.replace("</channel>", late))
                clock.forward(minutes=5)
                newsroom.asked.clear()
                assert hub.publish(b"news") == 202
                told_by_hub = await app.pipeline.poll()
                assert (told_by_hub.entries["new"], newsroom.asked["/letter.xml"]) == (1, 1)

                with app.store.read() as db:
                    articles = schema.articles.c
                    stored = db.execute(sa.select(articles.title, articles.text, articles.url)).all()
                    changes = list(db.scalars(sa.select(schema.changes.c.kind).order_by(schema.changes.c.id)))
    took = (time.process_time() - begun) / ((before + yardstick()) / 2)

    titles = Counter(row.title for row in stored if "/old/" not in row.url)
    wanted = [
        told(name, day)[0] for name in ("channel", "letter", "survey", "gazette", "broadcast") for day in range(7)
    ]
    assert titles == Counter([*wanted, f"Late: {told('letter', 0)[0]}", PACT_POST.text.partition("<br/>")[0]])
    texts = {row.title: row.text for row in stored}
    assert EDITED in texts[told("channel", 1)[0]]
    assert EDITED in texts[told("gazette", 1)[0]]
    assert [f"day {day} of" in texts[told("broadcast", day)[0]] for day in range(DAYS)] == [True] * 6 + [False]
    assert changes == ["gone", "back"]
    assert [day for day, each in enumerate(editions) if PACT[0][:30] in each] == [1, 5]  # quoted again as it is back
    assert [day for day, each in enumerate(editions) if "took the article down" in each] == [3]
    assert [day for day, each in enumerate(editions) if "put the article up again" in each] == [5]
    assert took < MOST
