"""`monitor articles`: every article that was judged, with its score for each watch."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from typing import Any

import click
import sqlalchemy as sa

from monitor.cli.common import Moment, as_json, dates_json, print_array, readable_config_of, stamp
from monitor.config import Config
from monitor.config.feed_list import FeedConfig
from monitor.model import Verdict
from monitor.store import Store, feed_states, judged_articles
from monitor.store.judged_articles import JudgedArticle, Wanted
from monitor.text.plural import plural

SHOWN = 100  # articles listed for a person who gives no --limit


@click.command("articles", epilog="Example: monitor articles --since 24h --verdict near")
@click.option("--watch", help="Only articles that this watch has judged.")
@click.option("--verdict", type=click.Choice(["match", "near", "no"]), help="Only articles with this verdict.")
@click.option("--feed", metavar="URL", help="Only articles of this feed.")
@click.option("--since", type=Moment(), help="Only articles fetched since then.")
@click.option("--limit", type=click.IntRange(1), help=f"How many, newest first (default: {SHOWN}, with --json all).")
@click.option("--text", is_flag=True, help="Also print the text that was judged.")
@as_json
@click.pass_context
def articles_command(
    ctx: click.Context,
    watch: str | None,
    verdict: Verdict | None,
    feed: str | None,
    since: datetime | None,
    limit: int | None,
    text: bool,
    as_json: bool,
) -> None:
    """List the articles that were judged, the newest first, with their score and verdict for each watch.

    Unlike `monitor stories` it lists those that do not match, too.
    """
    config = readable_config_of(ctx)
    if watch and watch not in config.watches:
        raise click.UsageError(f"no watch {watch!r}; there are: {', '.join(config.watches)}")
    wanted = Wanted(watch, verdict, feed, since, limit or (None if as_json else SHOWN), text)
    with closing(Store(config.store_url(), reading=True)) as store, store.read() as db:
        if feed and not (_is_listed(config, feed) or judged_articles.any_of_feed(db, feed)):
            raise click.UsageError(f"no feed {feed}; see `monitor feeds list`")
        found = judged_articles.listed(db, wanted)
        if as_json:
            names = _FeedNames(config, db)
            print_array(article_json(each, names[each.article.feed_url], text=text) for each in found)
            return
        for each in found:
            click.echo("\n".join(_lines(each, text=text)))
        total = judged_articles.count(db, wanted)
    cut = wanted.limit is not None and total > wanted.limit
    click.echo(plural(total, "article") + (f", of which the newest {wanted.limit} are listed" if cut else ""), err=True)


def _is_listed(config: Config, url: str) -> bool:
    return any(feed.url == url for feed in config.feeds)


class _FeedNames(dict[str, str]):
    """feed address → its name, also of one that was taken off the list."""

    def __init__(self, config: Config, db: sa.Connection) -> None:
        self._titles = {url: state.title for url, state in feed_states.load(db).items()}
        super().__init__({feed.url: self._name(feed) for feed in config.feeds})

    def __missing__(self, url: str) -> str:
        name = self[url] = self._name(FeedConfig(url=url))
        return name

    def _name(self, feed: FeedConfig) -> str:
        return feed.feed(self._titles.get(feed.url, "")).name


def article_json(found: JudgedArticle, feed_name: str, *, text: bool) -> dict[str, Any]:
    """An article as `monitor articles --json` prints it; times in RFC 3339, scores from 0 to 1."""
    article = found.article
    plain = ("source", "publisher", "kind", "author", "language", "partial", "published_from")
    return {
        "id": article.id,
        "url": article.url,
        "title": article.title,
        "feed": {"url": article.feed_url, "name": feed_name},
        **{name: getattr(article, name) for name in plain},
        "published": stamp(article.published),
        "dates": dates_json(article),
        "first_seen": stamp(found.first_seen),
        "fetched": stamp(article.fetched),
        "watches": [
            {
                "watch": each.watch,
                "score": round(each.score, 4),
                "verdict": each.verdict,
                "story": each.story or None,
                "language_read": each.language_read,
                "reason": each.line,
            }
            for each in found.judgements
        ],
        **({"text": article.text} if text else {}),
    }


def _lines(found: JudgedArticle, *, text: bool) -> list[str]:
    """An article for a person: who reports it and when, how it stands, and its text on request."""
    article = found.article
    origin = f" ({article.published_from})" if article.published_from else ""
    when = f"published {stamp(article.published)}{origin}" if article.published else "undated"
    partial = "; of the feed's text alone" if article.partial else ""
    lines = [
        f"{article.id:>6}  {article.source} ({article.language or '?'}): {article.title}",
        f"        {when}; first seen {stamp(found.first_seen)}{partial}",
    ]
    for each in found.judgements:
        story = f", story {each.story}" if each.story else ""
        lines.append(f"        {each.verdict:<5} {each.score:.2f}  {each.watch}{story}: {each.line}")
    if not found.judgements:
        lines.append("        not judged by any watch")
    return [*lines, *(f"        | {line}" for line in (article.text.splitlines() if text else ()))]
