"""The signature of a report: what grouping knows of its event, before it is weighed by how rare each thing is.

A signature depends on the report and the shipped tables alone, so it is computed once and kept. Elsewhere signatures
are weighed (`monitor.stories.group.features`), and what is weighed is compared (`monitor.stories.group.resemblance`).
Whoever changes what a signature holds raises `VERSION`: kept ones of another version are computed again.

Words are stems of the folded word (see monitor.text.fold), so that spellings meet. News puts the important first, so
words after the lead count less, and the text is read only to ``READ_CHARS``: the rest is background that other events
share.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from monitor import languages
from monitor.model import Document
from monitor.stories.group.crossing import Tables, keys_in, salient, shared_keys, space_of
from monitor.stories.group.headline_acts import acts_told
from monitor.stories.group.words import Word, surfaces_of, words_of
from monitor.text.dates import Dates, dates_in, weekdays_in

VERSION = 13
READ_CHARS = 1000
LEAD_WORDS = 40
HEADLINE_WORDS = 40  # a longer title without a text is an article that came as its title
TAIL_SALIENCE = 0.63  # of a word after the lead
WEEKDAY_WORDS = 80  # a weekday within so many words dates the event itself

_PUBLISHER = re.compile(r"\s+[-–—|]\s+[^-–—|]{2,40}$")


@dataclass(frozen=True, slots=True)
class Signature:
    """What a report says. Only reports of one ``space`` ("latin", "fa", "ar", "ckb", ...) share words.

    words, pairs: stems and pairs of neighbours → salience, 0 to 1. title, title_keys: the stems and the
    keys of the headline. bare: it is a headline alone. names: the stems that are names. keys: what is the
    same in other languages (see monitor.stories.group.crossing) → salience. dates: named anywhere in what was read.
    weekdays: 0 is Monday, named in title and lead.
    """

    space: str
    words: dict[str, float]
    pairs: dict[str, float]
    title: frozenset[str]
    title_keys: frozenset[str]
    bare: bool
    names: frozenset[str]
    keys: dict[str, float]
    dates: Dates
    weekdays: frozenset[int]


def sign(document: Document, tables: Tables, extra: tuple[str, ...] = ()) -> Signature:
    """The signature of a document; ``extra`` are ids of things recognised in it, the same in every language."""
    language = document.language or ""
    title, text = words_of(headline(document.title), language), words_of(document.text[:READ_CHARS], language)
    everything = title + text
    space = space_of(document.language, everything)
    background = tables.background(space)
    bare = not text and len(title) <= HEADLINE_WORDS
    words, pairs = _salience(title, text)
    names = frozenset(word.stem for word in everything if word.capital and background.is_name(word.stem))
    folded = [word.folded for word in everything]
    told = keys_in(tables, space, title)
    return Signature(
        space,
        words,
        pairs,
        frozenset(word.stem for word in title),
        frozenset(told),
        bare,
        names,
        shared_keys(tables, space, told, text, extra),
        dates_in(folded),
        weekdays_in(folded[:WEEKDAY_WORDS]),
    )


def to_text(signature: Signature) -> str:
    """A signature as it is kept."""
    dates = signature.dates
    return json.dumps(
        {
            "space": signature.space,
            "words": signature.words,
            "pairs": signature.pairs,
            "title": sorted(signature.title),
            "title_keys": sorted(signature.title_keys),
            "bare": signature.bare,
            "names": sorted(signature.names),
            "keys": signature.keys,
            "dates": [sorted(dates.days), sorted(dates.recurring), sorted(dates.years)],
            "weekdays": sorted(signature.weekdays),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def from_text(text: str) -> Signature:
    """A kept signature. Raises ValueError for text that `to_text` did not write."""
    try:
        row = json.loads(text)
        return Signature(
            row["space"],
            row["words"],
            row["pairs"],
            frozenset(row["title"]),
            frozenset(row["title_keys"]),
            row["bare"],
            frozenset(row["names"]),
            row["keys"],
            Dates(*map(frozenset, row["dates"])),
            frozenset(row["weekdays"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a signature: {error}") from error


def headline(title: str) -> str:
    """The title without the " - Publisher" that search feeds and many sites append."""
    shorter = _PUBLISHER.sub("", title)
    return shorter if len(shorter) >= 15 else title


def acts_of_headline(title: str, language: str | None, tables: Tables) -> frozenset[str]:
    """The acts that a headline names, by the first word of their line in the table of kinds."""
    keys = keys_of_text(headline(title), language, tables)
    return frozenset(kind[4:] for key in keys if (kind := tables.kinds.get(key, "")).startswith("act "))


def acts_in_words(title: str, language: str | None, tables: Tables) -> tuple[str, ...]:
    """The acts that a headline tells of, as a reader would name them, the one that says most first.

    In a language without such a table, those of the table of kinds.
    """
    code = languages.language(language or tables.lexicon_language(space_of(None, words_of(title)))).code
    if code in tables.told.terms:
        return acts_told(headline(title), code, tables.told)
    return tuple(sorted(acts_of_headline(title, language, tables)))


def keys_of_text(text: str, language: str | None, tables: Tables) -> tuple[str, ...]:
    """The shared keys of a piece of text, in order: what it has in common with texts in other languages."""
    return tuple(
        dict.fromkeys(key for keys in keys_of_words(words_of(text, language or ""), language, tables) for key in keys)
    )


def keys_of_words(words: Sequence[Word], language: str | None, tables: Tables) -> list[tuple[str, ...]]:
    """The shared keys of each word of a text, with those of the word and the one before it."""
    space = space_of(language, words)
    pairs = (words[max(0, at - 1) : at + 1] for at in range(len(words)))
    return [tuple(dict.fromkeys(keys_in(tables, space, pair))) for pair in pairs]


def surfaces(document: Document) -> dict[str, str]:
    """stem → the word as it first stands in what is read of a document."""
    found: dict[str, str] = {}
    text = f"{headline(document.title)} {document.text[:READ_CHARS]}"
    for stem, surface in surfaces_of(text, document.language or ""):
        found.setdefault(stem, surface)
    return found


def _salience(title: Sequence[Word], text: Sequence[Word]) -> tuple[dict[str, float], dict[str, float]]:
    """The highest salience of each stem and of each pair of neighbours (both sides count it)."""
    stems = [word.stem for word in text]
    foremost, lead, tail = [word.stem for word in title], stems[:LEAD_WORDS], stems[LEAD_WORDS - 1 :]
    return (
        salient([*foremost, *lead], tail, TAIL_SALIENCE),
        salient([*_neighbours(foremost), *_neighbours(lead)], _neighbours(tail), TAIL_SALIENCE),
    )


def _neighbours(stems: Sequence[str]) -> list[str]:
    return [f"{one} {other}" for one, other in pairwise(stems) if one]
