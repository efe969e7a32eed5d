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

from monitor.stories.group.against import against, against_undated
from monitor.stories.group.crossing import NUMBER
from monitor.stories.group.features import Features, Vector, cosine, dot, held, inner
from monitor.text.dates import Dates

SAME_DAYS = 1  # dates so near are the same

UNLIKE, LONG = -3.25, 6.0  # texts longer than headlines, with a log cosine of words below this, are not compared on
FAR, HOPELESS = -9.6, -30.0  # a score that names, pairs and shared keys together do not bring to 0.02
FAINT = -3.9  # a score below this is no likelihood that counts
FLOOR = 0.02  # added to a cosine before its log
UNDATED = 0.7  # without times more of the pairs that look alike are of different days
# What two reports in one language count that are of two days for certain, where no time is known: below 0, so that it
# speaks against one story of the reports beside them, too. A headline alone says too little for that.
OF_TWO_DAYS = -0.6
# Without times a pair has to share so much: the log of how far it stays below counts against.
ENOUGH, THIN = math.log(70.0), 1.0  # of two English reports
ENOUGH_ACROSS, THIN_ACROSS = math.log(130.0), 2.0  # of two in different languages
# Reports that came a day apart or more, and name weekdays of which none is the same, are of events of two days.
APART, OTHER_DAY = 1.0, 3.0
AGREEMENTS, LONELY = 2, 0.5  # fewer words than this that a bare headline shares count so much against one event
NAMELESS = 3.5  # so much where it shares neither a name nor a place: "court" and "court" of one hour are two events

ENGLISH = "latin"  # the space of English reports
RESULT = 2  # figures of a headline that are a result, such as "102-98"
PARTIES = 2  # a headline that names so many places says who did something with whom


@dataclass(frozen=True, slots=True)
class English:
    """The model of two English reports. words to shared: of the log of the common weight, of the smaller own weight,
    and of the larger. gap: of time where one is a bare headline. text_gap: where both have a text."""

    bias: float
    words: tuple[float, float, float]
    names: tuple[float, float, float]
    pairs: tuple[float, float, float]
    shared: tuple[float, float, float]
    gap: float
    text_gap: float
    dates_agree: float
    same_day_of_year: float
    years_differ: float
    weekdays_agree: float
    weekdays_differ: float


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


@dataclass(frozen=True, slots=True)
class Models:
    """How pairs are weighed: two reports in English, two in another language, two in different ones."""

    english: English
    other: Weights
    across: Weights


SHIPPED = Models(
    English(
        22.333, (1.732, 2.241, 1.378), (0.386, 0.028, 0.034), (0.475, -2.870, -3.706), (0.734, -0.854, -1.020),
        -2.696, -1.7, 3.258, 3.495, -0.188, 0.564, -1.501,
    ),
    Weights(1.625, 2.029, 0.795, 4.379, 0.675, 3.7, 3.608, 1.613, 1.345, 5.85, 4.425, 1.156),
    Weights(-1.3, 0.904, 0.403, 0.955, 0.832, 1.2, 5.0, 2.57, 1.655, 2.767, 1.369, 2.556),
)  # fmt: skip


def same_event(one: Features, other: Features, days: float | None, models: Models = SHIPPED) -> float:
    """Probability (0 to 1) that two articles report one event, or `OF_TWO_DAYS`.

    days: between their publication, None when unknown.
    """
    other_day = against_undated(one, other) if days is None else 0.0
    if other_day and one.space == other.space and not (one.bare or other.bare):
        return OF_TWO_DAYS
    if one.space != other.space:
        score = across_score(models.across, one, other, days)
    elif one.bare or other.bare:
        score = _bare(models, one, other, days)
    else:
        score = _one_language(models, one, other, days)
    if score > FAINT:
        score -= against(one, other) + other_day
    likely = 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
    return likely * UNDATED if days is None else likely


def _one_language(models: Models, one: Features, other: Features, days: float | None) -> float:
    if one.space == ENGLISH:
        return english_score(models.english, one, other, days)
    return other_score(models.other, one, other, days)


def english_score(weights: English, one: Features, other: Features, days: float | None) -> float:
    """The log odds that two English reports are of one event."""
    if days is None:
        score = -THIN * max(0.0, ENOUGH - dot(one.words, other.words))
    else:
        score = (weights.gap if one.bare or other.bare else weights.text_gap) * math.log1p(4 * abs(days))
        score -= OTHER_DAY * _other_day(one, other, days)
    return _within(weights, score + _english_dates(weights, one, other, days), one, other)


def other_score(weights: Weights, one: Features, other: Features, days: float | None) -> float:
    """The same of two reports in one other language."""
    return _against(weights, one, other, days) + _alike(weights, one, other)


def across_score(weights: Weights, one: Features, other: Features, days: float | None) -> float:
    """The same of two reports in different languages."""
    score = _against(weights, one, other, days) + _across(weights, one, other)
    return score - THIN_ACROSS * max(0.0, ENOUGH_ACROSS - dot(one.shared, other.shared)) if days is None else score


def _bare(models: Models, one: Features, other: Features, days: float | None) -> float:
    """Where one is a headline alone: what agrees by chance, or names another partner or matter, is no event."""
    short, full = (one, other) if one.bare else (other, one)
    agreements = len(short.telling & full.words.weights.keys())
    if not agreements or _differ(one, other) or _of_other_days(one, other) or _of_other_results(one, other):
        return HOPELESS
    score = _one_language(models, one, other, days)
    if agreements >= AGREEMENTS:
        return score
    return score - (NAMELESS if one.named.isdisjoint(other.named) else LONELY)


