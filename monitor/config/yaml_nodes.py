"""Where the values of a YAML file stand in its text, and edits of it as cuts, which leave every other byte alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNPRINTABLE = re.compile("[\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")  # not as they are in a YAML file
Cut = tuple[int, int, str]  # characters [start, end) of the text give way to this


@dataclass(slots=True)
class Node:
    """A value of the file. start, end: its characters, without the comments and blank lines that follow it."""

    kind: str  # "scalar", "alias", "sequence" or "mapping"
    start: int
    end: int
    word: str = ""  # what a scalar says
    flow: bool = False  # in brackets or braces
    children: list[Node] = field(default_factory=list)


def plain_text(text: str) -> tuple[str, Callable[[str], str]]:
    """``text`` without a byte order mark, its lines ended by line feeds; and what gives an edited one both back."""
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    bare = text.removeprefix(mark)
    if "\r" in bare and "\n" not in bare:  # as old Macs end lines
        return bare.replace("\r", "\n"), lambda edited: mark + edited.replace("\n", "\r")
    return bare, lambda edited: mark + edited


def trimmed(value: Any) -> Any:
    """Without the line ends of texts: those of a block depend on whether it is the file's last and on blank lines."""
    if isinstance(value, list):
        return [trimmed(each) for each in value]
    if isinstance(value, dict):
        return {key: trimmed(each) for key, each in value.items()}
    return value.rstrip("\n") if isinstance(value, str) else value


def applied(text: str, cuts: Iterable[Cut]) -> str:
    """``text`` after the cuts, with the line ends that it has."""
    ends = "\r\n" if "\r\n" in text else "\n"
    for start, end, new in sorted(cuts, reverse=True):
        text = text[:start] + new.replace("\n", ends) + text[end:]
    return text


def root_of(text: str) -> Node | None:
    """The file's value, None for a file without one.

    Its places are the marks of the parser's events, since those of a parsed value reach over the comments below it.
    """
    events = iter(yaml.parse(text, Loader=_LOADER))
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            return _node(event, events)
    return None


def _node(event: yaml.Event, events: Iterator[yaml.Event]) -> Node:
    start, end = _span(event)
    if isinstance(event, yaml.ScalarEvent):
        return Node("scalar", start, end, event.value)
    if not isinstance(event, yaml.CollectionStartEvent):
        return Node("alias", start, end)
    kind = "mapping" if isinstance(event, yaml.MappingStartEvent) else "sequence"
    node = Node(kind, start, end, flow=bool(event.flow_style))
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


def line_end(text: str, at: int) -> int:
    """Where the line after the one of ``at`` begins; ``at`` itself where it begins a line."""
    if at and text[at - 1] == "\n":
        return at
    end = text.find("\n", at)
    return end + 1 if end >= 0 else len(text)


def line_start(text: str, at: int) -> int:
    """Where the line of ``at`` begins."""
    return text.rfind("\n", 0, at) + 1


def in_quotes(text: str) -> str:
    """In double quotes, as JSON and YAML read it alike."""
    written = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", written)
