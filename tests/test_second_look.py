"""What a second look finds in a page: each folder of tests/cases/second_look is one, two pages and what is right.

``before.html``, ``after.html`` and ``expect.yaml``: ``changes`` lists the differences in order, each with its kind and
a piece of what stood there before and stands there now; ``problem`` is a piece of why the pages cannot be compared.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import Article, PageChange
from monitor.pages.as_edited import as_edited
from monitor.pages.compare_looks import Look, compare_looks
from monitor.pages.edits import differences, replaced, whole_key
from monitor.pages.extract import extract_page

CASES = Path(__file__).parent / "cases" / "second_look"
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def looks(folder: Path) -> tuple[Look, Look]:
    before, after = ((folder / name).read_bytes() for name in ("before.html", "after.html"))
    return Look(before, "https://news.example/a", "utf-8"), Look(after, "https://news.example/a", "utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("folder", sorted(CASES.iterdir()), ids=lambda folder: folder.name)
def test_what_is_found_between_two_looks(folder: Path) -> None:
    expected = yaml.safe_load((folder / "expect.yaml").read_text(encoding="utf-8"))
    shown = compare_looks(*looks(folder), now=NOW)
    assert (expected.get("problem") or "") in shown.problem
    assert bool(expected.get("problem")) == bool(shown.problem)
    assert [kind for kind, _, _ in shown.found] == [each["kind"] for each in expected["changes"]]
    for (_, before, after), each in zip(shown.found, expected["changes"], strict=True):
        assert each["before"] in before
        assert each["after"] in after
        assert bool(each["before"]) == bool(before)
        assert bool(each["after"]) == bool(after)


@pytest.mark.parametrize("folder", sorted(CASES.iterdir()), ids=lambda folder: folder.name)
def test_a_page_does_not_differ_from_itself(folder: Path) -> None:
    for look in looks(folder):
        assert compare_looks(look, look, now=NOW).found == ()


@pytest.mark.slow
@pytest.mark.parametrize("folder", sorted(CASES.iterdir()), ids=lambda folder: folder.name)
def test_what_was_found_brings_the_old_text_up_to_date(folder: Path) -> None:
    """As editions do with what they quote: no sentence that was changed is left, and none is lost."""
    before, after = looks(folder)
    shown = compare_looks(before, after, now=NOW)
    text = extract_page(before.body, url=before.url, charset=before.charset, now=NOW).text
    for kind, old, new in shown.found:
        if kind == "text" and old:
            text = replaced(text, old, new)
            assert whole_key(new) in whole_key(text)
            assert whole_key(old) not in whole_key(text).replace(whole_key(new), "")


WORDS = ("ministers", "signed", "border", "guards", "train", "officers", "of", "the", "army", "not", "12", "40", "navy")
# With words of its own each, and longer than what is put before it: of a sentence that another begins with, or that is
# the smaller part of another, nobody can say which was changed.
words = st.lists(st.sampled_from(WORDS), min_size=5, max_size=9).filter(
    lambda words: len(set(words)) > 3 and len(" ".join(words)) > 30
)
sentences = st.lists(
    words.map(lambda words: " ".join(words).capitalize() + "."), min_size=2, max_size=6, unique=True
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(sentences, st.randoms(use_true_random=False))
def test_other_lines_in_another_order_are_no_change(text: list[str], random: Random) -> None:
    moved = random.sample(text, len(text))
    lines = "".join(sentence + random.choice(" \n") for sentence in moved)
    assert differences(("T", "\n".join(text)), ("T", lines)) == []


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(sentences, st.data())
def test_words_put_before_a_sentence_change_it(text: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text) - 1))
    denied = f"Nobody has ever said that {text[at]}"
    assert differences(("T", "\n".join(text)), ("T", "\n".join([*text[:at], denied, *text[at + 1 :]]))) == [
        ("text", text[at], denied)
    ]
    assert replaced("\n".join(text), text[at], denied).split("\n")[at] == denied


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("3 killed at the gate", "30 killed at the gate", [("3 killed at the gate", "30 killed at the gate")]),
        ("۳ کشته", "۳۰ کشته", [("۳ کشته", "۳۰ کشته")]),
        ("3 dead\nShut", "3 dead\nOpen", [("Shut", "Open")]),
        ("The gate is shut", "🔴 THE GATE is shut!", []),
        ("The gate is shut\nShare this", "The gate is shut\nRead more", []),  # said of the text, not in it
        ("The gate is shut", "", [("The gate is shut", "")]),
    ],
)  # fmt: skip
def test_what_a_feed_gives_is_compared_line_by_line(before: str, after: str, found: list[tuple[str, str]]) -> None:
    assert differences(("T", before), ("T", after), bare=True) == [("text", *each) for each in found]
    for old, new in found:
        assert replaced(before, old, new) == after


posts = st.lists(st.sampled_from(("3 dead", "30 dead", "Shut", "The gate is open", "Guards at 4 posts")), unique=True)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.lists(posts, min_size=2, max_size=5))
def test_changes_add_up_to_what_a_post_says_now(versions: list[list[str]]) -> None:
    first, *later = ["\n".join(lines) for lines in versions]
    article = Article(0, "https://t.me/c/1", "T", first, None, None, NOW, "https://t.me/s/c", "C", "C", "state")
    changes: list[PageChange] = []
    for text in later:
        now = as_edited(article, changes)
        found = differences((now.title, now.text), ("T", text), bare=True)
        changes += [PageChange(len(changes), 0, 0, NOW, *each) for each in found]
        assert sorted(as_edited(article, changes).text.split()) == sorted(text.split())
        assert differences(("T", as_edited(article, changes).text), ("T", text), bare=True) == []
