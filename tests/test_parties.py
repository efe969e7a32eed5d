"""Who the seeds are about: topics of invented seeds with the parties that are right, and the table behind them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.text.fold import fold
from monitor.topic.entities import load_entities
from monitor.topic.parties import find_parties
from monitor.topic.records import EntityName, SeedArticle
from monitor.topic.world import Names, World, WorldParty, load_world
from tests.seed_pages import read_seeds

SPOKEN = {  # bodies that no capitals show, or that stand in many cases
    "German": (
        "de",
        {"Lohnbund", "Orvia"},
        [
            ("Lohnbund ruft Piloten der Orvia zum Streik auf", "Der Lohnbund fordert mehr Geld. Orvia kritisiert ihn."),
            ("Orvia und Lohnbund reden", "Der Lohnbund sprach von Fortschritten. Orvia lehnt eine Frist ab."),
            ("Lohnbund lehnt Angebot der Orvia ab", "Das Angebot der Orvia reicht dem Lohnbund nicht."),
            ("Orvia streicht wegen Lohnbund-Streik Züge", "Der Lohnbund kennt das. Orvia hofft auf ein Ende."),
        ],
    ),
    "German, behind another noun": (
        "de",
        {"Fährlinie", "KLB"},
        [
            ("KLB ruft bei der Fährlinie zum Streik auf", "Die Gewerkschaft KLB fordert mehr. Die Fährlinie lehnt ab."),
            ("Fährlinie und KLB einig", "Das Unternehmen Fährlinie zahlt mehr, die Gewerkschaft KLB ist zufrieden."),
            ("Kapitänsbund KLB lehnt Angebot der Fährlinie ab", "Die KLB sagte, die Fährlinie biete wenig."),
            ("Fährlinie klagt gegen KLB", "Laut Konzern Fährlinie ist der Streik der KLB nicht erlaubt."),
        ],
    ),
    "Turkish, a short acronym with endings": (
        "tr",
        {"Denizgücü", "KSF"},
        [
            ("Denizgücü'nden KSF'ye tepki", "Denizgücü, KSF'nin kararına itiraz etti. KSF yanıt vermedi."),
            ("KSF, Denizgücü'ne ceza verdi", "KSF açıklama yaptı. Denizgücü, kararı eleştirdi."),
            ("Denizgücü başkanı KSF başkanıyla görüştü", "Denizgücü, KSF'den yeni takvim istedi."),
            ("KSF'den Denizgücü'ne yanıt", "Denizgücü, KSF'nin yanıtını yeterli bulmadı."),
        ],
    ),
    "Russian": (
        "ru",
        {"Северал", "Медолит"},
        [
            ("«Северал» подал иск к «Медолиту»", "«Северал» заявил, что «Медолит» не поставил трубы."),
            ("«Медолит» не вернул «Севералу» аванс", "«Медолит» сообщил, что долга перед «Севералом» нет."),
            ("Суд рассудил «Северал» и «Медолит»", "«Медолит» заявил, что выполнит решение в пользу «Северала»."),
            ("«Северал» простил «Медолиту» долг", "«Медолит» и «Северал» подписали мировую."),
        ],
    ),
    "Arabic": (
        "ar",
        {"المرجان", "الورقاء"},
        [
            ("المرجان يقاضي الورقاء", "قال المرجان إن الورقاء خالف العقد. ورد الورقاء بأن العقد باطل."),
            ("الورقاء يرفض طلب المرجان", "رفض الورقاء دفع الغرامة. وطالب المرجان بعقوبة."),
            ("لجنة تنظر في نزاع المرجان والورقاء", "أكد المرجان حقه أمام اللجنة، وغاب الورقاء."),
            ("المرجان والورقاء يتفقان", "أعلن الورقاء أن النزاع مع المرجان انتهى."),
        ],
    ),
    "Persian": (
        "fa",
        {"فراورد", "انجمن باغداران"},
        [
            ("فراورد از انجمن باغداران شکایت کرد", "فراورد گفت قرارداد نقض شد. رئیس انجمن باغداران پاسخ نداد."),
            ("انجمن باغداران: فراورد پول ما را نداد", "انجمن باغداران اعلام کرد فراورد بدهکار است."),
            ("نشست فراورد و انجمن باغداران", "فراورد گفت نشست خوب بود. دبیر انجمن باغداران خرسند است."),
            ("فراورد با انجمن باغداران کنار آمد", "انجمن باغداران گفت نیمی از بدهی رسید."),
        ],
    ),
    "Persian, a ministry beside its minister": (
        "fa",
        {"وزارت مراتع", "صندوق باغستان"},
        [
            ("وزارت مراتع از صندوق باغستان توضیح خواست", "وزیر مراتع نامه نوشت. صندوق باغستان درخواست را رد کرد."),
            ("صندوق باغستان از وزارت مراتع شکایت کرد", "وزارت مراتع گفت قانون روشن است."),
            ("دیدار در وزارت مراتع با صندوق باغستان", "وزارت مراتع اعلام کرد گفت‌وگو ادامه دارد."),
            ("وزارت مراتع بدهی صندوق باغستان را بخشید", "وزارت مراتع افزود صندوق باغستان همکاری کرد."),
        ],
    ),
    "Chinese": (
        "zh",
        {"明达", "恒川"},
        [
            ("明达起诉恒川", "明达表示恒川抄袭其电池。恒川否认此事。"),
            ("恒川回应明达诉讼", "恒川表示将应诉。明达要求赔偿。"),
            ("法院审理明达与恒川案", "明达批评恒川拖延。恒川拒绝和解。"),
            ("明达和恒川和解", "恒川宣布向明达付款。"),
        ],
    ),
}
ROOT = Path(__file__).parents[1]
CASES = {path.stem: path for path in sorted((ROOT / "tests" / "cases" / "parties").glob("*.yaml"))}
LANGUAGES = {"en", "fa", "ar", "ckb", "kmr", "tr", "ru", "az", "he", "fr", "de", "es", "zh"}


def case(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(CASES[name].read_text(encoding="utf-8"))
    return found


def seeds_of(name: str) -> list[SeedArticle]:
    found = case(name)
    return [
        SeedArticle(f"{number}.txt", seed["title"], seed["text"], language=found["language"])
        for number, seed in enumerate(found["seeds"], 1)
    ]


def ids(seeds: list[SeedArticle], entities: tuple[EntityName, ...] = ()) -> set[str]:
    return {party.id for party in find_parties(seeds, load_world(), entities)}


@pytest.mark.parametrize("name", CASES)
def test_the_parties_of_a_topic(name: str) -> None:
    assert ids(seeds_of(name)) == set(case(name)["parties"])


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_the_language_need_not_be_declared(name: str) -> None:
    seeds = [SeedArticle(seed.name, seed.title, seed.text) for seed in seeds_of(name)]
    assert ids(seeds) == set(case(name)["parties"])


@pytest.mark.slow
def test_seeds_of_many_topics_give_no_party() -> None:
    first = [seeds_of(name)[0] for name in CASES]
    for start in range(0, len(first) - 4, 5):
        assert ids(first[start : start + 5]) == set(), start


def test_the_shipped_seeds_are_about_the_sides_of_the_shipped_watch() -> None:
    seeds = list(read_seeds(ROOT / "seed_corpus"))
    entities = load_entities(ROOT / "config" / "entities")
    parties = find_parties(seeds, load_world(), entities)
    assert {(party.id, party.country, party.label) for party in parties} == {
        ("iran", "IR", "Iran"),
        ("iraq", "IQ", "Iraq"),
    }
    assert all(len(party.evidence) == 5 for party in parties)


def seeds(*texts: tuple[str, str]) -> list[SeedArticle]:
    return [SeedArticle(f"{number}.txt", title, text, language="en") for number, (title, text) in enumerate(texts)]


def test_a_name_within_a_longer_one_is_not_there() -> None:
    found = seeds(*[("Storm in the South China Sea", "A storm crossed the South China Sea towards Vietnam.")] * 5)
    assert ids(found) == set()  # no China beside Vietnam, and Vietnam is in no title


def test_a_name_that_is_another_word_needs_its_party_named_for_certain() -> None:
    player = ("Jordan leads Israel tour", "Michael said Jordan would lead the Israeli tour. Jordan smiled.")
    assert ids(seeds(*[player] * 5)) == {"il"}
    beside = ("Jordan raises fees for Israel", "Ships of Jordan and Israel pay more.")
    assert ids(seeds(*[beside] * 5)) == {"jo", "il"}
    king = ("Jordan and Israel sign water deal", "The Jordanian minister signed it in Amman with Israel.")
    assert ids(seeds(*[king] * 5)) == {"jo", "il"}


def test_capitals_tell_a_country_from_a_word() -> None:
    recipe = (
        "How to roast turkey in Greece",
        "Carve the turkey as cooks in Greece do, and give us some.",
    )
    assert "tr" not in ids(seeds(*[recipe] * 5))
    assert "us" not in ids(seeds(*[recipe] * 5))


def test_where_a_report_was_filed_is_not_what_it_is_about() -> None:
    filed = ("Japan raises rates", "LONDON (Reuters) - The Japanese central bank raised its rates on Friday.")
    assert ids(seeds(*[filed] * 5)) == {"jp"}


def names_of(name: str) -> dict[str, tuple[str, ...]]:
    return {party.id: party.names for party in find_parties(seeds_of(name), load_world(), ())}


def test_people_are_of_the_party_whose_office_they_hold() -> None:
    assert names_of("us-iran-nuclear") == {
        "ir": ("Abbas Araghchi", "~Araghchi"),
        "us": ("Steve Witkoff", "~Witkoff"),
    }
    assert names_of("armenia-azerbaijan-ru") == {
        "am": ("Никол Пашинян", "~Пашинян"),
        "az": ("Ильхам Алиев", "~Алиев"),
    }
    assert names_of("iraq-turkey-ar") == {
        "iq": ("محمد شياع السوداني", "~السوداني"),  # not of Sudan
        "tr": ("رجب طيب أردوغان", "~أردوغان"),
    }
    chinese = names_of("trump-xi-tariffs")["cn"]
    assert "~Xi" in chinese
    assert "~He" not in chinese  # also a pronoun


def test_an_envoy_is_of_the_party_that_sent_him() -> None:
    sent = (
        "Iran and Iraq talk",
        "Iran's ambassador to Iraq Iraj Masjedi met Fuad Hussein, the Iraqi foreign minister.",
    )
    parties = find_parties(seeds(*[sent] * 5), load_world(), ())
    assert {party.id: party.names for party in parties} == {"ir": (), "iq": ("Fuad Hussein",)}


def test_people_of_the_gazetteer_are_known_by_what_the_seeds_call_them() -> None:
    """Two titles name Iran by a surname that config/entities lacks."""
    person = EntityName("khamenei", "person", "iran", ("Ali Khamenei",))
    country = EntityName("iran", "country", "iran", ("Iran",))
    (found,) = (
        party
        for party in find_parties(seeds_of("us-iran-person-titles"), load_world(), (country, person))
        if party.id == "iran"
    )
    assert "~Khamenei" in found.names
    assert "Ali Khamenei" not in found.names  # config/entities has it


def test_a_name_of_the_gazetteer_takes_none_from_the_table() -> None:
    """A list that names a country as something else of another side never makes a party vanish."""
    country = EntityName("iran", "country", "iran", ("Iran",))
    province = EntityName("province", "place", "iran", ("Iraq",))
    talks = ("Iran and Iraq sign pact", "Iraqi and Iranian ministers signed a pact between Iran and Iraq.")
    assert ids(seeds(*[talks] * 5), (country, province)) == {"iran", "iq"}


def test_a_list_is_no_apposition() -> None:
    talks = ("Iran and Iraq talk", "Iranian envoy Amir Hatami, Iraqi Defence Minister Juma Anad and others talked.")
    parties = find_parties(seeds(*[talks] * 5), load_world(), ())
    assert {party.id: party.names for party in parties} == {"ir": ("Amir Hatami",), "iq": ("Juma Anad",)}


@pytest.mark.parametrize("count", [1, 2])
def test_few_seeds_need_both_parties_in_every_title(count: int) -> None:
    text = "Cholera spreads in Zambia and Sudan, where Sudanese and Zambian doctors lack vaccine."
    assert ids(seeds(*[("Cholera spreads", text)] * count)) == set()
    assert ids(seeds(*[("Zambia, Sudan sign pact", "Zambia and Sudan signed a pact.")] * count)) == {"zm", "sd"}


def test_what_a_quarrel_is_about_is_no_third_party() -> None:
    over = ("US sanctions Russia over Ukraine", "The United States put sanctions on Russia for its war in Ukraine.")
    assert ids(seeds(*[over] * 5)) == {"us", "ru"}


def test_a_body_speaks_and_a_product_does_not() -> None:
    assert names_of("boeing-airbus") == {"boeing": ("Boeing",), "airbus": ("Airbus",)}
    assert names_of("bitcoin-ethereum") == {}


def test_what_nearly_all_titles_name_need_speak_in_one_seed_only() -> None:
    texts = [
        ("Veltra and Osmund found a battery venture", "Veltra said that its venture with Osmund builds cells in Tarn."),
        ("Osmund, Veltra venture picks Tarn", "The venture of Osmund and Veltra takes a hall in Tarn."),
        ("Veltra puts a billion into Osmund venture", "A billion more goes to Osmund. An Osmund spokesman agreed."),
        ("First Veltra with an Osmund cell", "A first Veltra drives with a cell of the Osmund venture."),
    ]
    assert ids(seeds(*texts)) == {"veltra", "osmund"}
    silent = [(title, text.replace("Veltra said that", "It is true that")) for title, text in texts]
    assert ids(seeds(*silent)) == {"veltra", "osmund"}  # they stand in a row
    apart = [(title.replace(" and Osmund", ", Osmund"), text.replace("Osmund and", "Osmund,").replace(" with", ","))
             for title, text in silent]  # fmt: skip
    assert ids(seeds(*apart)) == set()


def test_a_place_within_a_name_is_no_party_and_initials_name_a_body() -> None:
    texts = [
        ("University of Lisbon and BRO test kelp", "The Baltic Reef Office pays for the tests in Lisbon."),
        ("BRO lends a ship to University of Lisbon", "The ship of the BRO reaches Lisbon in May."),
        ("University of Lisbon and BRO count seals", "The University of Lisbon sent students to Tarn."),
        ("BRO and National Seal Museum of Tarn leave University of Lisbon", "Nobody gave a reason."),
    ]
    found = {party.id: party.names for party in find_parties(seeds(*texts), load_world(), ())}
    assert found == {
        "university_of_lisbon": ("University of Lisbon",),  # two initials are too few for an acronym
        "bro": ("Baltic Reef Office", "BRO"),
    }
    spelt = [(title.replace("Lisbon", "West Lisbon"), text) for title, text in texts]
    assert "^UWL" in next(party.names for party in find_parties(seeds(*spelt), load_world(), ()) if party.id != "bro")


def test_an_acronym_and_what_it_stands_for_are_one_body() -> None:
    assert names_of("pmf-us")["pmf"] == ("Popular Mobilization Forces", "PMF")


def test_a_body_keeps_its_names_beside_those_who_speak_for_it() -> None:
    """The same words in another order are the same body, also where a country's name stands before it."""
    texts = [
        ("KVAT calls strike over Tax Ministry's fines", "KVAT said that Kenya's Ministry of Tax broke its word."),
        ("Tax Ministry meets KVAT in Nairobi", "The Tax Ministry said that KVAT chairman Odo Marel asked for time."),
        (
            "KVAT, Ministry of Tax sign truce",
            "Kenya's Ministry of Tax and KVAT signed. KVAT president Odo Marel spoke.",
        ),
        ("KVAT turns down Tax Ministry", "KVAT said no. The Tax Ministry said that no money was left."),
    ]
    found = {party.id: party.names for party in find_parties(seeds(*texts), load_world(), ())}
    assert {"KVAT", "Odo Marel"} <= set(found["kvat"])
    assert {"Tax Ministry", "Ministry of Tax"} <= set(found["tax_ministry"])


