"""Whether a page is that of the entry whose link led to it: not a front page, a wall or another article. Pure.

Words that stand in any text say nothing, and a long page holds some of everything: of unrelated pages in one language a
sixth share a quarter of an entry's telling words. So an equal headline is enough; without it a page holds half of these
words, or a third of them and pairs of words that stand together in the entry, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from monitor.languages import every
from monitor.text.likeness import in_pieces, is_unspaced, title_likeness, words_of
from monitor.text.sanitize import UNTITLED
from monitor.text.urls import is_front_page, normalise_url

OPENING = 1000  # characters of an entry's text that are compared
_RELATED = 0.25  # share of a headline's telling words below which a page is some other page
_BARE = 0.4  # the same from which a headline alone is enough, without a pair of words
_SOME = 0.3  # share of the telling words of headline and text below which a page is some other page
_HALF = 0.5  # the same from which that is enough
_PAIRS = 0.05  # share of the pairs of words that must be found between the two
_MESSAGE = 40  # characters from which a message is known by its words
_ABOVE = 100  # characters above a headline from which other messages stand there
_GOES_ON = 1.3  # length of a page against that of a message from which it holds more than that
_GRAMMAR = re.compile("[\u3040-\u309f]+")  # endings and particles of Japanese
_FEW = 5  # telling words below which they are judged like a bare headline


def led_home(link: str, answered: str, title: str, page_title: str) -> bool:
    """Whether a site's front page answered at ``answered`` in place of the article at ``link``.

    It holds the headlines of the day, the entry's own among them, so its text says nothing.
    """
    home = is_front_page(normalise_url(answered)) and not is_front_page(normalise_url(link))
    return home and title_likeness(title, page_title) not in ("same", "alike")


def is_same_story(page_title: str, page_text: str, title: str, given: str) -> bool:
    """Whether a page tells what an entry tells: ``title`` is the entry's headline, ``given`` its text."""
    if title_likeness(title, page_title) in ("same", "alike"):
        return True
    title = title if title != UNTITLED else ""
    opening = given[:OPENING]
    if is_unspaced(title or opening):
        held = {*_pieces(f"{page_title} {page_text}")}
        return any(_share_held(told, held) >= _BARE for told in (title, opening) if told)
    wanted = _words(f"{title} {opening}") - _stop_words()
    share = len(wanted & _words(f"{page_title} {page_text}")) / len(wanted) if wanted else 1.0
    page = frozenset(_pairs(f"{page_title}\n{page_text}"))
    pairs = {*_pairs(title), *_pairs(opening)}
    common = len(pairs & page)
    if not opening or len(wanted) < _FEW:
        return share >= _BARE or (share >= _RELATED and common > 0)
    return share >= _HALF or (share >= _SOME and common >= _PAIRS * len(pairs))


def is_one_of_many(page_title: str, page_text: str, title: str, given: str) -> bool:
    """Whether a page holds a channel's messages, the entry's among them: the page is called otherwise and goes on, and
    the message has its first words for a headline, or stands with its headline below others.
    """
    if len(page_text) < _GOES_ON * len(given) or title_likeness(title, page_title) in ("same", "alike"):
        return False
    message = " ".join(given.split())
    opening = message if title == UNTITLED else title.rstrip(" .…")
    if len(message) < _MESSAGE or message not in " ".join(page_text.split()):
        return False
    above = page_text.partition(f"\n{title}\n")
    return message.startswith(opening) or (bool(above[2]) and len(above[0]) >= _ABOVE)


def _share_held(told: str, held: set[str]) -> float:
    said = {piece for piece in _pieces(told) if not _GRAMMAR.fullmatch(piece)}
    return len(said & held) / len(said) if said else 0.0


def _pieces(text: str) -> tuple[str, ...]:
    return in_pieces(words_of(text), text)


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Words that stand side by side, but for those of which any text is full."""
    common = _stop_words()
    return (pair for pair in pairwise(words_of(text)) if not (pair[0] in common and pair[1] in common))


@lru_cache(maxsize=1)
def _stop_words() -> frozenset[str]:
    return frozenset(every(lambda known: known.stop_words))


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w{3,}", text.casefold()))
