"""Edits a person's own terms in the text of a watch file; every other byte stays, comments included.

An edit is a few small cuts and insertions at the positions of the parsed file. The result is read back: when it does
not hold exactly the requested terms, nothing is changed and the error says to edit the file by hand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from monitor.config import parse_watch
from monitor.config.watch import Terms, WeightedTerm
from monitor.errors import ConfigError, Problem

LISTS = ("add", "remove", "require", "exclude")
Cut = tuple[int, int, str]  # characters [start, end) of the text, and what replaces them


def edit_terms(text: str, path: Path, terms: Terms) -> str:
    """``text`` of a watch file with ``terms`` in place of its own. ``path`` is for messages.

    Raises ConfigError when the file is written in a way that cannot be edited safely.
    """
    if "\r\n" in text:  # positions are counted in a text with single line ends
        return edit_terms(text.replace("\r\n", "\n"), path, terms).replace("\n", "\r\n")
    before = parse_watch(text, path)
    edited = text
    for name in LISTS:
        if _unordered(before.terms, name) != _unordered(terms, name):
            edited = _edit_list(edited, name, getattr(terms, name), path)
    after = parse_watch(edited, path)
    as_requested = all(_unordered(after.terms, name) == _unordered(terms, name) for name in LISTS)
    # The second half: an odd layout could move a cut into another key, and that must not pass unseen.
    if not as_requested or after.model_copy(update={"terms": before.terms}) != before:
        raise _by_hand(path)
    return edited


def _unordered(terms: Terms, name: str) -> list[tuple[str, float]]:
    # Order has no meaning in these lists, and a person's own order is kept.
    return sorted(_plain(term) for term in getattr(terms, name))


def _by_hand(path: Path) -> ConfigError:
    advice = "its terms are written in a form that this page cannot edit safely; edit the file by hand"
    return ConfigError((Problem(str(path), 0, advice),))


def _edit_list(text: str, name: str, wanted: Sequence[WeightedTerm | str], path: Path) -> str:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)  # in Python: its marks count characters of this very text
    except yaml.YAMLError as error:
        raise _by_hand(path) from error
    if not isinstance(root, yaml.MappingNode):
        raise _by_hand(path)
    terms = _value(root, "terms")
    items = [_item(each) for each in wanted]
    if terms is None or (isinstance(terms, yaml.ScalarNode) and not terms.value):
        return _applied(text, _new_block(text, terms, name, items))
    if not isinstance(terms, yaml.MappingNode):
        raise _by_hand(path)
    value = _value(terms, name)
    if value is None:
        return _applied(text, _new_key(text, terms, name, items))
    if isinstance(value, yaml.SequenceNode) and value.value:
        return _applied(text, _in_sequence(text, value, wanted, items))
    space = "" if text[value.start_mark.index - 1 : value.start_mark.index] in (" ", "\t") else " "
    return _applied(text, [(value.start_mark.index, value.end_mark.index, f"{space}[{', '.join(items)}]")])


def _applied(text: str, cuts: Sequence[Cut]) -> str:
    for start, end, instead in sorted(cuts, reverse=True):  # from the end, so that earlier positions stay right
        text = text[:start] + instead + text[end:]
    return text


def _value(mapping: yaml.MappingNode, key: str) -> yaml.Node | None:
    return next((value for name, value in mapping.value if name.value == key), None)


def _item(term: WeightedTerm | str) -> str:
    """A term as YAML: quoted as in JSON, which is valid YAML in every place."""
    if isinstance(term, str):
        return json.dumps(term, ensure_ascii=False)
    quoted = json.dumps(term.term, ensure_ascii=False)
    return quoted if term.weight == 1 else f"{{term: {quoted}, weight: {term.weight:g}}}"


def _new_block(text: str, terms: yaml.Node | None, name: str, items: Sequence[str]) -> list[Cut]:
    line = f"  {name}: [{', '.join(items)}]\n"
    if terms is None:
        end = len(text)
        return [(end, end, ("" if text.endswith("\n") else "\n") + "terms:\n" + line)]
    if terms.start_mark.index != terms.end_mark.index:  # "terms: ~"
        return [(terms.start_mark.index, terms.end_mark.index, "\n" + line.rstrip("\n"))]
    at = _line_end(text, terms.start_mark.index)
    return [(at, at, "\n" + line.rstrip("\n"))]


def _new_key(text: str, terms: yaml.MappingNode, name: str, items: Sequence[str]) -> list[Cut]:
    written = f"{name}: [{', '.join(items)}]"
    if not terms.flow_style:
        at = _line_end(text, _end(terms))
        return [(at, at, "\n" + " " * terms.value[0][0].start_mark.column + written)]
    if not terms.value:
        return [(terms.start_mark.index, terms.end_mark.index, f"{{{written}}}")]
    at = _end(terms.value[-1][1])
    return [(at, at, f", {written}")]


def _in_sequence(
    text: str, sequence: yaml.SequenceNode, wanted: Sequence[WeightedTerm | str], items: Sequence[str]
) -> list[Cut]:
    """Cuts that remove unwanted items and add new ones at the end; items that stay keep how they are written."""
    left = [_plain(each) for each in wanted]
    kept = []
    for node in sequence.value:
        written = _written(node)
        kept.append(written in left)
        if written in left:
            left.remove(written)  # once: a term that stands twice is kept as often as it is wanted
    new = [item for item, each in zip(items, wanted, strict=True) if _plain(each) in left]
    if sequence.flow_style:
        return _in_flow(sequence, kept, new)
    return list(_in_block(text, sequence, kept, new))


def _plain(term: WeightedTerm | str) -> tuple[str, float]:
    return (term, 1.0) if isinstance(term, str) else (term.term, term.weight)


def _written(node: yaml.Node) -> tuple[str, float]:
    if isinstance(node, yaml.MappingNode):
        word, weight = _value(node, "term"), _value(node, "weight")
        return (str(word.value) if word else "", float(weight.value) if weight else 1.0)
    return str(node.value), 1.0


def _in_flow(sequence: yaml.SequenceNode, kept: Sequence[bool], new: Sequence[str]) -> list[Cut]:
    nodes = sequence.value
    if not any(kept):
        return [(sequence.start_mark.index, sequence.end_mark.index, f"[{', '.join(new)}]")]
    first, last = kept.index(True), len(kept) - 1 - kept[::-1].index(True)
    cuts: list[Cut] = []
    for index, stays in enumerate(kept):
        if not stays and index < last:  # up to the next item
            cuts.append((nodes[index].start_mark.index, nodes[index + 1].start_mark.index, ""))
    end = _end(nodes[last])
    cuts.append((end, _end(nodes[-1]), "".join(f", {item}" for item in new)))
    assert first <= last
    return cuts


def _in_block(text: str, sequence: yaml.SequenceNode, kept: Sequence[bool], new: Sequence[str]) -> Iterator[Cut]:
    """Cuts of whole lines; new lines follow the last item, indented like the others."""
    nodes = sequence.value
    indent = " " * sequence.start_mark.column
    for node, stays in zip(nodes, kept, strict=True):
        if not stays:
            yield text.rfind("\n", 0, node.start_mark.index) + 1, min(len(text), _line_end(text, _end(node)) + 1), ""
    if new:
        at = _line_end(text, _end(nodes[-1]))
        lines = "\n".join(f"{indent}- {item}" for item in new)
        at_end = at >= len(text)
        yield (at, at, "\n" + lines) if at_end else (at + 1, at + 1, lines + "\n")


def _end(node: yaml.Node) -> int:
    """The index at which the text of a node ends. A block's own end mark lies behind the comments that follow it."""
    if not isinstance(node, yaml.CollectionNode) or node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _end(last[1] if isinstance(last, tuple) else last)


def _line_end(text: str, index: int) -> int:
    at = text.find("\n", index)
    return len(text) if at < 0 else at
