"""The delivery ledger: one row for each edition, channel and recipient, and one more for each resend on request.

A row goes from pending to sending, and from there to sent or failed. It is claimed by a conditional update whose row
count decides. The number of the attempt says whose claim it is: only its owner can renew or settle it. A row that
stays in "sending" beyond its lease (its service was killed) is claimed again and sent with the same Message-ID, by
which a mail server or reader can drop the second copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.model import Delivery, DeliveryState
from monitor.store import claimants, jobs, schema
from monitor.store.rows import insert
from monitor.text.redact import shown_host, shown_text

LEASE = timedelta(minutes=5)  # renewed by its owner while it sends


def add(
    db: sa.Connection,
    edition_id: int,
    rows: Iterable[tuple[str, str, str]],
    now: datetime,
    *,
    not_before: datetime | None = None,
    resend: int = 0,
) -> None:
    """Add a pending delivery for each (channel, recipient, Message-ID), to be tried from ``not_before`` on.

    resend: 0 for the first sending; 1, 2, ... for each resend on request. Rows that exist already are left alone. Where
    several processes share the store, the job that sends them comes with them.
    """
    values = [
        {
            "edition_id": edition_id,
            "channel": c,
            "recipient": r,
            "resend": resend,
            "message_id": m,
            "state": "pending",
            "attempts": 0,
            "next_try": not_before,
            "created": now,
            "updated": now,
        }
        for c, r, m in rows
    ]
    if values:
        db.execute(insert(db, schema.deliveries).on_conflict_do_nothing(), values)
        if not_before is None:
            jobs.defer(db, [jobs.Due("deliver")])


def due(
    db: sa.Connection, now: datetime, edition_id: int | None = None, digests: Sequence[str] | None = None
) -> list[Delivery]:
    """Deliveries to try now, oldest first: of one edition, of these digests, or of all."""
    table, edition = schema.deliveries, schema.editions.c
    where = [_claimable(db, now)] + ([table.c.edition_id == edition_id] if edition_id else [])
    if digests is not None:
        where.append(table.c.edition_id.in_(sa.select(edition.id).where(edition.digest.in_(digests))))
    return [_delivery(row) for row in db.execute(sa.select(table).where(*where).order_by(table.c.id))]


def claim(db: sa.Connection, delivery: Delivery, now: datetime) -> Delivery | None:
    """Claim a delivery: as it is claimed, and then nobody else sends it within `LEASE`; None when another has it."""
    table = schema.deliveries
    # The condition is checked again inside the update: between `due` and here another service may have claimed it. The
    # number of attempts is part of it, so that the claim has a number that no other has.
    mine = (table.c.id == delivery.id, table.c.attempts == delivery.attempts)
    values = {"state": "sending", "attempts": (attempts := delivery.attempts + 1), "updated": now}
    claiming = table.update().where(*mine, _claimable(db, now))
    claimed = db.execute(claiming.values(**values, sender=claimants.own())).rowcount
    return replace(delivery, attempts=attempts, state=DeliveryState.SENDING) if claimed else None


def renew(db: sa.Connection, claimed: Delivery, now: datetime) -> bool:
    """Begin the lease of a claim anew; False when it was lost to another."""
    return bool(db.execute(_claim_of(claimed).values(updated=now)).rowcount)


def settle(
    db: sa.Connection, claimed: Delivery, state: DeliveryState, now: datetime, *, error: str | None = None,
    next_try: datetime | None = None,
) -> bool:  # fmt: skip
    """Record how a claimed delivery ended; False when the claim was lost to another, which records its own end.

    state: PENDING, with ``next_try``, to have it tried again then.
    """
    values = {"state": state.value, "error": error, "next_try": next_try, "updated": now}
    return bool(db.execute(_claim_of(claimed).values(**values)).rowcount)


def _claim_of(claimed: Delivery) -> sa.Update:
    table = schema.deliveries
    own = (table.c.id == claimed.id, table.c.attempts == claimed.attempts, table.c.state == DeliveryState.SENDING.value)
    return table.update().where(*own)


def of_edition(db: sa.Connection, edition_id: int) -> list[Delivery]:
    """All deliveries of an edition, oldest first."""
    table = schema.deliveries
    return [
        _delivery(row)
        for row in db.execute(sa.select(table).where(table.c.edition_id == edition_id).order_by(table.c.id))
    ]


def receivers(db: sa.Connection, digest: str, article_ids: Sequence[int]) -> list[tuple[str, str]]:
    """(channel, recipient) of everyone who was sent, or is still owed, an edition of ``digest`` with these articles."""
    table, shown = schema.deliveries.c, schema.edition_articles.c
    editions = sa.select(shown.edition_id).where(shown.digest == digest, shown.article_id.in_(article_ids))
    where = (table.edition_id.in_(editions), table.state != DeliveryState.FAILED.value)
    rows = db.execute(sa.select(table.channel, table.recipient).where(*where).order_by(table.id))
    return list(dict.fromkeys((row.channel, shown_host(row.recipient)) for row in rows))


def replace_unsent(db: sa.Connection, digest: str, article_ids: Sequence[int], now: datetime, why: str) -> None:
    """Settle as failed, with ``why``, what nobody tried to send yet of editions of ``digest`` with these articles."""
    table, shown = schema.deliveries.c, schema.edition_articles.c
    editions = sa.select(shown.edition_id).where(shown.digest == digest, shown.article_id.in_(article_ids))
    unsent = (table.edition_id.in_(editions), table.state == DeliveryState.PENDING.value, table.attempts == 0)
    values = {"state": DeliveryState.FAILED.value, "error": why, "next_try": None, "updated": now}
    db.execute(schema.deliveries.update().where(*unsent).values(**values))


def count_open(db: sa.Connection) -> int:
    """How many deliveries are neither sent nor failed."""
    table = schema.deliveries.c
    return db.scalar(sa.select(sa.func.count()).where(table.state.in_(("pending", "sending")))) or 0


def resends(db: sa.Connection, edition_id: int) -> int:
    """How often the edition was resent on request."""
    table = schema.deliveries.c
    return db.scalar(sa.select(sa.func.max(table.resend)).where(table.edition_id == edition_id)) or 0


def recent(db: sa.Connection, limit: int, *, edition: int | None = None, below: int | None = None) -> list[Delivery]:
    """The newest ``limit`` deliveries, newest first: of all, of one edition, or with a number below one."""
    table = schema.deliveries
    where = [*([table.c.edition_id == edition] if edition is not None else []),
             *([table.c.id < below] if below is not None else [])]  # fmt: skip
    return [
        _delivery(row) for row in db.execute(sa.select(table).where(*where).order_by(table.c.id.desc()).limit(limit))
    ]


def _claimable(db: sa.Connection, now: datetime) -> sa.ColumnElement[bool]:
    table = schema.deliveries.c
    pending = sa.and_(table.state == "pending", sa.or_(table.next_try.is_(None), table.next_try <= now))
    senders = db.scalars(sa.select(table.sender).where(table.state == "sending", table.sender.is_not(None)).distinct())
    ended = [mark for mark in senders if claimants.has_ended(mark)]
    left = sa.or_(table.updated <= now - LEASE, table.sender.in_(ended)) if ended else table.updated <= now - LEASE
    return sa.or_(pending, sa.and_(table.state == "sending", left))


def _delivery(row: Any) -> Delivery:
    values = {name: row._mapping[name if name != "edition" else "edition_id"] for name in Delivery.__dataclass_fields__}
    # Earlier versions kept the whole address of a webhook, which is a secret.
    shown = {"recipient": shown_host(row.recipient), "error": row.error and shown_text(row.error)}
    return Delivery(**(values | shown | {"state": DeliveryState(row.state)}))
