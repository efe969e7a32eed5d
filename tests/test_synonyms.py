"""Words of one meaning count as one word in the language of the seeds."""

from __future__ import annotations

import pytest

from monitor.topic.meanings import Meanings, parse_meanings
from monitor.topic.synonyms import as_one
from monitor.topic.tied import Learned

TABLE = parse_meanings(
    "en | de\n"
    "[health]\n"
    "bird flu, avian influenza | Vogelgrippe*, Geflügelpest\n"
    "vaccine, ?jab | Impfung*\n"
    "[energy]\n"
    "oil, barrel, OPEC | Erdöl*\n"
)


def word(text: str, key: float, *seeds: str, language: str = "de") -> Learned:
    return Learned(text, key, len(seeds), 5.0, key, language, is_name=False, seeds=seeds)


def strengths(*rows: Learned, table: Meanings = TABLE) -> dict[str, float]:
    """writing → how much of a key word it is."""
    return {
        text: round(one.row.key, 3)
        for one in as_one(rows, table)
        for text in (*one.texts, *(writing.strip("*") for writing in one.writings))
    }


def test_words_of_other_seeds_are_as_strong_as_one_word_of_all() -> None:
    found = strengths(word("vogelgrippe", 0.2, "a", "b"), word("geflugelpest", 0.2, "c", "d"), word("hof", 0.1, "a"))
    assert found["vogelgrippe"] == found["geflugelpest"] == pytest.approx(0.4)
    assert found["hof"] == pytest.approx(0.1)


def test_words_of_the_same_seeds_gain_nothing() -> None:
    found = strengths(word("oil", 0.3, "a", "b", language="en"), word("barrel", 0.2, "a", "b", language="en"))
    assert found["oil"] == pytest.approx(0.3)


def test_together_they_are_never_stronger_than_their_sum() -> None:
    found = strengths(word("vogelgrippe", 0.3, "a"), word("geflugelpest", 0.01, "b", "c", "d"))
    assert found["vogelgrippe"] <= 0.31


def test_a_word_that_no_seed_holds_is_looked_for_too_and_counts_less() -> None:
    found = strengths(word("geflugelpest", 0.5, "a", "b"))
    assert 0 < found["Vogelgrippe"] < found["geflugelpest"] == 0.5


def test_what_means_the_same_as_a_phrase_is_as_strong_as_its_words() -> None:
    rows = [word("bird flu", 0.0, "a", language="en"), word("bird", 0.3, "a", language="en")]
    found = strengths(*rows, word("flu", 0.3, "a", language="en"))
    assert found["avian influenza"] == pytest.approx(0.48)
    assert found["bird"] == 0.3


def test_a_longer_form_of_the_table_is_the_word_itself() -> None:
    one = next(one for one in as_one([word("vogelgrippe", 0.5, "a")], TABLE) if one.texts)
    assert one.writings == ("Vogelgrippe*",)


def test_a_word_of_another_sense_has_no_synonyms_of_its_own() -> None:
    assert strengths(word("jab", 0.5, "a", language="en")) == {"jab": 0.5}
    both = strengths(word("jab", 0.5, "a", language="en"), word("bird flu", 0.1, "b", language="en"))
    assert both["vaccine"] == pytest.approx(0.4)
