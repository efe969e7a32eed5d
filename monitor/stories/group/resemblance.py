"""How likely two articles report one event: a logistic model of their features and of the time between them.

For each kind of feature (words, names, word pairs, shared keys) its inputs are the log of the common weight and the
logs of both articles' own weights, so that it normalises for length by itself. Further inputs are the time between the
articles, and whether the dates and weekdays they name agree or differ.

The coefficients were fitted on development stories. docs/explanation/grouping.md describes how, and what they are worth
on other stories; benchmarks/grouping.py fits and scores.
"""

from __future__ import annotations

import math

from monitor.stories.group.features import Features, Vector, dot
from monitor.text.dates import Dates

SAME_DAYS = 1  # dates so near are the same

#         common, smaller, larger
WORDS = (1.732, 2.241, 1.378)
NAMES = (0.386, 0.028, 0.034)
PAIRS = (0.475, -2.870, -3.706)
SHARED = (0.734, -0.854, -1.020)
GAP = -2.696
DATES_AGREE, SAME_DAY_OF_YEAR, YEARS_DIFFER = 3.258, 3.495, -0.188
WEEKDAYS_AGREE, WEEKDAYS_DIFFER = 0.564, -1.501
BIAS = 22.333
# In Persian every word may be a name, so that keys shared by chance are many and long texts would never agree; what
# they and names add is left out for what both come to in Latin stories of one event. Chosen on few pairs: see
# docs/explanation/grouping.md.
NO_CAPITALS = frozenset({"fa"})
WITHOUT_NAMES = -7.0
UNLIKE, LONG = -3.25, 6.0  # texts longer than headlines, with a log cosine of words below this, are not compared on
FAR, HOPELESS = -9.6, -30.0  # a score that names, pairs and shared keys together do not bring to 0.02
UNDATED = 0.7  # without times more of the pairs that look alike are of different days

# Spaces with a lexicon but no background: which of their words are rare is known only after a while, so names and
# things have to agree too.
UNKNOWN_RARITY = frozenset({"ckb", "cyrillic"})
SHARED_ACROSS = (3.719, -1.399, -1.188)
WEEKDAYS_DIFFER_ACROSS = -2.0
BIAS_ACROSS = 0.5


def same_event(one: Features, other: Features, days: float | None) -> float:
    """Probability (0 to 1) that two articles report one event. days: between their publication, None when unknown."""
    score = 0.0 if days is None else GAP * math.log1p(4 * abs(days))
    score += _dates(one.dates, other.dates)
    if one.space != other.space:
        score += _across(one, other)
    elif one.space in UNKNOWN_RARITY:
        score = min(_within(score, one, other), score + _across(one, other))
    else:
        score = _within(score, one, other)
    likely = 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
    return likely * UNDATED if days is None else likely


def _within(score: float, one: Features, other: Features) -> float:
    """``score`` with what words of one language add; `HOPELESS`, without computing all, where it cannot recover."""
    common = dot(one.words, other.words)
    if common - (one.words.size + other.words.size) / 2 < UNLIKE and min(one.words.size, other.words.size) > LONG:
        return HOPELESS
    if one.space in NO_CAPITALS:
        score += BIAS + _weigh(WORDS, common, one.words, other.words) + WITHOUT_NAMES
        score += _weigh(PAIRS, dot(one.pairs, other.pairs), one.pairs, other.pairs)
        return score + _weekdays(one, other, WEEKDAYS_AGREE, WEEKDAYS_DIFFER)
    score += BIAS + _weigh(WORDS, common, one.words, other.words) + _weigh(NAMES, 0.0, one.names, other.names)
    score += _weigh(PAIRS, 0.0, one.pairs, other.pairs) + _weigh(SHARED, 0.0, one.shared, other.shared)
    if score < FAR:
        return HOPELESS
    score += NAMES[0] * dot(one.names, other.names) + PAIRS[0] * dot(one.pairs, other.pairs)
    return score + SHARED[0] * dot(one.shared, other.shared) + _weekdays(one, other, WEEKDAYS_AGREE, WEEKDAYS_DIFFER)


def _across(one: Features, other: Features) -> float:
    score = BIAS_ACROSS + _weigh(SHARED_ACROSS, dot(one.shared, other.shared), one.shared, other.shared)
    return score + _weekdays(one, other, 0.0, WEEKDAYS_DIFFER_ACROSS)


def _weigh(weights: tuple[float, float, float], common: float, one: Vector, other: Vector) -> float:
    low, high = (one.size, other.size) if one.size < other.size else (other.size, one.size)
    return weights[0] * common + weights[1] * low + weights[2] * high


def _dates(one: Dates, other: Dates) -> float:
    score = 0.0
    if one.days and other.days:
        nearest = min(abs(a - b) for a in one.days for b in other.days)
        if nearest <= SAME_DAYS:
            score += DATES_AGREE
    if not one.recurring.isdisjoint(other.recurring):
        score += SAME_DAY_OF_YEAR
    if one.years and other.years and one.years.isdisjoint(other.years):
        score += YEARS_DIFFER
    return score


def _weekdays(one: Features, other: Features, agree: float, differ: float) -> float:
    if not one.weekdays or not other.weekdays:
        return 0.0
    return agree if one.weekdays & other.weekdays else differ
