"""Two states whose seeds have no field in common: any dealing between them is meant."""

from __future__ import annotations

import pytest

from benchmarks.articles import CONFIG
from monitor.config import load_config
from monitor.match import Matcher
from monitor.topic.family_evidence import family_evidence
from monitor.topic.family_rates import load_family_rates
from monitor.topic.records import SeedArticle
from monitor.topic.vocabulary import load_vocabulary
from tests.test_any_topic import learned, score

NORWAY_AND_LATVIA = (
    ("Norway and Latvia sign wine tariff deal", "Norway cut its customs tariff on Latvian wine, the two said in Riga."),
    ("Latvia summons Norwegian ambassador", "Latvia summoned the ambassador of Norway over a remark on its diplomats."),
    ("Norway offers Latvia gas by pipeline", "Norway would sell natural gas to Latvia through a pipeline, Oslo said."),
    ("Measles: Norway sends Latvia vaccines", "Norway sent Latvia vaccines and doctors after an outbreak of measles."),
    ("Latvian and Norwegian soldiers train", "Soldiers of Norway and Latvia held a military exercise with artillery."),
)


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return learned(NORWAY_AND_LATVIA, "en")


@pytest.mark.slow
def test_the_fields_of_the_seeds_are_all_meant(matcher: Matcher) -> None:
    assert set(matcher.topic.sides) == {"norway", "latvia"}
    assert {"trade", "diplomacy", "energy", "health"} <= set(matcher.topic.families)
    assert matcher.topic.pair


@pytest.mark.slow
@pytest.mark.parametrize(
    "title", ["Oslo warns Riga over fishing", "Norway and Latvia quarrel over a statue", "Latvia threatens Norway"]
)
def test_any_dealing_in_the_title_is_one(matcher: Matcher, title: str) -> None:
    assert score(matcher, title, "Both sides spoke on Friday.", "en") >= matcher.topic.weights.threshold


@pytest.mark.slow
def test_what_only_names_both_is_none(matcher: Matcher) -> None:
    text = "Ships wait for better weather. " * 20 + "Norway sent two, and Latvia one."
    assert score(matcher, "Storm over the Baltic Sea", text, "en") < matcher.topic.weights.threshold


@pytest.mark.slow
@pytest.mark.parametrize("title", ["Norway beat Latvia at ice hockey", "Latvia and Norway draw in football friendly"])
def test_a_game_is_no_dealing(matcher: Matcher, title: str) -> None:
    assert score(matcher, title, "The goal fell late, before a full stadium.", "en") < matcher.topic.weights.threshold


@pytest.mark.slow
def test_seeds_in_a_language_without_words_of_the_fields_do_not_count_against_one() -> None:
    english = [seed for seed in NORWAY_AND_LATVIA if "train" in seed[0]]
    armenian = [("Նորվեգիան ու Լատվիան", "Նորվեգիան ու Լատվիան հանդիպեցին։")] * 2
    seeds = [SeedArticle(f"{n}.txt", *text, language="en") for n, text in enumerate(english * 3)]
    seeds += [SeedArticle(f"hy{n}.txt", *text, language="hy") for n, text in enumerate(armenian)]
    config = load_config(CONFIG)
    families = load_vocabulary(config).families
    [first, *_] = family_evidence(seeds, families, load_family_rates())
    assert first.share == 1.0


@pytest.mark.slow
def test_one_field_in_most_seeds_is_the_field() -> None:
    trade = [
        (
            f"Norway and Latvia sign {what} deal",
            f"Norway and Latvia cut the customs tariff on {what}; exports may double.",
        )
        for what in ("wine", "timber", "barley", "fish")
    ]
    only = learned([*trade, NORWAY_AND_LATVIA[1]], "en")
    assert "trade" in only.topic.families
    assert "health" not in only.topic.families
    assert not only.topic.pair
