"""Seeds in every form: short ones, wrapped ones, mails, documents, addresses; and what `learn` makes of bad ones."""

from __future__ import annotations

import base64
import io
import json
import quopri
import sys
import textwrap
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor import cli as commands
from monitor.config import load_config
from monitor.errors import SeedError
from monitor.text.visual_order import in_reading_order
from monitor.topic import pdf_text as pdf_module
from monitor.topic.baseline import profile_of
from monitor.topic.fingerprint import fingerprint
from monitor.topic.seed_places import find_sources
from monitor.topic.seeds import read_seed
from monitor.topic.seedtext import clean_seed
from tests.conftest import SERVICE
from tests.newsroom import PACT, Newsroom
from tests.pdf_files import Piece, line, pdf_of, right_to_left
from tests.seed_pages import ARABIC_TEXT, BLOG_TEXT, PERSIAN_TEXT, TURKISH_TEXT, read_seeds

SHORT = "The harbour board and the dockers signed a pact on night shifts on Monday."
WATCH = "iran-iraq-defense"

Run = Callable[..., tuple[int, str, str]]


def written(folder: Path, name: str, body: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    return path


# ---- short ones ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "title", "text"),
    [
        (SHORT, SHORT, SHORT),
        ("Dockers agree\n\nThey signed it. It holds for a year.", None, "They signed it. It holds for a year."),
        (f"Dockers and board agree\n\n{SHORT}\n\nIt holds for a year.", None, f"{SHORT}\nIt holds for a year."),
        ("the dockers and the board of the harbour signed a pact on night shifts", None, None),
        (
            "伊朗和伊拉克签署边境协议\n\n两国国防部长周一在巴格达签署了边境安全合作备忘录。",
            "伊朗和伊拉克签署边境协议",
            None,
        ),
        ("وزیران دفاع ایران و عراق در بغداد دیدار کردند.", None, None),
        ("รัฐมนตรีกลาโหมของอิหร่านและอิรักลงนามบันทึกความเข้าใจที่กรุงแบกแดดเมื่อวันจันทร์", None, None),
    ],
)
def test_a_sentence_is_enough(tmp_path: Path, raw: str, title: str | None, text: str | None) -> None:
    seed = read_seed(written(tmp_path, "a.txt", raw))
    assert seed.text == (text or "\n".join(raw.split("\n\n")[-1].split("\n")))
    assert seed.title == (title or seed.title)


def test_a_page_of_one_paragraph_is_enough(tmp_path: Path) -> None:
    assert read_seed(written(tmp_path, "a.html", f"<p>{SHORT}</p>")).text == SHORT


@pytest.mark.parametrize(
    "raw",
    [
        "Dockers and board sign a pact",
        "Home | News | Sport | Politics | Contact us | About | Login | Register | Help | More | Shop | Jobs",
        "Home\nNews\nSport\nContact us\nSubscribe",
        "12.03.2024 14:30",
    ],
)
def test_no_sentence_is_refused(tmp_path: Path, raw: str) -> None:
    with pytest.raises(SeedError, match="no sentence of it reads like an article; paste"):
        read_seed(written(tmp_path, "a.txt", raw))


# ---- wrapped ones ----------------------------------------------------------------------------------------------

ARTICLES = (BLOG_TEXT, PERSIAN_TEXT, ARABIC_TEXT, TURKISH_TEXT, SHORT, f"{SHORT}\n{SHORT[:-1]} again, and in the dark.")
WORDS = st.sampled_from(
    ["harbour", "Monday", "the", "board-room", "2024", "دریا", "بندر", "گفت‌وگو", "порт", "U.S.", "a"]
)
SENTENCES = st.lists(WORDS, min_size=6, max_size=30).map(lambda words: f"Then {' '.join(words)} went on.")
PARAGRAPHS = st.lists(SENTENCES, min_size=1, max_size=4).map(" ".join)


def wrapped(text: str, width: int) -> str:
    return "\n\n".join(textwrap.fill(paragraph, width) for paragraph in text.split("\n"))


@pytest.mark.parametrize("text", ARTICLES, ids=["en", "fa", "ar", "tr", "short", "two"])
@pytest.mark.parametrize("width", range(50, 91))
def test_a_wrapped_seed_has_the_same_paragraphs(text: str, width: int) -> None:
    given_whole = clean_seed("The title stands here\n\n" + text.replace("\n", "\n\n")).text
    assert clean_seed("The title stands here\n\n" + wrapped(text, width)).text == given_whole


