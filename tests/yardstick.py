"""A fixed piece of work that tells how fast the machine is now: limits of speed are stated in it, not in seconds."""

import re
import time
from collections import Counter
from collections.abc import Callable

_TEXT = "The ministers of both countries met in the capital on Monday to discuss border security and trade. " * 60
_WORD = re.compile(r"\w+")


def yardstick() -> float:
    """CPU seconds of one round of what judging does most: folding letters, finding words, counting them."""
    begun = time.process_time()
    for _ in range(10):
        Counter(match.group() for match in _WORD.finditer(_TEXT.casefold()))
    return time.process_time() - begun


def in_yardsticks(work: Callable[[], object], rounds: int = 1) -> float:
    """How often the yardstick fits into `work`: the least of `rounds`, each beside a yardstick of its own moment.

    A machine that is slow, or busy with something else, is slow at both.
    """
    found = []
    for _ in range(rounds):
        before = yardstick()
        begun = time.process_time()
        work()
        took = time.process_time() - begun
        found.append(took / ((before + yardstick()) / 2))
    return min(found)
