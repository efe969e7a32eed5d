"""What a sentence is read to say: words that mean two things, who does what with whom, and roundups in parts."""

from __future__ import annotations

import pytest

from monitor.match.parts import parts_of
from monitor.match.unit import Unit
from monitor.match.units import unit_of
from monitor.model import Document
from tests.shipped import SHIPPED

IRAN, IRAQ = (SHIPPED.topic.sides.index(side) for side in ("iran", "iraq"))


def read(text: str, language: str = "en") -> Unit:
    (sentence,) = SHIPPED._scanner.scan("", text, language, 350)
    return unit_of(sentence, SHIPPED.topic)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Iran and Iraq agreed to cooperate on food security."),
        ("en", "Doctors of Iran and Iraq share experience in the fight against the virus."),
        ("en", "The joint chamber of Iran and Iraq asks for lower tariffs."),
        ("fa", "ایران و عراق درباره امنیت غذایی همکاری می‌کنند."),
        ("ar", "وقع العراق وإيران اتفاقا للتعاون في الأمن الغذائي."),
        ("tr", "İran ile Irak gıda güvenliği için iş birliği yapacak."),
        ("kmr", "Îran û Îraq ji bo bazara sînor li hev kirin."),
        ("zh", "伊朗与伊拉克讨论粮食安全合作。"),
        ("pl", "Iran i Irak podpisały umowę o bezpieczeństwie żywnościowym."),
        ("de", "Universitäten des Iran und des Irak vereinbaren Zusammenarbeit bei der Cybersicherheit."),
        ("en", "Health ministers of Iran and Iraq sign a memorandum on cholera at the border."),
        ("ar", "وزيرا الزراعة العراقي والإيراني يتفقان على حجر المواشي على الحدود."),
        ("fa", "سپاه ایران مقر گروه‌های تروریستی را در کردستان عراق با موشک هدف گرفت."),
        ("en", "Iran and Iraq: important weapons exhibits reopen."),
    ],
)
def test_a_word_of_another_sense_makes_no_act(language: str, text: str) -> None:
    assert not read(text, language).acts


@pytest.mark.parametrize(
    ("text", "heading", "language"),
    [
        ("Iran and Iraq hunt the remains of Islamic State.", "war_1980s", "en"),
        ("Iraq denied that it buys tanks from Iran.", "threat", "en"),
        ("Iran and Iraq face common threats.", "threat", "en"),
        ("Hezbollah al-Nujaba of Iraq thanked Iran.", "allies", "en"),
        ("Irak kauft Drohnen in Iran.", "threat", "de"),
        ("Irak, Tahran'la varılan mutabakat uyarınca kampları boşalttı.", "threat", "tr"),
        ("دوريات عراقية إيرانية في ميسان.", "sport", "ar"),
        ("Иран чинит Ираку советские танки.", "countries", "ru"),
    ],
)
def test_what_means_something_else_does_not_speak_against(text: str, heading: str, language: str) -> None:
    assert heading not in read(text, language).contexts


@pytest.mark.parametrize(
    ("language", "text", "signal"),
    [
        ("en", "Iran and Iraq discuss migrants.", "materiel"),  # MiG
        ("fr", "Le commandant iranien en visite à Bagdad.", "transfer"),  # commande
        ("fr", "Une visite iranienne à Bagdad.", "force"),  # viser
        ("kmr", "Fermandarê Îranê li Bexdayê ye.", "teaching"),  # fêr
        ("tr", "İran ile Irak toplantısı Bağdat'ta yapıldı.", "removing"),  # toplamak
        ("tr", "İran dışişleri bakan yardımcısı Irak'ta.", "help"),  # yardım
        ("pt", "O presidente do Irã no Iraque.", "seizing"),  # preso
        ("ru", "Иран заставляет Ирак платить.", "border"),  # застава
        ("de", "Iran und Irak: Raumfahrt und Beziehungen.", "removing"),  # räumen
    ],
)
def test_a_longer_word_that_begins_alike_is_another_word(language: str, text: str, signal: str) -> None:
    assert signal not in read(text, language).signals


