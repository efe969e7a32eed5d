"""Watches of two lines, from seeds to a score, in languages and fields that no table was written for."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from benchmarks.articles import CONFIG
from monitor.config import load_config
from monitor.config.watch import WatchConfig
from monitor.match import Matcher
from monitor.match.weights import find_weights
from monitor.model import Document
from monitor.topic.baseline import learn_profile
from monitor.topic.build import build_topic, model_kind
from monitor.topic.records import SeedArticle
from monitor.topic.vocabulary import load_vocabulary

WHALING = (
    ("Japan starts whaling season", "Japanese whaling ships left port. Tokyo says whales are food like fish."),
    ("Japan adds fin whales to its hunt", "The Japanese fisheries agency set a quota. Activists protested in Tokyo."),
    (
        "Whale meat sold as Japan promotes whaling",
        "Whale meat is sold from machines in Tokyo. Japanese schools serve it.",
    ),
    ("Japan builds ship for whaling", "The Japanese whaling ship can stay two months at sea, Tokyo said."),
)


@pytest.mark.slow
def test_a_subject_of_one_country_finds_less_of_the_same_elsewhere() -> None:
    matcher = learned(WHALING, "en")
    assert matcher.topic.sides == ()
    threshold = matcher.topic.weights.threshold
    assert score(matcher, "Japan ends whaling season with fewer whales", "", "en") >= threshold
    assert score(matcher, "Osaka port welcomes whaling ship", "", "en") >= threshold  # a town of it is enough
    told = matcher.match(Document("1", "Iceland suspends whaling licence", "", "en"))
    assert told.score < threshold
    assert any("the country of the seeds is never named" in reason.text for reason in told.receipt.reasons)


def learned(seeds: Sequence[tuple[str, str]], language: str, **terms: list[str]) -> Matcher:
    """The matcher of a watch that has nothing but these seeds, and perhaps words that a person added or removed."""
    config = load_config(CONFIG)
    articles = [SeedArticle(f"{n}.txt", title, text, language=language) for n, (title, text) in enumerate(seeds, 1)]
    profile = learn_profile(config, "w", articles)
    watch = WatchConfig.model_validate({"name": "w", "seeds": "seeds", "terms": terms})
    weights = find_weights("", model_kind(watch, profile), CONFIG)
    return Matcher(build_topic("w", watch, profile, load_vocabulary(config), weights))


def score(matcher: Matcher, title: str, text: str, language: str) -> float:
    return matcher.match(Document("1", title, text, language)).score


TYRES = (
    ("废旧轮胎回收厂扩建", "西部一家废旧轮胎回收厂扩建生产线，把旧轮胎磨成胶粉，用来铺路。"),
    ("新规要求登记废旧轮胎", "新规要求修车店登记废旧轮胎的去向，交给有资质的回收企业。"),
    ("胶粉铺成的公路", "用废旧轮胎制成的胶粉铺成的公路噪音更小，工程师说造价略高。"),
)
MERGER = (
    ("Oslex and Varno begin merger talks", "Oslex said a merger with Varno would cut costs. Varno said the same."),
    ("Varno holders back merger with Oslex", "Holders of Varno backed the merger. Oslex said it would pay in stock."),
    ("Oslex, Varno set date for merger vote", "Varno said its vote on the merger is in May. Oslex said June."),
)


@pytest.mark.slow
def test_a_subject_in_a_script_without_spaces_is_found_and_told_from_its_neighbours() -> None:
    matcher = learned(TYRES, "zh")
    threshold = matcher.topic.weights.threshold
    told = "郊外废旧轮胎堆成山，居民要求回收企业尽快清走，磨成胶粉。"
    assert score(matcher, "废旧轮胎回收难", told, "zh") >= threshold
    assert score(matcher, "冬季轮胎热销", "入冬以来冬季轮胎热销，店主说库存不足。", "zh") < threshold
    assert score(matcher, "新公路通车", "连接两省的新公路通车，车程缩短一半。", "zh") < threshold


@pytest.mark.slow
def test_a_word_of_a_script_without_spaces_does_what_a_person_says() -> None:
    article = ("废旧轮胎回收难", "郊外废旧轮胎堆成山，居民要求回收企业尽快清走，磨成胶粉。", "zh")
    usual = score(learned(TYRES, "zh"), *article)
    assert score(learned(TYRES, "zh", remove=["废旧轮胎"]), *article) < usual
    assert score(learned(TYRES, "zh", add=["居民"]), *article) > usual


@pytest.mark.slow
def test_where_no_family_knows_the_field_the_words_of_the_seeds_are_words_of_it() -> None:
    matcher = learned(MERGER, "en")
    assert set(matcher.topic.sides) == {"oslex", "varno"}
    assert matcher.topic.families == ()
    merger = score(matcher, "Regulator clears merger of Oslex and Varno", "The merger closes in July.", "en")
    assert merger >= matcher.topic.weights.threshold
    assert score(matcher, "Oslex beats Varno in city cup", "Staff of Oslex beat Varno at football.", "en") < 0.2


@pytest.mark.slow
def test_an_organisation_is_known_by_its_english_name_where_a_language_has_none_of_its_own() -> None:
    text = "The European Union and Mercosur signed a trade agreement. Mercosur and EU ministers cut tariffs."
    matcher = learned([("EU and Mercosur sign trade agreement", text)] * 3, "en")
    german = "Die EU und der Mercosur haben ein Handelsabkommen unterzeichnet."
    assert score(matcher, "EU-Kommission lobt Mercosur-Abkommen", german, "de") >= matcher.topic.weights.threshold


RUNWAYS = (
    ("Cracks close runway of Aurel Air", "Aurel Air shut a runway after inspectors found cracks in its concrete."),
    ("Aurel Air mends cracked concrete", "Aurel Air said that cracks in the concrete of the runway would be filled."),
    ("Inspectors fault concrete laid for Aurel Air", "Cracks run through the concrete of a runway of Aurel Air."),
)
MOORS = (
    ("Corm Moor dries out", "Corm Moor is drying out. Rangers say that peat on Corm Moor crumbles to dust."),
    ("Rangers dam ditches on Corm Moor", "Rangers dammed ditches so that the peat of Corm Moor stays wet."),
    ("Peat of Corm Moor burns", "Peat burned for a week on Corm Moor. Rangers fear for the birds of Corm Moor."),
)


@pytest.mark.slow
def test_one_name_alone_is_no_subject() -> None:
    matcher = learned(RUNWAYS, "en")
    threshold = matcher.topic.weights.threshold
    assert score(matcher, "Aurel Air names a new treasurer", "Aurel Air hired Ida Molt.", "en") < threshold
    assert score(matcher, "Aurel Air closes cracked runway", "The concrete broke.", "en") >= threshold


@pytest.mark.slow
def test_words_of_a_name_say_less_outside_it() -> None:
    matcher = learned(MOORS, "en")
    whole = score(matcher, "Birds leave Corm Moor", "The peat is dry.", "en")
    assert whole >= matcher.topic.weights.threshold
    assert score(matcher, "Birds leave Tarn Moor", "The peat is dry.", "en") < whole
    assert score(matcher, "Tarn Moor hosts a fair", "Stalls stood on the moor.", "en") < 0.2


@pytest.mark.slow
def test_a_subjects_names_are_known_in_other_languages_in_their_letters() -> None:
    seeds = [
        (f"{title}: Velda Orlin sues Tomas Brekk", f"{text} Velda Orlin sued Tomas Brekk.")
        for title, text in (
            ("Court", "The court of patents heard both engineers."),
            ("Trial", "A trial over patents opened for the engineers."),
            ("Appeal", "An appeal over the patents was filed."),
        )
    ]
    matcher = learned(seeds, "en")
    threshold = matcher.topic.weights.threshold
    both = "Velda Orlin hat Tomas Brekk verklagt, teilte ein Gericht mit."
    assert score(matcher, "Velda Orlin verklagt Tomas Brekk", both, "de") >= threshold
    assert score(matcher, "Velda Orlin heiratet", "Velda Orlin hat am Samstag geheiratet.", "de") < threshold
    assert score(matcher, "ویلدا اورلین شکایت کرد", "دادگاه شکایت او را پذیرفت.", "fa") == 0.0


GREENPEACE = (
    (
        "Greenpeace apologises to Peru",
        "Greenpeace apologised to Peru for footprints at Nazca. Peru was angry.",
    ),
    ("Peru and Greenpeace count trees", "Peru and Greenpeace will count trees in Ucayali, Greenpeace said."),
    ("Greenpeace takes Peru to court", "Greenpeace said Peru had let loggers in. Peru denied it."),
    ("Peru bars Greenpeace from Nazca", "Peru barred Greenpeace from the lines, Greenpeace said."),
)


@pytest.mark.slow
def test_a_pair_that_no_field_ties_is_found_in_languages_of_no_seed() -> None:
    matcher = learned(GREENPEACE, "en")
    assert len(matcher.topic.sides) == 2
    assert not matcher.topic.families
    threshold = matcher.topic.weights.threshold
    for title, language in (("Peru verklagt Greenpeace", "de"), ("Perú multa a Greenpeace", "es")):
        assert score(matcher, title, "", language) >= threshold
    assert score(matcher, "Greenpeace kritisiert Chile", "", "de") < threshold
    assert score(matcher, "Perú gana la copa", "", "es") < threshold


FISHING = (
    ("Spain and Morocco talk about fishing", "Spain and Morocco talk in Rabat about fishing quotas for Spanish boats."),
    ("Morocco frees a Spanish fishing boat", "Morocco freed a fishing boat of Spain. The fishermen are well."),
    ("Spanish fishermen want a deal with Morocco", "Fishermen of Spain want a fishing deal with Morocco."),
    ("Morocco, Spain sign fishing protocol", "Morocco and Spain signed a protocol. Forty Spanish boats may fish."),
)


@pytest.mark.slow
def test_words_of_the_seeds_are_translated_beside_a_field_that_a_family_knows() -> None:
    matcher = learned(FISHING, "en")
    assert matcher.topic.families == ("agriculture",)
    threshold = matcher.topic.weights.threshold
    assert score(matcher, "المغرب وإسبانيا يوقعان اتفاقا للصيد البحري", "", "ar") >= threshold
    assert score(matcher, "Marokko und Spanien beraten über Fischerei", "", "de") >= threshold
    assert score(matcher, "المغرب وإسبانيا يبحثان الهجرة", "", "ar") < threshold
