"""Edits any of the YAML files that a person wrote: the text comes to say other data, by the fewest cuts.

What stays keeps every byte: comments, order, quotes, values in lines or in brackets. The result is read back; where it
does not hold exactly what was meant, nothing is changed and a person is advised to edit by hand.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from monitor.config.yaml import parse_yaml, quote
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

_BARE = re.compile(r"[\w./@][\w./@:+-]*(?<!:)")  # needs no quotes in brackets either


def edit_yaml(text: str, wanted: Mapping[str, Any], path: Path) -> str:
    """``text`` that says ``wanted``: strings, numbers, truth values, None, and lists and mappings of them.

    path: for messages. Raises ConfigError for a text that is no YAML, or written so that it cannot be edited safely.
    """
    plain, restored = plain_text(text)
    before = parse_yaml(plain, path).data
    root = root_of(plain)
    if root is None or before is None:
        lines = "".join(f"{key}: {_in_line(value, flow=False)}\n" for key, value in wanted.items())
        edited = applied(plain, [(len(plain), len(plain), lines)]) if root is None else lines
    else:
        edited = applied(plain, _changes(plain, root, before, dict(wanted), flow=root.flow))
    try:
        after = parse_yaml(edited, path).data
    except ConfigError as error:
        raise _by_hand(path) from error
    if not _same(trimmed(after or {}), trimmed(dict(wanted))):
        raise _by_hand(path)
    return restored(edited)


def _by_hand(path: Path) -> ConfigError:
    advice = "it is written in a way that is not edited here without harm (anchors, tags); edit the file by hand"
    return ConfigError((Problem(str(path), 0, advice),))


def _same(one: Any, other: Any) -> bool:
    return _key(one) == _key(other)


def _key(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)  # True is not 1 there


def _changes(text: str, node: Node, old: Any, new: Any, *, flow: bool) -> Iterator[Cut]:
    """Cuts that make ``node``, which says ``old``, say ``new``."""
    if _same(old, new):
        return
    if isinstance(old, dict) and isinstance(new, dict) and node.kind == "mapping" and new and old:
        yield from _in_mapping(text, node, old, new)
    elif isinstance(old, list) and isinstance(new, list) and node.kind == "sequence" and new and old:
        yield from _in_sequence(text, node, old, new)
    else:
        yield _instead(text, node, _in_line(new, flow=flow or node.flow))


def _instead(text: str, node: Node, written: str) -> Cut:
    start, end = node.start, node.end
    end -= text[start:end].endswith("\n")  # of a text in a block
    if node.children and not node.flow:  # its lines may begin where those of what holds it do
        before = text[:start].rstrip()
        return (len(before), end, f" {written}") if before.endswith(":") else (start, end, f"  {written}")
    joined = start == end and text[start - 1 : start] not in ("", " ", "\t", "\n")
    return start, end, f" {written}" if joined else written


def _in_mapping(text: str, node: Node, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Cut]:
    pairs = list(zip(node.children[::2], node.children[1::2], strict=True))
    last = max((i for i, (key, _) in enumerate(pairs) if key.word in new), default=-1)
    if last < 0:  # nothing stays
        yield node.start, node.end, _flow(new)
        return
    for index, (key, value) in enumerate(pairs):
        if key.word in new:
            yield from _changes(text, value, old[key.word], new[key.word], flow=node.flow)
        elif node.flow or index == 0:  # the first in lines may stand behind the dash of an item
            yield _piece(pairs, index, last)
        else:
            yield line_start(text, key.start), line_end(text, max(value.end, key.end)), ""
    added = [(key, value) for key, value in new.items() if key not in old]
    if not added:
        return
    first, end = pairs[0][0], pairs[last][1].end
    if node.flow:
        quoted = text[first.start] == '"'
        items = (f"{_word(key, quoted)}: {_in_line(value, flow=True, quoted=quoted)}" for key, value in added)
        yield end, end, "".join(f", {each}" for each in items)
        return
    indent = " " * (first.start - line_start(text, first.start))
    lines = "".join(f"{indent}{quote(key)}: {_in_line(value, flow=False)}\n" for key, value in added)
    yield _below(text, max(end, pairs[last][0].end + 1), lines)


def _piece(pairs: Sequence[tuple[Node, Node]], index: int, last: int) -> Cut:
    """A key with its value, and what parts it from its neighbour that stays."""
    if index < last:
        return pairs[index][0].start, pairs[index + 1][0].start, ""
    return pairs[index - 1][1].end, pairs[index][1].end, ""


def _in_sequence(text: str, node: Node, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Cut]:
    steps = difflib.SequenceMatcher(None, [_key(each) for each in old], [_key(each) for each in new], False)
    removed: list[int] = []
    added: dict[int, list[Any]] = {}  # after which item, -1 for before the first
    for step, start, end, first, until in steps.get_opcodes():
        if step == "equal":
            continue
        both = min(end - start, until - first)
        for offset in range(both):
            yield from _changes(text, node.children[start + offset], old[start + offset], new[first + offset],
                                flow=node.flow)  # fmt: skip
        removed += range(start + both, end)
        if first + both < until:
            added[start + both - 1] = list(new[first + both : until])
    kept = [index for index in range(len(old)) if index not in removed]
    write = _flow_items if node.flow else _block_items
    yield from write(text, node, removed, kept, added)


def _flow_items(
    text: str, node: Node, removed: Sequence[int], kept: Sequence[int], added: Mapping[int, Sequence[Any]]
) -> Iterator[Cut]:
    items = node.children
    quoted = '"' in text[node.start : node.end] and "'" not in text[node.start : node.end]
    for index in removed:
        if index < kept[-1]:
            yield items[index].start, items[index + 1].start, ""
        else:
            yield items[index - 1].end, items[index].end, ""
    for after, values in added.items():
        written = [_in_line(each, flow=True, quoted=quoted) for each in values]
        if after < 0:
            yield items[0].start, items[0].start, "".join(f"{each}, " for each in written)
        else:
            yield items[after].end, items[after].end, "".join(f", {each}" for each in written)


def _block_items(
    text: str, node: Node, removed: Sequence[int], kept: Sequence[int], added: Mapping[int, Sequence[Any]]
) -> Iterator[Cut]:
    dashes = _dashes(text, node)
    for index in removed:
        yield line_start(text, dashes[index]), line_end(text, node.children[index].end), ""
    indent = " " * (dashes[0] - line_start(text, dashes[0]))
    for after, values in added.items():
        lines = "".join(_item_lines(each, indent) for each in values)
        if after < 0:
            at = line_start(text, dashes[0])
            yield at, at, lines
        else:
            yield _below(text, node.children[after].end, lines)


def _dashes(text: str, node: Node) -> list[int]:
    """Where the dash of each item of a list in lines stands: the last one before the item that begins its line."""
    found: list[int] = []
    before = line_start(text, node.start)
    for child in node.children:
        dashes = [each.end() - 1 for each in re.finditer(r"(?m)^[ \t]*-(?=\s)", text[before : child.start + 1])]
        found.append(before + dashes[0] if dashes else node.start)
        before = line_end(text, child.end)
    return found


def _item_lines(value: Any, indent: str) -> str:
    if isinstance(value, dict) and value:
        lines = (f"{quote(key)}: {_in_line(each, flow=False)}" for key, each in value.items())
        return f"{indent}- " + f"\n{indent}  ".join(lines) + "\n"
    return f"{indent}- {_in_line(value, flow=False)}\n"


def _below(text: str, after: int, lines: str) -> Cut:
    """``lines`` on their own below the line of ``after``."""
    at = line_end(text, after)
    begun = at > 0 and text[at - 1] != "\n"
    return at, at, ("\n" if begun else "") + lines


def _in_line(value: Any, *, flow: bool, quoted: bool = False) -> str:
    """A value as it is written on one line. flow: within brackets. quoted: as JSON is."""
    if isinstance(value, dict | list):
        return _flow(value, quoted)
    if isinstance(value, str):
        return _word(value, quoted) if flow else quote(value) if value.isprintable() else in_quotes(value)
    if isinstance(value, float):
        return getattr(value, "written", "") or f"{value:.10g}"
    return json.dumps(value)


def _flow(value: Any, quoted: bool = False) -> str:
    if isinstance(value, dict):
        pairs = (f"{_word(key, quoted)}: {_in_line(each, flow=True, quoted=quoted)}" for key, each in value.items())
        return "{" + ", ".join(pairs) + "}"
    return "[" + ", ".join(_in_line(each, flow=True, quoted=quoted) for each in value) + "]"


def _word(text: str, quoted: bool) -> str:
    """A text within brackets."""
    return text if not quoted and _BARE.fullmatch(text) and quote(text) == text else in_quotes(text)
