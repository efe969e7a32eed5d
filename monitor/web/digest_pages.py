"""The pages of digests: the list of editions with their deliveries, and one edition as it was sent."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from markupsafe import escape
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response

from monitor.deliver.parcel import safe_name
from monitor.digest.export import export_edition, known
from monitor.model import Delivery, DeliveryState
from monitor.render.plain import one_line
from monitor.store import browse
from monitor.store import editions as stored_editions
from monitor.web import take_away
from monitor.web.access import EDITION_POLICY
from monitor.web.paging import Paging
from monitor.web.request import PageRequest

_BODY = re.compile(r"<body[^>]*>", re.IGNORECASE)


def digests(request: PageRequest) -> Response:
    """All editions, newest first, with how their deliveries went. ``?page=``: from 1."""
    if take_away.wanted(request):
        return _to_take(request)
    with request.store.read() as db:
        paging = Paging(request.number("page", 1), browse.edition_count(db))
        found = browse.editions(db, limit=paging.limit, offset=paging.offset)
        owed = browse.deliveries_of(db, [each.id for each in found])
    rows = [
        (each, *map(request.clock.when, (each.since, each.until)), delivered(owed[each.id]), sent_as(owed[each.id]))
        for each in found
    ]
    silent = [(channel, request.clock.when(since)) for channel, since in request.site.silent.items() if since]
    return request.page(
        "digests.html", editions=rows, paging=paging, silent=silent, formats=take_away.of_stories().items(),
        files=take_away.links(request),
    )  # fmt: skip


def _to_take(request: PageRequest) -> Response:
    columns = ("edition", "digest", "period", "subject", "since", "until", "deliveries")
    with request.store.read() as db:
        found = browse.editions(db, limit=take_away.MOST + 1, offset=0)
        owed = browse.deliveries_of(db, [each.id for each in found])
    rows: list[take_away.Row] = [
        {
            "edition": each.id,
            "digest": each.digest,
            "period": each.period,
            "subject": one_line(each.subject, 300),
            "since": each.since.isoformat(timespec="seconds"),
            "until": each.until.isoformat(timespec="seconds"),
            "deliveries": "empty, not sent" if each.skipped else "; ".join(delivered(owed[each.id])) or None,
        }
        for each in found
    ]
    return take_away.answer(request, take_away.first_rows("editions", columns, rows))


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


def _with_way_back(html: str, address: str) -> str:
    """An edition's HTML with a link to the list of editions before all else."""
    link = f'<nav style="margin: 8px 16px;"><a href="{escape(address)}">← All digests</a></nav>'
    return _BODY.sub(lambda found: found[0] + link, html, count=1)


def sent_as(rows: Sequence[Delivery]) -> str:
    """ "as mailed" or, where no mail was owed, "as sent"; "" of an edition that went to nobody."""
    return "as mailed" if any(row.channel == "email" for row in rows) else "as sent" if rows else ""


def _edition(request: PageRequest, number: int) -> Response:
    """The whole edition as its sources have it now. ``?as=text``: as plain text. ``?as=mail``: the HTML as mailed.

    ``?as=`` a format of `monitor.exports`: its stories as they are now.
    """
    with request.store.read() as db:
        try:
            edition, rendered = stored_editions.get(db, number)
        except LookupError:
            raise HTTPException(404, f"there is no edition {number}") from None
    wanted = request.query("as")
    if wanted in take_away.of_stories():
        with request.store.read() as db:
            exported = export_edition(db, edition, rendered.subject, known(request.config))
        return take_away.answer_export(request, exported, f"{safe_name(edition.digest)}-{safe_name(edition.period)}")
    if wanted != "mail":  # which is the record of what was sent
        rendered = request.site.as_it_reads_now(edition, rendered)
    if wanted == "text":
        return PlainTextResponse(rendered.text)
    # ``page`` is empty where the mail holds the whole edition.
    html = rendered.html if wanted == "mail" else _with_way_back(rendered.page or rendered.html, request.way("digests"))
    return Response(html, media_type="text/html", headers={"content-security-policy": EDITION_POLICY})
