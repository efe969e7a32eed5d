"""The page to log in with the token, and logging out."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from monitor.render.plain import one_line
from monitor.web.access import COOKIE, NAME, SESSION
from monitor.web.request import PageRequest


def form(request: PageRequest) -> Response:
    """The form for the token. ``?next=``: the page to go on to. Raises HTTPException 404 where there is no token."""
    return _form(request, request.query("next", 1000))


def log_in(request: PageRequest) -> Response:
    """Begin a session for a sender with the token and redirect to ``next``; the form again with 403 without it."""
    # `PageRequest.way` keeps the redirect on this page, whatever address a foreign link put into ``next``.
    wanted = request.form.get("next", "")[:1000]
    access = request.desk.access
    given = request.form.get("token", "").strip()
    reads = access.is_reading_token(given)
    if not reads and not access.is_token(given):
        return _form(request, wanted, "That is not the token.", 403)
    answer = request.go(wanted)
    answer.set_cookie(
        COOKIE,
        access.new_session(request.now, one_line(request.form.get("name", ""), NAME), reads=reads),
        max_age=int(SESSION.total_seconds()),
        path="/",
        secure=access.over_https(request.http),
        httponly=True,
        samesite="strict",  # the cookie is not sent when a foreign page links or posts here
    )
    return answer


def log_out(request: PageRequest) -> Response:
    """End the session in this browser. Raises HTTPException 403 for a form that is not this page's."""
    if not request.desk.access.may_leave(request.http, request.form.get("csrf", ""), request.now):
        raise HTTPException(403, "this is not the button of this page; load the page again, then log out")
    answer = request.go("")
    secure = request.desk.access.over_https(request.http)
    answer.delete_cookie(COOKIE, path="/", secure=secure, httponly=True, samesite="strict")
    return answer


def _form(request: PageRequest, wanted: str, error: str = "", status: int = 200) -> Response:
    if not request.desk.access.token:
        raise HTTPException(
            404, "no token is set, so nobody can log in; set web: token_file (see docs/how-to/open-the-page.md)"
        )
    onward = request.way(wanted) if request.session or request.reader else ""
    return request.page("login.html", status, wanted=wanted, error=error, onward=onward)
