"""Reads YAML as plain data, and says on which line a value stands.

libyaml does the reading, because a feed list of thousands of lines must not slow the start. Scalars follow the core
schema of YAML 1.2, so the country code NO stays a word.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from monitor.config.explain_yaml import explain
from monitor.errors import ConfigError, Problem
from monitor.folders import listed
from monitor.model.frozen import frozen
from monitor.text.redact import shown_problem

DEPTH = 64  # values within values
VALUES = 400_000  # of one file, those that aliases repeat among them
SIZE = 64 << 20  # bytes of one file; a list of 100,000 feeds takes a tenth of it
DIGITS = 300  # of a number; a longer one is read as a text


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads without asking of every value what YAML 1.1 would take it for: a third of the time."""

    depth = 0

    def resolve(self, _kind: type, _value: str | None, _implicit: object) -> str:
        return ""

    def descend_resolver(self, current_node: yaml.Node | None, _current_index: object) -> None:
        """Called for every value within another; the library's own recursion would end only with the stack."""
        self.depth += 1
        if self.depth > DEPTH:
            mark = current_node.start_mark if current_node else None
            raise yaml.MarkedYAMLError(problem=f"nested more than {DEPTH} deep; write it flatter", problem_mark=mark)

    def ascend_resolver(self) -> None:
        """Called at the end of a value."""
        self.depth -= 1


