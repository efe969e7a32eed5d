"""The messages of the digest's wording, as the sources and the templates name them."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po

MONITOR = Path(__file__).parents[1] / "monitor"
TEMPLATES = MONITOR.parent / "templates"
CATALOGUES = MONITOR / "render" / "catalogues"
# What names a message, and which of its arguments do.
KEYWORDS: dict[str, Any] = {"say": None, "note": None, "several": (2, 3), "_several": (2, 3)}
SOURCES = sorted(path for room in ("render", "digest", "deliver") for path in (MONITOR / room).rglob("*.py"))

Message = str | tuple[str, str]  # of one form, or of a singular and a plural


@cache
def messages() -> frozenset[Message]:
    """Every message of the sources and of the templates of a digest."""
    found: set[Message] = set()
    for path in SOURCES:
        found |= {text for _, text, _, _ in extract("python", BytesIO(path.read_bytes()), KEYWORDS)}  # type: ignore[misc]
    for name in ("digest.html", "digest.txt"):
        body = BytesIO((TEMPLATES / name).read_bytes())
        found |= {text for _, text, _, _ in extract("jinja2", body, KEYWORDS, options={"trimmed": "true"})}  # type: ignore[misc]
    return frozenset(found)


@cache
def catalogue(code: str) -> Catalog:
    """A catalogue as it stands in its file."""
    return read_po(BytesIO((CATALOGUES / f"{code}.po").read_bytes()), locale=code)
