"""Logging in with the token, and out."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from monitor.web.access import COOKIE, SESSION
from monitor.web.request import Asked


def form(asked: Asked) -> Response:
    return _form(asked, asked.query("next", 1000))


def log_in(asked: Asked) -> Response:
    """A session for who has the token; on to where they were going."""
    wanted = asked.form.get("next", "")[:1000]
    access = asked.desk.access
    if not access.is_token(asked.form.get("token", "").strip()):
        return _form(asked, wanted, "That is not the token.", 403)
    answer = asked.go(wanted)
    answer.set_cookie(
        COOKIE,
        access.new_session(asked.now),
        max_age=int(SESSION.total_seconds()),
        path="/",
        secure=access.over_https(asked.request),
        httponly=True,
        samesite="strict",
    )
    return answer


def log_out(asked: Asked) -> Response:
    asked.changing()
    answer = asked.go("")
    secure = asked.desk.access.over_https(asked.request)
    answer.delete_cookie(COOKIE, path="/", secure=secure, httponly=True, samesite="strict")
    return answer


def _form(asked: Asked, wanted: str, error: str = "", status: int = 200) -> Response:
    if not asked.desk.access.token:
        raise HTTPException(
            404, "no token is set, so nobody can log in; set web: token_file (see docs/how-to/open-the-page.md)"
        )
    onward = asked.way(wanted) if asked.session else ""
    return asked.page("login.html", status, wanted=wanted, error=error, onward=onward)
