"""Which families of acts seeds are about: sets in ten languages, and what of each family they hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks.articles import EVAL
from benchmarks.build_family_rates import counted
from monitor.config import packaged_folder
from monitor.text.fold import fold
from monitor.topic.family_evidence import (
    MOST_FAMILIES,
    FamilyEvidence,
    FamilyInSeed,
    OrdinaryNews,
    families_meant,
    family_evidence,
)
from monitor.topic.family_rates import load_family_rates
from monitor.topic.family_words import FamilyWords
from monitor.topic.records import Family, Headings, SeedArticle
from monitor.topic.seeds import read_seed
from tests.test_cli import Monitor, monitor  # noqa: F401
from tests.test_families import SHIPPED

SETS: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "data" / "family_seeds.yaml").read_text(encoding="utf-8")
)
FAMILIES = tuple(SHIPPED.values())
RATES = load_family_rates()


def seeds_of(name: str) -> list[SeedArticle]:
    code, rows = SETS[name]["language"], SETS[name]["seeds"]
    return [SeedArticle(f"{number}.txt", title, text, language=code) for number, (title, text) in enumerate(rows)]


# ---- whole sets --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SETS)
def test_the_families_of_a_set_are_those_a_reader_would_name(name: str) -> None:
    found = set(families_meant(family_evidence(seeds_of(name), FAMILIES, RATES)))
    wanted = set(SETS[name]["meant"])
    assert wanted <= found <= wanted | set(SETS[name]["may"])


def test_the_shipped_seeds_are_of_defence_and_security() -> None:
    seeds = [read_seed(path) for path in sorted((packaged_folder() / "seed_corpus").glob("*.txt"))]
    evidence = family_evidence(seeds, FAMILIES, RATES)
    assert set(families_meant(evidence)) == {"defence", "security"}
    assert all(len(row.seeds) == 5 for row in evidence[:2])


def test_seeds_of_many_fields_are_of_none() -> None:
    names = ["river_water", "doctors_abroad", "cricket_neighbours", "embassies_reopen", "universities_together"]
    mixed = [seeds_of(name)[number] for number, name in enumerate(names)]
    assert families_meant(family_evidence(mixed, FAMILIES, RATES)) == ()


def test_seeds_of_two_fields_are_of_both() -> None:
    mixed = [*seeds_of("river_water")[:3], *seeds_of("doctors_abroad")[:2]]
    assert families_meant(family_evidence(mixed, FAMILIES, RATES)) == ("water", "health")


def test_one_set_in_two_languages_is_of_one_family() -> None:
    mixed = [*seeds_of("trade_with_oman")[:3], *seeds_of("wine_and_barley")[:2]]
    assert families_meant(family_evidence(mixed, FAMILIES, RATES)) == ("trade",)


# ---- what of a family a seed holds -------------------------------------------------------------------------------

FISHING = Family("fishing", "fishing", {"en": ("trawler*", "nets", "fish")}, {"en": ("fish deal",)}, Headings())
FARMING = Family("farming", "farming", {"en": ("fish farm", "plough")}, {}, Headings())
LONG = OrdinaryNews(1000, {"fishing": (200, 50, 10, 1, 0, 0), "farming": (100, 10, 0, 0, 0, 0)})
SHORT = OrdinaryNews(1000, {"fishing": (40, 2, 0, 0, 0, 0), "farming": (20, 0, 0, 0, 0, 0)})
NEWS = {"": {100: SHORT, 2000: LONG}}


def evidence_of(*texts: str) -> dict[str, FamilyEvidence]:
    parts = [text.split("|") for text in texts]
    seeds = [SeedArticle(f"{number}", title, text, language="en") for number, (title, text) in enumerate(parts)]
    return {row.family: row for row in family_evidence(seeds, (FISHING, FARMING), NEWS)}


def test_a_term_counts_where_it_stands_and_how_usual_so_many_are() -> None:
    text = f"Fish deal at last|Trawlers leave. {'The weather was fine. ' * 40}New nets."
    [row] = evidence_of(text).values()
    assert row.seeds == (FamilyInSeed("0", 1, 1, 1, ("nets", "trawler", "fish deal"), ("fish deal",), 0.01),)
    assert row.per_thousand == round(1000 * 3 / 164, 1)


def test_forms_of_one_word_are_one_term() -> None:
    [row] = evidence_of("News|The trawler met a trawler, and two trawlers.").values()
    assert row.seeds[0].terms == ("trawler",)


@pytest.mark.parametrize(("more", "share"), [(0, 0.04), (5, 0.2), (500, 0.2)])
def test_how_usual_terms_are_depends_on_how_long_a_seed_is(more: int, share: float) -> None:
    [row] = evidence_of(f"News|A trawler is back. {'The weather was fine. ' * more}").values()
    assert row.seeds[0].ordinary == share


def test_a_term_within_a_longer_one_of_another_family_is_not_there() -> None:
    assert set(evidence_of("News|The fish farm was sold.")) == {"farming"}
    assert set(evidence_of("News|The fish farm bought fish.")) == {"farming", "fishing"}


def test_what_stands_behind_the_opening_does_not_count() -> None:
    assert evidence_of(f"News|{'The weather was fine. ' * 100}Trawlers and nets.") == {}


def test_a_family_that_nobody_counted_is_as_common_as_the_others() -> None:
    assert LONG.share("weaving", 1) == 0.15
    assert LONG.share("fishing", 6) == LONG.share("farming", 9) == 0.3 / 1000


def evidence(family: str, share: float, weight: float) -> FamilyEvidence:
    return FamilyEvidence(family, (), share, 1.0, weight)


@pytest.mark.parametrize(
    ("rows", "meant"),
    [
        ([], ()),
        ([evidence("a", 0.6, 4.0)], ("a",)),
        ([evidence("a", 0.4, 9.0)], ()),  # no family has most seeds
        ([evidence("a", 1.0, 2.9)], ()),  # too little of each
        ([evidence("a", 1.0, 8.0), evidence("b", 0.4, 4.0), evidence("c", 0.4, 3.9)], ("a", "b")),
        ([evidence("a", 1.0, 8.0), evidence("b", 0.2, 7.0)], ("a",)),
        ([evidence("a", 0.4, 8.0), evidence("b", 0.8, 7.0)], ("a", "b")),
        ([evidence(name, 1.0, 8.0) for name in "abcd"], tuple("abc")),
    ],
)
def test_the_rule(rows: list[FamilyEvidence], meant: tuple[str, ...]) -> None:
    assert families_meant(rows) == meant
    assert len(meant) <= MOST_FAMILIES


# ---- finding terms -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "text", "found"),
    [
        ("zh", "伊朗和伊拉克签署贸易协定", {("trade", "贸易协定", True)}),
        ("he", "על הנפט", {("energy", "הנפט", False)}),
        ("he", "ובנמל", {("transport", "נמל", False)}),
        ("az", "Ticarət sazişi imzalandı", {("trade", "ticarət sazişi", True)}),
        ("ar", "وبحثا الاتفاقية التجارية", {("trade", "اتفاقية تجارية", True)}),
        ("fa", "قراردادهای نفتی", {("energy", "قراردادهای نفتی", True)}),
        ("ru", "в таможенном союзе", {("trade", "таможен", False)}),
        ("en", "A trade agreement", {("trade", "trade agreement", True)}),
        ("pt", "o petróleo", {("energy", "petróleo", False)}),  # no terms of its own: those of all in Latin letters
        ("en", "Os petroleros", set()),
    ],
)  # fmt: skip
def test_a_term_is_found_in_its_language(code: str, text: str, found: set[tuple[str, str, bool]]) -> None:
    hits = FamilyWords(FAMILIES, code, text).find(fold(text))
    assert {(hit.family, hit.term, hit.act) for hit in hits} == found


def test_every_shipped_family_is_counted_in_ordinary_news() -> None:
    for code, news in ((code, news) for code, openings in RATES.items() for news in openings.values()):
        assert news.with_terms.keys() == SHIPPED.keys(), f"{code}: run benchmarks/build_family_rates.py"
        for family, counts in news.with_terms.items():
            assert list(counts) == sorted(counts, reverse=True), family
            assert counts[0] <= news.articles


# ---- the command -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_learn_says_which_families_the_seeds_are_of(monitor: Monitor, tmp_path: Path) -> None:  # noqa: F811
    assert monitor("init", tmp_path / "w").code == 0
    learned = monitor("--config", tmp_path / "w" / "config", "learn")
    assert learned.code == 0, learned.err
    assert "the field is defence, in 5 seeds: " in learned.out
    assert "the field is security, in 5 seeds: " in learned.out
    assert "the field is trade" not in learned.out


# ---- the table of ordinary news ----------------------------------------------------------------------------------


def test_the_table_has_every_shipped_family_and_no_other() -> None:
    assert all(set(news.with_terms) == set(SHIPPED) for openings in RATES.values() for news in openings.values())


@pytest.mark.slow
@pytest.mark.parametrize("code", ["en", "fa", "ar"])
def test_the_table_is_what_todays_words_find(code: str) -> None:
    """Words that are added to a family make it commoner. Small changes move no family by a fiftieth of the news."""
    news = EVAL / f"relevance-{code}-dev.jsonl"
    if not news.is_file():
        pytest.skip("the news that was counted is not beside this checkout")
    total, counts = counted(FAMILIES, code, [str(news)])
    assert {total} == {news.articles for news in RATES[code].values()}
    moved = {
        (family, letters): (then, now)
        for (family, letters), now in counts.items()
        if (then := RATES[code][letters].with_terms[family])
        if any(abs(one - other) > 0.02 * total for one, other in zip(now, then, strict=True))
    }
    assert moved == {}, "run benchmarks/build_family_rates.py again"
