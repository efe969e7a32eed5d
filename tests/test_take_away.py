"""Lists of the page as files: all formats hold the same, and nothing in them is run by what opens them."""

# ruff: noqa: F811 - fixtures of other files are named again where they are used

from __future__ import annotations

import csv
import io
import json
import re
import sys

import pytest
import sqlalchemy as sa

from monitor.exports.registry import formats
from monitor.pipeline import decide
from monitor.pipeline.decide import Person
from monitor.store import articles, kept_pages, schema
from monitor.store.kept_pages import KeptPage
from monitor.web import take_away
from tests.test_judging import desk  # noqa: F401
from tests.test_web import NOW, Place, article, filled, own, read  # noqa: F401

LISTS = ("/", "/near-misses", "/search?q=Iraq", "/search?watch=border&language=fa", "/calendar?day=2026-11-21")


@pytest.fixture
def listed(own: Place) -> Place:
    with own.app.store.write() as db:
        numbers = list(db.scalars(sa.select(schema.articles.c.id).where(schema.articles.c.title.contains("Orchard"))))
        where = schema.matches.c.article_id.in_(numbers)
        db.execute(schema.matches.update().where(where).values(verdict="near", score=0.4))
    return own


@pytest.mark.parametrize("path", LISTS)
def test_each_format_holds_what_the_page_lists(listed: Place, path: str) -> None:
    page = listed.get(path)
    links = {a.text: a.get("href").removeprefix("./") for a in page.tree.xpath("//a[contains(@href, 'as=')]")}
    others = {each.title for each in formats().values()} if path == "/" else set()
    assert set(links) == {"CSV", "JSON", "Markdown"} | others
    answers = {words: listed.get("/" + link) for words, link in links.items()}
    for words, ending in (("CSV", "csv"), ("JSON", "json"), ("Markdown", "md")):
        name = answers[words].headers["content-disposition"]
        assert re.fullmatch(rf'attachment; filename="[a-z-]+-2026-11-21\.{ending}"', name)
        assert "x-rows-left-out" not in answers[words].headers
    document = json.loads(answers["JSON"].text)
    [rows] = [value for value in document.values() if isinstance(value, list)]
    told = list(csv.DictReader(io.StringIO(answers["CSV"].text.lstrip("\ufeff"))))
    assert len(rows) == len(told) == answers["Markdown"].text.count("\n") - 2 > 0
    assert [set(row) for row in rows] == [set(told[0])] * len(rows)
    titles = {heading.text_content() for heading in page.tree.xpath("//h2[contains(@class, 'headline')]")}
    assert {row.get("headline") or row["title"] for row in rows} == titles
    for row, other in zip(rows, told, strict=True):
        assert {name: "" if value is None else str(value) for name, value in row.items()} == {
            name: value.removeprefix("'") for name, value in other.items()
        }


@pytest.mark.parametrize(
    ("path", "row"),
    [
        ("/judged", {"who": "=Ann", "act": "wrong", "articles": "1", "undone": None}),
        ("/feeds", {"name": "News", "address": "https://news.example/rss", "health": "unknown"}),
        ("/entities?kind=person", {"id": "nasirzadeh", "kind": "person"}),
        ("/entities/nasirzadeh", {"watch": "border"}),
        ("/volume?watch=border", {"watch": "border", "reports": 1}),
        ("/calendar?month=2026-11", {"watch": "border"}),
        ("/digests", {"edition": 1}),
    ],
)
def test_the_other_lists_are_files_too(own: Place, path: str, row: dict[str, str | int | None]) -> None:
    with own.app.store.write() as db:
        decide.mark(db, "border", [1], Person("=Ann", NOW), relevant=False)
    links = own.get(path).tree.xpath("//p[starts-with(., 'This list as')]/a/@href")
    as_csv, as_json, as_markdown = (own.get("/" + re.sub(r"^(\.+/)+", "", link)) for link in links)
    [rows] = [value for value in json.loads(as_json.text).values() if isinstance(value, list)]
    assert row.items() <= next(each for each in rows if row.items() <= each.items()).items()
    told = list(csv.DictReader(io.StringIO(as_csv.text.lstrip("\ufeff"))))
    assert len(told) == len(rows) == as_markdown.text.count("\n") - 2
    if path == "/judged":
        assert told[0]["who"] == "'=Ann"
    assert own.get(f"{path}{'&' if '?' in path else '?'}as=pdf").status == 404


