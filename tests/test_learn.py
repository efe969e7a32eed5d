"""Learning: the common theme of the seeds against ordinary news, and the names in them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from monitor.match.stems import StemIndex
from monitor.text.proper_names import find_names
from monitor.topic.background import load_background
from monitor.topic.learn import Background, BackgroundTable, learn
from monitor.topic.records import EntityName, Profile, SeedArticle
from monitor.topic.world import load_world
from tests.seed_pages import STRIKES, read_seeds

SEEDS = Path(__file__).parents[1] / "seed_corpus"
IRAN = EntityName("iran", "country", "iran", ("Iran", "Iranian", "ایران"))
SHAMKHANI = EntityName("shamkhani", "person", "iran", ("Ali Shamkhani", "Shamkhani", "شمخانی"))
TEHRAN = EntityName("tehran", "place", "iran", ("Tehran",))
SMALL = Background(
    {"en": BackgroundTable(1000, {"the": 950, "strik": 40, "port": 60})}, {"en": frozenset(("the", "of"))}
)


def strike_seeds() -> list[SeedArticle]:
    return [SeedArticle(f"{n}.txt", title, text, language="en") for n, (title, text) in enumerate(STRIKES, 1)]


def terms_of(profile: Profile) -> list[str]:
    return [term.term for term in profile.terms]


def names_of(profile: Profile) -> set[str]:
    return {entity.name for entity in profile.entities}


def seeds_of(*texts: str, language: str = "en") -> list[SeedArticle]:
    return [SeedArticle(f"{n}.txt", "", text, language=language) for n, text in enumerate(texts, 1)]


def test_another_topic_gives_its_own_terms_and_names() -> None:
    profile = learn("strikes", strike_seeds(), load_background(), ())
    top = terms_of(profile)[:30]
    assert {"dock workers", "terminal operators", "container ships", "pay talks"} <= set(top)
    assert any("strike" in term for term in top)
    assert {"European Dockers Union", "Piet Maes", "Hamburg"} <= names_of(profile)
    assert not {"said", "monday", "would", "the", "put", "them"} & set(terms_of(profile))


def test_the_shipped_seeds_give_the_shipped_topic() -> None:
    profile = learn("w", read_seeds(SEEDS), load_background(), (IRAN, SHAMKHANI, TEHRAN))
    assert 60 <= len(profile.terms) <= 150
    top = set(terms_of(profile)[:60])
    assert {"cooperation", "defense", "security", "military", "troops"} <= top
    found = {entity.entity: entity for entity in profile.entities if entity.entity}
    assert set(found) == {"iran", "shamkhani", "tehran"}
    assert len(found["iran"].seeds) == 5
    assert found["iran"].side == "iran"
    assert "Mosul" in names_of(profile)
    assert not any("shamkhani" in term for term in terms_of(profile))


def test_weights_fall_and_evidence_is_true() -> None:
    seeds = strike_seeds()
    profile = learn("w", seeds, load_background(), ())
    weights = [term.weight for term in profile.terms]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] == 1.0
    assert all(0 < weight <= 1 for weight in weights)
    for term in profile.terms:
        assert set(term.seeds) <= {seed.name for seed in seeds}
        assert term.count >= len(term.seeds) > 0


def test_of_several_seeds_a_phrase_is_learned_that_two_of_them_hold() -> None:
    lock = "Pilots say the eastern lock gates leak."
    seeds = seeds_of("Masters closed the eastern lock gates.", lock, "Divers saw the rusty valve wheels.")
    found = terms_of(learn("w", seeds, SMALL, ()))
    assert "eastern lock gates" in found
    assert {"rusty", "valve", "wheels"} <= set(found)
    assert not any(" " in term and "valve" in term for term in found)
    alone = terms_of(learn("w", seeds[2:], SMALL, ()))
    assert "rusty valve wheels" in alone


def test_the_same_seeds_in_any_order_give_the_same_version() -> None:
    seeds = strike_seeds()
    profile = learn("w", seeds, load_background(), (IRAN,))
    assert learn("w", seeds[::-1], load_background(), (IRAN,)) == profile
    changed = [replace(seeds[0], text=seeds[0].text.replace("strike", "walkout")), *seeds[1:]]
    assert learn("w", changed, load_background(), (IRAN,)).version != profile.version


def test_a_term_in_more_seeds_weighs_more() -> None:
    texts = ("the drone over the valley", "the drone and the cannon", "the drone, the cannon", "the drone again")
    weights = {term.term: term.weight for term in learn("w", seeds_of(*texts), SMALL, ()).terms}
    assert weights["drone"] > weights["cannon"]


def test_a_rarer_word_weighs_more() -> None:
    texts = ("the strike, the zeppelin", "the zeppelin, the strike", "the strike, the zeppelin")
    weights = {term.term: term.weight for term in learn("w", seeds_of(*texts), SMALL, ()).terms}
    assert weights["zeppelin"] > weights["strike"]


def test_forms_of_a_word_are_one_term_under_the_commonest() -> None:
    terms = learn("w", seeds_of("one missile", "two missiles", "a missile"), SMALL, ()).terms
    assert [(term.term, term.count) for term in terms if "missile" in term.term and " " not in term.term] == [
        ("missile", 3)
    ]


def test_spelling_does_not_split_a_persian_term() -> None:
    seeds = seeds_of("تفاهم‌نامه مرزي امضا شد", "دو تفاهم نامه مرزی", "تفاهم‌نامه‌های مرزی", language="fa")
    terms = learn("w", seeds, load_background(), ()).terms
    assert any(term.term.startswith("تفاهم نامه") and len(term.seeds) == 3 for term in terms)


def test_a_language_without_a_table_drops_its_function_words() -> None:
    text = "Der Streik der Matrosen und der Köche dauert an. Der Hafen und der Kai sind leer. Der Streik und der Hafen."
    terms = learn("w", seeds_of(text, text, text, language="de"), load_background(), ()).terms
    found = [term.term for term in terms]
    assert not {"der", "und"} & set(found)


def test_no_form_of_a_sides_name_is_a_term() -> None:
    texts = (
        "Сербия и Китай строят мост",
        "Мост для Сербии строит Китай. Сербский министр был у Китая с визитом о мосте.",
    )
    seeds = [SeedArticle(f"{n}.txt", *texts, language="ru") for n in range(3)]
    profile = learn("w", seeds, load_background(), (), load_world())
    written = {word.lower() for row in (terms_of(profile), names_of(profile)) for term in row for word in term.split()}
    assert "мост" in written
    assert not any(word.startswith(("серб", "кита")) for word in written), written


def test_names_are_whole_and_titles_are_not_part_of_them() -> None:
    texts = {
        "a": "Defence Minister Ole Berg met Transport Minister Ana Ruiz in Oslo. Berg said the Nordic Grain Pact held.",
        "b": "The Nordic Grain Pact was signed by Ole Berg. Oslo's harbour reopened, Ruiz told grain traders in Oslo.",
    }
    names = {name.name: name.seeds for name in find_names(texts)}
    assert {"Ole Berg", "Ana Ruiz", "Oslo", "Nordic Grain Pact"} <= set(names)
    assert names["Ole Berg"].total() == 3
    assert not any("Minister" in name for name in names)


def test_two_names_joined_by_and_stay_two() -> None:
    names = {name.name for name in find_names({"a": "He flew from Oslo to Bergen and Tromso with Norway’s team."})}
    assert {"Bergen", "Tromso", "Norway"} <= names


def test_no_seeds_give_an_empty_profile() -> None:
    profile = learn("w", (), load_background(), (IRAN,))
    assert (profile.terms, profile.entities, profile.seeds) == ((), (), ())


def test_a_copy_among_the_seeds_does_not_raise_what_an_article_is_measured_by() -> None:
    """Outlets print the same wire; were it compared with its copy, no other article would seem alike enough."""
    seeds = strike_seeds()
    reprint = replace(seeds[0], name="reprint.txt", text=f"{seeds[0].text}\nReporting by another desk.")
    expected = learn("w", seeds, load_background(), ()).languages[0].likeness
    assert learn("w", [*seeds, reprint], load_background(), ()).languages[0].likeness <= expected * 1.2
    alone = learn("w", seeds[:1], load_background(), ()).languages[0].likeness
    assert learn("w", [seeds[0], reprint], load_background(), ()).languages[0].likeness == alone


def test_the_word_that_every_sentence_of_the_seeds_holds_is_the_strongest_in_a_language_without_a_table() -> None:
    sentences = ("La roya avanza en el norte.", "La roya daña las hojas.", "Contra la roya ayuda el cobre.")
    profile = learn("w", seeds_of(*sentences, language="es"), load_background(), ())
    assert terms_of(profile)[0] == "roya"
    assert not {"la", "en", "las", "contra"} & set(terms_of(profile))


def test_a_word_counts_within_compound_nouns_where_a_language_writes_them_as_one() -> None:
    texts = ("Der Warnstreik beginnt im Hafen.", "Ein Streik legt Fähren lahm.", "Der Streik endet nach Wochen.")
    found = {row.name: row.seeds for row in learn("w", seeds_of(*texts, language="de"), load_background(), ()).entities}
    assert found["Streik"] == ("1.txt", "2.txt", "3.txt")
    index = StemIndex({("streik",): 0, ("hafen",): 1, ("wolf",): 2}, "de")
    words = "hungerstreiks streikende hafengebuhren problemwolf wolfsburg strei"
    assert [(hit.concept, words[hit.start : hit.end]) for hit in index.hits(words)] == [
        (0, "hungerstreiks"),
        (0, "streikende"),
        (1, "hafengebuhren"),
        (2, "problemwolf"),  # a short word counts at the end alone
    ]
    assert not [*StemIndex({("streik",): 0}, "en").hits("hungerstreik")]


def test_words_of_a_script_without_spaces_are_runs_that_come_again() -> None:
    seeds = seeds_of(
        "港口工人宣布罢工，货轮停在外海。", "罢工第三天，港口工人要求加薪。", "加薪谈判破裂后罢工继续。", language="zh"
    )
    profile = learn("w", seeds, load_background(), ())
    found = {term.term: term for term in profile.terms}
    assert set(found) == {"罢工", "港口工人", "加薪"}  # no clause, and no part of a longer run
    assert found["罢工"].seeds == ("1.txt", "2.txt", "3.txt")
    assert found["罢工"].weight == 1.0


def test_one_seed_in_a_script_without_spaces_has_words_where_they_come_twice() -> None:
    profile = learn("w", seeds_of("港口罢工开始。罢工影响货轮。", language="zh"), load_background(), ())
    assert terms_of(profile) == ["罢工"]
