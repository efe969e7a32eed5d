"""A language that a watch cannot read is never a plain "no": everywhere a judgement is shown, its reason is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from babel import Locale

from monitor.languages import languages
from monitor.match.reading import language_reason
from monitor.model import UNREAD
from monitor.text import language_names
from monitor.text.language import Guess, detect_language, glimpse, guess_language, primary
from monitor.text.language_names import language_name
from tests.newsroom import Newsroom, hours_ago
from tests.test_cli import Monitor, monitor  # noqa: F401
from tests.test_language_probes import _probes

SIGNED = {  # "Iran and Iraq signed a security agreement" and a little more
    "el": "Ο υπουργός Άμυνας του Ιράκ επισκέφθηκε την Τεχεράνη και υπέγραψε συμφωνία ασφαλείας με το Ιράν.",
    "fi": "Iranin ja Irakin puolustusministerit allekirjoittivat turvallisuussopimuksen Bagdadissa maanantaina.",
    "sw": "Mawaziri wa ulinzi wa Iran na Iraq walitia saini makubaliano ya usalama mjini Baghdad siku ya Jumatatu.",
    "am": "የኢራቅ የመከላከያ ሚኒስትር ቴህራንን ጎብኝተው ከኢራን ጋር የጸጥታ ስምምነት ተፈራርመዋል።",
    "th": "รัฐมนตรีกลาโหมอิรักเยือนเตหะรานและลงนามข้อตกลงด้านความมั่นคงกับอิหร่าน",
    "ka": "ერაყის თავდაცვის მინისტრი თეირანს ეწვია და ირანთან უსაფრთხოების შეთანხმებას მოაწერა ხელი.",
    "hy": "Իրաքի պաշտպանության նախարարը այցելեց Թեհրան և անվտանգության համաձայնագիր ստորագրեց Իրանի հետ։",
    "ko": "이라크 국방장관이 테헤란을 방문해 이란과 국경 안보 협정을 체결했다고 통신이 보도했다.",
    "hu": "Az iraki védelmi miniszter Teheránba látogatott, és biztonsági megállapodást írt alá Iránnal a határról.",
    "bn": "ইরাকের প্রতিরক্ষামন্ত্রী তেহরান সফর করে ইরানের সঙ্গে নিরাপত্তা চুক্তি সই করেছেন।",
}


Scored = dict[str, dict[str, Any]]


def scored(monitor: Monitor, *rows: dict[str, str]) -> Scored:  # noqa: F811
    """The answers of `monitor score`, by id."""
    lines = "\n".join(json.dumps({"title": "", **row}) for row in rows)
    return {row["id"]: row for row in map(json.loads, monitor("score", stdin=lines).out.splitlines())}


def test_score_says_which_language_was_not_read(monitor: Monitor) -> None:  # noqa: F811
    found = scored(monitor, *({"id": code, "text": text} for code, text in SIGNED.items()))
    # The tables have names of states in these, or names that count in their letters; and the family's words in some.
    names = dict.fromkeys(("fi", "hu", "ka", "hy"), "read-in-part")
    words = dict.fromkeys(("el", "th", "ko", "bn"), "read")
    expected = dict.fromkeys(SIGNED, "not-read") | names | words
    assert {code: row["language_read"] for code, row in found.items()} == expected
    assert {code: row["language"] for code, row in found.items()} == {code: code for code in SIGNED}
    for code, row in found.items():
        if code in words:
            continue
        assert row["verdict"] == "no"
        said = "read in part" if code in names else "not read"
        assert row["receipt"]["line"].startswith(f"{language_name(code)}: {said}; ")
        assert language_name(code) != code


def test_what_is_said_depends_on_the_language_that_a_text_is_in(monitor: Monitor) -> None:  # noqa: F811
    bakery = "The bakery in the old town won a prize for its bread on Monday, and the owner said she was happy with it."
    rows = (
        {"id": "declared English", "text": SIGNED["ka"], "language": "en"},
        {"id": "Finnish", "text": SIGNED["fi"]},
        {"id": "English", "text": bakery},
        {"id": "nothing", "text": "A B"},
    )
    found = scored(monitor, *rows)
    assert {name: row["language_read"] for name, row in found.items()} == {
        "declared English": "read-in-part",
        "Finnish": "read-in-part",
        "English": "read",
        "nothing": "language-unsure",
    }
    assert "Finnish: read in part; " in found["Finnish"]["receipt"]["line"]
    assert [reason["kind"] for reason in found["English"]["receipt"]["reasons"]] == ["required"]


def test_explain_says_it_first(monitor: Monitor, tmp_path: Path) -> None:  # noqa: F811
    file = tmp_path / "a.txt"
    file.write_text(f"ኢራቅ\n\n{SIGNED['am']} {SIGNED['am']}", encoding="utf-8")
    assert "Amharic: not read; the watch has no words of this language" in monitor("explain", file).out


def test_doubt_is_said() -> None:
    assert language_reason(None, Guess(None)) is not None
    unsure = language_reason("sides and fields only", Guess("it", sure=False))
    assert unsure is not None
    assert (unsure.kind, unsure.text) == ("language-unsure", "Italian (not sure): perhaps another language")
    unread = language_reason("not read", Guess("et", sure=False))
    assert unread is not None
    assert unread.text.startswith("Estonian (not sure): not read")
    assert language_reason("sides and fields only", Guess("it")) is None


@pytest.fixture
def polled(newsroom: Newsroom, configure: Callable[..., Path], monitor: Monitor) -> tuple[Path, dict[str, Any]]:  # noqa: F811
    """A feed whose pages are gone, so that its own texts are judged, and that declares the wrong language."""
    texts = [SIGNED["am"], SIGNED["sw"], "The town council has opened a school near the old market for the children."]
    entries = [(f"{text[:30]}", f"{newsroom.base}/{n}.html", hours_ago(2), text) for n, text in enumerate(texts)]
    body = "".join(
        f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid>"
        f"<pubDate>{when:%a, %d %b %Y %H:%M:%S} +0000</pubDate><description>{text}</description></item>"
        for title, link, when, text in entries
    )
    newsroom.put("/feed.xml", f'<rss version="2.0"><channel><title>F</title>{body}</channel></rss>'.encode())
    folder = configure(newsroom.base + "/feed.xml")
    result = monitor("--config", folder, "poll", "--json")
    return folder, result.json()


def test_it_is_counted_by_language_and_reason(polled: tuple[Path, dict[str, Any]], monitor: Monitor) -> None:  # noqa: F811
    folder, summary = polled
    assert summary["unread"] == {"iran-iraq-defense": {"am": {"not-read": 1}, "sw": {"not-read": 1}}}
    listed = monitor("--config", folder, "articles", "--json").json()
    assert {row["language"]: row["watches"][0]["language_read"] for row in listed} == {
        "am": "not-read",
        "sw": "not-read",
        "en": "read",
    }
    assert "Amharic: not read" in monitor("--config", folder, "articles").out
    edition = monitor("--config", folder, "digest", "--dry-run", "--json").json()
    assert {(each["language"], each["reason"], each["articles"]) for each in edition["unread"]} == {
        ("am", "not-read", 1),
        ("sw", "not-read", 1),
    }
    since = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    output = folder / "out"
    assert monitor("--config", folder, "digest", "--since", since, "--dry-run", "--output", output).code == 0
    footer = " ".join((output / "digest.txt").read_text(encoding="utf-8").split())
    assert "not read: 1 in Amharic, 1 in Swahili" in footer or "not read: 1 in Swahili, 1 in Amharic" in footer


# Languages that are taken for others


MISTAKEN = """
azb تبریزده دونن آخشام گوجلو یاغیش یاغدی و بیر نئچه خیابان سو آلتیندا قالدی. بو ایشه شورادا باخیلاجاق.
azb عراقین باش ناظیری تهراندا ایران پرزیدنتی ایله گؤروشوب، سرحد باره ده موذاکیره ائدیب و یئنی آنلاشما حاققیندا دانیشدی
kmr Wezire Berevaniye ye Iraqe serdana Tehrane kir u bi wezire berevaniye ye Irane re li ser ewlehiya sinor axivi.
kmr Wezirê Berevaniyê yê Iraqê serdana Tehranê kır u bı wezirê berevaniyê yê İranê re lı ser ewlehiya sınor axıvi.
kmr Serleşkere hezen Iranê ü Iraqê li ser parastina sinoran li hev kirin ü soz dan kü hevkariye zedetir bikin
ckb وەزيري بەرگري عيراق سەرداني تاران دەكات و لەگەل هاوتا ئيرانيەكەي لەسەر ئاسايشي سنوور رێككەوتنێك واژوو دەكەن
ckb وه زيري به رگري عيراق سه رداني تاران ده كات و له گه ل هاوتا ئيرانيه كه ي له سه ر ئاسايشي سنوور واژوو ده كه ن
fa وزیر دفاع ایران در بغداد با همتای عراقی خود درباره امنیت مرزها گفت‌وگو کرد و دو کشور تفاهم‌نامه امضا کردند
tr İran ve Irak savunma bakanları Bağdat'ta sınır güvenliği için bir anlaşma imzaladı ve bu konuda görüştü.
ps د عراق پوځ له ایران څخه توغندي واخیستل
ckb وەزیر بە سەردانە کتوپڕەکانی عەیب و عاری سوپا دەردەخات
"""


@pytest.mark.parametrize("line", MISTAKEN.strip().splitlines())
def test_kurdish_and_south_azerbaijani_are_not_their_neighbours(line: str) -> None:
    code, _, text = line.partition(" ")
    assert detect_language(text) == code


def test_azerbaijani_in_arabic_letters_is_that_of_iran() -> None:
    assert detect_language("تبریزده یاغیش یاغدی", "az") == "azb"
    assert detect_language("Təbrizdə yağış yağdı", "az") == "az"


def test_a_glimpse_says_what_the_whole_look_says() -> None:
    """Of the invented reports in twenty languages: with the language declared, without one, and with a wrong one."""
    texts = [f"{probe.title}\n{probe.text}" for probe in _probes()]
    asked = [
        (text, declared)
        for text in texts
        for code in [detect_language(text)]
        for declared in (None, code, "en" if code != "en" else "tr")
    ]
    wrong = [each for each in asked if glimpse(*each).code != guess_language(*each).code]
    assert wrong == []


def test_names_of_languages() -> None:
    assert [language_name(code) for code in ("fa", "el", "als", "xyz")] == [
        "Persian",
        "Greek",
        "Alemannic German",
        "xyz",
    ]
    assert all(language_name(each.code) == each.name for each in languages())
    known = language_names._KNOWN
    assert known == {code: Locale("en").languages[code] for code in known}
    assert "sq" in known
    assert primary("el-GR") == "el"
    assert len(UNREAD) == 3
