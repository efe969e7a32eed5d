"""What a learned word is called in languages that no seed is in, by the shipped table of what news is about.

The table is ``monitor/data/meanings.txt``, written for this project. A language is a column of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from importlib import resources
from typing import NamedTuple

from monitor.text.fold import stems_of, tokens
from monitor.text.marked_terms import bare, ending_of
from monitor.topic.likeness import CAP, norm
from monitor.topic.records import Concept
from monitor.topic.tied import Learned

_LEAST_KEY = 0.2  # how much of a key word the translated words of a language must be together, for any of them to count
_LEAST_OF_WHOLE = 0.6  # of the length of the seeds' words: what those that a language has words for are compared with
DOUBTFUL = "?"  # before a word of more than one sense

Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What its words in several languages mean alike. words: language → as the table has them, perhaps with "*".

    doubtful: those of them that mean something else as well.
    """

    name: str
    section: str
    words: Mapping[str, tuple[str, ...]]
    doubtful: frozenset[str]


class Sense(NamedTuple):
    """A meaning that a word has. doubtful: it has others, too."""

    meaning: Meaning
    doubtful: bool


class _Index:
    """Meanings by their words: as they are written, by their stems, and by how they begin."""

    def __init__(self, meanings: Sequence[Meaning]) -> None:
        self.exact: defaultdict[tuple[str, str], list[Sense]] = defaultdict(list)
        self.by_stems: defaultdict[tuple[str, Stems], list[Sense]] = defaultdict(list)
        self.by_beginning: defaultdict[tuple[str, str], list[Sense]] = defaultdict(list)
        for meaning in meanings:
            for code, words in meaning.words.items():
                for word in words:
                    self._add(code, word, Sense(meaning, word in meaning.doubtful))

    def _add(self, code: str, word: str, sense: Sense) -> None:
        folded = bare(word)
        self.exact[code, folded].append(sense)
        match ending_of(word):
            case "any":
                self.by_beginning[code, folded].append(sense)
            case "usual":
                self.by_stems[code, stems_of(tokens(folded), code)].append(sense)


class Meanings:
    """The meanings of a table, found by a word or phrase of any of its languages.

    The index is made for the first word: a watch with sides asks for none.
    """

    def __init__(self, meanings: Sequence[Meaning]) -> None:
        self._meanings = meanings

    @cached_property
    def _index(self) -> _Index:
        return _Index(self._meanings)

    def named(self, name: str) -> tuple[Meaning, ...]:
        """The meanings of a section ("farming"), or the one of it with that first word ("war/ceasefire")."""
        section, _, word = name.partition("/")
        return tuple(
            meaning
            for meaning in self._meanings
            if meaning.section == section and bare(word) in ("", bare(next(iter(meaning.words.values()))[0]))
        )

    def names(self) -> tuple[str, ...]:
        """What ``named`` knows of whole sections."""
        return tuple(dict.fromkeys(meaning.section for meaning in self._meanings))

    def of(self, term: str, code: str) -> Sequence[Sense]:
        """The meanings of a learned word or phrase of a language; of its very writing before those of its stems."""
        folded = bare(term)
        for found in (
            self._index.exact.get((code, folded)),
            self._index.by_stems.get((code, stems_of(tokens(folded), code))),
            *(self._index.by_beginning.get((code, folded[:size])) for size in range(len(folded), 0, -1)),
        ):
            if found:
                return found
        return ()


@lru_cache(maxsize=1)
def load_meanings() -> Meanings:
    """The shipped table."""
    return parse_meanings((resources.files("monitor") / "data" / "meanings.txt").read_text("utf-8"))


