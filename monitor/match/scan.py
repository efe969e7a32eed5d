"""Finds a topic's concepts in a text: one pass of Aho–Corasick over the folded sentences, then a word check.

A term stands for itself and its writings, with the particles and endings of its script, as its marks say
(text/marked_terms.py). Terms of one language in Latin letters count only in text of that language (French "accord" is
no English word, Turkish "polis" no "polished"); where the language is unknown, all do.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from monitor.languages import any_of, language
from monitor.match.parted import Parted, Term, found_in
from monitor.match.term_languages import of_lexicon
from monitor.match.writings import Place, Writings
from monitor.text.fold import fold, fold_each, is_apart, within_word
from monitor.text.fold_offsets import Folded
from monitor.text.marked_terms import stands
from monitor.text.scripts import is_unspaced, main_script, script
from monitor.text.sentences import numbered_sentences
from monitor.topic.records import Pattern

_SHORT = 3  # letters
_START, _END, _CONCEPT = itemgetter(0), itemgetter(1), itemgetter(2)  # of a hit
_HEBREW = "\u0590"  # from here on particles are joined to the word after them
_INDIC = "\u0900"  # the first letter of the scripts of India
_PIECE = 500  # characters searched first where the first names may be enough
_WHOLE = 10_000  # where all are wanted
_EXACT = frozenset({"none", "capitals"})  # endings


@dataclass(frozen=True, slots=True)
class _Shapes:
    """Patterns that hold words of the languages.

    english: a word that only English has. dateline: the place, and perhaps the agency, before the first sentence.
    """

    english: re.Pattern[str]
    dateline: re.Pattern[str]


@lru_cache(maxsize=1)
def _shapes() -> _Shapes:
    places = any_of(lambda known: known.credits.places)
    return _Shapes(
        re.compile(rf"\b(?:{'|'.join(language('en').recognition.telltale)})\b", re.IGNORECASE),
        re.compile(
            r"(?:[A-Z][A-Z'’. ]+(?:,[^-–—]{0,24})?(?:\([^)]{0,24}\))?|[\w ]{2,24}(?:\([^)]{0,24}\)))\s*[-–—_]+\s*"
            rf"|(?:[\w. ]{{2,24}}\s*[-–—/:]\s*)?{places}\s*[-–—/:(]\s*"
        ),
    )


Where = str  # "title", "lead" or "body"
Best = dict[tuple[int, int], int]  # (concept, end) → start of the longest writing


class Hit(NamedTuple):
    """Concept number ``concept`` at [start, end) of a folded sentence."""

    start: int
    end: int
    concept: int


class Sentence(NamedTuple):
    """A sentence of an article, or its title, with what was found in it."""

    text: str  # as written
    folded: str
    where: Where
    hits: tuple[Hit, ...]
    removed: tuple[Hit, ...] = ()  # those of words that a person took out; apart from `hits` once these are read
    line: int = -1  # of the text; -1 for the title


def held_in(sentences: Iterable[Sentence]) -> set[int]:
    """The concepts that stand in sentences."""
    return {hit[2] for sentence in sentences for hit in sentence.hits}


def _begins(folded: str, start: int) -> bool:
    """Whether no letter that could be of the same word stands before a place of a text."""
    return not folded[start - 1].isalnum() or is_apart(folded[start - 1], folded[start])


@lru_cache(maxsize=16)  # asked once for the names of an article and once for all its words
def language_of(text: str, given: str | None) -> str:
    """The language whose terms count: the given one where the lexica know it and the text has its letters, a guess for
    English, or "" for any."""
    code = (given or "").split("-")[0].lower()
    if known := of_lexicon(code):
        return known if main_script(text) in ("", language(known).script) else ""
    if not code and text.isascii() and _shapes().english.search(text):
        return "en"
    return ""


def _pieces(text: str, size: int) -> Iterator[str]:
    """A text cut at the first space after so many characters, then after twice as many, and so on.

    Folding looks at nothing beyond a space, so that the pieces fold as the whole does.
    """
    begin = 0
    while (end := text.find(" ", begin + size)) >= 0:
        yield text[begin:end]
        begin, size = end, 2 * size
    yield text[begin:]


class Scanner:
    """Built once a topic; what it looks for is worked out as texts come (see `writings`). ``scan`` is pure.

    removed: the concepts that a person took out, each with the one that it is a writing of. They are found as that one,
    so that a text is read as it is written, and told apart for what counts (match/removed.py).
    """

    def __init__(self, patterns: Sequence[Pattern], removed: Mapping[int, int] | None = None) -> None:
        self._removed = removed or {}
        self._removed_from = frozenset(self._removed.values())
        self._parted = Parted(patterns)
        self._writings = Writings(patterns)

    @property
    def grew(self) -> bool:
        """Whether it has worked out more than when it was built or read."""
        return self._writings.grew

    def forget(self) -> None:
        """Lets go of what was worked out for texts so far: some 4 MB for each language that they were in."""
        self._writings.forget()

    def scan(self, title: str, text: str, language: str | None, lead: int) -> tuple[Sentence, ...]:
        """The sentences with what was found in each. The first ``lead`` characters of the text are its lead."""
        numbered = ([(-1, title.strip())] if title.strip() else []) + numbered_sentences(text)
        sentences = [sentence for _, sentence in numbered]
        folded = fold_each(sentences)
        code = language_of(f"{title} {text[:600]}", language)
        together = "\n".join(folded)
        parted = self._parted.terms_in(together, code)
        hits, counting = self._in_sentences(self._find(together, folded, sentences, code), folded, parted)
        result: list[Sentence] = []
        passed, first = 0, True
        for index, sentence in enumerate(sentences):
            is_title = index == 0 and bool(title.strip())
            where = "title" if is_title else "lead" if passed < lead else "body"
            passed += 0 if is_title else len(sentence)
            found = hits[index]
            # Most sentences lack the second part, too: no search is needed.
            here = [term for term in parted if term[2] in folded[index]] if parted else ()
            if here and (apart := [Hit(*each) for each in found_in(folded[index], here)]):
                found = _without_overlaps([*found, *map(self._as_written, apart)])
                if counting:
                    counting[index] += [hit for hit in apart if hit.concept not in self._removed]
            if first and not is_title and found:
                found = _after_dateline(sentence, found)
            first = first and is_title
            gone = self._gone(found, counting[index]) if counting else ()
            result.append(Sentence(sentence, folded[index], where, tuple(found), gone, numbered[index][0]))
        return tuple(result)

    def _as_written(self, hit: Hit) -> Hit:
        """A hit of what a person took out as one of the concept that it is a writing of."""
        return hit if hit.concept not in self._removed else hit._replace(concept=self._removed[hit.concept])

    def _gone(self, hits: Sequence[Hit], counting: Sequence[Hit]) -> tuple[Hit, ...]:
        """The hits in whose place no writing of their concept stands that still counts.

        "Memorandum" is left where "signed a memorandum" was removed, and both are one act.
        """
        return tuple(
            hit
            for hit in hits
            if hit.concept in self._removed_from
            and not any(
                other.concept == hit.concept and other.start < hit.end and hit.start < other.end for other in counting
            )
        )

    def concepts(self, title: str, text: str, language: str | None) -> set[int]:
        """The concepts that ``scan`` finds, and now and then one more: across the end of a sentence, in a dateline."""
        return set(self.each_concept(title, text, language))

    def each_concept(self, title: str, text: str, language: str | None) -> Iterator[int]:
        """The ``concepts`` one by one, each once; a caller that has enough saves the rest."""
        code = language_of(f"{title} {text[:600]}", language)
        seen: set[int] = set()
        for folded, (counted, start, end) in self._places(title, text, code, _PIECE):
            if start == 0 or folded[start] >= _HEBREW or _begins(folded, start):
                for concept, ending in counted:
                    if concept not in seen and stands(folded, start, end, ending, code):
                        seen.add(concept)
                        yield concept
        if self._parted:
            folded = fold(f"{title} {text}")
            yield from {concept for _, _, concept in found_in(folded, self._parted.terms_in(folded, code))} - seen

    def concepts_in_any_language(self, title: str, text: str) -> set[int]:
        """The concepts that ``concepts`` finds with whatever language, and some more: what stands inside a word.

        A name of two or three letters ("Irã") takes no endings here, else it stands in too many words.
        """
        return {
            concept
            for folded, (counted, start, end) in self._places(title, text, "", _WHOLE)
            if start == 0 or _begins(folded, start) or script(folded[start]) != "latin"
            if end - start > _SHORT or end == len(folded) or not folded[end].isalnum() or is_unspaced(folded[end])
            for concept, _ in counted
        }

    def _places(self, title: str, text: str, code: str, pieces: int) -> Iterator[tuple[str, Place]]:
        """(the folded text so far, a place in it) wherever a form stands, piece by piece.

        What goes on from the piece before is found, and some of that again.
        """
        folded = ""
        for piece in _pieces(f"{title}\n{text}", pieces):
            begin = len(folded)
            folded = f"{folded} {fold(piece)}".strip(" ")
            for place in self._writings.places(folded, code, begin):
                yield folded, place

    def _find(self, text: str, folded: list[str], sentences: list[str], language: str) -> Best:
        """What stands in a text, whose sentences are given folded and as written."""
        best: Best = {}
        length, ascii_alone = len(text), text.isascii()
        of_writing, matches = self._writings.matches(text, language)
        for writing, start, end in matches:
            # Most stand free on both sides, or within a word that nothing can begin but them: seen without a call.
            free = start == 0 or not text[start - 1].isalnum()
            if not free and (ascii_alone or (text[start] < _HEBREW and not _begins(text, start))):
                continue
            free = free and (end == length or not text[end].isalnum())
            if not ascii_alone and text[start] >= _INDIC:  # from there on letters have signs beside them that are none
                free, exact = False, False
            else:
                exact = not free  # then a term that takes no ending does not stand here
            stood = ""  # the last ending that stands here: several concepts may have this writing
            for concept, ending in of_writing[writing]:
                if (exact and ending in _EXACT) or best.get(place := (concept, end), length) <= start:
                    continue
                if free and ending != "capitals":
                    best[place] = start
                    continue
                if ending != stood:
                    if ascii_alone and ending == "usual":  # nothing of its word stands before it, and something behind
                        if not within_word(text, start, end, language, True, False):
                            continue
                    elif not (free or stands(text, start, end, ending, language)):
                        continue
                    if ending == "capitals" and not _are_capitals(folded, sentences, start, end):
                        continue
                    stood = ending
                best[place] = start
        return best

    def _in_sentences(
        self, best: Best, folded: Sequence[str], parted: Sequence[Term]
    ) -> tuple[list[list[Hit]], list[list[Hit]]]:
        """The hits of each sentence, as if nothing had been removed; and where something removed stands in the text,
        all writings of each sentence that count."""
        found = {concept for concept, _ in best} | {term[1] for term in parted} if self._removed else frozenset[int]()
        if self._removed.keys().isdisjoint(found):
            return _by_sentence(best, folded), []
        whole: Best = {}
        for (concept, end), start in best.items():
            key = self._removed.get(concept, concept), end
            whole[key] = min(start, whole.get(key, start))
        counting = {key: start for key, start in best.items() if key[0] not in self._removed}
        return _by_sentence(whole, folded), _by_sentence(counting, folded, overlapping=True)


def _starts(folded: Sequence[str]) -> list[int]:
    """Where each sentence begins in their text together, and where that ends."""
    starts = [0]
    for sentence in folded:
        starts.append(starts[-1] + len(sentence) + 1)
    return starts


def _by_sentence(best: Best, folded: Sequence[str], *, overlapping: bool = False) -> list[list[Hit]]:
    hits: list[list[Hit]] = [[] for _ in folded]
    starts = _starts(folded)
    new = tuple.__new__  # what `Hit(...)` calls in the end, for the tens of thousands made a second
    number = begin = 0
    for (concept, end), start in best.items():  # in the order of their ends
        while end >= starts[number + 1]:
            number += 1
            begin = starts[number]
        hits[number].append(new(Hit, (start - begin, end - begin, concept)))
    return hits if overlapping else [_without_overlaps(found) for found in hits]


def _after_dateline(sentence: str, hits: list[Hit]) -> list[Hit]:
    """Without what stands in "TEHRAN (Reuters) –": where a report was filed is not what it is about."""
    dateline = _shapes().dateline.match(sentence)
    end = len(fold(dateline[0])) if dateline else 0
    return [hit for hit in hits if hit.start >= end]


def _without_overlaps(hits: list[Hit]) -> list[Hit]:
    """In order; of two hits of one concept that overlap the longer ("Russian", not also "Russia")."""
    if len(hits) < 2:
        return hits
    hits.sort(key=_END, reverse=True)
    hits.sort(key=_START)
    if len(set(map(_CONCEPT, hits))) == len(hits):
        return hits
    ends: dict[int, int] = {}
    kept: list[Hit] = []
    for hit in hits:
        if hit.start >= ends.get(hit.concept, 0):
            ends[hit.concept] = hit.end
            kept.append(hit)
    return kept


def _are_capitals(folded: Sequence[str], sentences: Sequence[str], start: int, end: int) -> bool:
    """Whether [start, end) of the folded sentences together is in capitals as written."""
    starts = _starts(folded)
    number = bisect_right(starts, start) - 1
    return _is_in_capitals(Folded(folded[number], sentences[number]), start - starts[number], end - starts[number])


def _is_in_capitals(sentence: Folded, start: int, end: int) -> bool:
    """Whether [start, end) of the folded sentence is in capitals, which the rest of it is not: "US", not "us"."""
    original = sentence.original
    if original.isascii() and "'" not in original:  # folding changes nothing there but case and spaces
        capitals = sentence.text[start:end].upper()
        if " " not in capitals and capitals not in original:
            return False
    first, last = sentence.original_span(start, end)
    return original[first:last].isupper() and not original.isupper()
