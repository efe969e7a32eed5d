"""When to poll a feed again, and how healthy it is. Pure: state, facts and ``now`` in, state out.

The rules, in the order they hold:

* A feed is polled at its adaptive interval: half the time its entries are apart, smoothed, between ``minimum`` and
  ``maximum``; twice as often when most entries of a poll were unknown, for then items are falling off unseen.
* Never sooner than the feed or its server says (the longest of ttl, Cache-Control and Expires, up to ``maximum``).
* A failure waits 1, 2, 4 ... 24 hours (the first transient one, 5xx too, no longer than the feed's interval; a
  refusal, a missing page or a page that is no feed four hours at least), never sooner than Retry-After, with up to
  a tenth added by chance. 410 ends polling.
* One failure is not a failing feed: FAILING (BLOCKED, NOT_A_FEED) after three in a row or 24 hours, at once only
  where the feed never worked or a person must act.
* A 304 confirms what was last read and ends a failure of the line (time-out, DNS, 5xx ...). It says nothing about
  a body that was no feed, so it does not end that, and such a failure drops the validators. Whether it is believed at
  all: `monitor.feeds.validators`.
* QUIET when nothing new came for three days and five times the feed's own habit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import Any

from monitor.errors import FetchError
from monitor.feeds.validators import after_body
from monitor.model import FeedState, FetchResult, Health, ParsedFeed
from monitor.model.frozen import frozen

_HOUR = 3600.0
_DAY = 86400.0
# What came was read and was no feed, against failures of the line, which say nothing about the feed's content.
_CONTENT = frozenset({"not-a-feed", "empty", "blocked", "encoding", "too-large", "login"})
_SLOW = _CONTENT | {"status", "address", "redirects", "tls"}
_AGAIN = (408, 425)  # statuses that, like those from 500, pass by themselves
_PASSING = "passing"
_NO_ENTRIES = "no-entries"
_FLAWED = "flawed"  # entries were read, though the body was not as it should be; no failure

# Kinds of failure in which no server answered, for a person.
UNANSWERED = {
    "dns": "name resolution failed",
    "network": "no connection could be made",
    "refused": "the connection was refused",
    "timeout": "nobody answered in time",
    "tls": "no secure connection could be made",
}
_NO_WORKER = "no-worker"  # this machine had no process that could read it: no fault of the feed
_ONE_POLL = timedelta(minutes=10)  # in which answers and failures may come in any order


@frozen
class PollPolicy:
    """Bounds in seconds. search: least interval of search feeds, which are queries to someone else's service."""

    base: float = 1800.0
    minimum: float = 600.0
    maximum: float = 6 * _HOUR
    search: float = _HOUR
    longest_backoff: float = _DAY
    longest_retry_after: float = 7 * _DAY
    quiet_after: float = 3 * _DAY
    quiet_gaps: float = 5.0
    failing_after: int = 3  # failures in a row
    failing_for: float = _DAY
    moved_after: int = 3  # polls in a row that gave the same permanent redirect


DEFAULT_POLICY = PollPolicy()


def poll_address(state: FeedState, policy: PollPolicy = DEFAULT_POLICY) -> str:
    """Where to ask: the feed's address, or the one it permanently moved to, once that has proved stable."""
    return moved_to(state, policy) or state.url


def moved_to(state: FeedState, policy: PollPolicy = DEFAULT_POLICY) -> str:
    """The address a feed has moved to for good, as several polls in a row confirmed; "" where it has not."""
    return state.moved_to if state.moved_to and state.moved_count >= policy.moved_after else ""


