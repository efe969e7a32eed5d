"""Who says what: reports agree and differ over languages, one side's own account, copies in translation, headlines."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.model import Accounts, Article, Claim, Copy, Highlight, Match, Passage, Receipt, Report, Saying, Story
from monitor.render.account_views import build_accounts
from monitor.stories.accounts import accounts
from monitor.stories.counted import counted, without_designations
from monitor.stories.group.tables import load_tables
from monitor.stories.number_words import with_figures
from monitor.stories.provenance import headline_of, provenance
from monitor.stories.said import numbers_in
from monitor.text.fold import fold
from monitor.topic.records import EntityName

START = datetime(2024, 3, 4, 8, tzinfo=UTC)
TEMPLATES = Path(__file__).parents[1] / "templates"
TABLES = load_tables()


def report(
    number: int, publisher: str, text: str, title: str = "Clash on the border", language: str = "en",
    country: str = "", hours: float = 0.0, entities: tuple[str, ...] = (), score: float = 0.9,
) -> Report:  # fmt: skip
    when = START + timedelta(hours=hours)
    article = Article(
        number, f"https://example.org/{number}", title, text, language, when, when, f"f{number}", publisher, publisher,
        "independent", country or None,
    )  # fmt: skip
    return Report(article, Match("w", score, "match", Receipt(0.5, 0.3, "v"), entities), when)


def differ(*reports: Report) -> list[tuple[str, list[str]]]:
    return [(claim.kind, sorted(each.value for each in claim.sayings)) for claim in accounts(reports, TABLES).differ]


SMUGGLERS = "Smugglers near Khosravi killed {} guards in an ambush on the Parwezkhan road, the governor of Mehran said."


def test_two_publishers_that_say_one_thing_agree() -> None:
    texts = ("Colonel Raad said 38 posts would be built.", "The plan has 38 posts along the river, he told a radio.")
    found = accounts([report(1, "A", texts[0]), report(2, "B", texts[1]), report(3, "B", texts[1])], TABLES)
    [claim] = found.agreed
    assert claim.kind == "figure"
    assert claim.sayings[0].value == "38 posts"
    assert claim.sayings[0].articles == (1, 2, 3)
    assert claim.sayings[0].quote == texts[0]
    assert found.differ == ()


def test_what_several_say_alike_is_shown_as_the_readers_language_has_it() -> None:
    persian = report(1, "A", "فرمانده گفت ۱۲۰ سرباز به مرز رفتند.", language="fa")
    english = report(2, "B", "The commander said 120 soldiers went to the border.")
    shown = {
        reads: accounts([persian, english], TABLES, reads=reads).agreed[0].sayings[0].value
        for reads in ((), ("en",), ("de", "fa"))
    }
    assert shown == {(): "120 سرباز", ("en",): "120 soldiers", ("de", "fa"): "120 سرباز"}


def test_nobody_agrees_on_what_another_report_counts_otherwise() -> None:
    one = report(1, "A", "Rear Admiral Karim said three frigates and 12 helicopters will guard the canal from March.")
    other = report(2, "B", "The canal will be guarded by three frigates, a radio said.")
    third = report(3, "C", "Five frigates and 12 helicopters of the fleet take part, the ministry announced on Monday.")
    found = accounts([one, other, third], TABLES)
    assert [claim for claim in found.agreed if "frigates" in claim.sayings[0].value] == []
    # They differ, because the same number of helicopters stands beside both.
    assert [sorted(each.value for each in claim.sayings) for claim in found.differ] == [["3 frigates", "5 frigates"]]
    both = report(3, "C", "Three frigates came on Monday and five frigates will follow.")
    assert "3 frigates" in [claim.sayings[0].value for claim in accounts([one, other, both], TABLES).agreed]


def test_one_publisher_agrees_with_nobody_and_a_copy_is_no_second_voice() -> None:
    text = "Colonel Raad said 38 posts would be built."
    assert accounts([report(1, "A", text), report(2, "A", text)], TABLES) == Accounts()
    assert accounts([report(1, "A", text), report(2, "B", text)], TABLES, copies=[2]) == Accounts()


def test_another_figure_of_the_same_thing_is_a_contradiction_with_both_quotes() -> None:
    one, other = report(1, "A", SMUGGLERS.format(12)), report(2, "B", SMUGGLERS.format(14))
    [claim] = accounts([one, other], TABLES).differ
    assert [(s.value, s.articles, s.article) for s in claim.sayings] == [("12 guards", (1,), 1), ("14 guards", (2,), 2)]
    assert claim.sayings[1].quote == SMUGGLERS.format(14)


def test_a_contradiction_is_found_between_two_languages() -> None:
    persian = "تکذیب نشد: در حمله قاچاقچیان به پاسگاه مرزی در خسروی کرمانشاه ۱۴ سرباز کشته شدند و وزیر محکوم کرد."
    english = "An attack by smugglers on a border post at Khosravi in Kermanshah killed 12 soldiers, a minister said."
    assert differ(report(1, "A", english), report(2, "B", persian, language="fa")) != []
    assert differ(report(1, "A", english.replace("12", "14")), report(2, "B", persian, language="fa")) == []


@pytest.mark.parametrize(
    "other",
    [
        SMUGGLERS.format("12,000").replace("12,000", "12"),
        "Two villages lost power, and 14 guards of the dam went home early that night.",
        SMUGGLERS.format(14).replace("guards", "days after the raid"),
        SMUGGLERS.format(12) + " In another place 14 guards were hurt.",
    ],
    ids=["the same", "another thing", "a span", "both"],
)
def test_what_is_no_contradiction(other: str) -> None:
    assert differ(report(1, "A", SMUGGLERS.format(12)), report(2, "B", other)) == []


def test_a_figure_that_was_cut_by_the_end_of_a_sentence_is_none() -> None:
    text = "The quake had 6. {} degrees of magnitude near Khosravi and shook Mehran town, the governor of Mehran said."
    assert differ(report(1, "A", text.format(1)), report(2, "B", text.format(9))) == []
    whole = "The quake near Khosravi hurt {} guards and shook Mehran town, the governor of Mehran said."
    assert differ(report(1, "A", whole.format(12)), report(2, "B", whole.format(19))) == [
        ("figure", ["12 guards", "19 guards"])
    ]


@pytest.mark.parametrize(
    ("whole", "differs"),
    [
        ("Of the 23 smugglers whom marines seized on the boat, 9 are Omani and 14 Kenyan, the ministry said.", False),
        ("Marines seized 23 smugglers on the boat off Marren, who are Omani and Kenyan, the ministry said.", True),
    ],
)
def test_a_sentence_that_gives_the_others_figure_counts_a_part_of_it(whole: str, differs: bool) -> None:
    part = "Marines seized 14 Kenyan and 9 Omani smugglers on the boat off Marren, the ministry said."
    assert bool(differ(report(1, "A", part), report(2, "B", whole))) is differs


def test_lists_that_share_no_figure_are_of_two_things() -> None:
    text = (
        "The border guards seized {} rifles, {} pistols and {} mortars on the Parwezkhan road near Khosravi in raids."
    )
    lists = [report(1, "A", text.format(57, 33, 21)), report(2, "B", text.format(154, 113, 43))]
    assert differ(*lists) == []
    one_differs = [report(1, "A", text.format(57, 33, 21)), report(2, "B", text.format(54, 33, 21))]
    assert differ(*one_differs) == [("figure", ["54 rifles", "57 rifles"])]


def test_what_is_counted_stands_beside_the_word_that_says_whose_it_is() -> None:
    text = "The academy in Mehran will train {} in spring, the governor of Mehran said beside the army chief Mousavi."
    iraqi, more, others = (
        text.format(each) for each in ("100 Iraqi officers", "120 Iraqi officers", "80 Omani officers")
    )
    assert differ(report(1, "A", iraqi), report(2, "B", more)) == [
        ("figure", ["100 Iraqi officers", "120 Iraqi officers"])
    ]
    assert differ(report(1, "A", iraqi), report(2, "B", others)) == []
    assert [shown for _, shown in numbers_in("It bought 12 Iranian drones and 3 trucks", "en")] == [
        "12 iranian drones", "3 trucks",
    ]  # fmt: skip
    assert [shown for _, shown in numbers_in("It sent 60 T-72 tanks", "en")] == ["60 t72 tanks"]


def test_days_of_the_islamic_calendar_and_numbers_of_wire_items_count_nothing() -> None:
    dateline = "البصرة 20 جمادى الآخرة 1448 هـ: وصل 14 ضابطا"
    assert [shown for _, shown in numbers_in(dateline, "ar")] == ["14 ضابطا"]
    assert list(numbers_in("16:48 0112", "ar")) == []


AMBUSH = "Three soldiers were killed in an ambush."


@pytest.mark.parametrize(
    ("language", "other", "differs"),
    [
        ("en", "Five soldiers died when gunmen opened fire.", True),
        ("fa", "پنج سرباز کشته شدند.", True),
        ("ar", "لقي 5 جنود مصرعهم في الهجوم.", True),
        ("tr", "Saldırıda 5 asker hayatını kaybetti.", True),
        ("ru", "Погибли 5 солдат.", True),
        ("en", "Five soldiers were wounded in an ambush.", False),
        ("en", "Five gunmen were killed in an ambush.", False),
        ("en", "Five soldiers were killed in such ambushes last year.", False),
        ("en", "Five soldiers stood guard.", False),
        ("en", "Four soldiers were killed and five soldiers were wounded.", False),
        ("en", "Ninety soldiers were killed.", False),
        ("fa", "پنج سرباز زخمی شدند.", False),
    ],
)
def test_in_openings_a_count_differs_where_the_same_was_done_with_the_same(
    language: str, other: str, differs: bool
) -> None:
    found = differ(report(1, "A", AMBUSH, "Near Tuz"), report(2, "B", other, "Duz", language))
    assert [kind for kind, _ in found] == ["figure"] * differs


def test_a_count_far_below_the_opening_needs_more_than_the_same_deed() -> None:
    late = "It rained over the hills. Roads were shut. Schools stayed open. Five soldiers died when gunmen opened fire."
    assert differ(report(1, "A", AMBUSH, "Near Tuz"), report(2, "B", late, "Rain")) == []


COUNTED = {
    "en": "Iran sent {} new patrol boats to the naval base at Umm Qasr, Admiral Shahram Irani said.",
    "fa": "ایران {} فروند قایق گشتی به پایگاه دریایی ام‌قصر فرستاد، دریادار شهرام ایرانی گفت.",
    "ar": "أرسلت إيران {} زورقاً للدورية إلى القاعدة البحرية في أم قصر، وفق الأدميرال شهرام إيراني.",
    "tr": "İran, Ümmü Kasr deniz üssüne {} devriye botu gönderdi, Amiral Şehram İrani söyledi.",
}


@pytest.mark.parametrize("other", [code for code in COUNTED if code != "en"])
def test_one_thing_is_counted_in_two_languages_whatever_stands_beside_it(other: str) -> None:
    def found(one: int, another: int) -> list[str]:
        reports = (
            report(1, "A", COUNTED["en"].format(one)),
            report(2, "B", COUNTED[other].format(another), language=other),
        )
        return [value.partition(" ")[0] for _, values in differ(*reports) for value in values]

    assert found(12, 15) == ["12", "15"]
    assert found(12, 12) == []
    assert found(12, 150) == [], "too many for one count"


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("40 Iranian military trainers came", "trainer"),
        ("20 army officers", "officer"),
        ("12 soldiers guarded it", "soldier"),
        ("6 Iranian-made helicopters", "helicopter"),
        ("3 in drones", None),
        ("60 T-72 tanks", "tank"),
        ("14 former camps", "camp"),
        ("60% of vehicles", None),
    ],
)
def test_what_a_figure_counts_is_told_by_the_words_behind_it(text: str, counts: str | None) -> None:
    number = re.match(r"\d+", text)
    assert number
    found = counted(fold(without_designations(text)), number[0], number[0], "en", TABLES)
    assert (found and found.about) == (counts and f"counted {counts}")


def test_a_figure_with_a_word_that_multiplies_it_is_the_figure() -> None:
    text = "The road from Khosravi to Parwezkhan will cost {} dollars, the governor of Kermanshah told the council."
    assert differ(report(1, "A", text.format("9 million")), report(2, "B", text.format("9,000,000"))) == []
    found = differ(report(1, "A", text.format("9 million")), report(2, "B", text.format("7 million")))
    assert found == [("figure", ["7 million dollars", "9 million dollars"])]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The trench is 90 km long, he said."),
        ("tr", "Irak sınırda 90 kilometrelik hendek kazıyor."),
        ("fa", "عراق خندقی به طول ۹۰ کیلومتر می‌کند."),
        ("ar", "يحفر العراق خندقا بطول 90 كيلومترا."),
        ("ar", "يحفر العراق خندقا بطول 90 كم قرب بنجوين."),
        ("ckb", "عێراق خەندەقێک بە درێژی ٩٠ کیلۆمەتر لێدەدات."),
        ("de", "Der Graben soll 90 Kilometer lang werden."),
    ],
)
def test_a_unit_is_one_in_every_language(language: str, text: str) -> None:
    english = report(1, "A", "Iraq has started a 90-kilometre trench near Penjwen.")
    [claim] = accounts([english, report(2, "B", text, language=language)], TABLES).agreed
    assert claim.kind == "figure"
    assert len(claim.sayings[0].articles) == 2


def test_days_of_an_act_differ_but_not_datelines() -> None:
    text = "Ministers Marwan and Sohrabi will sign the memorandum on posts at Zarbatiyah on {}, an aide said in Tehran."
    found = differ(report(1, "A", text.format("12 May 2024")), report(2, "B", text.format("19 May 2024")))
    assert ("date", ["agreement on 2024-05-12", "agreement on 2024-05-19"]) in found
    dated = (
        "12 May 2024 - Ministers Marwan and Sohrabi sign a memorandum on posts at Zarbatiyah, an aide said in Tehran."
    )
    assert differ(report(1, "A", dated), report(2, "B", dated.replace("12 May", "19 May"))) == []


def test_a_denial_stands_against_what_it_denies() -> None:
    said = report(1, "A", "Text.", title="Iraq and Iran sign security agreement in Baghdad")
    denied = report(2, "B", "Text.", title="Adviser's office denies security agreement with Iran was signed")
    [claim] = accounts([said, denied], TABLES).differ
    assert [(each.value, each.articles) for each in claim.sayings] == [("denied", (2,)), ("reported", (1,))]
    also = report(1, "A", "Text.", title="No security agreement with Iran, only a memorandum, says adviser")
    assert accounts([also, denied], TABLES).differ == ()


@pytest.mark.parametrize(
    ("language", "said", "other", "denied"),
    [
        ("fa", "دو شهرداری قرارداد پل امضا کردند", "شهرداری امضای قرارداد پل را تکذیب کرد", True),
        ("fa", "دو شهرداری قرارداد پل امضا کردند", "شهرداری درخواست لغو قرارداد پل را رد کرد", False),
        ("fa", "دو شهرداری قرارداد پل امضا کردند", "شهرداری پیشنهاد قرارداد پل را رد کرد", False),
        ("en", "Basra and Tehran sign ferry deal", "Basra denies ferry deal with Tehran", True),
        ("en", "Basra and Tehran sign ferry deal", "Mayor denies rift as Basra and Tehran sign ferry deal", False),
        ("en", "Basra and Tehran sign ferry deal", "Basra denies request to scrap ferry deal with Tehran", False),
        ("en", "Basra and Tehran plan ferry deal", "Basra denies ferry deal with Tehran", False),
        ("en", "Mayors sign ferry deal", "Basra denies ferry deal with Tehran", False),
        ("tr", "Basra limanı vuruldu", "Tahran Basra limanına saldırıyı yalanladı", True),
        ("ckb", "ئێران هێرشی کردە سەر بەسرە", "تاران هێرشی سەر بەسرە ڕەت دەکاتەوە", True),
        ("ckb", "بەسرە گرێبەستی پرد واژۆ دەکات", "بەسرە داوای هەڵوەشاندنەوەی گرێبەستی پرد ڕەت دەکاتەوە", False),
    ],
)
def test_what_is_denied_is_what_stands_beside_the_denial(language: str, said: str, other: str, denied: bool) -> None:
    reports = [report(n, f"P{n}", "…", title=title, language=language) for n, title in enumerate((said, other), 1)]
    assert [kind for kind, _ in differ(*reports)] == ["denial"] * denied


@pytest.mark.parametrize(
    ("one", "other", "differs"),
    [
        ("Some 140 soldiers were arrested off Basra.", "Police arrested 143 soldiers off Basra.", False),
        ("Some 140 soldiers were arrested off Basra.", "Police arrested 200 soldiers off Basra.", True),
        ("At least 10 soldiers were killed off Basra.", "Twelve soldiers were killed off Basra.", False),
        ("At least 10 soldiers were killed off Basra.", "Seven soldiers were killed off Basra.", True),
        ("Forty soldiers were arrested off Basra.", "Last year 90 soldiers were arrested off Basra.", False),
        ("Basra opened 6 joint posts on the river.", "Basra opened 9 joint patrols on the river.", False),
        ("14 guards and 4 soldiers were killed off Basra.", "Four soldiers were killed off Basra.", False),
    ],
)
def test_counts_that_may_both_be_right_do_not_differ(one: str, other: str, differs: bool) -> None:
    assert bool(differ(report(1, "A", one, "Off Basra"), report(2, "B", other, "Basra"))) is differs


@pytest.mark.parametrize(
    ("language", "text", "shown"),
    [
        ("en", "They held 12 joint patrols along the river", "12 joint patrols"),
        ("en", "It sent 30 Iraqi naval engineers", "30 iraqi naval engineers"),
        ("ru", "В учениях 12 военных кораблей", "12 военных кораблеи"),
        ("tr", "Nehirde 12 ortak devriye", "12 ortak devriye"),
    ],
)
def test_a_figure_is_shown_with_what_it_counts(language: str, text: str, shown: str) -> None:
    assert [each for _, each in numbers_in(text, language)] == [shown]


PEOPLE = [EntityName("kiani", "person", "", ("Rostam Kiani",)), EntityName("raad", "person", "", ("Salman Raad",))]


def test_what_one_sides_outlets_say_alone_and_leave_out() -> None:
    own = "General Rostam Kiani watched the drill from a hill, state media said."
    others = "Brigadier Salman Raad said 300 men took part, and that it ended early."
    found = accounts(
        [
            report(1, "A", own, country="IR", entities=("kiani",)),
            report(2, "B", own, country="IR", entities=("kiani",)),
            report(3, "C", others, country="IQ", entities=("raad",)),
            report(4, "D", others, country="GB", entities=("raad",)),
        ],
        TABLES,
        sides={"IR": "Iran", "IQ": "Iraq"},
        entities=PEOPLE,
    ).one_sided
    told = [(each.side, each.missing, each.text, each.saying.articles, each.saying.quote) for each in found]
    assert told == [("Iran", False, "Rostam Kiani", (1, 2), own), ("Iran", True, "Salman Raad", (3, 4), others)]


def test_a_name_that_the_other_side_writes_without_being_recognised_is_not_one_sided() -> None:
    own = "General Rostam Kiani watched the drill from a hill, state media said."
    reports = [report(n, f"P{n}", own, country="IR", entities=("kiani",)) for n in (1, 2)]
    reports.append(report(3, "C", "Rostam Kiani was there.", country="IQ"))
    assert accounts(reports, TABLES, sides={"IR": "Iran"}, entities=PEOPLE).one_sided == ()


@pytest.mark.parametrize(
    ("language", "sentence", "one", "other"),
    [
        ("en", "The ministry said {} ships crossed the strait with the patrol on its way.", "twelve", "nine"),
        ("en", "The ministry said {} ships crossed the strait with the patrol on its way.", "forty-two", "14"),
        ("fa", "وزارتخانه گفت {} شناور همراه گشت از تنگه عبور کردند.", "دوازده", "هفت"),
        ("fa", "وزارتخانه گفت {} شناور همراه گشت از تنگه عبور کردند.", "بیست و پنج", "۲۰"),
        ("ar", "قالت الوزارة إن {} سفينة عبرت المضيق مع الدورية البحرية.", "خمسة وعشرين", "اثنتي عشرة"),
        ("tr", "Bakanlık, boğazdan {} geminin devriye ile geçtiğini söyledi.", "on iki", "dokuz"),
        ("ckb", "وەزارەت وتی {} کەشتی لەگەڵ دەوریە لە گەرووەکە تێپەڕین.", "دوازدە", "نۆ"),
        ("kmr", "Wezaretê got {} keştî bi dewriyeyê re di tengavê re derbas bûn.", "bîst û pênc", "neh"),
    ],
)
def test_numbers_in_words_count(language: str, sentence: str, one: str, other: str) -> None:
    texts = (sentence.format(one), sentence.format(other))
    reports = [report(n, f"P{n}", text, title="…", language=language) for n, text in enumerate(texts, 1)]
    found = accounts(reports, TABLES)
    [claim] = found.differ
    assert claim.kind == "figure"
    sayings = sorted(claim.sayings, key=lambda each: each.article)
    assert [each.quote for each in sayings] == list(texts)
    assert {each.value.partition(" ")[2] for each in sayings} == {sentence.partition("{} ")[2].split()[0]}
    assert found.agreed == ()


@pytest.mark.parametrize(
    "text",
    ["two or one", "four five guns", "a five-boat attack", "sixth", "several ships", "no one", "tend", "twenty first"],
)
def test_what_words_leave_open_stays(text: str) -> None:
    assert with_figures(text, "en") == text


@pytest.mark.parametrize("day", ["سه‌شنبه", "پنج شنبه", "چهار‌شنبه"])
def test_the_number_in_the_name_of_a_weekday_counts_nothing(day: str) -> None:
    assert with_figures(fold(f"{day} سه کشتی رفت"), "fa") == fold(f"{day} 3 کشتی رفت")


@pytest.mark.parametrize(
    ("language", "ordinal", "count", "figure"),
    [
        ("ar", "الاجتماع الحادي عشر", "أحد عشر ضابطا", "11 ضابطا"),
        ("ar", "القرن الخامس والعشرين", "خمسة وعشرون ضابطا", "25 ضابطا"),
        ("tr", "on birinci toplantı", "on bir subay", "11 subay"),
    ],
)
def test_an_ordinal_of_two_words_counts_nothing(language: str, ordinal: str, count: str, figure: str) -> None:
    assert not re.search(r"\d", with_figures(fold(ordinal), language))
    assert with_figures(fold(count), language) == fold(figure)


def test_a_number_in_words_needs_a_sentence_that_is_nearly_the_same() -> None:
    """It counts anything, as a season's matches."""
    played = "Sohrabi played in {} matches, but sat out several after the surgery on his left knee in October."
    missed = "Sohrabi missed {} matches earlier this season after surgery to repair the meniscus of his left knee."
    assert differ(report(1, "A", played.format(10), title="…"), report(2, "B", missed.format("four"), title="…")) == []
    assert differ(report(1, "A", played.format(10), title="…"), report(2, "B", played.format("four"), title="…"))


