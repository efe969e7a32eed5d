"""The API as a FastAPI application: turns, entity tags, problems, and the OpenAPI document."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from monitor import __version__
from monitor.api.base import AskedWronglyError, UnknownError
from monitor.api.wrong_values import advice
from monitor.errors import MonitorError, StoreError
from monitor.pipeline.decide import GoneError, UndecidedError
from monitor.web.api import endpoints
from monitor.web.api.written import written
from monitor.web.entity_tags import tagged
from monitor.web.health import Health
from monitor.web.problems import MEDIA, Problem, Wrong, problem
from monitor.web.request import Desk
from monitor.web.turns import body_of, turn_of

log = logging.getLogger(__name__)

LARGEST = 200_000  # bytes of what is sent
ABOUT = """What the page shows, for programs. Lists come in pages: `next` of an answer is the `cursor` of the page
after it, null on the last. Titles, texts and quotes are what outlets wrote, and stand as they came. Errors are problem
details (RFC 9457)."""
_NO_JSON = "what was sent is no JSON"
_REFUSED: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "a problem: `detail` says what to do",
        "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}


def build_api(desk: Desk) -> FastAPI:
    """The application. Its routes hang on one table, `endpoints.TABLE`."""
    app = FastAPI(
        title="feed-monitor", version=f"{__version__}", description=ABOUT, openapi_url=None, docs_url=None,
        redoc_url=None, redirect_slashes=False, separate_input_output_schemas=False,
    )  # fmt: skip
    app.state.desk, app.state.health = desk, Health(desk)
    for each in endpoints.TABLE:
        lane = desk.lanes.costly if each.costly else desk.lanes.quick
        app.router.add_api_route(
            each.path,
            _answering(each.view, each.status),
            methods=[each.method],
            name=each.view.__name__,
            operation_id=each.view.__name__,
            tags=[each.tag],
            status_code=each.status,
            summary=(each.view.__doc__ or "").split(". ")[0].strip().rstrip("."),
            description=(each.view.__doc__ or "").strip(),
            responses=_REFUSED,
            route_class_override=_in_turn(lane),
        )
    app.add_api_route("/health", endpoints.health, name="health", operation_id="health", tags=["service"],
                      responses={503: {"model": endpoints.HealthAnswer}, **_REFUSED})  # fmt: skip
    app.add_api_route("/openapi.json", _document, include_in_schema=False)
    for kind in (HTTPException, RequestValidationError, MonitorError, Exception):
        app.add_exception_handler(kind, _refused)
    return app


def _answering(view: endpoints.View, status: int) -> Callable[..., Response]:
    """The view as FastAPI calls it: with the same parameters, and a finished answer."""

    @wraps(view)
    def answer(**given: Any) -> Response:
        return written(view(**given), status)

    return answer


def _in_turn(lane: asyncio.Semaphore) -> type[APIRoute]:
    """A route that takes its turn, reads no more than `LARGEST`, and gives its answers entity tags."""

    class InTurn(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            original = super().get_route_handler()

            async def handler(request: Request) -> Response:
                _once_each(request)
                body = await _sent(request)

                async def receive() -> dict[str, Any]:
                    return {"type": "http.request", "body": body, "more_body": False}

                async with turn_of(lane):
                    answer = await original(Request(request.scope, receive))
                return tagged(request, answer) if request.method == "GET" and answer.status_code == 200 else answer

            return handler

    return InTurn


def _once_each(request: Request) -> None:
    """Raises RequestValidationError for a parameter that is given twice: which of the two is meant cannot be known."""
    given = Counter(name for name, _ in request.query_params.multi_items())
    twice = [name for name, count in given.items() if count > 1]
    if twice:
        wrong = [
            {"type": "given_twice", "loc": ("query", each), "msg": "this is given more than once; send it once"}
            for each in twice
        ]
        raise RequestValidationError(wrong)


async def _sent(request: Request) -> bytes:
    """What was sent as JSON. Raises HTTPException 415 for another type."""
    body = await body_of(request, LARGEST, "what was sent")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method == "POST" and kind != "application/json":
        raise HTTPException(415, "send application/json")
    return body


def _document(request: Request) -> Response:
    """The OpenAPI document, with the address at which it was asked for. In a thread: the first takes half a second."""
    app: FastAPI = request.app
    made = dict(app.openapi())
    made["servers"] = [{"url": f"{endpoints.page_request(request).base_url}/api/v1"}]
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    made["components"]["schemas"] |= {**schema.pop("$defs"), "Problem": schema}
    made["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    made["security"] = [{"token": []}, {}]
    return tagged(request, Response(json.dumps(made, ensure_ascii=False), media_type="application/json"))


async def _refused(request: Request, error: Exception) -> Response:
    if isinstance(error, RequestValidationError):
        found = error.errors()
        unreadable = any(each["type"] == "json_invalid" for each in found)
        wrong = [
            Wrong(where=".".join(map(str, each["loc"])), message=advice(each, "there is no such parameter"))
            for each in found
        ]
        detail = _NO_JSON if unreadable else "; ".join(f"{w.where}: {w.message}" for w in wrong[:5])
        return problem(400 if unreadable else 422, detail, wrong)
    if isinstance(error, HTTPException):
        if error.status_code == 404:
            return problem(404, "there is nothing at this address; /api/v1/openapi.json lists what there is")
        if error.status_code == 405:
            allowed = ", ".join(_allowed(request))
            return problem(405, f"this address takes {allowed}", headers={"Allow": allowed})
        if error.status_code == 400:  # FastAPI's own, of a body that is nested too deeply or in no encoding of JSON
            return problem(400, _NO_JSON)
        return problem(error.status_code, error.detail, headers=error.headers)
    for kind, status in _STATUS.items():
        if isinstance(error, kind):
            return problem(status, str(error))
    return problem(500, "this failed on something unexpected; the service's log has the details")


_STATUS: dict[type[MonitorError], int] = {
    UnknownError: 404, GoneError: 404, AskedWronglyError: 400, UndecidedError: 409, StoreError: 503, MonitorError: 500,
}  # fmt: skip


def _allowed(request: Request) -> list[str]:
    """The methods that the address takes: Starlette names those of the first route alone."""
    app: FastAPI = request.app
    found = {
        method
        for route in app.routes
        if isinstance(route, APIRoute) and route.matches(request.scope)[0] is not Match.NONE
        for method in route.methods or ()
    }
    return sorted(found | ({"HEAD"} if "GET" in found else set()))
