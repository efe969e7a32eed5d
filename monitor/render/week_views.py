"""What several days were: the affairs with their steps, the names that are new, the feeds that fell silent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from monitor.model import Affair, DigestStory, Edition, FeedReport, Health
from monitor.render.affair_views import step_view
from monitor.render.edition_views import WeekAffair, WeekView
from monitor.render.plain import one_line
from monitor.render.words import Words

WEEK = timedelta(days=6)  # from so long a window on
AFFAIRS, STEPS = 8, 6  # listed, the last steps of each
SILENT = timedelta(days=1)  # a feed that fails for less may only have had a bad hour
_LOST = (Health.FAILING, Health.BLOCKED, Health.NOT_A_FEED, Health.GONE, Health.QUIET)


def is_week(edition: Edition) -> bool:
    """Whether an edition covers so many days that it is read as a week."""
    return not edition.alert and edition.until - edition.since >= WEEK


def build_week(
    edition: Edition, words: Words, page: Callable[[int], str], shown: Iterable[DigestStory], *, charted: bool
) -> WeekView | None:
    """The view of an edition's days; None for fewer than a week's, and for days of which there is nothing to say.

    page: of a story by its number, or "". shown: the stories that it has in full. charted: its reports are shown by
    day.
    """
    if not is_week(edition):
        return None
    listed = {each.story.id for each in shown}
    lost = [feed for feed in edition.coverage.feeds if _fell_silent(feed, edition)]
    found = WeekView(
        tuple(_affair(each, words, page, listed) for each in _affairs(edition)[:AFFAIRS]),
        words.wording.listed(one_line(name, 60) for name in edition.new_names if edition.new_in),
        words.wording.listed(one_line(feed.name or feed.url, 60) for feed in lost),
        words.several(edition.new_in, "{n} day", "{n} days"),
    )
    return found if charted or found.affairs or found.names or found.silent else None


def _affairs(edition: Edition) -> Sequence[Affair]:
    """The affairs of which these days brought a step, those of most steps first.

    Two stories may have affairs of different lengths. One is left out where half its stories stand in a longer one.
    """
    found = [each.affair for each in (*edition.stories, *edition.more) if each.affair]
    steps = {id(affair): [step for step in affair.steps if step.number] for affair in found}
    told: list[Affair] = []
    listed: set[int] = set()
    for affair in sorted(found, key=lambda affair: -len(steps[id(affair)])):
        own = {step.story for step in steps[id(affair)]}
        is_news = len(own) > 1 and steps[id(affair)][-1].began >= edition.since
        if is_news and 2 * len(own & listed) < len(own):
            told.append(affair)
            listed |= own
    return told


def _affair(affair: Affair, words: Words, page: Callable[[int], str], listed: set[int]) -> WeekAffair:
    """An affair by its last steps, those that only tell again what another told left out."""
    steps = [step for step in affair.steps if step.number]

    def place(story: int) -> str:
        """Where a step's story is: a few lines further down, or on its page."""
        return f"#story-{story}" if story in listed else page(story)

    views = tuple(step_view(step, words, place) for step in steps[-STEPS:])
    return WeekAffair(views, len(steps), len(steps) - len(views))


def _fell_silent(feed: FeedReport, edition: Edition) -> bool:
    if feed.health not in _LOST or feed.unreached or feed.since is None:
        return False
    latest = edition.until if feed.health is Health.GONE else edition.until - SILENT
    return edition.since <= feed.since <= latest
