"""Endpoints for programs: the stories as an Atom feed; and the style sheet and icon."""

from __future__ import annotations

import uuid

from starlette.responses import Response

from monitor.render.build_views import Place
from monitor.store import browse, page_edits, stories
from monitor.web.entity_tags import tagged
from monitor.web.request import PageRequest
from monitor.web.story_views import story_view

IN_FEED = 50  # stories


def atom(request: PageRequest) -> Response:
    """The stories as an Atom feed (RFC 4287), the one with the latest report first. ``?watch=``: of one watch."""
    watch = request.query("watch") or None
    with request.store.read() as db:
        found = stories.load(db, browse.story_ids(db, watch, limit=IN_FEED, offset=0, muted=False))
        changes = page_edits.of_articles(db, (report.article.id for story in found for report in story.reports))
    found.sort(key=lambda story: (story.last_seen, story.id), reverse=True)
    place = Place(request.base_url, request.config.service.http.allow_private_addresses)
    names = {name: each.name for name, each in request.config.watches.items()}
    views = [
        story_view(s, names.get(s.watch, s.watch), request.clock, place, changes, whole=True, reads=request.reads)
        for s in found
    ]
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


def script(request: PageRequest) -> Response:
    """The script of the pages."""
    return _cached(request, request.desk.pages.source("desk.js"), "text/javascript")


def icon(request: PageRequest) -> Response:
    """The icon of the pages."""
    return _cached(request, request.desk.pages.source("icon.svg"), "image/svg+xml")


def _cached(request: PageRequest, text: str, media_type: str) -> Response:
    return tagged(request.http, Response(text, media_type=media_type))
