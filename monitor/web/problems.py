"""Errors for programs, with one sentence that says what to do: problem details (RFC 9457), or those of JSON-RPC."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel, Field
from starlette.responses import Response

from monitor.text.redact import shown_text

MEDIA = "application/problem+json"
_INVALID_REQUEST, _INTERNAL_ERROR = -32600, -32603  # codes of JSON-RPC 2.0


class Wrong(BaseModel):
    """A value that cannot be taken. where: such as "query.limit"."""

    where: str
    message: str


class Problem(BaseModel):
    """What went wrong. errors: each value that cannot be taken."""

    type: Annotated[str, Field(description="always about:blank: the status says what kind it is")] = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[Wrong] = []


def problem(
    status: int, detail: str, errors: Sequence[Wrong] = (), headers: Mapping[str, str] | None = None
) -> Response:
    """The answer with these details; what could let somebody in is hidden in them."""
    told = Problem(title=HTTPStatus(status).phrase, status=status, detail=shown_text(detail), errors=list(errors))
    text = json.dumps(told.model_dump(exclude_defaults=False), ensure_ascii=False)
    return Response(text, status, dict(headers or {}), MEDIA)


def rpc_problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """The same as an error of JSON-RPC: a client of MCP shows no other, and says only that there was one."""
    code = _INTERNAL_ERROR if status >= 500 else _INVALID_REQUEST
    told = {"jsonrpc": "2.0", "id": None, "error": {"code": code, "message": shown_text(detail)}}
    return Response(json.dumps(told, ensure_ascii=False), status, dict(headers or {}), "application/json")
