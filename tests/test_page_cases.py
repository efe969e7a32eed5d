"""Pages and entries of feeds with what is right: each `tests/cases/pages/NAME.yaml` is a test.

Beside it stands the page, NAME.html; without one the feed's own text is judged. The keys of NAME.yaml:

    feed_title, content     what the feed gives: the entry's headline (default: that of the page), its HTML
    title                   the article's headline
    text                    the lines of its text, all of them
    text_has, text_has_not  pieces of its text
    published               when, in UTC
    partial                 whether the text is known to be a part of the article
    flaw, sends_to          of the page: what stands in the article's place, where it sends its readers
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.feeds.parse import clean_entry
from monitor.model import Entry, Feed
from monitor.pages.extract import choose_text, extract_page

FOLDER = Path(__file__).parent / "cases" / "pages"
URL = "https://news.example/world/a"
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
FEED = Feed("https://news.example/rss", "News Example")
KEYS = {
    "feed_title",
    "content",
    "title",
    "text",
    "text_has",
    "text_has_not",
    "partial",
    "published",
    "flaw",
    "sends_to",
}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_article_is_what_the_case_says(path: Path) -> None:
    right = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert right.keys() <= KEYS
    body = path.with_suffix(".html")
    page = extract_page(body.read_bytes(), url=URL, charset=None, now=NOW) if body.exists() else None
    title = right.get("feed_title") or (page.title if page else "Patrols on the border")
    entry = clean_entry(Entry(feed_url=FEED.url, title=title, link=URL, content=right.get("content", "")))
    article = choose_text(page, entry, FEED, now=NOW)
    found: dict[str, Any] = {"title": article.title, "text": article.text.split("\n"), "partial": article.partial}
    found["published"] = f"{article.published:%Y-%m-%dT%H:%MZ}" if article.published else None
    if page:
        found |= {"flaw": page.flaw, "sends_to": page.sends_to}
    expected = {key: value for key, value in right.items() if key in found}
    assert {key: found[key] for key in expected} == expected
    assert [piece for piece in right.get("text_has", []) if piece not in article.text] == []
    assert [piece for piece in right.get("text_has_not", []) if piece in article.text] == []


def test_every_page_has_its_expectation() -> None:
    assert [page.name for page in FOLDER.glob("*.html") if not page.with_suffix(".yaml").exists()] == []
