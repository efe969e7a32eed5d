"""Connections on which all is read that a server sends, whatever length it gives.

Some servers count letters and call them bytes: much of a Persian text is then beyond the length. The HTTP library
refuses such an answer, or ends it at the length, depending on how the bytes arrive. Here it is not told of the length.
Nor is it of slips in the head that browsers pass over: a length given twice, a line without a colon, a small "http".
"""

from __future__ import annotations

import asyncio
import re
from functools import partial
from typing import Any

from monitor.http_library import ResponseHandler, aiohttp

QUIET = 1.0  # seconds without another byte, from the length on, after which a server that keeps the line has sent all
_HEAD = 256 * 1024  # bytes of the longest head
_END = re.compile(rb"\r?\n\r?\n")
_NUMBER = re.compile(rb"\d{1,15}")
_NUMBERS = rb"[ \t]*(\d{1,15}(?:[ \t]*,[ \t]*\d{1,15}){0,9})[ \t]*"
_LENGTH = re.compile(rb"(?<=\n)content-length[ \t]*:" + _NUMBERS + rb"\r?\n", re.IGNORECASE)
_NO_HEADER = re.compile(rb"(?<=\n)(?![ \t\r\n])[^:\n]+\n")  # a line that names nothing; one that goes on is indented
_STATUS = re.compile(rb"\A\s{0,9}http(?=/\d)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\ntransfer-encoding[ \t]*:", re.IGNORECASE)


class UntilClose(aiohttp.TCPConnector):
    """Makes connections for one answer each, which ends when the server hangs up."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # The library has no other way to a connection of one's own kind.
        self._factory: Any = partial(_WithoutLength, loop=asyncio.get_running_loop())


class _WithoutLength(ResponseHandler):
    """Takes the length and slips out of an answer's head."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self._head: bytes | None = b""
        self._missing: int | None = None  # bytes up to the length; None where none is given
        self._quiet: asyncio.TimerHandle | None = None

    def data_received(self, data: bytes) -> None:
        if not data or self._parser is None:  # the library calls itself, or has not asked yet
            super().data_received(data)
            return
        if self._head is not None:
            data = self._with_head(self._head + data)
        elif self._missing is not None:
            self._missing -= len(data)
        if data:
            super().data_received(data)
        if self._head is None and self._missing is not None and self._missing <= 0:
            self._wait()

    def _with_head(self, read: bytes) -> bytes:
        """What is handed on of all that was read; nothing while the head has no end."""
        end = _END.search(read)
        if end is None and len(read) <= _HEAD:
            self._head = read
            return b""
        self._head = None
        if end is None or _CHUNKED.search(read, 0, end.start()):
            return read
        head = read[: end.end()]
        given = {int(each) for line in _LENGTH.findall(head) for each in _NUMBER.findall(line)}
        if len(given) > 1:  # of two that differ nobody knows which is meant, so the library refuses them
            return read
        for length in given:
            self._missing = length - len(read) + len(head)
        return _mended(head) + read[len(head) :]

    def _wait(self) -> None:
        if self._quiet:
            self._quiet.cancel()
        self._quiet = self._loop.call_later(QUIET, self._end)

    def _end(self) -> None:
        if self._reading_paused:  # by the reader, who is slower than the server
            self._wait()
        elif self.transport:
            self.transport.close()

    def connection_lost(self, exc: BaseException | None) -> None:
        if self._quiet:
            self._quiet.cancel()
        super().connection_lost(exc)


def _mended(head: bytes) -> bytes:
    """A head without its length, and without slips that browsers pass over."""
    return _STATUS.sub(b"HTTP", _NO_HEADER.sub(b"", _LENGTH.sub(b"", head)), count=1)
