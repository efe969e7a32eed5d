"""Reads what a configuration does not hold itself: a secret from a file or from the environment."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

_LARGEST = 100_000  # bytes of a secret
_NAME = re.compile("[A-Z][A-Z0-9_]*")


def read_secret(resolve: Callable[[str], Path], what: str, file: str | None, variable: str | None) -> str:
    """A secret from ``file`` or the environment's ``variable``. Raises ValueError with what to do.

    resolve: a written path as an absolute one. what: its name in messages, such as "smtp.password".
    """
    if variable:
        value = os.environ.get(variable)
        if value is None:
            # Who writes the secret itself where its name belongs must not find it in a log.
            name = variable if _NAME.fullmatch(variable) else f"variable of the name at {what}_env"
            raise ValueError(f"{what}: the environment has no {name}; set it")
        return value.strip()
    if not file:
        raise ValueError(f"{what}: write {what}_file: PATH or {what}_env: NAME")
    path = resolve(file)
    try:
        return _text_of(path).strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not UTF-8 text"
        name = str(path) if _is_a_path(file, path) else f"the file at {what}_file, in {resolve('.')},"
        raise ValueError(f"{what}: {name} cannot be read ({why}); write the secret into that file") from error


def _text_of(path: Path) -> str:
    """The text of a file. Raises OSError for a pipe or a device, which nobody would ever end to read, too."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode) and not stat.S_ISDIR(found.st_mode):
        raise OSError(errno.EINVAL, "no file but a pipe or a device")
    if found.st_size > _LARGEST:
        raise OSError(errno.EFBIG, f"larger than {_LARGEST // 1000} kB, so it is no secret")
    return path.read_text(encoding="utf-8")


def _is_a_path(written: str, path: Path) -> bool:
    """Whether this is clearly the path of a file, and no secret that stands where its file belongs."""
    return written.startswith(("/", "~", ".")) and path.parent.is_dir()
