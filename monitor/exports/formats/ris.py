"""RIS: the sources of stories, for reference managers (Zotero, EndNote, Mendeley)."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.exports.citations import cited, note_of
from monitor.exports.records import Export, Source
from monitor.exports.registry import Format


def write(export: Export) -> bytes:
    """Each source once. Lines end as the format says, with CR LF; UTF-8, and no byte order mark."""
    records = (_record(key, source, stories) for key, source, stories in cited(export))
    return "".join(records).encode()


def _record(key: str, source: Source, stories: list[int]) -> str:
    lines = [f"{tag}  - {' '.join(value.split())}" for tag, value in _fields(key, source, stories) if value]
    return "\r\n".join([*lines, "ER  - ", "", ""])


def _fields(key: str, source: Source, stories: list[int]) -> Iterator[tuple[str, str]]:
    yield "TY", "NEWS"
    yield "ID", key
    yield "TI", source.title
    # One author as the page names him: which part of a Persian or Arabic name is the family's cannot be told from it.
    yield "AU", source.author
    yield "T2", source.publisher
    yield "PB", source.publisher
    if source.dated:
        yield "PY", f"{source.dated:%Y}"
        yield "DA", f"{source.dated:%Y/%m/%d}/"
    yield "Y2", f"{source.fetched:%Y/%m/%d}/"
    yield "LA", source.language or ""
    yield "UR", source.url
    yield "N1", note_of(source, stories)
    for quote in source.quotes:
        yield "AB", quote


FORMAT = Format("ris", "RIS", "ris", "application/x-research-info-systems", write)
