"""Schedules and quiet hours on the days when clocks change, in every zone of the locked tzdata."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.crontab import last_moment_of, moment_of, parse_cron, previous_tick
from monitor.digest.alert import QuietHours

ZONES = (resources.files("tzdata") / "zones").read_text().split()
FIRST, LAST = datetime(2015, 1, 1, tzinfo=UTC), datetime(2037, 12, 31, tzinfo=UTC)
DAY = timedelta(days=1)


@cache
def changes(name: str) -> list[datetime]:
    """The moments at which clocks of a zone are set, to the minute."""
    zone, found, at = ZoneInfo(name), [], FIRST
    while at < LAST:
        if zone.utcoffset(at.astimezone(zone)) != zone.utcoffset((at + 7 * DAY).astimezone(zone)):
            early, late = at, at + 7 * DAY
            while late - early > timedelta(minutes=1):
                middle = early + (late - early) / 2
                same = middle.astimezone(zone).utcoffset() == early.astimezone(zone).utcoffset()
                early, late = (middle, late) if same else (early, middle)
            found.append((late - timedelta(seconds=late.second)).replace(microsecond=0))
        at += 7 * DAY
    return found


@st.composite
def near_changes(draw: st.DrawFn) -> tuple[str, datetime]:
    """A zone, and a moment within a day of a change of its clocks where it has one."""
    name = draw(st.sampled_from(ZONES))
    at = draw(st.sampled_from(changes(name))) if changes(name) else draw(st.datetimes(
        datetime(2015, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)))  # fmt: skip # noqa: DTZ001
    return name, at + timedelta(minutes=draw(st.integers(-26 * 60, 26 * 60)))


minutes = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))


def test_there_are_changes_to_look_at() -> None:
    assert len(ZONES) > 400
    assert sum(bool(changes(name)) for name in ("Europe/London", "Australia/Lord_Howe", "America/Santiago")) == 3
    # Months before and after Ramadan, two changes each.
    assert len([at for at in changes("Africa/Casablanca") if at.year == 2025]) == 2


@given(near_changes(), minutes, minutes)
@settings(max_examples=300, deadline=None)
def test_a_night_is_quiet_in_one_piece(place: tuple[str, datetime], start: time, end: time) -> None:
    name, now = place
    hours, zone = QuietHours(start, end, name), ZoneInfo(name)
    if start == end:
        return
    ends = hours.until(now)
    clock = now.astimezone(zone).time()
    inside = start <= clock < end if start < end else clock >= start or clock < end
    if ends is None:
        # What the clock calls quiet is, unless it shows this a second time and the hours begin or end in between.
        assert not inside or _comes_twice(now, zone)
        return
    assert inside or _comes_twice(now, zone) or _comes_twice(ends - timedelta(minutes=1), zone)
    assert now < ends
    assert hours.until(ends) is None, "what was held is sent then"
    assert hours.until(ends - timedelta(seconds=1)) == ends
    for share in (0.25, 0.5, 0.75):
        assert hours.until(now + share * (ends - now)) == ends


def _comes_twice(at: datetime, zone: ZoneInfo) -> bool:
    """Whether clocks are set within some hours of this moment."""
    return len({(at + timedelta(hours=hour)).astimezone(zone).utcoffset() for hour in range(-25, 26)}) > 1


@given(near_changes(), minutes)
@settings(max_examples=300, deadline=None)
def test_a_daily_digest_comes_once_a_day(place: tuple[str, datetime], at: time) -> None:
    name, now = place
    zone, cron = ZoneInfo(name), parse_cron(f"{at.minute} {at.hour} * * *")
    ticks = list(back(cron.expression, zone, now, 4))
    days = [tick.astimezone(zone).date() for tick in ticks]
    assert days == [days[0] - timedelta(days=number) for number in range(4)]
    for day, tick in zip(days, ticks, strict=True):
        wall = tick.astimezone(zone).replace(tzinfo=None)
        assert wall.time() >= at, "never early"
        if wall.time() != at:  # it was left out
            assert wall - datetime.combine(day, at) < timedelta(hours=3)
            assert tick.astimezone(zone).utcoffset() != (tick - timedelta(seconds=1)).astimezone(zone).utcoffset()


def back(expression: str, zone: ZoneInfo, now: datetime, count: int) -> Iterator[datetime]:
    for _ in range(count):
        tick = previous_tick(parse_cron(expression), zone, now)
        assert tick
        yield tick
        now = tick - timedelta(microseconds=1)


@given(near_changes(), minutes)
@settings(max_examples=300, deadline=None)
def test_a_time_that_comes_twice_has_two_moments_and_any_other_one(place: tuple[str, datetime], at: time) -> None:
    name, now = place
    zone, day = ZoneInfo(name), now.date()
    first, last = moment_of(wall := datetime.combine(day, at), zone), last_moment_of(wall, zone)
    shown = [each.astimezone(zone).replace(tzinfo=None) for each in (first, last)]
    if shown[0] != wall:  # left out: the end of the gap
        assert first == last
        assert (first - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None) < wall < shown[0]
    else:
        assert shown == [wall, wall]
        assert timedelta(0) <= last - first < timedelta(hours=3)


def test_a_zone_that_leaves_out_a_day_has_its_digest_for_it() -> None:
    """Samoa had no 30 December 2011: what was due then is due as the next day begins."""
    zone = ZoneInfo("Pacific/Apia")
    ticks = list(back("0 7 * * *", zone, datetime(2012, 1, 1, tzinfo=UTC), 3))
    assert [f"{tick.astimezone(zone):%d %H:%M}" for tick in ticks] == ["01 07:00", "31 07:00", "31 00:00"]
    assert date(2011, 12, 30) not in {tick.astimezone(zone).date() for tick in ticks}
