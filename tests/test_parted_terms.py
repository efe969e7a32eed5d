"""Terms whose parts stand apart, and Arabic nouns with a pronoun."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.match.parted import Parted, found_in
from monitor.match.scan import Scanner
from monitor.text.fold import fold
from monitor.text.marked_terms import forms_of
from monitor.topic.records import Pattern

TERMS = (
    Pattern("bildet … aus", 0, "de"),
    Pattern("hands … over", 1, "en"),
    Pattern("交出 … 武器", 2, "zh"),
    Pattern("oddał* … broń", 3, "pl"),
)


@pytest.mark.parametrize(
    ("text", "code", "found"),
    [
        ("Iran bildet irakische Offiziere aus", "de", "bildet"),
        ("Iran bildet ein Bündnis mit dem Irak", "de", None),  # the second part is missing
        ("Iran bildet ein Haus", "de", None),  # and does not stand within a word
        ("Aus Teheran: Iran bildet eine Front", "de", None),  # nor before the first
        ("Komala hands heavy weapons over to Baghdad", "en", "hands"),
        ("Komala hands heavy weapons over to Baghdad", "de", None),  # of another language
        ("科马拉交出重武器", "zh", "交出"),  # written without spaces
        ("Komala oddała ciężką broń", "pl", "oddała"),
    ],
)
def test_the_first_part_is_found_where_the_second_follows(text: str, code: str, found: str | None) -> None:
    folded = fold(text)
    places = [folded[start:end] for start, end, _ in found_in(folded, Parted(TERMS).terms_in(folded, code))]
    assert places == ([fold(found)] if found else [])


def test_a_scanner_finds_them_in_sentences_and_after_it_was_kept() -> None:
    scanner = pickle.loads(pickle.dumps(Scanner(TERMS)))
    title, second = scanner.scan("Iran bildet irakische Offiziere aus", "Er bildet. Sie sieht aus.", "de", 350)[:2]
    assert [title.folded[hit.start : hit.end] for hit in title.hits] == ["bildet"]
    assert second.hits == ()
    assert scanner.concepts("Iran bildet Offiziere aus", "", "de") == {0}


def test_what_a_person_removed_is_found_and_marked() -> None:
    [sentence] = Scanner(TERMS, {0: 0}).scan("Iran bildet irakische Offiziere aus", "", "de", 350)
    assert [hit.concept for hit in sentence.hits] == [0]
    assert sentence.removed == sentence.hits


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_between_the_parts_is_taken_up_to_its_length(before: str, between: str) -> None:
    folded = fold(f"{before} bildet {between} aus")
    places = list(found_in(folded, Parted(TERMS).terms_in(folded, "de")))
    assert all(folded[start:end] == "bildet" and "aus" in folded[end:] for start, end, _ in places)


def test_a_feminine_noun_is_found_with_a_pronoun_and_in_the_dual() -> None:
    forms = forms_of("مذكرة")
    assert {fold(each) for each in ("مذكرة", "مذكرتنا", "مذكرتها", "مذكرتين")} <= set(forms)
    assert fold("مذكرت") not in forms
    assert forms_of("قوة") == (fold("قوة"),)  # too short: «قوتنا» is also "our food"
    assert all("تنا" not in form for form in forms_of("مذكرة تفاهم"))
