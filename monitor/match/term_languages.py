"""In texts of which language a term counts: what is a word in one is none, or another, in the next."""

from __future__ import annotations

from functools import lru_cache

from monitor.languages import language


@lru_cache(maxsize=256)
def of_lexicon(code: str) -> str:
    """The language whose terms count in a text in the language ``code``, or "" where those of all count.

    The lexica have terms of its own, or of one close to it; or it is written in Arabic letters.
    """
    found = language(code)
    found = language(found.relative) if found.relative and not found.lexicon else found
    return found.code if found.lexicon or found.script == "arabic" else ""


@lru_cache(maxsize=4096)
def counts_in(own: str, code: str) -> bool:
    """Whether terms of the language ``own`` count in a text read as ``code``, "" for any."""
    if not (own and code) or own in (code, language(code).relative):
        return True
    known, foreign = language(code), language(own)
    if known.script == foreign.script != "latin" and not known.lexicon:
        return True  # it has no words of its own
    return known.script != "latin" == foreign.script  # foreign words are left in their letters
