"""The corpus that the fuzzer left (benchmarks/fuzz.py), replayed: what it once reached keeps its promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.feeds.parse import parse_feed
from tests.fuzz_targets import NOW, TARGETS

CORPUS = Path(__file__).parent / "fuzz_corpus"


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS)
def test_what_the_fuzzer_found_keeps_its_promises(target: str) -> None:
    files = sorted((CORPUS / target).iterdir())
    assert files
    for path in files:
        TARGETS[target](path.read_bytes())


def test_the_corpus_stays_small() -> None:
    assert sum(path.stat().st_size for path in CORPUS.rglob("*") if path.is_file()) < 100_000


ODD_NAMES = [
    "links",
    "content",
    "summary_detail",
    "title_detail",
    "source",
    "id",
    "guidislink",
    "published_parsed",
    "updated_parsed",
    "news_source",
    "author_detail",
    "authors",
    "link",
    "tags",
    "feedburner_origlink",
    "language",
    "ttl",
    "sy_updateperiod",
    "version",
    "entries",
    "bozo",
    "feed",
    "href",
]


@pytest.mark.parametrize("shape", ["<{0}>x</{0}>", "<{0} a='1'/>", "<{0} href='h' rel='alternate'>x</{0}>"])
@pytest.mark.parametrize("around", ["<rss><channel><item><title>T</title>{0}</item></channel></rss>",
                                    "<rss><channel>{0}<item><title>T</title></item></channel></rss>"])  # fmt: skip
def test_an_element_named_as_a_result_of_the_parser_breaks_nothing(shape: str, around: str) -> None:
    """The fuzzer found <links>; feedparser keeps elements it does not know beside its own results."""
    for name in ODD_NAMES:
        body = around.format(shape.format(name)).encode()
        found = parse_feed(body, url="https://feed.example/", now=NOW)
        assert [entry.title for entry in found.entries] == ["T"]
