"""Articles as JSON lines, as `score` and `group` read them: each line is an article, or an error that names it.

What can be mended is read with a warning, so that one odd value costs no judgement, and one odd line no other line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, BinaryIO

from monitor.errors import MonitorError, as_clause
from monitor.model import Document
from monitor.pages.feed_text import TEXT_LIMIT
from monitor.text.timestamps import iso_date, published_at, readings
from monitor.text.unwrap import join_blocks, unwrap

LINE_LIMIT = 20_000_000  # bytes; no article is as long
PASSED_OVER = 10 * LINE_LIMIT  # of a longer line, to find the next; a device such as /dev/zero has no end
_HALF = re.compile("[\ud800-\udfff]")  # of a surrogate pair: no character
_ID = re.compile(r'"id"\s*:\s*("(?:[^"\\]|\\.){0,500}"|-?\d{1,100}\b)')
_DEEPEST = 200  # lists and objects within each other; articles have three or four
# Outside of strings; one that never ends goes to the end, else each escaped quote in it would be tried as a beginning.
_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]')
_FORM = 'write one object {"id","title","text"} a line'


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """One line of the input. number: from 1. id: as given, None where it cannot be read. document: None where ``error``
    says why there is none. warnings: what was read otherwise than it stands there.
    """

    number: int
    id: str | None
    document: Document | None = None
    error: str = ""
    warnings: tuple[str, ...] = ()


class _UnreadableError(MonitorError):
    """A line that is no article; the message says why."""


@dataclass(slots=True)
class _Row:
    """The values of one object, and what was odd about them."""

    values: dict[str, Any]
    now: datetime
    warnings: list[str] = field(default_factory=list)

    def identity(self) -> str:
        """Raises _UnreadableError for a row without an id."""
        value = self.values.get("id")
        if value is None or not str(value).strip():
            raise _UnreadableError(f"has no id; {_FORM}")
        if isinstance(value, bool | list | dict):
            raise _UnreadableError(f"its id is {_kind(value)}; write a text or a number")
        return str(value)

    def words(self, name: str) -> str:
        """The text of a title or an article. Raises _UnreadableError for what is none."""
        value = self.values.get(name)
        if value is None or value == "":
            return ""
        if isinstance(value, list | dict):
            raise _UnreadableError(f"its {name} is {_kind(value)}; write a text")
        if not isinstance(value, str):
            self.warnings.append(f"the {name} is {_kind(value)}; it was read as text")
        return self._whole(name, str(value))

    def _whole(self, name: str, text: str) -> str:
        if _HALF.search(text):
            self.warnings.append(f"the {name} holds halves of characters (surrogates); they were left out")
            text = _HALF.sub("", text)
        if len(text) > TEXT_LIMIT:
            self.warnings.append(f"the {name} is longer than {TEXT_LIMIT:,} characters; only so many were read")
            text = text[:TEXT_LIMIT]
        return text

    def label(self, name: str) -> str:
        """A short text beside the article; "" with a warning for what is none."""
        value = self.values.get(name)
        if value and not isinstance(value, str):
            self.warnings.append(f"the {name} is {_kind(value)}; it was not used")
            return ""
        return _HALF.sub("", value or "")

    def moment(self) -> datetime | None:
        """When it was published; None with a warning for a date that cannot be read."""
        value = self.values.get("published")
        if value is None or value == "":
            return None
        found = _moment(value, self.now)
        if found is None:
            shown = _HALF.sub("", json.dumps(value, ensure_ascii=False))[:60]
            self.warnings.append(f"the date {shown} cannot be read; the article was taken without one "
                                 "(write 2026-11-21T07:00:00+03:00)")  # fmt: skip
        return found


def read_article_lines(lines: BinaryIO, now: datetime) -> Iterator[ArticleLine]:
    """Each line that is not blank, in order. ``now`` (aware) decides between the readings of an unclear date."""
    seen: dict[str, int] = {}
    for number, line in enumerate(iter(lambda: lines.readline(LINE_LIMIT + 1), b""), 1):
        if len(line) > LINE_LIMIT:
            if not _passed(lines, line):
                end = f"does not end within {PASSED_OVER // 10**6} MB, and nothing behind it was read"
                yield ArticleLine(number, None, error=f"{end}; write one article a line")
                return
            yield ArticleLine(number, None, error=f"is longer than {LINE_LIMIT // 10**6} MB; write one article a line")
        elif found := _article_line(number, line, now):
            yield _repeated(found, seen)


def _passed(lines: BinaryIO, line: bytes) -> bool:
    """Reads on to the end of a line of which this is the beginning; False where it is not found."""
    passed = len(line)
    while line and not line.endswith(b"\n") and passed < PASSED_OVER:
        line = lines.readline(LINE_LIMIT)
        passed += len(line)
    return not line or line.endswith(b"\n")


def _article_line(number: int, line: bytes, now: datetime) -> ArticleLine | None:
    """The line, None for a blank one."""
    try:
        text = line.decode("utf-8").strip("\ufeff \t\r\n\x00")
    except UnicodeDecodeError:
        return ArticleLine(number, None, error="is not UTF-8; save the file as UTF-8")
    if not text:
        nothing = "holds nothing but NUL characters; the file may have been cut off while it was written"
        return ArticleLine(number, None, error=nothing) if b"\0" in line else None
    if "\0" in text:
        return ArticleLine(number, None, error="holds NUL characters, as UTF-16 does; save the file as UTF-8")
    row = None
    try:
        row = _row(text, now)
        document = _document(row)
    except _UnreadableError as error:
        return ArticleLine(number, _id_of(row, text), error=str(error))
    return ArticleLine(number, document.id, document, warnings=tuple(row.warnings))


def _row(text: str, now: datetime) -> _Row:
    """Raises _UnreadableError for a line that is no object."""
    strange: list[str] = []

    def missing(name: str) -> None:
        strange.append(f"{name} is no JSON; it was read as null")

    if _depth(text) > _DEEPEST:
        raise _UnreadableError(f"is nested too deep; {_FORM}")
    try:
        values = json.loads(text, parse_constant=missing)
    except json.JSONDecodeError as error:
        raise _UnreadableError(f"is not JSON ({as_clause(error)}); {_FORM}") from error
    except ValueError as error:  # Python reads no whole number of more than some thousand digits
        raise _UnreadableError(
            f"holds a number with too many digits; write it as a text or leave it out; {_FORM}"
        ) from error
    if not isinstance(values, dict):
        raise _UnreadableError(f"is {_kind(values)}; {_FORM}")
    return _Row(values, now, list(dict.fromkeys(strange)))


def _depth(text: str) -> int:
    """How deep lists and objects stand in each other: how much of it Python reads depends on its version."""
    if text.count("[") + text.count("{") <= _DEEPEST:
        return 0
    depth = most = 0
    for found in _BRACKET.finditer(text):
        depth += 1 if found[0] in "[{" else -1 if found[0] in "]}" else 0
        most = max(most, depth)
    return most


def _document(row: _Row) -> Document:
    title, text = row.words("title"), row.words("text")
    if not title.strip() and not text.strip():
        row.warnings.append("has neither title nor text, so there is nothing to judge")
    return Document(
        id=row.identity(),
        title=title,
        text=unwrap(join_blocks(text.replace("\r\n", "\n").replace("\r", "\n"))),
        language=row.label("language") or None,
        published=row.moment(),
        source=row.label("source"),
        url=row.label("url"),
        country=row.label("country") or None,
    )


def _id_of(row: _Row | None, text: str) -> str | None:
    """The id of a line that is no article, as far as it can be seen, so that answers can be put beside their lines."""
    if row is not None:
        value = row.values.get("id")
        return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    found = _ID.search(text[:10_000])
    try:
        return str(json.loads(found[1])) if found else None
    except ValueError:
        return None


def _repeated(line: ArticleLine, seen: dict[str, int]) -> ArticleLine:
    """The line with a warning where its id stood before."""
    if line.document is None:
        return line
    first = seen.setdefault(line.document.id, line.number)
    if first == line.number:
        return line
    more = f"the id stands on line {first}, too; give each article its own"
    return ArticleLine(line.number, line.id, line.document, warnings=(*line.warnings, more))


def _moment(value: object, now: datetime) -> datetime | None:
    """A date of any form that feeds use as an aware time, in UTC where it names no zone; None for what is none."""
    found = iso_date(value)
    if found is None and isinstance(value, str | int | float) and not isinstance(value, bool):
        found = published_at(value, now) or next((each.moment for each in readings(str(value))), None)
    if found is None:
        return None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    try:
        found.astimezone(UTC)
    except OverflowError:  # the first or last day that there is, in another zone
        return None
    return found


def _kind(value: object) -> str:
    """What a JSON value is, for a message."""
    if isinstance(value, bool):
        return "true or false"
    names = {dict: "an object", list: "a list", str: "a text", int: "a number", float: "a number", type(None): "null"}
    return names[type(value)]
