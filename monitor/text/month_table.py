"""Reads data/months.tsv, the months of many languages by their names (built by benchmarks/build_months.py)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1)
def month_rows() -> list[list[str]]:
    """Rows of a language, a month and its names, folded; or of no language, a half of the day and a phrase for it."""
    file = Path(__file__).parents[1] / "data" / "months.tsv"
    return [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()]