def after_success(
    state: FeedState,
    fetched: FetchResult,
    parsed: ParsedFeed,
    new: int,
    now: datetime,
    *,
    body_hash: str | None = None,
    search: bool = False,
    jitter: float = 0.5,
    policy: PollPolicy = DEFAULT_POLICY,
) -> FeedState:
    """A body was read and parsed; ``new`` of its entries were unknown. jitter: 0 to 1, from the caller's chance."""
    from monitor.feeds.own_title import own_title  # noqa: PLC0415 - 10 ms; most polls read no body

    state = _habit(state, parsed, new, now)
    interval = _interval(state, parsed, new, now, search, policy)
    state = replace(
        state,
        **_answered(state, fetched, now),
        **after_body(state, fetched, changed=new > 0)._asdict(),
        body_hash=None if fetched.flaw else body_hash,
        interval=interval,
        next_check=_later(now, max(interval, _hint(fetched, parsed.ttl, policy)), jitter, spread=0.05),
        last_success=now,
        title=own_title(parsed) or state.title,
    )
    if not parsed.entries:
        return replace(
            state,
            health=Health.QUIET,
            failures=0,
            failing_since=None,
            error="it answers but holds no entries",
            error_kind=_NO_ENTRIES,
        )
    flaw = fetched.flaw or parsed.flaw
    well = _well(state, now, policy)
    return replace(state, **well | {"error": flaw, "error_kind": _FLAWED if flaw else None})


def after_not_modified(
    state: FeedState,
    fetched: FetchResult,
    now: datetime,
    *,
    search: bool = False,
    jitter: float = 0.5,
    policy: PollPolicy = DEFAULT_POLICY,
) -> FeedState:
    """304, or a body equal to the last one parsed. Confirms the last state; ends failures of the line only."""
    changes = _answered(state, fetched, now)  # made into a state once: nearly every feed of a poll comes here
    if fetched.etag or fetched.last_modified:  # some servers give the same body a new tag each time
        changes |= after_body(state, fetched, changed=False)._asdict()
    interval = _interval(state, None, 0, now, search, policy)
    wait = max(interval, _hint(fetched, None, policy))
    if state.failures and state.error_kind in _CONTENT:
        wait = max(wait, _backoff(state.failures, state.error_kind, interval, policy))
        return replace(state, **changes, next_check=_later(now, wait, jitter, spread=0.1))
    changes |= {"interval": interval, "next_check": _later(now, wait, jitter, spread=0.05)}
    if state.last_success is None:
        return replace(state, **changes)  # nothing was ever read: that it did not change is no news
    changes["last_success"] = now
    if state.error_kind != _NO_ENTRIES:
        changes |= _well(state, now, policy)
    if state.error_kind == _FLAWED:  # the same body has the same flaw
        changes |= {"error": state.error, "error_kind": _FLAWED}
    return replace(state, **changes)


def after_failure(
    state: FeedState,
    error: FetchError,
    now: datetime,
    jitter: float,
    policy: PollPolicy = DEFAULT_POLICY,
) -> FeedState:
    """The feed could not be read, or what came was none. Entries and habit stay as they were."""
    if error.kind == _NO_WORKER:
        return replace(state, next_check=_later(now, policy.minimum, jitter, spread=0.1))
    failures = state.failures + 1
    since = state.failing_since or now
    state = replace(
        state,
        failures=failures,
        failing_since=since,
        last_check=now,
        error=str(error),
        error_kind=error.kind,
        health=_failing_health(state, error, failures, since, now, policy),
    )
    if error.kind in _CONTENT:
        state = replace(state, etag=None, last_modified=None, validators_url=None, body_hash=None)
    if failures >= policy.failing_after:
        state = replace(state, moved_to=None, moved_count=0)  # where it moved to may be what fails
    if state.health is Health.GONE:
        return replace(state, next_check=None)
    kind = _PASSING if error.status in _AGAIN or (error.status or 0) >= 500 else error.kind
    wait = _backoff(failures, kind, state.interval or policy.base, policy)
    retry = min(error.retry_after or 0.0, policy.longest_retry_after)
    return replace(state, next_check=_later(now, max(wait, retry), jitter, spread=0.1))


