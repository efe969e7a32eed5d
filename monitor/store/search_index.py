"""The search index: which articles may hold the words of a query, the newest first. Kept with every change of a text.

Articles are numbered by the minute in which they count as published, and by what comes free there, so that a search
stops at what one page shows. What the index finds is looked at again in the text: see `monitor.text.search_terms`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from operator import itemgetter

import sqlalchemy as sa

from monitor.model.frozen import frozen
from monitor.store import schema
from monitor.store.column_types import UtcDateTime
from monitor.store.rows import execute_many, insert, insert_for, one_of, table_of
from monitor.store.search_tables import documents, sounds, state, vocabulary

VERSION = f"2 {unicodedata.unidata_version}"  # the number rises when folding or what is indexed of it changes
AT_ONCE = 100  # articles indexed in one transaction where an archive is being indexed
_A_MINUTE = 64  # numbers for what is published in one
_TO_LEARN = "words to learn"  # by which a connection to PostgreSQL keeps them
_LATEST = 10**9  # minutes after 1970; a feed may give any date


@frozen
class Progress:
    """begun: whether the index holds anything of use. below: what has a lower id may still have to be indexed, 0 when
    all is.
    """

    begun: bool
    below: int


def progress(db: sa.Connection) -> Progress:
    """How far the archive is indexed."""
    made = db.execute(sa.select(state.c.version, state.c.below)).first()
    if made is not None and made.version != VERSION:
        newest = db.scalar(sa.select(sa.func.max(schema.articles.c.id))) or 0
        return Progress(False, newest + 1)
    begun = db.scalar(sa.select(documents.c.doc).limit(1)) is not None
    return Progress(begun, made.below if made else 0)


def count(db: sa.Connection) -> int:
    """How many articles are in the index. Of many that takes longer than to find one."""
    return db.scalar(sa.select(sa.func.count()).select_from(documents)) or 0


def number_after(moment: datetime) -> int:
    """A number above those of all that counts as published before ``moment``."""
    # What finds its minute full gets a number soon after it; nothing waits for a day.
    return (int(moment.timestamp()) // 60 + 24 * 60) * _A_MINUTE


def number_before(moment: datetime) -> int:
    """A number that nothing has which counts as published at ``moment`` or later."""
    return (int(moment.timestamp()) // 60) * _A_MINUTE - 1


# KEEPING IT


@frozen
class Text:
    """What is indexed of an article. shown: when it counts as published."""

    id: int
    title: str
    text: str
    shown: datetime


def _words(title: str, text: str) -> list[str]:
    from monitor.text.search_terms import words_to_index  # noqa: PLC0415 - 15 ms; most polls index nothing

    return words_to_index(title, text)


def add(db: sa.Connection, texts: Sequence[Text]) -> None:
    """Index articles that are not in the index."""
    if not texts:
        return
    numbered = _placed(db, texts)
    is_sqlite = db.dialect.name == "sqlite"
    rows: list[tuple[int, str | list[int]]] = []
    vocabulary_of_all: set[str] = set()
    for doc, each in numbered:
        words = _words(each.title, each.text)
        vocabulary_of_all.update(words)
        rows.append((doc, " ".join(words) if is_sqlite else sorted(set(map(word_key, words)))))
    columns, values = ("rowid, words", "?, ?") if is_sqlite else ("doc, words", "%s, %s")
    db.exec_driver_sql(f"INSERT INTO search_words ({columns}) VALUES ({values})", rows)
    if is_sqlite:
        learn(db, vocabulary_of_all)
    else:
        db.info.setdefault(_TO_LEARN, set()).update(vocabulary_of_all)


def add_stored(db: sa.Connection, ids: Sequence[int]) -> None:
    """Index stored articles that are not in the index."""
    table = schema.articles.c
    shown = sa.func.coalesce(table.published, table.fetched, type_=UtcDateTime)
    rows = db.execute(sa.select(table.id, table.title, table.text, shown).where(one_of(db, table.id, list(ids))))
    add(db, [Text(*row) for row in rows])


def remove(db: sa.Connection, ids: Sequence[int]) -> None:
    """Take articles out of the index, before their stored texts change."""
    table = schema.articles.c
    joined = documents.join(schema.articles, table.id == documents.c.article_id)
    query = sa.select(documents.c.doc, table.title, table.text).select_from(joined)
    rows = db.execute(query.where(one_of(db, documents.c.article_id, list(ids)))).all()
    if not rows:
        return
    numbers = [row.doc for row in rows]
    if db.dialect.name == "sqlite":
        # A table that keeps no texts has to be told which words it is to forget.
        statement = "INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', ?, ?)"
        db.exec_driver_sql(statement, [(row.doc, " ".join(_words(row.title, row.text))) for row in rows])
    else:
        db.exec_driver_sql("DELETE FROM search_words WHERE doc = ANY(%s)", (numbers,))
    db.execute(documents.delete().where(one_of(db, documents.c.doc, numbers)))


def fill(db: sa.Connection) -> bool:
    """Index the next part of an archive, the newest first; whether more waits.

    An archive waits where it was stored before there was an index, and where another folding made the words.
    """
    if is_whole(db):
        return False
    made = db.execute(sa.select(state.c.version, state.c.below)).one()
    below = made.below if made.version == VERSION else _begin_anew(db)
    table = schema.articles.c
    ids = list(db.scalars(sa.select(table.id).where(table.id < below).order_by(table.id.desc()).limit(AT_ONCE)))
    known = set(db.scalars(sa.select(documents.c.article_id).where(one_of(db, documents.c.article_id, ids))))
    add_stored(db, [number for number in ids if number not in known])
    left = ids[-1] if len(ids) == AT_ONCE else 0
    db.execute(state.update().values(below=left))
    return left > 0


def is_whole(db: sa.Connection) -> bool:
    """Whether no archive waits to be indexed."""
    made = db.execute(sa.select(state.c.version, state.c.below)).first()
    return made is None or (made.version == VERSION and not made.below)


def _begin_anew(db: sa.Connection) -> int:
    """Forget all words; the id below which everything waits."""
    if db.dialect.name == "sqlite":
        db.exec_driver_sql("INSERT INTO search_words (search_words) VALUES ('delete-all')")
    else:
        db.exec_driver_sql("DELETE FROM search_words")  # to truncate it would wait for every reader, and hold up others
    for table in (documents, vocabulary, sounds):
        db.execute(table.delete())
    below = (db.scalar(sa.select(sa.func.max(schema.articles.c.id))) or 0) + 1
    db.execute(state.update().values(version=VERSION, below=below))
    return below


def _placed(db: sa.Connection, texts: Sequence[Text]) -> list[tuple[int, Text]]:
    """Gives the texts free numbers, rising."""
    placed: list[tuple[int, Text]] = []
    left = list(texts)
    while left:
        numbered = _numbered(db, left)
        rows = [{"doc": doc, "article_id": each.id} for doc, each in numbered]
        db.execute(insert(db, documents).on_conflict_do_nothing(index_elements=["doc"]), rows)
        # Several transactions may index at once on PostgreSQL, and want one number.
        ids = [each.id for _, each in numbered]
        ours = set(db.scalars(sa.select(documents.c.article_id).where(one_of(db, documents.c.article_id, ids))))
        placed += [each for each in numbered if each[1].id in ours]
        left = [each for _, each in numbered if each.id not in ours]
    return sorted(placed, key=itemgetter(0))


def _numbered(db: sa.Connection, texts: Sequence[Text]) -> list[tuple[int, Text]]:
    """The texts, each with a free number in the minute in which it counts as published, or soon after it; rising."""
    minutes = [min(max(0, int(each.shown.timestamp()) // 60), _LATEST) for each in texts]
    # Where several transactions index at once, each begins elsewhere in a minute.
    firsts = [0 if db.dialect.name == "sqlite" else each.id % _A_MINUTE for each in texts]
    wanted = [minute * _A_MINUTE + first for minute, first in zip(minutes, firsts, strict=True)]
    ordered = sorted(zip(wanted, range(len(texts)), strict=True))
    taken: set[int] = set()
    known: set[int] = set()
    _look(db, set(minutes), taken, known)
    found: list[tuple[int, Text]] = []
    last = -1
    for first, number in ordered:
        doc = max(first, last + 1)
        while True:
            if doc // _A_MINUTE not in known:
                _look(db, {doc // _A_MINUTE}, taken, known)
            if doc not in taken:
                break
            doc += 1
        found.append((doc, texts[number]))
        last = doc
    return found


def _look(db: sa.Connection, minutes: set[int], taken: set[int], known: set[int]) -> None:
    """Learn which numbers of these minutes are taken."""
    firsts = [minute * _A_MINUTE for minute in sorted(minutes)]
    each = table_of(db, firsts)
    query = sa.select(documents.c.doc).select_from(
        each.join(documents, sa.and_(documents.c.doc >= each.c.value, documents.c.doc < each.c.value + _A_MINUTE))
    )
    taken.update(db.scalars(query))
    known |= minutes


def learn(db: sa.Connection, words: set[str]) -> None:
    """Learn words, and that there is an index."""
    db.execute(insert(db, state).values(id=1, version=VERSION, below=0).on_conflict_do_nothing())
    given = table_of(db, sorted(words))
    known = sa.exists().where(vocabulary.c.word == given.c.value)
    new = list(db.scalars(sa.select(given.c.value).where(~known).order_by(given.c.value)))
    if new:
        execute_many(db, _insert_words, {"word": new})
        hear(db, new)


def hear(db: sa.Connection, words: Sequence[str]) -> None:
    """Learn how words sound."""
    from monitor.text.sound_key import LEAST, readings, sound_key  # noqa: PLC0415 - 15 ms; most polls index nothing

    keys = ((word, {sound_key(each) for each in readings(word)}) for word in words)
    heard = [(key, word) for word, its in keys for key in sorted(its) if len(key) >= LEAST]
    execute_many(db, _insert_sounds, {"sound": [key for key, _ in heard], "word": [word for _, word in heard]})


def _insert_words(dialect: sa.Dialect) -> sa.Insert:
    return insert_for(dialect, vocabulary).on_conflict_do_nothing()


def _insert_sounds(dialect: sa.Dialect) -> sa.Insert:
    return insert_for(dialect, sounds).on_conflict_do_nothing()


def finish(db: sa.Connection) -> None:
    """Learn the words of what a transaction of PostgreSQL has indexed, at its end: nobody else can learn them until it
    has ended.
    """
    if words := db.info.pop(_TO_LEARN, None):
        learn(db, words)


def forget(db: sa.Connection) -> None:
    """Nothing is learned of a transaction that is rolled back. A connection that broke has nothing left to forget."""
    if not db.invalidated:
        db.info.pop(_TO_LEARN, None)


@lru_cache(maxsize=65_536)
def word_key(word: str) -> int:
    """What stands for a word on PostgreSQL."""
    return int.from_bytes(blake2b(word.encode(), digest_size=4).digest(), "big", signed=True)
