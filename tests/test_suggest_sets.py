"""Words of a language that a watch does not read are proposed together, with what all of them gain and lose."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.watch import MAX_WEIGHT
from monitor.match.candidates import Candidate, with_ordinary_words
from monitor.match.word_sets import FEWEST, MOST, chosen_words, weights_to_try
from monitor.model import Document
from monitor.topic.background import load_background
from monitor.topic.learn import shared_words
from monitor.topic.records import SeedArticle
from tests.newsroom import Newsroom
from tests.seed_pages import watch_on_strikes
from tests.test_cli import Monitor, monitor  # noqa: F401

REPORTS = yaml.safe_load((Path(__file__).parent / "data" / "unread_reports.yaml").read_text(encoding="utf-8"))
ENGLISH, POLISH, VIETNAMESE, OTHER = (REPORTS[name] for name in ("english", "polish", "vietnamese", "other"))


@pytest.fixture
def folder(newsroom: Newsroom, configure: Callable[..., Path], tmp_path: Path) -> Path:
    """A watch with English seeds, and of each of its three stories a report in Polish and one in Vietnamese."""
    rows = [(title, text, 90 * (at // 2) + at % 2 + 1) for at, (title, text) in enumerate(ENGLISH)]
    rows += [(title, text, 90 * at + 3) for part in (POLISH, VIETNAMESE) for at, (title, text) in enumerate(part)]
    rows += [(title, text, 20 * at + 5) for at, (title, text) in enumerate(OTHER)]
    return watch_on_strikes(newsroom, configure, tmp_path, rows)


@pytest.mark.slow
def test_what_is_proposed_finds_what_is_said_when_it_is_added(monitor: Monitor, folder: Path) -> None:  # noqa: F811
    assert monitor("--config", folder, "poll").code == 0
    [found] = monitor("--config", folder, "suggest", "--json").json()
    assert {each["language"] for each in found["sets"]} == {"pl", "vi"}
    said = {article["id"] for each in found["sets"] for article in each["gained"]}
    assert "    reads English: words and names\n" in monitor("--config", folder, "check").out
    told = monitor("--config", folder, "suggest").out
    assert "nothing to suggest" not in told
    assert "Vietnamese: 3; a seed in it would add its words" in told
    assert "run `monitor learn --watch ports`" in told
    lines = [line for line in told.splitlines() if line.startswith("  - {")]
    draft = folder.parent / "ports.yaml"
    before = (folder / "watches" / "ports.yaml").read_text(encoding="utf-8")
    draft.write_text("\n".join([f"{before}terms:", "  add:", *lines, ""]), encoding="utf-8")
    [tried] = monitor("--config", folder, "diff", "--watch", "ports", "--edited", draft, "--json").json()
    gained = {each["title"] for each in tried["gained"]}
    assert {title for title, _ in (*POLISH, *VIETNAMESE)} <= gained
    assert not gained & {title for title, _ in OTHER}
    assert {each["id"] for each in tried["gained"]} >= said
    assert tried["lost"] == []


@pytest.mark.slow
def test_reports_that_a_person_marked_right_teach_their_words(monitor: Monitor, folder: Path) -> None:  # noqa: F811
    assert monitor("--config", folder, "poll").code == 0
    known = {each["title"]: each["id"] for each in monitor("--config", folder, "articles", "--json").json()}
    for title, _ in POLISH:
        assert monitor("--config", folder, "mark", known[title], "right").code == 0
    for title, _ in VIETNAMESE:
        assert monitor("--config", folder, "mark", known[title], "wrong").code == 0
    [found] = monitor("--config", folder, "suggest", "--json").json()
    [one] = found["sets"]
    assert (one["language"], one["of_these_stories"] >= 2) == ("pl", True)


TERMS = st.lists(st.sampled_from(["strajk", "strajk portu", "port", "nowy", "nowy port", "cena", "rada"]), unique=True)


@given(TERMS, st.lists(st.sets(st.sampled_from("abcd")), min_size=7, max_size=7))
def test_a_set_is_small_and_no_word_of_it_counts_twice(terms: list[str], holding: list[set[str]]) -> None:
    words = [Candidate(term, "pl", (1, 2), 2, 4.5, frozenset(held)) for term, held in zip(terms, holding, strict=False)]
    chosen = chosen_words(words, ["a", "b", "c"])
    assert len(chosen) <= MOST
    assert len({word for each in chosen for word in each.term.split()}) == sum(len(w.term.split()) for w in chosen)
    if chosen:
        assert max(sum(id_ in each.holding for each in chosen) for id_ in "abc") >= FEWEST


@given(st.floats(0.1, 40))
def test_the_words_of_a_set_lift_an_article_over_the_threshold(need: float) -> None:
    for together, weight in weights_to_try(need, MAX_WEIGHT).items():
        assert weight <= MAX_WEIGHT
        assert together * weight >= need
        assert (together - 1) * (weight - 0.5) < need


def test_a_joining_word_of_a_language_without_a_list_is_no_term() -> None:
    seeds = [SeedArticle(str(at), title, f"{title}\n{text}", language="pl") for at, (title, text) in enumerate(POLISH)]
    terms = {word for row in shared_words(seeds, load_background(), ())[0] for word in row.term.split(maxsplit=1)[:1]}
    assert "protest" in terms
    assert not {"przez", "oraz", "dla"} & terms


def test_words_of_any_news_are_told_from_other_articles() -> None:
    others = [Document(str(at), title, text, "pl") for at, (title, text) in enumerate(OTHER[:5])]
    known = with_ordinary_words(load_background(), others)
    assert known.is_stopword("minister", "en") == load_background().is_stopword("minister", "en")
    assert not load_background().stopwords.get("pl")
    assert known.is_stopword("nowy", "pl")
    assert not known.is_stopword("strajk", "pl")
    assert not with_ordinary_words(load_background(), others[:4]).stopwords.get("pl")
