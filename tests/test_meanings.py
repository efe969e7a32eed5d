"""What a subject is called in languages that no seed is in: the table, and the articles it finds."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources

import pytest

from benchmarks.articles import CONFIG
from monitor.config import load_config
from monitor.config.watch import WatchConfig
from monitor.languages import language
from monitor.match import Matcher
from monitor.match.reading import described, level_of, readings, voices_of
from monitor.match.weights import find_weights
from monitor.model import Document
from monitor.topic import meanings
from monitor.topic.baseline import learn_profile
from monitor.topic.build import build_topic, model_kind
from monitor.topic.meanings import load_meanings, parse_meanings, translated
from monitor.topic.records import SeedArticle
from monitor.topic.tied import Learned
from monitor.topic.vocabulary import load_vocabulary

TABLE = (resources.files("monitor") / "data" / "meanings.txt").read_text("utf-8")
ROWS = [line for line in TABLE.splitlines() if line and not line.startswith(("#", "["))]
SMALL = parse_meanings(
    """
en | fa | de
[football]
=striker, forward | مهاجم | Stürmer*
?=transfer | انتقال | Transfer*
[labour]
walkout, ?=strike | اعتصاب | Streik*
[war]
?=strike | حمله | -
"""
)


def word(text: str, key: float = 0.3, language: str = "en", weight: float = 0.5, name: str = "") -> Learned:
    return Learned(text, weight, 4, 5.0, key, language, bool(name), name=name)


def in_persian(*rows: Learned) -> dict[str, tuple[str, ...]]:
    return {row.of: row.writings for row in translated(rows, SMALL) if row.language == "fa"}


# ---- the table ---------------------------------------------------------------------------------------------------


def test_the_table_has_a_known_language_in_each_column_and_a_word_in_each_cell() -> None:
    codes = [code.strip() for code in ROWS[0].split("|")]
    assert all(language(code).name != code for code in codes)
    for row in ROWS[1:]:
        cells = [cell.strip() for cell in row.split("|")]
        assert len(cells) == len(codes), row
        assert all(word.strip().removeprefix("?") for cell in cells for word in cell.split(",")), row


def test_marks_of_the_table_stand_only_where_they_are_read() -> None:
    words = [word.strip().removeprefix("?") for row in ROWS[1:] for cell in row.split("|") for word in cell.split(",")]
    assert [word for word in words if "*" in word[:-1] or "=" in word[1:] or "?" in word] == []


def test_every_section_with_a_doubtful_word_has_one_without_doubt() -> None:
    sections: dict[str, list[str]] = {}
    for line in TABLE.splitlines():
        if line.startswith("["):
            section = sections.setdefault(line, [])
        elif line in ROWS[1:]:
            section += [word.strip() for word in line.split("|")[0].split(",")]
    assert [name for name, words in sections.items() if all(word.startswith("?") for word in words)] == []


# ---- what a word means -------------------------------------------------------------------------------------------


def test_a_words_own_writing_counts_before_its_stem() -> None:
    assert in_persian(word("striker")) == {"striker": ("مهاجم",)}


def test_a_word_of_several_senses_means_what_the_others_of_its_section_say() -> None:
    assert in_persian(word("strike"), word("walkout", weight=0.9)) == {"walkout": ("اعتصاب",)}
    assert in_persian(word("strike")) == {}
    assert in_persian(word("transfer"), word("forward")) == {"transfer": ("انتقال",), "forward": ("مهاجم",)}


def test_a_meaning_is_found_from_any_language_of_the_table() -> None:
    found = translated([word("Stürmern", language="de")], SMALL)
    assert {row.language: row.writings for row in found} == {"en": ("=striker", "forward"), "fa": ("مهاجم",)}


def test_a_language_of_the_seeds_gets_no_translation() -> None:
    assert {row.language for row in translated([word("forward"), word("مهاجم", language="fa")], SMALL)} == {"de"}


def test_a_word_of_several_senses_is_no_translation() -> None:
    found = translated(
        [word("اعتصاب", language="fa"), word("انتقال", language="fa"), word("مهاجم", language="fa")], SMALL
    )
    english = [row.writings for row in found if row.language == "en"]
    assert english == [("walkout",), ("=striker", "forward")]  # neither strike nor transfer


def test_a_name_is_translated_by_itself_and_not_as_a_part_of_a_longer_one() -> None:
    assert {row.name for row in translated([word("Forward", name="Forward")], SMALL)} == {"Forward"}
    assert translated([word("Forward", name="Forward Air")], SMALL) == []


def test_words_of_one_meaning_count_once_and_as_the_strongest() -> None:
    [row] = [
        r for r in translated([word("striker", 0.1, weight=0.2), word("forward", 0.4)], SMALL) if r.language == "fa"
    ]
    assert (row.of, row.weight, row.key) == ("forward", 0.5, 0.4)


# ---- articles ----------------------------------------------------------------------------------------------------

RABIES = (
    ("Boy dies of rabies after dog bite", "A stray dog bit the boy. The clinic had no serum against rabies."),
    ("Town vaccinates stray dogs against rabies", "Teams vaccinate dogs. Rabies kills whoever a sick dog bites."),
    ("Serum against rabies runs short", "Patients bitten by dogs travel far for serum. Rabies is fatal."),
)
PERSIAN = ("واکسیناسیون سگ‌های ولگرد علیه هاری", "پس از گاز گرفتن یک کودک، سگ‌ها واکسن هاری می‌گیرند.", "fa")
GERMAN = ("Streunende Hunde werden gegen Tollwut geimpft", "", "de")


def learned(seeds: Sequence[tuple[str, str]], code: str = "en", **terms: list[str]) -> Matcher:
    config = load_config(CONFIG)
    articles = [SeedArticle(f"{n}.txt", title, text, language=code) for n, (title, text) in enumerate(seeds, 1)]
    profile = learn_profile(config, "w", articles)
    watch = WatchConfig.model_validate({"name": "w", "seeds": "seeds", "terms": terms})
    weights = find_weights("", model_kind(watch, profile), CONFIG)
    return Matcher(build_topic("w", watch, profile, load_vocabulary(config), weights))


def score(matcher: Matcher, title: str, text: str, code: str) -> float:
    return matcher.match(Document("1", title, text, code)).score


@pytest.mark.slow
def test_a_subject_is_found_in_languages_without_a_seed() -> None:
    matcher = learned(RABIES)
    threshold = matcher.topic.weights.threshold
    assert score(matcher, *PERSIAN) >= threshold
    assert score(matcher, *GERMAN) >= threshold
    assert score(matcher, "نمایشگاه سگ‌های اصیل", "سگ‌ها در نمایشگاه جایزه گرفتند.", "fa") < threshold
    assert score(matcher, "قیمت نان بالا رفت", "نانوایان از گرانی آرد گفتند.", "fa") == 0.0
    for title, text, code in (
        ("Rabbia silvestre, vaccinati i cani randagi", "", "it"),
        ("Cães vadios vacinados contra a raiva canina", "", "pt"),
        ("Zwerfhonden ingeënt tegen hondsdolheid", "", "nl"),
        ("流浪狗接种狂犬病疫苗", "", "zh"),
        ("חיסון כלבת לכלבים משוטטים", "", "he"),
        ("आवारा कुत्तों को रेबीज का टीका", "", "hi"),
        ("آوارہ کتوں کو ریبیز کے ٹیکے", "", "ur"),
    ):
        assert score(matcher, title, text, code) >= threshold, code
    kuduz = [("Kuduz olan çocuk öldü", "Sokak köpeği ısırdı. Köpeklere kuduz aşısı yapılacak."),
             ("Köpeklere kuduz aşısı", "Ekipler kuduz görülen mahallede köpekleri aşılıyor.")]  # fmt: skip
    assert score(learned(kuduz, "tr"), *PERSIAN) >= threshold


@pytest.mark.slow
def test_a_removed_word_is_removed_in_every_language() -> None:
    usual = score(learned(RABIES), *PERSIAN)
    assert score(learned(RABIES, remove=["rabies"]), *PERSIAN) < usual
    assert score(learned(RABIES, remove=["هاری"]), *PERSIAN) < usual


@pytest.mark.slow
def test_it_is_said_how_well_a_language_is_read_by_translated_words() -> None:
    topic = learned(RABIES).topic
    assert level_of(topic, voices_of(topic), "fa") == "translated words"
    assert level_of(topic, voices_of(topic), "ja") == "not read"
    config = load_config(CONFIG)
    [persian] = [each for each in readings(topic, config.feeds) if each.code == "fa"]
    assert "هاری (rabies)" in persian.words
    assert 0.3 < persian.share <= 1
    assert "by translated words" in described(persian)
    told = [word.text for word in learned(RABIES).learned_words(Document("1", *PERSIAN))]
    assert "هاری (rabies)" in told
    assert "هاری" in described(persian)


@pytest.mark.slow
def test_a_language_that_has_next_to_nothing_of_a_subject_is_not_read() -> None:
    seeds = [(f"Quoits at {place}", f"Quoits players met at {place}. A quoits ring fell in the lake.") for place in
             ("the inn", "the green", "the barn")]  # fmt: skip
    topic = learned(seeds).topic
    assert level_of(topic, voices_of(topic), "fa") == "not read"


def test_the_shipped_table_is_read() -> None:
    assert load_meanings().of("cholera", "en")
    assert load_meanings().of("вакциной", "ru")


def test_the_index_is_made_for_the_first_word_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A watch with sides asks for no word, and each command would wait for an index of all."""
    monkeypatch.setattr(meanings, "_Index", lambda _rows: pytest.fail("an index was made"))
    table = parse_meanings("en | fr\n[health]\nvaccine | vaccin\n")
    with pytest.raises(pytest.fail.Exception, match="was made"):
        table.of("vaccine", "en")


