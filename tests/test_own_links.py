"""Which links lead into the page itself."""

from __future__ import annotations

from urllib.parse import urljoin

from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from monitor.pages.own_links import plain_links_within

PARTS = (
    "a",
    "b.html",
    "..",
    ".",
    "",
    "?x=1",
    "?",
    ";p",
    ";",
    "http://h.example",
    "//h.example",
    "\t",
    "%20",
    "/",
    "a?",
)
ADDRESS = st.lists(st.sampled_from(PARTS), max_size=5).flatmap(
    lambda parts: st.sampled_from(["/", ""]).map(lambda between: between.join(parts))
)


def within(url: str, href: str) -> bool:
    """Whether the link is taken for one into the page ``url``."""
    tree = html.fromstring("<div><a>x</a></div>")
    tree[0].set("href", href)
    plain_links_within(tree, url)
    return str(tree[0].get("href")) == "#"


@given(ADDRESS, ADDRESS)
def test_a_link_into_the_page_is_found_however_it_is_written(path: str, href: str) -> None:
    url = f"http://h.example/{path}"
    own, page = url.rstrip("/"), href.strip().partition("#")[0]
    assert within(url, href) == (page.rstrip("/") == own or (bool(page) and urljoin(own, page).rstrip("/") == own))


def test_links_into_the_page_and_to_others() -> None:
    url = "https://h.example/news/2026/border.html"
    assert all(within(url, href) for href in (url, "border.html", "../2026/border.html", "/news/2026/border.html#part"))
    assert not any(
        within(url, href) for href in ("/news/2026/other.html", "order.html", "border.html?page=2", "/", "#"[1:])
    )
