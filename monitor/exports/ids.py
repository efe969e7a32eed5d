"""Ids that are the same in every export (UUID version 5), so that a second export updates what the first one brought.

A publisher, a person, a place or a page has one id wherever it is exported from. A story and an edition have numbers of
their store alone, so the store's id is part of theirs.
"""

from __future__ import annotations

from uuid import UUID, uuid5

_OURS = UUID("5d0d5a49-2b1c-5b0e-9d3e-6a3d8f1f6c11")  # never to be changed: every id follows from it


def shared_id(kind: str, key: str) -> UUID:
    """The id of something that is the same for every store: ``key`` is its address, name or id."""
    return uuid5(_OURS, f"{kind}\x1f{key}")


def own_id(store: str, kind: str, key: object) -> UUID:
    """The id of something that is numbered in the store with this id."""
    return uuid5(UUID(store), f"{kind}\x1f{key}")
