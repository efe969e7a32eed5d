"""Copies in translation: a text that names the same people, figures and things in the same order as another. Pure.

Two reporters at one event name the same people. Only a translator names all of them in the order of another text, and
gives its figures with them. So what two texts have in common is aligned in order, as in a longest common subsequence.
Each name, number or thing counts by how rare it is in its language. The sum, its share of the shorter text, and the
figures among it have to be high: without a figure in common two texts are none of each other.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.model import Article
from monitor.stories.group.crossing import Tables, space_of
from monitor.stories.group.signature import keys_of_words
from monitor.stories.group.words import words_of

WORDS = 250  # of a text that are read
ENOUGH = 40.0  # what the names and things in common order are worth in all
EACH = 0.2  # the same for each word of the shorter text
FIGURES = 0.5  # share of the figures of one text that stand in the other in their order
COMMON = 2.0  # natural log of how rare a key has to be to count; what it is above that it is worth
RAREST = 0.002  # share of articles that hold a key, at least


@dataclass(frozen=True, slots=True)
class Order:
    """What a text names, in order: for each word that names something its keys. shares: how common each key is."""

    language: str
    words: int
    keys: Sequence[frozenset[str]]
    shares: dict[str, float]


def order_of(article: Article, tables: Tables) -> Order:
    """What an article names, in order."""
    words = words_of(article.text, article.language or "")[:WORDS]
    space = space_of(article.language, words)
    found = keys_of_words(words, article.language, tables)
    shares = tables.shares(space)
    keys = [frozenset(each) for each in found if each]
    return Order(article.language or "", len(words), keys, shares)


def is_translated(one: Order, other: Order) -> bool:
    """Whether two texts in different languages are one text."""
    if not one.language or not other.language or one.language == other.language:
        return False
    common = frozenset[str]().union(*one.keys) & frozenset[str]().union(*other.keys)
    worth = {key: _worth(key, one, other) for key in common}
    worth = {key: value for key, value in worth.items() if value > 0}
    shorter = min(one.words, other.words)
    least = max(ENOUGH, EACH * shorter)
    mine, theirs = ([each & worth.keys() for each in order.keys if each & worth.keys()] for order in (one, other))
    # What either text has at most: most pairs need no alignment.
    if min(sum(max(map(worth.__getitem__, each)) for each in its) for its in (mine, theirs)) < least:
        return False
    return _figures_agree(one, other) and _aligned(mine, theirs, worth) >= least


def _figures_agree(one: Order, other: Order) -> bool:
    mine, theirs = ([key for each in order.keys for key in each if key[0] == "#"] for order in (one, other))
    least = FIGURES * min(len(mine), len(theirs))
    if not least:
        return False
    alike = _aligned([frozenset((key,)) for key in mine], [frozenset((key,)) for key in theirs], defaultdict(_one))
    return alike >= least


def _one() -> float:
    return 1.0


def _worth(key: str, one: Order, other: Order) -> float:
    share = max(one.shares.get(key, 0.0), other.shares.get(key, 0.0), RAREST)
    return max(0.0, -math.log(share) - COMMON)


def _aligned(one: Sequence[frozenset[str]], other: Sequence[frozenset[str]], worth: Mapping[str, float]) -> float:
    """The highest worth of what both name in the same order."""
    before = [0.0] * (len(other) + 1)
    for mine in one:
        now = [0.0]
        for at, theirs in enumerate(other):
            best = max(before[at + 1], now[at])
            if same := mine & theirs:
                best = max(best, before[at] + max(map(worth.__getitem__, same)))
            now.append(best)
        before = now
    return before[-1]
