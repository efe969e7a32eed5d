"""Writings are looked for by script and language: what is found is what one search for all of them would find."""

from __future__ import annotations

import pickle

import ahocorasick_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.match.forms import by_script, forms_table
from monitor.match.term_languages import counts_in
from monitor.match.writings import Writings
from monitor.text.fold import fold
from monitor.text.marked_terms import bare, ending_of, forms_of
from monitor.text.scripts import LETTERS, script_in, scripts_of
from monitor.topic.records import Pattern
from tests.shipped import SHIPPED

TERMS = [
    *("accord", "=US", "^WHO", "drone*", "F-35", "1701", "joint drill", "İHA", "défense", "Anlaşma"),
    *(
        "اتفاقية دفاعية",
        "مناورات",
        "توافقنامه",
        "دفاع",
        "КСИР",
        "учения",
        "משמרות",
        "军事合作",
        "سي-130",
        "한미",
        "रक्षा",
    ),
]
PATTERNS = [
    Pattern(term, number, language)
    for number, term in enumerate(TERMS)
    for language in ("", "en", "fr", "tr", "fa", "ur", "ps")
]
WORDS = st.sampled_from([*map(fold, TERMS), "und", "the", "و", "در", "и", "2026", "ab"])


def found_by_one_search(folded: str, code: str) -> set[tuple[int, str, int, int]]:
    """(concept, ending, start, end) of every form of every pattern that counts."""
    entries = [
        (form, pattern.concept, ending_of(pattern.text))
        for pattern in PATTERNS
        if counts_in(_own(pattern), code)
        for form in forms_of(pattern.text)
    ]
    search = ahocorasick_rs.AhoCorasick([form for form, _, _ in entries])
    return {
        (entries[which][1], entries[which][2], start, end)
        for which, start, end in search.find_matches_as_indexes(folded, overlapping=True)
    }


def _own(pattern: Pattern) -> str:
    found = by_script([pattern])[script_in(bare(pattern.text))]
    return found.own[0]


@given(st.lists(WORDS, max_size=12).map(" ".join), st.sampled_from(["", "en", "fr", "tr", "fa", "ar", "ur", "zh"]))
def test_the_places_are_those_of_one_search_for_all(folded: str, code: str) -> None:
    places = list(Writings(PATTERNS).places(folded, code))
    found = {(concept, ending, start, end) for counted, start, end in places for concept, ending in counted}
    assert found == found_by_one_search(folded, code)
    assert [end for *_, end in places] == sorted(end for *_, end in places)


@given(st.lists(WORDS, min_size=1, max_size=12).map(" ".join), st.integers(0, 40))
def test_a_search_that_begins_later_misses_nothing_that_ends_there(folded: str, begin: int) -> None:
    writings = Writings(PATTERNS)
    places = list(writings.places(folded, ""))
    assert [each for each in places if each[2] > begin] == [
        each for each in writings.places(folded, "", begin) if each[2] > begin
    ]


def test_only_what_a_text_may_hold_is_worked_out() -> None:
    writings = Writings(PATTERNS)
    assert not writings.grew
    assert list(writings.places("the accord of baghdad", "en"))
    assert writings.grew
    again: Writings = pickle.loads(pickle.dumps(writings))
    assert list(again.places("the accord of baghdad", "en"))
    assert not again.grew, "what was worked out is kept"
    assert list(again.places("accord", "fr"))
    assert again.grew, "French terms in Latin letters are others"


def test_what_has_no_letter_is_looked_for_in_every_text() -> None:
    writings = Writings(PATTERNS)
    for text in ("resolution 1701", "قرار 1701", "резолюция 1701", "1701"):
        assert any(
            concept == TERMS.index("1701") for counted, *_ in writings.places(text, "") for concept, _ in counted
        )


@pytest.mark.slow
def test_no_writing_of_a_shipped_term_lacks_letters_of_its_script() -> None:
    """Else it would not be looked for where it stands."""
    scripts = by_script(SHIPPED.topic.patterns)
    for script, patterns in scripts.items():
        for form in forms_table(patterns, patterns.keeping).written:
            assert script in scripts_of(form, scripts), form


@given(st.text(max_size=8))
def test_a_text_has_letters_of_the_script_it_is_of(text: str) -> None:
    folded = fold(text)
    assert scripts_of(folded, [script_in(folded)]) == [script_in(folded)]


@given(st.text(alphabet=st.sampled_from("aé ßяԱ٣عאب中ア々ñ𐐷·\u0590\u0530\u3040"), max_size=12))
def test_the_quick_look_for_scripts_finds_those_of_each_letter(text: str) -> None:
    folded = fold(text)
    each = {script_in(char) for char in folded} | {""}
    assert set(scripts_of(folded, [*LETTERS, "other", ""])) - ({"latin"} - each if folded.isascii() else set()) == each
