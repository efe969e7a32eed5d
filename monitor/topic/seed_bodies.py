"""Bodies that no table has and the seeds themselves name: companies, armed groups, offices.

A body is a capitalised name that does in the seeds what only a person or body does ("Boeing said", "a Boeing
spokesman") and stands in most titles. That tells companies and armed groups from what is merely written large, such as
products, diseases and events.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from monitor.text.fold import fold
from monitor.text.proper_names import find_names
from monitor.topic.mentions import NameBook, Part, Reading
from monitor.topic.name_words import agencies, is_office, says, words

SPEAKS = 2  # seeds in which a capitalised name does what only a body does, from which it is one
IN_TITLES = 0.6  # share of the titles that a body stands in
_OWN = 0.5  # share of a name's places right after a party's name, above which it is that party's ("Iran's Guards")
_ACRONYM = re.compile(
    r"((?:[A-Z][\w'’-]+ (?:(?:of|for|the|and|de|du|des|la|para|del) )*){1,6}[A-Z][\w'’-]+) \(([A-Z]{2,8})\)"
)


@dataclass(frozen=True, slots=True)
class Body:
    """A body that the seeds name and no table knows. code: its shortest name as an identifier."""

    code: str
    label: str
    names: tuple[str, ...]


@dataclass(slots=True)
class _Seen:
    """Where a capitalised name stands. owners: the parties right before it; a person: after an office or a surname."""

    names: tuple[str, ...]
    seeds: set[str] = field(default_factory=set)
    titles: set[str] = field(default_factory=set)
    speaks: set[str] = field(default_factory=set)
    owners: Counter[str] = field(default_factory=Counter)
    places: int = 0
    person: bool = False


def speaking_bodies(readings: Sequence[Reading], book: NameBook) -> tuple[tuple[Body, ...], dict[str, list[str]]]:
    """(the bodies of the seeds, the names of bodies that belong to a party, by its code)."""
    seen = [_seen(names, readings, book) for names in _written_large(readings, book)]
    owned: defaultdict[str, list[str]] = defaultdict(list)
    bodies: list[Body] = []
    for row in seen:
        owner, times = row.owners.most_common(1)[0] if row.owners else ("", 0)
        if owner and times > _OWN * row.places:
            if times > 1 and not row.person:
                owned[owner] += [name for name in row.names if " " in name]
        elif not row.person and len(row.speaks) >= SPEAKS and len(row.titles) >= IN_TITLES * len(readings):
            bodies.append(Body(re.sub(r"\W+", "_", fold(min(row.names, key=len))), row.names[0], row.names))
    return tuple(bodies), dict(owned)


def _written_large(readings: Sequence[Reading], book: NameBook) -> Iterator[tuple[str, ...]]:
    """The capitalised names of the seeds that no table knows; those that an acronym joins together."""
    texts = {read.name: "\n".join(part.text for part in read.parts if not part.text.isupper()) for read in readings}
    whole = "\n".join(texts.values())
    long_of = {short: long for long, short in _ACRONYM.findall(whole) if _stands_for(short, long)}
    passed: set[str] = set()
    for row in find_names(texts):
        long = long_of.get(row.name, row.name)
        names = (long, *(short for short, other in long_of.items() if other == long))
        known = any(book.finder(read).find(name) for name in names for read in readings[:1])
        if long not in passed and not known and not any(fold(name) in agencies() for name in names):
            yield names
        passed.add(long)


def _stands_for(short: str, long: str) -> bool:
    capitals = "".join(word[0] for word in long.split() if word[0].isupper())
    return capitals == short


def _seen(names: tuple[str, ...], readings: Sequence[Reading], book: NameBook) -> _Seen:
    row = _Seen(names)
    name = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, names))})(?![\w-])")
    surname = re.compile(rf"(?<![\w-]){re.escape(names[0].split()[-1])}(?![\w-])") if " " in names[0] else None
    for read in readings:
        for part in read.parts:
            places = list(name.finditer(part.text))
            if surname and len(names) == 1 and len(surname.findall(part.text)) > len(places):
                row.person = True
            for place in places:
                _look_around(row, read, part, place, book)
    return row


def _look_around(row: _Seen, read: Reading, part: Part, place: re.Match[str], book: NameBook) -> None:
    row.places += 1
    row.seeds.add(read.name)
    if part.where == "title":
        row.titles.add(read.name)
    after = [word.text for word in words(part.text[place.end() : place.end() + 60])][:3]
    if after and after[0] == "s" and part.text[place.end() : place.end() + 1] in "'’":
        after = after[1:]
    if any(says(read.language).fullmatch(fold(word)) for word in after[:2]) or (after and is_office(after[0])):
        row.speaks.add(read.name)
    before = part.text[: place.start()]
    last = [word.text for word in words(before[-40:])][-1:]
    if last and is_office(last[0]) and before.endswith(f"{last[0]} "):
        row.person = True
    for found in book.finder(read).find(before):
        if found.end >= len(before.rstrip(" '’s")):
            row.owners[found.code] += 1
