"""`monitor articles`: what was judged and how, also what matches nothing."""

from __future__ import annotations

import re
import tracemalloc
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.model import Article, Match, Receipt
from monitor.store import Store, articles, judged_articles
from monitor.store.judged_articles import Wanted
from tests.newsroom import GAME, PACT, Newsroom, hours_ago
from tests.test_cli import Monitor, monitor  # noqa: F401

Configure = Callable[..., Path]
List = Callable[..., list[dict[str, Any]]]
FIELDS = {
    "id", "url", "title", "feed", "source", "publisher", "kind", "author", "published", "published_from", "dates",
    "first_seen", "fetched", "language", "partial", "watches",
}  # fmt: skip


@pytest.fixture
def folder(newsroom: Newsroom, configure: Configure, monitor: Monitor) -> Path:  # noqa: F811
    """Two feeds and two watches; the second takes every article."""
    pact = newsroom.article("/pact.html", "Iran, Iraq sign defence memorandum in Tehran", PACT)
    game = newsroom.article("/game.html", "Iraq and Iran draw in World Cup qualifier", GAME)
    one = newsroom.feed("/one.xml", [("Iran, Iraq sign defence memorandum in Tehran", pact, hours_ago(2))])
    two = newsroom.feed("/two.xml", [("Iraq and Iran draw in World Cup qualifier", game, hours_ago(3)),
                                     ("A page that is gone", newsroom.base + "/gone.html", hours_ago(4))],
                        title="Two Shores")  # fmt: skip
    folder = configure(one, two)
    watch = (folder / "watches" / "iran-iraq-defense.yaml").read_text()
    seeds = next(line for line in watch.splitlines() if line.startswith("seeds:"))
    (folder / "watches" / "all.yaml").write_text(f"name: All\n{seeds}\nthreshold: 0\nnear_miss: 0\n")
    assert monitor("--config", folder, "poll").code == 0
    return folder


@pytest.fixture
def listed(monitor: Monitor, folder: Path) -> List:  # noqa: F811
    def run(*options: object) -> list[dict[str, Any]]:
        result = monitor("--config", folder, "articles", "--json", *options)
        assert (result.code, result.err) == (0, "")
        found: list[dict[str, Any]] = result.json()
        return found

    return run


@pytest.mark.slow
def test_every_article_is_listed_with_its_judgements(listed: List, newsroom: Newsroom) -> None:
    found = {row["title"]: row for row in listed()}
    assert len(found) == 3
    assert all(set(row) == FIELDS for row in found.values())
    pact, game = (
        found["Iran, Iraq sign defence memorandum in Tehran"],
        found["Iraq and Iran draw in World Cup qualifier"],
    )
    assert pact["url"] == newsroom.base + "/pact.html"
    assert pact["feed"] == {"url": newsroom.base + "/one.xml", "name": "Feed 1"}
    verdicts = {each["watch"]: each["verdict"] for each in pact["watches"]}
    assert verdicts == {"iran-iraq-defense": "match", "all": "match"}
    assert all(each["story"] for each in pact["watches"])
    judged = {each["watch"]: each for each in game["watches"]}
    assert (judged["iran-iraq-defense"]["verdict"], judged["iran-iraq-defense"]["story"]) == ("no", None)
    assert 0 <= judged["iran-iraq-defense"]["score"] < 0.2
    assert [row["partial"] for row in (pact, game, found["A page that is gone"])] == [False, False, True]
    assert [seen["evidence"] for seen in game["dates"]] == ["feed"]
    seen, read = (datetime.fromisoformat(game[name]) for name in ("first_seen", "fetched"))
    assert seen <= read < datetime.now(UTC) + timedelta(seconds=1)


@pytest.mark.slow
def test_the_newest_come_first_and_the_list_can_be_narrowed(listed: List, newsroom: Newsroom) -> None:
    numbers = [row["id"] for row in listed()]
    assert numbers == sorted(numbers, reverse=True)
    assert [row["id"] for row in listed("--limit", 2)] == numbers[:2]
    assert [row["feed"]["name"] for row in listed("--feed", newsroom.base + "/two.xml")] == ["Feed 2"] * 2
    assert len(listed("--watch", "iran-iraq-defense")) == 3
    assert len(listed("--watch", "iran-iraq-defense", "--verdict", "no")) == 2
    assert len(listed("--watch", "all", "--verdict", "match")) == 3
    assert len(listed("--verdict", "no")) == 2
    assert listed("--watch", "all", "--verdict", "near") == []
    assert len(listed("--since", "1h")) == 3
    assert listed("--since", datetime.now(UTC) + timedelta(hours=1)) == []