ACT = "They signed agreements on the border."


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("ar", "وقع المستشاران مذكرة تفاهم في بغداد."),
        ("tr", "İki danışman Bağdat'ta bir mutabakat zaptı imzaladı."),
        ("fa", "دو مشاور در بغداد یادداشت تفاهم امضا کردند."),
    ],
)
def test_an_act_that_the_other_side_words_in_its_own_way_is_not_left_out(language: str, told: str) -> None:
    def left_out(text: str) -> list[str]:
        passage = Passage(ACT, "body", (Highlight(12, 21, "agreement"),))
        match = Match("w", 0.9, "match", Receipt(0.5, 0.3, "v", passages=(passage,)), (), ("agreement",))
        told = [replace(report(n, f"P{n}", ACT, country="IR"), match=match) for n in (1, 2)]
        silent = [report(n, f"P{n}", text, country="IQ", language=language, title="...") for n in (3, 4)]
        found = accounts([*told, *silent], TABLES, sides={"IQ": "Iraq"}, acts={"agreement": "agreement"})
        return [each.text for each in found.one_sided]

    assert left_out(told) == []
    assert left_out("...") == ["agreement"]


ENGLISH = (
    "Iraqi Defence Minister Karim Marwan arrived in Tehran on Monday with a delegation of 14 officers. He met Navid "
    "Sohrabi, the Iranian minister, and General Rostam Kiani of the air force. They spoke of 38 border posts at "
    "Zarbatiyah and Khosravi, and of drones. Marwan then went to Isfahan, where he saw a missile factory with Bahram "
    "Dastan. On the way back he stopped at Kermanshah, whose governor Hamid Zandi offered 120 rooms for officers. The "
    "Turkish and Russian ambassadors had asked for talks about Syria, but Marwan refused and flew to Basra with 11 of "
    "his men. In Basra he met Jamal Qaderi of the oil ministry, and in Mosul General Faris Haddad of the army."
)
ARABIC = (
    "وصل وزير الدفاع العراقي كريم مروان يوم الاثنين إلى طهران مع وفد من 14 ضابطا. والتقى نويد سهرابي "
    "الوزير الإيراني والجنرال رستم كياني من القوة الجوية. وتحدثوا عن 38 مخفرا على الحدود في زرباطية "
    "وخسروي وعن الطائرات المسيرة. ثم ذهب مروان إلى أصفهان حيث شاهد مصنع صواريخ مع بهرام داستان. وفي طريق "
    "العودة توقف في كرمانشاه التي عرض محافظها حميد زندي 120 غرفة للضباط. وكان السفيران التركي والروسي قد "
    "طلبا محادثات بشأن سوريا لكن مروان رفض وطار إلى البصرة مع 11 من رجاله. وفي البصرة التقى جمال قادري من "
    "وزارة النفط وفي الموصل الجنرال فارس حداد من الجيش."
)
INDEPENDENT = (
    "قال الجنرال فارس حداد من الجيش في الموصل إن زيارة الوزير كريم مروان إلى طهران لم تحقق شيئا. وأضاف أن "
    "نويد سهرابي رفض بيع الصواريخ والطائرات المسيرة، وأن سوريا كانت الموضوع الأول. وذكر جمال قادري في "
    "البصرة أن النفط لم يبحث، بينما أكد رستم كياني أن المخافر في خسروي وزرباطية جاهزة منذ سنة وأن تركيا "
    "وروسيا لا علاقة لهما بالحدود."
)


