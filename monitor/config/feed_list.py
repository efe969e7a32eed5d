"""feeds.yaml: the feed list, and the edits that the program makes in it, which keep every other byte."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field

from monitor.config.yaml import YamlFile, parse_yaml, quote
from monitor.errors import ConfigError, Problem
from monitor.fields import Duration, Strict
from monitor.model import Feed, FeedKind


def check_url(value: Any) -> str:
    """An absolute http(s) address. Raises ValueError."""
    text = str(value).strip()
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and not any(c.isspace() for c in text)
        _ = parts.port
    except ValueError:
        good = False
    if not good:
        raise ValueError(f"{value!r} is not a feed address; write it whole, such as https://example.org/rss")
    return text


class FeedConfig(Strict):
    """One feed of the list. Feeds of one publisher count as one voice; the default publisher is the feed's name.

    language, country: codes such as fa and IR. interval: seconds between polls, in place of the service's.
    """

    url: Annotated[str, BeforeValidator(check_url)]
    name: str = ""
    language: str | None = Field(default=None, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    kind: FeedKind = "independent"
    publisher: str = ""
    enabled: bool = True
    interval: Duration | None = None
    insecure_tls: bool = False

    def feed(self) -> Feed:
        """The feed as the pipeline knows it; without a name it has that of its host."""
        name = self.name or (urlsplit(self.url).hostname or self.url).removeprefix("www.")
        return Feed(self.url, name, self.language, self.country, self.kind, self.publisher or name)


class FeedList(Strict):
    """feeds.yaml as a whole."""

    feeds: tuple[FeedConfig, ...] = ()


def add_feed(text: str, feed: FeedConfig, path: Path) -> str:
    """``text`` of a feed list with ``feed`` added at its end. Raises ConfigError when its address is in the list."""
    file = parse_yaml(text, path)
    if any(url == feed.url for url in _urls(file)):
        raise ConfigError((Problem(str(path), _line_of(file, feed.url), f"{feed.url} is in the list already"),))
    item = _as_item(feed)
    existing = (file.data or {}).get("feeds") if isinstance(file.data, dict) else None
    if not existing:
        kept = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("feeds:"))
        return kept + ("" if not kept or kept.endswith("\n") else "\n") + "feeds:\n" + item
    rows = text.splitlines(keepends=True)
    first = file.lines["feeds", 0][0]
    # The new item is indented like the first: YAML refuses a list with mixed indentation.
    indent = rows[first - 1][: rows[first - 1].index("-")] if "-" in rows[first - 1] else "  "
    end = _item_end(file, len(existing) - 1, rows)
    if not rows[end - 1].endswith("\n"):
        rows[end - 1] += "\n"
    block = "".join(indent + line[2:] if line.strip() else line for line in item.splitlines(keepends=True))
    return "".join([*rows[:end], block, *rows[end:]])


def remove_feed(text: str, url: str, path: Path) -> str:
    """``text`` of a feed list without the feed at ``url``. Raises ConfigError when it is not in the list."""
    file = parse_yaml(text, path)
    urls = _urls(file)
    if url not in urls:
        raise ConfigError((Problem(str(path), 0, f"{url} is not in the list; `monitor feeds list` shows what is"),))
    index = urls.index(url)
    rows = text.splitlines(keepends=True)
    start = file.lines["feeds", index][0] - 1
    kept = rows[:start] + rows[_item_end(file, index, rows) :]
    if len(urls) == 1:
        kept = [row.replace("feeds:", "feeds: []", 1) if row.startswith("feeds:") else row for row in kept]
    return "".join(kept)


def listed(text: str, path: Path) -> list[str]:
    """The addresses in ``text`` of a feed list, in its order. Raises ConfigError when it is not valid YAML."""
    return _urls(parse_yaml(text, path))


def _urls(file: YamlFile) -> list[str]:
    feeds = (file.data or {}).get("feeds") if isinstance(file.data, dict) else None
    return [str(item.get("url", "")) if isinstance(item, dict) else "" for item in feeds or []]


def _line_of(file: YamlFile, url: str) -> int:
    return file.line(("feeds", _urls(file).index(url)))


def _item_end(file: YamlFile, index: int, rows: list[str]) -> int:
    """The index of the row after item ``index``: its last line that holds a value, not the comments below it."""
    # The end mark of an item lies behind the comments below it, which belong to the next one.
    last = max(line for where, (line, _) in file.lines.items() if where[:2] == ("feeds", index))
    return min(last, len(rows))


def _as_item(feed: FeedConfig) -> str:
    values = feed.model_dump(exclude_defaults=True, exclude={"interval"})
    lines = [
        f"{key}: {str(value).lower() if isinstance(value, bool) else quote(str(value))}"
        for key, value in values.items()
    ]
    if feed.interval:
        lines.append(f"interval: {int(feed.interval.total_seconds())}s")
    return "  - " + "\n    ".join(lines) + "\n"
