"""Reads how common words are in ordinary news, which is what the terms of a topic are learned against."""

from __future__ import annotations

import gzip
from functools import lru_cache
from importlib import resources

from monitor.languages import languages
from monitor.text.fold import fold
from monitor.topic.learn import Background, BackgroundTable

_PREFIX, _SUFFIX = "background-", ".tsv.gz"


@lru_cache(maxsize=1)
def load_background() -> Background:
    """The shipped tables of ordinary news (``monitor/data``, made by benchmarks/build_background.py) and stop words."""
    files = sorted((resources.files("monitor") / "data").iterdir(), key=lambda file: file.name)
    tables = {
        file.name.removeprefix(_PREFIX).removesuffix(_SUFFIX): _table(file.read_bytes())
        for file in files
        if file.name.startswith(_PREFIX) and file.name.endswith(_SUFFIX)
    }
    never = {known.code: (*known.stop_words, *known.common_words) for known in languages()}
    joining = {
        known.code: frozenset(map(fold, known.leads_on))
        for known in languages()
        if known.leads_on and not never[known.code] and known.code not in tables
    }
    return Background(tables, {code: frozenset(map(fold, words)) for code, words in never.items() if words}, joining)


def _table(packed: bytes) -> BackgroundTable:
    """The first line is the number of articles; each other one a stem or two, a tab, how many of them hold it."""
    articles, *rows = gzip.decompress(packed).decode().split("\n")
    pairs = (row.rsplit("\t", 1) for row in rows)
    return BackgroundTable(int(articles), {term: int(count) for term, count in pairs})