def test_a_translation_is_a_copy_and_an_own_report_of_the_event_is_none() -> None:
    original, translated = report(1, "Wire", ENGLISH), report(2, "Daily", ARABIC, language="ar", hours=2)
    own = report(3, "Own", INDEPENDENT, language="ar", hours=3)
    found = provenance([original, translated, own], tables=TABLES)
    assert found.copies == (Copy(2, "Wire"),)
    assert found.publishers == ("Wire", "Own")
    shuffled = report(2, "Daily", " ".join(reversed(ARABIC.split(". "))), language="ar", hours=2)
    assert provenance([original, shuffled], tables=TABLES).copies == ()


def test_the_headline_is_never_a_copiers() -> None:
    first = report(1, "Wire", ENGLISH, title="وصول الوزير", language="ar", score=0.8)
    copier = report(2, "Daily", ENGLISH, title="Marwan in Tehran", hours=1)
    story = Story(1, "w", copier.article.title, START, START, 0.9, (first, copier))
    copies = {copy.article for copy in provenance(story.reports).copies}
    assert copies == {2}
    assert headline_of(story, copies) == "وصول الوزير"
    assert headline_of(story, set()) == "Marwan in Tehran"
    own = replace(story, reports=(copier,))
    assert headline_of(own, {2}) == "Marwan in Tehran"  # nobody else has it


def test_a_claim_names_its_kind() -> None:
    [claim] = accounts([report(1, "A", SMUGGLERS.format(12)), report(2, "B", SMUGGLERS.format(14))], TABLES).differ
    assert isinstance(claim, Claim)
    assert claim.kind == "figure"


def test_a_figure_that_runs_the_other_way_stands_by_itself() -> None:
    said = Saying("120 کیلومتر", (1, 2), 1, "این دیوار 120 کیلومتر است.")
    found = Accounts(agreed=(Claim("figure", "کیلومتر", (said,)),))
    assert build_accounts(found, [], str, 200).agreed == ("\u2068120 کیلومتر\u2069 (2 reports)",)


@pytest.mark.parametrize("name", ["digest.html", "web/story.html"])
def test_the_page_and_not_its_first_letter_gives_a_claims_direction(name: str) -> None:
    """`bdi` takes the direction of its first letter, also where that stands between isolates: "(reports 2)"."""
    lines = (TEMPLATES / name).read_text(encoding="utf-8").splitlines()
    [line] = [line for line in lines if "They agree:" in line]
    assert "{{ each }}" in line
    assert "<bdi>" not in line
