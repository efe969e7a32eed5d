"""Stories across languages that only a file of their own knows: its things, its names, how it writes words."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import pytest

from monitor.model import Document
from monitor.stories.group import group_stream
from monitor.stories.group.features import Reader
from monitor.stories.group.lexicon import THING, stems_of
from monitor.stories.group.names import codes
from monitor.stories.group.signature import keys_of_text, sign
from monitor.stories.group.tables import load_tables
from monitor.stories.group.words import words_of

MOMENT = datetime(2026, 5, 4, 9, tzinfo=UTC)

DAM = {  # one event, and no reports in English of it
    "fr": ("Le barrage de Doukan fermé après des fissures", "L'Irak a fermé le barrage de Doukan au tourisme jeudi."),
    "de": ("Irak schließt Staudamm Dukan für Touristen", "Der Irak hat am Donnerstag den Staudamm Dukan geschlossen."),
}


@pytest.mark.parametrize(
    ("text", "language", "folded"),
    [
        ("L'Iran et l'Irak", "fr", ["l", "iran", "et", "l", "irak"]),
        ("Bağdat'taki Irak'ın", "tr", ["bagdat", "irak"]),
        ("Abdul-Amir, Abd al-Amir, Abdülemir", "tr", ["abdulamir", "abdulamir", "abdulemir"]),
        ("Abdullah Abdi", "en", ["abdullah", "abdi"]),
        ("عبد الأمير و عبد ربه", "ar", ["عبدالامیر", "و", "عبد", "ربه"]),
        ("ईरान की सीमा", "hi", ["ईरान", "की", "सीमा"]),
        ("イラン外務省は", "ja", ["イラン", "外務", "務省"]),
        ("伊朗外长", "zh", ["伊朗", "朗外", "外长"]),
        ('צה"ל תקף', "he", ["צהל", "תקף"]),
        ("Iraq's army", "en", ["iraq", "army"]),
    ],
)
def test_words_are_read_as_their_language_writes_them(text: str, language: str, folded: list[str]) -> None:
    assert [word.folded for word in words_of(text, language)] == folded


def test_only_the_name_before_an_apostrophe_has_a_capital_where_two_words_are_written_as_one() -> None:
    assert [(word.folded, word.capital) for word in words_of("d'Araghchi", "fr")] == [("d", False), ("araghchi", True)]


@pytest.mark.parametrize(
    ("latin", "other"),
    [
        ("Araghchi", "अराघची"),
        ("Abdullah", "عبدالله"),
        ("Nasrallah", "Насралла"),
        ("Larijani", "ラリジャニ"),
        ("Muscat", "マスカット"),
        ("Larijani", "לאריגאני"),
        ("Khamenei", "חמינאי"),
        ("Mandali", "ובמנדלי"),
    ],
)
def test_names_meet_in_more_scripts(latin: str, other: str) -> None:
    assert set(codes(latin.lower())) & set(codes(other.lower()))


def keys(title: str, language: str) -> frozenset[str]:
    return sign(Document("a", title, "", language), load_tables()).title_keys


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("Le ministre de la Défense en visite à Bagdad", "fr"),
        ("Verteidigungsminister zu Besuch in Bagdad", "de"),
        ("El ministro de Defensa, de visita en Bagdad", "es"),
        ("Ministro da Defesa em visita a Bagdá", "pt"),
        ("Il ministro della Difesa in visita a Baghdad", "it"),
        ("Menteri Pertahanan kunjungan ke Baghdad", "id"),
        ("שר הביטחון בביקור בבגדד", "he"),
        ("रक्षा मंत्री का बगदाद दौरा", "hi"),
        ("国防相がバグダッドを訪問", "ja"),
        ("国防部长访问巴格达", "zh"),
        ("وزیر دفاع کا دورہ بغداد", "ur"),
    ],
)
def test_offices_and_acts_are_the_same_in_every_language(title: str, language: str) -> None:
    visit = keys("Defence minister on visit to Baghdad", "en")
    known = {key for key in visit & keys(title, language) if key[0] == "@"}
    assert len(known) >= 2


@pytest.mark.parametrize(
    ("text", "language", "things"),
    [
        ("بين العراق وإيران", "ar", "iraq iran"),
        ("لإيران وتركيا وقطر", "ar", "iran turkey qatar"),
        ("بزيارة", "ar", "visit"),
        ("ووزير الدفاع", "ar", "defense_minister"),
        ("لمجلس الأمن القومي", "ar", "national_security"),
        ("لەگەڵ ئێراندا", "ckb", "iran"),
        ("عێراقیش", "ckb", "iraq"),
        ("سنوورەکانی", "ckb", "border"),
    ],
)
def test_a_thing_is_known_with_what_its_language_writes_together_with_it(text: str, language: str, things: str) -> None:
    tables = load_tables()
    wanted = {tables.lexicon["en"][" ".join(stems_of(thing, "en"))] for thing in things.split()}
    assert wanted <= set(keys_of_text(text, language, tables))


@pytest.mark.parametrize("word", ["باسم", "وذكر", "فيصل", "السودان"])
def test_a_short_rest_of_a_word_is_no_thing(word: str) -> None:
    assert not [key for key in keys_of_text(word, "ar", load_tables()) if key.startswith(THING)]


def test_languages_with_capitals_know_short_names_and_others_no_function_words() -> None:
    [iran] = keys("Iran", "en")
    assert iran in keys("Irã condena ataque", "pt")
    assert not [key for key in keys("इस के लिए और में", "hi") if key[0] == "~"]


def test_spaces_are_those_of_a_language() -> None:
    titles = {"he": "איראן ועיראק חתמו", "hi": "ईरान और इराक", "ja": "イランとイラク", "zh": "伊朗和伊拉克"}
    spaces = [sign(Document("a", title, "", code), load_tables()).space for code, title in titles.items()]
    assert spaces == ["he", "hi", "ja", "zh"]


@pytest.mark.parametrize(
    ("word", "language", "same", "other"),
    [
        ("training", "en", ("آموزش", "fa"), ("train", "en")),  # one stem, two things
        ("تدريب", "ar", ("training", "en"), ("drills", "en")),
        ("تدريبات", "ar", ("drills", "en"), ("training", "en")),
        ("محافظ", "ar", ("governor", "en"), ("conservative", "en")),
        ("محافظة", "ar", ("province", "en"), ("governor", "en")),
        ("پارێزگار", "ckb", ("governor", "en"), ("conservative", "en")),
        ("hava", "tr", ("aircraft", "en"), ("cuba", "en")),
        ("سيول", "ar", ("flood", "en"), ("seoul", "en")),
        ("منفذ", "ar", ("crossing", "en"), ("access", "en")),
    ],
)
def test_a_word_names_its_own_thing_where_another_has_the_same_stem(
    word: str, language: str, same: tuple[str, str], other: tuple[str, str]
) -> None:
    assert keys(word, language) == keys(*same)
    assert keys(word, language).isdisjoint(keys(*other))


def test_a_day_is_the_same_where_months_are_counted() -> None:
    said = {"en": "11 November", "ja": "11月11日、イラン当局は会談を行った", "zh": "11月11日，伊朗和伊拉克签署了协议"}
    days = [sign(Document("a", "Talks", text, code), load_tables()).dates.recurring for code, text in said.items()]
    assert days[0]
    assert days == [days[0]] * 3


@pytest.mark.parametrize(("name", "least"), [("abroad", 20), ("week", 13)])
def test_rivals_abroad_stay_apart_and_their_reports_meet(name: str, least: int) -> None:
    """benchmarks/rivals.py says what the first run gave."""
    lines = (Path(__file__).parent / "data" / f"rival_events_{name}.jsonl").read_text("utf-8").splitlines()
    rows = {row["id"]: row for row in map(json.loads, lines)}
    documents = [
        Document(row["id"], row["title"], row["text"], row["language"], datetime.fromisoformat(row["published"]))
        for row in rows.values()
    ]
    found = dict(group_stream(documents, load_tables()))
    pairs = [(rows[a], rows[b], found[a] == found[b]) for a, b in combinations(rows, 2)]
    assert sum(together for a, b, together in pairs if a["story"] == b["story"]) >= least
    assert sum(together for a, b, together in pairs if a["story"] != b["story"]) == 0


@pytest.mark.parametrize(
    ("code", "text", "rare", "ordinary"),
    [
        ("tr", "Valdora köprüsü gece çöktü ve iki kamyon suya düştü", "kamyon", "ve"),
        ("pt", "A ponte de Valdora desabou e dois camiões caíram em Marren", "ponte", "em"),
        ("ru", "Мост рухнул ночью, и грузовик упал в воду", "грузовик", "и"),
    ],
)
def test_a_language_in_which_no_news_was_counted_has_its_ordinary_words(
    code: str, text: str, rare: str, ordinary: str
) -> None:
    """So the first report in it has rare words already."""
    signature, reader = sign(Document("a", text, "", code), load_tables()), Reader(load_tables())
    reader.learn(signature)
    weights = reader.weigh(signature).words.weights
    of_rare, of_ordinary = (weights[words_of(word, code)[0].stem] for word in (rare, ordinary))
    assert of_rare > 4 > 2 > of_ordinary


def test_two_languages_without_english_meet() -> None:
    documents = [Document(code, title, text, code, MOMENT) for code, (title, text) in DAM.items()]
    found = dict(group_stream(documents, load_tables()))
    assert found["fr"] == found["de"]


EDITOR = (
    "محكمة الكرادة تفرج عن الصحفية لينا شكري",
    "أفرجت محكمة في بغداد عن رئيسة التحرير لينا شكري لعدم كفاية الأدلة.",
)


@pytest.mark.parametrize(
    ("title", "text", "together"),
    [
        ("لينا شكري تفوز بجائزة جنيف للصحافة", "فازت رئيسة التحرير لينا شكري بجائزة جنيف للصحافة.", False),
        ("الإفراج عن لينا شكري", "قررت محكمة الكرادة الإفراج عن رئيسة التحرير لينا شكري.", True),
    ],
)
@pytest.mark.parametrize("bare", [False, True])
def test_headlines_of_one_person_that_each_name_other_things_are_of_two_events(
    title: str, text: str, *, together: bool, bare: bool
) -> None:
    made = [
        Document(str(n), head, "" if bare else body, "ar", datetime(2026, 3, 3, 9 + n, tzinfo=UTC))
        for n, (head, body) in enumerate((EDITOR, (title, text)))
    ]
    assert (len(set(dict(group_stream(made, load_tables())).values())) == 1) == together
