"""Articles are stored once each: no report is lost to an address that others have, too, and none is taken twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.feeds.entry_keys import with_keys
from monitor.model import Article, Entry, Feed, Match, Receipt, Report
from monitor.pages.as_edited import as_edited
from monitor.pages.extract import choose_text
from monitor.pages.versions import outcome
from monitor.pipeline.bodies import Body
from monitor.pipeline.keep_articles import Kept, Made, keep
from monitor.pipeline.take_entries import take
from monitor.store import Store, articles, corrections, entries, marks, page_edits, schema, stories

NOW = datetime(2026, 11, 16, 10, tzinfo=UTC)
TEMPLATE = "https://news.example/a/1"
PACT = (
    "The defence ministers of the two countries signed a memorandum in the capital on Monday, after talks that went on "
    "for three days. It provides for joint exercises in spring, the training of officers and a hotline between the two "
    "border commands, which will meet every month."
)
MORE = (
    "The two sides also agreed to open a joint operations room in the border town within four weeks, and to share what "
    "their air surveillance sees."
)
GAME = (
    "The national teams of both countries drew on Monday night before sixty thousand people. The hosts took the lead "
    "from a corner after twenty minutes, and the visitors levelled shortly before the end. They meet again in March, "
    "when the group is likely to be decided."
)
MATCH = Match("w", 0.9, "match", Receipt(0.5, 0.3, "v"))


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sa.Connection]:
    store = Store(f"sqlite:///{tmp_path}/monitor.db")
    with store.write() as connection:
        yield connection
    store.close()


def made(number: int, text: str = PACT, *, link: str = "", article_id: int | None = None, **changes: Any) -> Made:
    link = link or f"https://news.example/a/{number}"
    facts: dict[str, Any] = {
        "id": 0, "url": link, "title": f"Report {number} of the agency", "text": text, "language": "en",
        "published": NOW, "fetched": NOW, "feed_url": "https://news.example/rss", "source": "News", "publisher": "News",
        "kind": "wire",
    }  # fmt: skip
    return Made(number, link, Article(**(facts | changes)), article_id)


def stored(db: sa.Connection) -> list[tuple[str, str]]:
    """Address and headline of every article, in the order they were stored."""
    columns = schema.articles.c
    return [(*row,) for row in db.execute(sa.select(columns.url, columns.title).order_by(columns.id))]


def cite(db: sa.Connection, article_id: int) -> None:
    """As if an edition had shown the article."""
    times: dict[str, Any] = dict.fromkeys(("tick", "since", "until", "composed"), NOW)
    words = dict.fromkeys(("edition", "subject", "html", "text", "page"), "") | {"period": str(article_id)}
    row = {"digest": "d", "by_hand": False, "skipped": False, **times, **words}
    number = db.execute(schema.editions.insert().values(row).returning(schema.editions.c.id)).scalar()
    shown = {"edition_id": number, "digest": "d", "watch": "w", "article_id": article_id, "role": "story"}
    db.execute(schema.edition_articles.insert().values(shown))


@pytest.mark.parametrize("together", [True, False])
def test_a_copied_template_s_address_takes_no_report_away(db: sa.Connection, together: bool) -> None:
    several = [made(1, PACT), made(2, GAME, url=TEMPLATE), made(3, GAME[::-1], url=TEMPLATE)]
    if together:
        keep(db, several)
    else:
        for each in several:
            keep(db, [each])
    assert [url for url, _ in stored(db)] == [f"https://news.example/a/{n}" for n in (1, 2, 3)]


def test_the_same_article_of_two_feeds_is_one(db: sa.Connection) -> None:
    [first] = keep(db, [made(1)])
    [again] = keep(db, [made(2, link=TEMPLATE, title="Report 1 of the agency", feed_url="https://news.example/world")])
    assert again == Kept(first.article_id, "same")


def test_a_page_that_can_be_read_at_last_replaces_the_feeds_text(db: sa.Connection) -> None:
    [first] = keep(db, [made(1, PACT[:80], partial=True)])
    [again] = keep(db, [made(1, article_id=first.article_id)])
    assert (again.outcome, again.article_id) == ("replace", first.article_id)
    [article] = articles.get(db, [first.article_id])
    assert (article.text, article.partial) == (PACT, False)
    [worse] = keep(db, [made(1, PACT[:80], partial=True, article_id=first.article_id)])
    assert worse.outcome == "same"


def test_an_edit_replaces_the_text_until_an_edition_has_shown_it(db: sa.Connection) -> None:
    [first] = keep(db, [made(1)])
    more = f"{PACT}\n{MORE}"
    [edited] = keep(db, [made(1, more, article_id=first.article_id)])
    assert (edited.outcome, edited.article_id) == ("replace", first.article_id)
    cite(db, first.article_id)
    [slip] = keep(db, [made(1, more.replace("four", "five"), article_id=first.article_id)])
    assert slip == Kept(first.article_id, "same")
    [goes_on] = keep(db, [made(1, f"{more}\n{GAME}", article_id=first.article_id)])
    assert goes_on.outcome == "version"
    both = articles.get(db, [first.article_id, goes_on.article_id])
    assert [article.text for article in both] == [more, f"{more}\n{GAME}"]


def test_a_version_that_is_taken_back_before_it_was_shown_leaves_what_was_shown(db: sa.Connection) -> None:
    [first] = keep(db, [made(1)])
    cite(db, first.article_id)
    [goes_on] = keep(db, [made(1, f"{PACT}\n{GAME}", article_id=first.article_id)])
    [back] = keep(db, [made(1, PACT.replace("month", "week"), article_id=goes_on.article_id)])
    assert back == Kept(first.article_id, "same", left=goes_on.article_id)
    articles.withdraw(db, [goes_on.article_id])
    assert [title for _, title in stored(db)] == ["Report 1 of the agency", ""]
    [again] = keep(db, [made(1, f"{PACT}\n{GAME}", article_id=first.article_id)])
    assert again.outcome == "version"


def test_a_small_edit_of_what_has_no_page_is_a_change_and_judged_anew(db: sa.Connection) -> None:
    texts = [PACT, PACT.replace("three days", "30 days"), PACT.replace("three days", "31 days"), PACT, PACT]
    [first] = keep(db, [replace(made(1), is_bare=True)])
    cite(db, first.article_id)
    articles.save_matches(db, [(first.article_id, MATCH)], NOW)
    found = []
    for text in texts:
        [kept] = keep(db, [replace(made(1, text, article_id=first.article_id), is_bare=True)])
        assert kept == Kept(first.article_id, "same")
        changes = page_edits.of_articles(db, [first.article_id]).get(first.article_id, [])
        found.append((len(changes), as_edited(articles.get(db, [first.article_id])[0], changes).text == text))
    assert found == [(0, True), (1, True), (2, True), (3, True), (3, True)]
    assert articles.get(db, [first.article_id])[0].text == PACT  # what was sent stays
    assert db.scalars(sa.select(schema.matches.c.profile)).all() == [""]


def test_another_feed_s_words_are_no_edit(db: sa.Connection) -> None:
    [first] = keep(db, [replace(made(1), is_bare=True)])
    cite(db, first.article_id)
    other = replace(made(2, PACT.replace("three", "four"), link="https://news.example/a/1"), is_bare=True)
    [again] = keep(db, [replace(other, article=replace(other.article, title="Report 1 of the agency"))])
    assert again.article_id == first.article_id
    assert page_edits.of_articles(db, [first.article_id]) == {}


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        (f"{PACT}\n{GAME}\n{MORE}", {}),  # it goes on
        (PACT[:120], {"partial": True}),  # the page fails, and the feed has the opening alone
        (PACT[:120], {}),  # the opening is left to those who do not pay
        (GAME, {}),
    ],
)
def test_what_else_becomes_of_a_version_takes_nothing_back(
    db: sa.Connection, text: str, changes: dict[str, Any]
) -> None:
    [first] = keep(db, [made(1)])
    cite(db, first.article_id)
    [goes_on] = keep(db, [made(1, f"{PACT}\n{GAME}", article_id=first.article_id)])
    [then] = keep(db, [made(1, text, article_id=goes_on.article_id, **changes)])
    assert (then.article_id, then.left) == (goes_on.article_id, None)


def test_what_was_shown_in_every_version_is_shown_in_none_again(db: sa.Connection) -> None:
    texts = [PACT, f"{PACT}\n{GAME}", f"{GAME}\n{MORE}", f"{PACT}\n{GAME}", PACT]
    ids: list[int] = []
    for text in texts:
        [kept] = keep(db, [made(1, text, article_id=ids[-1] if ids else None)])
        ids.append(kept.article_id)
        if kept.article_id not in ids[:-1]:
            cite(db, kept.article_id)
    assert len(set(ids)) == 3
    assert ids[:2] == ids[:2:-1]


@pytest.mark.parametrize("table", ["marks", "story_pins", "edition_articles", "entries"])
def test_what_anything_holds_on_to_is_not_withdrawn(db: sa.Connection, table: str) -> None:
    [kept] = keep(db, [made(1)])
    if table == "edition_articles":
        cite(db, kept.article_id)
    elif table == "marks":
        marks.put(db, kept.article_id, "w", True, NOW)
    elif table == "story_pins":
        report = Report(articles.get(db, [kept.article_id])[0], MATCH, NOW)
        story = stories.create(db, "w", report)
        corrections.split(db, story, "w", [report], NOW)
    else:
        [number] = entries.add(db, [Entry("f", "x")], NOW)
        entries.settle(db, [entries.Settled(number, kept.article_id, 1)])
    articles.withdraw(db, [kept.article_id])
    assert articles.existing(db, [kept.article_id, 17]) == {kept.article_id}


def test_what_is_withdrawn_leaves_nothing_behind(db: sa.Connection) -> None:
    one, other = keep(db, [made(1), made(2, GAME)])
    for each in (one, other):
        articles.save_matches(db, [(each.article_id, MATCH)], NOW)
        stories.place(db, "w", report := stories.ungrouped(db, "w")[0], stories.create(db, "w", report), "x")
    articles.withdraw(db, [one.article_id])
    assert articles.unmatched(db, "w", "v", 0) == []
    assert articles.existing(db, [1, 2]) == {other.article_id}
    assert [story.reports[0].article.id for story in stories.load(db, stories.ids_since(db, None, "w"))] == [
        other.article_id
    ]


def test_another_story_under_one_id_and_address_leaves_the_first_where_it_is(db: sa.Connection) -> None:
    [first] = keep(db, [made(1)])
    [other] = keep(db, [made(1, GAME, title="Draw in the cup", article_id=first.article_id)])
    assert (other.outcome, other.article_id == first.article_id) == ("apart", False)
    [again] = keep(db, [made(1, GAME, title="Draw in the cup", article_id=first.article_id)])
    assert again.article_id == other.article_id


def test_a_report_put_at_another_address_is_not_another_report(db: sa.Connection) -> None:
    [first] = keep(db, [made(1)])
    [moved] = keep(db, [made(2, title="Report 1 of the agency", link="https://news.example/corrected")])
    assert moved.article_id == first.article_id
    later: dict[str, Any] = {"title": "Report 1 of the agency", "published": NOW + timedelta(days=3)}
    assert keep(db, [made(3, **later)])[0].article_id != first.article_id  # a notice that is put out again
    assert keep(db, [made(4, publisher="Other", title="Report 1 of the agency")])[0].article_id != first.article_id


def test_the_outlets_own_feed_names_what_an_edition_has_shown_of_a_search(db: sa.Connection) -> None:
    [first] = keep(db, [made(1, kind="search", source="news.example", feed_url="https://search.example/rss")])
    cite(db, first.article_id)
    [own] = keep(db, [made(1, article_id=first.article_id)])
    assert own == Kept(first.article_id, "replace")
    assert articles.get(db, [first.article_id])[0].source == "News"


def test_each_edition_of_a_bulletin_at_one_address_is_read(db: sa.Connection) -> None:
    feed = FEEDS["https://one.example/rss"]
    for number, text in enumerate((PACT, GAME)):
        date = NOW + timedelta(hours=number)
        edition = Entry(feed.url, "Bulletin", TEMPLATE, published=date, id=f"edition {number}")
        take(db, [Body(feed, with_keys([edition]))], date, timedelta(days=3), FEEDS.__getitem__)
        [item] = entries.get(db, [each.id for each in entries.waiting(db, date)])
        page = made(item.id, text, title="Bulletin", url=TEMPLATE, link=TEMPLATE, article_id=item.article_id)
        entries.settle(db, [entries.Settled(item.id, keep(db, [page])[0].article_id, 1)])
    assert set(db.scalars(sa.select(schema.articles.c.text))) == {PACT, GAME}


def test_at_a_shared_address_one_word_makes_two_reports(db: sa.Connection) -> None:
    texts = [PACT.replace("capital", place) for place in ("north", "south", "north")]
    several = [made(number, text, title="Statement", url=TEMPLATE) for number, text in enumerate(texts)]
    kept = keep(db, [replace(each, link=TEMPLATE, is_shared=True) for each in several])
    assert kept[0].article_id == kept[2].article_id != kept[1].article_id


def test_letters_typed_otherwise_are_no_other_report(db: sa.Connection) -> None:
    title = "\u06a9\u0634\u0648\u0631 \u0645\u06cc\u200c\u0631\u0648\u062f"
    arabic = title.replace("\u06cc", "\u064a").replace("\u06a9", "\u0643").replace("\u200c", " ")
    [first] = keep(db, [made(1, f"{title} " * 5, title=title)])
    [again] = keep(db, [made(1, f"{arabic} " * 5, title=arabic)])
    assert again == Kept(first.article_id, "same")


def test_the_outlets_own_feed_names_what_a_search_found(db: sa.Connection) -> None:
    found = made(
        1, kind="search", source="news.example", feed_url="https://search.example/rss", title="report 1 , agency"
    )
    [first] = keep(db, [found])
    [own] = keep(db, [made(1, article_id=first.article_id)])
    assert (own.outcome, own.article_id) == ("replace", first.article_id)
    [article] = articles.get(db, [first.article_id])
    assert (article.kind, article.source, article.title) == ("wire", "News", "Report 1 of the agency")
    assert outcome(found.article, article, cited=False, same_entry=False, found=True) == "same"


# ---- interleaved polls ---------------------------------------------------------------------------------------

WORDS = ("ministers", "of", "both", "sides", "met", "in", "the", "capital", "and", "agreed", "on", "the", "border")
TEXTS = tuple(" ".join(f"{word}{number}" for word in WORDS) for number in range(3))
FEEDS = {url: Feed(url, url, "en", kind="wire") for url in ("https://one.example/rss", "https://two.example/rss")}
ITEM = st.builds(
    lambda feed, id, link, text: Entry(
        feed, f"Statement of the ministry {text}", f"https://pages.example/{link}", (), TEXTS[text],
        NOW - timedelta(hours=1), id=f"id-{id}" if id else "",
    ),
    st.sampled_from(sorted(FEEDS)), st.integers(0, 2), st.integers(0, 2), st.integers(0, 2),
)  # fmt: skip


def poll(store: Store, body: list[Entry], now: datetime) -> dict[str, int]:
    """One poll of every feed, to the stored articles, with what the feeds give as the text. Counts by outcome."""
    counts = {"seen": 0, "taken": 0, "skipped": 0}
    with store.write() as db:
        bodies = []
        for url, feed in FEEDS.items():
            own = [entry for entry in body if entry.feed_url == url]
            keyed = with_keys(own)
            bodies.append(Body(feed, keyed, skipped={"repeated": len(own) - len(keyed)}))
        for taken in take(db, bodies, now, timedelta(days=3), FEEDS.__getitem__):
            counts["taken"] += taken.new + taken.edited
            counts["skipped"] += sum(taken.skipped.values())
        counts["seen"] = len(body)
        waiting = entries.get(db, [item.id for item in entries.waiting(db, now)])
        texts = [choose_text(None, item.entry, FEEDS[item.entry.feed_url], now=now) for item in waiting]
        kept = keep(db, [Made(i.id, i.entry.link, a, i.article_id) for i, a in zip(waiting, texts, strict=True)])
        entries.settle(db, [entries.Settled(i.id, k.article_id, 1) for i, k in zip(waiting, kept, strict=True)])
    return counts


@pytest.mark.slow
@given(st.lists(st.lists(ITEM, max_size=5), min_size=1, max_size=5))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_entries_share_each_is_judged_once_and_none_is_lost(
    tmp_path_factory: pytest.TempPathFactory, polls: list[list[Entry]]
) -> None:
    """Ids, addresses and texts repeat at will, within a body, between polls and between feeds."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('polls')}/monitor.db")
    try:
        judged: set[str] = set()
        for number, body in enumerate([*polls, *polls[-1:]]):
            counts = poll(store, body, NOW + timedelta(days=number))
            assert counts["seen"] == counts["taken"] + counts["skipped"]
            with store.read() as db:
                texts = list(db.scalars(sa.select(schema.articles.c.text)))
                judged |= set(texts)
            assert {entry.content for entry in body} <= judged
        said = {(entry.feed_url, entry.link, entry.id, entry.content) for body in polls for entry in body}
        assert len(texts) <= len(said)
        assert poll(store, polls[-1], NOW + timedelta(days=len(polls) + 2))["taken"] == 0
    finally:
        store.close()


