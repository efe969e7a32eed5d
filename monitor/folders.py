"""What can be done with a folder of a user's: one that may not be looked into is no empty one, and is named."""

from __future__ import annotations

import os
from pathlib import Path

from monitor.errors import ConfigError, Problem


def listed(folder: Path) -> list[Path]:
    """What is in ``folder``, by name, without what is hidden; nothing where there is no such folder.

    Raises ConfigError where it cannot be looked into.
    """
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        text = f"cannot be looked into ({error.strerror}); check its permissions and those of the folders above it"
        raise ConfigError((Problem(str(folder), 0, text),)) from error


def cache_folder() -> Path | None:
    """This user's folder for what can be made again, by the XDG base directories; None for a user without a home."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    try:
        caches = Path(named) if Path(named).is_absolute() else Path.home() / ".cache"
    except RuntimeError:
        return None
    return caches / "feed-monitor"


def why_not_written(folder: Path) -> str:
    """Why this user cannot make files in ``folder``, or make it first; "" where nothing speaks against it."""
    try:
        above = next(place for place in (folder, *folder.parents) if place.exists())
        if not above.is_dir():
            return f"{above} is a file"
        return "" if os.access(above, os.W_OK | os.X_OK) else f"{above} may not be written to"
    except OSError as error:
        return str(error.strerror)
