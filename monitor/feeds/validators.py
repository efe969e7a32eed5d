"""When a feed is requested only if it changed, and whether a server is believed that says it did not. Pure.

Some servers answer "not modified" for ever, because their validators (ETag, Last-Modified; RFC 9110, 8.8) stay as they
are while the feed goes on. Such a feed would look healthy, and none of its reports would be seen.
"""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta
from typing import NamedTuple

from monitor.model import FeedState, FetchResult

_SILENT = timedelta(days=1)  # without anything new, from which the whole body is requested once a day
_DAY = 86400
_DISBELIEVED = ""  # the address of validators that did not change when the body did


class Validators(NamedTuple):
    """What a request sends along, as `Fetcher.feed` takes it."""

    etag: str | None = None
    last_modified: str | None = None
    validators_url: str | None = None


def validators_of(state: FeedState, now: datetime) -> Validators:
    """The validators for the next request; none where they are not believed, or are to be tried."""
    if state.validators_url == _DISBELIEVED or _is_to_be_tried(state, now):
        return Validators()
    return Validators(state.etag, state.last_modified, state.validators_url)


def after_body(state: FeedState, fetched: FetchResult, *, changed: bool) -> Validators:
    """What is stored of an answer's validators. changed: its body holds what the last one did not."""
    if not fetched.etag and not fetched.last_modified:
        return Validators()
    again = (fetched.etag, fetched.last_modified) == (state.etag, state.last_modified)
    disbelieved = again and (changed or state.validators_url == _DISBELIEVED)
    return Validators(fetched.etag, fetched.last_modified, _DISBELIEVED if disbelieved else fetched.url)


def _is_to_be_tried(state: FeedState, now: datetime) -> bool:
    """Once a day while nothing new comes, at another time of day for each feed."""
    if state.last_check is None or (state.last_new_entry and now - state.last_new_entry < _SILENT):
        return False
    shift = zlib.crc32(state.url.encode()) % _DAY
    one, other = (int(moment.timestamp() + shift) // _DAY for moment in (state.last_check, now))
    return one != other
