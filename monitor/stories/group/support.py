"""Reports that support a story: they did not match, but tell of its event.

A report of an outlet in a language that the watch reads badly, or one whose lead says too little, is judged too low. It
never begins a story and changes none; it is shown with the story it belongs to.

Of one visit there may be a memorandum on air defence and one on customs, by the same people, in the same town. So a
report whose headline is on a matter, such as trade, that no report of the story speaks of is of another event. So is
one with hardly any score, no act of the watch and nobody whom the story names, in a language in which a report of the
story matched: there the watch knows the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.stories.group.features import Features
from monitor.stories.group.resemblance import same_event

LIKELY = 0.5  # mean likelihood of one event with the story's reports; well above what joins two matches
DAYS = 2.0  # between the report and the story's nearest


@dataclass(frozen=True, slots=True)
class Weighed:
    """A report as it is compared. article: its id. day: when it was published, in days since 1970.

    slight: it has hardly any score, and no act of the watch was found in it.
    """

    article: int
    features: Features
    day: float
    slight: bool = False


@dataclass(frozen=True, slots=True)
class Supported:
    """That an article supports a story. beside: the article of the story that it is most like.

    likely: that it is of the story's event, 0 to 1.
    """

    article: int
    beside: int
    likely: float


def supported(candidate: Weighed, stories: Iterable[Sequence[Weighed]]) -> Supported | None:
    """What a report that did not match supports, of stories by their reports; None for nothing."""
    best: Supported | None = None
    for reports in stories:
        likely = {} if _is_about_something_else(candidate, reports) else _likely(candidate, reports)
        if not likely:
            continue
        mean = sum(likely.values()) / len(likely)
        if mean >= max(LIKELY, best.likely if best else 0.0):
            beside = max(likely, key=lambda article: (likely[article], -article))
            best = Supported(candidate.article, beside, mean)
    return best


def _is_about_something_else(one: Weighed, reports: Sequence[Weighed]) -> bool:
    """Whether a report is on a matter of its own, or has hardly a score though the watch reads its language."""
    matters = one.features.matters
    if matters and all(matters.isdisjoint(each.features.shared.weights) for each in reports):
        return True
    read = any(one.features.space == each.features.space for each in reports)
    return one.slight and read and not any(_share_somebody(one.features, each.features) for each in reports)


def _share_somebody(one: Features, other: Features) -> bool:
    return any(not people.isdisjoint(other.people.get(side, ())) for side, people in one.people.items())


def _likely(one: Weighed, reports: Iterable[Weighed]) -> dict[int, float]:
    """Article → how likely it is of one event, of the reports in its language where there are any, else of all.

    Of a story of other days there is none.
    """
    near = [(each, abs(one.day - each.day)) for each in reports]
    if min((days for _, days in near), default=DAYS + 1) > DAYS:
        return {}
    alike = [each for each in near if each[0].features.space == one.features.space] or near
    return {each.article: same_event(one.features, each.features, days) for each, days in alike}