def shown_health(state: FeedState | None) -> Health:
    """The health that is shown: a feed that never worked and has failed is failing, not "never polled"."""
    if state is None:
        return Health.UNKNOWN
    return Health.FAILING if state.health is Health.UNKNOWN and state.failures else state.health


def unreached(states: Sequence[FeedState]) -> frozenset[str]:
    """Addresses of the feeds that fail because no feed at all (of two or more) can be reached; none while one can.

    A feed that failed before the last answer of any other has a trouble of its own and is not among them.
    """
    silent = [state for state in states if state.failures and state.error_kind in UNANSWERED]
    urls = {state.url for state in silent}
    answers = [state.last_success if state.url in urls else state.last_check for state in states]
    heard = max(filter(None, answers), default=None)
    if heard:
        if not any(state.last_check and state.last_check > heard + _ONE_POLL for state in silent):
            return frozenset()
        silent = [state for state in silent if state.failing_since and state.failing_since > heard]
    return frozenset(state.url for state in silent) if len(silent) > 1 else frozenset()


def describe_health(state: FeedState, now: datetime, zone: tzinfo | None = None) -> str:
    """One sentence for a person: how the feed is, why, since when, and when it is polled next.

    zone: in which the time of that is given, where the sentence is read later; else how long it is until then.
    """
    silent = _span(now - state.last_new_entry) if state.last_new_entry else ""
    match state.health:
        case Health.UNKNOWN if not state.failures:
            return "not polled yet"
        case Health.HEALTHY if not state.failures:
            flaw = f"; its last body was flawed: {state.error}" if state.error_kind == _FLAWED else ""
            return (f"healthy; last new entry {silent} ago" if silent else "healthy") + flaw
        case Health.QUIET if not state.failures:
            if state.error_kind == _NO_ENTRIES:
                return f"quiet: {state.error}; {_next(state, now, zone)}"
            gap = f"every {_span(timedelta(seconds=state.entry_gap or 0))}".replace("every less than", "more than once")
            habit = f", where one came {gap}" if state.entry_gap else ""
            return f"quiet: nothing new for {silent or 'as long as it is known'}{habit}"
        case Health.GONE:
            return f"gone: {state.error}; it is not polled any more"
    word = "failed once" if state.failures == 1 else f"failed {state.failures} times"
    if state.health in (Health.HEALTHY, Health.QUIET, Health.UNKNOWN):
        lead = word
    else:
        lead = f"{state.health.value.replace('-', ' ')} for {_span(now - (state.failing_since or now))}, {word}"
    return f"{lead}: {state.error}; {_next(state, now, zone)}"


def _next(state: FeedState, now: datetime, zone: tzinfo | None) -> str:
    if state.next_check is None or state.next_check <= now:
        return "next try now"
    if zone:
        local = state.next_check.astimezone(zone)
        return f"next try {local.day} {local:%b}, {local:%H:%M}"
    return f"next try in {_span(state.next_check - now)}"


def _span(length: timedelta) -> str:
    """A length of time in its largest fitting unit: "40 minutes", "3 hours", "6 days"."""
    seconds = max(0.0, length.total_seconds())
    for unit, size in (("day", _DAY), ("hour", _HOUR), ("minute", 60.0)):
        if seconds >= size * (2 if unit != "minute" else 1):
            return f"{round(seconds / size)} {unit}s" if round(seconds / size) != 1 else f"1 {unit}"
    return "less than a minute"


def _later(now: datetime, wait: float, jitter: float, *, spread: float) -> datetime:
    """``wait`` and up to ``spread`` of it more: never sooner than the rules, never all feeds at one moment."""
    return now + timedelta(seconds=wait * (1 + spread * min(max(jitter, 0.0), 1.0)))


