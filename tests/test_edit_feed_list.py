"""Edits of feeds.yaml: every form of YAML that a list may have stays valid, and what is not edited keeps every byte."""

from __future__ import annotations

import json
import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from monitor.config.edit_feed_list import add_feed, add_feeds, listed, remove_feed
from monitor.config.feed_list import FeedConfig, FeedList
from monitor.config.yaml import parse_yaml
from monitor.errors import ConfigError
from tests.written_lists import written_lists

PATH = Path("feeds.yaml")
A, B = "https://a.example/rss", "https://b.example/rss"
NEW = FeedConfig(
    url="https://new.example/x?a=1#b",
    name='N: #1 \u2028 "q" \U0001f4f0',
    kind="wire",
    folder=("Iran", "Iran/Iraq"),
    enabled=False,
    interval=timedelta(minutes=30),
)
EMPTY = [
    "", "# none yet", "# none yet\n", "feeds:", "feeds:\n", "feeds: null # none\n", "feeds: ~\n", "feeds: []",
    "feeds: [] # none\n# tail\n", "feeds: [ # none\n]\n", "---\n", "--- null\n", "---\n...\n", "{}\n", "{} # none\n",
    "%YAML 1.2\n---\nfeeds: []\n...\n", "{feeds: []}", "{feeds: }", '{"feeds": null}\n', '{"feeds": []}', "null\n",
    "\ufefffeeds: []\r\n", "  feeds: []\n", '"feeds": []\n', "feeds:\n\n\n", "feeds: &all []\n",
    "&k feeds:\n", "!!str feeds: [] # none\n", "feeds:\n  []\t# none\n...\n", "{}\t# none", "# old\rfeeds:\r  []\r",
]  # fmt: skip
FILLED = [
    f"feeds:\n- url: {A}", f"feeds:\n- url: {A}\n- url: {B}\n", f"feeds:\r\n  - url: {A} # one\r\n  - url: {B}\r\n",
    f"feeds:\n  - url: {A} # - x\n    # its own\n    name: A\n\n  # for the next\n  - url: {B}\n# the end\n",
    f"feeds:\n  - {{url: {A}, name: 'ü\U0001f4f0'}}\n  - url: {B}\n", f"\ufefffeeds:\n    -   url: {A}\n",
    f"feeds:\n  # - url: old\n  - # - not - this\n    url: {A}\n  -\n    url: {B}\n# end",
    f"feeds:\n  - url: {A}\n    name: |\n      two\n      lines\n  - url: {B}\n    name: >-\n      folded\n\n\n",
    f"feeds: [{{url: {A}}}, {{url: {B}}},] # two\n", f"feeds: [\n  {{url: {A}}}, # one\n  {{url: {B}}}  # two\n]\n",
    f"{{feeds: [{{url: {A}}}]}}", f'{{"feeds": [{{"url": "{A}"}}, {{"url": "{B}"}}]}}',
    f'{{\n  "feeds": [\n    {{\n      "url": "{A}"\n    }},\n    {{\n      "url": "{B}"\n    }}\n  ]\n}}\n',
    f"feeds:\n  - url: {A}\n    kind: &k wire\n  - {{url: {B}, kind: *k}}\n  # tail\n", f"feeds: &all\n  - url: {A}\n",
    f"feeds: !!seq\n  - url: {A}\n  - url: {B}\n", f"---\n'feeds':\n  - url: '{A}'\n    folder: [x, y]\n...\n",
    f"&k feeds: !!seq # all\n- url: {A}\n", f"? feeds\n: - url: {A}\n  - url: {B}\n", f"feeds:\r- url: {A} # a\r",
    f"feeds: [{{url: {A}}}]\r", f"feeds:\n  - url: {A}\n    language: |\n      fa",
    f"feeds:\n  - name: A\n    url: >-\n      {A}", f'feeds:\n  - url: "{A}"\n    language:\n  - url: {B}\n',
]  # fmt: skip


@pytest.mark.parametrize("text", EMPTY + FILLED)
def test_a_feed_is_added_to_every_form(text: str) -> None:
    before = listed(text, PATH)
    after = add_feed(text, NEW, PATH)
    held = FeedList.model_validate(parse_yaml(after.removeprefix("\ufeff"), PATH).data).feeds
    assert [feed.url for feed in held] == [*before, NEW.url]
    assert held[-1] == NEW
    assert after.startswith("\ufeff") == text.startswith("\ufeff")
    assert ("\n" in after.replace("\r\n", "")) == ("\r\n" not in text and "\n" in after)
    for line in text.splitlines():
        if "#" in line:  # remarks stay
            assert line[line.index("#") :] in after


@pytest.mark.parametrize("text", EMPTY + FILLED)
def test_what_was_added_is_removed_again(text: str) -> None:
    again = remove_feed(add_feed(text, NEW, PATH), NEW.url, PATH)
    assert listed(again, PATH) == listed(text, PATH)
    if text in FILLED:  # but for a line end that the file lacked
        assert again in (text, text + "\n")


@pytest.mark.parametrize("text", FILLED)
def test_each_feed_is_removed_or_the_file_left_alone(text: str) -> None:
    for url in listed(text, PATH):
        try:
            after = remove_feed(text, url, PATH)
        except ConfigError as error:
            assert "edit the file by hand" in str(error)  # noqa: PT017
            assert "&" in text or "!!" in text or "? " in text
        else:
            assert listed(after, PATH) == [other for other in listed(text, PATH) if other != url]


