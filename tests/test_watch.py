"""The watch file: what may be written, in which short forms, and what is said of a mistake."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from monitor.config.watch import WatchConfig

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
    assert watch.sides["iran"].entities == ("iran",)
    assert [(t.term, t.weight) for t in watch.terms.add] == [("joint air defence", 1.0), ("حرس الحدود", 2.0)]
    assert watch.alert is not None
    assert watch.alert.deliver[0].email is not None
    assert watch.alert.deliver[0].email.to == ("duty@example.org",)


def test_a_name_and_seeds_are_enough() -> None:
    watch = WatchConfig.model_validate({"name": "Cables", "seeds": "seeds"})
    assert (watch.threshold, watch.sides, watch.near, watch.about) == (None, {}, "passage", "mention")


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
    from benchmarks.articles import CONFIG, WATCH
    from monitor.config.yaml import read_yaml

    data = read_yaml(CONFIG / "watches" / f"{WATCH}.yaml").data
    assert set(WatchConfig.model_validate(data).sides) == {"iran", "iraq"}
