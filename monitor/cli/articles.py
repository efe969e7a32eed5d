"""`monitor articles`: every article that was judged, with its score for each watch."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime

import click

from monitor.cli.common import Moment, as_json, print_array, readable_config_of, stamp
from monitor.config import Config
from monitor.model import Verdict
from monitor.store import Store, judged_articles
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
            from monitor.api.articles import article_document  # noqa: PLC0415 - 100 ms, for this option alone
            from monitor.api.feeds import FeedNames  # noqa: PLC0415 - as above

            names = FeedNames(config, db)
            print_array(article_document(each, names[each.article.feed_url], text=text) for each in found)
            return
        for each in found:
            click.echo("\n".join(_lines(each, text=text)))
        total = judged_articles.count(db, wanted)
    cut = wanted.limit is not None and total > wanted.limit
    click.echo(plural(total, "article") + (f", of which the newest {wanted.limit} are listed" if cut else ""), err=True)


def _is_listed(config: Config, url: str) -> bool:
    return any(feed.url == url for feed in config.feeds)


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
