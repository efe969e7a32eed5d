"""Edits the program makes in the text of feeds.yaml, which leave every other byte alone.

Each form of YAML that the list may have is kept: a list of lines, one in brackets, JSON, an empty file. An edit is made
of cuts and insertions at the marks of the parsed file, and the result is read back: where it does not hold exactly the
feeds that were meant, nothing is changed and a person is advised to edit by hand. The work grows with the length of the
file and the number of feeds, not with their product.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from monitor.config.feed_list import FeedConfig, same_address
from monitor.config.yaml import YamlFile, parse_yaml, quote
from monitor.errors import ConfigError, Problem
from monitor.text.redact import shown_address

_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNPRINTABLE = re.compile("[\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")  # not as they are in a YAML file
_MARKS = re.compile(r"[&!]\S*(\s+[&!]\S*)*")  # a value's anchor and tag
Cut = tuple[int, int, str]  # characters [start, end) of the text give way to this


@dataclass(slots=True)
class _Node:
    """A value of the file. start, end: its characters, without the comments and blank lines that follow it."""

    kind: str  # "scalar", "alias", "sequence" or "mapping"
    start: int
    end: int
    word: str = ""  # what a scalar says
    flow: bool = False  # in brackets or braces
    children: list[_Node] = field(default_factory=list)


def add_feed(text: str, feed: FeedConfig, path: Path) -> str:
    """``text`` of a feed list with ``feed`` at its end. Raises ConfigError when it stands there already."""
    file = parse_yaml(text.removeprefix("\ufeff"), path)
    for index, url in enumerate(_urls(file)):
        if same_address(url) == same_address(feed.url or feed.search):
            line = file.line(("feeds", index))
            named = shown_address(feed.url or feed.search)
            raise ConfigError((Problem(str(path), line, f"{named} is in the list already"),))
    return add_feeds(text, [feed], path)


def add_feeds(text: str, feeds: Sequence[FeedConfig], path: Path) -> str:
    """``text`` of a feed list with ``feeds``, none of which it holds, at its end. Raises ConfigError."""
    if not feeds:
        return text
    plain, restored = _plain(text)
    file = parse_yaml(plain, path)
    edited = _applied(plain, _insertion(plain, _root(plain), feeds, path))
    after = _items(_parsed(edited, path))
    count = len(_items(file))
    added = [FeedConfig.model_validate(item) for item in after[count:] if isinstance(item, dict)]
    if _trimmed(after[:count]) != _trimmed(_items(file)) or added != list(feeds):
        raise _by_hand(path)
    return restored(edited)


def remove_feed(text: str, url: str, path: Path) -> str:
    """``text`` of a feed list without ``url``. Raises ConfigError when it is not there."""
    plain, restored = _plain(text)
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
    edited = _applied(plain, _removal(plain, _root(plain), index, path))
    before = _items(file)
    if _trimmed(_items(_parsed(edited, path))) != _trimmed(before[:index] + before[index + 1 :]):
        raise _by_hand(path)
    return restored(edited)


def listed(text: str, path: Path) -> list[str]:
    """The addresses in ``text`` of a feed list, in its order. Raises ConfigError when it is no YAML."""
    return _urls(parse_yaml(text.removeprefix("\ufeff"), path))


def _plain(text: str) -> tuple[str, Callable[[str], str]]:
    """``text`` without a byte order mark, its lines ended by line feeds; and what gives an edited one both back."""
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    bare = text.removeprefix(mark)
    if "\r" in bare and "\n" not in bare:  # as old Macs end lines
        return bare.replace("\r", "\n"), lambda edited: mark + edited.replace("\n", "\r")
    return bare, lambda edited: mark + edited


def _items(file: YamlFile) -> list[Any]:
    feeds = file.data.get("feeds") if isinstance(file.data, dict) else None
    return feeds if isinstance(feeds, list) else []


def _trimmed(value: Any) -> Any:
    """Without the line ends of texts: those of a block depend on whether it is the file's last and on blank lines."""
    if isinstance(value, list):
        return [_trimmed(each) for each in value]
    if isinstance(value, dict):
        return {key: _trimmed(each) for key, each in value.items()}
    return value.rstrip("\n") if isinstance(value, str) else value


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


def _applied(text: str, cuts: Iterable[Cut]) -> str:
    line_end = "\r\n" if "\r\n" in text else "\n"
    for start, end, new in sorted(cuts, reverse=True):
        text = text[:start] + new.replace("\n", line_end) + text[end:]
    return text


# Where things stand: the marks of the parser's events, since those of a parsed value reach over the comments below it.


def _root(text: str) -> _Node | None:
    """The file's value, None for a file without one."""
    events = iter(yaml.parse(text, Loader=_LOADER))
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            return _node(event, events)
    return None


def _node(event: yaml.Event, events: Iterator[yaml.Event]) -> _Node:
    start, end = _span(event)
    if isinstance(event, yaml.ScalarEvent):
        return _Node("scalar", start, end, event.value)
    if not isinstance(event, yaml.CollectionStartEvent):
        return _Node("alias", start, end)
    kind = "mapping" if isinstance(event, yaml.MappingStartEvent) else "sequence"
    node = _Node(kind, start, end, flow=bool(event.flow_style))
    for inner in events:
        if isinstance(inner, yaml.CollectionEndEvent):
            node.end = _span(inner)[1] if node.flow else node.children[-1].end if node.children else end
            break
        node.children.append(_node(inner, events))
    return node


