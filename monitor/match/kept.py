"""Keeps the matchers of a configuration beside its store: a poll that finds one new entry need not build them again.

Building takes most of a second, reading a tenth of that. The file is only a copy of what the configuration and this
program say: it is written anew when either changes, and may be deleted at any time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import cast

from monitor.config import Config
from monitor.match.matcher import Matcher
from monitor.topic.fingerprint import fingerprint
from monitor.topic.kept_records import of_program, read_records, write_records

# Of whose classes matchers are made, and the matches that they share.
_ROOMS = ("monitor.match.", "monitor.config.query", "monitor.model.", "monitor.topic.records")


def kept_matchers(config: Config, path: Path, build: Callable[[Config], dict[str, Matcher]]) -> dict[str, Matcher]:
    """watch → its matcher, from the file at ``path`` where that is of this configuration, else built and kept there.

    Raises what ``build`` raises. A file that cannot be read or written costs time only.
    """
    key = _key(config)
    kept = _read(path, key)
    if kept is not None:
        return kept
    built = build(config)
    if _key(config) == key:  # else a file was saved meanwhile, and which of the two was read is not known
        _write(path, key, built)
    return built


def matchers_of(config: Config, path: Path | None) -> dict[str, Matcher]:
    """watch → its matcher, kept at ``path`` where there is one. Raises ConfigError or SeedError."""

    def build(config: Config) -> dict[str, Matcher]:
        from monitor.match.load import forget_terms, load_matchers  # noqa: PLC0415 - 60 ms

        built = load_matchers(config)
        forget_terms()
        return built

    return kept_matchers(config, path, build) if path else build(config)


def keep_grown(config: Config, path: Path, matchers: Mapping[str, Matcher]) -> None:
    """Keeps with `kept_matchers` what these have worked out since, where the file still holds the same matchers."""
    if not any(each.grew for each in matchers.values()):
        return
    key = _key(config)
    head = key + _versions(matchers)
    with suppress(OSError), path.open("rb") as file:
        if file.read(len(head)) == head:
            _write(path, key, matchers)


def _key(config: Config) -> bytes:
    """Changes with all that makes a matcher: the files of the configuration, what was read of them, this program."""
    digest = hashlib.sha256(fingerprint(config).encode() + of_program())
    for name, watch in config.watches.items():
        digest.update(f"\0{name}\0{watch!r}".encode("utf-8", "surrogatepass"))
    return digest.digest()


def _read(path: Path, key: bytes) -> dict[str, Matcher] | None:
    """The matchers of the file, None where it is of something else."""
    found = read_records(path, key, _ROOMS, after=hashlib.sha256().digest_size)  # the versions
    whole = isinstance(found, dict) and all(isinstance(each, Matcher) for each in found.values())
    return cast(dict[str, Matcher], found) if whole else None


def _write(path: Path, key: bytes, built: Mapping[str, Matcher]) -> None:
    """Keeps the matchers. What is worked out when it is first looked for is kept as far as it was."""
    write_records(path, key + _versions(built), dict(built))


def _versions(matchers: Mapping[str, Matcher]) -> bytes:
    """Changes with what any of them looks for; it stands in the file after the key."""
    return hashlib.sha256(repr({name: each.version for name, each in matchers.items()}).encode()).digest()
