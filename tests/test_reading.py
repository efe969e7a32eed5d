"""In which languages a watch reads, and what is said of those in which it does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.articles import CONFIG
from monitor.config import load_config
from monitor.config.feed_list import FeedConfig
from monitor.config.watch import WatchConfig
from monitor.match.reading import described, readings
from monitor.match.weights import find_weights
from monitor.topic.background import load_background
from monitor.topic.build import build_topic, model_kind
from monitor.topic.learn import learn
from monitor.topic.records import Topic
from monitor.topic.vocabulary import load_vocabulary
from tests.seed_pages import STRIKES
from tests.test_cli import Monitor, monitor  # noqa: F401
from tests.test_learn import strike_seeds

VOCABULARY = load_vocabulary(load_config(CONFIG))
SIDES = {"iran": {"entities": "iran"}, "iraq": {"entities": "iraq"}}


def feeds(*codes: str) -> list[FeedConfig]:
    return [FeedConfig(url=f"https://news.example/{n}", language=code) for n, code in enumerate(codes)]


def topic(**watch: object) -> Topic:
    settings = WatchConfig.model_validate({"name": "w", "seeds": "s", **watch})
    profile = learn("w", strike_seeds(), load_background(), ())
    weights = find_weights("", model_kind(settings, profile), CONFIG)
    return build_topic("w", settings, profile, VOCABULARY, weights)


def levels(of: Topic, codes: Sequence[str]) -> dict[str, str]:
    return {each.code: each.level for each in readings(of, feeds(*codes))}


def test_a_subject_is_read_in_the_languages_of_its_seeds() -> None:
    assert levels(topic(), ["en", "fa", "el"]) == {"en": "words and names", "fa": "translated words", "el": "not read"}
    [_, greek] = readings(topic(), feeds("en", "en", "el"))
    assert described(greek) == "Greek (1 feed): not read; a seed in it would have it read"


def test_sides_and_fields_are_known_in_more_languages_than_words() -> None:
    found = levels(topic(sides=SIDES), ["en", "fa", "ckb", "nl", "mt", "az"])
    assert found == {
        "en": "words, names, sides and fields",
        "fa": "sides and fields only",
        "ckb": "sides and fields only",
        "nl": "sides and fields only",
        "mt": "not read",
        "az": "sides and fields only",
    }


def test_weights_that_count_no_words_read_none() -> None:
    shipped = topic(sides=SIDES)
    bare = replace(shipped, weights=replace(shipped.weights, values={"sides: in one sentence": 1.0}))
    assert levels(bare, ["en"]) == {"en": "sides and fields only"}


def test_regions_aliases_and_feeds_that_are_off() -> None:
    some = [*feeds("en-GB", "iw", "en"), FeedConfig(url="https://news.example/x", language="tr", enabled=False)]
    assert [(each.code, each.feeds) for each in readings(topic(), some)] == [("en", 2), ("he", 1)]


@pytest.mark.slow
def test_check_and_learn_say_which_languages_are_read(
    monitor: Monitor,  # noqa: F811
    configure: Callable[..., Path],
    tmp_path: Path,
) -> None:
    folder = configure("http://127.0.0.1:9/feed.xml")
    for number, (title, text) in enumerate(STRIKES):
        seed = tmp_path / "strikes" / f"{number}.txt"
        seed.parent.mkdir(exist_ok=True)
        seed.write_text(f"{title}\n\n{text}\n", encoding="utf-8")
    (folder / "watches" / "iran-iraq-defense.yaml").write_text(
        f"name: Strikes\nseeds: {tmp_path / 'strikes'}\n", encoding="utf-8"
    )
    listed = (folder / "feeds.yaml").read_text(encoding="utf-8")
    more = "  - {url: 'http://127.0.0.1:9/el.xml', name: Greek, language: el}\n"
    (folder / "feeds.yaml").write_text(listed + more, encoding="utf-8")
    assert "reads Greek (1 feed): not read; a seed in it" in monitor("--config", folder, "learn").out
    checked = monitor("--config", folder, "check")
    assert checked.code == 0
    assert "note: 1 feed is in Greek, which no watch reads: a seed in it would have it read" in checked.err
    assert "English" not in checked.err
    reads = monitor("--config", folder, "check", "--json").json()["reads"]
    assert {each["code"]: each["level"] for each in reads} == {"en": "words and names", "el": "not read"}


@pytest.mark.parametrize("query", ["strike OR walkout"])
def test_a_query_alone_reads_what_it_says(query: str) -> None:
    of = replace(topic(), query=query, query_decides=True)
    assert levels(of, ["en", "fa"]) == {"en": "query", "fa": "query"}
