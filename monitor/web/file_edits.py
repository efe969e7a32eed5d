"""Edits of the configuration's files from the page: checked whole, written, kept with who and when, taken back."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import Response

from monitor.config import load_config
from monitor.config.hunks import hunks_of, taken_back
from monitor.config.save import read_exact, save_exact
from monitor.errors import ConfigError, MonitorError
from monitor.render.plain import one_line
from monitor.store import file_edits
from monitor.store.file_edits import FileEdit
from monitor.store.subjects import ROWS
from monitor.text.redact import shown_host, shown_text
from monitor.web.paging import Paging
from monitor.web.request import EDITED, PageRequest
from monitor.web.story_views import When

_ONE_AT_A_TIME = threading.Lock()  # between reading a file and writing it
_SHOWN = 40  # lines of an edit
FEED_LIST = "feeds.yaml"
# "url:" or a line's beginning, and the address there, up to the brackets and the quote that follow it.
_HOOK = re.compile(
    r"""((?<![\w-])["']?url["']?\s*:\s*["']?|^\s*["']?)(https?://[^\s"']+?)(?=[,}\]]*(?:[\s"']|$))""", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class EditRow:
    """An edit as the page lists it. lines: (sign, text) of what it changed, without passwords and keys."""

    id: int
    at: When
    who: str
    what: str
    file: str
    lines: tuple[tuple[str, str], ...]
    undone: str


def edits(request: PageRequest) -> Response:
    """What was edited on the page, the last first. ``?page=``: from 1."""
    with request.store.read() as db:
        paging = Paging(request.number("page", 1), file_edits.count(db))
        found = file_edits.newest(db, limit=paging.limit, offset=paging.offset)
    return request.page("edits.html", rows=[_row(request, each) for each in found], paging=paging)


def undo(request: PageRequest) -> Response:
    """Takes back the edit ``edit`` of the form, then goes to the list.

    Raises HTTPException 403 where the sender may not change anything, 404 for no such edit, 409 where it cannot be.
    """
    request.changing()
    given = request.form.get("edit", "")
    with request.store.read() as db:
        made = file_edits.get(db, int(given)) if given.isascii() and given.isdigit() and len(given) < 10 else None
    if made is None:
        raise HTTPException(404, "nothing was edited under this number")
    path = file_of(request, made.file)
    by_hand = "edit the file by hand, or take back what came later first"
    with _ONE_AT_A_TIME:
        if made.undone:
            raise HTTPException(409, "it was taken back before")
        try:
            text = read_exact(path)
            before = taken_back(text, made.hunks)
            _checked(request, path, None if made.made else before)
        except LookupError as error:
            raise HTTPException(409, f"{made.file}: {error}; {by_hand}") from error
        except ConfigError as error:
            raise HTTPException(409, f"without it the configuration would not hold: {problems_of(error)}") from error
        with request.store.write(ROWS) as db:
            if not file_edits.set_undone(db, made.id, request.who, request.now):
                raise HTTPException(409, "it was taken back before")
            if made.made and not before:
                path.unlink()
            else:
                save_exact(path, before, before=text)
    return request.go("edits")


def file_of(request: PageRequest, name: str) -> Path:
    """A file of the configuration, by its path below the folder. Raises HTTPException 409 for the shipped one."""
    if request.config.packaged:
        raise HTTPException(409, "the shipped configuration is not edited; `monitor init .` writes one to edit")
    return request.config.folder / name


def save(request: PageRequest, name: str, before: str, after: str, what: str) -> int:
    """Writes ``after`` in place of ``before`` into a file of the configuration, and records it: the number of the edit.

    before: "" for a file that is new. what: the edit in a few words. Raises ConfigError where the configuration would
    not hold with it, HTTPException 409 where the file is another one by now.
    """
    path = file_of(request, name)
    with _ONE_AT_A_TIME:
        _checked(request, path, after)
        there = read_exact(path) if path.exists() else ""
        if there != before:
            raise HTTPException(409, "the file was changed meanwhile; go back, look at it, and edit it again")
        try:
            with request.store.write(ROWS) as db:
                hunks = hunks_of(before, after)
                number = file_edits.add(
                    db, request.who, request.now, file=name, what=one_line(what, 200), hunks=hunks,
                    made=not path.exists(),
                )  # fmt: skip
                save_exact(path, after, before=before)
        except MonitorError as error:
            raise HTTPException(409, str(error).replace(f"{request.config.folder}/", "")) from error
    return number


def saved(request: PageRequest, name: str, before: str, after: str, what: str, back: str) -> Response:
    """`save`, then back to a page, which says so."""
    number = save(request, name, before, after, what)
    where, _, place = back.partition("#")
    return request.go(f"{where}{'&' if '?' in where else '?'}{EDITED}={number}", place)


def _checked(request: PageRequest, path: Path, text: str | None) -> None:
    """The whole configuration with ``text`` in ``path``, None for without the file. Raises ConfigError."""
    config = request.config
    load_config(config.folder, config.base, {path: text})


def problems_of(error: ConfigError) -> str:
    """The problems with the file and line of each, without the path of the folder."""
    told = (f"{Path(each.path).name}{f', line {each.line}' if each.line else ''}: {each.message}"
            for each in error.problems)  # fmt: skip
    return "; ".join(dict.fromkeys(told))


def _row(request: PageRequest, made: FileEdit) -> EditRow:
    lines = [
        (sign, one_line(line, 200))
        for old, new in made.hunks
        for sign, line in changed_lines(made.file, "".join(old), "".join(new))
    ]
    undone = f"taken back {request.clock.when(made.undone).text} by {made.undone_by}" if made.undone else ""
    return EditRow(
        made.id, request.clock.when(made.at), one_line(made.who, 60), one_line(shown_text(made.what), 200),
        one_line(made.file, 100), tuple(lines[:_SHOWN]), one_line(undone, 100),
    )  # fmt: skip


def changed_lines(file: str, before: str, after: str) -> list[tuple[str, str]]:
    """("−", line) for what an edit of ``file`` takes out, ("+", line) for what it puts in, both without secrets."""
    found = []
    for old, new in hunks_of(before, after):
        found += [("−", line) for line in old if line not in new]
        found += [("+", line) for line in new if line not in old]
    return [(sign, _shown(file, line.rstrip("\r\n"))) for sign, line in found]


def _shown(file: str, line: str) -> str:
    """A line without passwords and keys. Outside the list of feeds ``url`` is a webhook's, all of which is a secret."""
    if file != FEED_LIST:
        line = _HOOK.sub(lambda found: found[1] + shown_host(found[2]), line)
    return shown_text(line)
