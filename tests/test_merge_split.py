"""What a person says of stories stays: merged ones go on as one, and what was taken apart does not come together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.cli.mark import regrouped
from monitor.model import Article, Match, Receipt
from monitor.pipeline.group_stories import group_waiting
from monitor.store import Store, articles, corrections, editions, stories
from monitor.store.migrations.upgrade import upgrade
from tests.desk import InlineWorkers
from tests.newsroom import PACT, Newsroom, hours_ago
from tests.test_cli import Monitor, monitor  # noqa: F401
from tests.test_store import edition, rendered

Configure = Callable[..., Path]
NOW = datetime(2026, 11, 21, 7, tzinfo=UTC)
WINDOW = timedelta(days=14)
PORT = [
    "Iran and Iraq opened a joint coast guard post at the mouth of the Arvand river near Faw on Monday.",
    "Forty guards from each side will man the post and its two patrol boats, an Iraqi navy captain said.",
]
DRILL = [
    "Border guards of Iran and Iraq ended a four-day drill with drones in the hills of Halabja on Friday.",
    "Six hundred guards took part in the drill, which ended with a parade, a spokesman in Sulaimaniyah said.",
]


@pytest.fixture(autouse=True)
def inline_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.app.WorkerPool", InlineWorkers)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    yield opened
    opened.close()


def add(store: Store, number: int, title: str, text: list[str], hours: float = 0, verdict: str = "match") -> int:
    """A judged article, published and fetched ``hours`` after NOW; one that is stored is judged again."""
    at = NOW + timedelta(hours=hours)
    source = f"Source {number}"
    made = Article(0, f"https://n{number}.example/{number}", title, "\n".join(text), "en", at, at, "f", source, source,
                   "independent")  # fmt: skip
    match = Match("w", 0.9, verdict, Receipt(0.5, 0.3, "v"))  # type: ignore[arg-type]
    with store.write() as db:
        known = articles.at_keys(db, [made.url])
        article_id = known[made.url].id if known else articles.add(db, [(made, made.url, None)])[0]
        articles.save_matches(db, [(article_id, match)], at)
    return article_id


def group(store: Store) -> dict[int, int]:
    """Groups what waits; article id → story id of everything."""
    group_waiting(store, "w", NOW)
    with store.read() as db:
        return {r.article.id: story.id for story in stories.load(db, stories.ids_since(db, None, "w"))
                for r in story.reports}  # fmt: skip


def like(text: list[str], number: int) -> list[str]:
    return [*text, f"It was report number {number} on the matter."]


def two_events(store: Store) -> tuple[int, int, int, int]:
    """Two reports of each of two events: (port, port, drill, drill)."""
    ids = (
        add(store, 1, "Iran and Iraq open joint coast guard post near Faw", like(PORT, 1)),
        add(store, 2, "Joint Iran-Iraq coast guard post opens near Faw", like(PORT, 2), 1),
        add(store, 3, "Iran, Iraq border guards end drone drill in Halabja", like(DRILL, 3), 2),
        add(store, 4, "Border guards of Iran and Iraq end drill in Halabja", like(DRILL, 4), 3),
    )
    found = group(store)
    assert found[1] == found[2] != found[3] == found[4]
    return ids


def test_merged_stories_go_on_as_one(store: Store) -> None:
    one, _, three, _ = two_events(store)
    found = group(store)
    with store.write() as db:
        corrections.merge(db, found[one], [found[three]], NOW, said=True)
        assert corrections.resolve(db, found[three]) == found[one]
        [story] = stories.load(db, stories.ids_since(db, None, "w"))
        assert (story.id, len(story.reports)) == (found[one], 4)
        assert (story.first_seen, story.last_seen) == (NOW, NOW + timedelta(hours=3))
    add(store, 5, "Drone drill of Iran and Iraq border guards ends in Halabja", like(DRILL, 5), 4)
    add(store, 6, "Coast guard post of Iran and Iraq opens near Faw", like(PORT, 6), 5)
    assert set(group(store).values()) == {found[one]}


def test_what_was_split_does_not_come_together_by_itself(store: Store) -> None:
    one, two, *_ = two_events(store)
    old = group(store)[one]
    with store.write() as db:
        [story] = stories.load(db, [old])
        new = corrections.split(db, old, "w", [r for r in story.reports if r.article.id == two], NOW)
        assert corrections.splits(db, "w") == {(old, new)}
    assert (group(store)[one], group(store)[two]) == (old, new)
    for number in range(10, 16):  # reports like both, which would bridge them
        add(store, number, "Joint Iran-Iraq coast guard post opens near Faw", like(PORT, number), number / 2)
    found = group(store)
    assert (found[one], found[two]) == (old, new)
    assert {found[number] for number in list(found)[4:]} <= {old, new}
    # an article that matches no more, and then again, goes where it was put
    add(store, 2, "Joint Iran-Iraq coast guard post opens near Faw", PORT, 1, verdict="no")
    with store.write() as db:
        stories.drop(db, "w", [two])
    assert two not in group(store)
    add(store, 2, "Joint Iran-Iraq coast guard post opens near Faw", PORT, 1)
    assert group(store)[two] == new


OTHER_PORT = [
    "Iraq and Iran have set up a common coast guard station by the Arvand estuary close to Faw, guards said on Monday.",
    "Its two patrol boats will be crewed by forty Iraqi and Iranian guards, said a captain of Iraq's navy in Basra.",
]


def split_off(store: Store) -> tuple[int, int, int]:
    """A report of the port that was grouped with the drill, and that a person has split off: (article, old, new)."""
    one = add(store, 1, "Iran and Iraq open joint coast guard post near Faw", PORT)
    with store.write() as db:
        drill = stories.begin(db, "w", NOW)
        [report] = stories.ungrouped(db, "w")
        stories.place(db, "w", report, drill, "test")
    add(store, 2, "Iran, Iraq border guards end drone drill in Halabja", DRILL)
    with store.write() as db:
        [report] = stories.ungrouped(db, "w")
        stories.place(db, "w", report, drill, "test")
        [story] = stories.load(db, [drill])
        new = corrections.split(db, drill, "w", [r for r in story.reports if r.article.id == one], NOW)
    return one, drill, new


def test_a_report_that_was_split_off_takes_in_nothing_but_copies(store: Store) -> None:
    one, drill, new = split_off(store)
    others = [
        add(store, n, "Iraq, Iran set up common coast guard station by Faw", like(OTHER_PORT, n), n) for n in (3, 4)
    ]
    found = group(store)
    assert found[others[0]] == found[others[1]] not in (drill, new)
    copy = add(store, 5, "Iran and Iraq open joint coast guard post near Faw", like(PORT, 5), 5)
    last = add(store, 6, "Coast guard station of Iraq and Iran set up by Faw", like(OTHER_PORT, 6), 6)
    found = group(store)
    assert (found[one], found[copy], found[last]) == (new, new, found[others[0]])
    with store.write() as db:  # a person may still say that they are one
        corrections.merge(db, found[last], [new], NOW, said=True)
    later = add(store, 7, "Coast guard station of Iraq and Iran by Faw", like(PORT, 7), 7)
    assert group(store)[later] == found[last]


def test_a_store_of_an_earlier_release_keeps_what_was_split_off(store: Store) -> None:
    one, _, new = split_off(store)
    with store.engine.begin() as db:
        db.execute(sa.text("ALTER TABLE matches DROP COLUMN judged"))
        db.execute(sa.text("ALTER TABLE story_pins DROP COLUMN alone"))
        db.execute(sa.text("DROP TABLE services"))
        for column in ("claim", "entries"):
            db.execute(sa.text(f"ALTER TABLE feeds DROP COLUMN {column}"))
        for table in (
            "feed_items",
            "decisions",
            "story_mutes",
            "leases",
            "host_paces",
            "audit_articles",
            "audits",
            "held_alerts",
            "file_edits",
            "match_names",
            "store_identity",
            "subscriptions",
            "looks",
        ):
            db.execute(sa.text(f"DROP TABLE {table}"))
        for table in ("search_words", "search_documents", "search_vocabulary", "search_sounds", "search_state"):
            db.execute(sa.text(f"DROP TABLE {table}"))
        for column in (
            "evidence DROP COLUMN exchanges",
            "entries DROP COLUMN transcript",
            "deliveries DROP COLUMN sender",
        ):
            db.execute(sa.text(f"ALTER TABLE {column}"))
        for index in (
            "entries_first_seen",
            "matches_unread",
            "entries_article",
            "articles_feed",
            "ix_evidence_next_look",
            "ix_editions_composed",
        ):
            db.execute(sa.text(f"DROP INDEX {index}"))
        db.execute(sa.text("UPDATE alembic_version SET version_num = '0011'"))
    upgrade(store.engine, None, "store")
    with store.read() as db:
        assert corrections.alone(db, "w", [one, 2]) == {one}
        [story] = stories.load(db, [new])
        assert [report.judged for report in story.reports] == [None]


def test_regrouping_is_said() -> None:
    before, after = {1: 7, 2: 7, 3: 8, 4: 9}, {1: 7, 2: 6, 3: 6, 5: 6}
    assert regrouped(before, after, {6: "Port"}) == [
        "article 5 is now in story 6, beside 2 other reports: Port",
        "article 2 went from story 7 to story 6, beside 2 other reports: Port",
        "article 3 went from story 8 to story 6, beside 2 other reports: Port; story 8 has no report left",
        "article 4 left story 9; story 9 has no report left",
    ]
    assert regrouped(before, before, {}) == []


def test_a_later_word_takes_the_earlier_one_back(store: Store) -> None:
    one, two, three, _ = two_events(store)
    old, other = group(store)[one], group(store)[three]
    with store.write() as db:
        [story] = stories.load(db, [old])
        new = corrections.split(db, old, "w", [r for r in story.reports if r.article.id == two], NOW)
        corrections.merge(db, other, [new], NOW, said=True)
        assert corrections.splits(db, "w") == {(old, other)}  # what was kept apart from the part is from the whole
        corrections.merge(db, old, [other], NOW, said=True)
        assert corrections.splits(db, "w") == set()
        assert {corrections.resolve(db, each) for each in (old, new, other)} == {old}
    assert set(group(store).values()) == {old}


def test_new_reports_that_show_two_stories_to_be_one_merge_them(store: Store) -> None:
    first = add(store, 1, "Coast guard post opens near Faw", PORT[:1])
    with store.write() as db:  # two stories of one event, as if what links them had not been known
        [report] = stories.ungrouped(db, "w")
        one = stories.create(db, "w", report)
        stories.place(db, "w", report, one, "test")
    second = add(store, 2, "Joint post of Iran and Iraq", PORT[1:], 1)
    with store.write() as db:
        [report] = stories.ungrouped(db, "w")
        two = stories.create(db, "w", report)
        stories.place(db, "w", report, two, "test")
    for number in range(3, 7):
        add(store, number, "Iran and Iraq open joint coast guard post near Faw", PORT, number)
    found = group(store)
    assert len(set(found.values())) == 1
    assert found[first] == found[second]
    with store.read() as db:
        assert corrections.resolve(db, one) == corrections.resolve(db, two) == found[first]


def test_what_was_told_stays_told_after_merge_and_split(store: Store) -> None:
    ids = two_events(store)
    found = group(store)
    with store.write() as db:
        number = editions.add(db, edition(), rendered(), NOW)
        assert number
        editions.record_shown(db, "daily", number, [("w", each, found[each]) for each in ids], "story")
        corrections.merge(db, found[1], [found[3]], NOW, said=True)
        [story] = stories.load(db, [found[1]])
        new = corrections.split(db, found[1], "w", [r for r in story.reports if r.article.id in ids[2:]], NOW)
        assert editions.stories_to_show(db, "daily", ["w"], NOW - WINDOW) == []
        assert editions.seen(db, "daily", [new]) == {new: frozenset(ids[2:])}


@pytest.fixture
def folder(newsroom: Newsroom, configure: Configure) -> Path:
    titles = ("Iran, Iraq sign defence memorandum in Tehran", "Tehran and Baghdad sign defence memorandum")
    links = [newsroom.article(f"/{i}.html", title, like(PACT, i)) for i, title in enumerate(titles)]
    return configure(
        newsroom.feed("/feed.xml", [(t, link, hours_ago(2)) for t, link in zip(titles, links, strict=True)])
    )


@pytest.mark.slow
def test_the_commands(monitor: Monitor, folder: Path) -> None:  # noqa: F811
    def run(*arguments: Any) -> Any:
        result = monitor("--config", folder, *arguments, "--json")
        assert result.code == 0, result.err
        return result.json()

    run("poll")
    [story] = run("stories")
    first, second = story["articles"]
    assert run("digest", "daily")["stories"] == 1
    told = run("stories", "--why", story["id"])
    assert [each["article"] for each in told["reports"]] == [first["id"], second["id"]]
    assert {(each["fixed"], each["nearest"]) for each in told["reports"]} == {
        (True, first["id"]), (True, second["id"])
    }  # fmt: skip
    assert "memorandum" in told["reports"][1]["for"]
    shown = monitor("--config", folder, "stories", "--why", story["id"])
    assert "for: " in shown.out
    assert "an edition has shown it" in shown.out
    said = run("split", story["id"], second["url"])
    assert said == {"story": story["id"], "new_story": said["new_story"], "articles": [second["id"]]}
    assert sorted(each["id"] for each in run("stories")) == [story["id"], said["new_story"]]
    run("poll")
    assert run("digest", "daily", "--dry-run")["stories"] == 0
    merged = run("merge", story["id"], said["new_story"])
    assert merged["merged"] == [said["new_story"]]
    assert sorted(merged["articles"]) == sorted([first["id"], second["id"]])
    assert run("merge", said["new_story"], story["id"])["merged"] == []
    assert run("digest", "daily", "--dry-run")["stories"] == 0
    for wrong in (
        ("merge", "1", "99"),
        ("stories", "--why", "99"),
        ("split", "1", "99"),
        ("split", "1", first["url"], second["url"]),
        ("merge", 1),
    ):
        result = monitor("--config", folder, *wrong)
        assert result.code == 2
        assert "Traceback" not in result.err
