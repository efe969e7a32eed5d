"""The search index finds what reading every text finds, is kept with each change, and fills in steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.model import Article
from monitor.store import Store, articles, prune, search_index, search_query
from monitor.store.search_tables import documents, state, vocabulary
from monitor.text.search_terms import spellings
from tests.searching import holds, terms_of

NOW = datetime(2026, 11, 21, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)

# Words that share beginnings, with what languages attach to them; scripts without spaces; what splits words.
PIECES = (
    "iran", "Iran's", "irans", "iranian", "Tiran", "ran", "u.s.", "F-16", "f16", "co-operation", "cooperation",
    "agreement", "party", "parties", "l'Irak", "irak", "Irak'ta", "ırak", "Türkiye'nin", "bağdat", "bexda", "bexdayê",
    "ایران", "ایرانی", "وایران", "بایران", "الایران", "تفاهم‌نامه", "تفاهمنامه", "تفاهم", "نامه", "الحَشد",
    "الحشد", "والحشد",
    "عبد", "المهدي", "عبدالمهدي", "شمخاني", "شمخانی‌ها", "هەولێر", "لە", "с", "соглашение", "соглашения", "Россия",
    "России", "ירושלים", "בירושלים", "שבירושלים", "東京都", "京都", "東京", "日本nato", "nato日本", "日",
    "カタカナ", "ナ", "เชียงใหม่", "한국의", "5", "٥", "12", "1,200", "…", "«", "»", "-", "\u200c", "x" * 70, "x" * 80,
    "ab", "a", "the", "\n", "สเชียงใหม่", "ใหม่ใน",
)  # fmt: skip
LETTERS = st.characters(codec="utf-8", exclude_characters="\0")  # which a PostgreSQL store cannot hold
WORDS = st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join)
TEXTS = st.one_of(WORDS, st.lists(st.sampled_from(PIECES), max_size=5).map("".join), st.text(LETTERS, max_size=12))
QUERIES = st.one_of(
    WORDS.map(lambda words: words[:40]),
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=3).map(lambda words: f'"{" ".join(words)}"'),
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=2).map("".join),
    st.text(LETTERS, max_size=6),
)
LANGUAGES = st.sampled_from([None, "en", "fa", "ar", "tr", "az", "kmr", "ku", "ru", "ja", "pt"])


def article(number: int, title: str, text: str, language: str | None = "en", hours: float = 0) -> Article:
    at = NOW - hours * HOUR
    return Article(0, f"https://e.example/{number}", title, text, language, at, NOW, "f", "F", "F", "state")


def stored(db: sa.Connection, made: Sequence[Article]) -> list[int]:
    ids = articles.add(db, [(each, f"{each.url} {number}", None) for number, each in enumerate(made)])
    search_index.finish(db)  # as at the end of a transaction
    return ids


def asked(db: sa.Connection, query: str) -> list[int]:
    """Ids of the hits, in the order in which the index has them."""
    search_index.finish(db)  # the same, where a text was changed
    terms = terms_of(query)
    wanted = [each for each in map(spellings, terms) if each is not None]
    assert wanted, "this cannot be asked of the index"
    found = [each for _, each in search_query.candidates(db, wanted, None) if each]
    assert len({each.id for each in found}) == len(found)
    return [each.id for each in found if holds(each.title, each.text, each.language, terms)]


def check(db: sa.Connection, made: Sequence[tuple[str, str, str | None]], queries: Sequence[str]) -> None:
    ids = stored(db, [article(number, *each) for number, each in enumerate(made)])
    for query in queries:
        terms = terms_of(query)
        if any(spellings(forms) for forms in terms):
            right = {number for number, each in zip(ids, made, strict=True) if holds(*each, terms)}
            assert right == set(asked(db, query)) & set(ids), query


MADE = st.lists(st.tuples(TEXTS, TEXTS, LANGUAGES), min_size=1, max_size=8)


@pytest.mark.slow
@given(MADE, st.lists(QUERIES, min_size=4, max_size=12))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_index_finds_what_reading_finds(
    store: Store, made: list[tuple[str, str, str | None]], queries: list[str]
) -> None:
    with store.engine.connect().execution_options(immediate=True) as db, db.begin() as all_of_it:
        check(db, made, queries)
        all_of_it.rollback()


@pytest.mark.slow
def test_each_word_is_found_by_itself_and_in_a_row_with_the_next(store: Store) -> None:
    plain = [each for each in PIECES if each.strip() and spellings(terms_of(each)[0] if terms_of(each) else ("…",))]
    made = [(one, other, "tr") for one, other in pairwise(plain)]
    with store.write() as db:
        check(db, made, [*plain, *(f'"{one} {other}"' for one, other, _ in made)])


def test_the_newest_come_first_however_many_share_a_minute(store: Store) -> None:
    with store.write() as db:
        older = stored(db, [article(n, "Pact", "signed", hours=5) for n in range(150)])
        [newest] = stored(db, [article(900, "Pact", "signed", hours=1)])
        [oldest] = stored(db, [article(901, "Pact", "signed", hours=30)])
        between = stored(db, [article(n, "Pact", "signed", hours=5) for n in range(200, 280)])
    with store.read() as db:
        found = asked(db, "pact")
        assert (found[0], found[-1]) == (newest, oldest)
        assert set(found[1:-1]) == {*older, *between}
        wanted = [spellings(forms) or () for forms in terms_of("pact")]
        numbers = [number for number, _ in search_query.candidates(db, wanted, None)]
        assert numbers == sorted(numbers, reverse=True)
        rest = [each.id for _, each in search_query.candidates(db, wanted, numbers[99]) if each]
        assert rest == found[100:]


@pytest.mark.parametrize("newer", [0, 100], ids=lambda newer: f"{newer} of other words are newer")
@pytest.mark.parametrize(("share", "by_index"), [(1, False), (2, False), (6, False), (97, True)])
def test_words_that_are_not_rare_are_found_without_the_index_of_postgresql(
    store: Store, monkeypatch: pytest.MonkeyPatch, share: int, by_index: bool, newer: int
) -> None:
    monkeypatch.setattr(search_query, "_AT_FIRST", 4)
    monkeypatch.setattr(search_query, "_NEWEST", 8)
    with store.write() as db:
        ids = stored(
            db, [article(n, "Pact" if n % share == share // 2 else "Talks", "signed", hours=n) for n in range(200)]
        )
        stored(db, [article(300 + n, "Other", "news", hours=-1) for n in range(newer)])
    statements: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    sa.event.listen(store.engine, "before_cursor_execute", hear)
    with store.read() as db:
        found = asked(db, "pact signed")
        assert found == ids[share // 2 :: share]
        statements.clear()
        wanted = [spellings(forms) or () for forms in terms_of("pact signed")]
        next(search_query.candidates(db, wanted, None))
    if store.shared:
        assert any("doc +" in statement for statement in statements) is by_index


def test_an_article_without_a_date_that_can_be_is_found_too(store: Store) -> None:
    with store.write() as db:
        early = replace(article(1, "Pact", ""), published=datetime(1, 1, 2, tzinfo=UTC))
        late = replace(article(2, "Pact", ""), published=datetime(9999, 12, 30, tzinfo=UTC))
        ids = stored(db, [early, replace(article(3, "Pact", ""), published=None), late])
        assert asked(db, "pact") == ids[::-1]


def test_the_index_follows_each_change(store: Store) -> None:
    with store.write() as db:
        edited, taken, cut = stored(db, [article(n, "Pact", "on the border", hours=n) for n in range(3)])
        articles.replace_text(db, edited, article(0, "Treaty", "on the river"))
        assert asked(db, "pact") == [taken, cut]
        assert asked(db, "treaty river") == [edited]
        articles.withdraw(db, [taken])
        assert asked(db, "border") == [cut]
        prune._blank_articles(db, [(cut,)], NOW)
        assert asked(db, "border") == []
        assert asked(db, "pact") == [cut], "the headline of what was pruned stays"
        assert (search_index.progress(db), search_index.count(db)) == (search_index.Progress(True, 0), 2)
        if store.file:
            kept = db.exec_driver_sql("SELECT count(*) FROM search_words WHERE search_words MATCH 'border OR pact'")
            assert kept.scalar() == 1, "words that are gone are forgotten"


def test_a_transaction_that_fails_leaves_no_words(store: Store) -> None:
    with store.engine.connect().execution_options(immediate=True) as db, db.begin() as undone:
        stored(db, [article(1, "Pact", "signed")])
        undone.rollback()
    with store.read() as db:
        assert (asked(db, "pact"), search_index.progress(db).begun, search_index.count(db)) == ([], False, 0)
        assert not db.scalar(sa.select(sa.func.count()).select_from(vocabulary))


@pytest.mark.parametrize("why", ["an older store", "another folding"])
def test_an_archive_is_indexed_in_steps_the_newest_first(store: Store, why: str) -> None:
    with store.write() as db:
        ids = stored(db, [article(n, "Pact", f"number{n}", hours=250 - n) for n in range(250)])
        if why == "an older store":  # as the migration leaves it
            _forget(db)
            db.execute(state.update().values(version="", below=ids[-1] + 1))
        else:
            db.execute(state.update().values(version="0 another"))
    with store.read() as db:
        assert search_index.progress(db) == search_index.Progress(False, ids[-1] + 1)
        assert not search_index.is_whole(db)
    with store.write() as db:
        assert search_index.fill(db)
        assert asked(db, "pact") == ids[: -1 - search_index.AT_ONCE : -1]
        articles.replace_text(db, ids[7], article(7, "Treaty", "signed"))  # before its turn comes
    with store.write() as db:
        assert asked(db, "treaty") == [ids[7]]
        while search_index.fill(db):
            pass
        assert (search_index.progress(db), search_index.count(db)) == (search_index.Progress(True, 0), 250)
        assert set(asked(db, "pact")) == {*ids} - {ids[7]}
        assert asked(db, "treaty") == [ids[7]]


def _forget(db: sa.Connection) -> None:
    words = "INSERT INTO search_words (search_words) VALUES ('delete-all')"
    db.exec_driver_sql(words if db.dialect.name == "sqlite" else "TRUNCATE search_words")
    db.execute(documents.delete())
    db.execute(vocabulary.delete())
