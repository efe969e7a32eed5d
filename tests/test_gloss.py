"""The line above a story that none of its readers can read: what its receipts resolved, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.config import packaged_folder
from monitor.digest.enrich import Context, described, enrich
from monitor.model import Gloss, Report
from monitor.store.rows import edition_json, to_edition
from monitor.stories.gloss import gloss_of, names_in_front
from monitor.stories.group.headline_acts import parse_headline_acts
from monitor.stories.group.tables import load_tables
from monitor.topic.entities import load_entities
from monitor.topic.records import EntityName
from tests.editions import edition, report, shown, story
from tests.test_render import rendering

ACTS = {"border_security": "border security", "agreement": "agreement"}
TITLE = "لاریجانی و الاعرجی در بغداد یادداشت تفاهم امنیت مرز را امضا کردند"
ENTITIES = load_entities(packaged_folder() / "config" / "entities")


def found(
    id: int, title: str, language: str | None, *entities: str, acts: tuple[str, ...] = (), text: str = ""
) -> Report:
    made = report(id, title, language=language, acts=acts)
    article = replace(made.article, text=text or title)
    return replace(made, article=article, match=replace(made.match, entities=entities))


PERSIAN = found(1, TITLE, "fa", "iran", "larijani", "pl_baghdad", "qasim_araji", acts=("agreement", "border_security"))


def context(locale: str = "en") -> Context:
    return Context([], ENTITIES, ACTS).in_locale(locale)


def ids() -> dict[str, EntityName]:
    return {entity.id: entity for entity in ENTITIES}


def test_what_was_resolved_is_named_and_a_country_is_not() -> None:
    gloss = described(shown(story(1, PERSIAN)), context()).gloss
    assert gloss.acts == ("agreement", "border security")
    assert "Ali Larijani" in gloss.actors
    assert gloss.places == ("Baghdad",)
    assert "Iran" not in (*gloss.actors, *gloss.places)


def test_a_name_of_the_background_is_left_out() -> None:
    later = found(
        2, "گفت‌وگوی وزیران", "fa", "shamkhani", text="یک. " * 3 + "دو سه چهار. " * 4 + "شمخانی هم پیشتر رفته بود."
    )
    assert gloss_of([later], load_tables(), ENTITIES, {}).actors == ()
    assert gloss_of(
        [replace(later, article=replace(later.article, title="شمخانی در راه"))], load_tables(), ENTITIES
    ).actors


def test_a_name_is_what_it_is_in_the_language_of_the_report() -> None:
    title = "فەرماندەی سنوور لە سلێمانی کۆبووەوە"
    kurdish, persian = (found(8, title, code, "soleimani", "pl_sulaymaniyah") for code in ("ckb", "fa"))
    assert list(names_in_front(kurdish, ids())) == ["pl_sulaymaniyah"]
    assert "soleimani" in names_in_front(persian, ids())


def test_what_most_reports_name_stands_first() -> None:
    one = found(3, "سفر حاتمی و باقری", "fa", "hatami", "bagheri")
    other = found(4, "باقری در راه است", "fa", "bagheri")
    assert gloss_of([one, other], load_tables(), ENTITIES).actors[0] == ids()["bagheri"].names[0]
    assert len(gloss_of([one, other], load_tables(), ENTITIES).actors) == 2


def test_without_an_act_of_the_watch_a_headline_names_one() -> None:
    visit = found(5, "سفر دو وزیر", "fa")
    assert gloss_of([visit], load_tables()).acts == ("visit",)
    assert gloss_of([found(6, "باران در راه است", "fa")], load_tables()) == Gloss()
    assert gloss_of([found(7, "ایران به عراق موشک و راکت داد", "fa")], load_tables()).acts == (), "none was fired"


@pytest.mark.parametrize(
    ("locale", "name", "place"),
    [
        ("en", "Ali Larijani", "Baghdad"), ("fa", "علی لاریجانی", "بغداد"), ("ar-IQ", "علي لاريجاني", "بغداد"),
        ("tr", "Ali Laricani", "Bağdat"), ("ckb", "عەلی لاریجانی", "بەغدا"), ("ku", "Ali Larijani", "Bexda"),
        ("ru", "Али Лариджани", "Багдад"), ("sw", "Ali Larijani", "Baghdad"),
    ],
)  # fmt: skip
def test_names_are_those_of_the_digests_language(locale: str, name: str, place: str) -> None:
    gloss = described(shown(story(1, PERSIAN)), context(locale)).gloss
    assert name in gloss.actors
    assert gloss.places == (place,)


@pytest.mark.parametrize(
    ("language", "title", "acts"),
    [
        ("en", "Basra signs deal to purchase river drones", ("purchase",)),
        ("fa", "قرارداد خرید قایق میان دو وزارت امضا شد", ("purchase",)),
        ("en", "Amman agrees to extradite a banker", ("extradition",)),
        ("en", "Amman hands over two convicts", ("extradition",)),
        ("en", "Amman hands over two helicopters", ("delivery",)),
        ("tr", "Ankara iki hükümlüyü Bağdat'a teslim etti", ("extradition",)),
        ("en", "Ministers strike a new water deal", ("agreement",)),
        ("en", "Strike kills three after water deal", ("attack",)),
        ("en", "Strike over wages shuts the port", ("walkout",)),
        ("en", "Minister suffers heart attack", ()),
        ("ar", "البصرة تشتري طائرات هجومية", ("purchase",)),
        ("ar", "لا صحة لأنباء قصف المطار", ("denial", "attack")),
        ("fa", "وزیر خبر حمله به بندر را رد کرد", ("denial", "attack")),
        ("ckb", "وەزارەت هێرشی سەر بەندەر ڕەت دەکاتەوە", ("denial", "attack")),
        ("kmr", "Wezîr serdana Besreyê kir", ("visit",)),
        ("ru", "Басра требует вывода войск", ("demand", "withdrawal")),
        ("en", "Basra plans to buy tugs", ("plan", "purchase")),
        ("de", "Abkommen unterzeichnet", ("agreement",)),
        ("en", "Council approves harbour budget", ("approval",)),
        ("en", "Blast at Basra silo", ("explosion",)),
        ("fa", "وزیر حضور مربیان در بندر را رد کرد", ("denial",)),
        ("fa", "وزیر پیشنهاد بندر را رد کرد", ("refusal",)),
        ("ar", "وزير البلديات يؤكد أهمية ضبط الحدود", ()),
        ("ar", "مجلس التعاون يدعو إلى هدنة", ("demand", "ceasefire")),
        ("fr", "Trois passeurs abattus par des hommes masqués", ("killing",)),
        ("fr", "Drone abattu au large du port", ("downing",)),
        ("ru", "Басра обвинила подрядчика", ("accusation",)),
        ("es", "Cae un dron en el puerto", ("crash",)),
        ("tr", "Belediye Başkan Yardımcısı limanda", ()),
        ("ckb", "شارەوانی سوپاسی کرێکاران دەکات", ("praise",)),
        ("kmr", "Parlamentoya bajêr budceyê erê kir", ("approval",)),
    ],
)
def test_an_act_is_what_was_done_and_not_the_form_in_which_it_was_agreed(
    language: str, title: str, acts: tuple[str, ...]
) -> None:
    assert gloss_of([found(6, title, language)], load_tables()).acts == acts


@pytest.mark.parametrize(
    ("language", "title", "acts"),
    [
        ("en", "No deal on ferries, mayor says", ()),
        ("en", "Mayor does not rule out ferry deal", ("agreement",)),
        ("en", "Deal on ferries, no strike planned", ("plan", "agreement")),
        ("de", "Kein Abkommen über Fähren", ()),
        ("fr", "Aucun accord sur les bacs", ()),
        ("es", "Sin acuerdo sobre los transbordadores", ()),
        ("ru", "Мэры не подписали соглашение", ()),
        ("ar", "لا اتفاق على العبارات", ()),
        ("fa", "توافقی امضا نشد", ()),
        ("tr", "Anlaşma imzalanmadı", ()),
        ("ckb", "هیچ ڕێککەوتنێک نییە", ()),
        ("kmr", "Lihevkirin nîne", ()),
    ],
)
def test_a_deed_beside_a_negation_is_not_told(language: str, title: str, acts: tuple[str, ...]) -> None:
    assert gloss_of([found(6, title, language)], load_tables()).acts == acts


def test_acts_of_the_whole_text_come_after_those_of_the_headline_and_none_is_said_twice() -> None:
    drill = found(6, "Drill off Basra", "en", acts=("agreement", "joint_drill", "border_security"))
    assert gloss_of([drill], load_tables()).acts == ("exercise", "border security")


def test_an_act_of_no_known_part_is_refused() -> None:
    with pytest.raises(ValueError, match="no part of a headline: verb"):
        parse_headline_acts({"purchase": {"part": "verb", "en": ["buys"]}})


def test_what_is_new_is_named_in_that_language_too() -> None:
    before = found(7, "دیدار در تهران", "fa", "hatami")
    running = shown(story(1, before, PERSIAN), developing=True, fresh=frozenset({1}))
    assert "علی لاریجانی" in [news.text for news in described(running, context("fa")).news if news.kind == "person"]


def test_it_stands_above_a_story_that_no_reader_can_read() -> None:
    each = described(shown(story(1, PERSIAN)), context())
    line = "Agreement, border security · Ali Larijani"
    for said in (rendering(edition(each)).html, rendering(edition(each)).text):
        assert said.index(line) < said.index(TITLE)
    for readers in (("fa",), ("en", "fa")):
        assert line not in rendering(edition(each), languages=readers).text


def test_it_stands_above_headlines_and_near_misses_that_no_reader_can_read() -> None:
    near = replace(PERSIAN, article=replace(PERSIAN.article, id=2, title=f"{TITLE} 2"))
    whole = enrich(edition(more=(shown(story(1, PERSIAN)),), near=(near,)), context())
    line = "Agreement, border security · Ali Larijani"
    for said in (rendering(whole).html, rendering(whole).text):
        assert said.count(line) == 2
        assert said.index(line) < said.index(TITLE) < said.rindex(line) < said.index(f"{TITLE} 2")
    assert to_edition(edition_json(whole)) == whole
    for mine in (context("fa"), replace(context(), reads=("en", "fa"))):
        assert not enrich(whole, mine).near_glosses
        assert line not in rendering(enrich(whole, mine)).text


@pytest.mark.parametrize("language", ["en", None])
def test_a_story_with_a_report_that_may_be_read_needs_none(language: str | None) -> None:
    other = found(8, "Security memorandum signed", language, "larijani", acts=("agreement",))
    each = described(shown(story(1, PERSIAN, other)), context())
    assert each.gloss.acts
    assert 'class="gloss"' not in rendering(edition(each)).html


def test_a_story_of_which_nothing_was_resolved_has_none() -> None:
    each = described(shown(story(1, found(9, "باران در راه است", "fa"))), context())
    assert 'class="gloss"' not in rendering(edition(each)).html


def test_a_name_in_letters_that_the_reader_cannot_read_is_left_out_and_no_mark_is_shown() -> None:
    people = [
        EntityName("kiani", "person", "", ("رستم کیانی",), called=(("fa", "رستم کیانی"),)),
        EntityName("raad", "person", "", ("~Raad", "رعد"), called=(("en", "Raad"), ("ar", "رعد"))),
    ]
    each = shown(story(1, found(10, "رستم کیانی و رعد", "fa", "kiani", "raad")))
    assert described(each, Context([], people).in_locale("en")).gloss.actors == ("Raad",)
    assert described(each, Context([], people)).gloss.actors == ("Raad",)
    assert described(each, Context([], people).in_locale("fa")).gloss.actors == ("رستم کیانی", "رعد")


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("Najm al-Bakri in Tehran", ["najm"]),
        ("Al-Bakri in Tehran", ["amir"]),  # by the name alone, it is whom it is mostly
        ("Amir al-Bakri receives Najm al-Bakri", ["amir", "najm"]),
    ],
)
def test_a_surname_is_that_of_the_person_whom_the_same_lines_name_in_full(title: str, named: list[str]) -> None:
    people = [
        EntityName("amir", "person", "iraq", ("Amir al-Bakri", "~al-Bakri")),
        EntityName("najm", "person", "iraq", ("Najm al-Bakri",)),
    ]
    report = found(8, title, "en", "amir", "najm", text="Al-Bakri spoke of the border.")
    assert list(names_in_front(report, {person.id: person for person in people})) == named
