"""Files a person wrote, read with every byte and replaced whole: a reader finds the old text or the new, no part."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from monitor.errors import ConfigError, MonitorError, Problem


def read_exact(path: Path) -> str:
    """The text with its line ends and its byte order mark. Raises ConfigError."""
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise _problem(path, "not UTF-8 text; save the file as UTF-8") from error
    except OSError as error:
        raise _problem(path, f"cannot be read ({error.strerror}); check its permissions") from error


def save_exact(path: Path, text: str) -> None:
    """Writes beside the file, to the disk, and renames into its place; mode and owner stay, a link still leads to it.

    Raises MonitorError where any of that fails; the file is then as it was.
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
        _as_it_was(temporary, place)
        temporary.replace(place)
    except OSError as error:
        if temporary.name:
            with suppress(OSError):
                temporary.unlink()
        text = f"{path} cannot be written ({error.strerror or error}); nothing was changed"
        raise MonitorError(text) from error
    _keep_name(place.parent)


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
