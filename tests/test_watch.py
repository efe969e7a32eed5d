"""The watch file: what may be written, in which short forms, and what is said of a mistake."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from benchmarks.articles import CONFIG, WATCH
from monitor.config import parse_watch, read_watch
from monitor.config.edit_watch import edit_terms
from monitor.config.watch import Terms, WatchConfig
from monitor.config.yaml import read_yaml
from monitor.errors import ConfigError

CONTRACT = {
    "name": "Iran–Iraq defense cooperation",
    "seeds": "../../seed_corpus",
    "threshold": 0.5,
    "sides": {
        "iran": {"entities": "iran", "terms": ["Tehran"]},
        "iraq": {"entities": "iraq", "terms": ["Baghdad"]},
    },
    "terms": {
        "add": ["joint air defence", {"term": "حرس الحدود", "weight": 2}],
        "remove": [],
        "require": [],
        "exclude": ["friendly match"],
    },
    "alert": {"threshold": 0.9, "deliver": [{"email": {"to": ["duty@example.org"]}}]},
}


def test_the_example_of_the_contract() -> None:
    watch = WatchConfig.model_validate(CONTRACT)
    assert watch.sides is not None
    assert watch.sides["iran"].entities == ("iran",)
    assert [(t.term, t.weight) for t in watch.terms.add] == [("joint air defence", 1.0), ("حرس الحدود", 2.0)]
    assert watch.alert is not None
    email = getattr(watch.alert.deliver[0], "email", None)  # a field that the registry of channels adds
    assert email is not None
    assert email.to == ("duty@example.org",)


def test_a_name_and_seeds_are_enough() -> None:
    watch = WatchConfig.model_validate({"name": "Cables", "seeds": "seeds"})
    assert (watch.threshold, watch.sides, watch.near, watch.about) == (None, None, "passage", "mention")


def test_a_word_may_stand_for_a_list_and_nothing_for_none() -> None:
    given: dict[str, Any] = {"name": "x", "seeds": "s", "terms": {"add": "radar", "exclude": None}, "acts": "arms"}
    watch = WatchConfig.model_validate(given)
    assert [t.term for t in watch.terms.add] == ["radar"]
    assert watch.terms.exclude == ()
    assert watch.acts.facets == ("arms",)


def test_a_bare_number_is_a_term() -> None:
    assert WatchConfig.model_validate({"name": "x", "seeds": "s", "terms": {"require": [1980]}}).terms.require == (
        "1980",
    )


NUMBERS = st.from_regex(r"[-+]?(\.[0-9]{1,5}|[0-9]{1,5}(\.[0-9]{0,5})?)([eE][-+]?[0-9]{1,3})?", fullmatch=True)


@given(st.sampled_from(["{}", "[{}]", "[{{term: {}}}]", "{{term: {}}}"]), NUMBERS | st.sampled_from(["2026-11-21"]))
def test_where_a_word_is_meant_a_number_is_what_is_written(form: str, number: str) -> None:
    text = f"name: {number}\nseeds: s\nthreshold: 0.40\nterms: {{add: {form.format(number)}}}\n"
    read = parse_watch(text, Path("watch.yaml"))
    assert ([term.term for term in read.terms.add], read.name, read.threshold) == ([number], number, 0.4)
    more = Terms.model_validate({"add": [number, "new"]})
    assert parse_watch(edit_terms(text, Path("watch.yaml"), more), Path("watch.yaml")).terms == more


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("terms: {add: [radar, true]}", '3: true without quotes is not a word; write "true", or remove the line'),
        (
            "terms: {add: [{term: false}]}",
            '3: false without quotes is not a word; write "false", or remove the line',
        ),
        ("terms: {require: True}", '3: true without quotes is not a word; write "true", or remove the line'),
        ("terms: {exclude: [~]}", "3: a word is missing here; write a word or phrase, or remove the line"),
        ("terms: {add: [{weight: 2}]}", "3: 'term' is missing; add a line 'term: ...'"),
        ("terms: {term: 3}", "3: unknown key 'term'; known keys here: add, exclude, remove, require"),
        (
            "sides: {a: {terms: [true]}, b: 4}",
            '3: true without quotes is not a word; write "true", or remove the line',
        ),
    ],
)
def test_the_page_says_of_a_file_what_check_says(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "watch.yaml"
    path.write_text(f"name: x\nseeds: s\n{line}\n", encoding="utf-8")
    readings: tuple[Callable[[], object], ...] = (
        lambda: read_watch(path),
        lambda: parse_watch(path.read_text(encoding="utf-8"), path),
    )
    for reading in readings:
        with pytest.raises(ConfigError) as error:
            reading()
        assert f"{path}:{said}" in str(error.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"treshold": 0.5}, "Extra inputs"),
        ({"threshold": 1.5}, "less than or equal to 1"),
        ({"threshold": 0.3, "near_miss": 0.4}, "write a lower near_miss"),
        ({"sides": {"iran": {"terms": ["Tehran"]}}}, "is the only side; add another"),
        ({"sides": {"iran": {}, "iraq": {"terms": ["x"]}}}, "a side needs 'entities: NAME'"),
        ({"terms": {"add": ["drill"], "exclude": ["Drill"]}}, "both wanted and excluded"),
        ({"terms": {"add": [["drill"]]}}, "write a term as"),
        ({"terms": {"add": ["***"]}}, "holds no letter or digit"),
        ({"terms": {"add": [{"term": "x", "weight": 100}]}}, "less than or equal to 10"),
        ({"near": "chapter"}, "'sentence', 'passage' or 'article'"),
        ({"alert": {"deliver": []}}, "at least 1"),
        ({"alert": {"deliver": [{"pigeon": "x"}]}}, "Extra inputs"),
    ],
)
def test_mistakes_are_refused_with_what_to_write(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as error:
        WatchConfig.model_validate({**CONTRACT, **change})
    assert said in str(error.value)


def test_the_shipped_watch_reads() -> None:
    data = read_yaml(CONFIG / "watches" / f"{WATCH}.yaml").data
    assert WatchConfig.model_validate(data).sides is None  # learned from its seeds, as those of any watch
