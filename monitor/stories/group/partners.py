"""Whether two parts of a story are two events of one kind: each has a name that nearly all its reports give, and hardly
one of the other. Pure.

One boxer beats Rahman in December and Thompson in July; two officers are shot at one post, a week apart. Two reports of
these share more than two reports of one event often do, and any two reports of one event have names of their own. But
what most reports of a part name, in their headlines, and none of the other part, is whom it was about. A witness or a
spokesman whom one agency quotes is in no headline. Only reports in one language are compared, since a name is written
otherwise in another; bare headlines name too little.

People and places that the watch knows are the same in every language, so two reports of each part are enough. They
count where all of one part name somebody of a side, or a place, that none of the other names, and the other way round.
Two ministers who met are of two sides: each country's outlets may name their own alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from monitor.stories.group.features import Features

FEWEST_KNOWN = 2  # reports of each part, where it is whom and what the watch knows
FEWEST = 3  # reports of each part in one language
MOST_OF = 0.75  # share of the reports of a part that give its name
HARDLY = 0.1  # and of the other part, at most
IN_HEADLINES = 0.75  # share of the headlines of one of the two parts that have its name

_NOBODY = frozenset[str]()


def have_own_names(one: Sequence[Features], other: Sequence[Features]) -> bool:
    """Whether each of two parts has a known person or place of its own, or a name in a language that both have."""
    if min(len(one), len(other)) < FEWEST_KNOWN:
        return False
    if _have_own([each.spots for each in one], [each.spots for each in other]) or _have_own_people(one, other):
        return True
    mine, theirs = _by_space(one), _by_space(other)
    return any(_differ(mine[space], theirs[space]) for space in mine.keys() & theirs.keys())


def _have_own_people(one: Sequence[Features], other: Sequence[Features]) -> bool:
    sides = one[0].people.keys() & other[0].people.keys()
    return any(
        _have_own(*([each.people.get(side, _NOBODY) for each in part] for part in (one, other))) for side in sides
    )


def _have_own(one: Sequence[frozenset[str]], other: Sequence[frozenset[str]]) -> bool:
    """Whether all sets of a part hold something that none of the other does, and the other way round."""
    mine, theirs = frozenset.intersection(*one), frozenset.intersection(*other)
    return bool(mine.difference(*other) and theirs.difference(*one))


def _by_space(part: Iterable[Features]) -> dict[str, list[Features]]:
    found: dict[str, list[Features]] = {}
    for each in part:
        if not each.bare:
            found.setdefault(each.space, []).append(each)
    return found


def _differ(one: Sequence[Features], other: Sequence[Features]) -> bool:
    if min(len(one), len(other)) < FEWEST:
        return False
    mine, theirs = (Counter(name for each in part for name in each.named) for part in (one, other))
    own, others = _own(mine, len(one), theirs, len(other)), _own(theirs, len(other), mine, len(one))
    if not own or not others:
        return False
    return _are_in_headlines(own, one) or _are_in_headlines(others, other)


def _own(names: Counter[str], reports: int, elsewhere: Counter[str], others: int) -> list[str]:
    return [name for name, count in names.items() if count >= MOST_OF * reports and elsewhere[name] <= HARDLY * others]


def _are_in_headlines(names: Iterable[str], part: Sequence[Features]) -> bool:
    """Whether one of the names is in most headlines of a part."""
    headlines = [each.title.weights.keys() | each.title_keys.weights.keys() for each in part]
    return any(sum(name in headline for headline in headlines) >= IN_HEADLINES * len(part) for name in names)
