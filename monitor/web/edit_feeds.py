"""Arranging feeds on their page: what an address holds, a feed added, checked, paused, resumed, renamed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from monitor.config.edit_feed_list import add_feed
from monitor.config.edit_yaml import edit_yaml
from monitor.config.feed_list import FeedConfig, rules_of
from monitor.config.save import read_exact
from monitor.config.yaml import parse_yaml
from monitor.errors import ConfigError, FetchError, Problem
from monitor.feeds.feed_address import whole_address
from monitor.feeds.skipped import describe_skipped
from monitor.pipeline.look_at_feed import FoundFeed, look_at_feed
from monitor.render.plain import one_line
from monitor.text.plural import plural
from monitor.text.posts import channel_preview
from monitor.text.redact import shown_address, shown_text
from monitor.web.file_edits import FEED_LIST, file_of, problems_of, saved
from monitor.web.request import PageRequest
from monitor.web.story_views import When

FILE = FEED_LIST
ADDED = ("name", "language", "country", "kind", "publisher", "folder")  # fields of the form, beside the address
_PREVIEWED = 5  # entries


@dataclass(frozen=True, slots=True)
class FoundView:
    """What an address holds. what: "a feed with 20 entries". notes: what a person should know before adding it.

    entries: (title, when or None) of the newest. failed: why nothing could be read, "" where it could.
    """

    url: str
    what: str
    title: str
    language: str
    notes: tuple[str, ...]
    entries: tuple[tuple[str, When | None], ...]
    is_page: bool
    failed: str = ""


def feed_key(feed: FeedConfig) -> str:
    """What names a feed in a form, without its address, which may be a secret."""
    said = feed.url_file or feed.url_env or feed.url
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def look(request: PageRequest, address: str) -> FoundView:
    """What is found at an address now, as `monitor feeds add` and `check` find it; nothing is stored."""
    url = channel_preview(whole_address(address.strip()))
    try:
        found = look_at_feed(request.site.fetcher(), url, rules_of(request.config.feeds, url), request.now)
    except (FetchError, TimeoutError) as error:
        told = one_line(shown_text(str(error)), 400) or "it takes too long"
        return FoundView(url, "", "", "", (), (), False, told)
    return _found_view(request, url, found)


def _found_view(request: PageRequest, url: str, found: FoundFeed) -> FoundView:
    parsed = found.parsed
    held = plural(len(parsed.entries), "entry", "entries")
    kind = "a page that lists" if found.is_page else "a feed with"
    notes = []
    if found.named:
        others = [one_line(shown_address(each), 200) for each in found.named[1:4]]
        more = f"; it also names {', '.join(others)}" if others else ""
        notes.append(f"{shown_address(url)} is a web page that names this one{more}")
    if found.final_url != found.url:
        notes.append(f"the server redirects to {shown_address(found.final_url)}")
    if parsed.flaw:
        notes.append(f"flaw: {parsed.flaw}")
    if parsed.dropped:
        notes.append(f"not taken: {describe_skipped(parsed.dropped)}")
    newest = sorted(parsed.entries, key=lambda each: each.dated.timestamp() if each.dated else 0.0, reverse=True)
    entries = tuple(
        (one_line(each.title, 200), request.clock.when(each.dated) if each.dated else None)
        for each in newest[:_PREVIEWED]
    )
    return FoundView(
        url=found.url,
        what=f"{kind} {held}",
        title=one_line(parsed.title, 100),
        language=(parsed.language or "").split("-")[0].lower(),
        notes=tuple(one_line(shown_text(each), 400) for each in notes),
        entries=entries,
        is_page=found.is_page,
    )


def add(request: PageRequest) -> Response:
    """Adds the feed of the form at the end of the list. Raises ConfigError for a field that cannot be."""
    given = {name: request.form.get(name, "").strip() for name in ADDED}
    url = channel_preview(whole_address(request.form.get("url", "").strip()))
    form = {"format": "page"} if request.form.get("format") == "page" else {}
    feed = _feed({"url": url, **form, **{name: value for name, value in given.items() if value}})
    path = file_of(request, FILE)
    text = read_exact(path)
    after = add_feed(text, feed, path)
    return saved(request, FILE, text, after, f"added the feed {feed.feed().name}", f"feeds#feed-{feed_key(feed)}")


def change(request: PageRequest, values: Mapping[str, Any], done: str) -> Response:
    """Writes ``values`` into the feed that the form names; "" and None take a key out.

    done: what was done, such as "paused". Raises ConfigError for a value that cannot be, HTTPException 409 where the
    feed is not in the list any more.
    """
    key, path = request.form.get("feed", ""), file_of(request, FILE)
    text = read_exact(path)
    data = parse_yaml(text.removeprefix("\ufeff"), path).data
    items = data.get("feeds") if isinstance(data, dict) else None
    for item in items if isinstance(items, list) else ():
        if not isinstance(item, dict) or key not in map(feed_key, _feed(item).polled()):
            continue
        before = _feed(item)
        if before.search and set(values) != {"enabled"}:  # pausing one pauses all of them
            text = f"this is one of the feeds of the search {before.search!r}; edit its line in {FILE}"
            raise ConfigError((Problem("the form", 0, text),))
        for name, value in values.items():
            if value in ("", None):
                item.pop(name, None)
            elif value != getattr(before, name) or name in item:
                item[name] = value
        after = _feed(item)
        if after == before:
            return request.go("feeds", f"feed-{key}")
        edited = edit_yaml(text, data, path)
        return saved(request, FILE, text, edited, f"{done} the feed {before.feed().name}", f"feeds#feed-{key}")
    raise HTTPException(409, "the feed is not in the list any more; load the page again")


def _feed(values: Mapping[str, Any]) -> FeedConfig:
    """Raises ConfigError, which names the field."""
    try:
        return FeedConfig.model_validate(values)
    except ValidationError as error:
        raise ConfigError(tuple(_wrong(each) for each in error.errors(include_url=False))) from error


def _wrong(found: Any) -> Problem:
    name = ".".join(map(str, found["loc"])) or "the feed"
    return Problem("the form", 0, f"{name}: {found['msg'].removeprefix('Value error, ')}")


def of_form(request: PageRequest) -> Response:
    """What a form of the page of feeds asks for, but for looking. Raises ConfigError, HTTPException."""
    act = request.form.get("act", "")
    if act == "add":
        return add(request)
    if act in ("pause", "resume"):
        return change(request, {"enabled": None if act == "resume" else False}, f"{act}d")
    if act == "save":
        fields = {name: request.form.get(name, "").strip() for name in (*ADDED, "interval")}
        return change(request, fields, "edited")
    raise HTTPException(400, "the form does not say what is to be done; use the buttons of the page")


def told(error: ConfigError) -> str:
    """The problems for the page, each with its field or line."""
    if all(Path(each.path).name == "the form" for each in error.problems):
        return "; ".join(dict.fromkeys(each.message for each in error.problems))
    return problems_of(error)
