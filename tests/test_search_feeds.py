"""`monitor feeds search`: one query as the addresses of three engines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from monitor import languages
from monitor.config.feed_list import FeedConfig
from monitor.text.search_feeds import MOST, at_its_limit, search_feeds
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
    ("query", "gdelt", "google"),
    [
        ("site:irna.example border", "domain:irna.example border", "site:irna.example border when:7d"),
        ('Basra -site:x.example "the site: here"', 'Basra -domain:x.example "the site: here"', None),
        ("Iran OR Iraq border", "(Iran OR Iraq) border", "Iran OR Iraq border when:7d"),
        ('gate "Basra port" OR Mehran OR «پل نو»', 'gate ("Basra port" OR Mehran OR "پل نو")', None),
        ("(Iran OR Iraq) border", "(Iran OR Iraq) border", None),
        ("Basra when:1d", "Basra", "Basra when:1d"),
        ('"a (b"', '"a (b"', '"a (b" when:7d'),
        ("border after:2026-11-01", "border", "border after:2026-11-01"),
        ("intitle:border AND Basra", "border Basra", "intitle:border AND Basra when:7d"),
        ('Iran NOT football NOT "world cup"', 'Iran -football -"world cup"', None),
        ("Iran | Iraq drones", "(Iran OR Iraq) drones", "Iran OR Iraq drones when:7d"),
        ('Iran NOT (football OR "world cup")', 'Iran -football -"world cup"', 'Iran -football -"world cup" when:7d'),
        ("allintitle:Iran pact", "Iran pact", "allintitle:Iran pact when:7d"),
        ("near(Iran Iraq)", "near Iran Iraq", None),
        ('"a | b" c', '"a | b" c', None),
        ('"NOT here" (Iraq Kurdistan) (a OR b)', '"NOT here" Iraq Kurdistan (a OR b)', None),
    ],
)
def test_operators_are_those_of_the_engine(query: str, gdelt: str, google: str | None) -> None:
    given = {each.publisher: asked(each.url)["q" if each.publisher != "GDELT" else "query"]
             for each in search_feeds(query, ["en"])}  # fmt: skip
    assert given["GDELT"] == f"{gdelt} sourcelang:english"
    assert google in (given["Google News"], None)


@pytest.mark.parametrize(
    ("query", "language", "said"),
    [
        ("  ", "en", "empty"),
        ('a "b', "en", "no partner"),
        ("border (Iran OR Iraq", "en", "column 8 .*never closed"),
        (")x(", "en", "column 1 .*never opened"),
        (" (a)  b) (c", "en", "column 8 .*never opened"),
        ("(a (b)", "en", "column 1 .*never closed"),
        ("“a )” b)", "en", "column 8 .*never opened"),
        ("Iran «border", "en", "column 6 .*partner"),
        ('-football -"world cup"', "en", "not wanted"),
        ("(Iran OR (Iraq Basra)) border", "en", "no brackets within brackets"),
        ("OR Iran", "en", "nothing on one side"),
        ("border (Iran OR)", "en", "nothing on one side"),
        ("Iran OR | Iraq", "en", "nothing on one side"),
        ("Iran -(football cup)", "en", "GDELT leaves out single words"),
        ("source:reuters Iraq", "en", "GDELT knows no 'source:'"),
        ("a", "xx", "no language"),
        ("a", "persian", "no language"),
        ("a" * 1501, "en", "several"),
    ],
)
def test_what_cannot_be_asked_says_why(query: str, language: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        search_feeds(query, [language])
    with pytest.raises(ValueError, match="no country"):
        search_feeds("a", ["en"], country="IRAQ")


@pytest.mark.parametrize(
    ("language", "country", "triplet"),
    [
        ("es", "", ("es", "ES", "ES:es")),
        ("es", "MX", ("es-419", "MX", "MX:es-419")),
        ("pt", "", ("pt-BR", "BR", "BR:pt-419")),
        ("pt", "PT", ("pt-PT", "PT", "PT:pt-150")),
        ("zh", "", ("zh-CN", "CN", "CN:zh-Hans")),
        ("zh", "TW", ("zh-TW", "TW", "TW:zh-Hant")),
        ("nb", "", ("no", "NO", "NO:no")),
        ("en", "AE", ("en-AE", "AE", "AE:en")),
    ],
)
def test_google_is_asked_for_an_edition_that_it_has(language: str, country: str, triplet: tuple[str, str, str]) -> None:
    [google] = search_feeds("x", [language], ["google"], country)
    assert tuple(asked(google.url)[name] for name in ("hl", "gl", "ceid")) == triplet


def test_gdelt_is_asked_for_all_that_it_gives_in_languages_that_it_has() -> None:
    [gdelt] = search_feeds("x", ["ckb", "ar"], ["gdelt"])
    assert asked(gdelt.url) | {"query": "x sourcelang:arabic", "maxrecords": "250"} == asked(gdelt.url)
    with pytest.raises(ValueError, match="no engine that is asked has articles in ckb"):
        search_feeds("x", ["ckb"], ["gdelt"])
    assert at_its_limit(gdelt.url, MOST - 1) is None
    assert "narrower" in (at_its_limit(gdelt.url, MOST) or "")
    assert at_its_limit("https://news.example/rss", 10 * MOST) is None


def test_a_search_of_the_list_is_several_feeds() -> None:
    feed = FeedConfig.model_validate(
        {"search": QUERY, "languages": ["en", "fa", "ckb"], "name": "Border", "folder": "S"}
    )
    polled = feed.polled()
    assert [(each.publisher, each.language) for each in polled] == [
        *(("Google News", language) for language in ("en", "fa", "ckb")),
        *(("Bing News", language) for language in ("en", "fa", "ckb")),
        *(("GDELT", language) for language in ("en", "fa")),
    ]
    assert {(each.kind, each.folder, each.country) for each in polled} == {("search", ("S",), None)}
    assert polled[0].name == "Border: Google News (en)"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"search": "x", "url": "https://a.example/rss"}, "needs one of"),
        ({"search": "x", "language": "fa"}, r"write languages: \[en, fa\]"),
        ({"search": "x", "languages": ["persian"]}, "'persian' is no language"),
        ({"search": "x", "engines": ["duckduckgo"]}, "google"),
        ({"search": "x", "kind": "state"}, "leave kind: out"),
        ({"search": "x", "interval": "5m"}, "once an hour"),
        ({"search": "x", "items": "li"}, "items: does not go with search:"),
        ({"search": 'x "y'}, "no partner"),
        ({"url": "https://a.example/rss", "languages": ["fa"]}, "belong to search:"),
    ],
)
def test_a_search_that_cannot_be_asked_says_what_to_write(given: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        FeedConfig.model_validate(given)


def test_a_search_is_one_line_of_the_list_and_its_feeds_are_shown(run: Run, configure: Callable[..., Path]) -> None:
    folder = configure("https://one.example/rss")
    before = (folder / "feeds.yaml").read_text()
    code, out, err = run("--config", folder, "feeds", "search", QUERY, "--language", "en", "--language", "ckb")
    assert (code, out.startswith("added a search of 5 feeds"), "5 seconds" in out) == (0, True, True), err
    assert "GDELT has no articles in ckb" in out
    assert (folder / "feeds.yaml").read_text() == f"{before}  - search: {QUERY}\n    languages: [en, ckb]\n"
    shown = rows(run, folder)[1:]
    assert [(row["kind"], row["language"], row["health"]) for row in shown] == [
        ("search", language, "unknown") for language in ("en", "ckb", "en", "ckb", "en")
    ]
    code, _, err = run("--config", folder, "feeds", "search", QUERY, "--engine", "gdelt")
    assert (code, "in the list already" in err) == (2, True)
    assert run("--config", folder, "feeds", "search", 'a "b')[0] == 2
    code, _, err = run("--config", folder, "feeds", "remove", shown[0]["url"])
    assert (code, "one of several feeds of a search" in err) == (2, True)
    assert run("--config", folder, "feeds", "remove", QUERY)[0] == 0
    assert (folder / "feeds.yaml").read_text() == before


def test_a_feed_of_a_search_that_stands_in_the_list_itself_is_told(run: Run, configure: Callable[..., Path]) -> None:
    [google] = search_feeds("x", ["en"], ["google"])
    folder = configure(google.url)
    with (folder / "feeds.yaml").open("a") as file:
        file.write("  - search: x\n    engines: google\n")
    code, _, err = run("--config", folder, "check")
    assert (code, "is already in line" in err) == (2, True)


@pytest.mark.parametrize("query", ["“Iran Iraq” border", "„Iran Iraq“ border", "«Iran Iraq» border"])
def test_quotation_marks_of_any_hand_are_those_of_the_engines(query: str) -> None:
    assert [each.url for each in search_feeds(query, ["en"])] == [
        each.url for each in search_feeds('"Iran Iraq" border', ["en"])
    ]


@pytest.mark.parametrize("path", sorted(Path(languages.__file__).parent.glob("*.toml")), ids=lambda path: path.stem)
def test_a_search_can_be_in_every_language_that_is_read(path: Path) -> None:
    assert search_feeds("gate", [path.stem])
