"""Where the writings of a topic's terms stand in a text, found by an automaton for each script and language.

A text has letters of one script, and now and then of two; of another script's terms none can stand in it. In Latin
letters most terms count in texts of one language alone. So an automaton of a seventh of all writings is enough for an
English text, and it is built when the first such text comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import ahocorasick_rs

from monitor.match.forms import Counted, Forms, by_script, forms_table
from monitor.match.term_languages import counts_in
from monitor.text.scripts import scripts_of
from monitor.topic.records import Pattern

Place = tuple[Counted, int, int]  # what a writing stands for, its start, its end
Match = tuple[int, int, int]  # the number of a writing, its start, its end
_END = itemgetter(2)
_Key = tuple[str, tuple[str, ...]]  # a script, and of the languages that keep to themselves those that count


class _Finder(NamedTuple):
    """What finds the writings of one table. longest: letters of its longest one."""

    automaton: ahocorasick_rs.AhoCorasick
    counted: list[Counted]  # of each writing
    longest: int


class Writings:
    """The patterns of a topic, to be looked for. Finding is pure; what it works out for that is kept.

    grew: whether something was worked out since this was made or read.
    """

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._by_script = by_script(patterns)
        self._tables: dict[_Key, Forms] = {}
        self._finders: dict[_Key, _Finder | None] = {}
        self._keys: dict[tuple[str, str], _Key] = {}
        self._in_ascii: dict[str, list[_Finder]] = {}  # by language: for texts in ASCII
        self.grew = False

    def __getstate__(self) -> tuple[object, ...]:
        return self._by_script, self._tables

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self._by_script, self._tables = state
        self._finders, self._keys, self._in_ascii, self.grew = {}, {}, {}, False

    def forget(self) -> None:
        """Lets go of what was worked out for texts so far; it is worked out again where it is needed."""
        self._tables.clear()
        self._finders.clear()
        self._in_ascii.clear()

    def places(self, folded: str, code: str, begin: int = 0) -> Iterable[Place]:
        """Every place of a folded text where a writing stands that counts in a language ("" for any), by their ends.

        begin: where the search begins, or as much earlier as the longest writing is long. Letters before and after a
        place are not looked at.
        """
        finders = self._finders_for(folded, code)
        if begin:
            begin = max(0, begin - max((finder.longest for finder in finders), default=0))
            folded = folded[begin:]
        found: list[list[Place]] = [
            [
                (finder.counted[writing], begin + start, begin + end)
                for writing, start, end in finder.automaton.find_matches_as_indexes(folded, overlapping=True)
            ]
            for finder in finders
        ]
        if len(found) == 1:
            return found[0]
        return sorted((place for of_script in found for place in of_script), key=_END)

    def matches(self, folded: str, code: str) -> tuple[Sequence[Counted], Iterable[Match]]:
        """The `places` of a whole text, as they are found: what each writing stands for, and where which of them is."""
        finders = self._finders_for(folded, code)
        each = [(one.counted, one.automaton.find_matches_as_indexes(folded, overlapping=True)) for one in finders]
        found = [(counted, some) for counted, some in each if some]
        if len(found) < 2:  # most texts have letters of one script, and of what has no letter nothing
            return found[0] if found else ((), ())
        places = sorted(
            ((counted[writing], start, end) for counted, some in found for writing, start, end in some), key=_END
        )
        return [counted for counted, _, _ in places], [(n, start, end) for n, (_, start, end) in enumerate(places)]

    def _finders_for(self, folded: str, code: str) -> list[_Finder]:
        """Of the scripts that a text has letters of."""
        is_ascii = folded.isascii()  # all such texts have letters of the same scripts
        if is_ascii and (known := self._in_ascii.get(code)) is not None:
            return known
        finders = (self._finder(script, code) for script in scripts_of(folded, self._by_script))
        found = [finder for finder in finders if finder]
        if is_ascii:
            self._in_ascii[code] = found
        return found

    def _finder(self, script: str, code: str) -> _Finder | None:
        if (key := self._keys.get((script, code))) is None:
            own = tuple(each for each in self._by_script[script].keeping if counts_in(each, code))
            key = self._keys[script, code] = script, own
        if key not in self._finders:
            self._finders[key] = _finder_of(self._table(key))
        return self._finders[key]

    def _table(self, key: _Key) -> Forms:
        if (table := self._tables.get(key)) is None:
            script, own = key
            table = self._tables[key] = forms_table(self._by_script[script], own)
            self.grew = True
        return table


def _finder_of(table: Forms) -> _Finder | None:
    if not table.written:
        return None
    automaton = ahocorasick_rs.AhoCorasick(table.written)
    return _Finder(automaton, [table.counted[group] for group in table.groups], max(map(len, table.written)))
