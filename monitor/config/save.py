"""Files a person wrote, read with every byte and replaced whole: a reader finds the old text or the new, no part."""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from monitor.errors import ConfigError, MonitorError, Problem

PATIENCE = 5.0  # seconds for another process that is saving; one that was frozen at it holds up nobody for longer


class ChangedMeanwhileError(MonitorError):
    """The file is not what it was when it was read."""


def read_exact(path: Path) -> str:
    """The text with its line ends and its byte order mark. Raises ConfigError."""
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise _problem(path, "not UTF-8 text; save the file as UTF-8") from error
    except OSError as error:
        raise _problem(path, f"cannot be read ({error.strerror}); check its permissions") from error


def edit_exact(path: Path, edit: Callable[[str], str]) -> None:
    """Gives a file what ``edit`` makes of its text ("" for a new one). What others save meanwhile is edited, too.

    Raises ConfigError and MonitorError.
    """
    while True:
        before = read_exact(path) if path.exists() else ""
        with suppress(ChangedMeanwhileError):
            save_exact(path, edit(before), before=before)
            return


def save_exact(path: Path, text: str, *, before: str | None = None) -> None:
    """Writes beside the file, to the disk, and renames into its place; mode and owner stay, a link still leads to it.

    before: what it must still be ("" for none), None for anything. Raises ChangedMeanwhileError where it is not, and
    MonitorError where anything fails; the file is then as it was.
    """
    place = path.resolve()
    temporary = Path()
    try:
        handle, name = tempfile.mkstemp(prefix=f".{place.name}.", suffix=".tmp", dir=place.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        with _alone_in(place.parent):
            if before is not None and (read_exact(place) if place.exists() else "") != before:
                raise ChangedMeanwhileError(f"{path} was changed meanwhile; nothing was written")
            _as_it_was(temporary, place)
            temporary.replace(place)
    except MonitorError:
        temporary.unlink(missing_ok=True)
        raise
    except OSError as error:
        if temporary.name:
            with suppress(OSError):
                temporary.unlink()
        text = f"{path} cannot be written ({error.strerror or error}); nothing was changed"
        raise MonitorError(text) from error
    _keep_name(place.parent)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """One process at a time replaces files of a folder. Raises MonitorError where another does not get done."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        end = time.monotonic() + PATIENCE
        while not _locked(handle):
            if time.monotonic() > end:
                raise MonitorError(f"another process is saving a file in {folder}; nothing was written, try it again")
            time.sleep(0.02)
        yield
    finally:
        os.close(handle)  # and with it goes the lock


def _locked(handle: int) -> bool:
    """Whether the lock of a folder was taken; on a file system that knows none, nobody has one."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _as_it_was(temporary: Path, place: Path) -> None:
    """Mode and owner of the file that is replaced; a new one is readable as any file this process makes."""
    if not place.exists():
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        return
    old = place.stat()
    with suppress(OSError):  # only a privileged user gives files away
        os.chown(temporary, old.st_uid, old.st_gid)
    temporary.chmod(old.st_mode & 0o7777)


def _keep_name(folder: Path) -> None:
    """The new name on the disk, too, where the system can do that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _problem(path: Path, message: str) -> ConfigError:
    return ConfigError((Problem(str(path), 0, message),))
