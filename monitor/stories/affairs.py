"""Affairs: stories that follow one another, each with what it adds to those before. Pure.

A story that soon follows one like it and adds nothing is another account of what that tells, and no step of its own.
What adds to an affair is an act in a headline, a person, a body, a figure or a date that no earlier story of it had. A
place or a publisher is not enough, and neither is an act that a text mentions. In a language in which little is
recognised a story seems to add nothing. So it has to be like the one that it follows, too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from monitor.model import Affair, News, Report, Step, Story, StoryLink
from monitor.stories.gloss import gloss_of
from monitor.stories.group.crossing import Tables
from monitor.stories.group.follow import BACKGROUND, STEP
from monitor.stories.group.names import SHORTEST, codes
from monitor.stories.group.signature import acts_in_words, acts_of_headline
from monitor.stories.group.words import words_of
from monitor.stories.novelty import whats_new
from monitor.stories.said import sentences_of
from monitor.text.language import reading_rank
from monitor.topic.records import EntityName

# Between the beginnings of two stories of which one is another account of the other, and between reports of a story of
# which the later ones may tell nothing. What comes later may be the next visit of the same people, joined wrongly.
SOON = timedelta(hours=36)
LIKE = 0.6  # likelihood from which it may be one
MOST = 12  # stories of an affair that are told of: its first, and its last
ADDED = 4  # things named that a step adds
# A visit or a meeting that the opening of a text tells of is known, whatever its headline says. Of an act with an
# outcome the opening may say no more than that it is to come.
MEETING, OPENING = "visit", 3
# Stances that are events of their own: a reader comes back for a rejection or a vote on what he knows.
TURNS = frozenset({
    "denial", "refusal", "condemnation", "accusation", "summons", "suspension", "ban", "approval", "lifting", "lawsuit",
})  # fmt: skip
TELLING = frozenset({"person", "figure", "date", "changed"})  # kinds of news that a reader would come back for


Related = Callable[[int, int], bool]
"""Whether two stories, by their ids, may be steps of one affair."""


def members(story: int, links: Iterable[StoryLink], related: Related) -> frozenset[int]:
    """Ids of the stories of the affair of a story, itself among them: those that it is linked to, over others that it
    is related to.
    """
    near: dict[int, set[int]] = {}
    for link in links:
        if link.kind == STEP:
            near.setdefault(link.later, set()).add(link.earlier)
            near.setdefault(link.earlier, set()).add(link.later)
    found, waiting = {story}, [story]
    direct = near.get(story, set())
    while waiting:
        more = {each for each in near.get(waiting.pop(), set()) - found if each in direct or related(story, each)}
        found |= more
        waiting += more
    return frozenset(found)


class Teller:
    """Tells affairs. stories: by id, all that links lead to. related: of any two of them. entities, acts: as
    `whats_new` takes them. script: as `gloss_of` takes it. reads: languages in which headlines are told, in order.
    """

    def __init__(
        self,
        stories: Mapping[int, Story],
        links: Sequence[StoryLink],
        related: Related,
        tables: Tables,
        entities: Sequence[EntityName] = (),
        acts: Mapping[str, str] | None = None,
        script: str = "latin",
        reads: Sequence[str] = (),
    ) -> None:
        self._stories = stories
        self._links = links
        self._related = related
        self._tables = tables
        self._entities = entities
        self._acts = acts
        self._script = script
        self._reads = reads
        self._told: dict[frozenset[int], tuple[Step, ...]] = {}

    def affair(self, story: int, shown: Collection[int] = ()) -> Affair | None:
        """The affair of a story; None where it follows nothing, nothing follows it and it looks back at nothing.

        shown: ids of the stories of which an earlier edition has shown a report.
        """
        steps = self._steps(frozenset(members(story, self._links, self._related) & self._stories.keys()))
        known = any(step.story in shown for step in steps if step.story != story)
        ids = {link.earlier for link in self._links if link.later == story and link.kind == BACKGROUND}
        background = tuple(self._step(self._stories[each], 0) for each in sorted(ids & self._stories.keys()))
        return Affair(steps, known, background) if len(steps) > 1 or background else None

    def _steps(self, ids: frozenset[int]) -> tuple[Step, ...]:
        if ids not in self._told:
            ordered = sorted((self._stories[each] for each in ids), key=lambda story: (story.first_seen, story.id))
            if len(ordered) > MOST:
                ordered = [ordered[0], *ordered[1 - MOST :]]
            before: list[Report] = []
            made: list[Step] = []
            for story in ordered:
                adds = self._adds(before, story.reports) if before else ()
                nothing = bool(before) and not any(news.kind == "body" for news in adds)
                nothing = nothing and tells_nothing(before, story.reports, adds, self._tables)
                account = nothing and self._is_like_another(story)
                number = 0 if account else 1 + sum(step.number > 0 for step in made)
                made.append(
                    replace(self._step(story, number), adds=adds, nothing=nothing, follows=self._followed(story.id))
                )
                before += story.reports
            self._told[ids] = tuple(made)
        return self._told[ids]

    def _step(self, story: Story, number: int) -> Step:
        headline, said = story.title_in(partial(reading_rank, reads=self._reads))
        gloss = gloss_of(story.reports, self._tables, self._entities, self._acts, self._script)
        began = story.first_seen
        if any(report.article.day for report in story.reports):  # a day begins on another one elsewhere
            began = min(report.article.out_by for report in story.reports)
        return Step(story.id, number, headline, said, began, gloss=gloss, told=story.told_at(headline))

    def _followed(self, story: int) -> int:
        """The id of the story that this one follows, 0 for none."""
        return next((link.earlier for link in self._links if link.later == story and link.kind == STEP), 0)

    def _is_like_another(self, story: Story) -> bool:
        """Whether it soon follows a story that is like it."""
        return any(
            link.later == story.id
            and link.alike >= LIKE
            and link.earlier in self._stories
            and story.first_seen - self._stories[link.earlier].first_seen <= SOON
            for link in self._links
        )

    def _adds(self, before: Sequence[Report], fresh: Sequence[Report]) -> tuple[News, ...]:
        """What the reports add, acts of the headlines first, since those say what was done."""
        known = {act for report in before for act in _acts_told(report, self._tables)}
        found = [
            News("act", act, report.article.id)
            for report in fresh
            for act in _acts_told(report, self._tables)
            if act not in known
        ]
        facts = whats_new(before, fresh, self._entities, self._acts)
        found += [fact.news for fact in facts if fact.news.kind not in ("publisher", "place")]
        distinct = {(news.kind, news.text): news for news in reversed(found)}
        order = dict.fromkeys((news.kind, news.text) for news in found)
        return tuple(distinct[each] for each in order)[:ADDED]


def tells_nothing(before: Iterable[Report], fresh: Sequence[Report], news: Iterable[News], tables: Tables) -> bool:
    """Whether reports have nothing that a reader of those ``before`` would come back for. news: what is new in them."""
    earlier = list(before)
    known = _acts(earlier, tables)
    added = _acts(fresh, tables) - known
    added |= _turns(fresh, tables) - _turns(earlier, tables)
    if MEETING in added and any(MEETING in _acts_of_opening(report, tables) for report in earlier):
        added -= {MEETING}
    reports = {report.article.id: report for report in fresh}
    return not added and not any(_is_telling(each, reports.get(each.article)) for each in news)


def comes_late(before: Sequence[Report], fresh: Sequence[Report]) -> bool:
    """Whether reports came so long after the others of their story that they may be of another event."""
    return bool(before and fresh) and min(map(_moment, fresh)) - max(map(_moment, before)) > SOON


def _moment(report: Report) -> datetime:
    return report.article.published or report.article.fetched


def _is_telling(news: News, report: Report | None) -> bool:
    """Whether a reader would come back for it. A person is news where headline or first sentence has him, and not where
    a later one mentions him."""
    if news.kind != "person" or report is None:
        return news.kind in TELLING
    opening = " ".join((report.article.title, *sentences_of(report)[:1]))
    said = {code for word in words_of(opening, report.article.language or "") for code in codes(word.folded)}
    named = {code for word in words_of(news.text) for code in codes(word.folded) if len(code) >= SHORTEST}
    return not named or not named.isdisjoint(said)


def _acts_of_opening(report: Report, tables: Tables) -> frozenset[str]:
    """The acts that the first sentences of a text name."""
    opening = sentences_of(report)[:OPENING]
    each = (acts_of_headline(sentence, report.article.language, tables) for sentence in opening)
    return frozenset[str]().union(*each)


def _acts_told(report: Report, tables: Tables) -> tuple[str, ...]:
    """The acts that a headline tells of, as a reader would name them."""
    return acts_in_words(report.article.title, report.article.language, tables)


def _turns(reports: Iterable[Report], tables: Tables) -> frozenset[str]:
    """The stances of `TURNS` that headlines tell of."""
    return frozenset(act for report in reports for act in _acts_told(report, tables)) & TURNS


def _acts(reports: Iterable[Report], tables: Tables) -> frozenset[str]:
    """The acts that headlines name."""
    each = (acts_of_headline(report.article.title, report.article.language, tables) for report in reports)
    return frozenset[str]().union(*each)
