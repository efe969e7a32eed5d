"""Words that find a kind of report only together: for a language of which a watch knows no word. Pure.

No one word says enough there: an article starts far below the threshold, and a word heavy enough to lift it by itself
would take every article that holds it. Two or three of a set in the title or lead say it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

from monitor.match.candidates import Candidate
from monitor.text.fold import fold

MOST = 8  # words of a set
_EACH = 4  # words of the set that a report should hold; more add nothing
FEWEST = 2  # words of the set that an article holds before it can match


def chosen_words(words: Sequence[Candidate], reports: Sequence[str]) -> tuple[Candidate, ...]:
    """The words of one language by which most of the ``reports`` (ids) hold several, the most telling first.

    words: the strongest first. A word that stands within a chosen one, or around it, would count twice.
    """
    held: dict[str, int] = dict.fromkeys(reports, 0)
    found: list[Candidate] = []
    left = list(words)
    while left and len(found) < MOST:
        gains = [sum(held[id_] < _EACH for id_ in each.holding if id_ in held) for each in left]
        best = max(range(len(left)), key=lambda at: (gains[at], -at))
        if not gains[best]:
            break
        word = left.pop(best)
        found.append(word)
        left = [each for each in left if not _overlap(each.term, word.term)]
        for id_ in word.holding & held.keys():
            held[id_] += 1
    return tuple(found) if sum(count >= FEWEST for count in held.values()) else ()


def weights_to_try(need: float, heaviest: float) -> Mapping[int, float]:
    """How many words of a set must stand in title or lead → the weight of each, in halves, the most words first.

    need: what an article lacks to the threshold, in log-odds.
    """
    weights = {words: ceil(2 * need / words) / 2 for words in (3, FEWEST)}
    return {words: weight for words, weight in weights.items() if weight <= heaviest}


def _overlap(one: str, other: str) -> bool:
    inside = {f" {fold(one)} ", f" {fold(other)} "}
    short = min(inside, key=len)
    return any(short in each for each in inside if each != short) or len(inside) == 1
