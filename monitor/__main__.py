"""`monitor` and `python -m monitor`: the command line from its first moment to its last.

Nothing heavy is imported here, so that Ctrl-C ends the program in one line from the start. Libraries load for most of a
second, and an interruption in the midst of an import may be swallowed there, or come out as another error.
"""

import os
import signal
import sys
from contextlib import suppress
from types import FrameType

INTERRUPTED = 130  # what a shell expects of a program that Ctrl-C ended


def main() -> None:
    """Runs the command line and exits. An error that a user can cause becomes a message and an exit status."""
    signal.signal(signal.SIGINT, _interrupted)
    signal.signal(signal.SIGTERM, _terminated)
    try:
        from monitor import cli  # noqa: PLC0415 - after the line above
        from monitor.cli import leave  # noqa: PLC0415 - as above

        status = cli.main()
    except KeyboardInterrupt:
        _say("interrupted")
        status = INTERRUPTED
    except (MemoryError, RuntimeError, OSError) as error:
        from monitor.errors import EXHAUSTED, is_exhaustion  # noqa: PLC0415 - as above

        if not is_exhaustion(error):
            raise
        return _leave_at_once(EXHAUSTED, 1)
    signal.signal(signal.SIGINT, _interrupted)  # what is left to do is to wait for threads
    leave.with_status(status)
    sys.exit(status)


def _interrupted(number: int, frame: FrameType | None) -> None:
    _leave_at_once("interrupted", INTERRUPTED)


def _terminated(number: int, frame: FrameType | None) -> None:
    """Until a service has a handler of its own: says so, and ends as a supervisor expects of what it told to end."""
    _say("stopped by SIGTERM; the next start goes on from what is stored")
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def _leave_at_once(what: str, status: int) -> None:
    """Ends the process here and now. What it had not stored is as after a crash: done again at the next start."""
    _say(what)
    os._exit(status)


def _say(what: str) -> None:
    """Writes past Python's streams, which may be in the middle of a line, or closed."""
    with suppress(OSError):
        os.write(2, f"monitor: {what}\n".encode())


if __name__ == "__main__":
    main()
