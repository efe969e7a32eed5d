"""Folding: one spelling for all, the way back, and where a term stands as a word."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.charfold import fold_character, fold_characters
from monitor.text.fold import fold, squeeze, stem, term_matches, tokens, variants
from monitor.text.fold_offsets import fold_with_offsets
from monitor.text.marked_terms import stands

SCRIPTS = st.text(alphabet="aIıİ'’éßЁй عككيىةأؤئ\u0640\u064b\u200c\u200e\u0301۱٣-_ \n.lLdqus")
ANYTHING = st.one_of(st.text(), st.text(alphabet=st.characters(codec=None)), SCRIPTS)
# Long enough, and of scripts mixed enough, to be folded in each of the ways there are.
_PIECE = st.sampled_from(
    ["plain news of the day, told at length", "naïve “café” – l’été, Iran’s", "Qasım Ağa’nın ĞŞ İı",
     "قال المسؤولُ إن العراق؛ ٣", "می‌گوید که گفت‌وگو ۴٪", "هەرێمی کوردستان", "Соглашение о границе №5", "Ελληνικά άρθρα",
     "会議は今日", "🎉", "ﷺ ½ ǆ ẞ\u0301\ud800", " ", "\n", "\u2028", "x" * 70, "ы" * 70]
)  # fmt: skip
LONG = st.lists(st.one_of(_PIECE, st.text(max_size=3)), max_size=40).map("".join)


@given(st.one_of(ANYTHING, LONG))
def test_characters_fold_as_they_do_alone(text: str) -> None:
    assert fold_characters(text) == "".join(map(fold_character, text))
    assert fold(text) == " ".join(filter(None, map(fold, text.split())))


def test_characters_fold_alike_in_long_text() -> None:
    for char in map(chr, range(0x3000)):
        assert fold_characters(char * 70) == fold_character(char) * 70


@given(ANYTHING)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ANYTHING)
def test_composed_and_decomposed_text_fold_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))


@given(ANYTHING)
def test_every_folded_character_knows_its_original(text: str) -> None:
    folded = fold_with_offsets(text)
    assert folded.text == fold(text)
    indexes = [folded.original_index(i) for i in range(len(folded.text))]
    assert indexes == sorted(indexes)
    for i, char in enumerate(folded.text):
        if char != " ":
            assert char in fold(text[indexes[i]]) or char in fold(f"x{text[indexes[i]]}x")


@given(ANYTHING, st.data())
def test_a_span_of_words_folds_to_itself(text: str, data: st.DataObject) -> None:
    folded = fold_with_offsets(text)
    words = folded.text.split(" ")
    if not folded.text:
        return
    k = data.draw(st.integers(0, len(words) - 1))
    start = sum(len(word) + 1 for word in words[:k])
    a, b = folded.original_span(start, start + len(words[k]))
    assert 0 <= a < b <= len(text)


@given(ANYTHING)
def test_stems_and_tokens_take_anything(text: str) -> None:
    for token in tokens(fold(text)):
        assert len(stem(token)) >= min(3, len(token))


@given(ANYTHING)
def test_variants_are_folded_and_start_with_the_plain_form(term: str) -> None:
    found = variants(term)
    assert found == () if not fold(term) else found[0] == fold(term)
    assert all(fold(form) == form for form in found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sha'abi", "Shaabi"), ("Qa’ani", "Qaani"), ("İRAN", "iran"), ("IRAK", "ırak"), ("Hayâlî", "hayali"),
        ("همكاري", "همکاری"), ("یلتقــــي", "يلتقي"), ("مذكرة", "مذکره"), ("الأعرجي", "الاعرجی"), ("مُذكّرة", "مذکرة"),
        ("وزراء", "وزرا"), ("۱۴۰۲", "1402"), ("٢٠٢٣", "2023"), ("ёлка", "елка"), ("تفاهم‌نامه", "تفاهم نامه"),
        ("\u202bایران\u202c", "ایران"), ("ﻋﺮﺍﻕ", "عراق"), ("هەرێمی", "ههریمی"), ("al-Hiyali", "al Hiyali"),
        ("Iran's army", "iran army"), ("l’Irak", "l irak"), ("Straße", "strasse"), ("a\u00ad\u200bb\tc", "ab c"),
    ],
)  # fmt: skip
def test_spellings_of_one_word_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def found(term: str, text: str, language: str | None = None) -> bool:
    folded = fold(text)
    for form in variants(term):
        start = folded.find(form)
        while start >= 0:
            if term_matches(folded, start, start + len(form), language):
                return True
            start = folded.find(form, start + 1)
    return False


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("العراق", "قال للعراق"), ("العراق", "وبالعراق"), ("إيران", "الإيرانية"), ("العراق", "العراقيين"),
        ("تفاهم نامه", "تفاهم‌نامه‌ها"), ("تفاهم‌نامه", "تفاهمنامه"), ("تفاهمنامه", "تفاهم نامه‌های"),
        ("عبدالمهدی", "عبد المهدي"), ("عبد المهدي", "عبدالمهدی"), ("الحشد الشعبي", "حشدالشعبی"),
        ("الحشد الشعبي", "حشد شعبی"), ("حشد شعبی", "والحشد الشعبي"), ("همکاری", "همکاریهای"), ("نیرو", "نیروهای"),
        ("گفت‌وگو", "گفتگوهای"), ("گفتگو", "گفت و گو"), ("Ирак", "Ирака"), ("Россия", "в России"),
        ("militia", "militias"), ("agency", "agencies"), ("Sabahi Fard", "Sabahifard"), ("IRGC", "(IRGC)"),
        ("border guard", "border\nguards"), ("Iran", "Iran-Iraq"), ("איראן", "שר מאיראן"), ("איראן", "ובאיראן"),
        ("ארה\"ב", "ארה״ב"), ("伊朗", "美国和伊朗举行会谈"), ("日本", "日本の首相"),
    ],
)  # fmt: skip
def test_a_term_is_found_under_its_other_writings(term: str, text: str) -> None:
    assert found(term, text)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("ISIS", "crisis"), ("EI", "their"), ("IS", "ISIS"), ("Iran", "Tirana"), ("Iran", "Iranians"), ("arm", "army"),
        ("قدس", "مقدس"), ("بدر", "بدرستی"), ("ایر", "ایران"), ("for ties", "forties"), ("Irak", "Irakta"),
        ("לוד", "ילוד"), ("מצרים", "קמצרים"),
    ],
)  # fmt: skip
def test_a_term_is_not_found_inside_another_word(term: str, text: str) -> None:
    assert not found(term, text)


@pytest.mark.parametrize("text", ["TSMC在日本建厂", "日本向TSMC提供补贴"])
def test_a_name_in_latin_letters_stands_right_beside_a_script_without_spaces(text: str) -> None:
    folded = fold(text)
    start = folded.index("tsmc")
    assert stands(folded, start, start + 4, "none")
    assert not stands("atsmc", 1, 5, "none")


def test_turkish_and_kurmanji_endings_count_in_their_language() -> None:
    assert found("Irak", "Irak'ta", "tr")
    assert found("Bağdat", "Bağdat'tan", "tr")
    assert found("Îran", "Îranê", "kmr")
    assert not found("plan", "plane", "en")


def test_a_match_shows_its_original_with_its_marks() -> None:
    text = "قال  الحَشْدُ الشّعبيّ اليوم"
    folded = fold_with_offsets(text)
    start = folded.text.index("حشد")
    a, b = folded.original_span(start, start + len("حشد الشعبی"))
    assert text[a:b] == "حَشْدُ الشّعبيّ"


def test_the_possessive_is_no_part_of_the_name() -> None:
    text = "  Iran’s  plan"
    folded = fold_with_offsets(text)
    a, b = folded.original_span(0, 4)
    assert (folded.text, text[a:b]) == ("iran plan", "Iran")


@pytest.mark.parametrize(
    "words",
    ["train training trained trains", "defence defense", "country countries", "ایران ایرانی الإيرانية",
     "نیرو نیروهای نیروی", "соглашение соглашения соглашением", "العراق للعراق والعراق العراقيين"],
)  # fmt: skip
def test_forms_of_one_word_share_a_stem(words: str) -> None:
    assert len({stem(fold(word)) for word in words.split()}) == 1


@pytest.mark.parametrize(
    "words", ["yangın yangını yangınlar yangınında yangınlarının", "uçak uçağı uçakları", "orman ormana ormanlara"]
)
def test_endings_that_a_language_joins_are_all_cut(words: str) -> None:
    assert len({stem(fold(word), "tr") for word in words.split()}) == 1


def test_a_word_of_another_language_keeps_what_looks_like_a_turkish_ending() -> None:
    assert stem("human", "en") == stem("human") == "human"


def test_squeezing_makes_joined_and_separated_names_one() -> None:
    assert squeeze(fold("عبد المهدي")) == squeeze(fold("عبدالمهدی"))
