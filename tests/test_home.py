"""An office without a state in a headline of an outlet at home in a side: whose it is, and where it is nobody's."""

from __future__ import annotations

import pytest

from benchmarks.articles import shipped_matcher
from monitor.match.matcher import Matcher
from monitor.model import Document

OWN = [
    ("fa", "IR", "سفر فرمانده مرزبانی به بصره برای امضای توافق مرزی"),
    ("fa", None, "وزیر دفاع در سلیمانیه درباره مرز گفت‌وگو کرد"),
    ("ar", "IQ", "رئيس أركان الجيش يبحث في طهران تبادل الطلبة العسكريين"),
    ("ar", "IQ", "وزير الداخلية يوقع في أصفهان اتفاقا أمنيا"),
    ("en", "IR", "Army chief plans joint drills with Iraqi counterpart"),
    ("fa", "IR", "فرمانده کل انتظامی با وزیر کشور عراق دیدار کرد"),
    ("en", "IR", "Commander of border guards visits Basra to open joint post"),
    ("en", "IR", "Commander in Baghdad for talks on joint drills"),
]
OF_OTHERS = [
    ("ar", "EG", "رئيس أركان الجيش يبحث في طهران تبادل الطلبة العسكريين"),  # of a third state's outlet
    ("ar", "IQ", "وزير الدفاع الفرنسي يصل طهران لتوقيع اتفاق عسكري"),  # of a third state, which is named
    ("fa", "IR", "وزیر دفاع ترکیه در بغداد توافق نظامی امضا کرد"),
    ("fa", "IR", "رزمایش ارتش عراق در الانبار با حضور وزیر دفاع"),  # the other side's own matters
    ("ar", "IQ", "مناورات للجيش الإيراني بحضور قائد القوة البحرية"),
    ("en", "IR", "Iraqi parliament speaker meets federal police commander"),
    ("fa", "IR", "فرمانده سنتکام با وزیر دفاع عراق دیدار کرد"),  # of a force that is nobody's here
    ("ar", "IQ", "قائد القيادة المركزية يلتقي في طهران مسؤولين"),
    ("en", "IR", "Commander of MINUSMA arrives in Baghdad for security talks"),
    ("fa", "IR", "فرمانده داعش در موصل کشته شد"),  # who fights both has commanders, too
]


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return shipped_matcher()


@pytest.mark.parametrize(("language", "country", "title"), OWN)
def test_an_office_in_an_outlet_of_a_side_is_that_sides(
    matcher: Matcher, language: str, country: str | None, title: str
) -> None:
    match = matcher.match(Document("1", title, "", language, country=country))
    assert match.verdict == "match", match.receipt.line


@pytest.mark.parametrize(("language", "country", "title"), OF_OTHERS)
def test_an_office_that_may_be_anothers_names_nobody(matcher: Matcher, language: str, country: str, title: str) -> None:
    assert matcher.match(Document("1", title, "", language, country=country)).verdict == "no"


def test_the_address_says_where_an_outlet_is_at_home(matcher: Matcher) -> None:
    title = "وزير الداخلية يوقع في أصفهان اتفاقا أمنيا"
    verdicts = {
        host: matcher.match(Document("1", title, "", "ar", url=f"https://{host}/news/1")).verdict
        for host in ("agency.iq", "agency.krd", "agency.example", "agency.eg")
    }
    assert verdicts == {"agency.iq": "match", "agency.krd": "match", "agency.example": "no", "agency.eg": "no"}


def test_a_longer_text_has_to_name_its_side(matcher: Matcher) -> None:
    title = "وزير الداخلية يوقع في أصفهان اتفاقا أمنيا"
    text = "وصل الوفد صباح الأحد. وحضر اللقاء عدد من الضباط. وجرى الحفل في مبنى المحافظة. ولم تعلن تفاصيل أخرى."
    assert matcher.match(Document("1", title, text, "ar", country="IQ")).verdict == "no"


@pytest.mark.parametrize(("language", "country", "title"), OWN)
def test_nothing_is_dismissed_before_its_language_is_known(
    matcher: Matcher, language: str, country: str | None, title: str
) -> None:
    assert matcher.dismissed(Document("1", title, "", None, country=country)) is None