# One compound at the end of three lines: words are not broken there.
COMPOUND = f"Then{' harbour' * 10} the the the the the board-room{' harbour' * 4} Monday the the board-room went on. "
COMPOUND += f"Then{' harbour' * 7}{' the' * 9} board-room went on."


@pytest.mark.slow
@given(st.lists(PARAGRAPHS, min_size=1, max_size=4, unique=True), st.integers(50, 90))
@example([COMPOUND], 58)
def test_any_wrapped_text_has_the_same_paragraphs(paragraphs: list[str], width: int) -> None:
    text = "\n".join(paragraphs)
    assert clean_seed(wrapped(text, width)).text == clean_seed(text.replace("\n", "\n\n")).text


def test_an_address_beside_it_keeps_no_paragraph_apart() -> None:
    raw = f"{wrapped(SHORT + ' ' + SHORT, 64)}\n\nHarbour Board\nPier Street 5\n1234 Orla"
    assert clean_seed(raw).text == f"{SHORT} {SHORT}"


@pytest.mark.parametrize(
    "block",
    [
        "Harbour strike ends after nine days of talks\nFerry to Orla sails again from Monday on\nIce closes the "
        "northern port for a second week",
        "- The board pays for the night shifts of all.\n- The dockers give up the strike at the pier.\n- Both "
        "meet again in the spring of next year.",
        "Port            Ships       Crew\nOrla            12          140\nTarn            7           66",
    ],
    ids=["headlines", "list", "table"],
)
def test_lines_that_are_no_paragraph_stay_lines(block: str) -> None:
    kept = clean_seed(f"{wrapped(BLOG_TEXT, 60)}\n\n{block}\n\n{wrapped(SHORT, 60)}")
    lines = kept.text.split("\n") + [line for line, _ in kept.left_out]
    assert set(block.split("\n")) <= set(lines)


# ---- mails and several languages -------------------------------------------------------------------------------


@pytest.mark.parametrize("above", ["", "On Friday A. User wrote:\n"])
@pytest.mark.parametrize("mark", ["> ", ">", "> > "])
@pytest.mark.parametrize("text", ARTICLES, ids=["en", "fa", "ar", "tr", "short", "two"])
def test_a_mail_that_only_quotes_is_what_it_quotes(text: str, mark: str, above: str) -> None:
    quoted = "\n".join(f"{mark}{line}" for line in wrapped(text, 70).split("\n"))
    assert clean_seed(above + quoted).text == clean_seed(above + wrapped(text, 70)).text


def test_a_mail_that_answers_is_what_it_says() -> None:
    quoted = "\n".join(f"> {line}" for line in wrapped(ARTICLES[0], 70).split("\n"))
    assert clean_seed(f"{SHORT}\n{quoted}").text == SHORT


def mail(text: str, kind: str = "plain", encoding: str = "quoted-printable") -> bytes:
    coded = quopri.encodestring(text.encode()) if encoding == "quoted-printable" else base64.encodebytes(text.encode())
    return (
        "Received: from a by b;\n Mon, 4 Mar 2024 10:00:00 +0000\nMIME-Version: 1.0\nFrom: desk@example.org\n"
        "Subject: =?utf-8?Q?Pact_=E2=80=93_signed?=\nDate: Mon, 4 Mar 2024 10:00:00 +0000\n"
        f"Content-Type: text/{kind}; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n"
    ).encode() + coded


