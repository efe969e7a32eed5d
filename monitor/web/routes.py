"""The addresses of the page and the function of each; around them the access check, worker threads and error pages."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from urllib.parse import parse_qsl, quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.errors import ConfigError, MonitorError, StoreError
from monitor.web import (
    article_page,
    audit_page,
    calendar_page,
    digest_pages,
    digest_settings,
    endpoints,
    entity_page,
    feeds_page,
    file_edits,
    hub_calls,
    judge,
    judge_by_mail,
    login,
    new_watch,
    search_page,
    story_pages,
    volume_page,
    watch_page,
    watch_settings,
)
from monitor.web.access import HEADERS
from monitor.web.api import Api
from monitor.web.health import Health
from monitor.web.metrics import metrics
from monitor.web.problems import problem, rpc_problem
from monitor.web.request import Desk, PageRequest
from monitor.web.turns import body_of, turn_of

log = logging.getLogger(__name__)

MAX_FORM = 200_000  # bytes
MAX_PASTED = 2_000_000  # of a form that articles are pasted into; six bytes a Persian letter
OPEN = ("/healthz", "/login", "/style.css", "/desk.js", "/icon.svg")  # seen without the token
MCP = "/mcp"
HUBS = "/hub/"  # what hubs call, at addresses that nobody can guess
MOST_AT_ONCE = 100  # requests; beyond that the answer is 503
FOR_MACHINES = ("/metrics", "/feed.atom", "/search.atom")
View = Callable[[PageRequest], Response]


def build(desk: Desk) -> ASGIApp:
    """The page as an ASGI application."""
    turns, costly = desk.lanes.quick, desk.lanes.costly

    def get(path: str, view: View, lane: asyncio.Semaphore = turns) -> Route:
        return Route(path, _endpoint(desk, lane, view), methods=["GET"])

    def post(path: str, view: View, lane: asyncio.Semaphore = turns, most: int = MAX_FORM) -> Route:
        return Route(path, _endpoint(desk, lane, view, most), methods=["POST"])

    routes = [
        get("/", story_pages.stories),
        get("/stories/{id:int}", story_pages.story),
        get("/articles/{id:int}", article_page.article),
        get("/near-misses", story_pages.near_misses),
        post("/judge", judge.judge),
        get("/judge/{id:int}", judge_by_mail.ask),
        post("/judge/{id:int}", judge_by_mail.answer),
        get("/judged", judge.decided),
        get("/audit", audit_page.audit),
        post("/audit", audit_page.start, costly),
        get("/volume", volume_page.page),
        get("/entities", entity_page.entities),
        get("/entities/{id}", entity_page.entity),
        get("/calendar", calendar_page.page),
        get("/digests", digest_pages.digests),
        get("/digests/settings", digest_settings.settings),
        post("/digests/settings", digest_settings.edit, costly),
        get("/digests/{id:int}", digest_pages.digest),
        get("/digests/{digest}/{period}", digest_pages.digest_of_period),
        get("/feeds", feeds_page.feeds),
        post("/feeds", feeds_page.arrange, costly),
        get("/edits", file_edits.edits),
        post("/edits", file_edits.undo),
        get("/new-watch", new_watch.form),
        post("/new-watch", new_watch.learn, costly, MAX_PASTED),
        get("/watches/{name}", watch_page.watch),
        post("/watches/{name}", watch_page.edit, costly),
        get("/watches/{name}/settings", watch_settings.settings),
        post("/watches/{name}/settings", watch_settings.edit, costly),
        post("/watches/{name}/learn", watch_page.learn, costly),
        get("/search", search_page.search, costly),
        get("/search.atom", search_page.feed, costly),
        get("/feed.atom", endpoints.atom),
        Route("/healthz", Health(desk).answer, methods=["GET"]),
        Route("/hub/{token}", hub_calls.verify(desk), methods=["GET"]),
        Route("/hub/{token}", hub_calls.notify(desk), methods=["POST"]),
        get("/metrics", metrics),
        get("/login", login.form),
        post("/login", login.log_in),
        post("/logout", login.log_out),
        get("/style.css", endpoints.style),
        get("/desk.js", endpoints.script),
        get("/icon.svg", endpoints.icon),
        Mount("/api/v1", Api(desk)),
        *([Route(MCP, desk.mcp)] if desk.mcp else []),
    ]
    refuse = _refusing(desk, turns)
    handlers = {HTTPException: refuse, StoreError: refuse, ConfigError: refuse, Exception: refuse}
    return _Guard(Starlette(routes=routes, exception_handlers=handlers), desk)  # outermost: errors have its headers too


def _endpoint(
    desk: Desk, turns: asyncio.Semaphore, view: View, most: int = MAX_FORM
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        form = await _form(request, most) if request.method == "POST" else {}
        async with turn_of(turns):
            return await run_in_threadpool(view, PageRequest(request, desk, desk.site(), desk.clock(), form))

    return answer


async def _form(request: Request, most: int) -> dict[str, str]:
    """The fields of a posted form. Raises HTTPException 415 for another type, 413 for too much, 400 for no form."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise HTTPException(415, "a form sends application/x-www-form-urlencoded")
    body = await body_of(request, most, "the form")
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=200))
    except ValueError as error:
        raise HTTPException(400, "this is not a form") from error


