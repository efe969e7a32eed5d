"""Things of which a sentence names one and not another: a helicopter and no drone, "before" and not "after". Pure.

Each language's file lists them by group and member. Where a sentence names a member that its source does not, and the
source another one of that group, it says something else. Of what the source has no word for, nothing is known.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache

from monitor.languages import language
from monitor.text import fold

_ANY = r"\w*"  # what a star stands for

Named = Mapping[str, AbstractSet[str]]


def named_in(text: str, code: str) -> Named:
    """group → the members of it that a text names."""
    folded = fold.fold(text)
    found: dict[str, set[str]] = defaultdict(set)
    for group, member, pattern in _patterns(code):
        if pattern.search(folded):
            found[group].add(member)
    return found


def contrast(mine: Named, theirs: Named) -> bool:
    """Whether one text names a member that the other does not, which names another of that group."""
    return any(theirs.get(group) and not members <= theirs[group] for group, members in mine.items())


def words_of(text: str, code: str, members: Named) -> frozenset[str]:
    """The words, folded, by which a text names these members."""
    folded = fold.fold(text)
    found = (
        hit[0]
        for group, member, pattern in _patterns(code)
        if member in members.get(group, ())
        for hit in pattern.finditer(folded)
    )
    return frozenset(word for each in found for word in fold.tokens(each))


@lru_cache(maxsize=16)
def _patterns(code: str) -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    before = "".join(f"(?:{each})?" for each in language(code).stance.before)
    return tuple(
        (*key.split(" ", 1), re.compile(rf"(?<!\w){before}(?:{'|'.join(map(_pattern, forms))})(?!\w)"))  # type: ignore[misc]
        for key, forms in language(code).contrasts
    )


def _pattern(form: str) -> str:
    """A form as an expression; each of its words may have a star."""
    return r"\s+".join(
        re.escape(fold.fold(part.rstrip("*"))).replace(r"\ ", r"\s+") + _ANY * part.endswith("*")
        for part in form.split()
    )