def test_the_longest_wording_wins_over_a_phrase_of_another_sense() -> None:
    assert "roles_security" in read("The Supreme National Security Council of Iran met Iraq's adviser.").signals
    assert "security" not in read("Iran wrote to the UN Security Council about Iraq.").signals


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Gestern war Ruhe. Irans Minister sprach mit dem Irak."),
        ("az", "Dünən sakit idi. İranın naziri İraqla danışdı."),
    ],
)
def test_a_name_with_its_ending_is_found_where_a_sentence_begins(language: str, text: str) -> None:
    _, second = SHIPPED._scanner.scan("", text, language, 350)
    assert unit_of(second, SHIPPED.topic).sides == {IRAN, IRAQ}


def test_an_office_beside_a_row_of_sides_is_each_ones() -> None:
    assert read("Iran, Iraq interior ministers discuss ties").field_actors == {IRAN, IRAQ}
    assert read("Les chefs des gardes-frontières d'Iran et d'Irak", "fr").field_actors == {IRAN, IRAQ}


def test_who_goes_to_the_other_side_about_wanted_men_visits_it_and_who_catches_them_there_does_not() -> None:
    assert read("وزير الاستخبارات الإيراني في بغداد وبجعبته أسماء مطلوبين", "ar").abroad
    assert not read("Iranian police seize fugitives in Iraq").abroad


@pytest.mark.parametrize(
    "text",
    [
        "Jordan military attaché in Baghdad was absent, Iran says",
        "Iran protests as U.S. military advisers stay in Iraq",
        "General Jafari of Pakistan's air force visits Iraqi academy",
    ],
)
def test_what_stands_right_beside_another_state_is_that_states(text: str) -> None:
    assert not (read(text).acts and len(read(text).sides) > 1)
    assert IRAQ not in read(text).field_actors


def test_another_state_in_the_row_takes_part_and_speaks_not_against() -> None:
    assert not {"allies", "countries"} & read("Chiefs of staff of Iran, Iraq and Syria meet").contexts.keys()
    assert "allies" in read("Syria said that Iran and Iraq meet").contexts


@pytest.mark.parametrize(
    ("text", "together"),
    [
        ("Iran's army begins military drill near the border with Iraq.", False),
        ("Iran's navy begins naval drill with Iraq.", True),
        ("Iran and Iraq begin military drill.", True),
        ("Iranian tanks and Iraqi soldiers hold a military exercise.", True),
    ],
)
def test_a_drill_is_an_act_only_of_both(text: str, together: bool) -> None:
    assert ("joint_drill" in read(text).acts) is together


def test_who_falls_beside_the_other_sides_troops_is_no_hostile_act() -> None:
    assert "attack" not in read("An Iranian adviser was killed while training Iraqi troops near Samarra.").contexts


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("Iran and Iraq hold consultations on security.", True),
        ("Universities of Iran and Iraq hold consultations on security.", False),
        ("A deputy defence minister of Iran visits a college in Iraq.", False),
        ("Iran and Iraq hold consultations on security after an attack killed three.", False),
    ],
)
def test_talks_are_an_act_where_their_own_subject_is_of_the_field(text: str, act: bool) -> None:
    assert bool(read(text).acts) is act


def test_a_state_between_two_sides_takes_part_and_so_does_its_group_elsewhere() -> None:
    assert not read("The general heads for Syria for Tehran-Damascus-Baghdad talks").contexts
    assert "allies" in read("The general heads for Syria; Tehran and Baghdad hold talks").contexts


def test_who_has_a_hand_in_the_other_sides_politics_is_not_sent_for_the_field() -> None:
    security = SHIPPED.match(Document("1", "Quds Force chief in Baghdad for talks", "", "en"))
    politics = SHIPPED.match(Document("1", "Quds Force chief in Baghdad for talks on government formation", "", "en"))
    assert security.verdict == "match"
    assert politics.verdict != "match"


