"""An article on the page: its text with its marks, and why it matches in words for everybody."""

# ruff: noqa: F811 - fixtures of other files are named again where they are used

from __future__ import annotations

import re

import pytest
import yaml

from monitor.config import packaged_folder
from monitor.model import Reason
from monitor.web.reason_words import in_plain_words, what_speaks_against
from tests.test_judging import Analyst, by_title, desk  # noqa: F401
from tests.test_web import PERSIAN, Place, filled, own, read  # noqa: F401


def number_of(place: Place, words: str) -> int:
    return by_title(place, words)[0]


def test_the_text_stands_with_its_marks_beside_three_sentences(read: Place) -> None:
    page = read.get("/articles/1?watch=border")
    text = page.tree.xpath("//article//p")
    assert len(text) > 2
    assert {"Iran", "Iraqi"} <= {each.text_content() for each in page.tree.xpath("//article//mark")}
    [aside] = page.tree.xpath("//aside")
    assert aside.xpath("string(h2)") == "It matches"
    assert 1 <= len(aside.xpath("p[bdi]")) <= 3
    assert "It names" in aside.text_content()
    rows = aside.xpath(".//details//tbody/tr")
    assert rows
    assert any(row.xpath("td[3]/bdi") for row in rows)
    whats = [row.xpath("string(td[2])") for row in rows]
    assert not [what for what in whats if re.match(r"feature|prior|title|lead|passage|against: ", what)]


def test_a_text_stands_in_its_reading_direction(read: Place) -> None:
    page = read.get("/articles/3")
    assert page.tree.xpath("//h1/@dir") == ["rtl"]
    paragraphs = page.tree.xpath("//article/p")
    assert {each.get("dir") for each in paragraphs} == {"rtl"}
    whole = "".join(each.text_content() for each in paragraphs)
    assert whole.replace(" ", "") == PERSIAN[1].replace("\n", "").replace(" ", "")


def test_what_no_watch_finds_is_read_without_marks_and_what_is_not_there_is_not_found(read: Place) -> None:
    page = read.get("/articles/5")
    assert page.tree.xpath("string(//aside/h2)") == "It does not match"
    assert not page.tree.xpath("//article//mark")
    assert page.tree.xpath("//article/p[@dir='rtl']")
    assert "longer a match" not in page.text  # it never was one
    for path in ("/articles/999", "/articles/1?watch=none", "/articles/99999999999"):
        assert read.get(path).status == 404
    hostile = read.get("/articles/2").text
    assert "<script>alert" not in hostile
    assert "{{ 7 * 7 }}" in hostile


def test_it_is_judged_where_it_is_read(desk: Place) -> None:
    number = number_of(desk, "qualifier")
    page = Analyst(desk).press(f"/articles/{number}?watch=border", f"report-{number}", "right")
    assert page.tree.xpath("string(//aside/h2)") == "It matches"
    assert "Marked right by a person" in page.text
    assert page.tree.xpath("//button[@value='right'][@aria-pressed='true']")


@pytest.mark.parametrize("model", ["sides", "terms"])
def test_every_feature_has_plain_words(model: str) -> None:
    file = packaged_folder() / "config" / "weights" / f"{model}.yaml"
    weights = yaml.safe_load(file.read_text(encoding="utf-8"))["weights"]
    for name in weights:
        said = in_plain_words(Reason("feature", name, 1.0))
        scope = name.partition(": ")[0]
        assert not said.startswith(("title", "lead", "passage", "article", "opening", "against:", "short")), (
            name,
            said,
        )
        assert said.startswith("against it") == scope.startswith("against")
    assert what_speaks_against(Reason("feature", "against, title: other states", -1.0)) == "other states"
    assert what_speaks_against(Reason("feature", "against: length", -1.0)) == "how long it is"
    assert in_plain_words(Reason("term", "title: x", 1.0)) == "your term: title: x"
