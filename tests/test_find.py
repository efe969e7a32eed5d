"""Finding on the page: filters that combine, queries with operators, and names however they are spelt."""

# ruff: noqa: F811 - fixtures of other files are named again where they are used

from __future__ import annotations

from urllib.parse import urlencode

import feedparser
import pytest

from monitor.config.query import QueryError
from monitor.model import Article
from monitor.pipeline import decide
from monitor.pipeline.decide import Person
from monitor.store import articles
from monitor.text.sound_key import may_be_said_so, sound_key, sound_keys
from monitor.topic.records import EntityName
from monitor.web import search_page
from monitor.web.search_expression import expression
from monitor.web.search_names import Names, _names, names_of
from monitor.web.search_page import AROUND, snippet_of
from tests.test_web import NOW, TOKEN, Answer, Place, article, filled, own, read  # noqa: F401

NOBODY = Names((), {}, {})
TEXT = article(1, "Shamkhani visits Baghdad", "The envoy spoke of gas and trade.\nPrices of bread rose in Basra.", 1)


def holds(query: str, made: Article = TEXT) -> bool:
    found = expression(query, NOBODY)
    assert found
    return found.holds(made)


@pytest.mark.parametrize(
    ("query", "right"),
    [
        ("baghdad gas", True),
        ("baghdad AND gas", True),
        ("baghdad water", False),
        ("water OR gas", True),
        ("water OR oil", False),
        ("baghdad NOT gas", False),
        ("baghdad NOT water", True),
        ("NOT water", True),
        ("(water OR gas) (tehran OR basra)", True),
        ("(water OR gas) (tehran OR mosul)", False),
        ("baghdad water OR bread basra", True),
        ('"spoke of gas"', True),
        ('"gas of spoke"', False),
        ('"spoke of gas" OR water', True),
        ("title:baghdad", True),
        ("title:gas", False),
        ("text:baghdad", False),
        ("text:(gas bread)", True),
        ("language:en gas", True),
        ("language:fa gas", False),
        ('source:"outlet 1"', True),
        ("source:other", False),
        ("gas NEAR/2 trade", True),
        ("gas NEAR/2 basra", False),
        ("iran, gas", False),
        ("gas, trade", True),
        ("gas - trade", True),
        ("and or not gas", False),
        ("bagh*", True),
        ("aghd*", False),
        ("trad* gas", True),
        ("trad* NOT bre*", False),
        ("(wat* OR gas) title:visit*", True),
        ('"bagh*"', False),
        ("Shamkhani: gas", True),
    ],
)
def test_operators_mean_what_they_say(query: str, right: bool) -> None:
    assert holds(query) is right


@pytest.mark.parametrize(
    "query", ["gas AND", "OR gas", "(gas", "gas NEAR/0 oil", "title: AND x", 'NOT "gas', "country:IQ", "gas -oil"]
)
def test_what_cannot_be_read_is_said(query: str) -> None:
    with pytest.raises(QueryError, match="column"):
        expression(query, NOBODY)


def test_endings_beside_near_are_to_be_written_out() -> None:
    with pytest.raises(QueryError, match="write its endings out"):
        expression("gas NEAR/3 (oil OR tra*)", NOBODY)


@pytest.mark.parametrize("query", ["smug*l", "*smuggl", "*", "s*", "oil OR smug*l", "title:*"])
def test_a_mark_that_is_at_no_words_end_is_said(query: str) -> None:
    with pytest.raises(QueryError, match="at the end of a word"):
        expression(query, NOBODY)


@pytest.mark.parametrize(
    "query", ["baghdad water OR bread basra", "NOT water", "(gas OR oil) NOT water", "title:baghdad"]
)
def test_the_index_loses_no_hit(query: str) -> None:
    """What holds the query holds a spelling of each of its clauses."""
    found = expression(query, NOBODY)
    assert found
    assert found.holds(TEXT)
    words = f"{TEXT.title} {TEXT.text}".casefold()
    assert all(any(form in words for form in clause) for clause in found.terms)


def test_nothing_to_look_for() -> None:
    assert expression('" "', NOBODY) is None
    assert expression("", NOBODY) is None


