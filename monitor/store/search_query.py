"""Asking the search index: the articles that may hold every term of a query, the newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from math import prod

import sqlalchemy as sa

from monitor.model import Article
from monitor.store import schema
from monitor.store.article_filter import ArticleFilter
from monitor.store.rows import ARTICLE, one_of, table_of, to_article
from monitor.store.search_index import number_before, word_key
from monitor.store.search_tables import documents, vocabulary
from monitor.text.search_terms import Spelling, Wanted

_AT_FIRST, _AT_MOST = 50, 2000  # articles fetched together: first for one page, more where few of them are hits
_MANY = 400  # forms of a word, beyond which SQLite is asked for every word with its beginning; phrases of a spelling
# Articles that PostgreSQL reads one after another before it asks its index, which takes seconds for words that nearly
# every article has: so many, or so many for each that is wanted. If they do not do, it looks at a sample of all: what
# one in so many of them holds is found sooner by reading on.
_NEWEST, _FOR_EACH, _ALL = 500, 4, 2**40
_SAMPLED, _COMMON = 400, 100
_FEW = 40  # words that are looked for in each of those
_LAST = "\U0010ffff"
_PROBED = 2000  # articles of the index whose judgements are looked at together

Term = Sequence[Spelling]
Where = Sequence[sa.ColumnElement[bool]]  # of the table of articles
Ask = Callable[[int | None, int], list[int]]
"""(number, how many) → the highest numbers of articles below it, falling."""


def candidates(
    db: sa.Connection, terms: Sequence[Term], before: int | None, where: Where = ()
) -> Iterator[tuple[int, Article | None]]:
    """(number, article) for each that may hold every term, by falling number; those below the number ``before``.

    where: what else must be so of an article. Then there comes (number, None) after each part that was looked through,
    so that the caller may stop. Articles are read as they are asked for, more and more at a time.
    """
    ask = _ask_sqlite(db, terms) if db.dialect.name == "sqlite" else _ask_postgresql(db, terms)
    yield from _read(db, ask, before, where)


def newest(db: sa.Connection, before: int | None, chosen_by: ArticleFilter) -> Iterator[tuple[int, Article | None]]:
    """The articles of the index that a filter takes, as `candidates` gives them.

    What was judged and marked is looked at first: the articles' own rows are wide, and those of others are not read.
    Nor is any looked for that is older than the filter takes.
    """
    number, judged, where = documents.c.doc, chosen_by.judged(documents.c.article_id), chosen_by.own()
    since = (number >= number_before(chosen_by.since),) if chosen_by.since else ()
    if chosen_by.marked:
        marked = sa.select(number).where(*since, documents.c.article_id.in_(chosen_by.marked_ids()))

        def ask(last: int | None, limit: int) -> list[int]:
            below = (number < last,) if last is not None else ()
            return list(db.scalars(marked.where(*below).order_by(number.desc()).limit(limit)))

        yield from _read(db, ask, before, chosen_by.where())
        return
    size, last = _PROBED if judged else _AT_FIRST, before
    while True:
        below = (*since, number < last) if last is not None else since
        ordered = sa.select(number).where(*below).order_by(number.desc())
        end = db.scalar(ordered.offset(size - 1).limit(1))
        window = ordered.where(*judged, *([number >= end] if end is not None else []))
        yield from _articles(db, list(db.scalars(window)), where)
        if end is None:
            return
        yield end, None
        last, size = end, min(_PROBED, 4 * size)


def _read(db: sa.Connection, ask: Ask, before: int | None, where: Where) -> Iterator[tuple[int, Article | None]]:
    limit, last = _AT_FIRST, before
    while True:
        found = ask(last, limit)
        yield from _articles(db, found, where)
        if len(found) < limit:
            return
        if where:
            yield found[-1], None
        limit, last = min(_AT_MOST, 4 * limit), found[-1]


def _articles(db: sa.Connection, numbers: list[int], where: Where) -> Iterator[tuple[int, Article]]:
    joined = documents.join(schema.articles, schema.articles.c.id == documents.c.article_id)
    chosen = (one_of(db, documents.c.doc, numbers), *where)
    query = sa.select(*ARTICLE, documents.c.doc).select_from(joined).where(*chosen)
    yield from ((row.doc, to_article(row)) for row in db.execute(query.order_by(documents.c.doc.desc())))


def _nothing(_last: int | None, _limit: int) -> list[int]:
    return []


def _forms(db: sa.Connection, wanted: Wanted) -> list[str]:
    """The words of the index that may stand for the one that is wanted."""
    if wanted.exact:
        return list(db.scalars(sa.select(vocabulary.c.word).where(one_of(db, vocabulary.c.word, wanted.starts))))
    word, begun = vocabulary.c.word, table_of(db, wanted.starts)
    within = sa.and_(word >= begun.c.value, word < begun.c.value + sa.literal(_LAST))
    found = db.execute(sa.select(begun.c.value, word).select_from(begun.join(vocabulary, within)))
    # All at once: half of all words may begin so, and one by one they take three times as long.
    return sorted({word for begun, word in found.all() if wanted.takes(begun, word)})


# SQLITE


def _ask_sqlite(db: sa.Connection, terms: Sequence[Term]) -> Ask:
    parts = [_expression(db, term) for term in terms]
    if not all(parts):
        return _nothing
    asked = " AND ".join(f"({part})" for part in parts)

    def ask(last: int | None, limit: int) -> list[int]:
        where = "search_words MATCH :asked" + (" AND rowid < :last" if last is not None else "")
        statement = sa.text(f"SELECT rowid FROM search_words WHERE {where} ORDER BY rowid DESC LIMIT :limit")
        given = {"asked": asked, "limit": limit} | ({"last": last} if last is not None else {})
        return list(db.scalars(statement, given))

    return ask


def _expression(db: sa.Connection, term: Term) -> str:
    """What FTS5 is asked for one term; "" where the index knows no word that could stand for it."""
    found: list[str] = []
    for spelling in term:
        words = [_quoted(each, _forms(db, each)) for each in spelling.words]
        if not all(words):
            continue
        if spelling.in_a_row and prod(map(len, words)) <= _MANY:
            found += [" + ".join(row) for row in product(*words)]
        else:
            found.append(" AND ".join(f"({' OR '.join(each)})" for each in words))
    return " OR ".join(f"({each})" for each in found)


def _quoted(wanted: Wanted, forms: list[str]) -> list[str]:
    if len(forms) > _MANY:
        return [f'"{start}" *' for start in wanted.starts]
    return [f'"{form}"' for form in forms]


# POSTGRESQL


def _ask_postgresql(db: sa.Connection, terms: Sequence[Term]) -> Ask:
    wanted: list[list[list[list[int]]]] = []  # for each term its spellings, of each its words, of each its forms
    for term in terms:
        spelled = [[list(map(word_key, _forms(db, each))) for each in spelling.words] for spelling in term]
        wanted.append([words for words in spelled if all(words)])
    if not all(wanted):
        return _nothing
    table = _words()
    newest = sa.select(table).order_by(table.c.doc.desc())
    few = sum(len(forms) for spelled in wanted for words in spelled for forms in words) <= _FEW
    common: bool | None = None

    def ask(last: int | None, limit: int) -> list[int]:
        nonlocal common
        below = (table.c.doc < last,) if last is not None else ()
        for some in (max(_NEWEST, _FOR_EACH * limit), _ALL) if few else ():
            if common is False or (common and some < _ALL):
                continue
            window = newest.where(*below).limit(some).subquery()
            # In the order of the window, so that no more of it is read than is wanted.
            asked = sa.select(window.c.doc).where(_holds(window, wanted)).order_by(window.c.doc.desc()).limit(limit)
            found = list(db.scalars(asked))
            if len(found) == limit or some == _ALL:
                return found
            if common is None:
                common = _is_common(db, table, wanted)  # what none of the newest holds may be in most of the others
        # By a sum, which no index has: by the number itself PostgreSQL would walk all of them down to a rare word.
        highest = sa.select(table.c.doc).order_by(sa.desc(table.c.doc + 0)).limit(limit)
        return list(db.scalars(highest.where(_holds(table, wanted), *below)))

    return ask


def _is_common(db: sa.Connection, table: sa.TableClause, wanted: Sequence[Sequence[Sequence[list[int]]]]) -> bool:
    """Whether so many articles hold it that they are found sooner one after another than by the index.

    By the same few pages of the table each time, chosen as by chance.
    """
    rows = db.scalar(sa.text("SELECT reltuples FROM pg_class WHERE oid = 'search_words'::regclass")) or 0
    share = min(100.0, 100 * _SAMPLED / max(rows, _SAMPLED))
    some = sa.tablesample(table, sa.func.system(sa.literal(share, sa.Float)), seed=sa.literal(1))
    held = sa.func.count().filter(_holds(some, wanted))
    looked, found = db.execute(sa.select(sa.func.count(), held).select_from(some)).one()
    return bool(found * _COMMON > looked)


def _words() -> sa.TableClause:
    """The words of each article, as `search_tables` makes them, for expressions."""
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - 30 ms and 2 MB, for that database only

    return sa.table("search_words", sa.column("doc", sa.BigInteger), sa.column("words", postgresql.ARRAY(sa.Integer)))


def _holds(table: sa.FromClause, wanted: Sequence[Sequence[Sequence[list[int]]]]) -> sa.ColumnElement[bool]:
    words = table.c.words
    return sa.and_(
        *(sa.or_(*(sa.and_(*(words.overlap(forms) for forms in spelled)) for spelled in term)) for term in wanted)
    )
