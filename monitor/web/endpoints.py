"""What machines ask: is it alive, how much of what is there, the stories as a feed; and the style sheet."""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator

from starlette.responses import PlainTextResponse, Response

from monitor import __version__
from monitor.errors import StoreError
from monitor.feeds.schedule import shown_health
from monitor.model import Health
from monitor.render.build import Place
from monitor.store import browse, feed_states, stories
from monitor.web.request import Asked
from monitor.web.views import story_view

IN_FEED = 50  # stories
Sample = tuple[dict[str, str], float]


def healthz(asked: Asked) -> Response:
    """200 "alive", or 503 with the reason: the store cannot be used, or no poll has ended well for long.

    Who may not see the page gets no reason: it can hold paths and addresses.
    """
    trouble = asked.desk.pulse.trouble(asked.now)
    try:
        asked.store.probe()
    except StoreError as error:
        trouble = str(error)
    if not trouble:
        return PlainTextResponse("alive\n")
    told = trouble if asked.desk.access.may_read(asked.request, asked.now) else "not well; the log says why"
    return PlainTextResponse(f"{told}\n", 503)


def metrics(asked: Asked) -> Response:
    """Counts in the Prometheus text format 0.0.4."""
    with asked.store.read() as db:
        states, counts = feed_states.load(db), browse.counts(db)
    enabled = [feed.url for feed in asked.config.feeds if feed.enabled]
    health = Counter(shown_health(states.get(url)) for url in enabled)
    rows: list[tuple[str, str, Iterable[Sample]]] = [
        ("build_info", "The version that runs.", [({"version": __version__}, 1)]),
        ("feeds", "Enabled feeds by health.", [({"health": h.value}, health[h]) for h in Health]),
        ("entries", "Entries stored.", [({}, counts.entries)]),
        ("articles", "Articles stored.", [({}, counts.articles)]),
        ("matches", "Judgements stored, by watch and verdict.", _pairs(counts.matches, "watch", "verdict")),
        ("stories", "Stories stored, by watch.", [({"watch": w}, n) for w, n in counts.stories.items()]),
        ("editions", "Editions stored, by digest.", [({"digest": d}, n) for d, n in counts.editions.items()]),
        ("deliveries", "Deliveries in the ledger.", _pairs(counts.deliveries, "channel", "state")),
        ("started_seconds", "When the service started, as a Unix time.", [({}, asked.desk.pulse.started.timestamp())]),
    ]
    age = asked.desk.pulse.poll_age(asked.now)
    if age is not None:
        rows.append(("last_poll_age_seconds", "Since a poll tick ended well.", [({}, round(age, 3))]))
    text = "".join(line for name, about, samples in rows for line in _family(name, about, samples))
    return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")


def _pairs(counts: dict[tuple[str, str], int], one: str, other: str) -> list[Sample]:
    return [({one: first, other: second}, count) for (first, second), count in sorted(counts.items())]


def _family(name: str, about: str, samples: Iterable[Sample]) -> Iterator[str]:
    name = f"feed_monitor_{name}"
    yield f"# HELP {name} {about}\n# TYPE {name} gauge\n"
    for labels, value in samples:
        told = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        yield f"{name}{f'{{{told}}}' if told else ''} {value:.15g}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def atom(asked: Asked) -> Response:
    """The matched stories, the one that moved last first (RFC 4287). ``?watch=`` for one watch."""
    watch = asked.query("watch") or None
    with asked.store.read() as db:
        found = stories.load(db, browse.story_ids(db, watch, limit=IN_FEED, offset=0))
    found.sort(key=lambda story: (story.last_seen, story.id), reverse=True)
    place = Place(asked.base_url, asked.config.service.http.allow_private_addresses)
    names = {name: each.name for name, each in asked.config.watches.items()}
    views = [story_view(s, names.get(s.watch, s.watch), asked.clock, place, whole=True) for s in found]
    text = asked.desk.pages.fill(
        "stories.atom",
        id=uuid.uuid5(uuid.NAMESPACE_URL, f"{asked.base_url}/{watch or ''}").urn,
        title=", ".join(names.values() if watch is None else [names.get(watch, watch)]),
        updated=views[0].last_seen.iso if views else asked.desk.pulse.started.isoformat(timespec="seconds"),
        base_url=asked.base_url,
        stories=[(uuid.uuid5(uuid.NAMESPACE_URL, f"{s.watch}/{s.id}/{s.first_seen.iso}").urn, s) for s in views],
    )
    return _cached(asked, text, "application/atom+xml")


def style(asked: Asked) -> Response:
    return _cached(asked, asked.desk.pages.source("style.css"), "text/css")


def icon(asked: Asked) -> Response:
    return _cached(asked, asked.desk.pages.source("icon.svg"), "image/svg+xml")


def _cached(asked: Asked, text: str, media_type: str) -> Response:
    """With a validator, so that who has it already is not sent it again."""
    body = text.encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    if tag in asked.request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"ETag": tag})
    return Response(body, media_type=media_type, headers={"ETag": tag})
