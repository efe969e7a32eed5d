"""Reads the tables that grouping works with, shipped in monitor/data. The one module of this room that opens a file."""

from __future__ import annotations

import gzip
import tomllib
from functools import lru_cache
from importlib import resources

from monitor.stories.group.crossing import Tables
from monitor.stories.group.headline_acts import parse_headline_acts
from monitor.stories.group.lexicon import (
    parse_common,
    parse_counted,
    parse_happenings,
    parse_kinds,
    parse_lexicon,
    parse_things,
)  # fmt: skip
from monitor.stories.group.rarity import parse_backgrounds
from monitor.topic.kept_records import cached, of_program

_KEPT = "group-tables"  # a file of the cache
_ROOMS = ("monitor.stories.group.",)


@lru_cache(maxsize=1)
def load_tables() -> Tables:
    """The shipped tables: the lexicon of things and the backgrounds of rarity (benchmarks/build_background.py).

    Reading what a person writes takes a quarter of a second and 20 MB, what is kept of it 10 ms and 4 MB.
    """
    return cached(
        _KEPT, of_program(), ("monitor.stories.group.",), _from_files, lambda found: isinstance(found, Tables)
    )


def _from_files() -> Tables:
    data = resources.files("monitor") / "data"
    background = gzip.decompress((data / "group_background.tsv.gz").read_bytes()).decode()
    lexicon = parse_lexicon((data / "group_lexicon.txt").read_text("utf-8"))
    kinds = parse_kinds((data / "group_kinds.txt").read_text("utf-8"), lexicon)
    between: dict[str, frozenset[str]] = {}
    for path in (data / "group_things").iterdir():
        code = path.name.removesuffix(".txt")
        lexicon[code], between[code] = parse_things(path.read_text("utf-8"), code, lexicon["en"])
    common = parse_common((data / "group_common.txt").read_text("utf-8"))
    happenings = parse_happenings((data / "group_happenings.txt").read_text("utf-8"), lexicon)
    counted = parse_counted((data / "group_counted.txt").read_text("utf-8"))
    told, deeds = (
        parse_headline_acts(tomllib.loads((data / f"{name}.toml").read_text("utf-8")))
        for name in ("headline_acts", "counted_deeds")
    )
    return Tables(lexicon, parse_backgrounds(background), kinds, common, happenings, between, counted, told, deeds)
