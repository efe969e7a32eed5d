"""Outlets that the list lacks: what searches keep naming, and what matched articles link to."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.pipeline.discover import links_of, proposed
from monitor.store.outlets import Listed
from tests.newsroom import PACT, Newsroom, hours_ago
from tests.test_feed_commands import Run, rows, run

__all__ = ["run"]  # the fixture


def listed(number: int, url: str, matched: bool = True) -> Listed:
    return Listed(number, url, "", f"headline {number}", matched)


def test_outlets_are_told_apart_by_their_sites_and_known_ones_left_out() -> None:
    found = [
        listed(1, "https://www.agency.example/a"),
        listed(2, "https://fa.agency.example/b", matched=False),
        listed(3, "https://known.example/c"),
        listed(4, "https://news.google.com/rss/articles/x"),
        listed(5, "https://once.example/d", matched=False),
        *(listed(number, "https://thrice.example/d", matched=False) for number in (6, 7, 8)),
    ]
    matched = [listed(10, "https://known.example/1"), listed(11, "https://known.example/2")]
    links = {
        10: [
            "https://ministry.example/x",
            "https://ministry.example/y",
            "https://t.me/Channel_a/12",
            "https://x.com/z",
            "https://eitaa.com/desk",
        ],
        11: [
            "https://www.ministry.example/z",
            "https://t.me/s/channel_A",
            "https://single.example/",
            "https://eitaa.com/desk/4",
            "https://known.example/9",
        ],
    }
    made = proposed(found, matched, links, ["https://known.example/rss"])
    assert [(each.name, each.found, each.matched, each.linked) for each in made] == [
        ("agency.example", 2, 1, 0),
        ("ministry.example", 0, 0, 2),
        ("t.me/channel_a", 0, 0, 2),
        ("thrice.example", 3, 0, 0),
    ]
    assert [each.address for each in made[:3]] == [
        "https://www.agency.example/",
        "https://ministry.example/",
        "https://t.me/s/Channel_a",
    ]
    assert made[0].headlines == ("headline 1", "headline 2")


def test_links_are_those_of_paragraphs() -> None:
    page = b"""<!doctype html><html><body><nav><a href="https://menu.example/">Menu</a></nav>
    <p>As <a class="x" href="https://source.example/a?b=1&amp;c=2">an agency</a> said.</p>
    <a href="/own">own</a></body></html>"""
    assert list(links_of(page)) == ["https://source.example/a?b=1&c=2"]
    assert list(links_of(b'said <a href="https://source.example/">so</a>')) == ["https://source.example/"]
    bare = b'<a href="https://source.example/?id=1&region=iq&sect=2&amp;copy=3">so</a>'
    assert list(links_of(bare)) == ["https://source.example/?id=1&region=iq&sect=2&copy=3"]


@pytest.mark.slow
def test_what_a_search_found_is_proposed_and_added_only_when_asked(
    newsroom: Newsroom, run: Run, configure: Callable[..., Path]
) -> None:
    title = "Iran, Iraq sign defence memorandum in Tehran"
    page = newsroom.article("/pact.html", title, PACT)
    search = newsroom.feed("/search.xml", [(title, page, hours_ago(2))], title="Search")
    own = newsroom.feed("/own.xml", [(title, page, hours_ago(2)), ("A bakery opens", page + "?b", hours_ago(3))])
    newsroom.put(
        "/", f'<html><head><link rel="alternate" type="application/rss+xml" href="{own}"></head><body>x</body></html>'
    )
    folder = configure()
    (folder / "feeds.yaml").write_text(f"feeds:\n  - {{url: '{search}', kind: search}}\n")
    assert run("--config", folder, "poll")[0] == 0
    before = (folder / "feeds.yaml").read_text()
    code, out, err = run("--config", folder, "discover", "--json")
    assert code == 0, err
    [found] = json.loads(out)
    assert (found["name"], found["found"], found["matched"], found["feed"]) == ("127.0.0.1", 1, 1, own)
    assert (found["entries"], found["matching"], found["added"]) == (2, 1, False)
    assert (folder / "feeds.yaml").read_text() == before
    code, out, _ = run("--config", folder, "discover", "--add")
    assert (code, "searches found 1 article of it, 1 of which match" in out, "1 feed added" in out) == (0, True, True)
    assert [row["url"] for row in rows(run, folder)] == [search, own]
    assert run("--config", folder, "discover")[1].startswith("nothing to propose")


def test_an_outlet_is_proposed_at_the_host_that_is_named_most() -> None:
    links = {
        1: ["https://reports.cable.example/a", "https://edition.cable.example/b"],
        2: ["https://edition.cable.example/c"],
        3: ["https://old.special.press.example/x"],
        4: ["https://press.example/y"],
    }
    matched = [Listed(number, f"https://own{number}.example/1", "", "A headline", True) for number in links]
    assert {each.address for each in proposed([], matched, links, [])} == {
        "https://edition.cable.example/",
        "https://press.example/",
    }
