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


class ScriptPatterns(NamedTuple):
    """The patterns of one script, in their order: text, concept, and the language that it keeps to, "" for none.

    In columns, which are read and written in a third of the time. keeping: these languages, sorted.
    """

    texts: tuple[str, ...]
    concepts: tuple[int, ...]
    own: tuple[str, ...]
    keeping: tuple[str, ...]


def by_script(patterns: Sequence[Pattern]) -> Mapping[str, ScriptPatterns]:
    """script → its patterns. A pattern has the script of its first letter: it stands in no text without such a letter.

    "" is the script of what has no letter.
    """
    columns: dict[str, tuple[list[str], list[int], list[str]]] = {}
    for text, concept, code in patterns:
        script = script_in(bare(text))
        texts, concepts, own = columns.get(script) or columns.setdefault(script, ([], [], []))
        texts.append(text)
        concepts.append(concept)
        own.append(code if code and _keeps_to_itself(code, script) else "")
    return {
        script: ScriptPatterns(tuple(texts), tuple(concepts), tuple(own), tuple(sorted(set(own) - {""})))
        for script, (texts, concepts, own) in columns.items()
    }


def forms_table(patterns: ScriptPatterns, counting: Collection[str]) -> Forms:
    """All writings of the patterns of a script that keep to no language, or to one of those ``counting``."""
    forms: dict[str, Counted] = {}
    for text, concept, own in zip(patterns.texts, patterns.concepts, patterns.own, strict=True):
        if own and own not in counting:
            continue
        entry = concept, ending_of(text)
        alone = (entry,)
        for form in forms_of(text):
            if (held := forms.setdefault(form, alone)) is not alone and entry not in held:
                forms[form] = (*held, entry)
    # Most forms are of one concept each, and each concept has many.
    groups: dict[Counted, int] = {}
    numbers = [groups.setdefault(entries, len(groups)) for entries in forms.values()]
    return Forms(list(forms), numbers, list(groups))


@lru_cache(maxsize=256)
def _keeps_to_itself(code: str, of_script: str) -> bool:
    """Whether terms of a language in this script count in texts of the language alone: one word is another in the next
    language that has its letters ("border" in Arabic is "about" in Persian)."""
    return of_script == "latin" or (of_script == "arabic" and language(code).lexicon)
