"""What is new since somebody's last visit: their browser remembers when that was, and nothing else does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from starlette.responses import Response

from monitor.web.request import PageRequest

COOKIE = "monitor_visit"
PAUSE = timedelta(minutes=30)  # after which another visit begins
_KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Visit:
    """before: when the visit before this one ended, None for the first. latest: when a page was last asked for."""

    before: datetime | None
    latest: datetime


def visit_of(request: PageRequest) -> Visit:
    """The visit that this request belongs to; what a cookie says of the future, or wrongly, counts for nothing."""
    before, latest = _read(request.http.cookies.get(COOKIE, ""), request.now)
    if latest is None:
        return Visit(None, request.now)
    return Visit(latest if request.now - latest > PAUSE else before, request.now)


def remember(request: PageRequest, answer: Response, visit: Visit) -> Response:
    """The answer, with which the browser remembers the visit."""
    parts = (str(int(each.timestamp())) if each else "" for each in (visit.before, visit.latest))
    secure = request.desk.access.over_https(request.http)
    answer.set_cookie(
        COOKIE, ".".join(parts), max_age=int(_KEPT.total_seconds()), path="/", secure=secure, httponly=True,
        samesite="strict",
    )  # fmt: skip
    return answer


def _read(cookie: str, now: datetime) -> tuple[datetime | None, datetime | None]:
    before, _, latest = cookie.partition(".")
    return _moment(before, now), _moment(latest, now)


def _moment(text: str, now: datetime) -> datetime | None:
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        return None
    moment = datetime.fromtimestamp(int(text), UTC)
    return moment if moment <= now else None
