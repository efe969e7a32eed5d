"""Reading seeds as people save them: prepared, copied with the clutter around them, as pages, or unusable."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from monitor.errors import ConfigError, SeedError
from monitor.text.fold import fold, tokens
from monitor.topic.background import load_background
from monitor.topic.baseline import load_profile, write_profile
from monitor.topic.profile import parse_profile, render_profile
from monitor.topic.records import (
    Profile,
    ProfileEntity,
    ProfileFamily,
    ProfileLanguage,
    ProfileParty,
    ProfileTerm,
)
from monitor.topic.seeds import read_seed
from tests import seed_pages

SEEDS = Path(__file__).parents[1] / "seed_corpus"
RAW = Path(__file__).parents[2] / "shared" / "seeds"


def word_f1(one: str, other: str) -> float:
    a, b = (Counter(tokens(fold(text))) for text in (one, other))
    return 2 * (a & b).total() / (a.total() + b.total())


def written(folder: Path, text: str, name: str = "seed.txt") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_seeds_are_whole() -> None:
    seeds = seed_pages.read_seeds(SEEDS)
    assert [seed.name for seed in seeds] == sorted(path.name for path in SEEDS.iterdir())
    assert len(seeds) == 5
    assert all(seed.language == "en" and seed.published and seed.source and not seed.left_out for seed in seeds)


@pytest.mark.skipif(not RAW.is_dir(), reason="the seeds as they were found are not beside this checkout")
def test_the_seeds_as_found_read_like_the_prepared_ones() -> None:
    prepared = seed_pages.read_seeds(SEEDS)
    for path in sorted(RAW.glob("*.txt")):
        raw = read_seed(path)
        assert max(word_f1(raw.text, seed.text) for seed in prepared) >= 0.97, path.name
        assert raw.left_out


@pytest.mark.parametrize(
    ("raw", "text", "title", "language", "day"),
    [
        (seed_pages.BLOG, seed_pages.BLOG_TEXT, "Dockers vote to strike at three northern ports", "en", "2024-03-04"),
        (seed_pages.FORUM, seed_pages.FORUM_TEXT, "Grain corridor talks resume - Trade Talk Forum", "en", None),
        (
            seed_pages.PERSIAN,
            seed_pages.PERSIAN_TEXT,
            "بندر تازه ساحلی تا پایان سال راه‌اندازی می‌شود",
            "fa",
            "2023-08-03",
        ),
        (seed_pages.ARABIC, seed_pages.ARABIC_TEXT, "ميناء جديد يدخل الخدمة قبل نهاية العام", "ar", None),
        (seed_pages.MAIL, seed_pages.MAIL_TEXT, "Grain ships wait off the strait", "en", "2024-03-05"),
        (
            seed_pages.WORDPRESS,
            seed_pages.WORDPRESS_TEXT,
            "Border guards hold joint exercise at the river crossing",
            "en",
            "2023-03-13",
        ),
        (
            seed_pages.TURKISH,
            seed_pages.TURKISH_TEXT,
            "Son Dakika: İki ülke sınır güvenliği için masaya oturdu",
            "tr",
            "2023-03-12",
        ),
    ],
    ids=["blog", "forum", "persian", "arabic", "mail", "wordpress", "turkish"],
)
def test_the_article_is_found_among_clutter(
    tmp_path: Path, raw: str, text: str, title: str, language: str, day: str | None
) -> None:
    seed = read_seed(written(tmp_path, raw))
    assert seed.text == text
    assert seed.title == title
    assert seed.language == language
    assert (seed.published.date().isoformat() if seed.published else None) == day
    assert seed.left_out
    assert all(line and reason for line, reason in seed.left_out)


def test_a_prepared_file_keeps_its_header_and_every_line(tmp_path: Path) -> None:
    head = "title: A title\nsource: A paper\ndate: 2024-03-05\nurl: https://example.org/a\n\n"
    seed = read_seed(written(tmp_path, head + seed_pages.BLOG_TEXT))
    assert (seed.title, seed.source, seed.url) == ("A title", "A paper", "https://example.org/a")
    assert seed.text == seed_pages.BLOG_TEXT
    assert seed.left_out == ()


def test_prose_that_speaks_of_sharing_and_comments_stays(tmp_path: Path) -> None:
    talk = (
        "The ministers said they would share the report with parliament and read more of the evidence next week.\n"
        "Neither would comment on reports that the copyright office had been told to print the list of subscribers.\n"
        "The two sides also agreed to leave a reply to the letter of the commission until after the holidays.\n"
        "The chairwoman said on Tuesday the talks would go on.\n"
        "What do you read more often, the comments or the report itself?\n"
        "Her answer was that she reads every page of both, and writes to the authors when something is missing."
    )
    assert read_seed(written(tmp_path, talk)).text == talk


def test_a_saved_page_is_read(tmp_path: Path) -> None:
    body = "".join(f"<p>{line}</p>" for line in seed_pages.BLOG_TEXT.split("\n"))
    page = f"<html><head><title>Dockers vote</title></head><body><nav>Home</nav><article>{body}</article></body></html>"
    seed = read_seed(written(tmp_path, page, "page.html"))
    assert word_f1(seed.text, seed_pages.BLOG_TEXT) > 0.95
    assert seed.title == "Dockers vote"


def test_old_encodings_are_read(tmp_path: Path) -> None:
    path = tmp_path / "old.txt"
    path.write_bytes(seed_pages.ARABIC_TEXT.encode("cp1256"))
    assert read_seed(path).text == seed_pages.ARABIC_TEXT


@pytest.mark.parametrize(
    ("name", "body", "says"),
    [
        ("a.txt", b"", "empty"), ("b.txt", b" \n\t\n", "empty"), ("c.pdf", b"%PDF-1.7", "copy its text"),
        ("d.txt", b"%PDF-1.7 x", "PDF"), ("e.docx", b"PK\x03\x04", "is damaged or has a password; save it again"),
        ("f.txt", bytes(range(256)) * 40, "UTF-8"),
        ("g.txt", b"Harbour strike: pictures, maps and more", "no sentence of it reads like an article"),
        ("h.txt", b"Home\nNews\nSport\nContact us\nSign in\nSubscribe\n" * 30, "no sentence"),
        ("i.html", b"<html><body><nav><a href=/>Home</a></nav></body></html>", "paste its text"),
        ("j.txt", b"PK\x03\x04" + bytes(100), "save it again"),
        ("k.rtf", b"{\\rtf1 The dockers voted.}", ".rtf is not read; save the article as"),
        ("l.txt", b"{\\rtf1\\ansi The dockers voted.}", "is a rich text file"),
        ("m.pdf", b"The dockers voted on Monday.", "is no pdf file whatever its name says"),
        ("n.doc", b"\xd0\xcf\x11\xe0", ".doc is not read; save the article as"),
    ],
)  # fmt: skip
def test_an_unusable_seed_is_named_with_what_to_do(tmp_path: Path, name: str, body: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(body)
    with pytest.raises(SeedError, match=says) as error:
        read_seed(path)
    assert str(path) in str(error.value)


def test_a_missing_seed_and_folders_without_seeds_are_told(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match="cannot be read"):
        read_seed(tmp_path / "none.txt")
    with pytest.raises(SeedError, match="no such file or folder"):
        seed_pages.read_seeds(tmp_path / "none")
    written(tmp_path, "how to", "README.md")
    with pytest.raises(SeedError, match="holds no article"):
        seed_pages.read_seeds(tmp_path)


def a_profile() -> Profile:
    names = ("a.txt", 'b: {odd} "name".txt')
    terms = (
        ProfileTerm("port strike", 1.0, names, 7, 8.13, 0.4, "en"),
        ProfileTerm("no", 0.25, names[:1], 2, 3.0, 0.0, "en"),
        ProfileTerm("گفت وگو", 0.125, names[1:], 2, 4.5, 0.1, "fa"),
    )
    return Profile(
        "ports",
        "0123456789e1",
        names,
        terms,
        (ProfileEntity("Piet Maes", "", "", 0.5, names, 3, 0.2, 6.0, "en"),),
        (ProfileLanguage("en", names[:1], 0.31), ProfileLanguage("fa", names[1:], 0.35)),
        (ProfileParty("belgium", "Belgium", "BE", "BE", ('ACV: "Union"',), names, 1, 4),),
        (ProfileFamily("labour", "labour", names, (("strike", 2), ("a: b", 1))),),
    )


def test_a_profile_comes_back_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "ports" / "profile.yaml"
    write_profile(path, a_profile())
    assert load_profile(path) == a_profile()
    assert path.read_text(encoding="utf-8") == render_profile(a_profile())
    assert [item.name for item in path.parent.iterdir()] == ["profile.yaml"]
    assert path.read_text(encoding="utf-8").count("port strike") == 1


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [("weight: 1.0", "weight: much", 20), ("count: 7", "count: [9]", 20), ("watch:", "watsch:", 7),
     ("seeds: [1],", "seeds: [9],", 13), ("names: [", "names: 3, x: [", 16), ("words: {", "words: 3, x: {", 18),
     ("terms:\n", "terms: 3\nx:\n", 19), ("{term: \"no\"", "{trem: \"no\"", 21)],
)  # fmt: skip
def test_a_broken_profile_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int) -> None:
    text = render_profile(a_profile()).replace(old, new, 1)
    with pytest.raises(ConfigError, match="monitor learn") as error:
        parse_profile(text)
    assert error.value.problems[0].line == line


def test_a_profile_of_an_earlier_version_is_learned_anew() -> None:
    assert parse_profile('watch: "w"\nversion: "1"\nseeds:\n  1: "a"\nterms: []\nentities: []\n') is None


def test_a_missing_profile_says_to_learn(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="monitor learn"):
        load_profile(tmp_path / "profile.yaml")


def test_the_background_covers_three_languages() -> None:
    background = load_background()
    assert set(background.tables) == {"en", "fa", "ar"}
    assert background.rarity(("government",), "en") < background.rarity(("militia",), "en")
    assert background.is_stopword("the", "en")
    assert background.is_stopword(fold("است"), "fa")
