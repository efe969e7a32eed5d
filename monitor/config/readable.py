"""What can be read of a configuration of which a part is broken: enough to look at what is stored."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from monitor.config import Config, load_config, read_service, read_watch
from monitor.config.feed_list import FeedList
from monitor.config.service import DEFAULT_STORE, ServiceConfig
from monitor.config.yaml import read_yaml, yaml_paths
from monitor.errors import ConfigError, Problem

_STORE = re.compile(r"^store:[ \t]+[\"']?([^\s\"'#]+)", re.MULTILINE)


def load_readable(folder: Path, base: Path | None = None) -> tuple[Config, tuple[Problem, ...]]:
    """The configuration, and its problems: a feed list or watches with one are left out.

    Of a broken monitor.yaml the line ``store:`` is read, and nothing else.
    """
    try:
        return load_config(folder, base), ()
    except ConfigError as error:
        problems = error.problems
    try:
        service = read_service(folder, base)
    except ConfigError:
        service = ServiceConfig(store=_store(folder / "monitor.yaml"))
    feeds = FeedList()
    watches = {}
    for path in yaml_paths(folder / "watches"):
        try:
            watches[path.stem] = read_watch(path)
        except ConfigError:
            continue
    with suppress(ConfigError, ValueError):  # its problems are told
        feeds = FeedList.model_validate(read_yaml(folder / "feeds.yaml").data or {})
    listed = tuple(feed for feed in feeds.feeds if feed.url)
    return Config(folder, base or folder, service, listed, watches, "broken"), problems


def _store(path: Path) -> str:
    try:
        found = _STORE.search(path.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        found = None
    return found[1] if found else DEFAULT_STORE