def _answered(state: FeedState, fetched: FetchResult, now: datetime) -> dict[str, Any]:
    """What every answer changes in a state: the time, and where the feed has moved to."""
    target = fetched.permanent_url
    if fetched.requested == state.moved_to and not target:
        return {"last_check": now}  # already polled at its new address
    if not target or target == state.url:
        return {"last_check": now, "moved_to": None, "moved_count": 0}
    again = state.moved_count + 1 if target == state.moved_to else 1
    return {"last_check": now, "moved_to": target, "moved_count": again}


def _well(state: FeedState, now: datetime, policy: PollPolicy) -> dict[str, Any]:
    """What changes in the state of a feed that was read, or is as it was."""
    silent = (now - state.last_new_entry).total_seconds() if state.last_new_entry else 0.0
    habit = max(policy.quiet_after, policy.quiet_gaps * (state.entry_gap or 0.0))
    health = Health.QUIET if silent > habit else Health.HEALTHY
    return {"health": health, "failures": 0, "failing_since": None, "error": None, "error_kind": None}


def _habit(state: FeedState, parsed: ParsedFeed, new: int, now: datetime) -> FeedState:
    """The feed's own pace: at first from the dates it gives, then from what is seen, smoothed."""
    dates = sorted(entry.dated for entry in parsed.entries if entry.dated)[-20:]  # its present pace
    if state.last_success is None:
        gap = (dates[-1] - dates[0]).total_seconds() / (len(dates) - 1) if len(dates) > 1 else None
        newest = dates[-1] if dates else (now if parsed.entries else None)
        return replace(state, entry_gap=gap or None, last_new_entry=newest)
    if not new:
        return state
    seen = max(1.0, (now - (state.last_new_entry or state.last_success)).total_seconds()) / new
    gap = seen if state.entry_gap is None else 0.7 * state.entry_gap + 0.3 * seen
    return replace(state, entry_gap=gap, last_new_entry=now)


def _interval(
    state: FeedState, parsed: ParsedFeed | None, new: int, now: datetime, search: bool, policy: PollPolicy
) -> float:
    """The adaptive interval in seconds; half way (geometric) from the old one to what the habit asks for."""
    least = policy.search if search else policy.minimum
    most = max(policy.maximum, least)
    old = state.interval or max(policy.base, least)
    first = state.last_success is None
    if parsed and parsed.entries and new * 2 > len(parsed.entries) and not first:
        return min(most, max(least, old / 2))
    wanted = old
    if state.entry_gap is not None:
        silent = (now - state.last_new_entry).total_seconds() if state.last_new_entry else 0.0
        wanted = max(state.entry_gap, silent) / 2
    elif not first and not new:
        wanted = old * 2
    return min(most, max(least, math.sqrt(old * min(most, max(least, wanted)))))


def _hint(fetched: FetchResult, ttl: float | None, policy: PollPolicy) -> float:
    """The longest of what feed and server ask for, within bounds."""
    return min(policy.maximum, max(ttl or 0.0, fetched.cache_max_age or 0.0, fetched.expires or 0.0))


def _backoff(failures: int, kind: str, interval: float, policy: PollPolicy) -> float:
    wait = _HOUR * 2 ** min(failures - 1, 10)
    if kind in _SLOW:
        wait = max(4 * _HOUR, wait)
    elif failures == 1:
        wait = min(wait, interval)
    return float(min(wait, policy.longest_backoff))


def _failing_health(
    state: FeedState, error: FetchError, failures: int, since: datetime, now: datetime, policy: PollPolicy
) -> Health:
    if error.kind == "gone":
        return Health.GONE
    broken = {"blocked": Health.BLOCKED, "not-a-feed": Health.NOT_A_FEED, "empty": Health.NOT_A_FEED}
    lasting = failures >= policy.failing_after or (now - since).total_seconds() >= policy.failing_for
    if lasting or error.permanent:
        return broken.get(error.kind, Health.FAILING)
    never_worked = state.last_success is None
    return broken.get(error.kind, state.health) if never_worked else state.health
