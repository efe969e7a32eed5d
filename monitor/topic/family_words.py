"""Finds the words and acts of the families in a text of one language.

Each place counts for one term, the longest: "food security" is a matter of food, and "trade agreement" an act of trade
and not a word of it as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import ahocorasick_rs

from monitor.languages import language
from monitor.text.fold import fold, stem, tokens
from monitor.text.marked_terms import Ending, ending_of, forms_of, stands, unmarked
from monitor.text.scripts import script
from monitor.topic.records import Family


class FamilyHit(NamedTuple):
    """A term of a family at [start, end) of the folded text. act: whether it is an act, not a word."""

    start: int
    end: int
    family: str
    term: str
    act: bool

    @property
    def stems(self) -> str:
        """What the term shares with its other forms: "export" and "exports" are one word."""
        return " ".join(map(stem, tokens(fold(self.term))))


@dataclass(frozen=True, slots=True)
class _Term:
    family: str
    text: str
    act: bool
    ending: Ending


class FamilyWords:
    """The families' terms that count in texts of one language, ready to be looked for. ``find`` is pure.

    In a language that no family has terms in, those of all languages in its script count. is_known: whether most
    families have some that can stand in its texts.
    """

    def __init__(self, families: Sequence[Family], code: str, sample: str = "") -> None:
        self._language = counted_as(code)
        having = sum(self._language in family.words for family in families)
        self.is_known = script(fold(sample)) != "other" or 2 * having >= len(families)
        forms: dict[str, dict[_Term, None]] = {}
        for family in families:
            for act, terms in ((True, family.acts), (False, family.words)):
                for text in dict.fromkeys(_of_language(families, terms, self._language, sample)):
                    _add(forms, family.id, text, act)
        self._terms = [tuple(terms) for terms in forms.values()]
        self._automaton = ahocorasick_rs.AhoCorasick(list(forms)) if forms else None

    def find(self, folded: str) -> list[FamilyHit]:
        """The terms in a folded text, in order."""
        if self._automaton is None:
            return []
        hits = [
            FamilyHit(start, end, term.family, term.text, term.act)
            for form, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True)
            for term in self._terms[form]
            if stands(folded, start, end, term.ending, self._language)
        ]
        return list(_longest(hits))


def counted_as(code: str) -> str:
    """The language whose terms count in a text in the language ``code``: its own, or its relative's."""
    found = language(code.split("-")[0].lower())
    return found.relative or found.code


def _of_language(
    families: Iterable[Family], terms: Mapping[str, tuple[str, ...]], code: str, sample: str
) -> Iterator[str]:
    if any(code in family.words for family in families):
        yield from terms.get(code, ())
    else:
        letters = script(fold(sample))
        for other in terms:
            yield from (term for term in terms[other] if script(fold(term)) == letters)


def _add(forms: dict[str, dict[_Term, None]], family: str, text: str, act: bool) -> None:
    term = _Term(family, unmarked(text), act, ending_of(text))
    for form in forms_of(text):
        forms.setdefault(form, {})[term] = None


def _longest(hits: list[FamilyHit]) -> Iterator[FamilyHit]:
    """Without those that lie within a longer one; of one family's at one place, the first."""
    hits.sort(key=lambda hit: (hit.start, -hit.end))
    last = FamilyHit(-1, -1, "", "", False)
    here: set[str] = set()
    for hit in hits:
        if hit[:2] == last[:2]:
            if hit.family in here:
                continue
        elif hit.end <= last.end:
            continue
        else:
            here = set()
        here.add(hit.family)
        last = hit
        yield hit
