"""How likely two articles report one event: logistic models of what they share and of what speaks against.

Four kinds of pairs differ in what can be compared: where one is a bare headline, two reports in English, two in another
language, and two in different ones. English reports have a model of their own, whose inputs are logs of the
common weight and of both articles' own weights for words, names, word pairs and shared keys, and the time between
them. The other three have the same few inputs: cosines of words and of shared keys, how much of each headline the other
report holds, the time between them, whether the dates and weekdays they name agree, and whether the headlines differ in
place, matter or act. Their weights have the sign that their meaning demands.

The coefficients were fitted on development stories. docs/explanation/grouping.md describes how, and what they are worth
on other stories; benchmarks/grouping.py fits and scores.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from monitor.stories.group.features import Features, Vector, cosine, dot, held, inner
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
UNLIKE, LONG = -3.25, 6.0  # texts longer than headlines, with a log cosine of words below this, are not compared on
FAR, HOPELESS = -9.6, -30.0  # a score that names, pairs and shared keys together do not bring to 0.02
FLOOR = 0.02  # added to a cosine before its log
UNDATED = 0.7  # without times more of the pairs that look alike are of different days

ENGLISH = "latin"  # the space of English reports
PARTIES = 2  # a headline that names so many places says who did something with whom


@dataclass(frozen=True, slots=True)
class Weights:
    """What each input of a model counts; all are 0 or more. gap to acts are what speaks against one event.

    likeness: log of the cosine. title: share of each headline that is in the other report. keys: cosine of shared
    keys in one language, in two the log of what they come to. dates: the same day is named and there are no times.
    """

    bias: float
    likeness: float
    title: float
    keys: float
    gap: float
    undated: float
    dates: float
    years: float
    weekdays: float
    places: float
    matters: float
    acts: float


OTHER = Weights(1.625, 2.029, 0.795, 4.379, 0.675, 3.7, 3.608, 1.613, 1.345, 5.85, 4.425, 1.156)
ACROSS = Weights(-1.3, 0.904, 0.403, 0.955, 0.832, 1.2, 5.0, 2.57, 1.655, 2.767, 1.369, 2.556)


def same_event(one: Features, other: Features, days: float | None) -> float:
    """Probability (0 to 1) that two articles report one event. days: between their publication, None when unknown."""
    if one.space != other.space:
        score = _against(ACROSS, one, other, days) + _across(one, other)
    elif one.bare or other.bare:
        score = _bare(one, other, days)
    elif one.space == ENGLISH:
        score = _english(one, other, days)
    else:
        score = _against(OTHER, one, other, days) + _alike(OTHER, one, other)
    likely = 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
    return likely * UNDATED if days is None else likely


def _bare(one: Features, other: Features, days: float | None) -> float:
    """Where one is a headline alone: what agrees by chance, or names another partner or matter, is no event."""
    short, full = (one, other) if one.bare else (other, one)
    if short.telling.isdisjoint(full.words.weights) or _differ(one, other):
        return HOPELESS
    if one.space != ENGLISH:
        return _against(OTHER, one, other, days) + _alike(OTHER, one, other)
    return _english(one, other, days)


def _english(one: Features, other: Features, days: float | None) -> float:
    score = 0.0 if days is None else GAP * math.log1p(4 * abs(days))
    return _within(score + _dates(one.dates, other.dates), one, other)


def _differ(one: Features, other: Features) -> bool:
    """Whether a party that both name does the same with another partner in each, or each is about another matter."""
    mine, theirs = one.shared.weights.keys(), other.shared.weights.keys()
    pairs = len(one.places) == len(other.places) == PARTIES and len(one.places & other.places) == 1
    if pairs and one.acts & other.acts and not one.places <= theirs and not other.places <= mine:
        return True
    return bool(one.matters and other.matters) and one.matters.isdisjoint(theirs) and other.matters.isdisjoint(mine)


def _alike(weights: Weights, one: Features, other: Features) -> float:
    """What two reports in one language have in common."""
    likeness = cosine(one.words, other.words)
    score = weights.bias + weights.likeness * math.log(likeness + FLOOR)
    if weights.title:
        score += weights.title * (held(one.title, other.words) + held(other.title, one.words)) / 2
    return score + weights.keys * cosine(one.shared, other.shared)


def _across(one: Features, other: Features) -> float:
    common = inner(one.shared, other.shared)
    if not common:
        return HOPELESS
    likeness = common / math.sqrt(one.shared.square * other.shared.square)
    title = (held(one.title_keys, other.shared) + held(other.title_keys, one.shared)) / 2
    return (
        ACROSS.bias
        + ACROSS.likeness * math.log(likeness + FLOOR)
        + ACROSS.title * title
        + ACROSS.keys * math.log1p(common)
    )


def _against(weights: Weights, one: Features, other: Features, days: float | None) -> float:
    """What speaks against one event, and dates, which may speak for it."""
    score = -weights.undated if days is None else -weights.gap * math.log1p(4 * abs(days))
    if days is None and _same_day(one.dates, other.dates):
        score += weights.dates
    if one.dates.years and other.dates.years and one.dates.years.isdisjoint(other.dates.years):
        score -= weights.years
    if one.weekdays and other.weekdays and one.weekdays.isdisjoint(other.weekdays):
        score -= weights.weekdays
    mine, theirs = one.shared.weights.keys(), other.shared.weights.keys()
    if not one.places <= theirs and not other.places <= mine:
        score -= weights.places
    if one.matters and other.matters and one.matters.isdisjoint(theirs) and other.matters.isdisjoint(mine):
        score -= weights.matters
    if one.acts and other.acts and one.acts.isdisjoint(other.acts):
        score -= weights.acts
    return score


def _same_day(one: Dates, other: Dates) -> bool:
    near = any(abs(a - b) <= SAME_DAYS for a in one.days for b in other.days)
    return near or not one.recurring.isdisjoint(other.recurring)


def _within(score: float, one: Features, other: Features) -> float:
    """``score`` with what words of one language add; `HOPELESS`, without computing all, where it cannot recover."""
    common = dot(one.words, other.words)
    if common - (one.words.size + other.words.size) / 2 < UNLIKE and min(one.words.size, other.words.size) > LONG:
        return HOPELESS
    score += BIAS + _weigh(WORDS, common, one.words, other.words) + _weigh(NAMES, 0.0, one.names, other.names)
    score += _weigh(PAIRS, 0.0, one.pairs, other.pairs) + _weigh(SHARED, 0.0, one.shared, other.shared)
    if score < FAR:
        return HOPELESS
    score += NAMES[0] * dot(one.names, other.names) + PAIRS[0] * dot(one.pairs, other.pairs)
    return score + SHARED[0] * dot(one.shared, other.shared) + _weekdays(one, other, WEEKDAYS_AGREE, WEEKDAYS_DIFFER)


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
