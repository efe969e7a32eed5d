"""Terms whose parts stand apart: "bildet … aus", "hand … over". Pure.

German and Dutch put the particle of a verb at the end of its clause, and English may, so that neither part says
anything alone: "bildet" is "forms", and "bildet irakische Offiziere aus" is "trains Iraqi officers". The first part is
found where the second follows in the sentence; what stands between them is found by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from monitor.match.term_languages import counts_in
from monitor.text.marked_terms import PARTED, bare
from monitor.text.scripts import script
from monitor.topic.records import Pattern

_REACH = 90  # folded characters between the parts

Found = tuple[int, int, int]  # start and end of the first part, and the concept


class Parted:
    """The parted terms of a topic, each with the language that it counts in. Built once; `found` is pure."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        terms: dict[tuple[str, int, str, str], list[str]] = {}  # those that share their second part are one search
        for pattern in patterns:
            first, parted, second = pattern.text.partition(PARTED)
            if parted:
                key = (pattern.language, pattern.concept, bare(second), _word(second))
                terms.setdefault(key, []).append(_word(first))
        self._terms = tuple((*key, "|".join(firsts)) for key, firsts in terms.items())

    def __bool__(self) -> bool:
        return bool(self._terms)

    def found(self, folded: str, code: str) -> Iterator[Found]:
        """Where the terms stand in a folded sentence whose terms are those of the language ``code``, "" for any."""
        for own, concept, letters, second, first in self._terms:
            if letters in folded and counts_in(own, code):  # most sentences lack the second part: no search is needed
                for found in _search(first, second).finditer(folded):
                    yield *found.span(), concept


def _word(written: str) -> str:
    """A pattern of one part: a whole word, or any that begins with it ("*")."""
    folded = re.escape(bare(written))
    if script(folded) == "han":  # written without spaces
        return folded
    ending = r"\w*" if written.strip().endswith("*") else ""
    return rf"(?<!\w){folded}{ending}(?!\w)"


@lru_cache(maxsize=1024)
def _search(first: str, second: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{first})(?=.{{1,{_REACH}}}?{second})")
