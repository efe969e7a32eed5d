"""Another story below an article, new each day, which a second look finds there and is no change of the article. Pure.

It stands below the last sentence that both looks have, begins with a headline, and tells of nothing that the article
tells of. Both looks have one, or its headline is a link: else it may be what the source has added or taken out, a
section of other words or a statement on the article.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain

from monitor.pages.sentences import is_long_title, is_sentence
from monitor.pages.teasers import stems

_TELLING = 6  # different words of a story from which they say what it is about
_SHARED = 0.3  # share of them in the article up to which it is of something else
_LINES = 12  # lines of such a story at most
_LONGEST = 160  # characters of its headline


def without_story_below(
    before: Sequence[str], after: Sequence[str], leads_elsewhere: Callable[[str], bool]
) -> tuple[list[str], list[str]]:
    """The lines of two looks at one text, without those of another story below it.

    leads_elsewhere: whether a line stands around the article on its page, as a link does.
    """
    common = set(before) & set(after)
    sides = [_parted(lines, common) for lines in (before, after)]
    own = {*stems(" ".join(chain.from_iterable(article for article, _ in sides)))}
    others = [_is_another(below, own) for _, below in sides]
    cut = [
        other and (all(others) or leads_elsewhere(below[0])) for other, (_, below) in zip(others, sides, strict=True)
    ]
    first, second = ([*article, *([] if gone else below)] for gone, (article, below) in zip(cut, sides, strict=True))
    return first, second


def _parted(lines: Sequence[str], common: set[str]) -> tuple[Sequence[str], Sequence[str]]:
    """The lines up to the last sentence that both looks have, and those below it."""
    last = max((at for at, line in enumerate(lines) if line in common and is_sentence(line)), default=-1) + 1
    return (lines[:last], lines[last:]) if last else (lines, ())


def _is_another(below: Sequence[str], own: set[str]) -> bool:
    if not 1 < len(below) <= _LINES or not _is_headline(below[0]) or not any(map(is_sentence, below[1:])):
        return False
    said = {*stems(" ".join(below))}
    return len(said) >= _TELLING and len(said & own) <= _SHARED * len(said)


def _is_headline(line: str) -> bool:
    return len(line) <= _LONGEST and is_long_title(line) and not is_sentence(line)