def _refusing(desk: Desk, turns: asyncio.Semaphore) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def refused(request: Request, error: Exception) -> Response:
        status, text = _error_text(error)
        if _for_programs(request.url.path):
            return _told(request.url.path, status, text, getattr(error, "headers", None))
        failed = PageRequest(request, desk, desk.site(), desk.clock())
        async with turns:
            page = await run_in_threadpool(partial(failed.page, "error.html", status, status=status, text=text))
        page.headers.update(getattr(error, "headers", None) or {})
        return page

    return refused


def _error_text(error: Exception) -> tuple[int, str]:
    """The HTTP status and one sentence for the page. A bug's trace is in the log, never on the page."""
    if isinstance(error, HTTPException):
        return error.status_code, error.detail
    if isinstance(error, StoreError):
        return 503, str(error)
    if isinstance(error, MonitorError):
        return 500, str(error)
    return 500, "this page failed on something unexpected; the service's log has the details"


class _Guard:
    """Checks the Host header and the sender before every page, and adds the headers of `access` to every answer."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self._app = app
        self._desk = desk
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        # Health has a lane of its own: what asks for it decides whether the service lives.
        full = self._open >= MOST_AT_ONCE and scope["path"] != "/healthz"
        request = Request(scope)
        busy = _plain(request, 503, "Too many requests at once; try again.") if full else None
        refused = busy or self._refused(request)
        self._open += 1
        try:
            await (refused or self._app)(scope, receive, _with_headers(send))
        finally:
            self._open -= 1

    def _refused(self, request: Request) -> Response | None:
        access = self._desk.access
        if not access.answers_to(request.headers.get("host", "")):
            text = "This page does not answer to that host name. To use the name, write it as public_url in web:."
            return _plain(request, 421, text)
        path = request.url.path
        if path in OPEN or path.startswith(HUBS) or _has_key(request) or access.may_read(request, self._desk.clock()):
            return None
        # Programs and forms cannot follow a redirect to a login page in a useful way.
        if path in FOR_MACHINES or _for_programs(path) or request.method != "GET":
            challenge = {"WWW-Authenticate": 'Bearer, Basic realm="feed-monitor", charset="UTF-8"'}
            known = request.headers.get("authorization")
            said = "The token that was sent is none of this page's." if known else "The token is needed to see this."
            return _plain(request, 401, said, challenge)
        root = "../" * (path.count("/") - 1) or "./"
        wanted = path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"{root}login?next={quote(wanted, safe='')}", 303)


def _has_key(request: Request) -> bool:
    """Whether a link of a mail is opened, or its form sent: the key in it is checked by the page."""
    asked = request.url.path.startswith("/judge/")
    return asked and (request.method == "POST" or "key" in request.query_params)


def _for_programs(path: str) -> bool:
    """Whether an address is for programs, which read no pages."""
    return path.startswith(("/api/", MCP))


def _told(path: str, status: int, text: str, headers: Mapping[str, str] | None) -> Response:
    """A refusal in the form that a program at this address reads."""
    return rpc_problem(status, text, headers) if path == MCP else problem(status, text, headers=headers)


def _plain(request: Request, status: int, text: str, headers: Mapping[str, str] | None = None) -> Response:
    """A refusal in one line, for a program in its own form."""
    if _for_programs(request.url.path):
        return _told(request.url.path, status, text, headers)
    return PlainTextResponse(f"{text}\n", status, headers)


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)  # an edition brings a policy of its own
        await send(message)

    return sending
