"""Invented short reports and look-alikes in many languages, a file for each way of writing: tests/data/*_probes.txt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.articles import OWN, Row
from monitor.model import Document
from monitor.text.language import detect_language

OUTLET = "probes"


class Probe(NamedTuple):
    """A line of such a file. wanted: on the shipped watch's subject. looked_at: read when words were chosen."""

    language: str
    wanted: bool
    looked_at: bool
    title: str
    text: str


def probes_in(path: Path) -> Iterator[Probe]:
    """The probes of a file, in its order."""
    language, counts = "", dict[bool, int]()
    for line in path.read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"\[(\w+)\]", line):
            language, counts = heading[1], {True: 0, False: 0}
        elif line[:2] in ("+ ", "- "):
            wanted = line[0] == "+"
            counts[wanted] += 1
            title, _, text = line[2:].partition(" | ")
            yield Probe(language, wanted, counts[wanted] % 2 == 1, title, text)


def probe_rows() -> list[Row]:
    """All probes as labelled articles, each in the language that is detected; ``quarter`` is the file's name."""
    return [
        Row(
            Document(f"{path.stem} {number}", probe.title, probe.text, detect_language(f"{probe.title}\n{probe.text}")),
            int(probe.wanted),
            "",
            OUTLET,
            path.stem,
            edge=False,
            own=True,
        )
        for path in sorted(OWN.parent.glob("*_probes.txt"))
        for number, probe in enumerate(probes_in(path))
    ]
