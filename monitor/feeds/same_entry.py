"""Whether two entries are one thing, whatever their feeds changed about it. Pure.

What speaks for it is weighed: an id, an address, a headline, a text and a moment each stand for one thing now and then,
and for several at other times.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from monitor.feeds.entry_keys import address_of, place_of
from monitor.model import Entry
from monitor.text.article_addresses import is_of_article
from monitor.text.likeness import (
    TITLE_ALIKE,
    begins_with,
    gives_way,
    in_pieces,
    is_corrected,
    share_of_all,
    text_likeness,
    title_likeness,
    words_of,
)

_SLUG = timedelta(days=1)  # between two dates of an entry whose address, id and text are corrected
_ELSEWHERE = timedelta(hours=1)  # between the dates that two feeds give one article
_HEADLINE = 4  # words from which a headline is that of one report, and no label
_NUMBER = re.compile(r"(?<![\da-z])(?!(?:19|20)\d{6}(?!\d))\d{5,}(?![\da-z])")  # no day such as 20261121
_FIGURE = re.compile(r"\d+")  # of a headline: a toll that rises is an edit


def is_repeat(one: Entry, other: Entry) -> bool:
    """Whether two entries of one body are one thing: only where nothing tells them apart."""
    if one.published != other.published and one.published and other.published and one.id != other.id:
        return False
    if title_likeness(one.title, other.title) != "same" or text_likeness(one.content, other.content) not in (
        "same",
        "unknown",
    ):
        return False
    link, other_link = address_of(one), address_of(other)
    return link == other_link and (bool(link) or one.id == other.id)


def is_same(
    entry: Entry, stored: Entry, *, ids_renewed: bool = False, id_is_telling: bool = False, is_standing: bool = False
) -> bool:
    """Whether an entry of a body is one that its feed brought earlier, whatever of it was edited since.

    ids_renewed: the feed makes new ids at every poll, so they say nothing. id_is_telling: the id stands for this entry
    alone among several; otherwise it may be one that the feed gives to everything. is_standing: several entries of the
    body have its address, so another date and another word of the headline are another thing.
    """
    title = title_likeness(entry.title, stored.title)
    text = text_likeness(entry.content, stored.content)
    link, stored_link = address_of(entry), address_of(stored)
    akin, dated = title in ("same", "alike"), entry.published == stored.published
    if entry.id and entry.id == stored.id:
        if link and link == stored_link:
            return True
        if id_is_telling:  # an id is used again for another story now and then: then headline and date are others
            return (akin or dated) and (title != "different" or text != "different")
        return text == "same" or (akin and text != "different" and (dated or text == "alike" or not link))
    place = place_of(entry)
    if place and link != stored_link and place == place_of(stored):
        return title == "same" and text != "different"
    other_id = bool(entry.id and stored.id) and not ids_renewed
    if link and link == stored_link:
        if other_id:  # a standing address, unless the two say the same
            goes_on = text == "alike" and begins_with(entry.content, stored.content)
            hashed = bool(place and place_of(stored))  # then the id may be another for the headline alone
            edited = hashed and akin and dated and text != "different"
            return text == "same" or (title == "same" and (text == "unknown" or goes_on)) or edited
        if is_standing and text != "same" and is_another_report(entry, stored):
            return False
        if (akin and text != "different") or text in ("same", "alike"):
            return True
        return is_of_article(link) and gives_way(stored.title, stored.content, entry.title, entry.content)
    if link or stored_link or other_id or title != "same":
        return False
    return text != "different" if not (entry.id and stored.id) else dated and text in ("same", "unknown")


def is_moved(entry: Entry, stored: Entry, *, date_is_telling: bool) -> bool:
    """Whether an entry whose id is its address is one whose address was corrected, and maybe words of it, too.

    For a stored entry that has left the feed. The next edition of a bulletin has its template, but another date and
    other numbers. Where a feed gives no text, the pages are compared later (`monitor.pages.versions`).
    date_is_telling: its date is that of no other entry.
    """
    if entry.feed_url != stored.feed_url or not place_of(entry) or not place_of(stored):
        return False
    title, text = title_likeness(entry.title, stored.title), text_likeness(entry.content, stored.content)
    bare = words_of(entry.content) == words_of(stored.content)  # no text, or a prompt
    dated = date_is_telling and entry.published is not None and entry.published == stored.published
    if dated and text == "same" and share_of_all(words_of(entry.title), words_of(stored.title)) >= TITLE_ALIKE:
        return True  # even where a number of the headline is corrected
    if dated and text == "same" and _number_of(entry) and _number_of(entry) == _number_of(stored):
        return True  # under another headline, which is in the address
    if title not in ("same", "alike") or text == "different" or (text == "unknown" and not bare):
        return False
    if dated:
        return True
    apart = abs(entry.published - stored.published) if entry.published and stored.published else timedelta(0)
    close = bare or is_corrected(words_of(entry.content), words_of(stored.content))
    return title == "same" and apart <= _SLUG and close


def _number_of(entry: Entry) -> str:
    """The number that its site gives an article in the path of its address; "" where there is none or several."""
    numbers = _NUMBER.findall(address_of(entry).partition("?")[0])
    return numbers[0] if len(numbers) == 1 else ""


def is_listed_anew(entry: Entry, stored: Entry) -> bool:
    """Whether a search lists a hit again under another link and id: the same headline, source and moment, no text."""
    if entry.feed_url != stored.feed_url or entry.content or stored.content:
        return False
    same = entry.publisher == stored.publisher != "" and entry.published == stored.published is not None
    words = words_of(entry.title)
    return same and words == words_of(stored.title) and len(in_pieces(words, entry.title)) >= _HEADLINE


def is_same_elsewhere(entry: Entry, stored: Entry, ranks: tuple[int, int], several: bool) -> bool:
    """Whether an entry of another feed is this one. A search feed only says where to look, so it never adds.

    several: the address stands for several entries already; it identifies none of them.
    """
    if not address_of(entry) or address_of(entry) != address_of(stored):
        return False
    if 0 in ranks:
        return ranks[0] == 0 or not several
    title, text = title_likeness(entry.title, stored.title), text_likeness(entry.content, stored.content)
    if text == "unknown":
        return title == "same" or (title == "alike" and not several)
    if text != "different":
        return True
    # Feeds of one outlet give an article a summary each. A standing page is another thing at another time.
    return (
        not several and title in ("same", "alike") and _dated_alike(entry.published, stored.published, title == "same")
    )


def _dated_alike(one: datetime | None, other: datetime | None, if_unknown: bool) -> bool:
    return abs(one - other) <= _ELSEWHERE if one and other else if_unknown


def is_another_report(one: Entry, other: Entry) -> bool:
    """Whether two entries of one address have dates and headlines of their own: not only another figure."""
    dated = one.published and other.published and one.published != other.published
    return bool(dated) and each_adds(_FIGURE.sub(" ", one.title), _FIGURE.sub(" ", other.title))


def each_adds(one: str, other: str) -> bool:
    """Whether each of two headlines has a word that the other lacks: one that was only made longer is the same."""
    a, b = set(words_of(one)), set(words_of(other))
    return bool(a - b and b - a)
