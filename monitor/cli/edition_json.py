"""An edition as JSON: `monitor digest --json`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from monitor.cli.accounts_json import accounts_json
from monitor.cli.affair_json import affair_json
from monitor.cli.common import stamp
from monitor.model import Article, Delivery, DigestStory, Edition, Health
from monitor.render.quotes import quoted


def edition_json(edition: Edition, deliveries: Sequence[Delivery], files: Sequence[Path]) -> dict[str, Any]:
    """The edition, what became of it, and the files that were written; times in RFC 3339."""
    feeds = edition.coverage.feeds
    well = [feed for feed in feeds if feed.health in (Health.HEALTHY, Health.QUIET) and not feed.unreached]
    failing = [feed for feed in feeds if feed.health is not Health.UNKNOWN and feed not in well]
    return {
        "digest": edition.digest,
        "edition": edition.period,
        "id": edition.id or None,
        "since": stamp(edition.since),
        "until": stamp(edition.until),
        "stories": len(edition.stories) + edition.omitted,
        "nothing_new": list(edition.nothing_new),
        "near_misses": len(edition.near_misses) + edition.near_omitted,
        "contents": [
            *(_story(each, in_full=True) for each in edition.stories),
            *(_story(each, in_full=False) for each in edition.more),
        ],
        "feeds": {"healthy": len(well), "failing": len(failing)},
        "muted": edition.coverage.muted,
        "unread": [asdict(each) for each in edition.coverage.unread],
        "deliveries": [{"channel": r.channel, "recipient": r.recipient, "state": r.state.value} for r in deliveries],
        "files": [str(path) for path in files],
    }


def _story(each: DigestStory, *, in_full: bool) -> dict[str, Any]:
    """One story; of a story that is shown as a headline nothing more is worked out."""
    articles = {report.article.id: report.article for report in each.story.reports}
    first = articles.get(each.first_article)
    changes = [{"kind": news.kind, "text": news.text, "article": news.article or None} for news in each.news]
    return {
        "story": each.story.id,
        "headline": each.story.headline,
        "watch": each.story.watch,
        "score": round(each.story.score, 4),
        "in_full": in_full,
        "developing": each.developing,
        "first": _first(each.first, first) if first else None,
        "voices": each.voices or None,
        "copies": [{"article": copy.article, "of": copy.of} for copy in each.copies],
        "silent": list(each.silent),
        "changes": changes,
        "quotes": [{"article": quote.article, "text": quote.text} for quote in quoted(each)] if in_full else [],
        "articles": [_article(article, each) for article in articles.values()],
        "affair": affair_json(each.affair, each.story.id) if each.affair else None,
        "repeats": each.repeats,
        "under": each.under or None,
        "accounts": accounts_json(each.accounts),
        "supporting": [s.report.article.id for s in each.story.supporting],
    }


def _first(publisher: str, article: Article) -> dict[str, Any]:
    # An undated report counts as published when it was read, as in `monitor.stories.provenance`.
    return {"publisher": publisher, "article": article.id, "time": stamp(article.published or article.fetched)}


def _article(article: Article, each: DigestStory) -> dict[str, Any]:
    return {
        "id": article.id,
        "url": article.url,
        "title": article.title,
        "publisher": article.publisher,
        "published": stamp(article.published),
        "language": article.language,
        "new": article.id in each.fresh,
    }
