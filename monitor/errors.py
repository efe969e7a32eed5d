"""All errors that this package raises on purpose. Where it matters, the raiser states whether a retry can help.

Errors of libraries are translated into these at one place for each library, always ``from`` the original. Anything else
that escapes is a bug and is meant to be seen.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass

EXHAUSTED = "this machine has no memory, threads or processes left for it; end other programs, or raise its limits"


class MonitorError(Exception):
    """Base of all errors below; its text is one sentence a user can act on."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in a file that a person wrote. line: from 1; 0 for the file as a whole."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.message}"


class ConfigError(MonitorError):
    """The configuration is wrong. problems: where, and what to write instead."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


class SeedError(MonitorError):
    """A seed article cannot be used. The text names the file and says what to do."""


class FetchError(MonitorError):
    """An address could not be read.

    kind: a short word that stays the same between versions ("timeout", "dns", "tls", "refused", "status", "too-large",
    "encoding", "address", "redirects", "network", "not-a-feed", "empty", "blocked", "gone", "login",
    "throttled", "not-html", "extract", and "no-worker" where this machine is at fault).
    permanent: no retry can help until a person changes something.
    status: the HTTP status, where one was received.
    retry_after: seconds to wait that the server sent (RFC 9110, 10.2.3), where it did.
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
    """A body that is not a feed (HTML, OPML, empty, ...).

    named: addresses of the feeds that a web page in the feed's place names, the likeliest first.
    """

    named: tuple[str, ...] = ()


class DeliveryError(MonitorError):
    """An edition could not be delivered. permanent: no retry can help. unreachable: the other side did not answer at
    all, so that it will not answer for its other recipients either.
    """

    def __init__(self, message: str, *, permanent: bool, unreachable: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.unreachable = unreachable


class ChannelError(MonitorError):
    """A folder of ``monitor/deliver`` lacks a part of a channel; the text names the folder and the part."""


class ExportError(MonitorError):
    """An export cannot be written, such as for want of a library; the text says what to do."""


class StampError(MonitorError):
    """An authority gave no time stamp; the text says why."""


class ModelError(MonitorError):
    """A model gave no answer that can be used. kind: "unreachable", "late", "busy", "refused", "broken", "cut" or
    "empty".
    """

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


class StoreError(MonitorError):
    """The store cannot be used (locked, damaged, too new, disk full). The text says what to do."""


class SlowWriterError(StoreError):
    """The database ended a transaction: its writer said nothing for too long, or it and another waited for each other.

    Others may have written since. Where the connection was lost, it may also have been stored.
    """


class LostLeaseError(StoreError):
    """Another process does now what this one had a lease for. Nothing of the transaction was stored."""


def is_exhaustion(error: BaseException) -> bool:
    """Whether the system had nothing left to give: it is no bug, and what failed may go well the next time."""
    if isinstance(error, RuntimeError):
        return "can't start new thread" in str(error)  # Python has no other mark of it
    return isinstance(error, MemoryError) or (
        isinstance(error, OSError) and error.errno in {errno.ENOMEM, errno.EAGAIN, errno.EMFILE, errno.ENFILE}
    )


def as_clause(said: object) -> str:
    """What a library, or an error, says, to stand within a longer sentence: on one line, without a full stop."""
    return " ".join(str(said).split()).rstrip(" .;:,")
