"""Whom and what a story is about, as its headlines and openings say it: whether another story is the same event. Pure.

Accounts of one event in several languages, or by other words, are often several stories that grouping cannot join.
They name the same person and the same act. So do two visits, two drills or two agreements of one week, and then
something differs: whom else they name, where it was, or on which day.

Arrival and talks of one visit differ in act, day and partner. They name the guest and the place abroad where he is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from monitor.model import Kinship, Report, Story
from monitor.stories.gloss import OPENING, names_in_front
from monitor.stories.said import is_named, sentences_of
from monitor.text import fold
from monitor.text.dates import weekdays_in
from monitor.topic.records import EntityName

ANOTHER_DAY = timedelta(hours=18)  # between the beginnings of two stories of which each names its weekday

Difference = Literal["partner", "place", "day"]


@dataclass(frozen=True, slots=True)
class About:
    """People and places that headlines or openings of a story name, by id; weekdays that they name, 0 for Monday; the
    acts of its watch; and when it began. visits: each of these people with a place of another side beside him.
    """

    watch: str
    people: frozenset[str]
    places: frozenset[str]
    weekdays: frozenset[int]
    acts: frozenset[str]
    began: datetime
    visits: frozenset[tuple[str, str]] = frozenset()

    def differs(self, other: About) -> tuple[Difference, ...]:
        """What speaks against one event: each names a person whom the other does not, or another place or day.

        A guest has several hosts: with a person, an act and a place in common within hours another partner is none.
        """
        found: list[Difference] = []
        if self.people - other.people and other.people - self.people and not self._is_one_occasion(other):
            found.append("partner")
        if _are_apart(self.places, other.places):
            found.append("place")
        if _are_apart(self.weekdays, other.weekdays) and abs(self.began - other.began) >= ANOTHER_DAY:
            found.append("day")
        return tuple(found)

    def _is_one_occasion(self, other: About) -> bool:
        common = self.people & other.people and self.places & other.places and self.acts & other.acts
        return bool(common) and abs(self.began - other.began) < ANOTHER_DAY

    def is_akin(self, other: About) -> bool:
        """Whether the two have a person and an act in common, or two people within hours where one of the two tells of
        no act, and nothing speaks against one event.
        """
        if self.watch != other.watch:
            return False
        both = self.people & other.people
        common = bool(both and self.acts & other.acts) or (len(both) > 1 and self._is_soon_and_unsaid(other))
        return common and not self.differs(other)

    def _is_soon_and_unsaid(self, other: About) -> bool:
        """Whether the two began within hours, and what was done is not known of one: then who met whom says it."""
        return not (self.acts and other.acts) and abs(self.began - other.began) < ANOTHER_DAY

    def kinship(self, other: About) -> Kinship | None:
        """What makes a reader of one of the two know the other already, None for nothing."""
        if self.watch != other.watch:
            return None
        if self.is_akin(other):
            return "act"
        if self.visits & other.visits:
            return "visit"
        nobody = not self.people and not other.people
        same = bool(self.places & other.places) and bool(self.acts & other.acts)
        return "place" if nobody and same and not self.differs(other) else None


def about(story: Story, entities: Mapping[str, EntityName]) -> About:
    """What a story is about, with the texts of its reports. entities: by id, of which people and places count."""
    fronts = [[entities[id] for id in names_in_front(report, entities)] for report in story.reports]
    named = {entity.id for front in fronts for entity in front}
    return About(
        story.watch,
        frozenset(id for id in named if entities[id].kind == "person"),
        frozenset(id for report, front in zip(story.reports, fronts, strict=True) for id in _where(report, front)),
        frozenset(day for report in story.reports for day in _weekdays(report)),
        frozenset(act for report in story.reports for act in report.match.acts),
        story.first_seen,
        frozenset(
            visit for report, front in zip(story.reports, fronts, strict=True) for visit in _visits(report, front)
        ),
    )


def each_about(story: Story, entities: Mapping[str, EntityName]) -> tuple[About, ...]:
    """What each report of a story is about, taken by itself."""
    return tuple(_about(story, [report], entities) for report in story.reports)


def apart(story: Story, fresh: Collection[int], entities: Mapping[str, EntityName]) -> tuple[Report, ...]:
    """The reports that joined a story and differ from all others of it in partner or day, or in place and act: it may
    be wrong that they are there. fresh: ids of the articles that came since the story was told.

    Another place alone is not enough, because later reports of one event often name another one. A partner of the story
    is who half of its reports name.
    """
    before = [report for report in story.reports if report.article.id not in fresh]
    if not before:
        return ()
    told, main = _about(story, before, entities), _main_people(before, entities)
    new = [report for report in story.reports if report.article.id in fresh]
    return tuple(report for report in new if _is_another(_about(story, [report], entities), told, main))


def _main_people(reports: Sequence[Report], entities: Mapping[str, EntityName]) -> frozenset[str]:
    """Whom half of the reports name in front. A long story names many more, and hardly one report names all of them."""
    counted = Counter(id for report in reports for id in set(names_in_front(report, entities)))
    return frozenset(id for id, held in counted.items() if entities[id].kind == "person" and 2 * held >= len(reports))


def _is_another(own: About, told: About, main: frozenset[str]) -> bool:
    differs = tuple(each for each in own.differs(told) if each != "partner" or main - own.people)
    if differs == ("place",):
        return bool(own.acts and told.acts) and own.acts.isdisjoint(told.acts)
    return bool(differs)


def _about(story: Story, reports: Sequence[Report], entities: Mapping[str, EntityName]) -> About:
    """What some reports of a story are about."""
    began = min(report.article.published or report.article.fetched for report in reports)
    return about(replace(story, reports=tuple(reports), first_seen=began), entities)


def _where(report: Report, front: Sequence[EntityName]) -> Iterator[str]:
    """Ids of the places in front, but for those of two sides in one headline: in "Tehran and Baghdad agree" two
    governments do.
    """
    headline = fold.fold(report.article.title)
    places = [place for place in front if place.kind == "place"]
    told = [place for place in places if place.side and is_named(place, headline)]
    parties = told if len({place.side for place in told}) > 1 else []
    yield from (place.id for place in places if place not in parties)


def _visits(report: Report, front: Sequence[EntityName]) -> Iterator[tuple[str, str]]:
    """Each person with each place of another side than his own, in the headline where that names one.

    Beside a place of his own side he may be the host: "Tehran and Baghdad agree" says where nobody is.
    """
    headline = fold.fold(report.article.title)
    known = [place for place in front if place.kind == "place" and place.side]
    places = [place for place in known if is_named(place, headline)] or known
    for person in front:
        if person.kind == "person" and person.side and all(place.side != person.side for place in places):
            yield from ((person.id, place.id) for place in places)


def _weekdays(report: Report) -> frozenset[int]:
    front = "\n".join((report.article.title, *sentences_of(report)[:OPENING]))
    return weekdays_in(fold.tokens(fold.fold(front)))


def _are_apart(one: frozenset[str] | frozenset[int], other: frozenset[str] | frozenset[int]) -> bool:
    return bool(one) and bool(other) and one.isdisjoint(other)
