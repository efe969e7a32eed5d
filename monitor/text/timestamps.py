"""Which of the dates a feed or page gives can be believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # before the web: a zero, a test value or another calendar
_AHEAD = timedelta(days=1)


def believable(moment: datetime | None, now: datetime) -> datetime | None:
    """``moment`` in UTC, or None when it cannot be when something was published.

    Up to a day ahead of ``now`` it is a wrong time zone and taken as ``now``; further ahead, and before 1990,
    it is no date. A naive time is read as UTC.
    """
    if moment is None:
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        return None
    if moment < EARLIEST or moment > now + _AHEAD:
        return None
    return min(moment, now)


def iso_date(text: object) -> datetime | None:
    """An RFC 3339 or ISO 8601 time ("2026-11-21T07:00:00Z", "20261121T070000Z"); None for anything else."""
    if not isinstance(text, str) or not 8 <= len(text) <= 40:
        return None
    try:
        return datetime.fromisoformat(text.strip().replace("z", "Z"))
    except ValueError:
        return None
