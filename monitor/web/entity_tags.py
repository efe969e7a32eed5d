"""Entity tags: who has an answer already gets 304 and no body."""

from __future__ import annotations

import hashlib

from starlette.requests import Request
from starlette.responses import Response


def tagged(request: Request, answer: Response) -> Response:
    """The answer with an entity tag; 304 without a body for a reader that has it already (RFC 9110, 13.1.2)."""
    # The hash is over the finished text: nothing in the store says when all that it was made of last changed.
    tag = f'"{hashlib.sha256(bytes(answer.body)).hexdigest()[:20]}"'
    known = {each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")}
    if tag in known or "*" in known:
        return Response(status_code=304, headers={"ETag": tag})
    answer.headers["ETag"] = tag
    return answer
