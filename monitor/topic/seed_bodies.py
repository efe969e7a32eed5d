"""Bodies that no table has and the seeds themselves name: companies, armed groups, offices.

A body is a capitalised name that does in the seeds what only a person or body does ("Boeing said", "a Boeing
spokesman") and stands in most titles; one that stands in nearly all may as well stand in a row with another name
("Codelco y SQM"). That tells companies and armed groups from what is merely written large, such as products, diseases
and events. A name that holds a country's or city's behind its first word ("University of Tehran") is a name of its own.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from monitor.languages import language
from monitor.text.fold import fold
from monitor.text.proper_names import find_names
from monitor.text.scripts import script
from monitor.topic.mentions import Found, NameBook, Part, Reading
from monitor.topic.name_words import (
    agencies,
    beside,
    deals,
    is_office,
    kinds_of_bodies,
    never_names,
    says,
    small_words,
    words,
)
from monitor.topic.shared_names import shared_names

SPEAKS = 2  # seeds in which a capitalised name does what only a body does, from which it is one
IN_TITLES = 0.6  # share of the titles that a body stands in
ALL_TITLES = 0.8  # share of the titles from which on one seed in which it does so is enough
IN_A_ROW = 0.5  # share of the seeds in which such a name stands in a row with another one
_OWN = 0.5  # share of a name's places right after a party's name, above which it is that party's ("Iran's Guards")
_PART = 0.2  # share of its places in a longer name above which a name is only a part of one
_SURNAME = 0.4  # share of a name's places above which its last word alone is a surname, in a script without capitals
_NEAR = 60  # characters around a name that are looked at
_GAP = re.compile(r"(?:['’]s)?\s*$")
_OTHERS = re.compile(r"[A-Z][\w-]+['’]s $")  # a possessive right before: "Sam's" before "Club"
_JOINING = frozenset({"arabic", "hebrew"})
_SMALL = "(?:(?:of|for|the|and|de|du|des|la|para|del) )*"  # words that an acronym passes over
_ACRONYM = re.compile(rf"((?:[A-Z][\w'’-]+ {_SMALL}){{1,6}}[A-Z][\w'’-]+) \(([A-Z]{{2,8}})\)")
_CAPITALS = re.compile(r"(?<![\w-])[A-Z]{2,4}(?![\w-])")
_LETTERS = range(3, 9)  # of an acronym that stands for a name without brackets


@dataclass(frozen=True, slots=True)
class Body:
    """A body that the seeds name and no table knows. code: its shortest name as an identifier."""

    code: str
    label: str
    names: tuple[str, ...]


@dataclass(slots=True)
class _Seen:
    """Where a capitalised name stands. owners: the parties right before it. places: in all; in_text: but for titles.

    part: how often in the text it is a part of a longer name ("Sam" in "Sam Altman" and in "Sam's Club"). person:
    whether it stands after an office, or its last word alone. in_a_row: the seeds that say "and" or "with" between it
    and another capitalised word.
    """

    names: tuple[str, ...]
    titles: set[str] = field(default_factory=set)
    speaks: set[str] = field(default_factory=set)
    owners: Counter[str] = field(default_factory=Counter)
    places: int = 0
    in_text: int = 0
    part: int = 0
    person: bool = False
    in_a_row: set[str] = field(default_factory=set)

    @property
    def is_whole(self) -> bool:
        """Whether it is a name by itself and no person's."""
        return not self.person and self.part <= _PART * self.in_text


def speaking_bodies(readings: Sequence[Reading], book: NameBook) -> tuple[tuple[Body, ...], dict[str, list[str]]]:
    """(the bodies of the seeds, the names of bodies that belong to a party, by its code)."""
    seen = [_seen(names, readings, book) for names in _written_large(readings, book)]
    owned: defaultdict[str, list[str]] = defaultdict(list)
    bodies: list[Body] = []
    for row in seen:
        owner, times = row.owners.most_common(1)[0] if row.owners else ("", 0)
        if owner and times > _OWN * row.places:
            shared = row.owners.total() > times + 1  # each of two parties has a Coast Guard
            if times > 1 and row.is_whole and row.speaks and not shared:
                owned[owner] += [name for name in row.names if " " in name]
        elif row.is_whole and _is_body(row, len(readings)):
            bodies.append(_body(row.names))
    return tuple(bodies), dict(owned)


def shared_bodies(readings: Sequence[Reading], book: NameBook) -> Iterator[Body]:
    """Bodies that capitals do not show: names that nearly all seeds hold in some form, and that speak."""
    for names in shared_names(readings, book):
        row = _seen(names, readings, book)
        cased = names[0].upper() != names[0].lower()  # what nothing but its place shows must speak more than once
        if row.is_whole and _is_body(row, len(readings)) and (cased or len(row.speaks) >= SPEAKS):
            yield _body(names)


