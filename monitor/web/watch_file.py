"""The file of the watch that an address names."""

from __future__ import annotations

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
