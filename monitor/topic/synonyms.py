"""Learned words that mean the same are one word, with the others of their language that mean it, too. Pure.

The seeds say now "bird flu" and now "avian influenza", and an article on the subject holds either. The table of what
news is about (meanings.py) says which words have one meaning. Of these, words that stand for one another are those of
which each stands in other seeds: together they count as one word that stands in all of them. What stands in the same
seeds ("barrel" and "OPEC") gains nothing by the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.text.fold import stems_of, tokens
from monitor.text.marked_terms import bare, ending_of
from monitor.topic.meanings import Meaning, Meanings
from monitor.topic.tied import Learned

_SHARED = 1.5  # power of the seeds that a word has, as in what makes a key word (learn.py)
_UNSEEN = 0.8  # what a word that no seed holds counts, beside one that means the same

_Word = tuple[str, tuple[str, ...]]  # language, stems


@dataclass(frozen=True, slots=True)
class OneWord:
    """What counts as one word. row: the first of the seeds' words, as strong as all together.

    texts: the seeds' words that it stands for, looked for by their stems. writings: what else is looked for, as the
    table has it. of: the seeds' word or phrase that means the same, where no seed holds any of these.
    """

    row: Learned
    texts: tuple[str, ...]
    writings: tuple[str, ...] = ()
    of: str = ""


def as_one(rows: Sequence[Learned], meanings: Meanings) -> list[OneWord]:
    """The learned words, those of one meaning together, and the table's other words for them.

    A word that means something else as well has no synonyms, unless the seeds hold a sure word of its section. The
    parts of a phrase count beside it, so what means the same as a phrase is as strong as these together.
    """
    known = {(row.language, row.stems): row for row in rows}
    found: list[OneWord] = []
    joined: set[_Word] = set()
    for meaning, some in _of_one_meaning(rows, meanings):
        for one in _of_meaning(some, meaning, known):
            found.append(one)
            joined |= {(row.language, row.stems) for row in some if row.text in one.texts}
    return [*(OneWord(row, (row.text,)) for row in rows if (row.language, row.stems) not in joined), *found]


def _of_one_meaning(rows: Sequence[Learned], meanings: Meanings) -> Iterator[tuple[Meaning, list[Learned]]]:
    """The meanings, with the rows of a language that have each; a row is of its first one, the strongest row first."""
    senses = [
        (row, sense)
        for row in sorted(rows, key=lambda row: (-row.key, -row.weight, row.text))
        if row.name in ("", row.text)
        for sense in meanings.of(row.text, row.language)
    ]
    certain = {sense.meaning.section for _, sense in senses if not sense.doubtful}
    members: defaultdict[tuple[str, str], list[Learned]] = defaultdict(list)
    named: dict[str, Meaning] = {}
    taken: set[_Word] = set()
    for row, (meaning, doubtful) in senses:
        if (not doubtful or meaning.section in certain) and (row.language, row.stems) not in taken:
            taken.add((row.language, row.stems))
            named[meaning.name] = meaning
            members[row.language, meaning.name].append(row)
    for (_, name), some in members.items():
        yield named[name], some


def _of_meaning(some: Sequence[Learned], meaning: Meaning, known: Mapping[_Word, Learned]) -> Iterator[OneWord]:
    code = some[0].language
    words = [row for row in some if len(row.stems) == 1]
    sure = [word for word in meaning.words.get(code, ()) if word not in meaning.doubtful]
    wider = tuple(word for word in sure if any(_is_wider(word, row) for row in words))
    unseen = tuple(
        word for word in sure if word not in wider and (code, stems_of(tokens(bare(word)), code)) not in known
    )
    strongest = [_with_its_words(row, known) for row in some if len(row.stems) > 1]
    if words:
        one = _together(words)
        strongest.append(one)
        if len(words) > 1 or wider:
            yield OneWord(one, tuple(row.text for row in words), wider)
    if unseen:
        best = max(strongest, key=lambda row: (row.key, row.weight))
        yield OneWord(replace(best, weight=_UNSEEN * best.weight, key=_UNSEEN * best.key), (), unseen, best.text)


def _is_wider(word: str, row: Learned) -> bool:
    """Whether a word of the table has more endings than the stem of a learned one."""
    return ending_of(word) == "any" and bare(row.text).startswith(bare(word))


def _together(words: Sequence[Learned]) -> Learned:
    """The first of several words, as strong as one that stands in the seeds of each."""
    first = words[0]
    if len(words) == 1:
        return first
    seeds = {seed for row in words for seed in row.seeds}
    more = (len(seeds) / max(1, len(first.seeds))) ** _SHARED
    weight = min(sum(row.weight for row in words), first.weight * more)
    return replace(first, weight=weight, key=min(sum(row.key for row in words), first.key * more), within="")


def _with_its_words(phrase: Learned, known: Mapping[_Word, Learned]) -> Learned:
    """A phrase, as strong as it and its words are where it stands."""
    words = [row for stem in dict.fromkeys(phrase.stems) if (row := known.get((phrase.language, (stem,))))]
    weight = phrase.weight + sum(row.weight for row in words)
    return replace(phrase, weight=weight, key=phrase.key + sum(row.key for row in words))
