"""Reads what a configuration does not hold itself: a secret from a file or from the environment."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path


def read_secret(resolve: Callable[[str], Path], what: str, file: str | None, variable: str | None) -> str:
    """A secret from ``file`` or the environment's ``variable``, which comes first. Raises ValueError with what to do.

    resolve: a written path as an absolute one. what: its name in messages, such as "smtp.password".
    """
    if variable:
        value = os.environ.get(variable)
        if value is None:
            raise ValueError(f"{what}: the environment has no {variable}; set it")
        return value.strip()
    if not file:
        raise ValueError(f"{what}: write {what}_file: PATH or {what}_env: NAME")
    path = resolve(file)
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not UTF-8 text"
        raise ValueError(f"{what}: {path} cannot be read ({why}); write the secret into that file") from error
