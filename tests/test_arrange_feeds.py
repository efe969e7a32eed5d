"""Feeds arranged on their page: found, added, checked, paused, renamed; each edit is a line, with who and when."""

# ruff: noqa: F811 - fixtures of other files are named again where they are used

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import load_config
from monitor.config.hunks import hunks_of, taken_back
from monitor.store import browse, feed_yield, schema
from monitor.store.feed_yield import Yield
from monitor.web.edit_feeds import feed_key
from tests.desk import START, Desk, fast
from tests.newsroom import Newsroom
from tests.test_web import Answer, Place, filled, own, read  # noqa: F401

LIST = """\
# Ours.
feeds:
  - url: https://news.example/rss   # the first
    name: News
  # the second is slow
  - {url: https://b.example/rss, name: "B", interval: 6h}
"""


class Editor:
    """Somebody who has logged in, and sends forms of the pages."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.cookie = place.session()
        self.csrf = place.csrf(self.cookie)

    def send(self, path: str, **fields: str) -> Answer:
        answer = self.place.post(path, {"csrf": self.csrf, **fields}, **self.cookie)
        if answer.status == 303:
            where = answer.headers["location"].lstrip("./").partition("#")[0]
            self.reload()
            return self.place.get(f"/{where}", **self.cookie)
        return answer

    def reload(self) -> None:
        """As the service does when a file was saved."""
        app = self.place.app
        config = load_config(app.config.folder)
        app.config = config

    @property
    def folder(self) -> Path:
        return self.place.app.config.folder

    def text(self, name: str = "feeds.yaml") -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def key(self, number: int) -> str:
        return feed_key(self.place.app.config.feeds[number])


@pytest.fixture
def editor(own: Place) -> Editor:
    (own.app.config.folder / "feeds.yaml").write_text(LIST, encoding="utf-8")
    made = Editor(own)
    made.reload()
    return made


def test_a_feed_is_paused_resumed_and_renamed_and_all_else_stays(editor: Editor) -> None:
    page = editor.send("/feeds", act="pause", feed=editor.key(0))
    assert page.status == 200
    assert "Paused the feed News" in page.text
    assert editor.text() == LIST.replace("    name: News\n", "    name: News\n    enabled: false\n")
    assert "off in the list" in page.text
    editor.send("/feeds", act="resume", feed=editor.key(0))
    assert editor.text() == LIST
    editor.send("/feeds", act="save", feed=editor.key(1), name="Bee: one", country="IR", interval="6h")
    assert editor.text() == LIST.replace('name: "B"', 'name: "Bee: one"').replace("6h}", "6h, country: IR}")
    assert editor.place.app.config.feeds[1].country == "IR"


def test_an_edit_is_listed_with_who_and_when_and_taken_back(editor: Editor) -> None:
    editor.send("/feeds", act="pause", feed=editor.key(0))
    editor.send("/feeds", act="save", feed=editor.key(1), name="Bee", interval="6h")
    page = editor.place.get("/edits", **editor.cookie)
    assert "Paused the feed News" in page.text
    assert "the page" in page.text  # nobody gave a name
    assert "+ " in page.tree.xpath("string(//pre)")
    page = editor.send("/edits", edit="1")  # the earlier one, while the later stands
    assert page.status == 200
    assert "enabled" not in editor.text()
    assert "Bee" in editor.text()
    assert "taken back" in page.text
    assert editor.send("/edits", edit="1").status == 409
    assert editor.send("/edits", edit="99").status == 404
    (editor.folder / "feeds.yaml").write_text(editor.text().replace("Bee", "Bea"), encoding="utf-8")
    refused = editor.send("/edits", edit="2")
    assert refused.status == 409
    assert "has changed since" in refused.text


def test_what_is_wrong_names_its_field_and_changes_nothing(editor: Editor) -> None:
    for fields, told in (({"country": "Iran"}, "country:"), ({"language": "Persian"}, "language:")):
        answer = editor.send("/feeds", act="save", feed=editor.key(0), name="News", **fields)
        assert (answer.status, told in answer.text) == (400, True)
    answer = editor.send("/feeds", act="add", url="https://news.example/rss", name="Again")
    assert (answer.status, "is in the list already" in answer.text) == (400, True)
    answer = editor.send("/feeds", act="add", url="no address at all", name="<b>Odd</b>")
    assert (answer.status, "url:" in answer.text, "<b>Odd" in answer.text) == (400, True, False)
    assert editor.send("/feeds", act="pause", feed="unknown").status == 409
    assert editor.send("/feeds", act="").status == 400
    assert editor.text() == LIST


def test_the_feeds_of_a_search_are_paused_together(editor: Editor) -> None:
    path = editor.folder / "feeds.yaml"
    path.write_text(LIST + "  - search: drill AND border\n    languages: [en, fa]\n", encoding="utf-8")
    editor.reload()
    last = len(editor.place.app.config.feeds) - 1
    editor.send("/feeds", act="pause", feed=editor.key(last))
    assert editor.text().endswith("    languages: [en, fa]\n    enabled: false\n")
    refused = editor.send("/feeds", act="save", feed=editor.key(last), name="Mine")
    assert (refused.status, "one of the feeds of the search" in refused.text) == (400, True)


def test_who_may_not_change_anything_changes_nothing(editor: Editor) -> None:
    form = {"act": "pause", "feed": editor.key(0)}
    assert editor.place.post("/feeds", form, **editor.cookie).status == 403
    assert editor.place.post("/feeds", {**form, "csrf": editor.csrf}).status == 401
    assert editor.place.post("/edits", {"edit": "1"}, **editor.cookie).status == 403
    assert "act" not in editor.place.get("/feeds").tree.xpath("//button/@name")
    assert editor.text() == LIST


@pytest.mark.slow
def test_an_address_is_looked_at_before_it_is_added(editor: Editor, newsroom: Newsroom) -> None:
    path = editor.folder / "monitor.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "http: {allow_private_addresses: true}\n", encoding="utf-8")
    editor.reload()
    newsroom.feed("/rss", [("Iran and Iraq hold a drill", "/a", START), ("A second", "/b", START)])
    newsroom.put("/", '<html><link rel="alternate" type="application/rss+xml" href="/rss"><p>Home</p></html>')
    page = editor.send("/feeds", act="look", url=(newsroom.base + "/"))
    assert page.status == 200
    assert "a feed with 2 entries" in page.text
    assert "Iran and Iraq hold a drill" in page.text
    assert editor.text() == LIST
    [url] = page.tree.xpath("//form[.//button[@value='add']]/input[@name='url']/@value")
    assert url == (newsroom.base + "/rss")
    page = editor.send("/feeds", act="add", url=url, name="Desk: “news”", kind="wire")
    assert "Added the feed" in page.text
    assert editor.text().startswith(LIST)
    assert editor.place.app.config.feeds[2].name == "Desk: “news”"
    page = editor.send("/feeds", act="check", feed=editor.key(2))
    assert "a feed with 2 entries" in page.text
    refused = editor.send("/feeds", act="look", url=(newsroom.base + "/none"))
    assert "No feed can be read there now" in refused.text


def test_what_a_feed_brought_and_what_only_it_brought_is_told(tmp_path: Path) -> None:
    store = fast(tmp_path / "monitor.db")
    desk = Desk(store, START)
    both, second, other = desk.arrive("drill"), desk.arrive("drill"), desk.arrive("visit")
    unmatched = desk.arrive("football", verdict="no")
    desk.group()
    table = schema.entries
    with store.write() as db:
        db.execute(table.delete())
        for feed, articles in (("a", (both, second, unmatched)), ("b", (both, other)), ("c", (unmatched,))):
            db.execute(table.insert(), [_entry(feed, article) for article in articles])
    with store.read() as db:
        found = feed_yield.of_feeds(db)
        [drill, visit] = browse.story_ids(db, "w", limit=9, offset=0)[::-1]
    assert found == {"a": Yield(2, 1, ()), "b": Yield(2, 2, (visit,))}
    assert drill != visit
    store.close()


def _entry(feed: str, article: int) -> dict[str, Any]:
    texts = dict.fromkeys(("title", "link", "content", "author", "publisher"), "x")
    return {**texts, "feed_url": feed, "article_id": article, "first_seen": START, "state": "done"}


def test_the_page_of_feeds_shows_those_that_never_matched(editor: Editor) -> None:
    with editor.place.app.store.write() as db:
        db.execute(schema.entries.insert(), [_entry("https://b.example/rss", 1)])
    page = editor.place.get("/feeds?show=never", **editor.cookie)
    assert [each.text_content() for each in page.tree.xpath("//ul[contains(@class, 'list')]/li/b")] == ["News"]
    assert "Never matched (1)" in page.text
    page = editor.place.get("/feeds?show=alone", **editor.cookie)
    assert [each.text_content() for each in page.tree.xpath("//ul[contains(@class, 'list')]/li/b")] == ["B"]
    assert page.tree.xpath("//li[contains(., 'it alone carried 1 story')]//a[contains(@href, 'stories/')]")


_LINES = st.lists(st.sampled_from("abcdefghijklmnopqrs"), unique=True, max_size=14)


@given(_LINES, _LINES, st.lists(st.sampled_from(["tail\n", "more\n"]), max_size=2))
def test_an_edit_is_taken_back_also_after_others(before: list[str], after: list[str], later: list[str]) -> None:
    old, new = ("".join(f"{line}\r\n" for line in lines) for lines in (before, after))
    assert taken_back(new, hunks_of(old, new)) == old
    far = ["x\n", "y\n", "z\n", *later]  # an edit below it
    assert taken_back("".join([new, *far]), hunks_of(old + "x\ny\nz\n", new + "x\ny\nz\n")) == "".join([old, *far])


def test_what_stands_in_two_places_is_not_taken_back_by_guess() -> None:
    with pytest.raises(LookupError):
        taken_back("a\nb\n" * 2, hunks_of("a\n", "a\nb\n"))


def test_an_edit_is_taken_back_though_the_next_line_was_edited_since() -> None:
    first = hunks_of("a\nb\nc\n", "a\nB\nc\n")
    assert taken_back("a\nB\nC\n", first) == "a\nb\nC\n"
    assert taken_back("A\nB\nC\n", first) == "A\nb\nC\n"
    with pytest.raises(LookupError):
        taken_back("a\nbee\nc\n", first)
    assert taken_back("", hunks_of("a\n", "")) == "a\n"