def _of_other_days(one: Features, other: Features) -> bool:
    """Whether two headlines alone each name days of the year, none of them the same: of what comes out every day."""
    mine, theirs = one.dates.recurring, other.dates.recurring
    return one.bare and other.bare and bool(mine and theirs) and mine.isdisjoint(theirs)


def _of_other_results(one: Features, other: Features) -> bool:
    """Whether two headlines alone give figures, none of them the same, and share no name: two results in one form."""
    if not (one.bare and other.bare and one.named.isdisjoint(other.named)):
        return False
    mine, theirs = _figures(one), _figures(other)
    return min(len(mine), len(theirs)) >= RESULT and mine.isdisjoint(theirs)


def _figures(one: Features) -> set[int]:
    """The figures of a headline alone, those of dates aside."""
    dated = one.dates.years | {day % 32 for day in one.dates.recurring}
    return {int(key[1:]) for key in one.shared.weights if key[0] == NUMBER} - dated


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


def _across(weights: Weights, one: Features, other: Features) -> float:
    common = inner(one.shared, other.shared)
    if not common:
        return HOPELESS
    likeness = common / math.sqrt(one.shared.square * other.shared.square)
    title = (held(one.title_keys, other.shared) + held(other.title_keys, one.shared)) / 2
    return (
        weights.bias
        + weights.likeness * math.log(likeness + FLOOR)
        + weights.title * title
        + weights.keys * math.log1p(common)
    )


def _against(weights: Weights, one: Features, other: Features, days: float | None) -> float:
    """What speaks against one event, and dates, which may speak for it."""
    score = -weights.undated if days is None else -weights.gap * math.log1p(4 * abs(days))
    if days is None and _same_day(one.dates, other.dates):
        score += weights.dates
    if one.dates.years and other.dates.years and one.dates.years.isdisjoint(other.dates.years):
        score -= weights.years
    if one.weekdays and other.weekdays and one.weekdays.isdisjoint(other.weekdays):
        score -= weights.weekdays + OTHER_DAY * _other_day(one, other, days)
    mine, theirs = one.shared.weights.keys(), other.shared.weights.keys()
    if not one.places <= theirs and not other.places <= mine:
        score -= weights.places
    if one.matters and other.matters and one.matters.isdisjoint(theirs) and other.matters.isdisjoint(mine):
        score -= weights.matters
    if one.acts and other.acts and one.acts.isdisjoint(other.acts):
        score -= weights.acts
    return score


def _other_day(one: Features, other: Features, days: float | None) -> bool:
    """Whether two reports each name weekdays, none of them the same, and did not come on one day."""
    if days is None or abs(days) < APART or not one.weekdays or not other.weekdays:
        return False
    return one.weekdays.isdisjoint(other.weekdays)


def _same_day(one: Dates, other: Dates) -> bool:
    near = any(abs(a - b) <= SAME_DAYS for a in one.days for b in other.days)
    return near or not one.recurring.isdisjoint(other.recurring)


def _within(weights: English, score: float, one: Features, other: Features) -> float:
    """``score`` with what words of one language add; `HOPELESS`, without computing all, where it cannot recover."""
    common = dot(one.words, other.words)
    if common - (one.words.size + other.words.size) / 2 < UNLIKE and min(one.words.size, other.words.size) > LONG:
        return HOPELESS
    score += weights.bias + _weigh(weights.words, common, one.words, other.words)
    score += _weigh(weights.names, 0.0, one.names, other.names)
    score += _weigh(weights.pairs, 0.0, one.pairs, other.pairs)
    score += _weigh(weights.shared, 0.0, one.shared, other.shared)
    if score < FAR:
        return HOPELESS
    score += weights.names[0] * dot(one.names, other.names) + weights.pairs[0] * dot(one.pairs, other.pairs)
    return score + weights.shared[0] * dot(one.shared, other.shared) + _weekdays(weights, one, other)


def _weigh(weights: tuple[float, float, float], common: float, one: Vector, other: Vector) -> float:
    low, high = (one.size, other.size) if one.size < other.size else (other.size, one.size)
    return weights[0] * common + weights[1] * low + weights[2] * high


def _english_dates(weights: English, one: Features, other: Features, days: float | None) -> float:
    """What the dates that two English reports name say.

    A headline alone names the day that it came: "Game Recap (Jan 2, 2026)". That two of known times name one day says
    no more than their times do.
    """
    score = _dates(weights, one.dates, other.dates)
    return min(0.0, score) if one.bare and other.bare and days is not None else score


def _dates(weights: English, one: Dates, other: Dates) -> float:
    score = 0.0
    if one.days and other.days:
        nearest = min(abs(a - b) for a in one.days for b in other.days)
        if nearest <= SAME_DAYS:
            score += weights.dates_agree
    if not one.recurring.isdisjoint(other.recurring):
        score += weights.same_day_of_year
    if one.years and other.years and one.years.isdisjoint(other.years):
        score += weights.years_differ
    return score


def _weekdays(weights: English, one: Features, other: Features) -> float:
    if not one.weekdays or not other.weekdays:
        return 0.0
    return weights.weekdays_agree if one.weekdays & other.weekdays else weights.weekdays_differ
