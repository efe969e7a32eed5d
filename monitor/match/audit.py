"""How much a watch misses: which articles a person looks at for it, and what their answers say of all others.

It is the elusion test of technology-assisted review (Roitblat, "Search and information retrieval science", Sedona
Conf. J. 8, 2007), stratified by score. In each band the number of relevant articles has exact limits for a sample
without replacement (Clopper & Pearson, Biometrika 26, 1934; for a finite population they are beta-binomial). Limits of
several bands are put together as melded confidence intervals (Fay, Proschan & Brittain, Biometrics 71, 2015): recall is
lowest where much was missed and little found, so its lower limit takes the upper limits of what did not match and the
lower ones of what did. They hold with a handful of answers, and without a single error among them.

Same input, same output: the draws come from a generator with a fixed seed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor, log, log1p, sqrt
from random import Random
from typing import Literal

from monitor.model import Verdict

Band = Literal["match", "near", "low", "rest"]
# band → its share of a sample. What lies near the threshold teaches a refit most; the rest is large, and mostly clear.
BANDS: Mapping[Band, int] = {"match": 6, "near": 5, "low": 5, "rest": 4}
SIZE = sum(BANDS.values())
_LOW = 0.2  # of the threshold: below it is the rest
_DRAWS = 4000  # simulated values of a figure
_LIMITS = 0.025, 0.975
_ONE_BY_ONE = 30.0  # a binomial number with a larger mean is taken from its normal approximation


@dataclass(frozen=True, slots=True)
class Judged:
    """An article that may be drawn, as its watch judged it. score: 0 to 1."""

    id: int
    score: float
    verdict: Verdict
    language: str
    kind: str


@dataclass(frozen=True, slots=True)
class Cell:
    """Some articles of a band. size: how many; looked: how many a person answered for; right: the relevant of those.

    Where all were looked at, nothing is estimated: so are those that a person had marked before the draw.
    """

    band: Band
    size: int
    looked: int
    right: int


@dataclass(frozen=True, slots=True)
class Figure:
    """An estimate with its 95 % confidence interval. value: None where nothing was answered."""

    value: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """recall, precision: 0 to 1. missed: how many relevant articles did not match. answered: how many a person saw."""

    recall: Figure
    precision: Figure
    missed: Figure
    answered: int


def band_of(verdict: Verdict, score: float, threshold: float) -> Band:
    """The band of an article by what its watch says of it."""
    if verdict == "match":
        return "match"
    if verdict == "near" or score >= threshold:  # an excluded term decides whatever the score is
        return "near"
    return "low" if score >= _LOW * threshold else "rest"


def draw(judged: Iterable[Judged], threshold: float, salt: str, size: int = SIZE) -> dict[Band, list[Judged]]:
    """A random sample of each band, in a random order. salt: another one gives another sample.

    Drawn at even steps from a list by language and kind of outlet, so that each has its share. What a band is too small
    for goes to the others.
    """
    pools: dict[Band, list[Judged]] = {band: [] for band in BANDS}
    for one in judged:
        pools[band_of(one.verdict, one.score, threshold)].append(one)
    counts = _shares({band: len(pool) for band, pool in pools.items()}, size)
    return {band: _systematic(pool, counts[band], f"{salt} {band}") for band, pool in pools.items()}


def estimate(cells: Sequence[Cell]) -> Estimate:
    """What the answers say of all articles of these cells."""
    random = Random(len(cells))
    found, lost = ([cell for cell in cells if (cell.band == "match") == wanted] for wanted in (True, False))
    few_found, many_found = (_totals(random, found, up=up) for up in (False, True))
    few_lost, many_lost = (_totals(random, lost, up=up) for up in (False, True))
    hits, losses = _expected(found), _expected(lost)
    relevant = None if hits is None or losses is None else hits + losses
    matching = sum(cell.size for cell in found)
    return Estimate(
        recall=Figure(
            hits / relevant if hits is not None and relevant else None,
            _quantile([a / (a + b) if a else 0.0 for a, b in zip(few_found, many_lost, strict=True)], _LIMITS[0]),
            _quantile([a / (a + b) if b else 1.0 for a, b in zip(many_found, few_lost, strict=True)], _LIMITS[1]),
        ),
        precision=Figure(
            hits / matching if hits is not None and matching else None,
            _quantile(few_found, _LIMITS[0]) / matching if matching else 0.0,
            _quantile(many_found, _LIMITS[1]) / matching if matching else 1.0,
        ),
        missed=Figure(losses, _quantile(few_lost, _LIMITS[0]), _quantile(many_lost, _LIMITS[1])),
        answered=sum(cell.looked for cell in cells),
    )


def in_sight(cells: Iterable[Cell]) -> list[Cell]:
    """Without the articles that hold next to nothing of what the watch looks for: they are many, and few are drawn."""
    return [cell for cell in cells if cell.band != "rest"]


def together(cells: Iterable[Cell]) -> list[Cell]:
    """The cells of several audits as one for each band: its share of relevant articles is taken to be the same in each.

    Where all were looked at is kept apart, because nothing else follows from that.
    """
    sums: dict[tuple[Band, bool], list[int]] = {}
    for cell in cells:
        if cell.size:
            sum_ = sums.setdefault((cell.band, cell.looked == cell.size), [0, 0, 0])
            for place, value in enumerate((cell.size, cell.looked, cell.right)):
                sum_[place] += value
    return [Cell(band, *sum_) for (band, _), sum_ in sums.items()]


def limits(cell: Cell) -> tuple[int, int]:
    """95 % confidence limits of how many articles of a band are relevant."""
    random = Random(1)
    low, high = (sorted(_number(random, cell, up=up) for _ in range(_DRAWS)) for up in (False, True))
    return int(_quantile(low, _LIMITS[0])), int(_quantile(high, _LIMITS[1]))


def _shares(sizes: Mapping[Band, int], size: int) -> dict[Band, int]:
    """How many of each band to draw: by its share, and what a small band leaves to the others in turn."""
    counts = {band: min(sizes[band], round(size * share / SIZE)) for band, share in BANDS.items()}
    # From the largest part of the work to the smallest, so that what is left goes where most can be missed.
    turns: tuple[Band, ...] = ("near", "low", "rest", "match")
    while sum(counts.values()) < size and any(counts[band] < sizes[band] for band in turns):
        for band in turns:
            if counts[band] < sizes[band] and sum(counts.values()) < size:
                counts[band] += 1
    while sum(counts.values()) > size:
        counts[max(counts, key=lambda band: counts[band])] -= 1
    return counts


def _systematic(pool: Sequence[Judged], count: int, salt: str) -> list[Judged]:
    ordered = sorted(pool, key=lambda one: (one.language, one.kind, drawn_at(salt, one.id)))
    step = len(ordered) / count if count else 0.0
    start = int.from_bytes(drawn_at(salt, 0)[:7]) / 2**56
    chosen = [ordered[min(len(ordered) - 1, floor((start + n) * step))] for n in range(count)]
    return sorted(chosen, key=lambda one: drawn_at(salt, one.id))


def drawn_at(salt: str, number: int) -> bytes:
    """By what articles are put into a random order."""
    return hashlib.sha256(f"{salt} {number}".encode()).digest()


def _expected(cells: Sequence[Cell]) -> float | None:
    """By the share of each cell's sample; None where one was not looked at."""
    if any(not cell.looked for cell in cells):
        return None
    return sum(cell.size * cell.right / cell.looked for cell in cells)


def _totals(random: Random, cells: Sequence[Cell], *, up: bool) -> list[float]:
    return [float(sum(_number(random, cell, up=up) for cell in cells)) for _ in range(_DRAWS)]


def _number(random: Random, cell: Cell, *, up: bool) -> int:
    """A draw from the upper or the lower confidence distribution of how many articles of a band are relevant."""
    yes, no = cell.right + up, cell.looked - cell.right + (not up)
    share = random.betavariate(yes, no) if yes and no else float(not no)
    return cell.right + _binomial(random, cell.size - cell.looked, share)


def _binomial(random: Random, count: int, share: float) -> int:
    """How many of ``count`` come true, each with the chance ``share``."""
    if share > 0.5:
        return count - _binomial(random, count, 1 - share)
    if count * share > _ONE_BY_ONE:
        near = random.gauss(count * share, sqrt(count * share * (1 - share)))
        return min(count, max(0, round(near)))
    of_one = log1p(-share)
    hits, at = 0, 0
    while of_one < 0:  # from one hit to the next: the gaps are geometric
        at += floor(log(1 - random.random()) / of_one) + 1
        if at > count:
            break
        hits += 1
    return hits


def _quantile(values: Iterable[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, floor(part * len(ordered)))]