def _body(names: tuple[str, ...]) -> Body:
    """With the initials that headlines write for a name of three words or more, where the seeds have none."""
    capitals = "".join(word[0] for word in names[0].split() if word[0].isupper())
    coined = (f"^{capitals}",) if len(names) == 1 and len(capitals) in _LETTERS else ()
    return Body(re.sub(r"\W+", "_", fold(min(names, key=len))), names[0], (*names, *coined))


def _is_body(row: _Seen, of: int) -> bool:
    """Whether it does often enough what only a body does; once is enough for what stands in nearly all titles."""
    in_all = len(row.titles) >= ALL_TITLES * of
    if in_all and len(row.in_a_row) >= max(SPEAKS, IN_A_ROW * of):
        return True
    return len(row.speaks) >= (1 if in_all else SPEAKS) and len(row.titles) >= IN_TITLES * of


def _written_large(readings: Sequence[Reading], book: NameBook) -> Iterator[tuple[str, ...]]:
    """The capitalised names of the seeds that no table knows; those that an acronym joins together."""
    texts = {read.name: "\n".join(part.text for part in read.parts if not part.text.isupper()) for read in readings}
    whole = "\n".join(texts.values())
    found = find_names(texts)
    long_of = _turned(row.name for row in found)
    long_of |= {short: long for long, short in _ACRONYM.findall(whole) if _stands_for(short, long)}
    acronyms = (row.name for row in found if row.name.isupper() and row.name.isalpha() and len(row.name) in _LETTERS)
    long_of |= {short: spelt for short in acronyms if short not in long_of and (spelt := _written_out(short, whole))}
    single = [row.name for row in found if row.name.isalpha() and not row.name.isupper()]
    long_of |= {short: long for short, long in _abbreviated(single, readings, book) if short not in long_of}
    passed: set[str] = set()
    finders = {read.language: book.finder(read) for read in readings}.values()
    surnames = {row.name.split()[-1] for row in found if " " in row.name}
    for row in found:
        long = long_of.get(row.name, row.name)
        names = (long, *(short for short, other in long_of.items() if other == long))
        known = any(_is_of_party(finder.find(name), name) for name in names for finder in finders)
        spoken_for = known or row.name in surnames or any(fold(name) in agencies() for name in names)
        if long not in passed and not spoken_for:
            yield names
        passed.add(long)


def _is_of_party(found: Sequence[Found], name: str) -> bool:
    """Whether a name is a party's or begins with it, as "Iraqi Army" does."""
    return bool(found) and (found[0].start == 0 or found[-1].end < len(name))


def _turned(names: Iterable[str]) -> dict[str, str]:
    """other name → the first of the same words in another order: "Health Ministry" and "Ministry of Health"."""
    first: dict[frozenset[str], str] = {}
    found: dict[str, str] = {}
    for name in names:
        key = frozenset(word for word in name.split() if word[0].isupper())
        if len(key) > 1 and first.setdefault(key, name) != name:
            found[name] = first[key]
    return found


def _stands_for(short: str, long: str) -> bool:
    capitals = "".join(word[0] for word in long.split() if word[0].isupper())
    return capitals == short


def _written_out(short: str, text: str) -> str:
    """The words of an acronym where a text writes them out, "" where it does not."""
    found = re.search(r"\b" + f" {_SMALL}".join(rf"{letter}[^\W\d_][\w'’-]*" for letter in short), text)
    return found[0] if found else ""


def _abbreviated(names: Sequence[str], readings: Sequence[Reading], book: NameBook) -> Iterator[tuple[str, str]]:
    """(short, long) of a name of one word that a title writes by two to four of its letters: "VW" of "Volkswagen".

    The text below the title must hold the long name, no other name have these letters, and no party be called so.
    """
    for read in readings:
        title = " ".join(part.text for part in read.parts if part.where == "title")
        text = " ".join(part.text for part in read.parts if part.where != "title")
        for short in () if title.isupper() else _CAPITALS.findall(title):
            long = [name for name in names if _has_letters(name, short) and name in text and name not in title]
            if len(long) == 1 and not book.finder(read).find(short):
                yield short, long[0]


def _has_letters(name: str, short: str) -> bool:
    """Whether a longer name begins with the first letter of an acronym and holds the others in their order."""
    letters = iter(name.upper()[1:])
    return len(name) > 2 * len(short) and name[0] == short[0] and all(letter in letters for letter in short[1:])


