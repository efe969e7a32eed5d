"""The pages of digests: the list of editions with their deliveries, and one edition as it was sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response

from monitor.model import Delivery, DeliveryState
from monitor.render.plain import one_line
from monitor.store import browse
from monitor.store import editions as stored_editions
from monitor.web.access import EDITION_POLICY
from monitor.web.paging import Paging
from monitor.web.request import PageRequest


def digests(request: PageRequest) -> Response:
    """All editions, newest first, with how their deliveries went. ``?page=``: from 1."""
    with request.store.read() as db:
        paging = Paging(request.number("page", 1), browse.edition_count(db))
        found = browse.editions(db, limit=paging.limit, offset=paging.offset)
        owed = browse.deliveries_of(db, [each.id for each in found])
    rows = [
        (each, request.clock.when(each.since), request.clock.when(each.until), delivered(owed[each.id]))
        for each in found
    ]
    silent = [(channel, request.clock.when(since)) for channel, since in request.site.silent.items() if since]
    return request.page("digests.html", editions=rows, paging=paging, silent=silent)


def delivered(rows: Sequence[Delivery]) -> list[str]:
    """How an edition's deliveries went: "email: 2 sent" for each channel and state, then a line for each error."""
    counts = Counter(
        (row.channel, row.state) for row in rows if row.state is not DeliveryState.FAILED and not row.error
    )
    lines = [f"{channel}: {count} {state.value}" for (channel, state), count in sorted(counts.items())]
    # A delivery that is tried again after an error is pending still, but its reader should see why.
    wrong = [row for row in rows if row.error or row.state is DeliveryState.FAILED]
    return lines + [f"{row.channel}: {row.state.value}: {one_line(row.error or '', 200)}" for row in wrong]


def digest(request: PageRequest) -> Response:
    """One edition, by its number."""
    return _edition(request, request.path_id())


def digest_of_period(request: PageRequest) -> Response:
    """One edition, by digest and period. Mails link here, because they are rendered before the edition has a number."""
    with request.store.read() as db:
        names = request.http.path_params
        found = stored_editions.find(db, names["digest"], names["period"])
    if found is None:
        raise HTTPException(404, "there is no edition of this digest and period")
    return _edition(request, found)


def _edition(request: PageRequest, number: int) -> Response:
    """The whole edition as its sources have it now. ``?as=text``: as plain text. ``?as=mail``: the HTML as mailed."""
    with request.store.read() as db:
        try:
            edition, rendered = stored_editions.get(db, number)
        except LookupError:
            raise HTTPException(404, f"there is no edition {number}") from None
    wanted = request.query("as")
    if wanted != "mail":  # which is the record of what was sent
        rendered = request.site.as_it_reads_now(edition, rendered)
    if wanted == "text":
        return PlainTextResponse(rendered.text)
    # ``page`` is empty where the mail holds the whole edition.
    html = rendered.html if wanted == "mail" else rendered.page or rendered.html
    return Response(html, media_type="text/html", headers={"content-security-policy": EDITION_POLICY})