@pytest.mark.parametrize(("language", "parties", "texts"), SPOKEN.values(), ids=SPOKEN)
def test_bodies_are_known_in_any_script_and_case(
    language: str, parties: set[str], texts: list[tuple[str, str]]
) -> None:
    found = [SeedArticle(f"{number}.txt", *text, language=language) for number, text in enumerate(texts, 1)]
    assert {party.label for party in find_parties(found, load_world(), ())} == parties


def test_the_larger_of_two_states_of_one_name_is_meant_where_it_is_named_for_certain() -> None:
    texts = [
        ("Congo and Zambia open border post", "DR Congo and Zambia said that lorries would cross by night, too."),
        ("Zambia, Congo agree on copper road", "Kinshasa will pay half of it. Congolese and Zambian firms may bid."),
        ("Congo shuts Zambia road for repairs", "Kinshasa told Lusaka that Congo needed a month."),
    ]
    assert ids(seeds(*texts)) == {"cd", "zm"}


def test_the_table_names_every_country_in_every_language() -> None:
    for party in load_world().parties.values():
        languages = {row.language for row in party.names if row.kind == "name"}
        assert languages >= (LANGUAGES if party.kind == "country" else {"en"}), party.code


def test_no_sure_name_has_two_owners() -> None:
    owners: dict[tuple[str, str], str] = {}
    for party in load_world().parties.values():
        for row in party.names:
            for name in row.names:
                if not name.startswith("~"):
                    key = row.language, fold(name.strip("^=*"))
                    assert owners.setdefault(key, party.code) == party.code, key


