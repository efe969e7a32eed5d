"""Names found by their capitals, for topics no gazetteer was written for. Scripts without capitals give none."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache

from monitor.languages import every
from monitor.model.frozen import frozen
from monitor.text.fold import fold

_WORD = re.compile(r"[^\W\d_][\w'’‘-]*(?:\.(?=[^\W\d_]\.)[^\W\d_])*")
_BREAK = re.compile(r"[.!?…:;\"“”«»\n]")
Run = tuple[str, ...]


@frozen
class _Vocabulary:
    """Words in and around names, of all languages together; see languages.record.Names."""

    inside: frozenset[str]
    joining: frozenset[str]
    titles: frozenset[str]
    never: frozenset[str]


@lru_cache(maxsize=1)
def _words() -> _Vocabulary:
    return _Vocabulary(
        frozenset(every(lambda known: known.names.inside)),
        frozenset(every(lambda known: known.names.joining)),
        frozenset(every(lambda known: known.names.titles)),
        frozenset(every(lambda known: known.names.never)),
    )


@frozen
class NameCount:
    """A name as written most often, with how often each seed holds it; mentions by its last word alone count."""

    name: str
    seeds: Counter[str]


def find_names(texts: Mapping[str, str]) -> list[NameCount]:
    """The names in ``texts`` (seed name → text), those in most seeds first.

    A word is of a name where it is capitalised and nowhere in the texts written small; a longer run of capitalised
    words ("Black Sea Grain Initiative") also where it stands there twice.
    """
    runs = {
        seed: [run for part in _BREAK.split(text) for run in _capitalised_runs(part)] for seed, text in texts.items()
    }
    small = {found[0] for text in texts.values() for found in _WORD.finditer(text) if found[0][0].islower()}
    whole = Counter(run for found in runs.values() for run in found if len(run) > 1)
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    writings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for seed, found in runs.items():
        for name in (name for run in found for name in _names_in(run, small, whole)):
            counts[fold(name)][seed] += 1
            writings[fold(name)][name] += 1
    _give_to_full_names(counts)
    rows = [
        NameCount(max(sorted(writings[key]), key=writings[key].__getitem__), seeds) for key, seeds in counts.items()
    ]
    return sorted(rows, key=lambda row: (-len(row.seeds), -row.seeds.total(), row.name))


def capitalised_words(texts: Mapping[str, str]) -> set[str]:
    """The folded words that the texts never write small (and write at all with letters that could be small)."""
    small: set[str] = set()
    large: set[str] = set()
    for text in texts.values():
        for found in _WORD.finditer(text):
            if found[0] != found[0].lower():
                large.update(fold(found[0]).split())
            elif found[0] != found[0].upper():
                small.update(fold(found[0]).split())
    return large - small


def _capitalised_runs(sentence: str) -> Iterator[Run]:
    """Capitalised words that follow one another by spaces alone, with the small words names have inside."""
    run: list[str] = []
    end = 0
    for found in _WORD.finditer(sentence):
        word = re.sub(r"['’]s?$", "", found[0])
        fits = _is_capitalised(word) or (bool(run) and word in _words().inside)
        if run and (not fits or sentence[end : found.start()].strip()):
            yield from _trimmed(run)
            run = []
        if _is_capitalised(word) or (run and fits):
            run.append(word)
        end = found.end() if word == found[0] else -1  # a possessive ends the name
        if end < 0:
            yield from _trimmed(run)
            run, end = [], found.end()
    yield from _trimmed(run)


def _is_capitalised(word: str) -> bool:
    """Capitalised, or an attached article before a capital: al-Obeidi."""
    head, _, tail = word.partition("-")
    return word[0].isupper() or (head in _words().inside and tail[:1].isupper())


def _trimmed(run: list[str]) -> Iterator[Run]:
    start, end = 0, len(run)
    while start < end and run[start].lower() in _words().never:
        start += 1
    while end > start and run[end - 1] in _words().inside:
        end -= 1
    if start < end:
        yield tuple(run[start:end])


def _names_in(run: Run, small: set[str], whole: Counter[Run]) -> Iterator[str]:
    """The names of a run: what follows a title, the whole of it where it recurs, else its words never written small."""
    titles = [index for index, word in enumerate(run) if word.lower() in _words().titles]
    rest = run[titles[-1] + 1 :] if titles else run
    if titles and titles[0] == 1:
        yield from _valid(run[:1], small)
    if not titles and whole[run] > 1 and any(word not in small for word in run):
        yield " ".join(run)
        return
    piece: list[str] = []
    for word in rest:
        if word in _words().joining or (word.lower() in small and word not in _words().inside):
            yield from _valid(tuple(piece), small)
            piece = []
        else:
            piece.append(word)
    yield from _valid(tuple(piece), small)


def _valid(piece: Run, small: set[str]) -> Iterator[str]:
    for words in _trimmed(list(piece)):
        name = " ".join(words)
        if len(name) > 2 and any(_is_capitalised(word) and word.lower() not in small for word in words):
            yield name


def _give_to_full_names(counts: dict[str, Counter[str]]) -> None:
    """Adds the mentions of a last word alone ("Obeidi") to the one longer name it ends, where seeds hold both."""
    for short in [name for name in counts if " " not in name]:
        full = [name for name in counts if name != short and name.split()[-1] == short]
        if len(full) == 1 and counts[full[0]].keys() >= counts[short].keys():
            counts[full[0]].update(counts.pop(short))