def parse_meanings(text: str) -> Meanings:
    """A table: its first line names the languages. A line in brackets begins a section, and each other one has a
    meaning's words in the languages; "-" is for none.
    """
    first, *rows = (line for line in text.splitlines() if line and not line.startswith("#"))
    languages = [code.strip() for code in first.split("|")]
    meanings: list[Meaning] = []
    section = ""
    for row in rows:
        if row.startswith("["):
            section = row.strip("[]")
            continue
        columns = [tuple(word.strip() for word in column.split(",")) for column in row.split("|")]
        words = {
            code: tuple(word.removeprefix(DOUBTFUL) for word in some)
            for code, some in zip(languages, columns, strict=True)
            if some != ("-",)
        }
        marked = (word for some in columns for word in some if word.startswith(DOUBTFUL))
        doubtful = frozenset(word.removeprefix(DOUBTFUL) for word in marked)
        meanings.append(Meaning(f"{section} {len(meanings)}", section, words, doubtful))
    return Meanings(meanings)


@dataclass(frozen=True, slots=True)
class Translated:
    """What a learned word is called in a language without a seed. of: the word; the numbers are those of that word.

    name: the word, where it is a name.
    """

    of: str
    language: str
    writings: tuple[str, ...]
    weight: float
    rarity: float
    key: float
    name: str = ""


def translated(rows: Sequence[Learned], meanings: Meanings, little: Container[str] = frozenset()) -> list[Translated]:
    """The learned words in the languages of the table that they are not in, each meaning once in each.

    little: languages of the seeds that teach little of themselves, which get words of the others as well.

    A word that means something else as well is no translation. A name is a word like others, but not as a part of a
    longer one: the Vatican has words, and Pope Leo none.

    A meaning that several words have ("vaccine", "vaccination") is as strong as the strongest of them. One that a
    phrase has is as much of a key word as the words of the phrase together, since another language may write it as one.
    """
    taught = {row.language for row in rows if row.language not in little}
    senses = [
        (row, sense) for row in rows if row.name in ("", row.text) for sense in meanings.of(row.text, row.language)
    ]
    certain = {sense.meaning.section for _, sense in senses if not sense.doubtful}
    keys = {(row.language, row.stems): row.key for row in rows}
    found: dict[str, tuple[Meaning, Learned, float]] = {}
    for row, (meaning, doubtful) in senses:
        if doubtful and meaning.section not in certain:
            continue
        parts = sum(keys.get((row.language, (stem,)), 0.0) for stem in row.stems)
        _, first, key = found.get(meaning.name, (meaning, row, 0.0))
        found[meaning.name] = meaning, max(first, row, key=lambda each: each.weight), max(key, row.key, parts)
    return [
        Translated(row.text, code, clear, row.weight, row.rarity, round(key, 3), row.name)
        for meaning, row, key in found.values()
        for code, words in meaning.words.items()
        if code not in taught and code != row.language
        if (clear := tuple(word for word in words if word not in meaning.doubtful))
    ]


def not_translated(rows: Sequence[Learned], found: Sequence[Translated]) -> list[Learned]:
    """The learned words without those that a translation from another language stands for."""
    written = {(each.language, stems_of(tokens(bare(word)), each.language)) for each in found for word in each.writings}
    beginnings = tuple(
        (each.language, bare(word)) for each in found for word in each.writings if ending_of(word) == "any"
    )
    return [
        row
        for row in rows
        if (row.language, row.stems) not in written
        and not any(row.language == code and bare(row.text).startswith(begin) for code, begin in beginnings)
    ]


def translated_concepts(rows: Sequence[Translated], whole: float) -> Iterator[tuple[Concept, tuple[str, ...]]]:
    """What is looked for in the languages that no seed is in, each with its writings there.

    whole: the length of the vector of the seeds' words. The less of it a language has words for, the less alike its
    articles can be. Where that is next to nothing, what is left says nothing of the subject.
    """
    for code in dict.fromkeys(row.language for row in rows):
        own = [row for row in rows if row.language == code]
        if sum(row.key for row in own) < _LEAST_KEY:
            continue
        size = max(norm({row.of: row.weight for row in own}), _LEAST_OF_WHOLE * whole)
        for row in own:
            found = Concept("learned", row.writings[0].strip("*="), weight=row.weight, keyness=row.key, language=code)
            part = row.weight * min(row.rarity, CAP) / size
            yield replace(found, part=part, name=row.name, of=row.of), row.writings