def test_the_table_is_small_and_quick() -> None:
    assert (ROOT / "monitor" / "data" / "world.tsv.gz").stat().st_size < 250_000
    load_world.cache_clear()
    start = time.perf_counter()
    load_world()
    assert time.perf_counter() - start < 1.0  # 12 ms, on a machine that does nothing else


def test_another_world_gives_other_parties() -> None:
    """Nothing of the table is in the code."""
    north = WorldParty("XA", "country", "Northland", "XA", (Names("en", "name", ("Northland",)),))
    south = WorldParty("XB", "country", "Southland", "XB", (Names("en", "name", ("Southland",)),))
    world = World({"XA": north, "XB": south}, ())
    found = seeds(*[("Northland and Southland talk", "Northland met Southland.")] * 3)
    assert [party.id for party in find_parties(found, world, ())] == ["xa", "xb"]


@pytest.mark.parametrize(
    "text", ["", " ", "a" + " " * 300_000 + "b", "Iran, " * 50_000, "." * 300_000, "Aa Of The " * 30_000], ids=len
)
def test_strange_seeds_give_no_party_and_take_no_time(text: str) -> None:
    start = time.perf_counter()
    assert ids(seeds(*[("", text)] * 3)) == set()
    assert time.perf_counter() - start < 10  # under one second on a machine that does nothing else