@pytest.mark.slow
def test_the_reason_is_shown_that_an_excluded_and_a_missing_required_term_give(
    monitor: Monitor,  # noqa: F811
    folder: Path,
    listed: List,
) -> None:
    path = folder / "watches" / "iran-iraq-defense.yaml"
    plain = path.read_text()
    for terms, kind, said in (
        ("exclude: [memorandum]", "excluded", "memorandum"),
        ("require: [radar, frigate]", "required", "none of: radar, frigate"),
    ):
        path.write_text(f"{plain}terms: {{{terms}}}\n")
        monitor("--config", folder, "poll")
        [pact] = [row for row in listed() if row["title"].startswith("Iran, Iraq sign")]
        [judged] = [each for each in pact["watches"] if each["watch"] == "iran-iraq-defense"]
        assert (judged["verdict"], judged["story"]) == ("no", None)
        assert said in judged["reason"]
        page = folder.parent / "pact.txt"
        page.write_text("\n".join([pact["title"], *PACT]))
        [receipt] = monitor("--config", folder, "explain", page, "--watch", "iran-iraq-defense", "--json").json()
        assert [reason["kind"] for reason in receipt["receipt"]["reasons"]] == [kind]
        assert said in receipt["receipt"]["reasons"][0]["text"]


@pytest.mark.slow
def test_the_text_that_was_judged_is_shown_on_request(listed: List) -> None:
    texts = [row["text"] for row in listed("--text", "--watch", "iran-iraq-defense", "--verdict", "match")]
    assert [text.split("\n") for text in texts] == [PACT]


@pytest.mark.slow
def test_a_list_for_a_person(monitor: Monitor, folder: Path) -> None:  # noqa: F811
    shown = monitor("--config", folder, "articles", "--text", "--limit", 2)
    assert shown.err == "3 articles, of which the newest 2 are listed\n"
    shown = monitor("--config", folder, "articles", "--text")
    assert shown.err == "3 articles\n"
    assert "Feed 1 (en): Iran, Iraq sign defence memorandum in Tehran" in shown.out
    assert f"        | {GAME[0]}" in shown.out
    assert "; of the feed's text alone" in shown.out
    assert re.search(r"\n        match [01]\.\d\d  iran-iraq-defense, story \d: .*Iran", shown.out)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--watch", "other"), "no watch 'other'; there are: all, iran-iraq-defense"),
        (("--feed", "https://other.example/rss"), "no feed https://other.example/rss"),
        (("--verdict", "maybe"), "'maybe' is not one of 'match', 'near', 'no'"),
        (("--limit", "0"), "0 is not in the range x>=1"),
    ],
)
def test_what_cannot_be_listed_is_said(monitor: Monitor, folder: Path, options: tuple[str, str], said: str) -> None:  # noqa: F811
    refused = monitor("--config", folder, "articles", *options)
    assert (refused.code, refused.out) == (2, "")
    assert said in refused.err


def test_articles_of_a_feed_that_left_the_list_keep_its_name(
    monitor: Monitor,  # noqa: F811
    folder: Path,
    listed: List,
    newsroom: Newsroom,
) -> None:
    gone = newsroom.base + "/two.xml"
    monitor("--config", folder, "feeds", "remove", gone)
    assert [row["feed"]["name"] for row in listed("--feed", gone)] == ["Two Shores"] * 2  # its own title


@pytest.mark.slow
def test_an_archive_does_not_fill_the_memory(tmp_path: Path) -> None:
    now = datetime(2026, 11, 28, tzinfo=UTC)
    text, count = "x" * 20_000, 3_000
    feed = ("https://a.example/rss", "A", "A")
    made = [Article(0, f"https://a.example/{i}", "A title", text, "en", now, now, *feed, "wire") for i in range(count)]
    with closing(Store(f"sqlite:///{tmp_path}/archive.db")) as store:
        with store.write() as db:
            numbers = articles.add(db, [(each, each.url, None) for each in made])
            articles.save_matches(db, [(n, Match("w", 0.1, "no", Receipt(0.5, 0.3, "1"))) for n in numbers], now)
        del made
        tracemalloc.start()
        try:
            with store.read() as db:
                found = sum(
                    len(each.article.text) + len(each.judgements)
                    for each in judged_articles.listed(db, Wanted(text=True))
                )
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert found == count * (len(text) + 1)
    assert peak < 20_000_000 < count * len(text)
