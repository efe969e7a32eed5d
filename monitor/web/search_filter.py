"""The filters of the search page: from its address to what is asked of the store, and back into its form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta, tzinfo
from urllib.parse import urlencode

from monitor.render.labels import KINDS
from monitor.store.article_filter import JUDGEMENTS, ArticleFilter
from monitor.web.request import PageRequest
from monitor.web.story_views import language_name

_TEXTS = ("watch", "judgement", "language", "kind", "country", "publisher")
_JUDGED = {
    "match": "a match",
    "near": "a near miss",
    "no": "no match",
    "right": "marked right",
    "wrong": "marked wrong",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A field of the form with what may be chosen: (value, words)."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]


def filter_of(request: PageRequest) -> ArticleFilter:
    """What the address asks for; what it says wrongly counts for nothing."""
    found: dict[str, object] = {name: request.query(name, 100) for name in _TEXTS}
    if found["judgement"] not in JUDGEMENTS:
        found["judgement"] = ""
    zone = request.clock.zone
    since, until = _day(request.query("since"), zone), _day(request.query("until"), zone)
    return ArticleFilter(
        **found,  # type: ignore[arg-type]
        score=_score(request.query("score")),
        since=since,
        until=until + timedelta(days=1) if until else None,  # the day that is named belongs to it
    )


def given(request: PageRequest) -> dict[str, str]:
    """The fields of the address that ask for something."""
    names = ("q", "exact", *(each.name for each in fields(ArticleFilter)))
    return {name: value for name in names if (value := request.query(name))}


def address(request: PageRequest, **changed: str) -> str:
    """The query of the address with some fields changed; "" takes one away."""
    return urlencode({name: value for name, value in (given(request) | changed).items() if value})


def choices(request: PageRequest, chosen: ArticleFilter) -> list[Choice]:
    """The fields of the form with what feeds have; what is chosen is among them."""
    feeds = [feed for feed in request.config.feeds if feed.enabled]
    languages = sorted({feed.language.split("-")[0] for feed in feeds if feed.language} | {chosen.language} - {""})
    countries = sorted({feed.country for feed in feeds if feed.country} | ({chosen.country} - {""}))
    publishers = sorted({feed.feed("").publisher for feed in feeds} | ({chosen.publisher} - {""}), key=str.casefold)
    watches = tuple((name, each.name) for name, each in request.config.watches.items())
    return [
        Choice("watch", "Watch", watches),
        Choice("judgement", "Judged", tuple(_JUDGED.items())),
        Choice("language", "Language", tuple((each, language_name(each)) for each in languages)),
        Choice("kind", "Kind", tuple(KINDS.items())),
        Choice("country", "Country", tuple((each, each) for each in countries)),
        Choice("publisher", "Publisher", tuple((each, each) for each in publishers)),
    ]


def said(request: PageRequest) -> Iterator[tuple[str, str]]:
    """(what is asked for, the address without it), of each filter."""
    labels = {each.name: dict(each.options) for each in choices(request, filter_of(request))}
    for name, value in given(request).items():
        if name in ("q", "exact"):
            continue
        words = labels.get(name, {}).get(value, value)
        prefix = {"since": "from ", "until": "up to ", "score": "score from "}.get(name, "")
        yield f"{prefix}{words}", address(request, **{name: ""})


def _day(text: str, zone: tzinfo) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone) if len(text) == 10 else None
    except ValueError:
        return None


def _score(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if 0 <= found <= 1 else None
