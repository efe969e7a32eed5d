"""The writings of a topic's terms as tables: which concepts each stands for. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from monitor.languages import language
from monitor.text.marked_terms import Ending, bare, ending_of, forms_of
from monitor.text.scripts import script_in
from monitor.topic.records import Pattern

Counted = tuple[tuple[int, Ending], ...]  # (concept, ending) of one form


class Forms(NamedTuple):
    """Folded writings, each with its group: those that stand for the same concepts share one."""

    written: list[str]
    groups: list[int]
    counted: list[Counted]  # by group


class File(NamedTuple):
    """The patterns of one script, in their order, each with the language that it keeps to, "" for none.

    keeping: these languages, sorted.
    """

    patterns: tuple[Pattern, ...]
    own: tuple[str, ...]
    keeping: tuple[str, ...]


def filed(patterns: Sequence[Pattern]) -> Mapping[str, File]:
    """script → its patterns. A pattern has the script of its first letter: it stands in no text without such a letter.

    "" is the script of what has no letter.
    """
    by_script: dict[str, list[tuple[Pattern, str]]] = {}
    for pattern in patterns:
        script = script_in(bare(pattern.text))
        own = pattern.language if pattern.language and _keeps_to_itself(pattern.language, script) else ""
        by_script.setdefault(script, []).append((pattern, own))
    return {script: _file(found) for script, found in by_script.items()}


def _file(found: Sequence[tuple[Pattern, str]]) -> File:
    patterns, own = zip(*found, strict=True)
    return File(patterns, own, tuple(sorted(set(own) - {""})))


def forms_table(file: File, counting: Collection[str]) -> Forms:
    """All writings of the patterns of a script that keep to no language, or to one of those ``counting``."""
    forms: dict[str, dict[tuple[int, Ending], None]] = {}
    for pattern, own in zip(file.patterns, file.own, strict=True):
        if own and own not in counting:
            continue
        entry = pattern.concept, ending_of(pattern.text)
        for form in forms_of(pattern.text):
            forms.setdefault(form, {})[entry] = None
    # Most forms are of one concept each, and each concept has many.
    groups: dict[Counted, int] = {}
    numbers = [groups.setdefault(tuple(entries), len(groups)) for entries in forms.values()]
    return Forms(list(forms), numbers, list(groups))


@lru_cache(maxsize=256)
def _keeps_to_itself(code: str, of_script: str) -> bool:
    """Whether terms of a language in this script count in texts of the language alone: in Arabic letters Urdu and
    Pashto, whose words are others in Arabic and Persian. The terms of these two and Sorani serve one another."""
    return of_script == "latin" or (of_script == "arabic" and language(code).lexicon)