@pytest.mark.parametrize(
    "spellings",
    [
        ("Shamkhani", "Shamxani", "شمخانی", "شمخاني", "Şemxanî"),
        ("hashd al shaabi", "hashd al-sha'bi", "Hashd Al-Shaabi", "الحشد الشعبي", "حشد شعبی", "Haşdi Şabi"),
        ("Muhammad Shia al-Sudani", "Mohammed Shia' Al Sudani", "محمد شياع السوداني"),
        ("Soleimani", "Suleimani", "Sulaymani", "سلیمانی"),
        ("Qasem", "Ghasem", "Kasım", "قاسم"),
        ("Abdul Mahdi", "Abdulmahdi", "عبدالمهدي", "عبد المهدي"),
        ("Khazali", "Xezalî", "خزعلي"),
        ("Fayyadh", "Fayadh", "فياض"),
        ("Larijani", "Лариджани", "لاریجانی"),
        ("Shcherbakov", "Schtscherbakow", "Щербаков"),
        ("Jamshidi", "Dschamschidi", "جمشیدی"),
        ("Araghchi", "Araghtchi", "عراقچی"),
        ("Khuzai", "Khuzaie", "خزاعی"),
    ],
)
def test_spellings_of_a_name_have_one_key(spellings: tuple[str, ...]) -> None:
    assert len({sound_key(each) for each in spellings}) == 1, [(each, sound_key(each)) for each in spellings]


@pytest.mark.parametrize(
    ("russian", "english"),
    [
        ("Шамхани", "Shamkhani"), ("Адиль Абдул-Махди", "Adil Abdul-Mahdi"), ("Арагчи", "Araghchi"),
        ("Тегеран", "Tehran"), ("Хосейн Салями", "Hossein Salami"),
    ],
)  # fmt: skip
def test_a_russian_letter_stands_for_two_sounds(russian: str, english: str) -> None:
    assert sound_key(english) in sound_keys(russian)


def test_a_surname_that_many_bear_is_found_in_every_script_and_brings_no_other_names() -> None:
    names = _names([EntityName("k", "person", "iraq", ("Qais al-Khazali", "قيس الخزعلي", "~Khazali", "~الخزعلي"))])
    assert set(names.of("Xezali")) == {"Khazali", "الخزعلي"}
    assert set(names.of("Qais al Khazali")) == {"Qais al-Khazali", "قيس الخزعلي"}


@pytest.mark.parametrize(("one", "other"), [("Soleimani", "Salman"), ("Sudani", "Saadoun"), ("Hakim", "Haqqani")])
def test_other_names_have_other_keys(one: str, other: str) -> None:
    assert sound_key(one) != sound_key(other)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Kabir", "كبير", True), ("Kabir", "أكبر", False), ("Ghalbin", "قلوبنا", False), ("Mokavar", "مقرر", False),
        ("Mokavar", "مكاور", True), ("Habib", "حبيبة", False), ("Mohsen", "محسن", True),
    ],
)  # fmt: skip
def test_what_arabic_letters_write_is_said(one: str, other: str, alike: bool) -> None:
    assert may_be_said_so(one, other) is may_be_said_so(other, one) is alike


def test_three_consonants_alone_name_nobody_of_the_lists(read: Place) -> None:
    names = names_of(read.app)
    assert "Maysan" in names.of("Maisan")
    assert names.of("Muthanna") == names.of("مثنى") == ()


def test_a_name_that_goes_on_is_another(read: Place) -> None:
    found = expression("Ali Shamkhani Nia", names_of(read.app))
    assert found
    assert "Ali Shamkhani" not in dict(found.also)


def test_lists_know_a_name_by_each_spelling(read: Place) -> None:
    names = names_of(read.app)
    assert "شمخانی" in names.of("Shamxani")
    assert names.of("Shamxani") == names.of("شمخاني")
    assert any("الحشد" in each for each in names.of("hashd al shaabi"))
    assert names.of("Iran") == ()  # a country's names are also those of its people
    assert names.of("bread") == ()
    assert "شمخانی" in names.of("Шамхані")  # as Ukrainian ends it
    assert "شمخانی" in names.of("شەمخانی")  # with the e of Sorani
    assert "الفياض" in names.of("Al-Fayyadh")  # which the lists have without the article
    assert names.of("Food") == names.of("Army") == names.of("body") == ()