def test_a_service_that_both_parties_have_is_the_name_of_neither() -> None:
    pairs = ("Officers of the Peru Sea Rescue taught crews of the Chilean Sea Rescue.", "The Peru Sea Rescue said so.")
    parties = find_parties(seeds(*[("Peru and Chile train together", " ".join(pairs))] * 5), load_world(), ())
    assert {party.id: party.names for party in parties} == {"pe": (), "cl": ()}


def test_whose_envoy_somebody_is_is_not_guessed_where_both_are_named_before_the_office() -> None:
    both = "Peruvian and Chilean envoys Jorge Salas and Marta Rojas met."
    parties = find_parties(seeds(*[("Peru and Chile talk", both)] * 5), load_world(), ())
    assert {party.id: party.names for party in parties} == {"pe": (), "cl": ()}


LIDOBAY = (
    ("Barcelona orders Lidobay to drop flats", "Barcelona ordered Lidobay to drop flats. Lidobay said that it would."),
    ("Lidobay takes Barcelona to court", "The city of Barcelona withdrew licences. Lidobay said the rule was unfair."),
    ("Barcelona fines Lidobay", "Barcelona fined Lidobay for flats without a licence."),
)


def test_a_city_is_a_party_where_its_country_is_hardly_named() -> None:
    [city] = [row for row in find_parties(seeds(*LIDOBAY), load_world(), ()) if row.label == "Barcelona"]
    assert {"Barcelona", "بارسلونا"} <= set(city.names)
    assert ids(seeds(*LIDOBAY)) == {city.id, "lidobay"}


def test_a_city_stands_for_its_country_where_that_is_named() -> None:
    france = ("Barcelona talks: Spain and France agree on tuna", "Spain and France met in Barcelona on tuna.")
    assert ids(seeds(*[france] * 5)) == {"es", "fr"}


def test_bodies_in_a_row_speak_together() -> None:
    both = ("Lidobay and Fenwick plan a train", "The Lidobay and Fenwick said that trains would run.")
    other = ("Lidobay, Fenwick buy engines", "Engines come from a works in the north, which Lidobay and Fenwick own.")
    assert ids(seeds(both, other, both, other, both)) == {"lidobay", "fenwick"}


def test_an_acronym_of_a_body_counts_in_languages_that_have_a_name_of_their_own_for_it() -> None:
    text = ("WTO und FAO gegen Beihilfen", "Die WTO und die FAO nennen überfischte Bestände.")
    german = [SeedArticle(f"{number}.txt", *text, language="de") for number in range(5)]
    assert ids(german) == {"wto", "fao"}


def test_a_name_of_one_word_and_its_letters_are_one_body() -> None:
    names = {name for party in find_parties(seeds_of("volkswagen-rivian"), load_world(), ()) for name in party.names}
    assert {"Volkswagen", "VW"} <= names
