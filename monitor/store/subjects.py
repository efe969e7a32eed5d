"""What a transaction decides on: on PostgreSQL nobody else writes about the same until it ends.

What a writer has read is then still so when it writes, as on SQLite, where one transaction writes at a time. Writers
about other things go on beside it. The locks are advisory (PostgreSQL manual, 13.3.5) and end with their transaction,
so a process that is killed blocks nobody, and they work behind a pooler. What lasts longer than a transaction has a
lease: `monitor.store.leases`.

There are three levels, as in J. Gray and others, "Granularity of Locks", 1975. Whoever names hosts, watches or digests
has those for itself and shares their kind; whoever means all of a kind has the kind for itself and shares the store.
All are taken before the first statement, and in one order, so those who wait never form a circle.

Rows that are decided on without such a name are locked themselves, where they are read. Where both are not enough, a
unique key or the count of changed rows decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Literal, get_args

from monitor.model.frozen import frozen
from monitor.text.urls import normalise_url

Kind = Literal["articles", "stories", "editions", "edits", "hubs", "upkeep", "rows"]
_KINDS: tuple[Kind, ...] = get_args(Kind)
STORE = 4_025_001  # any number that no other program uses in this database; those of the kinds follow it
_MOST = 200  # names of one transaction: the server has room for some thousands of locks


@frozen
class Subject:
    """Some things of a kind, by name; None: all of them, of which then nothing is under way either."""

    kind: Kind
    names: frozenset[str] | None


ALL_ARTICLES = Subject("articles", None)
"""All entries and articles. Their numbers are given before they are stored: only now is the highest really the last."""

ALL_STORIES = Subject("stories", None)
"""Judgements, marks and stories of all watches, for a person's decision: which watch it is of, the store says."""

EDITS = Subject("edits", None)
"""What sources were found to have changed in articles."""

HUBS = Subject("hubs", None)
"""Subscriptions at hubs."""

UPKEEP = Subject("upkeep", None)
"""When the store was backed up and pruned."""

ROWS = Subject("rows", frozenset())
"""Nothing but single rows, each changed by one statement whose condition, key or count of rows decides."""


def articles_at(addresses: Iterable[str], publishers: Iterable[str] = ()) -> Subject:
    """Entries and articles that are stored under addresses of these hosts, or found by these publishers' words."""
    hosts = {normalise_url(each).removeprefix("//").partition("/")[0] for each in addresses}
    return Subject("articles", frozenset(hosts | {f"by {each}" for each in publishers}))


def stories_of(*watches: str) -> Subject:
    """Judgements, marks and stories of these watches."""
    return Subject("stories", frozenset(watches))


def editions_of(digest: str) -> Subject:
    """Editions of a digest, and what they have shown. An alert has a name like a digest's."""
    return Subject("editions", frozenset({digest}))


def locks(about: Sequence[Subject]) -> list[str]:
    """The statements that wait until nobody else writes about this, from the store to single names; about nothing: at
    all.
    """
    if not about:
        return [f"SELECT pg_advisory_xact_lock({STORE})"]
    statements = [f"SELECT pg_advisory_xact_lock_shared({STORE})"]
    for number, kind in enumerate(_KINDS, STORE + 1):
        of_kind = [each.names for each in about if each.kind == kind]
        named = {name for names in of_kind for name in names or ()}
        if None in of_kind or len(named) > _MOST:
            statements.append(f"SELECT pg_advisory_xact_lock({number})")
        elif of_kind:
            statements.append(f"SELECT pg_advisory_xact_lock_shared({number})")
            keys = ",".join(map(str, sorted({_key(name) for name in named})))
            if keys:
                statements.append(
                    f"SELECT count(pg_advisory_xact_lock({number}, k)) FROM unnest('{{{keys}}}'::int[]) k"
                )
    return statements


def _key(name: str) -> int:
    """A number of 32 bits. Two names with the same one wait for each other, which does no harm."""
    return int.from_bytes(blake2b(name.encode("utf-8", "surrogatepass"), digest_size=4).digest(), "big", signed=True)
