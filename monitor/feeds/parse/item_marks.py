"""Hashes by which an item is known when a body brings it again. Pure.

All that an entry's fingerprint is made of hangs on the item, on the address the body came from and on the version of
what reads it, but for the moments: they hang on the time of the poll and on the dates of the other items, too.
"""

from __future__ import annotations

import hashlib
import marshal
from typing import Any

from monitor import __version__
from monitor.model import Entry


def context_of(url: str, parser: str) -> bytes:
    """What a mark counts for. parser: the version of what makes items of a body."""
    return hashlib.blake2b(f"{__version__}\0{parser}\0{url}".encode("utf-8", "surrogatepass"), digest_size=16).digest()


def mark_of(item: Any, context: bytes) -> bytes:
    """The mark of an item of feedparser, or of one that was read like it."""
    if type(item) is dict:  # quicker; the dates that were read are made of those that were written
        said = marshal.dumps({name: value for name, value in item.items() if not name.endswith("_parsed")}, 0)
    else:
        said = repr(item).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(said, digest_size=12, key=context).digest()


def dates_of(entry: Entry) -> bytes:
    """A hash of the moments of an entry."""
    moments = (moment.isoformat() if moment else "" for moment in (entry.published, entry.updated))
    return hashlib.blake2b("\0".join(moments).encode(), digest_size=8).digest()
