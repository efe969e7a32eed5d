"""When feeds are asked and what is thought of their health; when a crontab is due. No clock is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.crontab import parse_cron, previous_tick
from monitor.errors import FetchError
from monitor.feeds.schedule import (
    DEFAULT_POLICY,
    PollPolicy,
    after_failure,
    after_not_modified,
    after_success,
    describe_health,
    poll_address,
    unreached,
)
from monitor.model import Entry, FeedState, FetchResult, Health, ParsedFeed

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
URL = "https://feed.example/rss"
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def answer(**facts: Any) -> FetchResult:
    given: dict[str, Any] = {"status": 200, "requested": URL, "url": URL} | facts
    return FetchResult(**given)


def feed(count: int = 10, gap: timedelta = HOUR, newest: datetime = NOW, ttl: float | None = None) -> ParsedFeed:
    entries = tuple(Entry(URL, f"Entry {i}", published=newest - i * gap) for i in range(count))
    return ParsedFeed(title="Feed", entries=entries, ttl=ttl)


def worked(now: datetime = NOW, **changes: Any) -> FeedState:
    state = after_success(FeedState(URL), answer(etag='"a"'), feed(), 10, now, body_hash="h", jitter=0)
    return replace(state, **changes)


def failed(times: int, kind: str = "timeout", state: FeedState | None = None, **facts: Any) -> FeedState:
    state = state or worked()
    for _ in range(times):
        now = state.next_check or NOW
        state = after_failure(state, FetchError("it went wrong", kind=kind, **facts), now, 0.0)
    return state


def wait(state: FeedState) -> timedelta:
    assert state.next_check
    assert state.last_check
    return state.next_check - state.last_check


def test_what_this_machine_lacks_is_no_fault_of_the_feed() -> None:
    state = worked()
    after = after_failure(state, FetchError("no worker process could be started", kind="no-worker"), NOW, 0.0)
    assert after == replace(state, next_check=NOW + 10 * MINUTE)


# ---- the interval --------------------------------------------------------------------------------------------


def test_a_new_feed_waits_for_nothing_and_then_its_interval() -> None:
    assert FeedState(URL).next_check is None
    state = worked()
    assert state.health is Health.HEALTHY
    assert wait(state) == 30 * MINUTE  # entries an hour apart: half of that


@pytest.mark.parametrize(
    ("gap", "settles"), [(4 * MINUTE, 10 * MINUTE), (2 * HOUR, HOUR), (timedelta(days=3), 6 * HOUR)]
)
def test_the_interval_settles_at_half_the_habit_within_bounds(gap: timedelta, settles: timedelta) -> None:
    state, now = FeedState(URL), NOW
    last = NOW
    for _ in range(60):
        new = int((now - last) / gap)
        last += new * gap
        state = after_success(state, answer(), feed(40, gap, newest=now), new, now, jitter=0)
        assert state.next_check
        now = state.next_check
    assert settles * 0.7 <= wait(state) <= settles * 1.4


def test_a_quiet_feed_is_asked_ever_less_up_to_the_maximum() -> None:
    state = worked()
    waits = []
    for _ in range(60):
        assert state.next_check
        state = after_not_modified(state, answer(status=304, not_modified=True), state.next_check, jitter=0)
        waits.append(wait(state))
    assert waits == sorted(waits)
    assert 5.5 * HOUR < waits[-1] <= 6 * HOUR


def test_entries_falling_off_halve_the_interval() -> None:
    state = worked(interval=3600.0)
    later = NOW + HOUR
    busy = after_success(state, answer(), feed(10, MINUTE, later), 8, later, jitter=0)
    assert wait(busy) == 30 * MINUTE
    assert wait(after_success(busy, answer(), feed(10, MINUTE, later), 8, later, jitter=0)) == 15 * MINUTE


@pytest.mark.parametrize(
    ("facts", "ttl", "least"),
    [
        ({}, 7200.0, 2 * HOUR),
        ({"cache_max_age": 5400.0}, 60.0, 1.5 * HOUR),
        ({"expires": 9000.0, "cache_max_age": 60.0}, None, 2.5 * HOUR),
        ({"cache_max_age": 31536000.0}, None, 6 * HOUR),
    ],
)
def test_the_longest_hint_holds_within_bounds(facts: dict[str, Any], ttl: float | None, least: timedelta) -> None:
    state = after_success(FeedState(URL), answer(**facts), feed(ttl=ttl), 10, NOW, jitter=0)
    assert wait(state) == least


def test_search_feeds_are_asked_at_most_hourly() -> None:
    state = after_success(FeedState(URL), answer(), feed(100, MINUTE), 100, NOW, search=True, jitter=0)
    assert wait(state) == HOUR


def test_a_written_interval_holds() -> None:
    policy = PollPolicy(base=300.0, minimum=300.0, maximum=300.0)
    state = after_success(FeedState(URL), answer(), feed(), 10, NOW, jitter=0, policy=policy)
    assert wait(state) == 5 * MINUTE


# ---- failures ------------------------------------------------------------------------------------------------


def test_the_back_off_doubles_up_to_a_day() -> None:
    waits = [wait(failed(count)) for count in range(1, 9)]
    assert waits == [30 * MINUTE, *(hours * HOUR for hours in (2, 4, 8, 16, 24, 24, 24))]


@pytest.mark.parametrize("kind", ["blocked", "login", "status", "not-a-feed", "empty"])
def test_what_a_person_must_mend_is_not_retried_fast(kind: str) -> None:
    assert wait(failed(1, kind)) >= 4 * HOUR


@pytest.mark.parametrize(("asked", "waits"), [(120.0, 30 * MINUTE), (7200.0, 2 * HOUR), (1e12, timedelta(days=7))])
def test_retry_after_is_honoured_within_a_week(asked: float, waits: timedelta) -> None:
    state = failed(1, "throttled", status=429, retry_after=asked)
    assert wait(state) == waits
    assert state.health is Health.HEALTHY  # it backs off; it is not given up


@given(st.floats(0, 1), st.integers(1, 40), st.sampled_from(["timeout", "status", "throttled", "blocked"]))
def test_jitter_only_ever_adds(jitter: float, failures: int, kind: str) -> None:
    state = worked(failures=failures - 1)
    error = FetchError("x", kind=kind)
    plain, spread = after_failure(state, error, NOW, 0.0), after_failure(state, error, NOW, jitter)
    assert plain.next_check
    assert spread.next_check
    assert plain.next_check <= spread.next_check <= plain.next_check + 0.1 * wait(plain) + timedelta(seconds=1)


def test_one_failure_is_not_a_failing_feed() -> None:
    assert failed(1).health is Health.HEALTHY
    assert failed(2).health is Health.HEALTHY
    assert failed(3).health is Health.FAILING
    slow = replace(failed(1), failing_since=NOW - timedelta(hours=25))
    assert failed(1, state=slow).health is Health.FAILING


@pytest.mark.parametrize(
    ("kind", "health"),
    [
        ("blocked", Health.BLOCKED),
        ("not-a-feed", Health.NOT_A_FEED),
        ("empty", Health.NOT_A_FEED),
        ("dns", Health.FAILING),
    ],
)
def test_lasting_failures_have_a_name(kind: str, health: Health) -> None:
    assert failed(1, kind).health is Health.HEALTHY
    assert failed(3, kind).health is health
    never = failed(1, kind, state=FeedState(URL))
    assert never.health is (health if health is not Health.FAILING else Health.UNKNOWN)


def test_410_ends_polling() -> None:
    state = failed(1, "gone", permanent=True, status=410)
    assert state.health is Health.GONE
    assert state.next_check is None


def test_a_304_ends_failures_of_the_line_and_no_others() -> None:
    unchanged = answer(status=304, not_modified=True)
    mended = after_not_modified(failed(3, "timeout"), unchanged, NOW, jitter=0)
    assert (mended.health, mended.failures, mended.error) == (Health.HEALTHY, 0, None)
    for kind in ("not-a-feed", "empty", "blocked"):
        broken = after_not_modified(failed(3, kind), unchanged, NOW, jitter=0)
        assert broken.health in (Health.NOT_A_FEED, Health.BLOCKED)
        assert broken.failures == 3
        assert broken.error
        assert wait(broken) >= 4 * HOUR


def test_a_304_does_not_make_a_feed_that_was_never_read_healthy() -> None:
    state = after_not_modified(FeedState(URL), answer(status=304, not_modified=True), NOW)
    assert state.health is Health.UNKNOWN
    assert state.last_success is None


def test_a_body_that_was_no_feed_drops_the_validators() -> None:
    state = failed(1, "not-a-feed")
    assert (state.etag, state.body_hash) == (None, None)
    assert failed(1, "timeout").etag == '"a"'


def test_no_entries_is_quiet_and_stays_so_after_a_304() -> None:
    state = after_success(FeedState(URL), answer(), feed(0), 0, NOW, body_hash="h")
    assert state.health is Health.QUIET
    assert after_not_modified(state, answer(status=304), NOW + HOUR).health is Health.QUIET
    assert "no entries" in describe_health(state, NOW)
    assert after_success(failed(3), answer(), feed(0), 0, NOW).failures == 0
    filled = after_success(state, answer(), feed(), 10, NOW + HOUR)
    assert filled.health is Health.HEALTHY


def test_quiet_is_judged_by_the_feeds_own_habit() -> None:
    busy = worked(now=NOW)
    assert after_not_modified(busy, answer(), NOW + timedelta(days=2)).health is Health.HEALTHY
    assert after_not_modified(busy, answer(), NOW + timedelta(days=4)).health is Health.QUIET
    weekly = after_success(FeedState(URL), answer(), feed(10, timedelta(days=7)), 10, NOW)
    assert after_not_modified(weekly, answer(), NOW + timedelta(days=20)).health is Health.HEALTHY
    assert after_not_modified(weekly, answer(), NOW + timedelta(days=40)).health is Health.QUIET


def test_a_stale_feed_is_quiet_at_first_sight() -> None:
    state = after_success(FeedState(URL), answer(), feed(newest=NOW - timedelta(days=100)), 10, NOW)
    assert state.health is Health.QUIET
    assert "100 days" in describe_health(state, NOW)


# ---- moves ---------------------------------------------------------------------------------------------------


def test_a_permanent_move_is_followed_when_it_proved_stable() -> None:
    new = "https://new.example/rss"
    state = FeedState(URL)
    for _ in range(3):
        assert poll_address(state) == URL
        state = after_success(state, answer(url=new, permanent_url=new), feed(), 0, NOW)
    assert poll_address(state) == new
    state = after_not_modified(state, answer(requested=new, url=new), NOW)
    assert poll_address(state) == new
    assert poll_address(failed(3, "dns", state=state)) == URL


def test_a_move_that_changes_its_mind_starts_again() -> None:
    state = FeedState(URL)
    for target in ("https://a.example/", "https://a.example/", "https://b.example/", None, "https://a.example/"):
        state = after_success(state, answer(permanent_url=target), feed(), 0, NOW)
    assert (state.moved_count, poll_address(state)) == (1, URL)
    for back in (None, URL):  # an answer from its own address, and one that led there, is no move
        still = after_success(state, answer(permanent_url=back), feed(), 0, NOW)
        assert (still.moved_to, still.moved_count) == (None, 0)


def test_validators_are_kept_with_their_address() -> None:
    state = after_success(FeedState(URL), answer(url="https://b.example/", etag='"1"'), feed(), 0, NOW)
    assert (state.etag, state.validators_url) == ('"1"', "https://b.example/")
    state = after_success(state, answer(), feed(), 0, NOW)
    assert (state.etag, state.validators_url) == (None, None)


def test_a_cut_body_is_asked_for_again_in_full() -> None:
    assert after_success(FeedState(URL), answer(flaw="cut"), feed(), 10, NOW, body_hash="h").body_hash is None


def test_health_is_said_in_a_sentence() -> None:
    assert describe_health(FeedState(URL), NOW) == "not polled yet"
    assert describe_health(worked(), NOW + 3 * HOUR) == "healthy; last new entry 3 hours ago"
    text = describe_health(failed(3), NOW + 5 * HOUR)
    assert text.startswith("failing for 4 hours, failed 3 times: it went wrong; next try in")
    state = replace(failed(3), next_check=datetime(2026, 11, 29, 1, 12, tzinfo=UTC))
    assert describe_health(state, NOW, ZoneInfo("Asia/Baghdad")).endswith("; next try 29 Nov, 04:12")
    assert describe_health(failed(1, "gone", permanent=True), NOW).startswith("gone: ")
    assert describe_health(failed(1), NOW).startswith("failed once: it went wrong")


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("ok"), st.integers(0, 30), st.floats(0, 1e7)),
            st.tuples(st.just("304"), st.just(0), st.floats(0, 1e7)),
            st.tuples(st.sampled_from(["timeout", "status", "blocked", "empty"]), st.just(0), st.floats(0, 1e9)),
        ),
        max_size=30,
    )
)
def test_any_history_keeps_to_the_bounds(history: list[tuple[str, int, float]]) -> None:
    state, now = FeedState(URL), NOW
    for kind, new, seconds in history:
        if kind == "ok":
            state = after_success(state, answer(cache_max_age=seconds), feed(30), new, now, jitter=1)
        elif kind == "304":
            state = after_not_modified(state, answer(status=304, cache_max_age=seconds), now, jitter=1)
        else:
            state = after_failure(state, FetchError("x", kind=kind, retry_after=seconds), now, 1.0)
        assert state.next_check
        assert 10 * MINUTE <= wait(state) <= timedelta(seconds=1.1 * DEFAULT_POLICY.longest_retry_after)
        assert (state.failing_since is None) == (state.failures == 0) == (state.error_kind in (None, "no-entries"))
        assert describe_health(state, now)
        now = state.next_check


def test_a_feed_without_dates_and_without_news_is_polled_less_and_less() -> None:
    undated = ParsedFeed(title="Feed", entries=(Entry(URL, "Undated"),))
    waits = [wait(state := after_success(FeedState(URL), answer(), undated, 1, NOW, jitter=0))]
    for _ in range(60):
        assert state.next_check
        state = after_success(state, answer(), undated, 0, state.next_check, jitter=0)
        waits.append(wait(state))
    assert waits == sorted(waits)
    assert waits[1] > waits[0] == timedelta(seconds=DEFAULT_POLICY.base)
    assert waits[-1] == timedelta(seconds=DEFAULT_POLICY.maximum)


# ---- crontab -------------------------------------------------------------------------------------------------

BERLIN, BAGHDAD, TEHRAN = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Baghdad"), ZoneInfo("Asia/Tehran")


def ticks(expression: str, zone: ZoneInfo, start: datetime, count: int) -> list[str]:
    """The first ``count`` ticks after ``start``, found by looking back from 40 days later."""
    cron, found = parse_cron(expression), list[datetime]()
    tick = previous_tick(cron, zone, start + timedelta(days=40))
    while tick and tick > start:
        found.append(tick)
        tick = previous_tick(cron, zone, tick - timedelta(seconds=1))
    return [tick.astimezone(zone).strftime("%a %d %b %H:%M") for tick in found[::-1][:count]]


def test_a_daily_job_runs_once_on_the_days_the_clocks_change() -> None:
    spring = ticks("30 2 * * *", BERLIN, datetime(2026, 3, 28, tzinfo=UTC), 3)
    assert spring == ["Sat 28 Mar 02:30", "Sun 29 Mar 03:00", "Mon 30 Mar 02:30"]
    autumn = ticks("30 2 * * *", BERLIN, datetime(2026, 10, 24, tzinfo=UTC), 3)
    assert autumn == ["Sat 24 Oct 02:30", "Sun 25 Oct 02:30", "Mon 26 Oct 02:30"]


def test_either_day_field_is_enough_when_both_are_given() -> None:
    start = datetime(2026, 11, 1, tzinfo=UTC)
    assert ticks("0 7 13 * 5", BAGHDAD, start, 3) == ["Fri 06 Nov 07:00", "Fri 13 Nov 07:00", "Fri 20 Nov 07:00"]
    assert ticks("0 7 15 * fri", BAGHDAD, start, 3) == ["Fri 06 Nov 07:00", "Fri 13 Nov 07:00", "Sun 15 Nov 07:00"]
    assert ticks("0 7 */2 * mon", BAGHDAD, start, 1) == ["Mon 09 Nov 07:00"]  # a star is not given: both must hold


def test_names_ranges_steps_and_both_sundays() -> None:
    cron = parse_cron("*/20 8-18/5 1,15 jan-mar SUN,mon")
    assert (cron.minutes, cron.hours) == ((0, 20, 40), (8, 13, 18))
    assert (set(cron.days), set(cron.months), set(cron.weekdays)) == ({1, 15}, {1, 2, 3}, {0, 1})
    assert parse_cron("0 0 * * 7").weekdays == parse_cron("0 0 * * 0").weekdays == {0}
    assert parse_cron("0 0 * * 5-7").weekdays == parse_cron("0 0 * * fri-sun").weekdays == {5, 6, 0}
    assert parse_cron("@daily").hours == (0,)


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("", "five"), ("0 7 * *", "five"), ("0 7 * * * *", "five"), ("60 * * * *", "minute"), ("0 24 * * *", "hour"),
        ("0 0 0 * *", "day of month"), ("0 0 * 13 *", "month"), ("0 0 * * 8", "day of week"),
        ("0 0 * * funday", "funday"),
        ("*/0 * * * *", "step"), ("5-1 * * * *", "upwards"), ("0 0 31 2 *", "never"), ("0 0 30 feb *", "never"),
        ("1,,2 * * * *", "minute"), ("-5 * * * *", "minute"), ("*-5 * * * *", "minute"), ("1.5 * * * *", "minute"),
        ("@reboot", "five"), ("99999999999999999999 * * * *", "minute"),
    ],
)  # fmt: skip
def test_wrong_expressions_say_what_to_write(expression: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_cron(expression)


@pytest.mark.parametrize(("month", "days"), list(enumerate([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], start=1)))
def test_a_day_that_the_month_never_has_is_refused(month: int, days: int) -> None:
    assert parse_cron(f"0 0 {days} {month} *").days == {days}
    if days < 31:
        with pytest.raises(ValueError, match="never"):
            parse_cron(f"0 0 {days + 1} {month} *")


def test_the_29th_of_february_is_found_years_back() -> None:
    assert previous_tick(parse_cron("0 0 29 2 *"), BAGHDAD, NOW) == datetime(2024, 2, 28, 21, tzinfo=UTC)


moments = st.datetimes(datetime(2000, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
zones = st.sampled_from(["Europe/Berlin", "Asia/Tehran", "America/New_York", "Australia/Lord_Howe", "UTC", "Asia/Gaza"])
expressions = st.builds(
    "{} {} * * {}".format,
    st.sampled_from(["0", "30", "*/15", "5,59"]),
    st.sampled_from(["*", "0", "1-3", "23", "2"]),
    st.sampled_from(["*", "0", "1-5", "sat,sun"]),
)


@given(expressions, zones, moments, st.floats(0, 1))
def test_a_tick_is_the_last_one_until_the_next(expression: str, zone: str, now: datetime, share: float) -> None:
    cron, local = parse_cron(expression), ZoneInfo(zone)
    tick = previous_tick(cron, local, now)
    assert tick
    assert tick <= now
    assert previous_tick(cron, local, tick) == tick
    assert previous_tick(cron, local, tick + share * (now - tick)) == tick
    earlier = previous_tick(cron, local, tick - timedelta(microseconds=1))
    assert earlier
    assert earlier < tick


@given(zones, st.integers(0, 23), st.integers(0, 59), st.dates(date(2000, 1, 1), date(2036, 1, 1)))
def test_a_daily_job_has_one_tick_each_local_day(zone: str, hour: int, minute: int, day: date) -> None:
    local = ZoneInfo(zone)
    now = datetime(day.year, day.month, day.day, tzinfo=local)
    cron = parse_cron(f"{minute} {hour} * * *")
    days: list[date] = []
    for _ in range(4):
        tick = previous_tick(cron, local, now)
        assert tick
        now = tick - timedelta(microseconds=1)
        days.append(tick.astimezone(local).date())
    assert len(set(days)) == 4
    assert (days[0] - days[-1]).days == 3


@pytest.mark.parametrize(("status", "hours"), [(500, 0.5), (503, 0.5), (522, 0.5), (408, 0.5), (404, 4), (400, 4)])
def test_what_passes_by_itself_is_asked_again_soon(status: int, hours: float) -> None:
    error = FetchError("it failed", kind="status", status=status)
    state = after_failure(FeedState(URL, interval=1800.0, last_success=NOW), error, NOW, 0.0)
    assert state.next_check == NOW + timedelta(hours=hours)


def of(name: str, state: FeedState) -> FeedState:
    return replace(state, url=f"https://{name}.example/rss")


def down(name: str, since: datetime, times: int = 1, kind: str = "dns") -> FeedState:
    """A feed that was read an hour before it began to fail."""
    state = worked(since - HOUR)
    for n in range(times):
        state = after_failure(state, FetchError("no name", kind=kind), since + n * HOUR, 0.0)
    return of(name, state)


def test_without_a_network_only_what_failed_before_is_a_feeds_own_trouble() -> None:
    old = down("old", NOW - 20 * HOUR, 20)  # before the others were read for the last time
    refused = of("refused", failed(3, "blocked", worked(NOW - 30 * HOUR), status=403))
    cut_off = [down("a", NOW - 2 * HOUR, 2), down("b", NOW - 90 * MINUTE, kind="timeout")]
    not_asked = of("slow", worked(NOW - 4 * HOUR))
    assert unreached([old, refused, *cut_off, not_asked]) == {state.url for state in cut_off}


def test_feeds_that_fail_while_others_answer_are_told_one_by_one() -> None:
    failing = [down("a", NOW), down("b", NOW)]
    assert unreached([*failing, of("read", worked(NOW))]) == frozenset()
    assert unreached([*failing, of("earlier in the same poll", worked(NOW - MINUTE))]) == frozenset()
    answered = of("answered", after_failure(FeedState(URL), FetchError("no", kind="status", status=404), NOW, 0.0))
    assert unreached([*failing, answered]) == frozenset()


def test_never_reached_at_all_and_one_feed_alone() -> None:
    never = [of(name, after_failure(FeedState(URL), FetchError("no", kind="network"), NOW, 0.0)) for name in "ab"]
    assert unreached([*never, FeedState("https://not-asked.example/rss")]) == {state.url for state in never}
    assert unreached(never[:1]) == frozenset()
    assert unreached([]) == frozenset()