def test_an_edit_is_an_update_and_not_a_new_entry(db: sa.Connection) -> None:
    feed = FEEDS["https://one.example/rss"]
    entry = Entry(feed.url, "Ministers meet in the capital", "https://pages.example/1", (), TEXTS[0], NOW, id="x")
    edits = [
        entry,
        replace(entry, title="Ministers meet in the capital, sign pact"),
        replace(entry, content=TEXTS[1]),
        replace(entry, content=TEXTS[1], published=NOW + timedelta(hours=1)),
        replace(entry, content=TEXTS[1], published=NOW + timedelta(hours=1), link="https://pages.example/2"),
        replace(entry, content=TEXTS[1], published=NOW + timedelta(hours=1), updated=NOW),
    ]
    for number, (before, after) in enumerate(pairwise(edits)):
        start = NOW + timedelta(days=2 * number)
        if not number:
            [first] = take(db, [Body(feed, with_keys([before]))], start, timedelta(days=30), FEEDS.__getitem__)
            assert (first.new, first.edited) == (1, 0)
        [taken] = take(
            db, [Body(feed, with_keys([after]))], start + timedelta(days=1), timedelta(days=30), FEEDS.__getitem__
        )
        assert (taken.new, taken.edited) == (0, 1), after
    assert db.scalar(sa.select(sa.func.count()).select_from(schema.entries)) == 1
