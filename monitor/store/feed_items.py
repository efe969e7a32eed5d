"""The items that the last body of each feed held, by which they are known again without being read."""

from __future__ import annotations

import struct
from collections.abc import Mapping

import sqlalchemy as sa

from monitor.model import KnownItem
from monitor.store import schema
from monitor.store.rows import insert, one_of

_ROW = struct.Struct(">12s q 12s c 12s 8s")  # mark, id of the entry, fingerprint, kind and hash of the key, dates


def load(db: sa.Connection, feed_url: str) -> dict[bytes, KnownItem]:
    """mark → what is known of the item, for those whose entry still is as the feed gave it last."""
    packed = db.scalar(sa.select(schema.feed_items.c.packed).where(schema.feed_items.c.feed_url == feed_url))
    if not packed or len(packed) % _ROW.size:
        return {}
    found = {row[0]: _item(*row[1:]) for row in _ROW.iter_unpack(packed)}
    entry = schema.entries.c
    query = sa.select(entry.id, entry.fingerprint).where(
        one_of(db, entry.id, [each.entry_id for each in found.values()])
    )
    now = {row.id: row.fingerprint for row in db.execute(query)}
    return {mark: each for mark, each in found.items() if now.get(each.entry_id) == each.fingerprint}


def save(db: sa.Connection, items: Mapping[str, Mapping[bytes, KnownItem]]) -> None:
    """Stores the items of some feeds in place of those that were stored, by the feed's address."""
    rows = [{"feed_url": url, "packed": b"".join(map(_row, known.items()))} for url, known in items.items()]
    if rows:
        statement = insert(db, schema.feed_items)
        values = {"packed": statement.excluded["packed"]}
        db.execute(statement.on_conflict_do_update(index_elements=["feed_url"], set_=values), rows)


def _row(known: tuple[bytes, KnownItem]) -> bytes:
    mark, item = known
    key = item.key[0].encode(), bytes.fromhex(item.key[1:])
    return _ROW.pack(mark, item.entry_id, bytes.fromhex(item.fingerprint), *key, item.dates)


def _item(entry_id: int, fingerprint: bytes, kind: bytes, key: bytes, dates: bytes) -> KnownItem:
    return KnownItem(entry_id, fingerprint.hex(), kind.decode() + key.hex(), dates)
