"""The metrics, in the Prometheus text format 0.0.4. No label has more values than the configuration names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import sqlalchemy as sa
from starlette.responses import Response

from monitor import __version__
from monitor.feeds.schedule import shown_health
from monitor.feeds.skipped import REASONS
from monitor.model import FeedState, Health
from monitor.store import browse, feed_states, held_alerts, looks, queues, services, upkeep
from monitor.store.unread import RECENT, unread_since
from monitor.text.redact import shown_address
from monitor.web.heartbeat import Pulse
from monitor.web.request import PageRequest

FEEDS = 300  # that have series of their own: the first of the list, so that series do not come and go
Sample = tuple[dict[str, str], float]
Family = tuple[str, str, Iterable[Sample]]
"""Name, what it is, and its samples. What ends in "_total" only rises; everything else is a gauge."""


def metrics(request: PageRequest) -> Response:
    """What an operator watches."""
    with request.store.read() as db:
        states = feed_states.load(db)
        families = [*_counts(db), *_unread(db, request.now), *_waiting(db, request), *_kept(db, request.now)]
        families += _processes(db, request.now)
    enabled = [feed.url for feed in request.config.feeds if feed.enabled]
    families += [*_of_service(request.desk.pulse, request.now), *_of_feeds(enabled, states, request.now)]
    text = "".join(line for family in families for line in _lines(*family))
    return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")


def _of_service(pulse: Pulse, now: datetime) -> Iterator[Family]:
    yield "build_info", "The version that runs.", [({"version": __version__}, 1)]
    yield "started_seconds", "When the service started, as a Unix time.", [({}, pulse.started.timestamp())]
    yield "event_loop_lag_seconds", "How late the event loop was at most in the last minute.", [({}, pulse.lag)]
    yield (
        "ticks_total",
        "Ticks that have ended since the start, by outcome.",
        [({"tick": tick, "outcome": outcome}, count) for (tick, outcome), count in sorted(pulse.outcomes.items())],
    )
    yield (
        "tick_seconds",
        "How long the last tick took that ended well.",
        [({"tick": tick}, seconds) for tick, seconds in sorted(pulse.seconds.items())],
    )
    age = pulse.poll_age(now)
    if age is not None:
        yield "last_poll_age_seconds", "Since a poll tick ended well.", [({}, round(age, 3))]


def _of_feeds(enabled: list[str], states: Mapping[str, FeedState], now: datetime) -> Iterator[Family]:
    health = Counter(shown_health(states.get(url)) for url in enabled)
    entries, skipped = Counter[str](), Counter[str]()
    for state in (states[url] for url in enabled if url in states):
        entries.update(state.entries)
        skipped.update(state.skipped)
    # Every health, also those of no feed: an alerting rule cannot watch a series that comes and goes.
    yield "feeds", "Enabled feeds by health.", [({"health": h.value}, health[h]) for h in Health]
    yield "entries_listed", "Entries in the last bodies that were read of feeds.", [({}, entries["seen"])]
    yield (
        "entries_taken",
        "Those of them that were taken, as new ones or as updates.",
        [({"as": name}, entries[name]) for name in ("new", "updated")],
    )
    yield (
        "entries_skipped",
        "Those of them that were not taken, by reason.",
        [({"reason": reason}, skipped[reason]) for reason in REASONS],
    )
    own = [(shown_address(url), states[url]) for url in enabled[:FEEDS] if url in states]
    yield "feeds_without_series", "Enabled feeds beyond those with series.", [({}, max(0, len(enabled) - FEEDS))]
    yield (
        "feed_answer_seconds",
        "How long the last request of a feed took.",
        [({"feed": url}, state.answer_seconds) for url, state in own if state.answer_seconds is not None],
    )
    yield (
        "feed_last_success_age_seconds",
        "Since a feed could be read.",
        [({"feed": url}, _age(state.last_success, now)) for url, state in own if state.last_success],
    )
    yield (
        "feed_last_new_entry_age_seconds",
        "Since a feed brought something new.",
        [({"feed": url}, _age(state.last_new_entry, now)) for url, state in own if state.last_new_entry],
    )


def _counts(db: sa.Connection) -> Iterator[Family]:
    counts = browse.counts(db)
    yield "entries", "Entries stored.", [({}, counts.entries)]
    yield "articles", "Articles stored.", [({}, counts.articles)]
    yield "matches", "Judgements stored, by watch and verdict.", _pairs(counts.matches, "watch", "verdict")
    yield "stories", "Stories stored, by watch.", [({"watch": w}, n) for w, n in counts.stories.items()]
    yield "editions", "Editions stored, by digest.", [({"digest": d}, n) for d, n in counts.editions.items()]
    yield (
        "alerts_held",
        "Reports of which no alert was sent, because an alert had told of their event, by reason.",
        _pairs(held_alerts.count(db), "watch", "reason"),
    )
    yield (
        "looks",
        "Looks at the pages of published articles, by what they found.",
        [({"outcome": outcome}, count) for outcome, count in looks.count(db).items()],
    )
    yield "deliveries", "Deliveries in the ledger.", _pairs(counts.deliveries, "channel", "state")


def _unread(db: sa.Connection, now: datetime) -> Iterator[Family]:
    unread = unread_since(db, now - RECENT, now)
    yield (
        "articles_unread",
        "Articles of the last seven days whose language a watch cannot read or is not sure of, by reason.",
        [({"watch": u.watch, "language": u.language or "unknown", "reason": u.reason}, u.articles) for u in unread],
    )


def _waiting(db: sa.Connection, request: PageRequest) -> Iterator[Family]:
    lengths, retried, composed = queues.lengths(db, request.now), queues.retried(db), queues.last_composed(db)
    yield "queue", "How much waits, by step.", [({"step": step}, count) for step, count in lengths.items()]
    yield (
        "deliveries_retried",
        "Deliveries that failed and are tried again: the other side does not answer, or refuses.",
        [({"channel": channel}, count) for channel, count in sorted(retried.items())],
    )
    yield (
        "channel_silent",
        "Whether a channel does not answer, so that one delivery a round is tried and the others wait.",
        [({"channel": channel}, int(since is not None)) for channel, since in sorted(request.site.silent.items())],
    )
    if request.config.service.model:
        yield (
            "model_sentences_total",
            "What came of asking the model since the start: sentences kept or dropped, stories failed, by reason.",
            _pairs(dict(request.site.retold), "outcome", "reason"),
        )
    if oldest := queues.oldest_open_delivery(db):
        yield "oldest_open_delivery_age_seconds", "Since it was owed.", [({}, _age(oldest, request.now))]
    named = [digest.name for digest in request.config.service.digests if digest.name in composed]
    yield (
        "digest_age_seconds",
        "Since the newest edition of a digest was composed.",
        [({"digest": name}, _age(composed[name], request.now)) for name in named],
    )


def _processes(db: sa.Connection, now: datetime) -> Iterator[Family]:
    roles = Counter(each.role for each in services.at_work(db, now))
    yield "processes", "At work on this store.", [({"role": role}, roles[role]) for role in ("service", "worker")]


def _kept(db: sa.Connection, now: datetime) -> Iterator[Family]:
    done = upkeep.last(db)
    if backup := done.get("backup"):
        yield "last_backup_age_seconds", "Since `monitor backup` last copied the store.", [({}, _age(backup.at, now))]
    if retention := done.get("retention"):
        yield "last_retention_age_seconds", "Since a night's share was deleted.", [({}, _age(retention.at, now))]
        pruned = sorted(retention.figures.items())
        yield "pruned", "What retention has deleted in all, by kind.", [({"kind": k}, n) for k, n in pruned]


def _age(moment: datetime | None, now: datetime) -> float:
    return round((now - moment).total_seconds(), 3) if moment else 0.0


def _pairs(counts: dict[tuple[str, str], int], one: str, other: str) -> list[Sample]:
    return [({one: first, other: second}, count) for (first, second), count in sorted(counts.items())]


def _lines(name: str, about: str, samples: Iterable[Sample]) -> Iterator[str]:
    name = f"feed_monitor_{name}"
    yield f"# HELP {name} {about}\n# TYPE {name} {'counter' if name.endswith('_total') else 'gauge'}\n"
    for labels, value in samples:
        listed = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        yield f"{name}{f'{{{listed}}}' if listed else ''} {value:.15g}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
