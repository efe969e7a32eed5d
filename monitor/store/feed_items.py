"""The items that the last body of each feed held, by which they are known again without being read."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa

from monitor.model import ItemText, KnownItem
from monitor.store import schema
from monitor.store.rows import insert

# A head, a row for each item and, as JSON, the dates that each writes; null where it is not known by its text.
_HEAD = struct.Struct(">4s I")  # a form that other versions do not write, how many rows
_FORM = b"fi 2"
# mark, id of the entry, fingerprint, kind and hash of the key, dates, mark of the text
_ROW = struct.Struct(">12s q 12s c 12s 8s 12s")


def load(db: sa.Connection, feed_url: str) -> dict[bytes, KnownItem]:
    """mark → what is known of the item, for those whose entry still is as the feed gave it last."""
    packed: bytes | None = db.scalar(_packed_of(), {"feed": feed_url})
    if not packed or len(packed) < _HEAD.size or packed[: len(_FORM)] != _FORM:
        return {}
    _, count = _HEAD.unpack_from(packed)
    end = _HEAD.size + count * _ROW.size
    rows = list(_ROW.iter_unpack(packed[_HEAD.size : end]))
    ids = [row[1] for row in rows]
    on_sqlite = db.dialect.name == "sqlite"
    asked = db.execute(_entries_of(on_sqlite=on_sqlite), {"ids": json.dumps(ids) if on_sqlite else ids})
    now = {each.id: each for each in asked}
    found: dict[bytes, KnownItem] = {}
    for (mark, number, fingerprint, kind, key, dates, text), written in zip(
        rows, json.loads(packed[end:]), strict=True
    ):
        entry = now.get(number)
        if entry and entry.fingerprint == fingerprint.hex():
            item = None if written is None else ItemText(text, tuple(map(tuple, written)))
            found[mark] = KnownItem(number, entry.fingerprint, kind.decode() + key.hex(), dates, entry.guid, item)
    return found


# Kept, because making them takes longer than asking.


@cache
def _packed_of() -> sa.Select[Any]:
    return sa.select(schema.feed_items.c.packed).where(schema.feed_items.c.feed_url == sa.bindparam("feed"))


@cache
def _entries_of(*, on_sqlite: bool) -> sa.Select[Any]:
    entry = schema.entries.c
    if on_sqlite:
        given = sa.func.json_each(sa.bindparam("ids")).table_valued("value")
        chosen: sa.ColumnElement[bool] = entry.id.in_(sa.select(given.c.value))
    else:
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - 30 ms, for that database only

        chosen = entry.id == sa.any_(sa.bindparam("ids", type_=postgresql.ARRAY(sa.BigInteger)))
    return sa.select(entry.id, entry.fingerprint, entry.guid).where(chosen)


def save(db: sa.Connection, items: Mapping[str, Mapping[bytes, KnownItem]]) -> None:
    """Stores the items of some feeds in place of those that were stored, by the feed's address."""
    rows = [{"feed_url": url, "packed": _packed(known)} for url, known in items.items()]
    if rows:
        statement = insert(db, schema.feed_items)
        values = {"packed": statement.excluded["packed"]}
        db.execute(statement.on_conflict_do_update(index_elements=["feed_url"], set_=values), rows)


def _packed(known: Mapping[bytes, KnownItem]) -> bytes:
    written = json.dumps([each.item and each.item.written for each in known.values()])
    return b"".join([_HEAD.pack(_FORM, len(known)), *map(_row, known.items()), written.encode()])


def _row(known: tuple[bytes, KnownItem]) -> bytes:
    mark, item = known
    key = item.key[0].encode(), bytes.fromhex(item.key[1:])
    text = item.item.mark if item.item else b""
    return _ROW.pack(mark, item.entry_id, bytes.fromhex(item.fingerprint), *key, item.dates, text)
