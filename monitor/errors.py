"""Every error this package raises on purpose. The raiser says whether trying again can help.

Errors of libraries are translated into these at one place an edge, always ``from`` the original; anything else
that escapes is a bug and is meant to be seen.
"""

from __future__ import annotations

from dataclasses import dataclass


class MonitorError(Exception):
    """Base of all errors below; its text is one sentence a user can act on."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in a file a person wrote. ``line`` counts from 1; 0 means the file as a whole."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.message}"


class ConfigError(MonitorError):
    """The configuration does not hold together; ``problems`` says where and what to write instead."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


class SeedError(MonitorError):
    """A seed article cannot be used; the text names the file and says what to do."""


class FetchError(MonitorError):
    """An address could not be read.

    kind: a short stable word for the health state ("timeout", "dns", "tls", "refused", "status", "too-large",
    "encoding", "address", "redirects", "network", "not-a-feed", "empty", "blocked", "gone", "login",
    "throttled", "not-html", "extract").
    permanent: trying again without a change by a person cannot help.
    status: the HTTP status where one was received.
    retry_after: seconds the server asked to wait, where it did.
    """

    def __init__(
        self,
        message: str,
        *,
        kind: str,
        permanent: bool = False,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.permanent = permanent
        self.status = status
        self.retry_after = retry_after


class ParseError(FetchError):
    """Bytes arrived but they are no feed (HTML, empty, OPML, ...)."""


class DeliveryError(MonitorError):
    """An edition could not be handed over. ``permanent``: no retry can mend it."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent


class ChannelError(MonitorError):
    """A folder of ``monitor/deliver`` lacks a part of a channel; the text names the folder and the part."""


class StoreError(MonitorError):
    """The store cannot be used (locked, corrupt, too new, disk full); the text says what to do."""
