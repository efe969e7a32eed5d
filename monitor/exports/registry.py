"""Which formats there are: each module of `monitor.exports.formats` is one, and describes itself in its ``FORMAT``.

Modules import the library they write with only when they write: a format whose extra is not installed is listed, and
says what to install when it is asked for.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from monitor.errors import ExportError
from monitor.exports import formats as folder
from monitor.exports.records import Export


@dataclass(frozen=True, slots=True)
class Format:
    """A format. name: on the command line and in addresses of the page. title: for display. suffix: of its files.

    write: the export as a whole file; raises ExportError where a library is missing.
    """

    name: str
    title: str
    suffix: str
    media: str
    write: Callable[[Export], bytes]


@cache
def formats() -> Mapping[str, Format]:
    """name → every format, in the order of their names."""
    found: dict[str, Format] = {}
    for module in sorted(pkgutil.iter_modules(folder.__path__), key=lambda each: each.name):
        each = importlib.import_module(f"{folder.__name__}.{module.name}").FORMAT
        assert isinstance(each, Format)
        found[each.name] = each
    return found


def library(name: str) -> ModuleType:
    """The module ``name`` of an optional package. Raises ExportError, with what to install, where it is missing."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        package = name.partition(".")[0]
        raise ExportError(
            f"this format needs {package}, which is not installed; install it: pip install {package}"
        ) from error
