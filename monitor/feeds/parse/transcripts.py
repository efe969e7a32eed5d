"""Where the transcript of an item stands: ``podcast:transcript``, and the captions that ``media:subTitle`` names. Pure.

feedparser keeps the attributes of the last such element alone, though an item mostly names several, one for each form.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from monitor.text.redact import without_secrets_of
from monitor.text.urls import web_url

# Those that give the time of each part come first.
_FORMS = ("text/vtt", "application/x-subrip", "application/srt", "application/json", "text/html", "text/plain")
_ENDINGS = {".vtt": "text/vtt", ".srt": "application/x-subrip", ".json": "application/json", ".html": "text/html"}
_MEDIA = "http://search.yahoo.com/mrss/"
_MOST = 20  # of one item that are kept


@lru_cache(maxsize=512)
def names_transcript(name: str) -> bool:
    """Whether an element is one that names a transcript. name: as expat gives it, "local" or "namespace local ...".

    The podcast namespace has several addresses, which feeds write in many ways.
    """
    uri, _, rest = name.partition(" ")
    local = rest.partition(" ")[0]
    return (local == "transcript" and "podcast" in uri.lower()) or (local.lower() == "subtitle" and uri == _MEDIA)


def note_transcript(item: dict[str, Any], attributes: Mapping[str, str]) -> None:
    """Keeps what an element says with the item that it stands in."""
    kept = item.setdefault("transcripts", [])
    if isinstance(kept, list) and len(kept) < _MOST:
        kept.append({name.lower(): value for name, value in attributes.items() if " " not in name})


def transcript_of(item: Mapping[str, Any], url: str, language: str | None) -> str:
    """The address of the best of them: with times, in the feed's own language; "" where there is none."""
    kept = item.get("transcripts")
    found: list[tuple[bool, int, str]] = []
    for each in kept if isinstance(kept, list) else ():
        address = web_url(str(each.get("url") or each.get("href") or ""), url)
        written = str(each.get("language") or each.get("lang") or "").lower()
        kind = str(each.get("type") or "").partition(";")[0].strip().lower()
        kind = kind if kind in _FORMS else _ENDINGS.get(PurePosixPath(urlsplit(address).path).suffix.lower(), kind)
        other = bool(written and language and written.partition("-")[0] != language)
        if address:
            found.append((other, _FORMS.index(kind) if kind in _FORMS else len(_FORMS), address))
    return without_secrets_of(min(found)[2], url) if found else ""