def titles(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.text
    return [str(each.text_content()).strip() for each in answer.tree.xpath("//ol[@class='list']/li/h2")]


def ask(place: Place, **asked: str) -> Answer:
    return place.get("/search?" + urlencode(asked))


@pytest.fixture
def desk(own: Place) -> Place:
    """With reports that spell names in several ways."""
    made = [
        article(31, "Shamkhani arrives", "Ali Shamkhani arrived at noon.", 3),
        article(
            32, "سفر شمخانی", "علی شمخانی ظهر وارد شد.", 2, language="fa", kind="state", country="IR", publisher="Paper"
        ),
        article(
            33, "الحشد الشعبي ينفي", "نفت هيئة الحشد الشعبي ذلك.", 1, language="ar", kind="government", country="IQ"
        ),
        article(34, "Weather", "It will rain in the north.", 30 * 24),
    ]
    with own.app.store.write() as db:
        articles.add(db, [(each, f"find-{number}", None) for number, each in enumerate(made)])
    own.settle()
    return own


def test_a_name_is_found_however_it_is_spelt(desk: Place) -> None:
    both = ["سفر شمخانی", "Shamkhani arrives"]
    for spelt in ("Shamkhani", "Shamxani", "شمخاني"):
        assert titles(ask(desk, q=spelt)) == both
    answer = ask(desk, q="Shamxani")
    assert "also as" in answer.text
    assert answer.tree.xpath("//blockquote/mark")
    assert titles(ask(desk, q="Shamxani", exact="1")) == []
    assert titles(ask(desk, q='"Shamkhani"')) == ["Shamkhani arrives"]
    assert titles(ask(desk, q="hashd al shaabi")) == ["الحشد الشعبي ينفي"]
    assert titles(ask(desk, q="hashd al-sha'bi NOT Basra")) == ["الحشد الشعبي ينفي"]


@pytest.mark.parametrize(
    ("text", "language", "queries"),
    [
        ("شێروان گەردی لە زاخۆیە.", "ckb", ["Sherwan Gardi", "Şêrwan Gerdî"]),
        ("کوروش جهانشاهی شهردار شد.", "fa", ["Jahanshahi", "Cihanşahi", "Куруш"]),
        ("Hakan Cihaner Musul'a gitti.", "tr", ["Jihaner", "هاكان جيهانر"]),
        ("قال نزار الدباغ ذلك.", "ar", ["al dabbagh", "El Dabbagh"]),
        ("مهران کریم‌زاده رفت.", "fa", ["Karimzadeh", "karim zade"]),
        ("مهران پورکریمی رفت.", "fa", ["Pour Karimi"]),
        ("Nureddin Shamil came.", "en", ["Nour el-Din", "nur ad din Shamil"]),
        ("حضر نايف بن شعلان.", "ar", ["ibn Shaalan"]),
        ("قال برويز كهرماني ذلك.", "ar", ["Parviz Kahrmani", "پەروێز کەهرمانی", "Pervîz Kehrmanî"]),
        ("حضر طارق الدغيلمي.", "ar", ["Tarık ed-Dugeylmi", "Тарик ад-Дугейлми", "تاریق دوغەیلمی"]),
        ("قال حيدر زبردستي.", "ar", ["حەیدەر زەبەردەستی"]),
        ("محمدرضا گلبهاری رفت.", "fa", ["Mohammad Reza Golbahari", "محەمەدڕەزا گوڵبەهاری"]),
    ],
)
def test_a_name_that_no_list_has_is_found_in_other_letters(
    own: Place, text: str, language: str, queries: list[str]
) -> None:
    with own.app.store.write() as db:
        articles.add(db, [(article(90, "the one", text, 1, language=language), "the-one", None)])
    assert [titles(ask(own, q=query)) for query in queries] == [["the one"]] * len(queries)
    assert not [query for query in queries if titles(ask(own, q=query, exact="1"))]


@pytest.mark.parametrize(
    ("text", "language", "queries"),
    [
        ("وصل قيس الطرفاوي مساء.", "ar", ["Qais Tarfawi", "Tarfawi Qays"]),
        ("Javad Zarinkolah signed.", "en", ["جواد زرین‌کلاه", "زرین‌کلاه جواد"]),
        ("حضرت عالية مردانية الجلسة.", "ar", ["Alia Mardaniya"]),
        ("Капитан Реза Гондешлу уехал.", "ru", ["Reza Gondeshlou", "رضا گندشلو"]),
        ("موسى عبد الستار غندور رفض.", "ar", ["Ghandour Abdel Sattar", "Abdulsattar Ghandour"]),
        ("سردار غلامعلی رخشانفر آمد.", "fa", ["Gholam Ali Rakhshanfar"]),
        ("Rüya Cevad Zerrinkule geldi.", "tr", ["Джавад Зарринкуле", "جواد زرینکله"]),
        ("قال يوسف تنكزيري ذلك.", "ar", ["Yousef Tengziri"]),
    ],
)
def test_a_short_part_of_a_name_is_heard_beside_another(
    own: Place, text: str, language: str, queries: list[str]
) -> None:
    apart = "قيس بعيد عن كل ما قيل هنا في هذا النص الطويل ثم الطرفاوي. Rza was far from it all, said one Gondeslu."
    with own.app.store.write() as db:
        made = [("the one", text, language), ("apart", apart, None)]
        articles.add(
            db, [(article(90 + n, *each[:2], 1, language=each[2]), each[0], None) for n, each in enumerate(made)]
        )
    assert ["the one" in titles(ask(own, q=query)) for query in queries] == [True] * len(queries)
    assert not [query for query in queries if titles(ask(own, q=query, exact="1"))]


@pytest.mark.parametrize(
    "query", ["Qais Naan", "gas road", "Alia Barg", "Ham Bus", "Saw Part", "مدیر ترکان", "Drone Road"]
)
def test_what_only_sounds_a_little_alike_is_not_found(own: Place, query: str) -> None:
    texts = [
        ("en", "Bread and oil were dear. Ali went home. The long bridge and the sea port were open; a home base, too."),
        ("fa", "قیمت نان بالا رفت. مردم درون شهر ماندند و راه باز شد."),
        ("en", "A meeting of ministers in Tehran ended late, and a gas field near the border burned."),
    ]
    with own.app.store.write() as db:
        made = [
            (article(90 + n, f"no {n}", text, 1, language=code), f"no-{n}", None)
            for n, (code, text) in enumerate(texts)
        ]
        articles.add(db, made)
    assert titles(ask(own, q=query)) == []


def test_a_word_that_is_no_name_stands_for_itself(own: Place) -> None:
    """درون says "inside", and has the sounds of drone."""
    with own.app.store.write() as db:
        texts = [("drone", "A drone fell.", "en"), ("inside", "مردم درون شهر ماندند.", "fa")]
        made = [(article(90 + n, *each[:2], 1, language=each[2]), each[0], None) for n, each in enumerate(texts)]
        articles.add(db, made)
    assert titles(ask(own, q="drone")) == ["drone"]
    assert titles(ask(own, q="درون")) == ["inside"]


def test_filters_combine_and_stand_in_the_address(desk: Place) -> None:
    assert titles(ask(desk, language="fa", kind="state", country="IR")) == ["سفر شمخانی"]
    assert titles(ask(desk, q="Shamkhani", language="fa")) == ["سفر شمخانی"]
    assert titles(ask(desk, q="Shamkhani", publisher="Paper")) == ["سفر شمخانی"]
    assert titles(ask(desk, q="Shamkhani", country="IQ")) == []
    assert titles(ask(desk, until="2026-10-31")) == ["Weather"]
    assert titles(ask(desk, since="2026-10-22", until="2026-10-22")) == ["Weather"]
    assert titles(ask(desk, since="nonsense", score="7")) == []  # which asks for nothing
    matches = titles(ask(desk, judgement="match", watch="border"))
    assert matches
    assert titles(ask(desk, score="0.5", watch="border")) == matches
    assert "Weather" in titles(ask(desk, judgement="no"))
    answer = ask(desk, q="Shamkhani", language="fa", kind="state")
    assert sorted(answer.tree.xpath("//ul[@class='filter']//a/@href")) == [
        "./search?q=Shamkhani&kind=state",
        "./search?q=Shamkhani&language=fa",
    ]
    assert answer.tree.xpath("//select[@name='kind']/option[@selected]/@value") == ["state"]


def test_what_a_person_marked_is_found(desk: Place) -> None:
    with desk.app.store.write() as db:
        [number] = [each.id for each in articles.get(db, list(range(1, 20))) if each.title == "Weather"]
        decide.mark(db, "border", [number], Person("Rana", NOW), relevant=False)
    assert titles(ask(desk, judgement="wrong")) == ["Weather"]
    assert titles(ask(desk, judgement="wrong", watch="border")) == ["Weather"]
    assert titles(ask(desk, judgement="right")) == []


def test_the_newest_published_come_first_and_pages_go_on(desk: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.web.search_page.PER_PAGE", 2)
    found, where = [], "/search?judgement=no"
    for _ in range(9):
        answer = desk.get(where)
        found += titles(answer)
        links = answer.tree.xpath("//a[@rel='next']/@href")
        if not links:
            break
        where = "/" + links[0].removeprefix("./")
    assert found[-1] == "Weather"  # stored last, published first
    assert len(found) == len(set(found)) > 3


def test_a_wrong_query_is_said_and_finds_nothing(desk: Place) -> None:
    answer = ask(desk, q="(Shamkhani")
    assert answer.status == 200
    assert "column" in answer.tree.xpath("string(//*[@role='alert'])")
    assert titles(answer) == []


@pytest.mark.parametrize(
    "text", ["Patrols went along the river by night. " * 40, "边境巡逻队在夜里沿河巡逻。" * 60, "x" * 900], ids=len
)
@pytest.mark.parametrize("where", ["first", "in the middle", "last"])
def test_an_excerpt_cuts_no_word_and_says_where_it_is_cut(text: str, where: str) -> None:
    half = len(text) // 2
    whole = {
        "first": f"Khanaqin {text}",
        "in the middle": f"{text[:half]} Khanaqin {text[half:]}",
        "last": f"{text} Khanaqin",
    }
    body = whole[where].strip()
    shown, marks = snippet_of(article(1, "x", body, 1), [("khanaqin",)])
    assert [shown[mark.start : mark.end] for mark in marks] == ["Khanaqin"]
    assert len(shown) <= 3 * AROUND + 3
    assert (shown.startswith("… "), shown.endswith("…")) == (where != "first", where != "last")
    kept = shown.removeprefix("… ").removesuffix("…").strip()
    assert kept in body
    if " " in text:
        assert set(kept.split()) <= set(body.split())


def test_a_search_is_a_feed(desk: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_page, "PER_PAGE", 1)  # a page's, no feed's
    assert len(feedparser.parse(desk.get("/search.atom?q=Shamxani").text).entries) > 1
    answer = desk.get("/search.atom?" + urlencode({"q": "Shamxani", "language": "fa"}))
    assert answer.status == 200
    read = feedparser.parse(answer.text)
    assert not read.bozo
    assert [each.title for each in read.entries] == ["سفر شمخانی"]
    assert "Shamxani" in read.feed.title
    assert desk.get("/search.atom?q=x", authorization="Bearer no").status == 401
    basic = desk.get("/search.atom?q=%3Cscript%3E", authorization=f"Bearer {TOKEN}")
    assert "<script>" not in basic.text


def test_a_broken_list_of_names_breaks_no_search(desk: Place, caplog: pytest.LogCaptureFixture) -> None:
    lists = desk.app.config.folder / "entities"
    lists.mkdir()
    (lists / "ours.yaml").write_text("side: iran\nentities: [{id: x, kind: nonsense}]\n", encoding="utf-8")
    assert "Shamkhani arrives" in titles(ask(desk, q="Shamkhani"))
    assert "names as they are written" in caplog.text
    (lists / "ours.yaml").unlink()
    assert len(titles(ask(desk, q="Shamkhani"))) == 2
