"""Zero-width joiners and non-joiners, which the extractor deletes and Persian and Sorani words cannot do without. Pure.

Letters of no living language carry them through: in the tree of a page they stand in their place.
"""

from __future__ import annotations

import html
import re

_CARRIERS = {"ꙮ": "\u200c", "ꙭ": "\u200d"}
_ENTITY = re.compile("&(?:zwn?j|#(?:820[45]|[xX]200[cCdD]));")


def carried(markup: str) -> str:
    """The markup of a page with letters in the place of its joiners."""
    markup = _ENTITY.sub(lambda found: html.unescape(found[0]), markup)
    for carrier, joiner in _CARRIERS.items():
        markup = markup.replace(joiner, carrier)
    return markup


def with_joiners(text: str) -> str:
    """A text of the page as it was written."""
    if text.isascii():
        return text
    for carrier, joiner in _CARRIERS.items():
        text = text.replace(carrier, joiner)
    return text