def test_a_receipt_says_which_phrase_was_read_otherwise() -> None:
    text = "Iran and Iraq agreed to work together on food security."
    reasons = SHIPPED.match(Document("1", "Farm ministers meet", text, "en")).receipt.reasons
    assert any(reason.kind == "sense" and "food security" in reason.text for reason in reasons)


ROUNDUP = (
    "Market\nThe price of cement fell by three percent in the capital on Sunday.\n\n"
    "Border\nIraq's border guard commander met his Iranian counterpart in Mehran and both agreed on joint patrols.\n\n"
    "Film\nA film about a village teacher opens in forty cinemas of the province on Friday."
)


def test_a_roundup_is_judged_by_its_best_part() -> None:
    assert len(parts_of(ROUNDUP)) == 3
    whole = SHIPPED.match(Document("1", "News of the day", ROUNDUP, "en")).score
    run_on = SHIPPED.match(Document("1", "News of the day", ROUNDUP.replace("\n", " "), "en")).score
    assert whole > run_on


@pytest.mark.parametrize(
    "text",
    [
        "One paragraph of a report.\n\nAnother paragraph of it, which is a little longer than the first.",
        "A subhead\nAnd what stands under it, which is longer than the subhead is.",
    ],
)
def test_an_article_is_no_roundup(text: str) -> None:
    assert parts_of(text) == ()


@pytest.mark.parametrize("mark", ["* ", "• ", "1. ", "۲) ", "– "])
def test_marked_items_are_parts(mark: str) -> None:
    assert len(parts_of("\n".join(f"{mark}News number one, two or three." for _ in range(3)))) == 3


@pytest.mark.parametrize(
    ("text", "mutual"),
    [
        ("Peshmerga and Iraqi Army form a joint brigade.", False),
        ("Peshmerga and Iraqi Army set up a joint security centre near Iran.", True),
        ("The IRGC and the Iraqi Army form a joint brigade.", True),
    ],
)
def test_what_two_forces_of_one_side_do_together_is_no_dealing_of_both(text: str, mutual: bool) -> None:
    assert bool(read(text).acts) is mutual


def test_an_office_within_an_office_of_another_state_is_its_own() -> None:
    assert read("Syria's defence minister lands in Tehran.").actors == set()
    assert read("Iraq's defence minister lands in Tehran.").actors == {IRAQ}


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("Iraqi army trains with NATO as Iran looks on.", {IRAQ}),
        ("Iraq buys Korean jets; Iranian media report delays.", {IRAQ}),
        ("Uneasy Tehran reads of American advisers in Iraq.", {IRAQ}),
        ("آموزش خلبانان عراقی در آمریکا؛ نگرانی تهران", {IRAQ}),
        ("Jordan and Iraq sign a border pact without Iran.", {IRAQ}),
        ("Paris and Baghdad sign a defence accord under the gaze of Tehran.", {IRAQ}),
        ("Ankara and Baghdad sign a security pact, to the dismay of Tehran.", {IRAQ}),
        ("Iran holds a drill with China; Iraq was not invited.", {IRAN}),
        ("Washington is uneasy as Iran trains Iraqi police.", {IRAN, IRAQ}),
        ("Iran and Iraq, worried by Turkish strikes, agree on joint patrols.", {IRAN, IRAQ}),
        ("Iran is worried about Iraqi camps, and its police trains Iraqi officers.", {IRAN, IRAQ}),
    ],
)
def test_a_side_that_only_watches_another_state_takes_no_part(text: str, sides: set[int]) -> None:
    assert read(text, "en" if text.isascii() else "fa").sides == sides


