"""Which earlier story a story follows: the steps of an affair (announced, visit, signed, denied) stay stories of their
own, and are linked; so is a later account of an event that grouping could not join.

Reports of two steps share people, places and the matter, though not the day and the act. So the time between them
counts less than it does within an event. The more stories there are that a story might follow, the more of them are
like it by chance, so each has to be more like it. Of one day it is enough that two reports may be of one event: mostly
it is that, in another language or by other words. A story that looks back, as on an anniversary, is no step: what it
looks back at is its background, however long ago that was.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.stories.group.features import Features, cosine
from monitor.stories.group.resemblance import same_event

HORIZON = 30.0  # days after a story began in which another may follow it
MEMORY = 400.0  # the same of what a story looks back at
LIKELY = 0.7  # that one follows the other
RELATED = 0.4  # the same of any two stories of an affair
# Days that two stories count as apart at least: of one day there are many, and what is much alike of them is one story
# already. What is looked back at counts as so far apart.
AT_ONCE = 3.0
# Stories that one might follow, up to which and from which their number makes no difference: a young store has few, and
# the service looks at no more.
FEW, OTHERS = 3, 8
MOST = 8  # reports of a story that are compared, its first
ONE_DAY, ACCOUNT = 1.0, 0.55  # days apart, and how alike, from which a story is another account of an earlier one
FLOOR = 0.02  # added to a cosine before its log
# The log odds that a story follows another: a constant for stories with reports in one language, the log cosine of the
# words of the two most like of those; another constant for others. For both: log cosine of the shared keys of the whole
# stories, log of the days between, log of how many stories it might follow. Fitted on the affairs of development
# stories and on invented ones (benchmarks/affairs.py).
_CONSTANT, _WORDS, _ACROSS = 8.17, 1.59, 5.76
_KEYS, _DAYS, _OTHERS = 1.31, -1.26, -0.8

STEP, BACKGROUND = "step", "background"


@dataclass(frozen=True, slots=True)
class Reported:
    """A report of a story as it is compared. article: its id. day: when it was published, in days since 1970."""

    article: int
    features: Features
    day: float


@dataclass(frozen=True, slots=True)
class Follows:
    """That a story follows another. beside: the article of the earlier story that one of the later is most like.

    kind: `STEP` or `BACKGROUND`. likely: that it does, 0 to 1. alike: that these two reports would be of one event if
    they were of one day.
    """

    beside: int
    kind: str
    likely: float
    alike: float


def follows(later: Sequence[Reported], earlier: Iterable[Sequence[Reported]]) -> Follows | None:
    """What a story follows, of stories by their reports; None for nothing.

    A story follows what began before it; of two that began together the one with the lower article.
    """
    kind = BACKGROUND if looks_back(later) else STEP
    near = [reports for reports in earlier if _is_near(later, reports, MEMORY if kind == BACKGROUND else HORIZON)]
    best: Follows | None = None
    for reports in near:
        found = _compared(later, reports, kind, len(near))
        if found and found.likely >= LIKELY and (best is None or found.likely > best.likely):
            best = found
    return best


def are_related(one: Sequence[Reported], other: Sequence[Reported]) -> bool:
    """Whether two stories may be steps of one affair, though neither follows the other: else a long chain drifts."""
    if not one or not other:
        return False
    earlier, later = sorted((one, other), key=began)
    return _is_near(later, earlier, math.inf) and _compared(later, earlier, STEP, OTHERS).likely >= RELATED


def looks_back(reports: Sequence[Reported]) -> bool:
    """Whether most headlines of a story speak of an anniversary, or of what was years ago."""
    return sum(report.features.back for report in reports) * 2 > len(reports)


def began(reports: Sequence[Reported]) -> tuple[float, int]:
    """The sort key of a story's beginning."""
    return min((report.day, report.article) for report in reports)


def _is_near(later: Sequence[Reported], earlier: Sequence[Reported], most: float) -> bool:
    """Whether the later story began after the earlier one, and at most so many days after it."""
    if not later or not earlier or began(earlier) >= began(later):
        return False
    return began(later)[0] - began(earlier)[0] <= most


def _compared(later: Sequence[Reported], earlier: Sequence[Reported], kind: str, others: int) -> Follows:
    """How the later story follows the earlier one. others: stories that it might follow, this one among them."""
    one, other = sorted(later, key=_first)[:MOST], sorted(earlier, key=_first)[:MOST]
    alike = [(same_event(a.features, b.features, 0.0), b.article) for a in one for b in other]
    likely, beside = max(alike, key=lambda pair: (pair[0], -pair[1]))
    days = min(began(later)[0] - began(earlier)[0], HORIZON) if kind == STEP else 0.0
    score = (
        _words(one, other)
        + _KEYS * math.log(_cosine(_keys(one), _keys(other)) + FLOOR)
        + _DAYS * math.log1p(max(AT_ONCE, days))
        + _OTHERS * math.log(min(max(others, FEW), OTHERS))
    )
    follows = 1 / (1 + math.exp(-score))
    if kind == STEP and days <= ONE_DAY and likely >= ACCOUNT:
        follows = max(follows, LIKELY + (1 - LIKELY) * likely)
    return Follows(beside, kind, follows, likely)


def _words(one: Sequence[Reported], other: Sequence[Reported]) -> float:
    """What the words of two stories say, with the constant; the constant alone where they share no language."""
    same = [
        cosine(a.features.words, b.features.words) for a in one for b in other if a.features.space == b.features.space
    ]
    return _CONSTANT + _WORDS * math.log(max(same) + FLOOR) if same else _ACROSS


def _first(report: Reported) -> tuple[float, int]:
    return report.day, report.article


def _keys(reports: Sequence[Reported]) -> Mapping[str, float]:
    """What the reports of a story share with those of other languages, each report counting alike."""
    found: defaultdict[str, float] = defaultdict(float)
    for report in reports:
        size = math.sqrt(report.features.shared.square) or 1.0
        for key, weight in report.features.shared.weights.items():
            found[key] += weight / size
    return found


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    sizes = math.sqrt(sum(w * w for w in one.values()) * sum(w * w for w in other.values()))
    return sum(one[key] * other[key] for key in one.keys() & other.keys()) / sizes if sizes else 0.0
