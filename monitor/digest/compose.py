"""What an edition shows, and in which order. Pure: given the stories, what earlier editions showed, and the time.

An article is shown as new in one edition only. This also holds when its story was merged or split since: articles are
remembered, not stories. A story that was shown before comes back only with a fresh article.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Literal

from monitor.model import Coverage, DigestStory, Edition, Report, Story
from monitor.text.language import primary

Empty = Literal["send", "skip", "weekly"]
WEEK = timedelta(days=7)
NEAR_MISSES = 0  # the key in ``seen`` for articles shown as near misses; no story has this id


@dataclass(frozen=True, slots=True)
class ComposeSettings:
    """What a digest shows. ``threshold`` (0 to 1) may be above its watches' own; ``languages`` () means all.

    watches: names for display; watch_ids: their ids, in the same order.
    max_age: an article published longer than this before the window (or before it was judged, if that was earlier) is
    no news: it is counted, not shown.
    """

    name: str
    timezone: str = "UTC"
    watches: tuple[str, ...] = ()
    watch_ids: tuple[str, ...] = ()
    max_stories: int = 20
    max_near_misses: int = 5
    languages: tuple[str, ...] = ()
    threshold: float = 0.0
    max_age: timedelta = WEEK
    empty: Empty = "send"


def compose(
    digest: ComposeSettings,
    *,
    period: str,
    since: datetime,
    until: datetime,
    now: datetime,
    stories: Sequence[Story],
    seen: Mapping[int, frozenset[int]],
    near_misses: Sequence[Report],
    coverage: Coverage,
    voices: Callable[[Story], int] | None = None,
) -> Edition:
    """The edition of ``period`` over the window (since, until].

    stories: every story with a report judged up to ``until`` that may not have been shown; what was shown is left out
    here. seen: story id → ids of its articles that earlier editions of this digest showed.
    voices: counts the independent publishers of a story. As that takes its texts it is asked only as far as the order
    of what is shown in full depends on it; of all others the distinct publishers are counted.
    """
    before = _seen_articles(seen, near_misses=False)
    filtered = [_filtered(story, digest, since, until, before, seen) for story in stories]
    kept = [each for each, _ in filtered if each]
    weak = [each for each in kept if each.story.score < digest.threshold]
    strong = _ranked([each for each in kept if each.story.score >= digest.threshold], voices, digest.max_stories)
    passed = [r for r in near_misses if r.matched <= until and _in_languages(r, digest.languages)]
    passed = [r for r in passed if not _is_old(r, since, digest.max_age)]
    near = _near(passed, weak, strong, _seen_articles(seen, near_misses=True))
    return Edition(
        digest=digest.name,
        period=period,
        since=since,
        until=until,
        composed=now,
        timezone=digest.timezone,
        stories=tuple(strong[: digest.max_stories]),
        near_misses=tuple(near[: digest.max_near_misses]),
        coverage=replace(coverage, older=coverage.older + sum(older for _, older in filtered)),
        watches=digest.watches,
        watch_ids=digest.watch_ids,
        omitted=max(0, len(strong) - digest.max_stories),
        more=tuple(strong[digest.max_stories :]),
        near_omitted=max(0, len(near) - digest.max_near_misses),
    )


def worth_sending(edition: Edition, empty: Empty, last_sent: datetime | None) -> bool:
    """Whether an edition is sent. "weekly" sends an empty one a week after ``last_sent``, the end of the last one sent.

    A notice (such as a refused configuration) makes an edition worth sending, whatever ``empty`` says:
    silence must not hide that something broke.
    """
    if edition.stories or empty == "send" or edition.coverage.notices:
        return True
    if empty == "skip":
        return False
    # An hour of slack: a schedule's tick a week later may lie a little under seven days (summer time).
    return last_sent is None or edition.until - last_sent >= WEEK - timedelta(hours=1)


def weight(story: Story, voices: int = 0) -> float:
    """How high a story stands: its score, plus 0.1 a doubling of publishers and 0.05 an act (four at most).

    voices: independent publishers; 0 counts the distinct ones.
    """
    publishers = voices or len({_publisher(report) for report in story.reports})
    acts = {act for report in story.reports for act in report.match.acts}
    return story.score + 0.1 * math.log2(max(1, publishers)) + 0.05 * min(4, len(acts))


def _order(each: DigestStory, voices: int = 0) -> tuple[float, float, int]:
    """Heaviest first, then latest; the id makes the order total. voices: as many as that, 0 for its own."""
    story = each.story
    return (-weight(story, voices or each.voices), -story.last_seen.timestamp(), story.id)


def _ranked(stories: Iterable[DigestStory], voices: Callable[[Story], int] | None, most: int) -> Sequence[DigestStory]:
    """The stories in their order. The first ``most`` stand where their voices put them.

    Each waits where it would stand if every report were a voice, which is the highest place it can have. What comes to
    the front is counted, and goes back to its own place; what was counted and comes to the front again is next.
    """
    if voices is None:
        return sorted(stories, key=_order)
    waiting = [(_order(each, len(each.story.reports)), each, False) for each in stories]
    heapq.heapify(waiting)
    ranked: list[DigestStory] = []
    while waiting and len(ranked) < most:
        _, each, counted = heapq.heappop(waiting)
        if counted:
            ranked.append(each)
            continue
        own = replace(each, voices=voices(each.story) if len(each.story.reports) > 1 else 1)
        heapq.heappush(waiting, (_order(own), own, True))
    alone = [(order if len(each.story.reports) == 1 else _order(each), each) for order, each, _ in waiting]
    return [*ranked, *(each for _, each in sorted(alone, key=itemgetter(0)))]


def _seen_articles(seen: Mapping[int, frozenset[int]], *, near_misses: bool) -> frozenset[int]:
    """Ids of every article that was shown in a story; with ``near_misses`` also of those shown as near misses."""
    return frozenset(article for story, ids in seen.items() if near_misses or story != NEAR_MISSES for article in ids)


def _filtered(
    story: Story,
    digest: ComposeSettings,
    since: datetime,
    until: datetime,
    before: frozenset[int],
    seen: Mapping[int, frozenset[int]],
) -> tuple[DigestStory | None, int]:
    """The story as this edition shows it, or None; and how many of its articles are too old to be news."""
    # A report that was shown and then marked wrong stays in the history of its story, and is no news.
    kept = [r for r in story.reports if r.match.verdict == "match"]
    reports = [r for r in kept if r.matched <= until and _in_languages(r, digest.languages)]
    unseen = [r for r in reports if r.article.id not in before]
    old = {r.article.id for r in unseen if _is_old(r, since, digest.max_age)}
    fresh = frozenset(r.article.id for r in unseen) - old
    older = sum(1 for r in unseen if r.article.id in old and r.matched > since)
    if not fresh:
        return None, older
    developing = story.id in seen or any(r.article.id in before for r in reports)
    return DigestStory(_narrowed(story, reports), developing=developing, fresh=fresh), older


def _narrowed(story: Story, reports: list[Report]) -> Story:
    """The story with these of its reports only; headline, times and score follow what is left."""
    if len(reports) == len(story.reports):
        return story
    titles = {report.article.title for report in story.reports}
    left = [report.article.title for report in reports]
    gone = story.headline in titles and story.headline not in left
    return replace(
        story,
        headline=left[0] if gone else story.headline,
        score=max(report.match.score for report in reports),
        last_seen=min(story.last_seen, max(_time(report) for report in reports)),
        reports=tuple(reports),
    )


def _near(
    near_misses: Iterable[Report],
    weak: Iterable[DigestStory],
    strong: Iterable[DigestStory],
    seen: frozenset[int],
) -> list[Report]:
    """Near misses, best first: articles under their watch's threshold, or of a story under the digest's."""
    # What stands in a story above, or stood in any earlier edition, is not repeated here.
    excluded = {report.article.id for each in strong for report in each.story.reports} | seen
    excluded |= {support.report.article.id for each in strong for support in each.story.supporting}
    candidates = [r for each in weak for r in each.story.reports if r.article.id in each.fresh]
    candidates += near_misses
    kept: dict[int, Report] = {}
    # One article may be a near miss of several watches; its best score is the one to show.
    for report in sorted(candidates, key=lambda r: (-r.match.score, r.article.id)):
        if report.article.id not in excluded:
            kept.setdefault(report.article.id, report)
    return list(kept.values())


def _is_old(report: Report, since: datetime, max_age: timedelta) -> bool:
    # Measured from the start of the window: after a downtime, what was news when it appeared is still shown.
    published = report.article.published
    return published is not None and published < min(since, report.matched) - max_age


def _in_languages(report: Report, languages: tuple[str, ...]) -> bool:
    """Whether the article is in one of ``languages`` (empty: any). An article of unknown language passes."""
    language = report.article.language
    return not languages or not language or primary(language) in set(map(primary, languages))


def _publisher(report: Report) -> str:
    article = report.article
    return (article.publisher or article.source or article.feed_url).casefold()


def _time(report: Report) -> datetime:
    return report.article.out_by if report.article.published else report.matched
