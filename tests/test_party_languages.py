"""Names of states and organisations in more languages: as seeds write them, and as headlines do, with their endings."""

from __future__ import annotations

import pytest

from monitor.match import Matcher
from monitor.model import Document
from monitor.topic.parties import find_parties
from monitor.topic.records import SeedArticle
from monitor.topic.world import load_world
from tests.test_any_topic import learned

SEEDS = {  # language → (the parties, titles of seeds about them)
    "el": (
        "cy",
        "tr",
        [
            "Κύπρος και Τουρκία σε νέες συνομιλίες",
            "Διάβημα της Κύπρου στην Τουρκία για το πλοίο",
            "Η τουρκική πλευρά απαντά στους Κύπριους",
        ],
    ),
    "th": (
        "la",
        "th",
        [
            "ไทยและลาวสร้างสะพานใหม่",
            "ลาวขายไฟฟ้าให้ไทยเพิ่มขึ้น",
            "รัฐมนตรีไทยเยือนลาวเรื่องทางรถไฟ",
        ],
    ),
    "bn": (
        "bd",
        "np",
        [
            "নেপাল থেকে বিদ্যুৎ কিনবে বাংলাদেশ",
            "বাংলাদেশের বন্দর ব্যবহার করবে নেপাল",
            "নেপালের সঙ্গে বাংলাদেশের চুক্তি সই",
        ],
    ),
    "ko": (
        "jp",
        "kr",
        [
            "한국과 일본이 어업 협정에 합의",
            "일본은 한국의 제안을 거부했다",
            "한국 정부가 일본에 항의",
        ],
    ),
    "uk": (
        "pl",
        "ua",
        [
            "Польща й Україна відкривають пункт пропуску",
            "Україна просить Польщу про зерно",
            "Польща звинуватила Україну",
        ],
    ),
    "ka": (
        "ge",
        "tr",
        [
            "საქართველო და თურქეთი რკინიგზას ააშენებენ",
            "თურქეთის მინისტრი საქართველოში",
            "საქართველო თურქეთს ელექტროენერგიას მიჰყიდის",
        ],
    ),
    "hy": (
        "am",
        "ir",
        [
            "Հայաստանն ու Իրանը ճանապարհ կկառուցեն",
            "Իրանի նախարարը Հայաստանում",
            "Հայաստանը գազ կգնի Իրանից",
        ],
    ),
    "bg": (
        "bg",
        "ro",
        [
            "България и Румъния строят мост",
            "Румъния предложи на България втори мост",
            "Мост между България и Румъния",
        ],
    ),
    "sr": (
        "rs",
        "xk",
        [
            "Србија и Косово о таблицама",
            "Косово оптужује Србију",
            "Разговори Србије и Косова у Бриселу",
        ],
    ),
}


@pytest.mark.parametrize("language", SEEDS)
def test_states_are_known_in_seeds_of_more_languages(language: str) -> None:
    one, other, titles = SEEDS[language]
    seeds = [SeedArticle(f"{number}", title, f"{title}.", language=language) for number, title in enumerate(titles)]
    assert {party.id for party in find_parties(seeds, load_world(), ())} == {one, other}


FAR_APART = [  # short seeds in English, whose watch names its sides in any language
    (f"{title} between Türkiye and South Africa", f"{title} between Turkey and South Africa were opened in Ankara.")
    for title in ("Flights", "Ferries", "Talks on coal")
]


def names_all_sides(matcher: Matcher, headline: str, language: str) -> bool:
    return bool(matcher.features(Document("1", headline, "", language)))


@pytest.mark.parametrize(
    ("language", "headline"),
    [
        ("el", "Συμφωνία της Τουρκίας με τη Νότια Αφρική"),
        ("ru", "ЮАР и Турция подписали соглашение"),
        ("es", "Sudáfrica y Turquía firman un acuerdo"),
        ("it", "Il Sudafrica firma un accordo con la Turchia"),
        ("uk", "ПАР домовилася з Туреччиною"),
        ("bn", "তুরস্কের সঙ্গে দক্ষিণ আফ্রিকার চুক্তি"),
        ("th", "ตุรกีลงนามกับแอฟริกาใต้"),
    ],
)
@pytest.mark.slow
def test_the_names_that_news_uses_stand_in_a_headline(language: str, headline: str) -> None:
    assert names_all_sides(learned(FAR_APART, "en"), headline, language)


@pytest.mark.slow
def test_what_only_looks_like_a_name_is_none() -> None:
    seeds = [(f"India and Oman {what}", f"India and Oman {what} in Muscat.") for what in ("talk", "trade", "agree")]
    matcher = learned(seeds, "en")
    assert names_all_sides(matcher, "인도와 오만이 무역 협정에 서명", "ko")
    assert not names_all_sides(matcher, "오만한 태도로 물품 인도를 거부", "ko")  # arrogance, and a delivery


@pytest.mark.slow
def test_a_side_is_no_other_state_in_any_form_of_its_name() -> None:
    seeds = [
        (f"Russia and Moldova {what}", f"Russia and Moldova {what} in Geneva.") for what in ("talk", "trade", "row")
    ]
    matcher = learned(seeds, "en")
    found = matcher.features(Document("1", "Молдова вызвала посла России из-за беспилотника", "", "ru"))
    assert found["title: all sides"] == 1.0
