"""`monitor feeds search`: one query as the addresses of three engines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.feeds.search_feeds import search_feeds
from tests.test_feed_commands import Run, rows, run

__all__ = ["run"]  # the fixture

QUERY = 'Iran Iraq "border security"'


def asked(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_each_engine_is_asked_in_its_own_spelling() -> None:
    google, bing, gdelt = (each.url for each in search_feeds(f"  {QUERY} ", ["fa"]))
    assert asked(google) == {"q": f"{QUERY} when:7d", "hl": "fa", "gl": "IR", "ceid": "IR:fa"}
    assert asked(bing) | {"qft": ""} == {"q": QUERY, "format": "rss", "qft": "", "setlang": "fa", "cc": "ir"}
    assert asked(gdelt)["query"] == f"{QUERY} sourcelang:persian"
    [english] = search_feeds("x & y", ["en"], ["google"])
    assert (asked(english.url)["q"], asked(english.url)["hl"]) == ("x & y when:7d", "en-US")
    [iraqi] = search_feeds("حدود", ["ar"], ["google"], "IQ")
    assert asked(iraqi.url)["ceid"] == "IQ:ar"


@pytest.mark.parametrize(
    ("query", "language", "said"),
    [("  ", "en", "empty"), ('a "b', "en", "no partner"), ("a", "xx", "no language"), ("a", "persian", "no language")],
)
def test_what_cannot_be_asked_says_why(query: str, language: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        search_feeds(query, [language])
    with pytest.raises(ValueError, match="no country"):
        search_feeds("a", ["en"], country="IRAQ")


def test_searches_are_listed_once(run: Run, configure: Callable[..., Path]) -> None:
    folder = configure("https://one.example/rss")
    code, out, err = run("--config", folder, "feeds", "search", QUERY, "--language", "en", "--language", "fa")
    assert (code, out.startswith("6 searches added, 0 in the list already"), "5 seconds" in out) == (0, True, True), err
    assert [(row["kind"], row["language"]) for row in rows(run, folder)][1:] == [("search", "en"), ("search", "fa")] * 3
    assert "interval: 3600s" in (folder / "feeds.yaml").read_text()
    code, out, _ = run("--config", folder, "feeds", "search", QUERY, "--engine", "gdelt")
    assert (code, out.startswith("0 searches added, 1 in the list already")) == (0, True)
    assert run("--config", folder, "feeds", "search", 'a "b')[0] == 2
