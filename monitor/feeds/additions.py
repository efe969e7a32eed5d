"""What other feeds of an outlet say of an article, kept beside the text of the entry that stands for it. Pure.

Feeds of one outlet list an article with a summary each. It is one report, and mostly its page is judged. While that
cannot be read, all the summaries are.
"""

from __future__ import annotations

from monitor.text.likeness import share_missing

ADDS = 0.4  # share of the words of a text that are not known, from which it says more
_ADDED = "<!--added-->"


def says_more(text: str, known: str) -> bool:
    """Whether another feed's text of an article says more than what is known of it."""
    return share_missing(text, known) >= ADDS


def with_addition(content: str, addition: str) -> str:
    """An entry's text, followed by what another feed of its publisher says of the article."""
    return f"{content}{_ADDED}<p>{addition}</p>"


def without_additions(content: str) -> str:
    """What the entry's own feed says."""
    return content.partition(_ADDED)[0]


def additions_to(content: str) -> str:
    """What other feeds say, as it follows the entry's own text; "" where they add nothing."""
    return "".join(content.partition(_ADDED)[1:])
