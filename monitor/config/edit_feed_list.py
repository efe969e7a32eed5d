"""Edits the program makes in the text of feeds.yaml, which leave every other byte alone.

Each form of YAML that the list may have is kept: a list of lines, one in brackets, JSON, an empty file. An edit is made
of cuts and insertions at the marks of the parsed file, and the result is read back: where it does not hold exactly the
feeds that were meant, nothing is changed and a person is advised to edit by hand. The work grows with the length of the
file and the number of feeds, not with their product.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from monitor.config.feed_list import FeedConfig, likely_address, same_address
from monitor.config.yaml import YamlFile, parse_yaml, quote
from monitor.config.yaml_nodes import (
    Cut,
    Node,
    applied,
    in_quotes,
    line_end,
    line_start,
    plain_text,
    root_of,
    trimmed,
)
from monitor.errors import ConfigError, Problem
from monitor.text.redact import shown_address

_MARKS = re.compile(r"[&!]\S*(\s+[&!]\S*)*")  # a value's anchor and tag
_FLOW_SIGNS = frozenset("[]{},")  # within brackets, what ends a word


def add_feed(text: str, feed: FeedConfig, path: Path, *, anyway: bool = False) -> str:
    """``text`` of a feed list with ``feed`` at its end. Raises ConfigError when it stands there already.

    anyway: also where the list has an address that is nearly always the same feed.
    """
    file = parse_yaml(text.removeprefix("\ufeff"), path)
    given = feed.url or feed.search
    for index, url in enumerate(_urls(file)):
        line, named = file.line(("feeds", index)), shown_address(given)
        if same_address(url) == same_address(given):
            raise ConfigError((Problem(str(path), line, f"{named} is in the list already"),))
        if not anyway and likely_address(url) == likely_address(given):
            likely = f"{named} is most likely the feed that is in the list already as {shown_address(url)}"
            advice = "remove that one first, or list both with `monitor feeds add --anyway`"
            raise ConfigError((Problem(str(path), line, f"{likely}; {advice}"),))
    return add_feeds(text, [feed], path)


def add_feeds(text: str, feeds: Sequence[FeedConfig], path: Path) -> str:
    """``text`` of a feed list with ``feeds``, none of which it holds, at its end. Raises ConfigError."""
    if not feeds:
        return text
    plain, restored = plain_text(text)
    file = parse_yaml(plain, path)
    edited = applied(plain, _insertion(plain, root_of(plain), feeds, path))
    after = _items(_parsed(edited, path))
    count = len(_items(file))
    added = [FeedConfig.model_validate(item) for item in after[count:] if isinstance(item, dict)]
    if trimmed(after[:count]) != trimmed(_items(file)) or added != list(feeds):
        raise _by_hand(path)
    return restored(edited)


def remove_feed(text: str, url: str, path: Path) -> str:
    """``text`` of a feed list without ``url``. Raises ConfigError when it is not there."""
    plain, restored = plain_text(text)
    file = parse_yaml(plain, path)
    urls = [same_address(each) for each in _urls(file)]
    if same_address(url) not in urls:  # the list is printed without passwords and keys
        shown = [shown_address(each) for each in urls]
        urls = shown if shown.count(same_address(url)) == 1 else urls
    if same_address(url) not in urls:
        text = f"{shown_address(url)} is not in the list; `monitor feeds list` shows what is"
        if search := _search_with(url, file):
            text = f"this is one of several feeds of a search; `monitor feeds remove {json.dumps(search)}` removes all"
        raise ConfigError((Problem(str(path), 0, text),))
    index = urls.index(same_address(url))
    edited = applied(plain, _removal(plain, root_of(plain), index, path))
    before = _items(file)
    if trimmed(_items(_parsed(edited, path))) != trimmed(before[:index] + before[index + 1 :]):
        raise _by_hand(path)
    return restored(edited)


def listed(text: str, path: Path) -> list[str]:
    """The addresses in ``text`` of a feed list, in its order. Raises ConfigError when it is no YAML."""
    return _urls(parse_yaml(text.removeprefix("\ufeff"), path))


def _items(file: YamlFile) -> list[Any]:
    feeds = file.data.get("feeds") if isinstance(file.data, dict) else None
    return feeds if isinstance(feeds, list) else []


def _urls(file: YamlFile) -> list[str]:
    """The address of each feed; of a search its query."""
    return [str(item.get("url") or item.get("search") or "") if isinstance(item, dict) else "" for item in _items(file)]


def _search_with(url: str, file: YamlFile) -> str:
    """The query of the search that stands for ``url``, "" for none."""
    for item in _items(file):
        if isinstance(item, dict) and "search" in item:
            with suppress(ValidationError):
                feed = FeedConfig.model_validate(item)
                if any(same_address(each.url) == same_address(url) for each in feed.polled()):
                    return feed.search
    return ""


def _parsed(edited: str, path: Path) -> YamlFile:
    try:
        return parse_yaml(edited, path)
    except ConfigError as error:
        raise _by_hand(path) from error


def _by_hand(path: Path) -> ConfigError:
    advice = "the list is written in a way that is not edited here without harm (anchors, tags); edit the file by hand"
    return ConfigError((Problem(str(path), 0, advice),))


def _list_of(root: Node) -> tuple[Node, Node] | None:
    """The key `feeds` and its value."""
    pairs = zip(root.children[::2], root.children[1::2], strict=True) if root.kind == "mapping" else ()
    for key, value in pairs:
        if key.word == "feeds":
            return key, value
    return None


def _dashes(text: str, key: Node, value: Node) -> list[int]:
    """Where the dash of each item of a list in lines stands: before the item, and no comment."""
    found = []
    before = key.end
    for child in value.children:
        at = text.find("\n", before) + 1 if text[before - 1] != "\n" else before
        while at <= child.start and not re.match(r"[ \t]*-(?=\s)", text[at : line_end(text, at + 1)]):
            at = line_end(text, at + 1)
        found.append(text.find("-", at))
        before = child.end
    return found


def _insertion(text: str, root: Node | None, feeds: Sequence[FeedConfig], path: Path) -> list[Cut]:
    found = _list_of(root) if root else None
    if root is None:
        return [_new_lines(text, len(text), "feeds:\n" + _as_lines(feeds, "  "))]
    if not found:
        return _without_list(text, root, feeds, path)
    key, value = found
    quoted = text[key.start] in "\"'"
    if value.kind == "sequence" and value.children and not value.flow:
        dash = _dashes(text, key, value)[-1]
        indent = re.sub(r"\S", " ", text[line_start(text, dash) : dash])
        return [_new_lines(text, value.end, _as_lines(feeds, indent))]
    if value.kind == "sequence" and (root.flow or value.children or text[value.start : value.end].strip("[] \t")):
        return [_in_brackets(text, value, _as_flow(feeds, quoted))]
    if value.kind not in ("scalar", "sequence"):
        raise _by_hand(path)
    if root.flow:
        return [(value.start, value.end, f"[{', '.join(_as_flow(feeds, quoted))}]")]
    indent = text[line_start(text, key.start) : key.start]
    return [_without(text, value), _new_lines(text, value.end, _as_lines(feeds, indent + "  "))]


def _without_list(text: str, root: Node, feeds: Sequence[FeedConfig], path: Path) -> list[Cut]:
    """Into a file whose value is null, empty braces, or lines with other keys."""
    lines = "feeds:\n" + _as_lines(feeds, "  ")
    if root.kind == "mapping" and root.children and not root.flow:
        return [_new_lines(text, root.end, lines)]
    if root.kind == "scalar" or (root.kind == "mapping" and not root.children):
        end = line_end(text, root.end)
        if line_start(text, root.start) == root.start and not text[root.end : end].strip():
            return [(root.start, end, lines)]
        return [_without(text, root), _new_lines(text, root.end, lines)]
    raise _by_hand(path)


def _without(text: str, value: Node) -> Cut:
    """Without ``value`` and the blanks before it, and without those after it where they would begin a line."""
    start, end = value.start, value.end
    while start and text[start - 1] in " \t":
        start -= 1
    while start == line_start(text, start) and text[end : end + 1] in ("\t", " "):
        end += 1
    return start, end, ""


def _new_lines(text: str, after: int, lines: str) -> Cut:
    """``lines`` on their own below the line of ``after``."""
    at = line_end(text, after)
    begun = at > 0 and text[at - 1] != "\n"
    return at, at, ("\n" if begun else "") + lines


def _in_brackets(text: str, value: Node, items: Sequence[str]) -> Cut:
    """After the last item, on lines of their own where that stands on one."""
    if not value.children:
        return value.end - 1, value.end - 1, ", ".join(items)
    last = value.children[-1]
    before = text[line_start(text, last.start) : last.start]
    between = ",\n" + before if not before.strip() and line_start(text, last.start) > value.start else ", "
    return last.end, last.end, "".join(between + item for item in items)


def _removal(text: str, root: Node | None, index: int, path: Path) -> list[Cut]:
    found = _list_of(root) if root else None
    if not found or found[1].kind != "sequence" or index >= len(found[1].children):
        raise _by_hand(path)
    key, value = found
    item, alone = value.children[index], len(value.children) == 1
    if value.flow and alone:
        return [(value.start, value.end, "[]")]
    if value.flow:
        following = value.children[index + 1 : index + 2]
        return [(item.start, following[0].start, "")] if following else [(value.children[-2].end, item.end, "")]
    start = line_start(text, _dashes(text, key, value)[index])
    taken = (start, line_end(text, item.end), "")
    marks = _MARKS.match(text, value.start)
    after = marks.end() if marks else text.index(":", key.end) + 1
    return [taken, (after, after, " []")] if alone else [taken]


# How a feed is written.


def _as_lines(feeds: Iterable[FeedConfig], indent: str) -> str:
    return "".join(
        f"{indent}- " + f"\n{indent}  ".join(f"{key}: {value}" for key, value in _values(feed, quote)) + "\n"
        for feed in feeds
    )


def _as_flow(feeds: Iterable[FeedConfig], quoted: bool) -> list[str]:
    """Each in braces, good in YAML and, with ``quoted`` keys, in JSON."""
    return [
        "{"
        + ", ".join(f'"{key}": {value}' if quoted else f"{key}: {value}" for key, value in _values(feed, in_quotes))
        + "}"
        for feed in feeds
    ]


def _item(text: str) -> str:
    """A text within brackets, where one of them or a comma ends a word that has no quotes."""
    return in_quotes(text) if not _FLOW_SIGNS.isdisjoint(text) else quote(text)


def _values(feed: FeedConfig, quoted: Any) -> Iterator[tuple[str, str]]:
    """The keys of a feed that say something, with what is written for each."""
    for key, value in feed.model_dump(exclude_defaults=True).items():
        if key == "interval":
            yield key, f"{int(value.total_seconds())}s" if quoted is quote else f'"{int(value.total_seconds())}s"'
        elif isinstance(value, bool):
            yield key, str(value).lower()
        elif (key == "folder" and any("/" in name for name in value)) or key in ("languages", "engines"):
            yield key, "[" + ", ".join(map(in_quotes if quoted is in_quotes else _item, value)) + "]"
        else:
            yield key, quoted("/".join(value) if key == "folder" else str(value))
