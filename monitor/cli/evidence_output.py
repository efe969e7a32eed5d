"""Where `monitor evidence --output` writes: after each run the folder or ZIP file holds one export, whole.

What an earlier export left there is replaced file by file, and never taken away: a time stamp and a page that retention
has deleted since cannot be had again. A stamp proves its own manifest, and that the files as they were: all of them
move to a folder beside the new ones.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

import click

MANIFEST, WARC = "manifest.json", "evidence.warc.gz"
REQUEST, STAMP = f"{MANIFEST}.tsq", f"{MANIFEST}.tsr"
EARLIER = "earlier-"  # and the beginning of the SHA-256 of the manifest: a folder with an export that was stamped
_UNLISTED = (MANIFEST, REQUEST, STAMP, WARC)  # a manifest does not list itself and its stamp; a file may be left over
_EPOCH = (1980, 1, 1, 0, 0, 0)  # of all entries of a ZIP file, so that the same evidence is the same file


def write_files(place: Path, files: Mapping[str, bytes], problems: str = "") -> str:
    """Writes to a folder, or to a ZIP file where the name is one. problems: why some of the files are missing, if so.

    Returns the folder within ``place`` to which an earlier export with a time stamp was moved, "" for none. Raises
    click.ClickException where it cannot, or something of an earlier export would be lost; nothing is touched.
    """
    try:
        packed = place.suffix.lower() == ".zip"
        found = _packed(place) if packed else _listed(place)
        kept = {name: content for name, content in found.items() if name.startswith(EARLIER)}
        old = {name: content for name, content in found.items() if name not in kept}
        lost = sorted(old.keys() - files.keys())
        if lost:
            some = ", ".join(lost[:3]) + (f" and {len(lost) - 3} more" if len(lost) > 3 else "")
            raise click.ClickException(
                f"{problems}{place} holds an earlier export with {some}, which this one lacks, and is left as it is; "
                "choose another --output, or delete it"
            )
        moved = f"{EARLIER}{hashlib.sha256(old[MANIFEST]).hexdigest()[:12]}" if {MANIFEST, STAMP} <= old.keys() else ""
        kept |= {f"{moved}/{name}": content for name, content in old.items() if moved}
        # The earlier one first: wherever this is stopped, its stamp stands beside what it proves.
        (_pack if packed else _put)(place, {**kept, **files})
    except OSError as error:
        raise click.ClickException(f"cannot write to {place}: {error.strerror}; choose another --output") from error
    return moved


def _listed(folder: Path) -> dict[str, bytes]:
    """The files of an export that stands in a folder, by name."""
    names = [name for name in _UNLISTED if (folder / name).is_file()]
    if MANIFEST in names:
        try:
            told = json.loads((folder / MANIFEST).read_bytes())
            names += [name for each in told["files"] if (folder / (name := str(each["file"]))).is_file()]
        except (ValueError, TypeError, KeyError) as error:
            raise click.ClickException(
                f"{folder} holds a {MANIFEST} that is none of an export; choose another --output"
            ) from error
    return {name: (folder / name).read_bytes() for name in names}


def _packed(place: Path) -> dict[str, bytes]:
    """The files of a ZIP file, by name."""
    if not place.exists():
        return {}
    try:
        with zipfile.ZipFile(place) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except zipfile.BadZipFile as error:
        raise click.ClickException(f"{place} is no ZIP file; choose another --output, or delete it") from error


def _pack(place: Path, files: Mapping[str, bytes]) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    part = _part(place)
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
        part.replace(place)
    finally:
        part.unlink(missing_ok=True)


def _put(folder: Path, files: Mapping[str, bytes]) -> None:
    """All is written beside the old before any of that is replaced, so that a full disk leaves it whole."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = {name: _part(folder / name) for name in files}
    try:
        for name, content in files.items():
            parts[name].parent.mkdir(exist_ok=True)
            parts[name].write_bytes(content)
        for name, part in parts.items():
            part.replace(folder / name)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def _part(place: Path) -> Path:
    """The name under which a file is written. Of this process, so that two runs do not write into one."""
    return place.with_name(f".{place.name}.{os.getpid()}.part")
