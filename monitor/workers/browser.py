"""Draws a kept page by a Chromium that is installed here: without network, without scripts, within limits.

A page is hostile. It stands in a frame of a page of ours, whose sandbox runs no script, follows no refresh and opens
no address; what that page allows to be loaded is nothing (Content Security Policy), and all that the browser would ask
for goes to a proxy that is not there. The browser keeps its own sandbox, which it does not have as root: then it runs
as the user "nobody". It is a process group of its own, which is killed at the limit of time.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from html import escape
from pathlib import Path
from typing import Any

from monitor.errors import ExportError

SECONDS = 120.0  # for one page; most take two, on an idle machine
MEMORY = 2_000_000  # kB that each process of the browser may have for data (ulimit -d)
SIZE = (1200, 12_000)  # pixels; what is longer is cut
LARGEST = 40_000_000  # bytes of a picture
PNG = b"\x89PNG\r\n\x1a\n"

_FRAME = """<!doctype html><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<style>html,body{{margin:0;background:#fff}}iframe{{border:0;width:100%;height:{height}px}}</style>
<iframe sandbox srcdoc="{page}"></iframe>
"""
_OPTIONS = (
    "--headless",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--no-first-run",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=http://127.0.0.1:1",
    "--proxy-bypass-list=<-loopback>",
)


def browser_at(name: str) -> str:
    """The program of that name or path. Raises ExportError."""
    if found := shutil.which(name):
        return found
    raise ExportError(f"no browser is at {name!r}; install Chromium, or write its path in evidence: {{browser: ...}}")


def draw(html: str, program: str) -> bytes:
    """A PNG of a page, from its markup alone. program: see `browser_at`. Raises ExportError with what went wrong."""
    with tempfile.TemporaryDirectory(prefix="feed-monitor-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        page, picture = folder / "page.html", folder / "page.png"
        page.write_text(_FRAME.format(height=SIZE[1], page=escape(html)), encoding="utf-8", errors="replace")
        _run([program, *_OPTIONS, f"--user-data-dir={folder / 'profile'}", f"--window-size={SIZE[0]},{SIZE[1]}",
              f"--screenshot={picture}", str(page)], folder)  # fmt: skip
        return _picture(picture)


def _run(command: list[str], folder: Path) -> None:
    """Runs the browser to its end; it has nothing of this process but the way to programs."""
    limited = ["sh", "-c", f'ulimit -d {MEMORY}; ulimit -c 0; exec "$@"', "sh", *command]
    own = {"HOME": str(folder), "TMPDIR": str(folder), "XDG_RUNTIME_DIR": str(folder)}
    given: dict[str, Any] = {}
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
        shutil.chown(folder / "page.html", "nobody")
        given = {"user": "nobody", "group": "nogroup", "extra_groups": []}
    try:
        process = subprocess.Popen(
            limited,
            cwd=folder,
            env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", **own},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            **given,
        )
    except OSError as error:
        raise ExportError(f"the browser cannot be started: {error.strerror or error}") from error
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired as error:
        raise ExportError(f"the browser took longer than {SECONDS:g} seconds") from error
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # also what the browser has left behind
        process.wait()


def _picture(path: Path) -> bytes:
    """What the browser has written, which is no link to elsewhere. Raises ExportError."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError as error:
        raise ExportError("the browser drew nothing; it may lack memory or its sandbox here") from error
    with open(file, "rb") as opened:  # noqa: PTH123 - of a descriptor
        content = opened.read(LARGEST + 1)
    if not content.startswith(PNG) or len(content) > LARGEST:
        raise ExportError("what the browser drew is no picture, or a larger one than 40 MB")
    return content
