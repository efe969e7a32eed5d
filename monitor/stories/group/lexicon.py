"""The lexicon of grouping: the words for one thing in many languages, and of what kind things are. Pure.

One table has things with their words in several languages, a thing a line. Each other language has a file of its own,
whose lines name a thing by its first English word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from monitor import languages
from monitor.stories.group.words import Word, words_of
from monitor.text import fold

Lexicon = Mapping[str, Mapping[str, str]]
"""Language → folded stem, or two with a space → the key of a thing. A word behind `EXACT` is meant as a whole."""

_COLUMNS = ("en", "fa", "ar", "ckb", "tr", "ru")
_LONGEST = 2  # stems of a phrase; a longer one is left out
THING = "@"  # what the key of a thing begins with
COUNTED = "counted "  # what the key of a counted thing begins with
EXACT = "="  # what a folded word begins with that names another thing than its stem does
ENDINGS, BETWEEN = "*", "~"  # what a line of a language's file begins with that names no thing


def parse_lexicon(text: str) -> dict[str, dict[str, str]]:
    """The lexicon in a table: one thing a line, its words in each of the languages of ``_COLUMNS`` between bars.

    The words of a phrase are joined by "_", and "-" stands for none. Phrases of three words and more are left out.
    """
    named: dict[str, list[_Named]] = {language: [] for language in _COLUMNS}
    for number, line in enumerate(_lines(text)):
        for language, column in zip(_COLUMNS, line.split("|"), strict=True):
            for phrase in column.split():
                if phrase != "-" and len(words := _words(phrase, language)) <= _LONGEST:
                    named[language].append((words, f"{THING}{number}"))
    return {language: _by_stem(its) for language, its in named.items()}


_Named = tuple[Sequence[Word], str]  # the words of a phrase, and the key of the thing that it names


def _by_stem(named: Sequence[_Named]) -> dict[str, str]:
    """What stems and whole words name. Of two things that share a stem it names that of the shortest word: the stem of
    "havana" is "hava", Turkish for air. The other's words name it as they are written.
    """
    found: dict[str, str] = {}
    for words, key in sorted(named, key=lambda each: sum(len(word.folded) for word in each[0])):
        found.setdefault(" ".join(word.stem for word in words), key)
    whole: dict[str, str] = {}
    for words, key in named:
        if len(words) == 1 and whole.setdefault(words[0].folded, key) != found[words[0].stem]:
            found[f"{EXACT}{words[0].folded}"] = whole[words[0].folded]
    return found


def parse_things(text: str, language: str, english: Mapping[str, str]) -> tuple[dict[str, str], frozenset[str]]:
    """The words for things in one language, and those that may stand between two of a phrase.

    A line is a thing by an English word, a stroke, and the words. A line of `ENDINGS` has what a word with a "*" may
    end with, a line of `BETWEEN` the words between. Raises KeyError for a thing that English has no word for.
    """
    found: dict[str, str] = {}
    endings, between = [""], frozenset[str]()
    for line in _lines(text):
        thing, words = (part.strip() for part in line.split("|"))
        if thing == ENDINGS:
            endings += words.split()
        elif thing == BETWEEN:
            between = frozenset(words.split())
        else:
            key = english[" ".join(stems_of(thing, "en"))]
            for phrase in words.split():
                for form in [phrase[:-1] + end for end in endings] if phrase.endswith("*") else [phrase]:
                    stems = [stem for stem in stems_of(form, language) if stem not in between]
                    if stems:
                        # Three or four Chinese characters are two or three pairs, of which the first two tell.
                        found.setdefault(" ".join(stems[:_LONGEST]), key)
    return found, between


def parse_kinds(text: str, lexicon: Lexicon) -> dict[str, str]:
    """Key of a thing → its kind; a line is a kind and the things, by a word of theirs in English. An act is a line, and
    has the name of its first word."""
    found: dict[str, str] = {}
    for line in _lines(text):
        kind, *words = line.split()
        for word in words:
            found[lexicon["en"][" ".join(stems_of(word, "en"))]] = f"act {words[0]}" if kind == "act" else kind
    return found


def parse_happenings(text: str, lexicon: Lexicon) -> dict[str, str]:
    """Key of a thing → the happening that it tells of; a line is a happening and the things, as in `parse_kinds`."""
    found: dict[str, str] = {}
    for line in _lines(text):
        name, *words = line.split()
        found.update((lexicon["en"][" ".join(stems_of(word, "en"))], name) for word in words)
    return found


class Things(NamedTuple):
    """What is counted, in one language: folded form → its key, and the same by stems. A phrase has a space between."""

    forms: dict[str, str]
    stems: dict[str, str]


def parse_counted(text: str) -> dict[str, Things]:
    """Language → what is counted. The first line has the languages, each other one the forms of a thing in each."""
    head, *lines = (line.split("|") for line in _lines(text))
    found = {code.strip(): Things({}, {}) for code in head}
    for line in lines:
        key = COUNTED + line[0].split()[0]
        for (code, things), column in zip(found.items(), line, strict=True):
            for phrase in column.split():
                words = fold.tokens(fold.fold(phrase.replace("_", " ")))
                things.forms.setdefault(" ".join(words), key)
                things.stems.setdefault(counted_stems(words, code), key)
    return found


def counted_stems(words: Sequence[str], code: str) -> str:
    """The stems of folded words as they stand behind a figure."""
    return " ".join(fold.stem(uncounted(word, code), code) for word in words)


def uncounted(word: str, code: str) -> str:
    """A folded word without the ending that its language puts behind figures, as Arabic does."""
    return word.removesuffix(languages.language(code).counts.counted)


def parse_common(text: str) -> frozenset[str]:
    """Stems of the words in a table; a line is a language and its words."""
    return frozenset(
        stem for line in _lines(text) for word in line.split()[1:] for stem in stems_of(word, line.split()[0])
    )


def stems_of(phrase: str, language: str) -> list[str]:
    """The stems of a phrase whose words are joined by "_"."""
    return [word.stem for word in _words(phrase, language)]


def _words(phrase: str, language: str) -> list[Word]:
    return words_of(phrase.replace("_", " "), language)


def _lines(text: str) -> Iterator[str]:
    return (line for line in text.splitlines() if line and not line.startswith("#"))
