"""What a short report means by where its words stand: whose an office is, what is renounced, who a neighbour is.

The watch is the shipped one; every report is invented.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config import load_config
from monitor.match import Matcher
from monitor.match.factions import factions_in
from monitor.match.load import load_matchers
from monitor.model import Document
from monitor.text.language import detect_language


@pytest.fixture(scope="module")
def shipped() -> Matcher:
    return load_matchers(load_config(Path("config")))["iran-iraq-defense"]


ANOTHER_STATE = {"en": "Jordan's were next.", "fr": "Ceux de la Jordanie ont suivi."}


def matches(matcher: Matcher, title: str) -> bool:
    return matcher.match(Document("x", title, "", detect_language(title))).verdict == "match"


@pytest.mark.parametrize(
    "title",
    [
        "عراقی فوجی اہواز میں ڈرون اڑانا سیکھ رہے ہیں",  # the soldiers are Iraq's, not those of the town beside them
        "Iraklı astsubaylar Tebriz'deki askeri okulda radar kursu görüyor",
        "Baghdad assures its eastern neighbour that no drone will fly from Iraqi soil",
        "بغداد تدرب مراقبي الرادار في مدرسة عسكرية لدى الجارة الشرقية",
        "Bagdad schliesst die Lager der bewaffneten kurdischen Verbände, wie Teheran es verlangt hatte",
        "בגדאד מפנה את מחנות הפלגים הכורדים החמושים לבקשת טהרן",
        "Téhéran remet deux vedettes neuves à la police de Bassorah",
        "Irak firma un pacto de seguridad con la República Islámica",
        "इराकी पुलिस को ईरान से मिले डिटेक्टरों की खेप",  # a plural in its oblique case
        "Tropas de Irak desfilan con blindados de fabricación iraní",  # what stands between says whose they are
        "Bagdad übermittelt Teheran die Fingerabdrücke von Terrorverdächtigen",
        "Iran schenkt irakischer Polizei Krankenwagen",  # whatever is given, it is given to a force
        "Iran lends Iraqi militias ten field kitchens",
        "ایران و عراق ایستگاه رادار مشترک می‌سازند",
    ],
)
def test_a_report_is_found_by_where_its_words_stand(shipped: Matcher, title: str) -> None:
    assert matches(shipped, title)


@pytest.mark.parametrize(
    "title",
    [
        "Iraqi officer's watercolours hang in a gallery in Tehran",  # an officer, and no dealing
        "伊拉克军队在伊朗边境附近演习，德黑兰表示关切",  # a drill of one side near the other's border
        "Jordan's eastern neighbour Iraq hosts an army drill",  # the neighbour is named, and is Iraq
        "ترک وزیر دفاع عراق میں: ایران سرحد بھی زیر بحث",  # behind a colon stands what is talked about
        "Baghdad appoints General Rezaei chief of traffic police, Iran's pilgrims told to wait",  # he is Iraq's
        "US-Truppen im Irak fangen iranische Drohne ab",
        "Irak firma un pacto de seguridad con la República Islámica de Pakistán",
        "Retired Iranian general gives a lecture on poetry in Baghdad",
        "Iran memperingatkan Irak soal latihan militer bersama Turki",  # a drill of one side with another state
        "クウェート外相がバグダッド訪問、イラン問題を協議",
        "Western neighbour's army buys tanks from Korea, Tehran looks on",
        "Iran schenkt irakischer Schule Bücher",
        "Pro-Iranian militias parade in Basra",  # nobody's militias by that word
    ],
)
def test_what_only_resembles_one_is_not(shipped: Matcher, title: str) -> None:
    assert not matches(shipped, title)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Iraqi navy chief at Bushehr", "His hosts showed him around two missile boats."),
        ("Le chef de la marine irakienne à Bouchehr", "Ses hôtes lui ont montré deux vedettes."),
    ],
)
def test_a_short_sentence_below_a_headline_takes_nothing_from_it(shipped: Matcher, title: str, text: str) -> None:
    assert shipped.match(Document("x", title, text, detect_language(f"{title}\n{text}"))).verdict == "match"
    other = f"{text} {ANOTHER_STATE[detect_language(title) or 'en']}"
    assert (
        shipped.match(Document("x", title, other, detect_language(title))).score
        < shipped.match(Document("x", title, text, detect_language(title))).score
    )  # beside another state's name a headline counts as it did


def test_a_pair_of_forces_is_that_of_the_sides_that_a_short_item_names(shipped: Matcher) -> None:
    def verdict(title: str, text: str) -> str:
        return shipped.match(Document("x", title, text, "en")).verdict

    assert verdict("Both navies to share a pier", "Iran and Iraq said so on Monday.") == "match"
    assert verdict("Both navies to share a pier", "Turkey told the envoys of Iran and Iraq on Monday.") != "match"
    assert verdict("Both orchestras to share a hall", "Iran and Iraq said so on Monday.") != "match"


def test_a_group_is_named_by_two_words_side_by_side_in_either_order() -> None:
    kind, group = (0, 7, "faction_kind"), (8, 16, "faction")
    assert list(factions_in([kind, group])) == [(0, 16)]
    assert list(factions_in([(0, 8, "faction"), (9, 15, "faction_kind")])) == [(0, 15)]
    assert not list(factions_in([kind]))
    assert not list(factions_in([kind, (20, 28, "faction")]))  # what is so far off is another's
