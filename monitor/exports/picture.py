"""What a picture of a page (PNG) holds below its last line: nothing, as a rule. Pure."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MARGIN = 40  # rows that stay below the last that is not like all that follow
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by the type of colour
_LARGEST = 200_000_000  # bytes of all rows


def without_blank_foot(picture: bytes) -> bytes:
    """The picture without the rows at its foot that are all alike; as it is where it cannot be told.

    A row may be written as the difference from the one above it, never from the one below: what is cut off at the foot
    changes nothing of what stays.
    """
    try:
        parts = list(_parts(picture))
        width, height, depth, colour, *_, interlaced = struct.unpack(">IIBBBBB", dict(parts)[b"IHDR"])
        row = 1 + (width * depth * _CHANNELS[colour] + 7) // 8
        reader = zlib.decompressobj()
        rows = reader.decompress(b"".join(data for name, data in parts if name == b"IDAT"), _LARGEST)
    except (KeyError, ValueError, struct.error, zlib.error):
        return picture
    if interlaced or len(rows) != row * height:
        return picture
    last = rows[-row:]
    kept = height
    while kept > 1 and rows[(kept - 2) * row : (kept - 1) * row] == last:
        kept -= 1
    kept = min(height, kept + _MARGIN)
    if kept == height:
        return picture
    made = [(b"IHDR", struct.pack(">II", width, kept) + dict(parts)[b"IHDR"][8:])]
    made += [part for part in parts if part[0] not in (b"IHDR", b"IDAT", b"IEND")]
    made += [(b"IDAT", zlib.compress(rows[: kept * row])), (b"IEND", b"")]
    return SIGNATURE + b"".join(map(_written, made))


def _parts(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(name, data) of each part, up to the end. Raises struct.error where it is cut off."""
    at = len(SIGNATURE)
    while at < len(picture):
        length, name = struct.unpack_from(">I4s", picture, at)
        yield name, picture[at + 8 : at + 8 + length]
        at += 12 + length


def _written(part: tuple[bytes, bytes]) -> bytes:
    name, data = part
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
