"""Terms whose parts stand apart: "bildet … aus", "hand … over". Pure.

German and Dutch put the particle of a verb at the end of its clause, and English may, so that neither part says
anything alone: "bildet" is "forms", and "bildet irakische Offiziere aus" is "trains Iraqi officers". The first part is
found where the second follows in the sentence; what stands between them is found by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from monitor.match.term_languages import counts_in
from monitor.text.marked_terms import PARTED, bare
from monitor.text.scripts import script, script_in, scripts_of
from monitor.topic.records import Pattern

_REACH = 90  # folded characters between the parts

Found = tuple[int, int, int]  # start and end of the first part, and the concept
Term = tuple[str, int, str, str, str]  # language, concept, the second part, its pattern, that of the first parts


class Parted:
    """The parted terms of a topic, each with the language that it counts in. Built once; `terms_in` is pure."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        terms: dict[tuple[str, int, str, str], list[str]] = {}  # those that share their second part are one search
        for pattern in patterns:
            first, parted, second = pattern.text.partition(PARTED)
            if parted:
                key = (pattern.language, pattern.concept, bare(second), _word(second))
                terms.setdefault(key, []).append(_word(first))
        self._terms = tuple((*key, "|".join(firsts)) for key, firsts in terms.items())
        # By the language of a text, then by the script of the second part.
        self._counting: dict[str, dict[str, list[Term]]] = {}

    def __bool__(self) -> bool:
        return bool(self._terms)

    def terms_in(self, folded: str, code: str) -> list[Term]:
        """The terms that may stand in a folded text, whose terms are those of the language ``code``, "" for any.

        Most texts lack the second parts, and a text in other letters lacks them all.
        """
        if (terms := self._counting.get(code)) is None:
            terms = self._counting[code] = {}
            for term in self._terms:
                if counts_in(term[0], code):
                    terms.setdefault(script_in(term[2]), []).append(term)
        return [term for script in scripts_of(folded, terms) for term in terms[script] if term[2] in folded]


def found_in(folded: str, terms: Iterable[Term]) -> Iterator[Found]:
    """Where parted terms stand in a folded sentence."""
    for _, concept, letters, second, first in terms:
        if letters in folded:
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
