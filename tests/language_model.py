"""A server of chat completions, as a process of its own, that answers what a test tells it to."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route


@dataclass(frozen=True)
class LanguageModel:
    """A client of the server's own addresses. base: what a configuration names."""

    address: str

    @property
    def base(self) -> str:
        return f"{self.address}/v1"

    def will(self, *answers: Any) -> None:
        """What it answers next, in order; the last for ever. A text or JSON is what the model says; {"raw": ...} is
        the answer of the server: status, headers, body, or a way to behave.
        """
        self._ask("will", json.dumps(answers).encode())

    def asked(self) -> list[dict[str, Any]]:
        """The questions since the last `will`: each with its headers and body."""
        found: list[dict[str, Any]] = json.loads(self._ask("asked"))
        return found

    def _ask(self, path: str, body: bytes | None = None) -> bytes:
        with urllib.request.urlopen(f"{self.address}/{path}", body, timeout=30) as answer:
            told: bytes = answer.read()
        return told


@contextmanager
def language_model() -> Iterator[LanguageModel]:
    """The server, for as long as the block lasts."""
    command = [sys.executable, "-m", "tests.language_model"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield LanguageModel(process.stdout.readline().strip())
        finally:
            process.kill()  # it may be in the middle of an answer without end


# The server


class _Script:
    def __init__(self) -> None:
        self.answers: list[Any] = []
        self.asked: list[dict[str, Any]] = []

    def next(self) -> Any:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


_script = _Script()


async def _will(request: Request) -> Response:
    _script.answers, _script.asked = await request.json(), []
    return Response()


async def _asked(request: Request) -> Response:
    return JSONResponse(_script.asked)


async def _complete(request: Request) -> Response:
    _script.asked.append({"headers": dict(request.headers), "body": await request.json()})
    told = _script.next()
    if not (isinstance(told, dict) and "raw" in told):
        return JSONResponse(_completion(told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)))
    raw = told["raw"]
    match raw.get("behave"):
        case "hang":
            await asyncio.sleep(30)
        case "drip":
            return StreamingResponse(_dripping())
        case "huge":
            return StreamingResponse(_huge())
        case "close":
            return StreamingResponse(_broken_off(), headers={"content-length": "1000"})
    body = raw.get("body", "")
    text = body if isinstance(body, str) else json.dumps(body)
    return Response(text, raw.get("status", 200), raw.get("headers"))


def _completion(content: Any, ended: str = "stop") -> dict[str, Any]:
    message = {"role": "assistant", "content": content}
    return {
        "id": "1",
        "object": "chat.completion",
        "choices": [{"index": 0, "message": message, "finish_reason": ended}],
    }


async def _dripping() -> AsyncIterator[bytes]:
    while True:
        yield b" "
        await asyncio.sleep(0.02)


async def _huge() -> AsyncIterator[bytes]:
    for _ in range(100):
        yield b" " * 100_000


async def _broken_off() -> AsyncIterator[bytes]:
    yield b'{"choices": ['
    raise ConnectionAbortedError


def main() -> None:
    routes = [
        Route("/will", _will, methods=["POST"]),
        Route("/asked", _asked),
        Route("/v1/chat/completions", _complete, methods=["POST"]),
    ]
    config = uvicorn.Config(Starlette(routes=routes), log_level="critical", lifespan="off")
    socket = config.bind_socket()
    socket.listen()  # else who comes before the server has started is refused
    host, port = socket.getsockname()[:2]
    print(f"http://{host}:{port}", flush=True)
    uvicorn.Server(config).run([socket])


if __name__ == "__main__":
    main()
