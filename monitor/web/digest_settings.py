"""The digests of monitor.yaml: when each goes out, to whom, with what; an edit is shown before it is saved."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.responses import Response

from monitor.config import load_config
from monitor.config.edit_yaml import edit_yaml
from monitor.config.save import read_exact
from monitor.config.service import DigestConfig
from monitor.config.yaml import parse_yaml
from monitor.crontab import next_ticks, parse_cron
from monitor.errors import ConfigError
from monitor.web.edit_feeds import told
from monitor.web.file_edits import changed_lines, file_of, saved
from monitor.web.request import PageRequest
from monitor.web.settings_form import items_of, lines, number, put, recipients, targets, written
from monitor.web.story_views import When
from monitor.web.whole_form import check_seen, text_mark

FILE = "monitor.yaml"
_NEXT = 3  # times that are shown
_LISTS = ("watches", "languages", "reads")
_NUMBERS = ("threshold", "max_stories", "max_near_misses")
_WORDS = ("schedule", "timezone", "empty", "locale")
_FIELDS = (*_WORDS, *_NUMBERS, *_LISTS, "digest-mail", "digest-folders")  # of a form


@dataclass(frozen=True, slots=True)
class DigestForm:
    """The form of a digest. place: in the file, from 0; a new one is behind the last. next: when it goes out."""

    place: int
    name: str
    given: Mapping[str, str]
    others: list[tuple[int, str]]
    next: list[When]


def settings(request: PageRequest) -> Response:
    """The forms of all digests, and one for a new one."""
    file_of(request, FILE)
    return _page(request)


def edit(request: PageRequest) -> Response:
    """The posted digest: shown with what it would change or, with ``action=save``, written to monitor.yaml.

    Raises HTTPException 400 for part of a form, 403 where the sender may not change anything, 409 where the file cannot
    be edited or changed.
    """
    request.changing()
    path = file_of(request, FILE)
    place = int(request.form["place"]) if request.form.get("place", "").isdigit() else -1
    try:
        text = read_exact(path)
        check_seen(request.form, _FIELDS if place < len(request.config.service.digests) else (), text)
        data = parse_yaml(text.removeprefix("\ufeff"), path).data or {}
        after = edit_yaml(text, _with_digest(data, request.config.service.digests, place, request.form), path)
        checked = load_config(request.config.folder, request.config.base, {path: after}).service.digests
        digest = checked[place]
        if request.form.get("action") == "save":
            what = f"changed the digest {digest.name}" if place < len(request.config.service.digests) else (
                f"added the digest {digest.name}")  # fmt: skip
            return saved(request, FILE, text, after, what, "digests/settings")
    except ConfigError as error:
        return _page(request, request.form, 400, place=place, error=told(error))
    lines = changed_lines(FILE, text, after)
    return _page(request, request.form, place=place, lines=lines, next=_next(request, digest))


def _with_digest(
    data: Mapping[str, Any], digests: tuple[DigestConfig, ...], place: int, form: Mapping[str, str]
) -> dict[str, Any]:
    """The data of monitor.yaml with the digest of the form. Raises ConfigError, HTTPException 409."""
    new = copy.deepcopy(dict(data))
    items = new.get("digests") or []
    if not isinstance(items, list) or len(items) != len(digests) or not 0 <= place <= len(items):
        raise HTTPException(409, "monitor.yaml was changed meanwhile; load the page again")
    if place == len(items):
        before = DigestConfig(name="new", schedule="")
        items.append({"name": written(form, "name")})
    else:
        before = digests[place]
    item = items[place]
    for name in _WORDS:
        put(item, name, written(form, name), getattr(before, name))
    for name in _NUMBERS:
        put(item, name, number(form, name), getattr(before, name))
    for name in _LISTS:
        put(item, name, lines(form, name), list(getattr(before, name)))
    put(item, "deliver", targets(item.get("deliver"), before.deliver, form, "digest"), items_of(item.get("deliver")))
    new["digests"] = items
    return new


def _next(request: PageRequest, digest: DigestConfig) -> list[When]:
    ticks = next_ticks(parse_cron(digest.schedule), ZoneInfo(digest.timezone), request.now, _NEXT)
    return [request.clock.when(each) for each in ticks]


def _in_form(digest: DigestConfig) -> dict[str, str]:
    mail, folders, others = recipients(digest.deliver)
    plain = {name: "" if (value := getattr(digest, name)) is None else f"{value}" for name in (*_WORDS, *_NUMBERS)}
    lists = {name: "\n".join(getattr(digest, name)) for name in _LISTS}
    kept = {f"digest-other-{place}": "keep" for place, _ in others}
    return {**plain, **lists, "digest-mail": mail, "digest-folders": folders, **kept}


def _page(
    request: PageRequest, form: Mapping[str, str] | None = None, status: int = 200, *, place: int = -1, **values: Any
) -> Response:
    digests = request.config.service.digests
    forms = [
        DigestForm(number, each.name, form if form is not None and number == place else _in_form(each),
                   recipients(each.deliver)[2], _next(request, each))
        for number, each in enumerate(digests)
    ]  # fmt: skip
    empty = {**_in_form(DigestConfig(name="new", schedule="0 7 * * *")), "name": ""}
    fresh = {**empty, **form} if form is not None and place == len(digests) else empty
    forms.append(DigestForm(len(digests), "", fresh, [], []))
    defaults: dict[str, Any] = {"lines": [], "next": [], "error": ""}
    return request.page(
        "digest_settings.html",
        status,
        forms=forms,
        place=place,
        may_edit=bool(request.session),
        seen=text_mark(read_exact(request.config.folder / FILE)),
        **(defaults | values),
    )
