"""A person's copies of the shipped templates: how one is made, and whether it lags behind.

A copy names in a comment the shipped text that it was made from, by a hash. Once the shipped one has another, the copy
lacks what was changed there since.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from monitor.folders import listed
from monitor.render.templates import packaged_templates

_COMMENTS = {".css": "/* {} */", ".js": "/* {} */", ".svg": "<!-- {} -->"}  # in all others Jinja's
_MADE_FROM = re.compile(r"made from the shipped \S+, ([0-9a-f]{12})\b")


@dataclass(frozen=True, slots=True)
class OwnTemplate:
    """A file that replaces ``shipped``. state: "same" as it, "made from" it, "behind" it, or of "unknown" origin."""

    path: Path
    shipped: Path
    state: Literal["same", "made from", "behind", "unknown"]


def shipped_templates(more: Sequence[Path] = ()) -> dict[str, Path]:
    """Name, such as ``web/base.html`` → shipped file. more: as of `load_templates`. Raises ConfigError."""
    packaged = packaged_templates()
    found = {path.name: path for folder in (*more, packaged) for path in listed(folder)}
    found |= {f"web/{path.name}": path for path in listed(packaged / "web")}
    return {name: path for name, path in found.items() if path.is_file() and path.suffix != ".md"}


def own_templates(folder: Path, shipped: Mapping[str, Path]) -> Iterator[OwnTemplate]:
    """The files of ``folder`` that replace one of ``shipped``, in its order. Raises OSError."""
    for name, original in shipped.items():
        path = folder / name
        if path.is_file() and not path.samefile(original):
            yield OwnTemplate(path, original, _state(path.read_bytes(), original.read_bytes()))


def stamp(shipped: Path) -> str:
    """The comment that names ``shipped`` as it is now. Raises OSError."""
    return f"made from the shipped {shipped.name}, {_hash(shipped.read_bytes())}"


def copy_template(shipped: Path, to: Path) -> None:
    """Writes a copy with its stamp in the first line. Raises FileExistsError, OSError."""
    line = _COMMENTS.get(shipped.suffix, "{{# {} #}}").format(stamp(shipped))
    to.parent.mkdir(parents=True, exist_ok=True)
    with to.open("xb") as file:
        file.write(f"{line}\n".encode() + shipped.read_bytes())


def _state(own: bytes, shipped: bytes) -> Literal["same", "made from", "behind", "unknown"]:
    if own == shipped:
        return "same"
    made_from = _MADE_FROM.search(own.decode(errors="replace"))
    if not made_from:
        return "unknown"
    return "made from" if made_from[1] == _hash(shipped) else "behind"


def _hash(text: bytes) -> str:
    return hashlib.sha256(text.replace(b"\r\n", b"\n")).hexdigest()[:12]
