"""The page over a filled store as a server on loopback, and a client of its API."""

from __future__ import annotations

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from monitor.config.service import WebConfig
from monitor.mcp.over_http import McpOverHttp
from monitor.web.access import Access
from monitor.web.request import Desk
from monitor.web.server import WebServer
from tests.test_web import TOKEN, Place, pages

READING = "only to read"


@dataclass(frozen=True)
class Told:
    """An answer. body: parsed where it is JSON."""

    status: int
    headers: Any
    body: Any


@dataclass(frozen=True)
class Client:
    """Asks ``address``, with the editing token unless it is given another."""

    address: str
    token: str = TOKEN

    def ask(self, path: str, method: str = "GET", sent: Any = None, **headers: str) -> Told:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            given.setdefault("authorization", f"Bearer {self.token}")
        data = None
        if sent is not None:
            data = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
            given.setdefault("content-type", "application/json")
        request = urllib.request.Request(f"{self.address}{path}", data, given, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return self._told(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            return self._told(error.code, error.headers, error.read())

    def get(self, path: str, **headers: str) -> Any:
        """What a GET below the API answers, which must be 200."""
        told = self.ask(f"/api/v1/{path}", **headers)
        assert told.status == 200, (path, told.body)
        return told.body

    @staticmethod
    def _told(status: int, headers: Any, body: bytes) -> Told:
        is_json = "json" in headers.get("content-type", "")
        return Told(status, headers, json.loads(body) if is_json and body else body)


@contextmanager
def served(place: Place, *, reading: str = READING, token: str = TOKEN, mcp: bool = False) -> Iterator[Client]:
    """The page of a place on a port of this machine. mcp: with the MCP server."""
    web = WebConfig.model_validate({"listen": "127.0.0.1:0", **({"token_env": "SET"} if token else {})})
    desk = Desk(lambda: place.app, place.pulse, Access.of(web, token, reading), lambda: place.now, pages())
    if mcp:
        over_http = McpOverHttp(desk.site, desk.clock, desk.access, desk.lanes, desk.stopping)
        desk = replace(desk, mcp=over_http)
    server = WebServer(web, desk)
    with ThreadPoolExecutor(1) as aside:  # a test may have a loop of its own
        aside.submit(asyncio.run, server.__aenter__()).result()
        try:
            yield Client(server.address, token)
        finally:
            aside.submit(asyncio.run, server.__aexit__()).result()
