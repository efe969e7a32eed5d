"""Words of scripts that put no spaces between them (Chinese, Japanese), found without a dictionary.

A word is a run of two to six characters that comes again: in two seeds, or in one seed alone twice. Runs with a
function word at either end are none, nor are those that nearly always stand within one longer run.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

RUN = re.compile("[\u30a1-\u30fa\u30fc\u3400-\u9fff]+")  # of folded text; hiragana ends and joins words
LONGEST = 6  # characters of a word
_SHORTEST = 2
_INSIDE = 0.8  # share of a run's places within one longer one from which it is only a part of it


def runs(folded: str, longest: int = LONGEST) -> Iterator[tuple[int, int]]:
    """Where runs of two characters to ``longest`` stand in a folded text: (start, end)."""
    for found in RUN.finditer(folded):
        first, last = found.span()
        for start in range(first, last - _SHORTEST + 1):
            for end in range(start + _SHORTEST, min(start + longest, last) + 1):
                yield start, end


def shared_runs(texts: Sequence[str], never: Collection[str]) -> frozenset[str]:
    """The words of folded texts. ``never``: function words, of one character or more."""
    counts: Counter[str] = Counter()
    holding: Counter[str] = Counter()
    for text in texts:
        found = Counter(text[start:end] for start, end in runs(text))
        counts.update(found)
        holding.update(found.keys())
    enough = holding if len(texts) > 1 else counts
    often = {run for run, times in enough.items() if times > 1 and _is_word(run, never)}
    parts: dict[str, int] = {}
    for run in often:
        for start, end in runs(run, len(run) - 1):
            parts[run[start:end]] = max(parts.get(run[start:end], 0), counts[run])
    return frozenset(run for run in often if parts.get(run, 0) < _INSIDE * counts[run])


def _is_word(run: str, never: Collection[str]) -> bool:
    return run not in never and run[0] not in never and run[-1] not in never