_GIVEN = Path("/dev/fd")  # where a shell hands over the output of a command: `--edited <(...)`
_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_OTHER_THAN_TEXT = frozenset("+-.0123456789~nNtTfF")  # what these words and a number begin with
# Blanks and marks that nobody sees: a word that one stands in looks right. Joiners are letters of Persian words.
_UNSEEN = re.compile("[\u00a0\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_ENDLESS = re.compile(r"(\S{100})\S{100,}")  # a message names a value, and need not hold all of it

_STANDARD = "tag:yaml.org,2002:"  # what "!!" stands for

Path_ = tuple[str | int, ...]


class Whole(int):
    """A whole number, and how it is ``written``: as a word, "0122" is not 122."""

    written = ""


class Decimal(float):
    """A number with a point or an exponent, and how it is ``written``."""

    written = ""


_TAGS: dict[str, Any] = {
    "str": str, "int": Whole, "float": (Decimal, Whole), "bool": bool, "null": type(None), "map": dict, "seq": list,
}  # fmt: skip


@frozen
class YamlFile:
    """The data of a file."""

    path: Path
    text: str
    data: Any

    def line(self, where: Path_) -> int:
        """The line, counted from 1, of the value at ``where``, or of its nearest parent that exists.

        where: keys and indexes.
        """
        lines = _lines(self.text)
        while where and where not in lines:
            where = where[:-1]
        return lines[where]

    def places(self, key: str) -> Iterator[tuple[Path_, Any]]:
        """Where ``key`` stands, at any depth, and its values."""
        return _places(self.data, key, ())

    def problem(self, where: Path_, message: str) -> Problem:
        """A problem at the line of the value at ``where``."""
        seen = _UNSEEN.sub(lambda found: f"<U+{ord(found[0]):04X}>", shown_problem(message))
        return Problem(str(self.path), self.line(where), _ENDLESS.sub(r"\1…", seen))


def _places(data: Any, key: str, where: Path_) -> Iterator[tuple[Path_, Any]]:
    held = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for name, child in held:
        if name == key:
            yield (*where, name), child
        yield from _places(child, key, (*where, name))


def read_yaml(path: Path) -> YamlFile:
    """Reads a file. Raises ConfigError when it is missing, not UTF-8, or not valid YAML."""
    try:
        if path.parent != _GIVEN:
            _check_file(path)
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(
            (Problem(str(path), 0, "no such file; `monitor init DIR` writes a starting configuration"),)
        ) from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ConfigError((Problem(str(path), line, "not UTF-8 text; save the file as UTF-8"),)) from error
    except OSError as error:
        raise ConfigError(
            (Problem(str(path), 0, f"cannot be read ({error.strerror}); check its permissions"),)
        ) from error
    return parse_yaml(text, path)


def _check_file(path: Path) -> None:
    """Nobody would ever end to read a pipe, or a device. Raises ConfigError, or OSError where it is not there."""
    found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        return  # the system has words for it
    if not stat.S_ISREG(found.st_mode):
        raise ConfigError((Problem(str(path), 0, "is no file but a pipe or a device; take it away"),))
    if found.st_size > SIZE:
        raise ConfigError((Problem(str(path), 0, f"larger than {SIZE >> 20} MB; write less, or in several files"),))


def parse_yaml(text: str, path: Path) -> YamlFile:
    """Reads ``text``; ``path`` is for messages. Raises ConfigError with the line of broken YAML or a repeated key."""
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line, what = explain(error, text.split("\n"))
        raise ConfigError((Problem(str(path), line, f"not valid YAML: {what}"),)) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        text = f"not valid YAML: the control character #x{error.character:04x} stands here; remove it"
        raise ConfigError((Problem(str(path), line, text),)) from error
    except RecursionError as error:
        raise ConfigError((Problem(str(path), 0, "nested too deeply; write it flatter"),)) from error
    if node is None:
        return YamlFile(path, text, None)
    problems: list[Problem] = []
    data = _Builder(problems, str(path)).build(node)
    if problems:
        raise ConfigError(tuple(problems))
    return YamlFile(path, text, data)


@lru_cache(maxsize=2)  # a file with one mistake often has more
def _lines(text: str) -> dict[Path_, int]:
    """The line of every value, read again where one must be named: most files have no mistake."""
    node = yaml.compose(text, Loader=_Loader)
    lines: dict[Path_, int] = {(): 1} if node is None else {}
    if node is not None:
        _number(node, (), node.start_mark.line + 1, lines)
    return lines


def _number(node: Any, where: Path_, line: int, lines: dict[Path_, int]) -> None:
    lines[where] = line
    if isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            _number(child, (*where, index), child.start_mark.line + 1, lines)
    elif isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            _number(child, (*where, str(key.value)), key.start_mark.line + 1, lines)


class _Builder:
    """Plain data of the nodes of a file. An alias is the node it names, and may lead back to itself or to very many."""

    def __init__(self, problems: list[Problem], path: str) -> None:
        self._problems = problems
        self._path = path
        self._left = VALUES
        self._around: set[int] = set()  # the values that hold the one that is being built

    def build(self, node: Any) -> Any:
        """The data of ``node``; what is wrong with it is added to the problems."""
        if node.__class__ is yaml.ScalarNode and not node.tag:  # nearly all
            self._left -= 1
            return _scalar(node)
        made = self._untagged(node)
        return self._tagged(node, made) if node.tag else made

    def _tagged(self, node: Any, made: Any) -> Any:
        """What a tag says is what it is already, or a text; other tags are for other programs."""
        name = node.tag.removeprefix(_STANDARD)
        if name == "str" and isinstance(node, yaml.ScalarNode):
            return str(node.value)
        if not isinstance(made, _TAGS.get(name, ())):
            shown = f"!!{name}" if name != node.tag else name
            return self._refused(node, f"the tag {shown[:60]} means nothing here: {_meaning(name)}")
        return made

    def _untagged(self, node: Any) -> Any:
        # PyYAML's own constructor would take the last of two equal keys without a word.
        self._left -= 1
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if id(node) in self._around:
            return self._refused(node, "it holds itself, by an alias (*); write out what is meant")
        if self._left < 0:
            return self._refused(node, f"more than {VALUES:,} values, by aliases (*) of aliases; write fewer")
        self._around.add(id(node))
        try:
            if isinstance(node, yaml.SequenceNode):
                return [self.build(child) for child in node.value]
            return self._mapping(node)
        finally:
            self._around.discard(id(node))

    def _mapping(self, node: Any) -> dict[Any, Any]:
        built: dict[Any, Any] = {}
        for key_node, child in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._refused(key_node, "a key must be a plain word")
                continue
            key = str(key_node.value)
            if key_node.tag:
                self._tagged(key_node, key)
            if key in built:
                self._refused(key_node, f"'{key}' is here twice; keep one")
                continue
            built[key] = self.build(child)
        return built

    def _refused(self, node: Any, why: str) -> None:
        if self._left >= 0 or not self._problems:
            self._problems.append(Problem(self._path, node.start_mark.line + 1, why))


def _meaning(tag: str) -> str:
    if tag in _TAGS:
        return "what follows is of another kind; take it away, or write the value so"
    return "nothing is included, computed or looked up; take it away, and write the value itself"


def _scalar(node: yaml.ScalarNode) -> Any:
    text = str(node.value)
    if node.style or (text and text[0] not in _OTHER_THAN_TEXT):  # quoted or block: a string, whatever it looks like
        return text
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    number = None
    if len(text) <= DIGITS:
        number = Whole(text) if _INT.fullmatch(text) else Decimal(text) if _FLOAT.fullmatch(text) else None
    if number is None:
        return text
    number.written = text
    return number


def quote(text: str) -> str:
    """``text`` as a YAML scalar on one line, quoted only where that is needed."""
    dumped: str = yaml.safe_dump(text, allow_unicode=True, width=10**6, default_style=None)
    first = dumped.split("\n")[0]
    # PyYAML writes for YAML 1.1; what our reader would take for something else is quoted by hand.
    return (
        first
        if parse_yaml(first, Path("-")).data == text
        else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    )


def yaml_paths(folder: Path) -> list[Path]:
    """The YAML files of a folder, by name, without hidden ones; none where there is no such folder.

    Raises ConfigError where it cannot be looked into, or holds what is no file.
    """
    found = [path for path in listed(folder) if path.suffix in (".yaml", ".yml")]
    for path in found:
        with suppress(OSError):  # reading it says what is wrong
            _check_file(path)
    return found
