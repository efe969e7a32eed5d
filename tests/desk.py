"""A store and a publisher without network, files or templates: what is told when, is all that happens here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from monitor.config.service import DigestConfig
from monitor.deliver import Parcel
from monitor.digest.enrich import Context
from monitor.digest.publisher import Publisher, PublishSettings
from monitor.model import Article, Edition, Entry, Match, Receipt, RenderedEdition, Verdict
from monitor.render import RenderSettings
from monitor.render.templates import load_templates
from monitor.store import Store, articles, corrections, entries, schema, stories
from monitor.store.rows import to_edition
from monitor.workers.pool import WorkerPool

START = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
MAX_AGE = timedelta(days=14)


@dataclass
class Sink:
    """A channel that keeps what it was sent. Sending takes a while, in which others have their turn, as in life."""

    recipients: tuple[str, ...] = ("reader",)
    name: str = "file"
    parcels: list[Parcel] = field(default_factory=list)

    async def send(self, parcel: Parcel) -> None:
        for _ in range(3):
            await asyncio.sleep(0)
        self.parcels.append(parcel)


class PlainPublisher(Publisher):
    """Renders nothing. ``between``: called once after the next edition was composed and before it is recorded."""

    between: Callable[[], None] | None = None
    composed = 0

    def _rendered(self, edition: Edition, settings: RenderSettings) -> RenderedEdition:
        self.composed += 1
        called, self.between = self.between, None
        if called:
            called()
        return RenderedEdition(f"{edition.digest} {edition.period}", "<p>html</p>", "text")


def fast(path: Path) -> Store:
    """A store that need not survive a power cut."""
    store = Store(f"sqlite:///{path}")
    store.engine.dispose()

    @sa.event.listens_for(store.engine, "connect")
    def _quick(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    return store


def daily(**more: Any) -> DigestConfig:
    return DigestConfig(**{"name": "daily", "schedule": "0 7 * * *", "timezone": "Asia/Baghdad", **more})


_templates = cache(load_templates)


class InlineWorkers(WorkerPool):
    """Reads pages in this process: tests of what comes after need no processes of their own."""

    async def run(self, function: Callable[..., Any], *args: Any, timeout: float = 0) -> Any:
        return function(*args)


@dataclass
class Desk:
    """One store, one clock; `arrive` and `group` stand in for the polls."""

    store: Store
    now: datetime = START
    count: int = 0
    sink: Sink = field(default_factory=Sink)

    def publisher(self, *digests: DigestConfig) -> PlainPublisher:
        chosen = digests or (daily(),)
        settings = PublishSettings(
            digests=chosen,
            watches={"w": "Watch"},
            context=Context(feeds=()),
            channels={digest.name: [self.sink] for digest in chosen},
            templates=_templates(),
            max_age=MAX_AGE,
        )
        return PlainPublisher(self.store, settings, lambda: self.now)

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)

    def arrive(
        self,
        event: str = "",
        *,
        age: timedelta = timedelta(0),
        score: float = 0.9,
        verdict: Verdict = "match",
        acts: tuple[str, ...] = (),
        entities: tuple[str, ...] = (),
    ) -> int:
        """An article about ``event``, published ``age`` ago, fetched and judged now; its id."""
        self.count += 1
        number = self.count
        made = Article(
            id=0,
            url=f"https://news.example/{number}",
            title=event or f"event {number}",
            text="Text.",
            language="en",
            published=self.now - age,
            fetched=self.now,
            feed_url="https://news.example/rss",
            source="News",
            publisher="News",
            kind="independent",
        )
        with self.store.write() as db:
            entries.add(db, [Entry("f", made.title)], self.now)
            [article_id] = articles.add(db, [(made, made.url, None)])
            match = Match("w", score, verdict, Receipt(0.5, 0.3, "v"), acts=acts, entities=entities)
            articles.save_matches(db, [(article_id, match)], self.now)
        return article_id

    def group(self) -> None:
        """Puts every match into the story of its event, or where a person put it."""
        with self.store.write() as db:
            waiting = stories.ungrouped(db, "w")
            pinned = corrections.pins(db, "w", [report.article.id for report in waiting])
            known = {
                report.article.title: story.id
                for story in stories.load(db, stories.ids_since(db, None, "w"))
                for report in story.reports
            }
            for report in waiting:
                story = pinned.get(report.article.id) or known.get(report.article.title)
                if story is None:
                    story = stories.create(db, "w", report)
                known[report.article.title] = story
                stories.place(db, "w", report, story, "test")

    def editions(self, digest: str = "daily") -> list[Edition]:
        """The digest's series in the order of composing, those skipped for being empty left out."""
        table = schema.editions.c
        series = (table.digest == digest, table.by_hand.is_(sa.false()), table.skipped.is_(sa.false()))
        with self.store.read() as db:
            return [to_edition(text) for text in db.scalars(sa.select(table.edition).where(*series).order_by(table.id))]

    def fresh(self, digest: str = "daily") -> list[int]:
        """Articles that stood as new, as often as they did."""
        told = self.editions(digest)
        return [article for e in told for each in (*e.stories, *e.more) for article in sorted(each.fresh)]

    def near(self, digest: str = "daily") -> list[int]:
        return [report.article.id for e in self.editions(digest) for report in e.near_misses]
