"""CSL-JSON: the sources of stories, for Zotero, Pandoc and whatever formats citations with citeproc."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from monitor.exports.citations import cited, note_of
from monitor.exports.records import Export, Source
from monitor.exports.registry import Format


def write(export: Export) -> bytes:
    """Each source once."""
    items = [_item(key, source, stories) for key, source, stories in cited(export)]
    return json.dumps(items, ensure_ascii=False, indent=1).encode() + b"\n"


def _item(key: str, source: Source, stories: list[int]) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": key,
        "type": "article-newspaper",
        "title": source.title,
        "container-title": source.publisher,
        "publisher": source.publisher,
        "URL": source.url,
        "accessed": _date(source.fetched),
        "note": note_of(source, stories),
    }
    if source.author:  # whole: which part of the name is the family's cannot be told
        item["author"] = [{"literal": source.author}]
    if source.dated:
        item["issued"] = _date(source.dated)
    if source.language:
        item["language"] = source.language
    if source.quotes:
        item["abstract"] = " ".join(source.quotes)
    return item


def _date(moment: date) -> dict[str, list[list[int]]]:
    return {"date-parts": [[moment.year, moment.month, moment.day]]}


FORMAT = Format("csl", "CSL-JSON", "csl.json", "application/vnd.citationstyles.csl+json", write)
