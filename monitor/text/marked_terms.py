"""Whether a term of config/ stands as a word at a place in a text, by the marks it is written with."""

from __future__ import annotations

from monitor.text.fold import script, term_matches

_JOINING = frozenset({"arabic", "hebrew"})  # scripts whose particles are joined to the word after them


def stands(folded: str, start: int, end: int, ending: str, language: str | None = None) -> bool:
    """Whether a term found at [start, end) of a folded text stands there as a word.

    ending: "any" of a term written ``term*``, "none" of one written ``=term``, "capitals" of one written ``^US``,
    "usual" of others.
    """
    open_before = start == 0 or not folded[start - 1].isalnum()
    open_after = end == len(folded) or not folded[end].isalnum()
    if open_before and open_after:
        return True
    if ending in ("none", "capitals"):
        return False
    if ending == "any":
        return open_before or (script(folded[start]) in _JOINING and term_matches(folded[:end], start, end, language))
    return term_matches(folded, start, end, language)