@pytest.mark.parametrize(
    ("language", "text", "act"),
    [
        ("en", "Mortars from Iran stand in the yard of an Iraqi army depot in Amarah.", "arms"),
        ("fr", "Des mortiers iraniens dans une caserne de l'armée irakienne.", "arms"),
        ("en", "Quds Force instructors spend the winter in Kirkuk.", "training_advisers"),
        ("ru", "Иранский фрегат в порту Басры.", "cooperation"),
        ("de", "Irakische Kadetten beginnen Ausbildung an Teheraner Militärakademie.", "training_advisers"),
        ("en", "Baghdad promises Tehran that no shot will be fired from our soil.", "armed_groups"),
        ("en", "Hashd men lie in a hospital in Kermanshah.", "support"),
    ],
)
def test_an_act_is_read_from_what_stands_beside_what(language: str, text: str, act: str) -> None:
    assert act in read(text, language).acts


@pytest.mark.parametrize(
    "text",
    [
        "Iraqi army finds Iranian mortars in a cave.",
        "The army museum in Baghdad has Iranian mortars of old.",
        "Iraqi army fears Iranian mortars.",
        "A trainer from Isfahan takes over the police football club in Baghdad.",
        "An Iranian frigate fires near Basra.",
        "Baghdad promises Tehran to keep its soil clean.",
        "Jordan shows the Iraqi army old Iranian mortars.",
    ],
)
def test_what_is_found_feared_or_of_something_else_is_no_act(text: str) -> None:
    assert not read(text).acts


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("Sahand frigate leaves Basra after a week with Iraqi navy", True),
        ("Iraqi climbers camp on Sahand", False),
        ("Ababil drones for Iraqi army", True),
        ("Birds called Ababil in a Baghdad play", False),
    ],
)
def test_the_name_of_a_weapon_or_ship_counts_beside_a_word_of_arms(title: str, named: bool) -> None:
    receipt = SHIPPED.match(Document("x", title, "", "en")).receipt
    assert named is not any("never named: iran" in reason.text for reason in receipt.reasons)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Basra customs officers seize Iranian pistols hidden in melons."),
        ("ar", "جمارك البصرة تضبط مسدسات إيرانية مهربة"),
        ("ru", "Таможня Басры изъяла иранские пистолеты у контрабандистов."),
    ],
)
def test_police_of_one_side_who_catch_smugglers_make_no_act_of_both(language: str, text: str) -> None:
    assert not read(text, language).acts


@pytest.mark.parametrize(
    ("title", "read_as"),
    [
        ("Pakpour writes to Falih al-Fayyadh", True),
        ("Salami meets Abu Fadak", True),
        ("Butcher Salami meets Abu Fadak", False),
        ("Salami meets Abu Fadak and a Kuwaiti general", False),
    ],
)
def test_a_surname_of_an_officer_is_his_beside_an_officer_of_the_other_side(title: str, read_as: bool) -> None:
    receipt = SHIPPED.match(Document("x", title, "", "en")).receipt
    assert read_as is not any("never named: iran" in reason.text for reason in receipt.reasons)


@pytest.mark.parametrize(
    ("language", "text", "strike"),
    [
        ("en", "Drones launched by the Revolutionary Guards hit a Komala base in Sulaymaniyah.", True),
        ("id", "Iran luncurkan rudal ke markas kelompok Kurdi di Irak utara.", True),
        ("ur", "ایران نے عراق میں کرد گروہ کے اڈے پر میزائل داغ دیے", True),
        ("ja", "イラン、イラク北部のクルド人武装勢力拠点にミサイル発射", True),
        ("en", "Inflation hits Iraq and Iran.", False),
        ("en", "Helicopters hit targets in the drill of Iran with Iraq.", False),
    ],
)
def test_arms_that_are_used_are_a_strike_whatever_the_verb(language: str, text: str, strike: bool) -> None:
    unit = read(text, language)
    assert ("strike" in unit.contexts) is strike
    assert not (strike and unit.acts)


def test_in_the_name_of_a_group_or_body_nothing_is_done() -> None:
    assert "cooperation" not in read("الإطار التنسيقي يناقش حقيبة الدفاع", "ar").acts
    assert "arms" not in read("伊朗导弹和伊拉克库尔德武装", "zh").acts


