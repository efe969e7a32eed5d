"""Whether a sentence that a model wrote is a stored one with words left out, in its own language. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from monitor.languages import language
from monitor.model.frozen import frozen
from monitor.retell.facts import parting
from monitor.stories.number_words import with_figures
from monitor.text import fold

ADDED = "added"
_PAUSES = frozenset(",;:،؛.!?")
_HEADS_FIRST = frozenset({"fa", "ar", "ckb", "kmr", "azb", "he", "ru"})  # where what describes a noun follows it


@frozen
class _Part:
    """A word that says something. turn: the small word before it that may turn who does what. tied: nothing but a space
    or a possessive stands between it and the next. paused: a comma or so follows it. parting: a clause may begin at it.
    """

    stem: str
    turn: str
    tied: bool
    paused: bool
    parting: bool
    figure: bool


def why_not_shorter(text: str, source: str, code: str) -> str:
    """Why a sentence is not a source with words left out (`ADDED`, "order" or "words"), "" where it is.

    Small words are free, but for those beside a name: "by Iran" is not "Iran". A word that describes the next is not
    left alone: of "Iran's ally" nothing is said of Iran. Nor is a figure: "at least 40" are not 40.
    """
    mine, whole = _parts(text, code), _parts(source, code)
    places = _places(mine, whole)
    if places is None:
        return ADDED
    if not _clauses_stay(places, whole):
        return "order"
    turned = any(part.turn != whole[place].turn for place, part in zip(places, mine, strict=True))
    stay = _opens_alike(places, whole) and _heads_stay(places, whole, code) and _figures_stay(places, whole)
    return "words" if turned or not stay else ""


def _parts(text: str, code: str) -> list[_Part]:
    folded = with_figures(fold.fold(text), code)
    small, turning, parts = _small(code), _turning(code), parting(code)
    joining = tuple(language(code).affixes.clause)
    found: list[_Part] = []
    turn, parted = "", False
    hits = list(re.finditer(r"\w+", folded))
    for at, hit in enumerate(hits):
        word = hit[0]
        if word in turning:
            turn = word
        parted = parted or word in parts or word.startswith(joining)
        if word in small:
            continue
        gap = folded[hit.end() : hits[at + 1].start()] if at + 1 < len(hits) else "."
        tied = not gap.strip() and hits[at + 1][0] not in small
        paused = gap[-1:].isspace() and gap.strip()[:1] in _PAUSES
        found.append(_Part(fold.stem(word, code), turn, tied, paused, parted, word.isdigit()))
        turn, parted = "", False
    return found


def _places(mine: Sequence[_Part], theirs: Sequence[_Part]) -> list[int] | None:
    """The places in the source of a sentence's words, in order; None where it has a word that is not there."""
    places: list[int] = []
    at = 0
    for part in mine:
        while at < len(theirs) and theirs[at].stem != part.stem:
            at += 1
        if at == len(theirs):
            return None
        places.append(at)
        at += 1
    return places


def _clauses_stay(places: Sequence[int], whole: Sequence[_Part]) -> bool:
    """Whether nothing is left out between the words of two clauses: of "arrived on Sunday and spoke on Monday" nobody
    arrived on Monday. What stands between two pauses may go.
    """
    for before, after in pairwise(places):
        left_out = whole[before + 1 : after]
        set_off = whole[before].paused and bool(left_out) and left_out[-1].paused
        parted = [whole[before].paused, *(part.paused for part in left_out[:-1])]
        if left_out and not set_off and (any(parted) or any(part.parting for part in left_out)):
            return False
    return True


def _figures_stay(places: Sequence[int], whole: Sequence[_Part]) -> bool:
    """Whether each figure has the word before it that may say how near it is."""
    return all(not place or place - 1 in places or not (whole[place].figure and whole[place - 1].tied)
               for place in places)  # fmt: skip


def _opens_alike(places: Sequence[int], whole: Sequence[_Part]) -> bool:
    """Whether a sentence begins as its source does, or behind a pause: "it is false that" must not be left out."""
    return bool(places) and (not places[0] or whole[places[0] - 1].paused)


def _heads_stay(places: Sequence[int], whole: Sequence[_Part], code: str) -> bool:
    """Whether no word is kept without the one that it describes."""
    kept = set(places)
    after = code not in _HEADS_FIRST
    for place in places:
        if after and whole[place].tied and place + 1 not in kept:
            return False
        if not after and place and whole[place - 1].tied and place - 1 not in kept:
            return False
    return bool(places)


@lru_cache(maxsize=32)
def _small(code: str) -> frozenset[str]:
    """Folded words that say nothing by themselves. A number or a denial does."""
    own = language(code)
    words = {fold.fold(word) for word in (*own.leads_on, *own.stance.small)} | _turning(code)
    return frozenset(words) - set(map(fold.fold, own.counts.negations))


@lru_cache(maxsize=32)
def _turning(code: str) -> frozenset[str]:
    """Folded words that say what part the next one plays."""
    return frozenset(map(fold.fold, language(code).stance.turning))
