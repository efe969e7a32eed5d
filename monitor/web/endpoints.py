"""Endpoints for programs: metrics, and the stories as an Atom feed; and the style sheet and icon."""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator

from starlette.responses import Response

from monitor import __version__
from monitor.feeds.schedule import shown_health
from monitor.feeds.skipped import REASONS
from monitor.model import Health
from monitor.render.build_views import Place
from monitor.store import browse, feed_states, page_edits, stories, upkeep
from monitor.store.unread import RECENT, unread_since
from monitor.web.request import PageRequest
from monitor.web.story_views import story_view

IN_FEED = 50  # stories
Sample = tuple[dict[str, str], float]


def metrics(request: PageRequest) -> Response:
    """Counts in the Prometheus text format 0.0.4."""
    with request.store.read() as db:
        states, counts, kept = feed_states.load(db), browse.counts(db), upkeep.last(db)
        unread = unread_since(db, request.now - RECENT, request.now)
    enabled = [feed.url for feed in request.config.feeds if feed.enabled]
    health = Counter(shown_health(states.get(url)) for url in enabled)
    skipped = Counter[str]()
    for url in enabled:
        skipped.update(states[url].skipped if url in states else {})
    rows: list[tuple[str, str, Iterable[Sample]]] = [
        ("build_info", "The version that runs.", [({"version": __version__}, 1)]),
        # Every health, also those of no feed: an alerting rule cannot watch a series that comes and goes.
        ("feeds", "Enabled feeds by health.", [({"health": h.value}, health[h]) for h in Health]),
        ("entries", "Entries stored.", [({}, counts.entries)]),
        (
            "entries_skipped",
            "Entries that feeds listed at their last poll and that were not taken, by reason.",
            [({"reason": reason}, skipped[reason]) for reason in REASONS],
        ),
        ("articles", "Articles stored.", [({}, counts.articles)]),
        ("matches", "Judgements stored, by watch and verdict.", _pairs(counts.matches, "watch", "verdict")),
        (
            "articles_unread",
            "Articles of the last seven days whose language a watch cannot read or is not sure of, by reason.",
            [({"watch": u.watch, "language": u.language or "unknown", "reason": u.reason}, u.articles) for u in unread],
        ),
        ("stories", "Stories stored, by watch.", [({"watch": w}, n) for w, n in counts.stories.items()]),
        ("editions", "Editions stored, by digest.", [({"digest": d}, n) for d, n in counts.editions.items()]),
        ("deliveries", "Deliveries in the ledger.", _pairs(counts.deliveries, "channel", "state")),
        (
            "started_seconds",
            "When the service started, as a Unix time.",
            [({}, request.desk.pulse.started.timestamp())],
        ),
    ]
    age = request.desk.pulse.poll_age(request.now)
    if age is not None:
        rows.append(("last_poll_age_seconds", "Since a poll tick ended well.", [({}, round(age, 3))]))
    if done := kept.get("backup"):
        age = (request.now - done.at).total_seconds()
        rows.append(("last_backup_age_seconds", "Since `monitor backup` last copied the store.", [({}, age)]))
    if done := kept.get("retention"):
        age = (request.now - done.at).total_seconds()
        pruned: list[Sample] = [({"kind": kind}, count) for kind, count in sorted(done.figures.items())]
        rows.append(("last_retention_age_seconds", "Since a night's share was deleted.", [({}, age)]))
        rows.append(("pruned", "What retention has deleted in all, by kind.", pruned))
    text = "".join(line for name, about, samples in rows for line in _family(name, about, samples))
    return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")


def _pairs(counts: dict[tuple[str, str], int], one: str, other: str) -> list[Sample]:
    return [({one: first, other: second}, count) for (first, second), count in sorted(counts.items())]


def _family(name: str, about: str, samples: Iterable[Sample]) -> Iterator[str]:
    name = f"feed_monitor_{name}"
    yield f"# HELP {name} {about}\n# TYPE {name} gauge\n"
    for labels, value in samples:
        listed = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        yield f"{name}{f'{{{listed}}}' if listed else ''} {value:.15g}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def atom(request: PageRequest) -> Response:
    """The stories as an Atom feed (RFC 4287), the one with the latest report first. ``?watch=``: of one watch."""
    watch = request.query("watch") or None
    with request.store.read() as db:
        found = stories.load(db, browse.story_ids(db, watch, limit=IN_FEED, offset=0))
        changes = page_edits.of_articles(db, (report.article.id for story in found for report in story.reports))
    found.sort(key=lambda story: (story.last_seen, story.id), reverse=True)
    place = Place(request.base_url, request.config.service.http.allow_private_addresses)
    names = {name: each.name for name, each in request.config.watches.items()}
    views = [story_view(s, names.get(s.watch, s.watch), request.clock, place, changes, whole=True) for s in found]
    text = request.desk.pages.fill(
        "stories.atom",
        # Stable ids without a table: a feed reader must recognise the feed and its stories after a restart.
        id=uuid.uuid5(uuid.NAMESPACE_URL, f"{request.base_url}/{watch or ''}").urn,
        title=", ".join(names.values() if watch is None else [names.get(watch, watch)]),
        updated=max(s.updated.iso for s in views)
        if views
        else request.desk.pulse.started.isoformat(timespec="seconds"),
        base_url=request.base_url,
        stories=[(uuid.uuid5(uuid.NAMESPACE_URL, f"{s.watch}/{s.id}/{s.first_seen.iso}").urn, s) for s in views],
    )
    return _cached(request, text, "application/atom+xml")


def style(request: PageRequest) -> Response:
    """The style sheet of the pages."""
    return _cached(request, request.desk.pages.source("style.css"), "text/css")


def icon(request: PageRequest) -> Response:
    """The icon of the pages."""
    return _cached(request, request.desk.pages.source("icon.svg"), "image/svg+xml")


def _cached(request: PageRequest, text: str, media_type: str) -> Response:
    """An answer with an entity tag; 304 without a body for a reader that has it already (RFC 9110, 13.1.2)."""
    # The hash is over the filled template: nothing in the store says when all of its inputs last changed.
    body = text.encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    if tag in request.http.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"ETag": tag})
    return Response(body, media_type=media_type, headers={"ETag": tag})
