"""A folder of editions: ``<folder>/<digest>/<period>/``, with an index page, an Atom and a JSON feed at the top.

Each file is written beside its place and renamed into it, so that a reader never sees half of one and a second
delivery of the same edition changes nothing. The index is made from what lies in the folder: editions moved
away by a person leave it, and nothing else has to be remembered.
"""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, field
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import jinja2

from monitor.deliver.parcel import Parcel, safe_name
from monitor.errors import DeliveryError
from monitor.model.frozen import frozen
from monitor.render.fill import fill
from monitor.render.words import Words

RECORD = "edition.json"
IN_FEEDS = 30  # editions
LEFT_AFTER = 3600.0  # seconds after which a file that was not renamed is nobody's any more


@frozen
class Kept:
    """What ``edition.json`` beside an edition holds. Times are RFC 3339, ``window`` is for a person.

    path: "<digest>/<period>".
    """

    id: str
    digest: str
    period: str
    path: str
    subject: str
    since: str
    until: str
    window: str
    composed: str
    stories: int


@frozen
class Listed(Kept):
    """A kept edition as the index and the feeds show it."""

    url: str = ""
    html: str = field(default="", repr=False)


@frozen
class FileChannel:
    """A folder. base_url: where the web serves it, for absolute links in the feeds, or ""."""

    folder: Path
    environment: jinja2.Environment
    title: str = "News digests"
    base_url: str = ""
    name: str = "file"

    @property
    def recipients(self) -> tuple[str, ...]:
        """The folder."""
        return (str(self.folder),)

    async def send(self, parcel: Parcel) -> None:
        """Writes the edition and the lists. Raises DeliveryError when the folder cannot be written."""
        await asyncio.to_thread(self.write, parcel)

    def write(self, parcel: Parcel) -> list[Path]:
        """The files written for the edition. Raises DeliveryError when the folder cannot be written."""
        try:
            files = write_edition(self.folder, parcel)
            self._write_lists()
        except OSError as error:
            problem = f"cannot write to {self.folder}: {error.strerror or error}; free it or choose another folder"
            raise DeliveryError(problem, permanent=False) from error
        return files

    def _write_lists(self) -> None:
        kept = sorted(_kept(self.folder), key=lambda each: (each.until, each.path), reverse=True)
        digests = [
            (name, list(group)) for name, group in groupby(sorted(kept, key=lambda e: e.digest), key=lambda e: e.digest)
        ]
        _put(self.folder / "index.html", fill(self.environment, "index.html", title=self.title, digests=digests))
        listed = [self._listed(each) for each in kept[:IN_FEEDS]]
        _put(self.folder / "feed.atom", fill(self.environment, "feed.atom", **self._feed_values(listed)))
        _put(self.folder / "feed.json", json_feed(self.title, self.base_url, listed))

    def _feed_values(self, listed: list[Listed]) -> dict[str, object]:
        return {
            "id": uuid.uuid5(uuid.NAMESPACE_URL, self.base_url or self.title).urn,
            "title": self.title,
            "base_url": self.base_url.rstrip("/"),
            "updated": max((each.composed for each in listed), default="1970-01-01T00:00:00+00:00"),
            "editions": listed,
        }

    def _listed(self, kept: Kept) -> Listed:
        place = self.folder / kept.path / "digest.html"
        html = place.read_text(encoding="utf-8") if place.is_file() else ""
        path = f"{kept.path}/digest.html"
        url = f"{self.base_url.rstrip('/')}/{path}" if self.base_url else path
        return Listed(**asdict(kept), url=url, html=html)


def write_edition(folder: Path, parcel: Parcel, message: bytes | None = None) -> list[Path]:
    """Writes ``digest.html``, ``digest.txt`` (and ``digest.eml``), each the whole edition, and returns their paths."""
    edition, rendered = parcel.edition, parcel.rendered
    place = folder / safe_name(edition.digest) / safe_name(edition.period)
    place.mkdir(parents=True, exist_ok=True)
    files = {"digest.html": (rendered.page or rendered.html).encode(), "digest.txt": rendered.text.encode()}
    if message is not None:
        files["digest.eml"] = message
    kept = Kept(
        id=uuid.uuid5(uuid.NAMESPACE_URL, f"{edition.digest}\n{edition.period}").urn,
        digest=edition.digest,
        period=edition.period,
        path=f"{place.parent.name}/{place.name}",
        subject=rendered.subject,
        since=_rfc3339(edition.since),
        until=_rfc3339(edition.until),
        window=Words(edition, "en").window(edition.since, edition.until),
        composed=_rfc3339(edition.composed),
        stories=len(edition.stories) + edition.omitted,
    )
    files[RECORD] = (json.dumps(asdict(kept), ensure_ascii=False, indent=1) + "\n").encode()
    for name, content in files.items():
        _put(place / name, content)
    return [place / name for name in files if name != RECORD]


def json_feed(title: str, base_url: str, editions: Iterable[Listed]) -> bytes:
    """A JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/) of the editions."""
    feed: dict[str, object] = {"version": "https://jsonfeed.org/version/1.1", "title": title}
    if base_url:
        feed["feed_url"] = f"{base_url.rstrip('/')}/feed.json"
    feed["items"] = [
        {
            "id": each.id,
            "url": each.url,
            "title": each.subject,
            "content_html": each.html,
            "date_published": each.composed,
        }
        for each in editions
    ]
    return (json.dumps(feed, ensure_ascii=False, indent=1) + "\n").encode()


def _kept(folder: Path) -> list[Kept]:
    """Every edition in the folder; a record that a person broke is left out of the index."""
    kept = []
    for record in folder.glob(f"*/*/{RECORD}"):
        with suppress(OSError, ValueError, TypeError, KeyError):
            found = json.loads(record.read_text(encoding="utf-8"))
            kept.append(Kept(**{name: found[name] for name in Kept.__dataclass_fields__}))
    return kept


def _put(path: Path, content: str | bytes) -> None:
    """Writes beside the place and renames into it; what is there already is left alone."""
    data = content.encode() if isinstance(content, str) else content
    with suppress(FileNotFoundError):
        if path.read_bytes() == data:
            return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    _clear(path, temporary)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)  # renamed away where all went well


def _clear(path: Path, own: Path) -> None:
    """Removes what a service that was killed while it wrote has left beside ``path``, by the folder's own clock."""
    now = own.stat().st_mtime
    for left in path.parent.glob(f".{path.name}.*"):
        with suppress(OSError):  # another service may be writing, or has just renamed its own
            if now - left.stat().st_mtime > LEFT_AFTER:
                left.unlink()


def _rfc3339(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="seconds")