@pytest.mark.parametrize("name", ["a.eml", "a.txt"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("encoding", ["quoted-printable", "base64"])
def test_a_saved_mail_is_decoded(tmp_path: Path, name: str, end: bytes, encoding: str) -> None:
    seed = read_seed(written(tmp_path, name, mail(PERSIAN_TEXT, encoding=encoding).replace(b"\n", end)))
    assert seed.text == PERSIAN_TEXT
    assert (seed.title, seed.language) == ("Pact – signed", "fa")
    assert str(seed.published) == "2024-03-04 00:00:00+00:00"


@pytest.mark.parametrize(
    "above",
    [
        "FYI\n\n---------- Forwarded message ---------\n",
        "Begin forwarded message:\n\n",
        "________________________________\n",
        "Bonjour, à lire.\n\n-------- Message transféré --------\n",
    ],
)
def test_a_mail_that_sends_an_article_on_is_that_article(tmp_path: Path, above: str) -> None:
    text = (
        "The ferry to the islands will sail twice a day from June, its owner said on Monday. The port gave way after "
    )
    text += (
        "a week of talks, and the mayor of the largest island called it a relief for the schools and for the clinic."
    )
    head = "*From:* Desk <desk@example.org>\nSent: Monday\nTo: me@example.org\nSubject: The ferry\n\n"
    body = f"{above}{head}{textwrap.fill(text, 70)}\n\n-- \nA. Writer\nDesk\n"
    seed = read_seed(written(tmp_path, "a.eml", mail(body).replace(b"Subject: =", b"Subject: Fwd: Re: =")))
    assert (seed.title, seed.text) == ("Pact – signed", text)


def test_a_wall_that_was_saved_as_text_is_no_seed(tmp_path: Path) -> None:
    wall = (
        "Before you continue\n\nWe and our partners store and access information on your device, such as cookies, to "
    )
    wall += "personalise adverts. Click Accept all to agree.\n\nAccept all\nManage options\n"
    with pytest.raises(SeedError, match="reads like a wall before an article \\(consent\\); paste the article's own"):
        read_seed(written(tmp_path, "a.txt", wall))


def test_a_mail_that_is_a_page_is_read_as_one(tmp_path: Path) -> None:
    page = f"<html><body><article><h1>Pact</h1><p>{SHORT}</p></article></body></html>"
    assert read_seed(written(tmp_path, "a.mht", mail(page, "html", "base64"))).text == SHORT


def test_what_a_mail_left_encoded_is_decoded(tmp_path: Path) -> None:
    raw = "The dockers=E2=80=99 pact holds for a year, said the board on Monday, and night=\n shifts end=20\nin May."
    text = "The dockers’ pact holds for a year, said the board on Monday, and night shifts end in May."
    assert read_seed(written(tmp_path, "a.txt", raw)).text == text


@pytest.mark.parametrize("text", [f"{SHORT} The link is a=20 and b=3D.=", f"{SHORT} It says x=AB and y = 2."])
def test_signs_of_equality_are_no_encoding(tmp_path: Path, text: str) -> None:
    assert read_seed(written(tmp_path, "a.txt", f"{text} c = d.")).text == f"{text} c = d."


def test_languages_may_be_mixed_in_a_folder_and_in_a_file(tmp_path: Path) -> None:
    for name, text in (("a", BLOG_TEXT), ("b", PERSIAN_TEXT), ("c", ARABIC_TEXT), ("d", TURKISH_TEXT)):
        written(tmp_path, f"{name}.txt", text)
    written(tmp_path, "e.txt", "\n\n".join((SHORT, PERSIAN_TEXT, ARABIC_TEXT)))
    seeds = read_seeds(tmp_path)
    assert [seed.language for seed in seeds[:4]] == ["en", "fa", "ar", "tr"]
    assert seeds[4].text == "\n".join((SHORT, PERSIAN_TEXT, ARABIC_TEXT))


# ---- documents -------------------------------------------------------------------------------------------------


def test_a_pdf_is_read_in_paragraphs(tmp_path: Path) -> None:
    def page(number: int) -> list[Piece]:
        head = line(810, f"Harbour Notes, page {number}")
        first = line(700, "The harbour board and the dock-") + line(688, "ers signed a pact on Monday.")
        first = first if number == 1 else []
        second = line(660, f"Part {number} of the pact names the night shifts of all of the")
        return head + first + second + line(648, "northern ports.")

    title = line(760, "Dockers and board sign a pact", size=18)
    seed = read_seed(written(tmp_path, "a.pdf", pdf_of(title + page(1), page(2), page(3))))
    assert seed.title == "Dockers and board sign a pact"
    assert seed.text.split("\n") == [
        "The harbour board and the dockers signed a pact on Monday.",
        *(f"Part {number} of the pact names the night shifts of all of the northern ports." for number in (1, 2, 3)),
    ]
    assert ("Harbour Notes, page 2", "stands on page after page") in seed.left_out


@pytest.mark.parametrize("from_right", [True, False])
@pytest.mark.parametrize("text", [PERSIAN_TEXT, ARABIC_TEXT])
def test_a_pdf_is_read_from_the_right_however_it_is_drawn(tmp_path: Path, text: str, from_right: bool) -> None:
    first = text.split("\n")[0].replace("\u200c", " ")
    rows = textwrap.wrap(first, 60)
    pieces: list[Piece] = []
    for number, row in enumerate(rows):
        seen = [word if word.isdigit() else word[::-1] for word in row.split()]
        pieces += right_to_left(760 - 12 * number, seen, from_right=from_right)
    assert read_seed(written(tmp_path, "a.pdf", pdf_of(pieces))).text == first


@pytest.mark.parametrize(
    ("seen", "read"),
    [
        ("دادغب رد", "در بغداد"),
        ("۲۵۰ رفن", "نفر ۲۵۰"),
        (".دش (border security) زرم", "مرز (border security) شد."),
        ("12.5 زا", "از 12.5"),
        ("«زرم»", "«مرز»"),
        ("\ufee3\ufeae\ufead"[::-1], "مرر"),  # letters in the forms of a font
    ],
)
def test_a_line_of_a_page_is_put_into_the_order_of_reading(seen: str, read: str) -> None:
    assert in_reading_order(seen, right_to_left=True) == read


def test_a_pdf_that_gives_no_text_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, body, said in (
        ("a.pdf", pdf_of([]), "without text, such as scanned pages"),
        ("b.pdf", b"%PDF-1.4\n" + bytes(range(256)) * 40, "cannot be read as a PDF"),
        ("c.pdf", pdf_of(line(700, SHORT))[:400], "cannot be read as a PDF|without text"),
    ):
        with pytest.raises(SeedError, match=said):
            read_seed(written(tmp_path, name, body))
    monkeypatch.setitem(sys.modules, "pdfminer.high_level", None)  # as where the extra is not installed
    with pytest.raises(SeedError, match=r"pip install pdfminer\.six"):
        read_seed(written(tmp_path, "d.pdf", pdf_of(line(700, SHORT))))


def test_a_long_pdf_says_which_pages_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_module, "MOST_PAGES", 2)
    pages = [line(700, f"Part {word} of the pact names the night shifts.") for word in ("one", "two", "three", "four")]
    seed = read_seed(written(tmp_path, "a.pdf", pdf_of(*pages)))
    assert seed.text.count("Part") == 2
    assert seed.left_out == (("page 3 and later", "only the first 2 pages are read"),)


def archive(part: str, xml: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archived:
        archived.writestr(part, xml)
    return file.getvalue()


def docx(content: str, before: str = "") -> bytes:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    return archive("word/document.xml", f"{before}<w:document {space}><w:body>{content}</w:body></w:document>")


def odt(content: str) -> bytes:
    office, text = (f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "text"))
    return archive("content.xml", f"<office:document-content {office} {text}>{content}</office:document-content>")


@pytest.mark.parametrize(
    ("name", "body"),
    [
        (
            "a.docx",
            docx(
                "<w:p><w:r><w:t>Dockers and board sign a pact</w:t></w:r></w:p><w:p><w:r><w:t>The harbour board and the"
                "</w:t><w:tab/><w:t>dockers</w:t></w:r><w:del><w:r><w:delText> never</w:delText></w:r></w:del><w:r>"
                "<w:instrText> PAGE </w:instrText><w:t> signed a pact on night shifts on Monday.</w:t></w:r></w:p>"
            ),
        ),
        (
            "a.odt",
            odt(
                "<text:h>Dockers and board sign a pact</text:h><text:p>The harbour<text:s/>board and <text:span>the "
                "dockers</text:span> signed a pact<text:note><text:p>Note.</text:p></text:note> on night shifts on "
                "Monday.</text:p>"
            ),
        ),
    ],
)
def test_an_office_document_is_read(tmp_path: Path, name: str, body: bytes) -> None:
    seed = read_seed(written(tmp_path, name, body))
    assert (seed.title, seed.text) == ("Dockers and board sign a pact", SHORT)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (docx(" " * 30_000_000), "holds more than 5 MB of text"),
        (archive("xl/workbook.xml", "<x/>"), "another kind of office document"),
        (docx("<w:p>"), "is damaged"),
        (docx("<w:p><w:r><w:t>x</w:t></w:r></w:p>")[:-30], "is damaged"),
        (
            docx(
                "<w:p><w:r><w:t>&x;</w:t></w:r></w:p>",
                f'<!DOCTYPE w [<!ENTITY x SYSTEM "{Path(__file__).as_uri()}">]>',
            ),
            "no sentence",
        ),
    ],
    ids=["bomb", "sheet", "xml", "cut", "entity"],
)
def test_an_office_document_that_gives_no_text_is_refused(tmp_path: Path, body: bytes, said: str) -> None:
    with pytest.raises(SeedError, match=said):
        read_seed(written(tmp_path, "a.docx", body))