@pytest.mark.parametrize(
    ("title", "text", "other"),
    [
        ("Paris and Baghdad sign radar contract", "Tehran has long sought the order.", True),
        ("Iraqi and Iranian officers meet in Paris", "", False),
        ("لقاء عراقي إيراني في باريس", "", False),
        ("Багдад и Париж подписали контракт", "Тегеран следит.", True),
    ],
)
def test_a_capital_stands_for_its_state_and_not_where_somebody_is_there(title: str, text: str, other: bool) -> None:
    language = "en" if title.isascii() else "ar" if "عراقي" in title else "ru"
    found = SHIPPED.match(Document("x", title, text, language)).receipt.reasons
    assert any("title: other countries" in reason.text for reason in found) is other


def test_who_stands_before_a_verb_of_giving_gives() -> None:
    assert "arms" not in read("Paris supplies Baghdad with radars.").acts
    assert "arms" in read("Tehran supplies Baghdad with radars.").acts


def test_a_side_that_only_declines_to_comment_takes_no_part() -> None:
    assert read("Iran's embassy declined to comment.").sides == set()
    assert read("Iran declined to comment on border cooperation.").sides == {IRAN}


@pytest.mark.parametrize(
    ("title", "text", "read_as_iranian"),
    [
        ("Colonel Rezaei appointed head of Kirkuk police", "He served near the Iranian border.", False),
        ("Iraqi army general Heydari dies at 70", "He took part in the war with Iran.", False),
        ("Bagheri in Baghdad for talks", "Iran's chief of staff met the Iraqi defence minister.", True),
        ("In Baghdad General Bagheri meets officers", "The Iranian general came on Sunday.", True),
    ],
)
def test_a_side_ties_a_common_surname_only_as_one_that_acts(title: str, text: str, read_as_iranian: bool) -> None:
    reasons = SHIPPED.match(Document("x", title, text, "en")).receipt.reasons
    named = [reason.text for reason in reasons if reason.kind == "name"]
    full = any(entity.endswith("bagheri") for entity in SHIPPED.match(Document("x", title, text, "en")).entities)
    assert (any(": read as" in text for text in named) or full) is read_as_iranian, named


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "Ирак закупит у Ирана ударные беспилотники."),
        ("fr", "L'Irak achète à l'Iran des drones d'attaque."),
        ("tr", "Irak İran'dan saldırı helikopteri alacak."),
        ("ar", "العراق يشتري من إيران طائرات هجومية مسيرة."),
    ],
)
def test_arms_that_are_called_by_an_attack_attack_nobody(language: str, text: str) -> None:
    unit = read(text, language)
    assert unit.acts == {"arms"}
    assert not {"attack", "strike"} & unit.contexts.keys()


def test_suspects_handed_over_by_one_side_to_the_other_are_an_act() -> None:
    assert "law_enforcement" in read("تحویل دو متهم امنیتی از سوی پلیس عراق به ایران", "fa").acts
    assert "law_enforcement" not in read("Iraqi police hand two suspects over to a court in Basra.").acts


def test_what_a_strike_was_read_from_is_said_in_plain_words() -> None:
    grounds = SHIPPED.grounds(Document("x", "Iran luncurkan rudal ke markas kelompok Kurdi di Irak utara", "", "id"))
    assert grounds is not None
    assert grounds.plain[-1] == "Against it: attacks, threats or force (luncurkan)."


