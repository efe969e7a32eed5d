"""Words of a search that may be one name: each in any letters and in any order, where they stand beside one another.

By itself a word of one or two consonants (Qais, Javad) sounds like too many others, and so does a common one. Beside
another part of the name it does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from monitor.text.fold import variants
from monitor.text.name_parts import BETWEEN, Heard
from monitor.text.search_terms import places
from monitor.text.sound_key import LEAST, TELLING, sound_key

MOST_PARTS = 4  # of a name
_BETWEEN = 1  # words more than the name has, such as a second first name

Forms = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NamePart:
    """A word of a query, or the words of a part like Al-Turfi. forms: what it is looked for by wherever it stands.

    listed: the entity lists know it. heard: it is a name, because no article has it as it stands.
    """

    said: str
    forms: Forms
    listed: bool = False
    heard: bool = False

    def is_a_name(self) -> bool:
        """Whether it has a capital, or no letters that could."""
        return self.said[:1].isupper() or self.said[:1].lower() == self.said[:1].upper()


@dataclass(frozen=True, slots=True)
class Beside:
    """Parts of a name that must stand beside one another. rows: of each way to write them, the forms of each part.

    wider: by the number of a part, what else than its own forms an article may have for it.
    """

    rows: tuple[tuple[Forms, ...], ...]
    wider: dict[int, Forms]

    def holds(self, text: str, language: str | None) -> bool:
        """Whether a folded text has them beside one another, in one of the ways."""
        return any(_beside(text, row, language) for row in self.rows)


def beside(parts: Sequence[NamePart], heard: Heard) -> list[Beside]:
    """How else a text may have the name: as all of the words, or as those that no list knows."""
    whole = tuple(range(len(parts)))
    unlisted = tuple(number for number in whole if not parts[number].listed)
    return [found for chosen in dict.fromkeys((whole, unlisted)) if (found := _of(parts, chosen, heard))]


def _of(parts: Sequence[NamePart], chosen: Sequence[int], heard: Heard) -> Beside | None:
    """Of some of the words; None where they are no name, or where it has no other writing."""
    if not 2 <= len(chosen) <= MOST_PARTS or not _is_name([parts[number] for number in chosen]):
        return None
    heard_as = {number: heard(parts[number].said, beside=True) for number in chosen}
    row = [(*parts[number].forms, *heard_as[number]) for number in chosen]
    wider = dict(zip(chosen, row, strict=True))
    rows = [tuple(row)] if any(heard_as.values()) else []
    for at, (one, two) in enumerate(pairwise(chosen)):
        if joined := _joined(parts[one], parts[two], heard) if two == one + 1 else ():
            rows.append((*row[:at], joined, *row[at + 2 :]))
            wider[one] += joined
            wider[two] += joined
    return Beside(tuple(rows), wider) if rows else None


def _is_name(parts: Sequence[NamePart]) -> bool:
    named = all(each.is_a_name() for each in parts) or any(each.heard for each in parts)
    return named and any(each.listed or len(sound_key(each.said)) >= LEAST for each in parts)


def _joined(one: NamePart, two: NamePart, heard: Heard) -> Forms:
    """Two words as one, as the archive has them: Gholam Ali and Gholamali."""
    joined = f"{one.said}{two.said}"
    if " " in joined or "-" in joined or len(sound_key(joined)) < TELLING:
        return ()
    found = heard(joined.title(), surely=True)
    return tuple(dict.fromkeys((*found, *variants(joined)))) if found else ()


def _beside(text: str, row: Sequence[Forms], language: str | None) -> bool:
    spots = [list(places(text, forms, language)) for forms in row]
    if not all(spots):
        return False
    rarest = min(range(len(row)), key=lambda number: len(spots[number]))
    most = len(row) - 2 + _BETWEEN
    return any(
        all(
            any(_words_between(text, anchor, spot) <= most for spot in its)
            for number, its in enumerate(spots)
            if number != rarest
        )
        for anchor in spots[rarest]
    )


def _words_between(text: str, one: tuple[int, int], other: tuple[int, int]) -> int:
    """How many words stand between two places; too many where they overlap."""
    first, second = sorted((one, other))
    if second[0] < first[1]:
        return len(text)
    return sum(1 for _ in _words(text[first[1] : second[0]]))


def _words(between: str) -> Iterator[str]:
    return (each for each in between.split() if each not in BETWEEN)
