"""A page is the entry's own, or another that answered in its place."""

from __future__ import annotations

import pytest

from monitor.pages.entry_page import is_same_story, led_home

PAGE = (
    "The interior ministers of both countries opened a new road to the border on Saturday. The governor said that a "
    "thousand trucks can pass on it every day, twice as many as on the old one, and that officers of the customs will "
    "work there in two shifts."
)


@pytest.mark.parametrize(
    ("title", "given", "page_title", "same"),
    [
        ("A road for trucks", "", "A road for trucks", True),
        ("Minister opens road", "A new road to the border was opened by both ministers.", "Trucks", True),
        ("Twice as many trucks can pass", "", "Trucks", True),
        ("Court in the south jails officers over pensions", "", "Trucks", False),
        ("Pact signed", "", "Trucks", False),
        ("افتتاح طريق", "", "Trucks", False),
        ("两国边防军开始联合巡逻", "", "道路开通", False),
        ("新路开通", "", "道路开通", True),
        ("(untitled)", "A new road to the border was opened by both ministers.", "Trucks", True),
        ("(untitled)", "", "Trucks", True),
    ],
)
def test_the_page_of_an_entry_tells_what_it_tells(title: str, given: str, page_title: str, same: bool) -> None:
    assert is_same_story(page_title, PAGE, title, given) is same


@pytest.mark.parametrize(
    ("link", "answered", "page_title", "home"),
    [
        ("https://news.example/a/1", "https://news.example/", "News Example", True),
        ("https://news.example/a/1", "https://www.news.example", "", True),
        ("https://news.example/a/1", "https://news.example/?lang=en", "News Example", False),
        ("https://go.example/x", "https://roads.example/", "A road for trucks", False),  # a site for one story
        ("https://news.example/", "https://news.example/", "News Example", False),
    ],
)
def test_a_front_page_is_no_article(link: str, answered: str, page_title: str, home: bool) -> None:
    assert led_home(link, answered, "A road for trucks", page_title) is home
