"""What a figure of a sentence counts, as a key that is the same in every language. Pure.

The thing stands behind the figure, among words that say of what kind or whose it is: "40 Iranian military trainers".
What the table of counted things has no word for is counted in its own language alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from monitor.languages import every, language, languages
from monitor.stories.group.crossing import Tables
from monitor.stories.group.lexicon import THING, Things, counted_stems, uncounted
from monitor.stories.group.signature import keys_of_text
from monitor.text import fold

AFTER = 60  # characters after a figure that say what it counts
PHRASE = 4  # words after a figure among which a thing of the table may stand
WORD = 3  # letters of a word that may be a thing

_GROUPED = re.compile(r"\.\d{3}$")
_PAUSE = re.compile(r"[,.;:!?()\"–—]|\s-\s")  # a hyphen within a word is none: "6 Iranian-made helicopters"

_DESIGNATION = re.compile(r"(?<=[^\W\d_])[-‐‑–](?=\d)")

_NOTHING = Things({}, {})


class Counted(NamedTuple):
    """about: what a figure counts, as a key. amount: the figure as a number. shown: both for display. whose: the keys
    of the places that what is counted is said to be of.
    """

    about: str
    amount: str
    shown: str
    whose: frozenset[str] = frozenset()


def without_designations(sentence: str) -> str:
    """A sentence with the names of models as one word: the 72 of "60 T-72 tanks" counts nothing."""
    return _DESIGNATION.sub("", sentence)


def place_of(word: str, code: str | None, tables: Tables) -> str:
    """The key of the place that a word names or, as "Iraqi" does, is of; "" for another word."""
    return next((key for key in keys_of_text(word, code, tables) if tables.kinds.get(key) == "place"), "")


def words_of_thing(after: Sequence[str], code: str | None, tables: Tables) -> int:
    """How many of the folded words behind a figure say what it counts: up to a thing of the table, else up to the first
    that says more than whose or of what kind it is.
    """
    if found := _thing(_phrase(after, code or "", tables), code or "en", tables):
        return found[1]
    return _head(after, code, tables) + 1


def _head(phrase: Sequence[str], code: str | None, tables: Tables) -> int:
    """Where the word stands that can name a thing: behind those that say whose or of what kind it is ("12 joint")."""
    between = _between(code or "")
    for at, word in enumerate(phrase[:PHRASE]):
        if word not in between and not place_of(word, code, tables):
            return at
    return 0


def place_of_number(folded: str, number: str) -> int:
    """Where a number stands in a folded sentence, and no longer one that holds it; -1 where it does not."""
    found = re.search(rf"(?<![\d.,]){re.escape(number)}(?!\d)", folded)
    return found.start() if found else folded.find(number)


def counted(folded: str, value: str, number: str, code: str | None, tables: Tables) -> Counted | None:
    """What a figure of a folded sentence counts; None where that is not said, or a time is counted.

    value: the figure as a plain number. number: as it stands in the sentence. code: the language, None if not known.
    """
    at = place_of_number(folded, number)
    if at < 0 or number[0] == "0" or folded[max(0, at - 2) : at].strip() in (".", ",") or _GROUPED.search(value):
        return None  # a piece of a number that is written apart, or one with a stop in it that may mean a thousand
    if "%" in (folded[max(0, at - 1) : at], folded[at + len(number) : at + len(number) + 1]):
        return None  # a share, of what stands anywhere
    after = fold.tokens(_PAUSE.split(folded[at + len(number) :][:AFTER].lstrip("-"))[0])
    said, amount = [number], float(value)
    if after and after[0] in _many():
        said.append(after[0])
        amount *= _many()[after.pop(0)]
    phrase = _phrase(after, code or "", tables)
    if not phrase:
        return None
    # The word that says whose they are stands before or behind what is counted: "100 Iraqi officers" are officers.
    whose = frozenset(place for word in phrase if (place := place_of(word, code, tables)))
    if found := _thing(phrase, code or "en", tables):
        thing, words = found
        return Counted(thing, f"{amount:g}", " ".join((*said, *phrase[:words])), whose)
    return _other(phrase, said, f"{amount:g}", code, tables, whose)


def _phrase(after: Sequence[str], code: str, tables: Tables) -> list[str]:
    """The words behind a figure up to one that every text has; none where a time or another figure follows."""
    found: list[str] = []
    listed = tables.counted.get(code, _NOTHING).forms
    for word in after[:PHRASE]:
        if word in _common(code) and word not in listed and word not in _between(code):
            break
        if word in _spans() or word.isdigit():
            return found if len(found) > 1 else []
        found.append(word)
    return found


def _thing(phrase: Sequence[str], code: str, tables: Tables) -> tuple[str, int] | None:
    """(thing of the table, words of the phrase up to its end); None where the phrase names none.

    Of two side by side it is the second, where that is no form of a verb: "20 army officers".
    """
    forms, stems = tables.counted.get(code, _NOTHING)
    first = next((at for at in range(len(phrase)) if _thing_at(phrase, at, code, stems)), None)
    if first is None:
        return None
    key, words = _thing_at(phrase, first, code, stems) or ("", 0)
    after = first + words
    # "12 military ships": the first of the two also says of what kind a thing is.
    if phrase[first] in _between(code) and after < len(phrase) and (found := _thing_at(phrase, after, code, stems)):
        return found[0], after + found[1]
    for more in (2, 1):
        if after + more <= len(phrase) and (second := forms.get(" ".join(phrase[after : after + more]))):
            return second, after + more
    return key, after


def _thing_at(phrase: Sequence[str], at: int, code: str, stems: Mapping[str, str]) -> tuple[str, int] | None:
    """(thing, its words) of the words of a phrase from ``at`` on."""
    for words in (2, 1):
        piece = phrase[at : at + words]
        if len(piece) == words and (key := stems.get(counted_stems(piece, code))):
            return key, words
    return None


def _other(
    phrase: Sequence[str], said: Sequence[str], amount: str, code: str | None, tables: Tables, whose: frozenset[str]
) -> Counted | None:
    """What the first word or two name that can be counted, beside those that say whose or of what kind it is."""
    head = _head(phrase, code, tables)
    for at, word in enumerate(phrase[: head + 2]):
        shown = " ".join((*said, *phrase[: at + 1]))
        if unit := _unit(word, code or "en", tables):
            return Counted(unit, amount, shown)
        if at >= head and len(word) >= WORD:
            named = [key for key in keys_of_text(uncounted(word, code or ""), code, tables) if key[0] == THING]
            return Counted(named[0] if named else f"{code or ''} {fold.stem(word)}", amount, shown, whose)
    return None


def _unit(word: str, code: str, tables: Tables) -> str | None:
    """The key of a unit, None for another word. After a figure "km" is one, which elsewhere may be anything."""
    key = tables.things(code).get(fold.stem(word, code))
    return key if key and tables.kinds.get(key) == "unit" else None


@lru_cache(maxsize=1)
def _many() -> dict[str, float]:
    """A folded word → what it multiplies the figure before it by."""
    found = ((fold.fold(form), float(number)) for known in languages() for number, forms in known.counts.many
             for form in forms)  # fmt: skip
    return dict(found)


@lru_cache(maxsize=1)
def _spans() -> frozenset[str]:
    return frozenset(map(fold.fold, every(lambda known: known.counts.spans)))


@lru_cache(maxsize=32)
def _common(code: str) -> frozenset[str]:
    known = language(code)
    return frozenset(map(fold.fold, (*known.recognition.common, *known.stop_words)))


@lru_cache(maxsize=32)
def _between(code: str) -> frozenset[str]:
    return frozenset(map(fold.fold, language(code).counts.between))