# ---- places ----------------------------------------------------------------------------------------------------


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def command(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["monitor", *map(str, arguments)])
        capsys.readouterr()
        status = commands.main()
        shown = capsys.readouterr()
        return status, shown.out, shown.err

    return command


def seeded(configure: Callable[..., Path], seeds: str, **settings: Any) -> Path:
    folder = configure("http://127.0.0.1:9/feed", **settings)
    written(folder / "watches", f"{WATCH}.yaml", f"name: Harbours\nseeds: {seeds}\n")
    (folder / "watches" / WATCH / "profile.yaml").unlink()
    return folder


def test_one_bad_seed_does_not_refuse_the_others(configure: Callable[..., Path], run: Run, tmp_path: Path) -> None:
    folder = seeded(configure, "../../mine")
    written(tmp_path / "mine", "a.txt", BLOG_TEXT)
    written(tmp_path / "mine", "b.txt", "Home | News")
    written(tmp_path / "mine", "c.png", b"\x89PNG")
    written(tmp_path / "mine", "d.txt", SHORT)
    code, out, err = run("--config", folder, "learn")
    assert code == 1
    assert [text in err for text in ("b.txt: no sentence", "c.png: .png is not read", "a.txt", "d.txt")] == [
        True, True, False, False]  # fmt: skip
    assert "article: 14 words, which are learned from; so short a text teaches little" in out
    assert "from 2 articles" in out
    code, out, _ = run("--config", folder, "learn", "--json")
    [row] = json.loads(out)
    assert (code, len(row["seeds"]), len(row["refused"]), row["fetched"]) == (1, 2, 2, {})


