"""The file of the watch that an address names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from starlette.exceptions import HTTPException

from monitor.render.plain import one_line
from monitor.web.request import PageRequest


def watch_file(request: PageRequest) -> tuple[str, str]:
    """(id of the watch, its file below the folder of the configuration).

    Raises HTTPException 404 for no such watch, 409 where its file is the shipped one or gone.
    """
    name = str(request.http.path_params["name"])
    if name not in request.config.watches:
        raise HTTPException(404, f"no watch is called {one_line(name, 60)}")
    if request.config.packaged:
        raise HTTPException(409, "the shipped configuration is not edited; `monitor init .` writes one to edit")
    for file in (f"watches/{name}.yaml", f"watches/{name}.yml"):
        if (request.config.folder / file).is_file():
            return name, file
    raise HTTPException(409, "the watch file is gone")


def check_seen(form: Mapping[str, str], fields: Iterable[str], text: str) -> None:
    """Checks that a posted form has these fields and was made of this text of its file.

    Raises HTTPException 400 for part of a form, whose other part would be taken out of the file, and 409 for a text
    that somebody has edited since.
    """
    if not form.keys() >= {*fields}:
        raise HTTPException(400, "this is not the whole form; send all fields of the page")
    if form.get("seen", text_mark(text)) != text_mark(text):
        raise HTTPException(409, "the file was changed meanwhile; go back, load the page again, and edit it again")


def text_mark(text: str) -> str:
    """Tells one text of a file from another, for a form to come back with."""
    return hashlib.sha256(text.encode()).hexdigest()
