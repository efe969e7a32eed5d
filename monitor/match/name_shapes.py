"""What stands right around a name of one word: an article, a given name, a colon. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from monitor.languages import every
from monitor.match.scan import Hit
from monitor.text.fold import fold
from monitor.text.marked_terms import article, without_article

ARTICLE = 5  # characters of an article between two names, with the space
SHORT = 3  # letters of a word whose capital says nothing
_CAPITALS = 0.4  # share of the longer words of a sentence
_VOWELS = re.compile("[aeiouy]")
_COLON = re.compile(r"\s*[:：]")


def behind_article(folded: str, hit: Hit) -> bool:
    """Whether the Arabic article stands before a name."""
    return _ends_with_article(folded[max(0, hit.start - ARTICLE) : hit.start])


@lru_cache(maxsize=16_384)  # the same few words stand before names
def _ends_with_article(before: str) -> bool:
    return bool(_article_before().search(before))


def stands_free(folded: str, hit: Hit) -> bool:
    """Whether a name has no article, and nothing else is joined to its beginning."""
    name = folded[hit.start : hit.end]
    return without_article(name) == name and not folded[max(0, hit.start - 1) : hit.start].strip()


def opens_a_quote(folded: str, hit: Hit) -> bool:
    """Whether a sentence begins with a name and a colon: "al-Shammari: ..."."""
    before = folded[: hit.start].lstrip(" \"'«“")
    return bool((not before or _article_before().fullmatch(before)) and _COLON.match(folded, hit.end))


@lru_cache(maxsize=1)
def _article_before() -> re.Pattern[str]:
    return re.compile(rf"(?:\A|\W)(?:{article()})\Z")


@lru_cache(maxsize=4096)
def skeleton(word: str) -> str:
    """A folded given name without what spellings differ in: Muhammed, Mohammad."""
    return re.sub(r"(.)\1+", r"\1", _VOWELS.sub("", word)) or word


@lru_cache(maxsize=1)
def word_before() -> re.Pattern[str]:
    """The words before a name at the end of a text, at most three, and the last of them. The article is no word."""
    return re.compile(rf"((?:\w+[\s-]+){{0,2}})(\w+)[\s\u200c-]+(?:{article()})?\Z")


@lru_cache(maxsize=1024)
def is_capitalised(text: str) -> bool:
    """Whether so many longer words begin with a capital that it says nothing."""
    longer = [word for word in text.split() if len(word) > SHORT and word[0].isalpha()]
    return sum(word[0].isupper() for word in longer) > _CAPITALS * len(longer)


@lru_cache(maxsize=1)
def given_names() -> frozenset[str]:
    """Folded given names of all languages."""
    return frozenset(fold(word) for word in every(lambda known: known.names.given))