def test_copies_count_once_and_what_is_about_something_else_is_named(
    configure: Callable[..., Path], run: Run, tmp_path: Path
) -> None:
    folder = seeded(configure, "../../mine")
    told = (
        "The port shut its coal pier on Friday.",
        "Coal ships wait off the port, the pier is shut.",
        "The port opens the coal pier again.",
    )
    for number, text in enumerate(told):
        written(tmp_path / "mine", f"{number}.txt", f"Coal pier at the port\n\n{text} Its owner spoke of storms.\n")
    written(tmp_path / "mine", "copy.txt", (tmp_path / "mine" / "0.txt").read_text())
    written(
        tmp_path / "mine", "opera.txt", "Singers rehearse\n\nA young choir rehearsed Verdi in an empty opera house.\n"
    )
    code, out, _ = run("--config", folder, "learn")
    assert code == 0
    assert "- the same article in another file, which counts once: copy.txt" in out
    assert "from 4 articles" in out
    assert "opera.txt shares next to no word with the other seeds" in out
    _, out, _ = run("--config", folder, "learn", "--json")
    assert json.loads(out)[0]["odd_seeds"] == ["opera.txt"]


def test_nothing_usable_is_refused_and_nothing_is_touched(
    configure: Callable[..., Path], run: Run, tmp_path: Path
) -> None:
    folder = seeded(configure, "../../mine")
    written(folder / "watches", "other.yaml", "name: Other\nseeds: ../../other\n")
    written(tmp_path / "mine", "a.txt", BLOG_TEXT)
    written(tmp_path / "other", "b.txt", "Home | News")
    before = sorted(folder.rglob("*"))
    code, out, err = run("--config", folder, "learn")
    assert (code, out) == (2, "")
    assert "b.txt: no sentence of it reads like an article" in err
    assert sorted(folder.rglob("*")) == before


def test_seeds_may_be_files_folders_and_lists(configure: Callable[..., Path], tmp_path: Path) -> None:
    folder = seeded(configure, "[../../one, ../../two, ../../three/d.txt, ../../one/a.txt, ../../other/two]")
    written(tmp_path / "one", "a.txt", BLOG_TEXT)
    written(tmp_path / "two", "a.txt", PERSIAN_TEXT)
    written(tmp_path / "three", "d.txt", TURKISH_TEXT)
    written(tmp_path / "other" / "two", "a.txt", ARABIC_TEXT)
    config = load_config(folder)
    profile = profile_of(config, WATCH)
    assert profile.seeds == ("d.txt", "one/a.txt", "other/two/a.txt", f"{tmp_path.name}/two/a.txt")
    before = fingerprint(config)
    written(tmp_path / "two", "a.txt", ARABIC_TEXT)
    assert fingerprint(config) != before


@pytest.mark.slow
def test_explain_says_of_a_document_what_learn_says(configure: Callable[..., Path], run: Run, tmp_path: Path) -> None:
    folder = configure("http://127.0.0.1:9/feed")
    code, out, _ = run("--config", folder, "explain", written(tmp_path, "a.pdf", pdf_of(line(700, SHORT))))
    assert (code, SHORT in out) == (0, True)
    code, _, err = run("--config", folder, "explain", written(tmp_path, "b.pdf", pdf_of([])))
    assert code == 1
    assert "without text, such as scanned pages" in err