def _seen(names: tuple[str, ...], readings: Sequence[Reading], book: NameBook) -> _Seen:
    row = _Seen(names)
    alone = (r"(?<![\w-])", r"(?![\w-])") if script(fold(names[0])) != "han" else ("", "")
    name = re.compile(f"{alone[0]}(?:{'|'.join(map(re.escape, names))}){alone[1]}")
    last = names[0].split()[-1]
    of_party = any(book.finder(read).find(last) for read in readings)  # "University of Tehran" has no surname
    surname = re.compile(rf"(?<![\w-]){re.escape(last)}(?![\w-])") if " " in names[0] and not of_party else None
    alone_in = 0  # parts that hold the last word alone
    for read in readings:
        for part in read.parts:
            places = list(name.finditer(part.text))
            alone_in += bool(surname and len(names) == 1 and len(surname.findall(part.text)) > len(places))
            for place in places:
                _look_around(row, read, part, place, book)
    # "Science Minister" beside "Science Ministry": no capital tells the word from a surname, but it is seldom alone.
    joining = script(fold(names[0])) in _JOINING
    row.person = row.person or alone_in > (_SURNAME * row.places if joining else 0)
    return row


def _speaks(following: Sequence[str], code: str) -> bool:
    """Whether the words after a name say that it does what only a body does."""
    said = any(says(code).fullmatch(fold(word)) for word in following[:2])
    after_small = len(following) > 1 and fold(following[0]) in small_words()  # "X to buy Y", "X has bought Y"
    dealt = any(deals(code).fullmatch(fold(word)) for word in following[after_small : after_small + 1])
    kind = any(kinds_of_bodies(code).fullmatch(fold(word)) for word in following[:1])
    return said or dealt or kind or any(map(is_office, following[:1]))


def _is_of_kind(before: str, code: str) -> bool:
    """Whether the words right before a name say what kind of body it is: "the carmaker", "la petrolera española"."""
    last = [fold(word.text) for word in words(before)][-2:]
    if not last or not before.endswith(" ") or not before.rstrip()[-1:].isalnum():
        return False
    kind = kinds_of_bodies(code)
    return bool(kind.fullmatch(last[-1]) or (kind.fullmatch(last[0]) and last[-1] not in small_words()))


def _is_said(text: str, place: re.Match[str], code: str) -> bool:
    """The same where the verb stands before the name, as in Arabic, at the end of its sentence, or right behind it in a
    script without spaces.
    """
    before, after = text[: place.start()], text[place.end() :]
    verb = says(code)
    match script(fold(place[0])):
        case "han":
            return verb.match(after) is not None
        case "arabic" | "hebrew":
            last = [fold(word.text) for word in words(before)][-1:]
            if any(verb.fullmatch(word) or deals(code).fullmatch(word) for word in last):
                return True
    if any(map(str.isalnum, before)):
        return False
    final = [fold(word.text) for word in words(after)][-2:]  # a verb may be of two words: "complaint made"
    return any(verb.fullmatch(word) or deals(code).fullmatch(word) for word in final)


def _behind_the_row(following: Sequence[str]) -> Sequence[str]:
    """The words after a name and the one in a row with it: "the FAO and the WTO said" is said by both."""
    if not following or fold(following[0]) not in beside():
        return following
    other = next((place for place, word in enumerate(following[1:3], 1) if word[0].isupper()), 0)
    while other and other < len(following) and following[other][0].isupper():
        other += 1
    return following[other:] if other else following


def _is_beside(away: Sequence[str]) -> bool:
    """Whether the words that lead away from a name are "and" or "with" and a capitalised one."""
    return len(away) > 1 and fold(away[0]) in beside() and away[1][0].isupper()


def _look_around(row: _Seen, read: Reading, part: Part, place: re.Match[str], book: NameBook) -> None:
    before, after = part.text[max(0, place.start() - _NEAR) : place.start()], part.text[place.end() :][:_NEAR]
    row.places += 1
    if part.where == "title":
        row.titles.add(read.name)
    following = [word.text for word in words(after)]
    possessive = bool(following) and following[0] == "s" and after[0] in "'’"
    following = following[possessive:]
    if _speaks(_behind_the_row(following), read.language) or _is_said(part.text, place, read.language):
        row.speaks.add(read.name)
    if _is_of_kind(before, read.language):
        row.speaks.add(read.name)
    last = [word.text for word in words(before)][-1:]
    if _is_beside(following) or _is_beside([word.text for word in words(before)][::-1]):
        row.in_a_row.add(read.name)
    right_before = bool(last) and before.endswith(f"{last[0]} ")
    of_it = script(fold(place[0])) in _JOINING  # there "head of X" is written as "head X"
    acronym = place[0].isupper() and place[0] != place[0].lower()
    row.person = row.person or (right_before and is_office(last[0]) and not of_it and not acronym)
    owners = [found.code for found in book.finder(read).find(before) if not _GAP.sub("", before[found.end :])]
    row.owners.update(owners)
    if part.where != "title":
        row.in_text += 1
        capital = right_before and last[0][0].isupper() and not language(read.language).nouns_large
        inner = capital and fold(last[0]) not in never_names() and len(before.split()) > 1
        outer = possessive and following[:1] and following[0][0].isupper()
        row.part += bool(outer or (not owners and (inner or _OTHERS.search(before))))
