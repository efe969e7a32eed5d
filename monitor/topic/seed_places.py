"""Where the seeds of a watch are: folders, files, addresses, and lists of addresses; nothing of them is read here."""

from __future__ import annotations

import hashlib
import re
import stat
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from monitor.config import Config
from monitor.config.watch import is_address
from monitor.errors import ConfigError, SeedError
from monitor.folders import listed
from monitor.model.frozen import frozen
from monitor.topic.data_files import profile_path

_LISTS = (".url", ".webloc", ".txt", ".text", ".md")
_LONGEST_LIST = 200_000  # bytes
_IN_SHORTCUT = re.compile(r"^URL=(\S+)|<string>(https?://[^<\s]+)</string>", re.IGNORECASE | re.MULTILINE)


@frozen
class SeedSources:
    """The files that hold articles, in order, and the addresses, each once. ``kept``: where their texts are kept."""

    files: tuple[Path, ...]
    addresses: tuple[str, ...]
    kept: Path

    def unread(self) -> tuple[str, ...]:
        """The addresses of which no text is kept."""
        return tuple(address for address in self.addresses if not self.kept_at(address).is_file())

    def kept_at(self, address: str) -> Path:
        """Where the text of an address is kept; its name shows what it is of."""
        from monitor.text.fold import fold, tokens  # noqa: PLC0415 - 20 ms of each poll, for watches without addresses

        parts = urlsplit(address)
        host = (parts.netloc.rpartition("@")[2] or "page").lower()
        words = tokens(fold(unquote(parts.path)).replace("_", " "))
        name = "-".join((*host.split(":"), *words))
        digest = hashlib.sha256(address.encode()).hexdigest()[:8]
        return self.kept / f"{re.sub(r'[^a-z0-9.-]', '', name)[:60].strip('-.')}-{digest}.txt"

    def paths(self) -> tuple[Path, ...]:
        """All files that there are to learn from, those of addresses last."""
        there = (self.kept_at(address) for address in self.addresses)
        return tuple(dict.fromkeys((*self.files, *(path for path in there if path.is_file()))))


def seed_sources(config: Config, watch: str) -> SeedSources:
    """The seeds of a configured watch. Raises SeedError for a place that does not exist or is empty."""
    kept = profile_path(config, watch).parent / "fetched"
    return find_sources(config.seeds(watch), config.seed_addresses(watch), kept)


def find_sources(places: Sequence[Path], addresses: Sequence[str], kept: Path) -> SeedSources:
    """The seeds in folders (in the order of their names, without hidden files and READMEs), files and addresses.

    Raises SeedError for a place that does not exist or is empty.
    """
    files: dict[Path, None] = {}
    listed = dict.fromkeys(addresses)
    for path in (path for place in places for path in _files_of(place)):
        found = _addresses_in(path)
        listed.update(dict.fromkeys(found))
        if not found:
            files[path] = None
    return SeedSources(tuple(files), tuple(listed), kept)


def _files_of(place: Path) -> list[Path]:
    try:
        mode = place.stat().st_mode  # `is_file` of Python 3.14 also says no where it could not look
        if stat.S_ISREG(mode):
            return [place]
        if not stat.S_ISDIR(mode):
            raise FileNotFoundError
        found = [path for path in listed(place) if path.is_file() and _is_seed(path)]
    except ConfigError as error:
        raise SeedError(str(error)) from error
    except (FileNotFoundError, NotADirectoryError, ValueError):
        text = "no such file or folder; put about five articles there, one a file (.txt or .html)"
        raise SeedError(f"{place}: {text}") from None
    except OSError as error:  # what is above it may not be looked into, or no file can have such a name
        text = f"cannot be looked for ({error.strerror}); check the path and its permissions"
        raise SeedError(f"{place}: {text}") from error
    if not found:
        raise SeedError(f"{place}: holds no article; put about five in it, one a file (.txt or .html)")
    return found


def _is_seed(path: Path) -> bool:
    return not path.name.startswith("~") and path.stem.upper() != "README"


def _addresses_in(path: Path) -> tuple[str, ...]:
    """The addresses of a file that holds nothing else, but for comments ("# ..."), or of a browser's shortcut."""
    try:
        if path.suffix.lower() not in _LISTS or path.stat().st_size > _LONGEST_LIST:
            return ()
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return ()  # `read_seed` says what is wrong with it
    if path.suffix.lower() in (".url", ".webloc") and (shortcut := _IN_SHORTCUT.search(text)):
        return (shortcut[1] or shortcut[2],)
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return tuple(lines) if lines and all(map(is_address, lines)) else ()
