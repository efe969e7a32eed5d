"""Runs the whole job once, from feeds to a digest, against a demonstration site on loopback (`monitor demo`)."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from monitor.app import open_app
from monitor.config import load_config, packaged_folder
from monitor.config.edit_feed_list import add_feeds
from monitor.config.feed_list import FeedConfig
from monitor.demo_site import DemoSite, demo_feeds
from monitor.pipeline.batches import Observer

SERVICE = """\
store: sqlite:///../var/monitor.db
http: {allow_private_addresses: true}
digests:
  - name: demo
    schedule: "0 7 * * *"
    timezone: Asia/Baghdad
    watches: [iran-iraq-defense]
    deliver: [{file: ../var/digests}]
"""

NEXT = """
Open the digest:  {digest}
All editions:     {index}

What it did: read {feeds} feeds on this machine, took {entries} entries, judged {articles} articles, kept {matches},
grouped them into {stories} stories, and wrote one digest. Look for the reason under each story, near misses below
them (where there are any), and the feed that failed in the footer.

Next: monitor init watching                                write a configuration of your own to edit
      monitor --config watching/config run                 start the service
      monitor --config {config} explain {page}
                                                           see why an article matches
"""


async def run_demo(
    output: Path | None, clock: Callable[[], datetime], observer: Observer, write: Callable[[str], None]
) -> None:
    """Runs the job in ``output`` (or a new temporary folder).

    write: gets the digest as text, then where its files are and what to try next. Raises MonitorError.
    """
    folder = output or Path(tempfile.mkdtemp(prefix="monitor-demo-"))
    site = DemoSite(clock())
    base = site.start()
    try:
        config = load_config(write_config(folder, [_listed(feed) for feed in demo_feeds(base)]))
        async with open_app(config, clock, observer) as app:
            summary = await app.pipeline.poll(force=True)
            shown = await app.publisher.publish(app.publisher.by_hand(config.digest(None)))
    finally:
        site.stop()
    write(shown.rendered.text)
    digests = folder / "var" / "digests"
    write(
        NEXT.format(
            digest=next(digests.glob("*/*/digest.html")),
            index=digests / "index.html",
            feeds=summary.feeds["due"],
            entries=summary.entries["new"],
            articles=summary.articles["fetched"] + summary.articles["failed"],
            matches=summary.matches["new"],
            stories=summary.stories["new"],
            config=config.folder,
            page="ARTICLE.html",
        )
    )


def write_config(folder: Path, feeds: list[FeedConfig]) -> Path:
    """Writes the shipped configuration, with the demo's service and ``feeds``, to ``folder``/config; returns that."""
    config = folder / "config"
    shutil.copytree(packaged_folder() / "config", config, dirs_exist_ok=True)
    shutil.copytree(packaged_folder() / "seed_corpus", folder / "seed_corpus", dirs_exist_ok=True)
    (config / "monitor.yaml").write_text(SERVICE, encoding="utf-8")
    path = config / "feeds.yaml"
    path.write_text(add_feeds("", feeds, path), encoding="utf-8")
    return config


def _listed(feed: object) -> FeedConfig:
    names = ("url", "name", "language", "country", "kind", "publisher")
    return FeedConfig(**{name: getattr(feed, name) for name in names})
