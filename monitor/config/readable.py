"""What can be read of a configuration of which a part is broken: enough to look at what is stored."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from monitor.config import NO_STORE, STORES, Config, load_config, read_service, read_watch
from monitor.config.feed_list import FeedList
from monitor.config.secret_sources import read_secret
from monitor.config.service import DEFAULT_STORE, ServiceConfig
from monitor.config.yaml import read_yaml, yaml_paths
from monitor.errors import ConfigError, Problem

_STORE = re.compile(r"""^["']?store(_file|_env)?["']?[ \t]*:[ \t]*["']?([^\s"'#]+)""", re.MULTILINE)


def load_readable(folder: Path, base: Path | None = None) -> tuple[Config, tuple[Problem, ...]]:
    """The configuration, and its problems: a feed list or watches with one are left out.

    Of a broken monitor.yaml the address of the store is read, and nothing else. Raises ConfigError where that cannot be
    read: what another store holds would be no answer.
    """
    try:
        return load_config(folder, base), ()
    except ConfigError as error:
        problems = error.problems
    try:
        service = read_service(folder, base)
    except ConfigError:
        try:
            service = ServiceConfig(store=_store(folder, base or folder))
        except (OSError, ValueError) as error:
            raise ConfigError(problems) from error
    feeds = FeedList()
    watches = {}
    for path in yaml_paths(folder / "watches"):
        try:
            watches[path.stem] = read_watch(path)
        except ConfigError:
            continue
    with suppress(ConfigError, ValueError):  # its problems are told
        feeds = FeedList.model_validate(read_yaml(folder / "feeds.yaml").data or {})
    return Config(folder, base or folder, service, feeds.polled(), watches, "broken"), problems


def _store(folder: Path, base: Path) -> str:
    """The address of the store. Raises OSError or ValueError where it is written and cannot be read."""
    path = folder / "monitor.yaml"
    if path.exists() and not path.is_file():
        raise ValueError("no file")
    found = _STORE.search(path.read_text(encoding="utf-8", errors="replace")) if path.exists() else None
    if found is None:
        return DEFAULT_STORE
    address = found[2]
    if found[1]:
        empty = Config(folder, base, ServiceConfig(), (), {}, "broken")
        given = (address, None) if found[1] == "_file" else (None, address)
        address = read_secret(empty.path, "store", *given)
    if not address.startswith(STORES):
        raise ValueError(NO_STORE)
    return address
