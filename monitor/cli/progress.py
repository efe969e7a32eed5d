"""Shows progress bars on a terminal, and nothing elsewhere, where the log has a line for each outcome."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from monitor.cli.common import WithoutSecrets
from monitor.pipeline.batches import Observer


class Silent:
    """Shows nothing, for a log file or a pipe."""

    def begin(self, what: str, total: int) -> None:
        """Does nothing."""

    def advance(self, what: str) -> None:
        """Does nothing."""


class Bars:
    """Shows one bar for each stage of a poll while it runs. ``progress``: a `rich.progress.Progress`.

    It repaints ten times a second while it is started, so it is stopped when no stage has a step left.
    """

    def __init__(self, progress: Any) -> None:
        self._progress = progress
        self._tasks: dict[str, Any] = {}

    def begin(self, what: str, total: int) -> None:
        """Starts the bar of stage ``what`` with ``total`` steps, in place of an earlier one; none for 0."""
        if what in self._tasks:
            self._progress.remove_task(self._tasks.pop(what))
        if total:
            self._tasks[what] = self._progress.add_task(what, total=total)
            self._progress.start()
        self._stop_when_done()

    def advance(self, what: str) -> None:
        """One step of stage ``what`` is done."""
        if what in self._tasks:
            self._progress.advance(self._tasks[what])
            self._stop_when_done()

    def _stop_when_done(self) -> None:
        if self._progress.finished:
            self._progress.stop()


@contextmanager
def observer() -> Iterator[Observer]:
    """Bars when standard error is a terminal, else `Silent`. The log is then printed above the bars."""
    if not sys.stderr.isatty():
        yield Silent()
        return
    from rich.console import Console  # noqa: PLC0415 - 25 ms with the two below
    from rich.logging import RichHandler  # noqa: PLC0415 - see above
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415 - see above

    console = Console(stderr=True)
    root = logging.getLogger()
    root.handlers = [RichHandler(console=console, show_path=False, markup=False, omit_repeated_times=False)]
    root.handlers[0].setFormatter(WithoutSecrets("%(message)s"))
    columns = (TextColumn("{task.description:>9}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    progress = Progress(*columns, console=console, transient=True)
    try:
        yield Bars(progress)
    finally:
        progress.stop()