MEASLES = (
    ("Measles outbreak grows", "Officials counted sixty measles cases among children without a vaccine.", "en"),
    ("Measles closes a school", "Seven children caught measles. They had no vaccine and stay at home.", "en"),
    ("Measles deaths rise", "Measles killed more children as fewer had the vaccine.", "en"),
    ("Rougeole dans les Alpes", "La préfecture a signalé hier matin plusieurs foyers de rougeole.", "fr"),
)


@pytest.mark.slow
def test_one_seed_of_a_language_gets_what_the_others_know_of_its_words() -> None:
    """One seed does not say which of its words matter; those that mean a key word of the others do."""
    config = load_config(CONFIG)
    articles = [SeedArticle(f"{n}.txt", title, text, language=code) for n, (title, text, code) in enumerate(MEASLES)]
    profile = learn_profile(config, "w", articles)
    watch = WatchConfig.model_validate({"name": "w", "seeds": "seeds"})
    weights = find_weights("", model_kind(watch, profile), CONFIG)
    matcher = Matcher(build_topic("w", watch, profile, load_vocabulary(config), weights))
    threshold = weights.threshold
    assert score(matcher, "Rougeole : deux classes fermées", "Dix enfants sans vaccin sont malades.", "fr") >= threshold
    assert score(matcher, "La préfecture signale un incendie", "Le feu a pris hier matin.", "fr") < threshold
    [word] = [each for each in matcher.topic.concepts if each.of == "measles" and each.language == "fr"]
    assert word.keyness > 0.2