def test_an_address_is_read_once_and_its_text_kept(
    configure: Callable[..., Path], run: Run, newsroom: Newsroom, tmp_path: Path
) -> None:
    good = newsroom.article("/pact.html", "Iran, Iraq sign defence memorandum", PACT)
    listed = newsroom.article("/other.html", "Iran, Iraq sign another memorandum", PACT[::-1])
    gone = newsroom.put("/gone.html", "no", status=404)
    menu = newsroom.put("/menu.html", "<html><body><nav><a href='/'>Home</a></nav></body></html>")
    folder = seeded(configure, f"[{good}, ../../mine, {gone}, {menu}]")
    written(tmp_path / "mine", "list.txt", f"# mine\n{listed}\n{good}\n")
    written(tmp_path / "mine", "a.txt", BLOG_TEXT)

    code, out, err = run("--config", folder, "learn")
    assert code == 1
    assert f"read {good}\n    kept in {folder / 'watches' / WATCH / 'fetched'}" in out
    assert "remove it to have the page read again" in out
    assert f"{WATCH}: not learned from {gone}: cannot be read" in err
    assert f"{menu}: what the server sent is not an article" in err
    kept = sorted((folder / "watches" / WATCH / "fetched").iterdir())
    assert len(kept) == 2
    assert any("pact-html" in path.name for path in kept)
    [seed] = [seed for path in kept if (seed := read_seed(path)).url == good]
    assert (seed.title, seed.text) == ("Iran, Iraq sign defence memorandum", "\n".join(PACT))

    profile = (folder / "watches" / WATCH / "profile.yaml").read_bytes()
    newsroom.pages.clear()  # learning again needs no network for what was read
    code, out, err = run("--config", folder, "learn", "--json")
    [row] = json.loads(out)
    assert (code, row["fetched"], len(row["seeds"]), len(row["refused"])) == (1, {}, 3, 2)
    assert (folder / "watches" / WATCH / "profile.yaml").read_bytes() == profile


def test_an_address_that_was_not_read_yet_is_told(configure: Callable[..., Path], run: Run) -> None:
    folder = seeded(configure, "https://example.org/article")
    code, _, err = run("--config", folder, "check")
    assert code == 2
    assert "https://example.org/article: not read yet; run `monitor learn`" in err


def test_private_addresses_stay_closed_to_seeds(configure: Callable[..., Path], run: Run, newsroom: Newsroom) -> None:
    url = newsroom.article("/pact.html", "Iran, Iraq sign defence memorandum", PACT)
    folder = seeded(configure, url, service=SERVICE.replace("allow_private_addresses: true, ", ""))
    code, _, err = run("--config", folder, "learn")
    assert code == 2
    assert f"{url}: cannot be read" in err
    assert "allow_private_addresses" in err
    assert not (folder / "watches" / WATCH / "fetched").exists()


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.url", "[InternetShortcut]\r\nURL=https://example.org/a\r\nIconIndex=0\r\n"),
        ("a.webloc", "<plist><dict><key>URL</key><string>https://example.org/a</string></dict></plist>"),
        ("a.txt", "\ufeffhttps://example.org/a\n\n# https://example.org/b\n"),
    ],
)
def test_a_file_of_addresses_is_none_of_text(tmp_path: Path, name: str, body: str) -> None:
    sources = find_sources([written(tmp_path, name, body)], (), tmp_path / "kept")
    assert (sources.files, sources.addresses) == ((), ("https://example.org/a",))


@pytest.mark.parametrize(
    ("seeds", "said"),
    [
        ("ftp://example.org/a", "write a whole http(s) address, or a folder or file"),
        ("https:///a", "write a whole http(s) address, or a folder or file"),
        ("[../../mine, 5]", "5 is no place; write a folder, a file or an address"),
        ("[../../nowhere]", "no folder"),
        ("[../../nowhere.txt]", "no folder or file"),
        ("[]", "'seeds' is []"),
    ],
)
def test_a_place_that_is_none_is_told_by_check(configure: Callable[..., Path], run: Run, seeds: str, said: str) -> None:
    code, _, err = run("--config", seeded(configure, seeds), "check")
    assert code == 2
    assert f"{WATCH}.yaml:2: " in err
    assert said in err
