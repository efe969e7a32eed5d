"""What stands in an edition, in which order, and never twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.digest.compose import (
    NEAR_MISSES,
    ComposeSettings,
    compose,
    weight,
    worth_sending,
)
from monitor.model import Coverage, Edition, Report, Story
from tests.editions import SINCE, UNTIL, feeds, report, story

DIGEST = ComposeSettings(name="daily", timezone="Asia/Baghdad", watches=("Iran–Iraq defence cooperation",))


def composed(
    *stories: Story,
    digest: ComposeSettings = DIGEST,
    seen: dict[int, frozenset[int]] | None = None,
    near: tuple[Report, ...] = (),
    since: datetime = SINCE,
    until: datetime = UNTIL,
    coverage: Coverage | None = None,
    voices: Callable[[Story], int] | None = None,
) -> Edition:
    return compose(
        digest,
        period="2026-11-21T07:00",
        since=since,
        until=until,
        now=until,
        stories=stories,
        seen=seen or {},
        near_misses=near,
        coverage=coverage or Coverage(feeds(), 10, 5),
        voices=voices,
    )


def shown_articles(edition: Edition) -> dict[int, frozenset[int]]:
    """Story id → ids of the articles this edition shows, in the shape that `compose` takes as ``seen``."""
    shown: dict[int, frozenset[int]] = {}
    for each in (*edition.stories, *edition.more):
        ids = frozenset(report.article.id for report in each.story.reports)
        shown[each.story.id] = shown.get(each.story.id, frozenset()) | ids
    if edition.near_misses:
        shown[NEAR_MISSES] = frozenset(report.article.id for report in edition.near_misses)
    return shown


def test_new_developing_and_told_stories() -> None:
    new = story(1, report(1, "New"))
    running = story(2, report(2, "Told", hours=50), report(3, "More of it"))
    told = story(3, report(4, "Nothing more"))
    edition = composed(new, running, told, seen={2: frozenset({2}), 3: frozenset({4})})
    assert {each.story.id: (each.developing, each.fresh) for each in edition.stories} == {
        1: (False, frozenset({1})),
        2: (True, frozenset({3})),
    }


def test_an_article_moved_to_another_story_is_not_new_again() -> None:
    merged = story(9, report(1, "Told under story 1"), report(2, "Fresh"))
    split = story(8, report(3, "Told under story 1 too"))
    edition = composed(merged, split, seen={1: frozenset({1, 3})})
    assert [(each.story.id, each.developing, each.fresh) for each in edition.stories] == [(9, True, frozenset({2}))]


def test_what_was_judged_after_the_window_waits_for_the_next() -> None:
    late = replace(report(2, "Late"), matched=UNTIL + timedelta(seconds=1))
    told = story(1, report(1, "In time"), late)
    edition = composed(told)
    assert [each.article.id for each in edition.stories[0].story.reports] == [1]
    following = composed(told, seen=shown_articles(edition), since=UNTIL, until=UNTIL + timedelta(days=1))
    assert following.stories[0].developing
    assert following.stories[0].fresh == {2}


def test_order_is_by_score_publishers_and_acts() -> None:
    alone = story(1, report(1, "One source", score=0.9))
    acts = story(2, report(2, "With acts", score=0.9, acts=("visit", "drill")))
    many = story(3, *(report(10 + n, f"Source {n}", source=f"S{n}", score=0.9) for n in range(5)))
    weak = story(4, report(30, "Weak", score=0.6))
    order = [each.story.id for each in composed(weak, alone, acts, many).stories]
    assert order == [3, 2, 1, 4]
    assert weight(many, voices=1) == weight(alone), "copies of one text are one voice"
    assert [each.story.id for each in composed(many, acts, voices=lambda _: 1).stories] == [2, 3]


def test_voices_are_counted_only_as_far_as_the_order_of_what_is_shown_depends_on_them() -> None:
    def many(number: int, score: float) -> Story:
        reports = (
            report(100 * number + n, f"{number} {n}", source=f"S{n}", score=score) for n in range(1 + number % 4)
        )
        return story(number, *reports)

    stories = [many(number, 0.5 + number % 7 / 20) for number in range(1, 41)]
    real = {each.id: 1 + each.id % len(each.reports) for each in stories}
    asked: list[int] = []

    def voices(one: Story) -> int:
        asked.append(one.id)
        return real[one.id]

    shown = composed(*stories, digest=replace(DIGEST, max_stories=6), voices=voices)
    order = sorted(stories, key=lambda one: (-weight(one, real[one.id]), -one.last_seen.timestamp(), one.id))
    assert [each.story.id for each in shown.stories] == [one.id for one in order[:6]]
    assert {each.story.id for each in shown.more} == {one.id for one in order[6:]}
    assert len(asked) == len(set(asked)) < 20


def test_the_cap_leaves_the_rest_as_headlines_that_count_as_shown() -> None:
    stories = [story(n, report(n, f"Story {n}", score=1 - n / 100)) for n in range(1, 8)]
    edition = composed(*stories, digest=replace(DIGEST, max_stories=3))
    assert [each.story.id for each in edition.stories] == [1, 2, 3]
    assert [each.story.id for each in edition.more] == [4, 5, 6, 7]
    assert edition.omitted == 4
    assert not composed(*stories, seen=shown_articles(edition)).stories


def test_old_news_is_counted_and_not_shown() -> None:
    old = story(1, report(1, "From last month", hours=24 * 30))
    # It was found now, not when it was published.
    old = replace(old, reports=(replace(old.reports[0], matched=UNTIL - timedelta(hours=1)),))
    edition = composed(old, coverage=Coverage((), 10, 5, older=2))
    assert not edition.stories
    assert edition.coverage.older == 3


def test_after_a_downtime_of_two_weeks_its_news_is_still_news() -> None:
    since = UNTIL - timedelta(days=14)
    found = replace(report(1, "Ten days old", hours=240), matched=UNTIL - timedelta(minutes=5))
    assert composed(story(1, found), since=since).stories
    assert not composed(story(1, found), since=SINCE, digest=replace(DIGEST, max_age=timedelta(days=2))).stories


def test_an_article_without_a_date_counts_as_news() -> None:
    assert composed(story(1, report(1, "Undated", published=False))).stories


def test_languages_and_the_headline_that_is_left() -> None:
    both = story(1, report(1, "Persian headline", language="fa"), report(2, "English headline", language="en-GB"))
    edition = composed(both, digest=replace(DIGEST, languages=("en",)))
    assert edition.stories[0].story.headline == "English headline"
    assert [r.article.id for r in edition.stories[0].story.reports] == [2]
    unknown = story(2, report(3, "Which language?", language=None))
    assert composed(unknown, digest=replace(DIGEST, languages=("en",))).stories
    assert not composed(story(3, report(4, "Arabic", language="ar")), digest=replace(DIGEST, languages=("en",))).stories
    for code in ("ku", "kmr"):  # both are Kurmanji
        assert composed(
            story(5, report(6, "Peyman", language="kmr")), digest=replace(DIGEST, languages=(code,))
        ).stories


def test_a_story_under_the_digests_own_threshold_is_a_near_miss() -> None:
    weak, strong = story(1, report(1, "Weak", score=0.6)), story(2, report(2, "Strong", score=0.9))
    edition = composed(weak, strong, digest=replace(DIGEST, threshold=0.8))
    assert [each.story.id for each in edition.stories] == [2]
    assert [each.article.id for each in edition.near_misses] == [1]


def test_near_misses_best_first_capped_and_once() -> None:
    near = tuple(report(n, f"Near {n}", score=0.3 + n / 100) for n in range(1, 9))
    digest = replace(DIGEST, max_near_misses=3)
    edition = composed(story(1, near[7]), digest=digest, near=near)
    assert [each.article.id for each in edition.near_misses] == [7, 6, 5], "8 stands in a story"
    assert edition.near_omitted == 4
    following = composed(near=near, digest=digest, seen=shown_articles(edition))
    assert [each.article.id for each in following.near_misses] == [4, 3, 2]


def test_a_near_miss_that_becomes_a_match_is_new() -> None:
    edition = composed(story(5, report(1, "Marked right by a person")), seen={NEAR_MISSES: frozenset({1})})
    assert [(each.developing, each.fresh) for each in edition.stories] == [(False, frozenset({1}))]


@pytest.mark.parametrize(
    ("empty", "last", "goes"),
    [
        ("send", None, True),
        ("skip", None, False),
        ("weekly", None, True),
        ("weekly", UNTIL - timedelta(days=6), False),
        ("weekly", UNTIL - timedelta(days=7) + timedelta(minutes=30), True),
    ],
)
def test_when_an_empty_edition_goes_out(empty: str, last: datetime | None, goes: bool) -> None:
    assert worth_sending(composed(), empty, last) is goes  # type: ignore[arg-type]


def test_news_and_notices_always_go_out() -> None:
    assert worth_sending(composed(story(1, report(1, "x"))), "skip", None)
    assert worth_sending(composed(coverage=Coverage((), 0, 0, notices=("refused",))), "skip", UNTIL)


arrivals = st.lists(
    st.tuples(
        st.integers(0, 96),  # hour it was judged
        st.integers(1, 4),  # story it was put in
        st.integers(1, 4),  # story it is in from the third day on (merged and split by a person)
        st.sampled_from([0.2, 0.55, 0.9]),
    ),
    max_size=25,
)


@given(arrivals, st.integers(1, 5))
def test_everything_that_matched_is_told_exactly_once(made: list[tuple[int, int, int, float]], cap: int) -> None:
    start = UNTIL - timedelta(days=4)
    digest = replace(DIGEST, max_stories=cap)
    reports = {
        n: (replace(report(n, f"Article {n}", score=score), matched=start + timedelta(hours=hour)), first, then)
        for n, (hour, first, then, score) in enumerate(made, 1)
    }
    seen: dict[int, frozenset[int]] = {}
    told: list[int] = []
    for day in range(1, 6):
        until = start + timedelta(days=day)
        grouped: dict[int, list[Report]] = {}
        for each, first, then in reports.values():
            grouped.setdefault(first if day < 3 else then, []).append(each)
        stories = [story(id, *members) for id, members in grouped.items()]
        edition = composed(*stories, digest=digest, seen=seen, since=until - timedelta(days=1), until=until)
        for shown in (*edition.stories, *edition.more):
            told += shown.fresh
            assert shown.developing == bool(
                shown.story.id in seen
                or {r.article.id for r in shown.story.reports} & frozenset().union(*seen.values())
            )
        for id, articles in shown_articles(edition).items():
            seen[id] = seen.get(id, frozenset()) | articles
    assert sorted(told) == sorted(reports)
