"""How likely two articles report one event: a logistic model of what they share, how much they hold, and when.

For each kind of feature (words, names, word pairs, shared keys) it knows the log of the common weight and the logs
of both articles' own weights, so that it normalises for length by itself; then the time between them, and whether
the dates and weekdays they name agree or differ. The coefficients were fitted on development stories; how, and what
they are worth on others, is in docs/grouping.md (benchmarks/grouping.py fits and scores).
"""

from __future__ import annotations

import math

from monitor.features import Features, Vector, dot

SAME_DAYS = 1  # dates so near are the same
OTHER_DAYS = 10  # dates all further apart than this are of another event

#             common, smaller, larger
WORDS = (1.846, 1.861, 1.018)
NAMES = (0.469, 0.049, 0.003)
PAIRS = (0.466, -2.691, -3.353)
SHARED = (0.640, -0.649, -0.995)
GAP, DATES_DIFFER, DATES_AGREE, WEEKDAYS_DIFFER, WEEKDAYS_AGREE = -2.542, 0.0, 4.050, -1.621, 0.437
BIAS = 21.781
UNDATED = -0.4  # without times, more pairs that look alike are of different days

SHARED_ACROSS = (3.719, -1.399, -1.188)
WEEKDAYS_DIFFER_ACROSS = -2.0
BIAS_ACROSS = 0.4


def same_event(one: Features, other: Features, days: float | None) -> float:
    """Probability (0 to 1) that two articles report one event. days: between their publication; None: not known."""
    score = UNDATED if days is None else GAP * math.log1p(4 * abs(days))
    if one.dates and other.dates:
        score += _dates(one.dates, other.dates)
    if one.space == other.space:
        score += BIAS + _part(WORDS, one.words, other.words) + _part(NAMES, one.names, other.names)
        score += _part(PAIRS, one.pairs, other.pairs) + _part(SHARED, one.shared, other.shared)
        score += _weekdays(one, other, WEEKDAYS_AGREE, WEEKDAYS_DIFFER)
    else:
        score += BIAS_ACROSS + _part(SHARED_ACROSS, one.shared, other.shared)
        score += _weekdays(one, other, 0.0, WEEKDAYS_DIFFER_ACROSS)
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


def _part(weights: tuple[float, float, float], one: Vector, other: Vector) -> float:
    common, smaller, larger = weights
    low, high = sorted((one.size, other.size))
    return common * dot(one, other) + smaller * low + larger * high


def _dates(one: frozenset[int], other: frozenset[int]) -> float:
    nearest = min(abs(a - b) for a in one for b in other)
    if nearest <= SAME_DAYS:
        return DATES_AGREE
    return DATES_DIFFER if nearest > OTHER_DAYS else 0.0


def _weekdays(one: Features, other: Features, agree: float, differ: float) -> float:
    if not one.weekdays or not other.weekdays:
        return 0.0
    return agree if one.weekdays & other.weekdays else differ
