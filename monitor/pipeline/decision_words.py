"""A person's decision in words, for the command line and the page."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.store.decisions import Decision
from monitor.text.plural import plural

_NAMED = 5  # articles that are named by their numbers


def decision_words(made: Decision) -> str:
    """ "article 431 marked wrong", "story 15 merged into story 12", and whether it was undone."""
    return _said(made) + (f" (undone by {made.undone_by})" if made.undone else "")


def _said(made: Decision) -> str:
    them = _articles(made.articles)
    first, *others = made.stories or (0,)
    match made.act:
        case "right" | "wrong":
            where = f" of {_stories(made.stories)}" if made.stories and len(made.articles) > 1 else ""
            return f"{them}{where} marked {made.act}"
        case "merge":
            return f"{_stories(others)} merged into story {first}"
        case "split":
            return f"{them} taken out of {_stories(others)}, now story {first}"
        case "join":
            return f"{them} put into story {first}"
    return f"story {first} {'muted' if made.act == 'mute' else 'shown again'}"


def _articles(ids: Sequence[int]) -> str:
    if len(ids) > _NAMED:
        return plural(len(ids), "article")
    return f"{'article' if len(ids) == 1 else 'articles'} {', '.join(map(str, ids))}"


def _stories(ids: Sequence[int]) -> str:
    return f"{'story' if len(ids) == 1 else 'stories'} {', '.join(map(str, ids))}"
