"""The wording in other languages than English: whole, with the same places, and nothing left in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from itertools import cycle

import pytest
import yaml
from babel import Locale
from lxml import html as lxml_html

from monitor.config import packaged_folder
from monitor.deliver import Parcel
from monitor.deliver.chat.send import chat_text
from monitor.deliver.email.message import message_of
from monitor.digest.corrections import with_changes
from monitor.digest.enrich import Context, described
from monitor.feeds.schedule import UNANSWERED
from monitor.model import (
    UNREAD,
    Accounts,
    Affair,
    Claim,
    Copy,
    Coverage,
    DigestStory,
    Edition,
    Feed,
    FeedKind,
    FeedReport,
    Gloss,
    Health,
    News,
    OneSided,
    PageChange,
    RenderedEdition,
    Report,
    Saying,
    Step,
    Support,
    UnreadArticles,
)
from monitor.model.feeds import FEED_KINDS
from monitor.render import labels
from monitor.render.catalogue import ENGLISH, catalogue_of
from monitor.render.news_words import said
from monitor.render.words import Words
from monitor.stories.group.tables import load_tables
from monitor.stories.provenance import provenance
from monitor.topic.lexicon import load_lexicon
from tests.channels import environment
from tests.editions import SINCE, UNTIL, passage, report, shown, story
from tests.test_render import rendering
from tests.wording import CATALOGUES, MONITOR, catalogue, messages

CODES = sorted(path.stem for path in CATALOGUES.glob("*.po"))
PLACE = re.compile(r"\{\w+\}")
# What stays as it is: names of files, of zones, and of the protocols in them.
LATIN = re.compile(r"[A-Za-z]+(?:[-'’][A-Za-z]+)*")
KEPT = {"digest", "html", "Asia", "Baghdad", "UTC"}
WHY = "blocked for 3 days: a challenge page (403)"


def test_the_languages_that_are_promised() -> None:
    assert CODES == ["ar", "ckb", "fa", "kmr", "tr"]


@pytest.mark.parametrize("code", CODES)
def test_every_message_is_translated_and_none_is_left_over(code: str) -> None:
    found = {message.id: message.string for message in catalogue(code) if message.id}
    assert found.keys() == messages()
    assert not [id for id, text in found.items() if not all(text if isinstance(text, tuple) else (text,))]
    assert not any(message.fuzzy for message in catalogue(code) if message.id)


@pytest.mark.parametrize("code", CODES)
def test_a_message_has_the_places_of_the_english_one(code: str) -> None:
    for message in catalogue(code):
        if not message.id:
            continue
        several = isinstance(message.id, tuple)
        wanted = set(PLACE.findall(str(message.id[1] if several else message.id)))
        forms = [str(text) for text in (message.string if isinstance(message.string, tuple) else (message.string,))]
        assert len(forms) == (catalogue(code).num_plurals if several else 1), message.id
        for text in forms:
            # "One report", "two reports" are words in some languages.
            missing = wanted - set(PLACE.findall(text))
            assert set(PLACE.findall(text)) <= wanted, message.id
            assert not missing or (several and missing == {"{n}"} and code == "ar"), message.id


@pytest.mark.slow
def test_what_other_rooms_name_has_a_message() -> None:
    noted = {text for text in messages() if isinstance(text, str)}
    folder = packaged_folder() / "config"
    acts = {act.replace("_", " ") for act in load_lexicon(folder / "lexicon").acts}
    families = {yaml.safe_load(path.read_text("utf-8"))["label"] for path in (folder / "families").glob("*.yaml")}
    kinds = load_tables().kinds.values()
    told = {act for act, part in load_tables().told.parts.items() if part not in ("nothing", "negation")}
    assert acts | families | {act.replace("_", " ") for act in told} <= noted
    assert {kind.removeprefix("act ") for kind in kinds if kind.startswith("act ")} <= noted
    assert {*UNREAD.values(), *UNANSWERED.values()} <= noted
    rooms = [path for room in ("feeds", "fetch", "workers") for path in (MONITOR / room).rglob("*.py")]
    failures = {kind for path in rooms for kind in re.findall(r'\bkind="([a-z-]+)"', path.read_text("utf-8"))}
    assert len(failures) > 10
    assert failures | UNANSWERED.keys() <= labels.FAILED.keys()
    assert set(labels.KINDS) == set(FEED_KINDS)
    others = [Feed(kind, kind, kind=kind) for kind in FEED_KINDS]
    silent = provenance([report(1, "A headline", kind="unknown")], others).silent
    assert len(silent) > 5
    assert set(silent) <= noted


def test_a_message_reaches_into_nothing() -> None:
    assert ENGLISH.say("{x.__class__} {x}", x=1) == "{x.__class__} 1"
    with pytest.raises(KeyError):
        ENGLISH.say("{nothing}", other=1)


@pytest.mark.parametrize("code", [*CODES, "en"])
def test_a_name_that_somebody_gave_may_hold_braces(code: str) -> None:
    acts = ("{n}", "oil {moment}", "{0} {}")
    each = replace(full().stories[0], gloss=Gloss(acts), news=(News("act", "{n}"), News("odd {n}", "x {y}")))
    text = rendering(replace(full(), stories=(each,)), locale=code, languages=("ru",)).text
    assert "{n}" in text
    assert "oil {moment}" in text


@pytest.mark.parametrize(
    ("locale", "code"),
    [
        ("fa", "fa"),
        ("fa-AF", "fa"),
        ("ar-IQ", "ar"),
        ("tr_TR", "tr"),
        ("ckb", "ckb"),
        ("en-GB", "en"),
        ("haw", "en"),  # of which nobody has made one
        ("ku", "kmr"),
        ("kmr-TR", "kmr"),
    ],
)
def test_the_wording_follows_the_locale(locale: str, code: str) -> None:
    assert catalogue_of(locale).code == code


@pytest.mark.parametrize(
    ("number", "text"), [(1, "تقرير واحد"), (2, "تقريران"), (3, "3 تقارير"), (11, "11 تقريرًا"), (100, "100 تقرير")]
)
def test_forms_for_numbers(number: int, text: str) -> None:
    assert catalogue_of("ar").several(number, "{n} report", "{n} reports", n=number) == text
    assert catalogue_of("fa").several(number, "{n} report", "{n} reports", n=number) == f"{number} گزارش"


# A digest that says all that a digest can say, with names that hold no Latin letter


def persian(
    id: int, title: str, *, kind: FeedKind = "independent", url: str | None = None, acts: tuple[str, ...] = ()
) -> Report:
    quote = passage("مذكرة تفاهم في بغداد.", "مذكرة تفاهم")
    return report(id, title, source=f"خبرگزاری {id}", language="ar", passages=(quote,), kind=kind, url=url, acts=acts)


def full() -> Edition:
    reports = [
        persian(n, f"توقيع مذكرة رقم {n}", acts=("agreement",), kind=kind) for n, kind in enumerate(FEED_KINDS, 1)
    ]
    reports[0] = replace(reports[0], article=replace(reports[0].article, partial=True, published=None))
    quote = "قال الوزير ذلك."
    said = Saying("12 حارسا", (1, 2, 3, 4, 5), 1, quote)
    claims = (
        Claim("figure", "حارسا", (said, replace(said, value="14 حارسا"))),
        Claim(
            "date",
            "visit",
            (Saying("visit on 2026-11-30", (1,), 1, quote), Saying("visit on 2026-12-01", (2,), 2, quote)),
        ),
        Claim("denial", "denied", (Saying("denied", (1,), 1, quote), Saying("reported", (2,), 2, quote))),
    )
    sides = tuple(
        OneSided("Iran", missing, kind, text, said)
        for missing, kind, text in ((True, "person", "لاریجانی"), (False, "act", "joint drill"))
    )
    steps = tuple(
        Step(n, min(n, 3), f"خبر {n}", "ar", SINCE, (News("act", "denial"),), follows=n - 1) for n in range(1, 5)
    )
    steps = (*steps, replace(steps[3], story=5, number=0, follows=2))
    every = tuple(
        News(kind, "2026-11-30" if kind == "date" else "agreement" if kind == "act" else "نام")
        for kind in ("publisher", "person", "place", "body", "figure", "date", "act", "changed")
    )
    one = replace(
        shown(
            replace(story(3, *reports), supporting=tuple(Support(persian(90 + n, "خبر دیگر"), 0.4) for n in range(8)))
        ),
        developing=True,
        fresh=frozenset({1, 2}),
        first="خبرگزاری 1",
        first_article=1,
        copies=(Copy(2, "خبرگزاری 1"),),
        silent=("state publishers", "publishers in Iran"),
        news=every,
        accounts=Accounts(claims[:1], claims, sides),
        gloss=Gloss(("agreement", "border security"), ("علی لاریجانی",), ("بغداد",)),
        affair=Affair(steps, known=True, background=steps[:1]),
        corrected=frozenset({3}),
        withdrawn=frozenset({4}),
    )
    others = tuple(
        replace(shown(story(n, persian(100 + n, f"خبر شماره {n}"))), affair=Affair(steps)) for n in (1, 4, 5)
    )
    lone = tuple(shown(story(n, persian(100 + n, f"خبر شماره {n}"))) for n in range(20, 28))
    again = replace(shown(story(60, persian(160, "تکرار")), developing=True), repeats=True)
    account = replace(others[2], repeats=True)
    more = (*(shown(story(70 + n, persian(170 + n, f"خبر {n}"))) for n in range(60)), again, account)
    feeds = tuple(
        FeedReport(f"خوراک {n}", f"https://f{n}.example", health, WHY, UNTIL - timedelta(days=n), "", kind, n, UNTIL)
        for (n, health), kind in zip(
            enumerate([*Health, Health.QUIET, Health.FAILING] * 4, 3),
            cycle(labels.FAILED),
            strict=False,
        )
    )
    unread = tuple(
        UnreadArticles("w", code, reason, 3)
        for reason in UNREAD
        for code in (None, "el", "fi", "nl", "de", "pl", "ru", "hi", "zh", "ja")
    )
    near = tuple(
        replace(r, match=replace(r.match, score=score)) for r, score in zip(reports, (0.49, 0.2), strict=False)
    )
    return Edition(
        "روزانه",
        "2026-11-21T07:00",
        SINCE,
        UNTIL,
        UNTIL,
        "Asia/Baghdad",
        (one, *others, *lone),
        (*near, *(persian(300 + n, f"نزدیک {n}", url="ftp://x" if n == 3 else None) for n in range(20))),
        Coverage(feeds, 1204, 310, older=3, notices=(WHY,), unread=unread, muted=2),
        ("دفاع", "آب"),
        ("iran-iraq", "w"),
        id=7,
        more=more,
        omitted=len(more) + 5,
        near_omitted=4,
    )


def variants() -> Iterator[tuple[str, Edition]]:
    whole = full()
    yield "whole", whole
    yield "week", replace(whole, since=UNTIL - timedelta(days=7), new_names=("رستم کیانی",))
    yield "empty", replace(whole, stories=(), more=(), near_misses=(), omitted=0, near_omitted=0, id=0)
    cut_off = tuple(
        replace(feed, unreached=why) for feed, why in zip(whole.coverage.feeds, UNANSWERED.values(), strict=False)
    )
    yield (
        "cut off",
        replace(
            whole, stories=(), more=(), coverage=replace(whole.coverage, feeds=(*cut_off, *whole.coverage.feeds[9:]))
        ),
    )
    yield "no feeds", replace(whole, coverage=Coverage((), 0, 0))
    unknown = tuple(replace(feed, health=Health.UNKNOWN) for feed in whole.coverage.feeds[:2])
    yield "never polled", replace(whole, stories=(), more=(), coverage=replace(whole.coverage, feeds=unknown))
    alert = replace(whole, alert=True, more=(), omitted=0, near_misses=(), near_omitted=0, stories=whole.stories[:1])
    yield "alert", alert
    yield "alerts", replace(alert, stories=whole.stories[:3])
    changes = [
        PageChange(1, 1, 3, UNTIL, "headline", "توقيع", "توقيع آخر"),
        PageChange(2, 1, 3, UNTIL, "text", "", "نص"),
        PageChange(3, 1, 3, UNTIL, "text", "نص", ""),
        PageChange(4, 1, 3, UNTIL, "text", "نص", "نص آخر"),
        *(PageChange(n, 1, 3, UNTIL, "text", "نص", f"نص {n}") for n in range(5, 8)),
        PageChange(9, 2, 3, UNTIL, "gone"),
    ]
    yield "correction", with_changes(replace(alert, correction=True), changes, {}, catalogue_of("fa"))


def english_of(made: RenderedEdition) -> set[str]:
    """Words in Latin letters that neither HTML nor text nor subject mark as of another language."""
    tree = lxml_html.document_fromstring(made.html).body
    for element in tree.xpath(".//*[@lang='en']"):
        element.text = ""
    plain = re.sub(r"(https?|ftp)://\S+", "", " ".join(made.text.split())).replace(WHY, "")
    visible = re.sub(r"(https?|ftp)://\S+", "", tree.text_content())
    return {word for text in (visible, plain, made.subject) for word in LATIN.findall(text)} - KEPT


@pytest.mark.parametrize("name", [name for name, _ in variants()])
def test_no_english_is_left_in_a_persian_digest(name: str) -> None:
    made = rendering(dict(variants())[name], locale="fa", base_url="https://monitor.example")
    assert english_of(made) == set()
    assert '<html lang="fa" dir="rtl">' in made.html


def test_the_check_sees_english() -> None:
    assert {"New", "report"} <= english_of(rendering(full(), locale="haw"))


def test_lists_and_quotations_are_written_as_in_persian() -> None:
    made = rendering(full(), locale="fa")
    assert "توافق، امنیت مرز · علی لاریجانی · بغداد" in made.text
    assert "«" in made.text
    assert "“" not in made.text
    assert "۳۰ نوامبر" in made.text
    assert "ایران" in made.text


@pytest.mark.parametrize("code", CODES)
def test_a_mail_sent_again_and_a_chat_say_so_in_that_language(code: str) -> None:
    edition = full()
    made = rendering(edition, locale=code)
    assert made.language == code
    parcel = Parcel(edition, made, "a@example.org", "<1@example.org>", UNTIL, resend=True)
    mail = message_from_bytes(bytes(message_of(parcel, "m@example.org")), policy=policy.default)
    body = mail.get_body(("plain",))
    assert body
    assert body.get_content().startswith(
        catalogue_of(code).say("This edition was sent before; it was sent again on request.")
    )
    assert str(mail["Subject"]).startswith(f"[{catalogue_of(code).say('Sent again')}] ")
    assert chat_text(parcel, environment()).splitlines()[0] == catalogue_of(code).say("Sent again on request.")
    said = re.sub(r"https?://\S+", "", chat_text(parcel, environment()))
    assert not LATIN.search(re.sub("…|memorandum", "", said)) or Locale.parse(code).text_direction == "ltr"


@pytest.mark.parametrize("code", CODES)
def test_what_is_in_force_is_the_language_and_its_direction(code: str) -> None:
    direction = Locale.parse(code).text_direction
    assert catalogue_of(code).direction == direction
    assert f'dir="{direction}"' in rendering(full(), locale=code).html.partition("<head")[0]


def test_a_receipt_is_said_again_from_what_it_holds() -> None:
    made = report(
        1, "عنوان", language="fa", passages=(passage("علی در بغداد مذكرة تفاهم امضا کرد", "بغداد", "مذكرة تفاهم"),)
    )
    marks = made.match.receipt.passages[0].highlights
    marks = (replace(marks[0], label="iraq"), replace(marks[1], label="air_defence"))
    receipt = replace(
        made.match.receipt, passages=(replace(made.match.receipt.passages[0], highlights=marks, where="lead"),)
    )
    each = shown(story(1, replace(made, match=replace(made.match, receipt=receipt, acts=("air_defence",)))))
    edition = replace(full(), stories=(each,), more=(), omitted=0, near_misses=(), near_omitted=0)
    text = " ".join(rendering(edition, locale="fa").text.split())
    assert "عراق + پدافند هوایی در لید؛ «مذكرة تفاهم»؛ تطابق قوی (۰٫۹۰، از ۰٫۵۰)" in text


def test_an_act_that_a_match_does_not_count_is_no_side() -> None:
    made = report(
        1, "عنوان", language="fa", passages=(passage("آموزش و همکاری بغداد و نجف", "بغداد", "همکاری", "آموزش"),)
    )
    found = made.match.receipt.passages[0]
    labels = ("training_advisers", "cooperation", "iraq")
    marks = tuple(replace(mark, label=label) for mark, label in zip(found.highlights, labels, strict=True))
    receipt = replace(made.match.receipt, passages=(replace(found, highlights=marks, where="title"),))
    each = shown(story(1, replace(made, match=replace(made.match, receipt=receipt, acts=("cooperation",)))))
    edition = replace(full(), stories=(each,), more=(), omitted=0, near_misses=(), near_omitted=0)
    text = " ".join(rendering(edition, locale="fa").text.split())
    assert "عراق + آموزش و مستشاران + همکاری در تیتر؛ «همکاری»" in text


def test_a_figure_and_its_word_run_their_own_way() -> None:
    adds = [News("figure", "200 families"), News("place", "Baghdad")]
    assert said(adds, Words(full(), "fa")) == "\u2068200 families\u2069؛ Baghdad"
    assert said(adds, Words(full(), "tr")) == "200 families; Baghdad"
    several = [News("person", "A. Name", 1), News("act", "denial", 1), News("person", "B. Name", 1)]
    assert said(several) == "A. Name, B. Name; denial"


def test_names_of_what_is_new_are_of_the_language_of_the_digest() -> None:
    each = described(
        DigestStory(story(1, persian(1, "عنوان")), developing=False, fresh=frozenset({1})), Context([]).in_locale("fa")
    )
    assert rendering(replace(full(), stories=(each,)), locale="fa").html


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        ("fa", ["۱٬۲۰۴", "۰٫۹۰", "۰۷:۰۰", "\n۱. "]),
        ("ar-IQ", ["١٬٢٠٤", "٠٫٩٠", "٠٧:٠٠", "\n١. "]),
        ("ckb", ["١٬٢٠٤", "٠٫٩٠", "٠٧:٠٠", "\n١. "]),
        ("ar-AE", ["1,204", "0.90", "07:00", "\n1. "]),
        ("tr", ["1.204", "0,90", "07:00", "\n1. "]),
        ("kmr", ["1.204", "0,90", "07:00", "\n1. "]),
    ],
)
def test_numbers_have_the_digits_that_the_locale_uses(locale: str, written: list[str]) -> None:
    text = rendering(full(), locale=locale).text
    assert [each for each in written if each not in text] == []


@pytest.mark.parametrize(
    ("code", "parts", "shown"),
    [
        ("en", ["Tehran", "بغداد", "بصره"], "Tehran, بغداد>, بصره"),
        ("fa", ["تهران", "Reuters", "AFP", "12 گزارش"], "تهران، Reuters<، AFP، 12 گزارش"),
    ],
)
def test_a_list_keeps_its_order_where_names_run_the_other_way(code: str, parts: list[str], shown: str) -> None:
    assert catalogue_of(code).listed(parts).translate({0x200E: ">", 0x200F: "<"}) == shown
