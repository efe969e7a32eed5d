"""Reads in how many ordinary news articles so many terms of each family stand (benchmarks/build_family_rates.py)."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from monitor.topic.family_evidence import Ordinary, OrdinaryNews

_ANY = "any"


@lru_cache(maxsize=1)
def load_family_rates() -> Ordinary:
    """Ordinary news by language and length; "" stands for any language without a table of its own."""
    text = (resources.files("monitor") / "data" / "family_rates.tsv").read_text("utf-8")
    articles: dict[str, int] = {}
    found: dict[str, dict[int, dict[str, tuple[int, ...]]]] = {}
    for row in text.splitlines()[1:]:
        code, family, letters, total, *counts = row.split("\t")
        code = "" if code == _ANY else code
        articles[code] = int(total)
        found.setdefault(code, {}).setdefault(int(letters), {})[family] = tuple(map(int, counts))
    return {
        code: {letters: OrdinaryNews(articles[code], rows) for letters, rows in by_length.items()}
        for code, by_length in found.items()
    }