def test_a_json_file_stays_json() -> None:
    after = json.loads(add_feed(f'{{"feeds": [{{"url": "{A}"}}]}}', NEW, PATH))
    assert FeedConfig(**after["feeds"][1]) == NEW


def test_an_anchor_that_is_used_later_is_not_torn_out() -> None:
    text = f"feeds:\n  - {{url: {A}, kind: &k wire}}\n  - {{url: {B}, kind: *k}}\n"
    with pytest.raises(ConfigError, match="edit the file by hand"):
        remove_feed(text, A, PATH)
    assert listed(remove_feed(text, B, PATH), PATH) == [A]


def test_one_address_is_listed_once_whatever_the_case_of_its_host() -> None:
    with pytest.raises(ConfigError, match=r"feeds.yaml:2: .* is in the list already"):
        add_feed(f"feeds:\n  - url: {A}\n", FeedConfig(url="HTTPS://A.example/rss"), PATH)
    assert listed(remove_feed(f"feeds: [{{url: {A}}}]", "https://A.example/rss", PATH), PATH) == []


@pytest.mark.parametrize("form", ["http://a.example/rss", "https://www.a.example/rss/", "https://a.example:443/rss"])
def test_another_form_of_a_listed_address_is_added_only_on_request(form: str) -> None:
    text, feed = f"feeds:\n  - url: {A}\n", FeedConfig(url=form)
    with pytest.raises(ConfigError, match=r"feeds.yaml:2: .* most likely the feed .* --anyway"):
        add_feed(text, feed, PATH)
    assert listed(add_feed(text, feed, PATH, anyway=True), PATH) == [A, form]


@pytest.mark.parametrize("other", ["https://a.example/RSS", "https://b.a.example/rss", "https://a.example/rss?a=1"])
def test_another_address_is_another_feed(other: str) -> None:
    assert listed(add_feed(f"feeds:\n  - url: {A}\n", FeedConfig(url=other), PATH), PATH) == [A, other]


@pytest.mark.parametrize("text", ["- url: x\n", "feeds: {a: b}\n", "just words\n", "{other: 1}\n", "feeds: 5\nx: 1\n"])
def test_what_is_no_list_is_left_alone_or_stays_yaml(text: str) -> None:
    try:
        parse_yaml(add_feed(text, NEW, PATH), PATH)
    except ConfigError as error:
        assert "by hand" in str(error)  # noqa: PT017


@pytest.mark.slow
@given(written_lists())
def test_every_valid_list_is_edited_and_says_what_was_meant(text: str) -> None:
    def held(edited: str) -> tuple[FeedConfig, ...]:
        return FeedList.model_validate(parse_yaml(edited.removeprefix("\ufeff"), PATH).data or {}).feeds

    try:
        before = held(text)
    except ConfigError:  # a remark within a text, or a line of the drawing that is no YAML
        assume(False)
    after = add_feed(text, NEW, PATH)
    assert held(after) == (*before, NEW)
    assert held(remove_feed(after, NEW.url, PATH)) == before
    for feed in before:
        assert held(remove_feed(text, feed.url, PATH)) == tuple(other for other in before if other != feed)
    assert all(remark in after for remark in re.findall("# [^\r\n\"']*", text))
    assert len(set(re.findall("\r\n|\r|\n", text + after))) <= 1 or not re.search("[\r\n]", text)


FOLDERS = st.lists(st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=8), max_size=3)


@given(FOLDERS, st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12), st.sampled_from(EMPTY + FILLED))
@example(["/["], "", EMPTY[0])
@example(["Iran/Iraq", "ports, sea {draft}"], "", EMPTY[0])
def test_any_name_and_folder_read_back(folders: list[str], name: str, text: str) -> None:
    feed = FeedConfig(url=NEW.url, name=name, folder=tuple(folders))
    assert FeedConfig(**parse_yaml(add_feed(text, feed, PATH).removeprefix("\ufeff"), PATH).data["feeds"][-1]) == feed


@pytest.mark.parametrize(
    ("written", "folders"),
    [("Iran/Agencies", ("Iran", "Agencies")), ("[Iran/Iraq, x]", ("Iran/Iraq", "x")), ("2024", ("2024",)), ("~", ())],
)
def test_folders_as_a_person_writes_them(written: str, folders: tuple[str, ...]) -> None:
    data = parse_yaml(f"feeds: [{{url: '{A}', folder: {written}}}]", PATH).data
    assert FeedList.model_validate(data).feeds[0].folder == folders


@pytest.mark.slow
def test_four_times_the_feeds_take_four_times_as_long() -> None:
    def seconds(count: int) -> float:
        feeds = [FeedConfig(url=f"https://h{n}.example/rss", name=f"Outlet {n}: news") for n in range(count)]
        began = time.process_time()
        add_feeds("feeds:\n  - url: https://first.example/\n", feeds, PATH)
        return time.process_time() - began

    def least(count: int) -> float:  # what else the process does now and then, such as collecting garbage, is left out
        return min(seconds(count) for _ in range(3))

    assert least(1200) < 10 * least(300)  # quadratic would be 16 times as long
