"""The boundary around one part of what a process does: its failure is said, and the other parts go on."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from monitor.errors import EXHAUSTED, MonitorError, is_exhaustion

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Outcome:
    """error: what went wrong, None where nothing did."""

    error: Exception | None = None

    @property
    def reason(self) -> str:
        """Why, for a reader who has no log."""
        if self.error is None:
            return ""
        if isinstance(self.error, MonitorError):
            return str(self.error)
        return EXHAUSTED if is_exhaustion(self.error) else "something unexpected; the log has the details"


@contextmanager
def isolated(name: str, *, passing: tuple[type[Exception], ...] = ()) -> Iterator[Outcome]:
    """Logs the failure of ``name``, and goes on. What is no error of ours is a bug, and logged with its traceback.

    passing: errors that are the caller's to handle, and are raised.
    """
    outcome = Outcome()
    try:
        yield outcome
    except passing:
        raise
    except MonitorError as error:
        outcome.error = error
        log.error("%s: %s", name, error)
    except Exception as error:  # a bug in one part must not end the others
        outcome.error = error
        if is_exhaustion(error):
            log.error("%s: %s; it will be tried again", name, EXHAUSTED)
            return
        log.exception("%s failed on something unexpected; it will be tried again", name)
