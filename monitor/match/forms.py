"""The writings of a topic's terms as one table: which concepts each stands for, in which languages. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from monitor.languages import language
from monitor.text.fold import script
from monitor.text.marked_terms import Ending, bare, ending_of, forms_of
from monitor.topic.records import Pattern

Counted = tuple[tuple[int, str, Ending], ...]  # (concept, the language it keeps to or "", ending) of one form


class Forms(NamedTuple):
    """Folded writings, each with its group: those that stand for the same concepts share one."""

    written: list[str]
    groups: list[int]
    counted: list[Counted]  # by group


def forms_table(patterns: Sequence[Pattern]) -> Forms:
    """All writings of the patterns. Takes 0.4 s for those of a whole topic."""
    forms: dict[str, Counted] = {}
    for pattern in patterns:
        own = pattern.language
        if own and not _keeps_to_itself(own, script(bare(pattern.text))):
            own = ""
        entry = pattern.concept, own, ending_of(pattern.text)
        for form in forms_of(pattern.text):
            known = forms.get(form, ())
            if entry not in known:
                forms[form] = (*known, entry)
    # Most forms are of one concept each, and each concept has many.
    groups: dict[Counted, int] = {}
    numbers = [groups.setdefault(entries, len(groups)) for entries in forms.values()]
    return Forms(list(forms), numbers, list(groups))


@lru_cache(maxsize=256)
def _keeps_to_itself(code: str, of_script: str) -> bool:
    """Whether terms of a language in this script count in texts of the language alone: in Arabic letters Urdu and
    Pashto, whose words are others in Arabic and Persian. The terms of these two and Sorani serve one another."""
    return of_script == "latin" or (of_script == "arabic" and language(code).lexicon)