COFFEE = (
    ("Brazil cuts forecast of coffee harvest", "Frost and drought hit coffee. The harvest falls and arabica rises."),
    ("Coffee growers expect a poor crop", "Growers in the highlands expect the smallest coffee crop in years."),
    ("Coffee harvest begins in Sidama", "Pickers began the coffee harvest. Growers of arabica hope for rain."),
    ("Coffee crop fails", "The crop of arabica coffee failed. Drought cut the harvest of most growers."),
)


@pytest.mark.slow
def test_one_key_word_alone_says_less_the_more_room_there_is_for_company() -> None:
    matcher = learned(COFFEE)
    alone = "against: one key word alone"

    def counted(title: str, text: str = "") -> float:
        return matcher.features(Document("1", title, text, "en")).get(alone, 0.0)

    assert counted("Coffee machines recalled", "A maker recalled machines that may overheat in kitchens.") > 1
    assert 0 < counted("Coffee machines recalled") < 0.8
    assert counted("Growers pick more coffee", "They had expected less.") == 0
    long = " ".join(["The town council met again about the road and the bridge."] * 60)
    assert counted("Coffee in the town hall", long) < 0.5
    assert matcher.topic.company["fa"] <= matcher.topic.company["en"]
    assert learned(COFFEE[:2]).topic.company == {}  # two seeds do not say what company the words keep
