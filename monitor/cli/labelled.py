"""Articles that a person labelled, in a file of JSON lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from monitor.errors import MonitorError, as_clause
from monitor.model import Document

# true and false of JSON need no entry: in Python they equal 1 and 0. 2 is the highest grade of some labelled sets.
_LABELS: dict[Any, bool] = {
    0: False,
    1: True,
    2: True,
    "right": True,
    "wrong": False,
}


def read_labelled(path: Path) -> list[tuple[Document, bool]]:
    """JSON lines {"id","title","text","language","label"}; label: 0, 1, 2, true, false, "right" or "wrong".

    Rows whose label is null are left out. Raises MonitorError with the number of a line that cannot be read.
    """
    found = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise MonitorError(
            f"{path}: cannot be read as UTF-8 text ({as_clause(error)}); give a file of JSON lines"
        ) from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                row = json.loads(line)
                if row["label"] is not None:
                    found.append((_document(row), _LABELS[row["label"]]))
            except (ValueError, KeyError, TypeError) as error:
                what = f"{type(error).__name__}: {error}"
                text = 'write {"id","title","text","language","label"} a line, label 0 or 1'
                raise MonitorError(f"{path}:{number}: not a labelled article ({what}); {text}") from error
    return found


def _document(row: dict[str, Any]) -> Document:
    title, text = str(row.get("title") or ""), str(row.get("text") or "")
    return Document(str(row["id"]), title, text, row.get("language") or None)