def test_an_act_of_one_wording_is_named_in_plain_words() -> None:
    grounds = SHIPPED.grounds(Document("x", "Iran and Iraq hold a joint drill near Mehran", "", "en"))
    assert grounds is not None
    assert "joint drill" in grounds.plain[1]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Iraq court jails Iranian for drug trafficking."),
        ("en", "Two Iranian border guards were killed in a clash with smugglers near Iraq."),
        ("nl", "Iraanse vluchteling in Irak vreest uitlevering."),
        ("de", "Irakische Justiz verurteilt iranische Schmuggler."),
        ("fr", "Bagdad convoque l'ambassadeur d'Iran après la mort de deux gardes-frontières."),
        ("ckb", "ئەمریکا سزای بەسەر کۆمپانیایەکی عێراقیدا سەپاند بەهۆی یارمەتیدانی سوپای پاسداران."),
        ("ar", "قائد الجيش اللبناني يستقبل الملحق العسكري العراقي ثم الإيراني."),
    ],
)
def test_courts_clashes_and_hosts_of_another_state_are_no_dealing(language: str, text: str) -> None:
    assert not read(text, language).acts


def test_nobody_of_a_group_acts_for_the_state_that_it_fights() -> None:
    rebels = read("Erbil'de İranlı muhalif komutan silahlı saldırıda öldü.", "tr")
    assert (rebels.acts, rebels.field_actors) == (set(), set())
    assert "armed_groups" in read("Iran praises Iraq for expelling the Iranian opposition group.").acts


@pytest.mark.parametrize(
    ("language", "text", "dealing"),
    [
        ("ar", "وزير الداخلية العراقي ونظيره السعودي يوقعان مذكرة لمكافحة المخدرات القادمة من إيران.", False),
        ("de", "Dänische Ausbilder schulen irakische Polizisten im Norden des Landes, Iran warnt.", False),
        ("ru", "Минобороны России и Ирака обсудили вертолёты; Иран в переговорах не участвовал.", False),
        ("zh", "中国企业与伊拉克签约 伊朗市场成下一目标", False),
        ("en", "Syria's minister in Baghdad signs a pact: Iran has nothing to do with it.", False),
        ("en", "Norway's army chief thanks Iraq for its hospitality, declines Iranian weapons.", False),
        ("en", "Peru hosts the defence ministers of Iran and Chad; an Iraqi delegation visits its army museum.", False),
        ("tr", "Irak Kore'den tank alıyor, İran ise izliyor.", False),
        ("fr", "Le Kenya forme des soldats irakiens tandis que l'Iran expose ses missiles.", False),
        ("ar", "قائد الجيش النرويجي في بغداد لبحث المساعدات العسكرية والوزير الإيراني يغادر روما.", False),
        ("en", "Iran, Iraq and Syria sign a security pact.", True),
        ("zh", "伊朗、伊拉克与叙利亚签署安全协议", True),
        ("en", "Iraq consults Norway while it signs a security pact with Iran.", True),
        ("en", "Kenya warns Iraq: a security pact with Iran will have consequences.", True),
        ("en", "Iraqi premier: Norway has no say in the security pact with Iran.", True),
    ],
)
def test_where_another_state_is_named_what_takes_two_is_done_by_those_of_its_clause(
    language: str, text: str, dealing: bool
) -> None:
    unit = read(text, language)
    assert (unit.sides == {IRAN, IRAQ} and bool(unit.acts)) == dealing


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fa", "سردار عراقی‌زاده در تهران با فرماندهان دیدار کرد"),
        ("en", "The Iraqi-born chief of police met the army in Tehran"),
        ("de", "Der irakischstämmige Polizeichef traf in Teheran das Heer"),
        ("he", "יליד עיראק מונה למפקד בטהרן"),
    ],
)
def test_where_somebody_was_born_names_no_side(language: str, text: str) -> None:
    assert SHIPPED.match(Document("x", text, "", language)).score == 0.0


def test_the_police_and_the_other_sides_police_are_two() -> None:
    assert read("İran sınır polisi ile Irak jandarması konuştu.", "tr").field_actors == {IRAN, IRAQ}


def test_a_football_team_of_the_forces_does_not_act_for_them() -> None:
    assert not read("تیم فوتبال نیروهای مسلح ایران عراق را شکست داد", "fa").field_actors
