"""A new watch from pasted articles and addresses: shown before anything is written, then in force, then taken back."""

# ruff: noqa: F811 - fixtures of other files are named again where they are used

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.app import fetcher_of
from monitor.errors import SeedError
from monitor.pipeline.learn_draft import draft_of, file_name
from tests.newsroom import GAME, PACT, Newsroom
from tests.seed_pages import STRIKES
from tests.test_arrange_feeds import Editor, editor  # noqa: F401
from tests.test_web import PERSIAN, filled, own, read  # noqa: F401

PASTED = "\n---\n".join("\n\n".join(each) for each in STRIKES)


@pytest.mark.slow
def test_a_watch_is_learned_shown_saved_and_taken_back(editor: Editor, newsroom: Newsroom) -> None:
    path = editor.folder / "monitor.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "http: {allow_private_addresses: true}\n", encoding="utf-8")
    editor.reload()
    address = newsroom.article("/pact", "Iran, Iraq sign defence memorandum", PACT)
    before = sorted(editor.folder.rglob("*"))
    form = {"name": "Strikes “at ports”", "articles": PASTED, "addresses": f"{address}\n{newsroom.base}/none\nodd"}
    page = editor.send("/new-watch", **form, action="learn")
    assert page.status == 200, page.text
    assert sorted(editor.folder.rglob("*")) == before
    assert page.text.count("Not learned from") == 2
    assert "would have found" in page.text
    assert "of 6 stored" in page.text or "among 6 stored" in page.text
    [key] = page.tree.xpath("//input[@name='draft']/@value")
    saved = editor.send("/new-watch", draft=key, action="save")
    assert "Added the watch" in saved.text
    watch = editor.place.app.config.watches["strikes-at-ports"]
    assert watch.name == "Strikes “at ports”"
    seeds = editor.folder / "watches" / "strikes-at-ports" / "seeds"
    assert len(list(seeds.iterdir())) == len(STRIKES) + 1
    assert (editor.folder / "watches" / "strikes-at-ports" / "profile.yaml").is_file()
    assert editor.send("/new-watch", draft=key, action="save").status == 409
    editor.send("/edits", edit="1")
    assert "strikes-at-ports" not in editor.place.app.config.watches
    again = editor.send("/new-watch", **form, action="learn")  # its seeds are still there
    assert "Save as watches/strikes-at-ports-2.yaml" in again.text


def test_what_teaches_nothing_is_said(editor: Editor) -> None:
    for form, told in (
        ({"name": "", "articles": PASTED}, "name: what the watch is called is missing"),
        ({"name": "x", "articles": " "}, "there is nothing to learn from"),
        ({"name": "x", "articles": "Home | Login\n---\n<b>x</b>"}, "no sentence of it reads like an article"),
    ):
        page = editor.send("/new-watch", **form, action="learn")
        assert (page.status, told in page.text) == (400, True)
        assert "<b>x</b>" not in page.text
    assert editor.send("/new-watch", draft="none", action="save").status == 409
    assert editor.place.post("/new-watch", {"name": "x"}, **editor.cookie).status == 403


def test_pasted_articles_are_parted_by_lines_of_dashes(editor: Editor) -> None:
    fetcher, now = fetcher_of(editor.place.app.config), datetime(2026, 11, 21, tzinfo=UTC)
    text = "\r\n ----- \r\n".join(["\n".join(PACT), "\n".join(GAME), "\n".join(PERSIAN)])
    draft = draft_of("Desk", text, [], ["desk"], fetcher, now)
    assert (draft.id, len(draft.articles), draft.refused) == ("desk-2", 3, ())
    with pytest.raises(SeedError, match="no whole address"):
        draft_of("Desk", "", ["no address"], [], fetcher, now)


@given(st.text(max_size=60), st.lists(st.sampled_from(["watch", "watch-2", "new", "iran"]), max_size=4))
def test_the_file_of_a_watch_has_a_plain_name_of_its_own(name: str, taken: list[str]) -> None:
    found = file_name(name, taken)
    assert found not in taken
    assert found.strip("abcdefghijklmnopqrstuvwxyz0123456789-") == ""
    assert 0 < len(found) < 50
