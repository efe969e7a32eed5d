"""Seeds that seem to be about something else than the others: put into the wrong folder, or saved from the wrong page.

A profile is learned from them all the same, since only a person knows what was meant. Pure.
"""

from __future__ import annotations

from monitor.topic.records import Profile

_SEVERAL = 3  # seeds of a language, from which one can be the odd one
_SHARED = 1  # words that it shares with another at most; of the development topics no seed shares fewer than two


def odd_seeds(profile: Profile) -> tuple[str, ...]:
    """The names of the seeds that share next to no word with another of their language, in order."""
    found = set[str]()
    for language in profile.languages:
        if len(language.seeds) >= _SEVERAL:
            shared = [term.seeds for term in profile.terms if term.language == language.code and len(term.seeds) > 1]
            found |= {name for name in language.seeds if sum(name in seeds for seeds in shared) <= _SHARED}
    return tuple(name for name in profile.seeds if name in found)
