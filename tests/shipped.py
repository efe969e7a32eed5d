"""The matcher of the shipped watch and the project's own labelled articles, for every test of a process that asks."""

from __future__ import annotations

from benchmarks.articles import own_rows, shipped_matcher

SHIPPED = shipped_matcher()
ROWS = own_rows()
