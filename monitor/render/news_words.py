"""What is new in a story, and short lists, in the digest's words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time

from monitor.model import News
from monitor.render.catalogue import ENGLISH
from monitor.render.plain import one_line
from monitor.render.words import Words

CHARACTERS, CHANGED = 80, 480  # of an item, and of one that says what a source changed
_NAMED = frozenset({"act"})  # kinds whose names are messages of the catalogues


def news_lines(news: Iterable[News], words: Words) -> Iterable[str]:
    """ "A. Name, B. Name": what is new, things of one kind together; each change by itself.

    New publishers are left out: they stand among the sources, marked as new.
    """
    return _by_kind((each for each in news if each.kind != "publisher"), words)


def said(adds: Sequence[News], words: Words | None = None) -> str:
    """ "deny; Ali Larijani, A. Name". words: None for English, with days as numbers."""
    return (words.wording if words else ENGLISH).semicolon.join(_by_kind(adds, words))


def _by_kind(news: Iterable[News], words: Words | None) -> Iterable[str]:
    # The kinds go unsaid: whether a thing is a person, a place or an act is plain to whoever reads its name.
    wording, kinds = words.wording if words else ENGLISH, dict[str, list[str]]()
    for each in news:
        if each.kind == "changed":
            yield one_line(each.text, CHANGED)
        else:
            kinds.setdefault(each.kind, []).append(value_of(each.kind, each.text, words))
    yield from map(wording.listed, kinds.values())


def value_of(kind: str, text: str, words: Words | None) -> str:
    """A thing of a kind of `News`, for display: an act by its name, a day as a digest writes days."""
    shown = one_line(text, CHARACTERS)
    if words is None:
        return shown
    if kind == "date":
        return day_of(shown, words)
    if kind in _NAMED:
        return words.say(shown)
    shown = words.figures(shown)
    # "200 families" would stand from right to left, because figures do not say which way a phrase runs.
    return f"\u2068{shown}\u2069" if words.wording.direction == "rtl" and shown[:1].isdigit() else shown


def day_of(text: str, words: Words) -> str:
    """ "30 Nov" for "2026-11-30"; what is no day as it is."""
    try:
        noon = datetime.combine(date.fromisoformat(text), time(12), UTC)
    except ValueError:
        return text
    return words.day_of(noon, convert=False)


def some_of(names: Sequence[str], most: int, words: Words | None = None) -> str:
    """ "A, B and 2 more"."""
    wording = words.wording if words else ENGLISH
    listed = wording.listed(names[:most])
    left = len(names) - most
    if left <= 0:
        return listed
    number = words.number(left) if words else str(left)
    more = wording.several(left, "and {n} more", "and {n} more", n=number)
    return f"{listed} {more}"