@pytest.mark.parametrize("name", formats())
def test_stories_and_editions_come_in_the_formats_of_other_tools(own: Place, name: str) -> None:
    of = formats()[name]
    [edition] = own.get("/digests").tree.xpath(f"//a[.='{of.title}']/@href")[:1]
    [story] = own.get("/stories/1").tree.xpath(f"//a[.='{of.title}']/@href")
    assert (edition, story) == (f"./digests/1?as={name}", f"../stories/1?as={name}")
    for path in (f"/?as={name}", edition.removeprefix("."), story.removeprefix("..")):
        told = own.get(path)
        assert (told.status, told.headers["content-type"].split(";")[0]) == (200, of.media.split(";")[0])
        assert told.headers["content-disposition"].endswith(f'.{of.suffix}"')
        assert len(told.text) > 200
    assert own.get(f"/near-misses?as={name}").status == 404


def test_a_format_without_its_library_says_what_to_install(own: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "stix2.v21", None)
    told = own.get("/stories/1?as=stix")
    assert (told.status, "pip install stix2" in told.text) == (501, True)


def test_no_cell_is_a_formula_and_no_sign_makes_another_column(own: Place) -> None:
    hostile = ('=HYPERLINK("https://evil.example","x")', "+1|2", "@SUM(A1)", " =1+1", "-2 | <b>x</b> [a](b)")
    with own.app.store.write() as db:
        made = [article(60 + n, f"{title} Zagros", "Zagros text.", 1) for n, title in enumerate(hostile)]
        articles.add(db, [(each, f"hostile-{n}", None) for n, each in enumerate(made)])
    rows = list(csv.DictReader(io.StringIO(own.get("/search?q=Zagros&as=csv").text.lstrip("\ufeff"))))
    assert len(rows) == len(hostile)
    assert not [row for row in rows for value in row.values() if value.lstrip()[:1] in ("=", "+", "-", "@")]
    lines = own.get("/search?q=Zagros&as=md").text.splitlines()
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {len(take_away.ARTICLE) + 1}
    assert not [line for line in lines[2:] if re.search(r"(?<!\\)[<\[]", line)]


def test_a_file_that_is_cut_says_so(own: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.web.take_away.MOST", 1)
    with own.app.store.write() as db:
        db.execute(schema.matches.update().values(verdict="near"))
    for path in ("/near-misses?as=", "/search?q=Iraq&as="):
        told = own.get(path + "json")
        assert json.loads(told.text)["more"] is True
        assert told.headers["x-rows-left-out"] == "the list goes on after 1 rows"
        assert "goes on" in own.get(path + "md").text.splitlines()[-1]
    assert own.get("/?as=pdf").status == 404
    assert own.get("/search?q=%28Iraq&as=csv").status == 400
    assert own.get("/search?as=csv").status == 400


def test_a_story_to_print_is_whole_and_has_its_evidence(own: Place) -> None:
    page = KeptPage(
        NOW, "https://news.example/1", "https://news.example/1", 200, "text/html", "utf-8", "ab" * 32, 9, b""
    )
    with own.app.store.write() as db:
        kept_pages.keep(db, [(1, page)], staged=False)
    folded, printed = own.get("/stories/1"), own.get("/stories/1?as=print", **own.session())
    assert not folded.tree.xpath("//details[@open]")
    assert printed.tree.xpath("//details")
    assert not printed.tree.xpath("//main//details[not(@open)]")
    assert not printed.tree.xpath("//main//button")  # nor where it is saved as a file
    assert "ab" * 32 in printed.text
    assert folded.tree.xpath("//a[contains(@href, 'as=print')]")
