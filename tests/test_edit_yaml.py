"""Edits of any YAML file: it says what was meant, and what is not edited keeps every byte."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.edit_yaml import edit_yaml
from monitor.config.yaml import parse_yaml
from monitor.errors import ConfigError

PATH = Path("watch.yaml")
TEXT = """\
# Kept by the desk.
name: Border   # as in the digest
threshold: 0.5 # since May

sides:
  iran: {entities: iran, terms: [Tehran, "قم"]}   # one
  iraq:
    terms:
      - Baghdad   # the capital
      # the south
      - Basra
# the mail
alert: {threshold: .9, deliver: [{email: a@b.example}]}
digests:
  - name: daily       # every day
    schedule: "0 7 * * *"
    deliver:
    - email: a@b.example # Ann
    - file: ../var/digests
  # on Sundays
  - {name: weekly, schedule: '0 8 * * 0'}
"""


def edited(change: Any, text: str = TEXT) -> str:
    data = parse_yaml(text, PATH).data
    change(data)
    after = edit_yaml(text, data, PATH)
    assert parse_yaml(after.removeprefix("\ufeff"), PATH).data == data
    return after


def lines_changed(after: str, before: str = TEXT) -> tuple[list[str], list[str]]:
    one, other = before.splitlines(), after.splitlines()
    return [line for line in one if line not in other], [line for line in other if line not in one]


@pytest.mark.parametrize(
    ("change", "gone", "new"),
    [
        (lambda d: d.update(threshold=0.62), ["threshold: 0.5 # since May"], ["threshold: 0.62 # since May"]),
        (lambda d: d.pop("threshold"), ["threshold: 0.5 # since May"], []),
        (lambda d: d["sides"]["iran"]["terms"].append("Esfahan: city"),
         ['  iran: {entities: iran, terms: [Tehran, "قم"]}   # one'],
         ['  iran: {entities: iran, terms: [Tehran, "قم", "Esfahan: city"]}   # one']),
        (lambda d: d["sides"]["iraq"]["terms"].append("Mosul"), [], ["      - Mosul"]),
        (lambda d: d["sides"]["iraq"]["terms"].remove("Baghdad"), ["      - Baghdad   # the capital"], []),
        (lambda d: d["sides"]["iraq"]["terms"].insert(0, "Erbil"), [], ["      - Erbil"]),
        (lambda d: d["sides"].update(syria={"terms": ["Damascus"], "country": "SY"}), [],
         ["  syria: {terms: [Damascus], country: SY}"]),
        (lambda d: d["alert"]["deliver"].append({"email": "c@d.example"}),
         ["alert: {threshold: .9, deliver: [{email: a@b.example}]}"],
         ["alert: {threshold: .9, deliver: [{email: a@b.example}, {email: c@d.example}]}"]),
        (lambda d: d["digests"][0]["deliver"].pop(0), ["    - email: a@b.example # Ann"], []),
        (lambda d: d["digests"][0]["deliver"].append({"email": "c@d.example"}), [], ["    - email: c@d.example"]),
        (lambda d: d["digests"][1].update(timezone="Asia/Baghdad"), ["  - {name: weekly, schedule: '0 8 * * 0'}"],
         ["  - {name: weekly, schedule: '0 8 * * 0', timezone: Asia/Baghdad}"]),
        (lambda d: d["digests"][0].pop("name"), ["  - name: daily       # every day",
                                                 '    schedule: "0 7 * * *"'], ['  - schedule: "0 7 * * *"']),
        (lambda d: d.update(near="article"), [], ["near: article"]),
        (lambda d: d["digests"].pop(), ["  - {name: weekly, schedule: '0 8 * * 0'}"], []),
    ],
)  # fmt: skip
def test_only_the_line_that_is_meant_changes(change: Any, gone: list[str], new: list[str]) -> None:
    assert lines_changed(edited(change)) == (gone, new)


FORMS = [
    "", "# none\n", "{}\n", "a:\n", "a: ~ # null\n", "a: []\n", '{"a": {"b": 1}}', "a: |\n  two\n  lines\n",
    "a: >-\n  folded\n# end", "\ufeffa: 1\r\nb: 2 # two\r\n", "a:\n- b\n- c", "a: {b: 1}", "a: 1", "a: # c\n- b\n",
    "a:\n  - - b\n    - c\n", "a: 'x'\n...\n", "--- {a: 1}\n",
]  # fmt: skip


@pytest.mark.parametrize("text", FORMS)
def test_every_form_is_edited(text: str) -> None:
    data = dict(parse_yaml(text.removeprefix("\ufeff"), PATH).data or {})
    for key, value in (("a", ["x", {"y": "1 # 2"}]), ("new", True), ("a", 3)):
        data[key] = value
        text = edit_yaml(text, data, PATH)
        assert parse_yaml(text.removeprefix("\ufeff"), PATH).data == data
        assert text.count("\n") == text.count("\r\n") or "\r\n" not in text


def test_what_stands_behind_an_alias_is_left_to_a_person() -> None:
    with pytest.raises(ConfigError, match="edit the file by hand"):
        edited(lambda d: d["a"].append("z"), "a: &x [y]\nb: *x\nc: *x\n")


_WORDS = st.text("ab1é: #-\n'\"{[,]}&*!|>%@~\u200f", max_size=6)
_KEYS = st.text("ab1_é.", min_size=1, max_size=3)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | _WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=8,
)
_FILES = st.dictionaries(_KEYS, _VALUES, max_size=4)


@given(_FILES, _FILES, st.booleans())
def test_any_file_comes_to_say_anything(before: dict[str, Any], after: dict[str, Any], whole: bool) -> None:
    text = edit_yaml("", before, PATH)
    wanted = after if whole else {**before, **after}
    assert (parse_yaml(edit_yaml(text, wanted, PATH), PATH).data or {}) == wanted
