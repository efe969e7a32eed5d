"""A folder, and its end of the channel's contract."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.channels import FarEnd


@asynccontextmanager
async def far_end(folder: Path) -> AsyncIterator[FarEnd]:
    """A folder in a place that can be taken away. What cannot be written now can be later, so nothing is permanent."""
    place = folder / "digests"

    def received() -> list[bytes]:
        """Each file with the time of its last change: a copy must not even touch it."""
        files = sorted(path for path in place.rglob("*") if path.is_file())
        return [f"{path} {path.stat().st_mtime_ns}\n".encode() + path.read_bytes() for path in files]

    def refuse() -> None:
        if place.exists():
            place.rename(folder / "moved away")
        place.write_text("a file where the folder was", encoding="utf-8")

    yield FarEnd(settings=str(place), received=received, refuse={False: refuse})