def _span(event: yaml.Event) -> tuple[int, int]:
    assert event.start_mark is not None  # every event of a parsed text has its marks
    assert event.end_mark is not None
    return event.start_mark.index, event.end_mark.index


def _list_of(root: _Node) -> tuple[_Node, _Node] | None:
    """The key `feeds` and its value."""
    pairs = zip(root.children[::2], root.children[1::2], strict=True) if root.kind == "mapping" else ()
    for key, value in pairs:
        if key.word == "feeds":
            return key, value
    return None


def _line_end(text: str, at: int) -> int:
    """Where the line after the one of ``at`` begins; ``at`` itself where it begins a line."""
    if at and text[at - 1] == "\n":
        return at
    end = text.find("\n", at)
    return end + 1 if end >= 0 else len(text)


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _dashes(text: str, key: _Node, value: _Node) -> list[int]:
    """Where the dash of each item of a list in lines stands: before the item, and no comment."""
    found = []
    before = key.end
    for child in value.children:
        at = text.find("\n", before) + 1 if text[before - 1] != "\n" else before
        while at <= child.start and not re.match(r"[ \t]*-(?=\s)", text[at : _line_end(text, at + 1)]):
            at = _line_end(text, at + 1)
        found.append(text.find("-", at))
        before = child.end
    return found


def _insertion(text: str, root: _Node | None, feeds: Sequence[FeedConfig], path: Path) -> list[Cut]:
    found = _list_of(root) if root else None
    if root is None:
        return [_new_lines(text, len(text), "feeds:\n" + _as_lines(feeds, "  "))]
    if not found:
        return _without_list(text, root, feeds, path)
    key, value = found
    quoted = text[key.start] in "\"'"
    if value.kind == "sequence" and value.children and not value.flow:
        dash = _dashes(text, key, value)[-1]
        indent = re.sub(r"\S", " ", text[_line_start(text, dash) : dash])
        return [_new_lines(text, value.end, _as_lines(feeds, indent))]
    if value.kind == "sequence" and (root.flow or value.children or text[value.start : value.end].strip("[] \t")):
        return [_in_brackets(text, value, _as_flow(feeds, quoted))]
    if value.kind not in ("scalar", "sequence"):
        raise _by_hand(path)
    if root.flow:
        return [(value.start, value.end, f"[{', '.join(_as_flow(feeds, quoted))}]")]
    indent = text[_line_start(text, key.start) : key.start]
    return [_without(text, value), _new_lines(text, value.end, _as_lines(feeds, indent + "  "))]


def _without_list(text: str, root: _Node, feeds: Sequence[FeedConfig], path: Path) -> list[Cut]:
    """Into a file whose value is null, empty braces, or lines with other keys."""
    lines = "feeds:\n" + _as_lines(feeds, "  ")
    if root.kind == "mapping" and root.children and not root.flow:
        return [_new_lines(text, root.end, lines)]
    if root.kind == "scalar" or (root.kind == "mapping" and not root.children):
        end = _line_end(text, root.end)
        if _line_start(text, root.start) == root.start and not text[root.end : end].strip():
            return [(root.start, end, lines)]
        return [_without(text, root), _new_lines(text, root.end, lines)]
    raise _by_hand(path)


def _without(text: str, value: _Node) -> Cut:
    """Without ``value`` and the blanks before it, and without those after it where they would begin a line."""
    start, end = value.start, value.end
    while start and text[start - 1] in " \t":
        start -= 1
    while start == _line_start(text, start) and text[end : end + 1] in ("\t", " "):
        end += 1
    return start, end, ""


def _new_lines(text: str, after: int, lines: str) -> Cut:
    """``lines`` on their own below the line of ``after``."""
    at = _line_end(text, after)
    begun = at > 0 and text[at - 1] != "\n"
    return at, at, ("\n" if begun else "") + lines


def _in_brackets(text: str, value: _Node, items: Sequence[str]) -> Cut:
    """After the last item, on lines of their own where that stands on one."""
    if not value.children:
        return value.end - 1, value.end - 1, ", ".join(items)
    last = value.children[-1]
    before = text[_line_start(text, last.start) : last.start]
    between = ",\n" + before if not before.strip() and _line_start(text, last.start) > value.start else ", "
    return last.end, last.end, "".join(between + item for item in items)


def _removal(text: str, root: _Node | None, index: int, path: Path) -> list[Cut]:
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
    start = _line_start(text, _dashes(text, key, value)[index])
    taken = (start, _line_end(text, item.end), "")
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
        + ", ".join(f'"{key}": {value}' if quoted else f"{key}: {value}" for key, value in _values(feed, _quoted))
        + "}"
        for feed in feeds
    ]


def _values(feed: FeedConfig, quoted: Any) -> Iterator[tuple[str, str]]:
    """The keys of a feed that say something, with what is written for each."""
    for key, value in feed.model_dump(exclude_defaults=True).items():
        if key == "interval":
            yield key, f"{int(value.total_seconds())}s" if quoted is quote else f'"{int(value.total_seconds())}s"'
        elif isinstance(value, bool):
            yield key, str(value).lower()
        elif (key == "folder" and any("/" in name for name in value)) or key in ("languages", "engines"):
            yield key, "[" + ", ".join(map(_quoted if quoted is _quoted else quote, value)) + "]"
        else:
            yield key, quoted("/".join(value) if key == "folder" else str(value))


def _quoted(text: str) -> str:
    """In double quotes, as JSON and YAML read it alike."""
    written = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", written)
