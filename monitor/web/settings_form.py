"""From the fields of a settings form to the data of a file, changing only what somebody changed."""

from __future__ import annotations

import copy
import posixpath
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from monitor.config.deliver_targets import Target, channel_of
from monitor.config.watch import Alert, Side, WatchConfig
from monitor.errors import ConfigError, Problem
from monitor.render.plain import one_line

Form = Mapping[str, str]
SIDES = 8  # fields of a form
_LONGEST = 300  # characters of a field


def written(form: Form, name: str) -> str:
    """A field of the form, "" where it is not there."""
    return one_line(form.get(name, ""), _LONGEST)


def lines(form: Form, name: str) -> list[str]:
    """The lines of a field, each once, without empty ones."""
    rows = (one_line(row, _LONGEST) for row in form.get(name, "").splitlines())
    return list(dict.fromkeys(filter(None, rows)))


def number(form: Form, name: str) -> float | int | None:
    """A number of the form, None for an empty field. Raises ConfigError."""
    text = written(form, name).replace(",", ".")
    if not text:
        return None
    try:
        return int(text) if text.isdigit() else float(text)
    except ValueError:
        raise wrong(name, f"{text!r} is not a number; write one such as 0.6, or leave it empty") from None


def wrong(name: str, message: str) -> ConfigError:
    """An error of a field of the form."""
    return ConfigError((Problem("the form", 0, f"{name.replace('_', ' ')}: {message}"),))


def put(data: dict[str, Any], name: str, value: Any, before: Any) -> None:
    """Writes ``value`` under ``name`` where it differs from what holds now; None, "" and an empty list take it out."""
    if value == before or (value in (None, "", []) and before in (None, "", (), [])):
        return
    if value in (None, "", []):
        data.pop(name, None)
    else:
        data[name] = value


def watch_data(data: Mapping[str, Any], watch: WatchConfig, form: Form) -> dict[str, Any]:
    """The data of a watch file with the settings of the form. Raises ConfigError for a field that cannot be read."""
    new = copy.deepcopy(dict(data))
    put(new, "threshold", number(form, "threshold"), watch.threshold)
    put(new, "near_miss", number(form, "near_miss"), watch.near_miss)
    for name in ("near", "about"):
        if chosen := written(form, name):
            put(new, name, chosen, getattr(watch, name))
    _put_sides(new, watch.sides or {}, form)
    _put_alert(new, watch.alert, form)
    return new


def _put_sides(data: dict[str, Any], before: Mapping[str, Side], form: Form) -> None:
    given: dict[str, tuple[list[str], list[str], str]] = {}
    for place in range(SIDES):
        if name := written(form, f"side-{place}-name"):
            if name in given:
                raise wrong("sides", f"two are called {name!r}; give each its own name")
            fields = (f"side-{place}-{field}" for field in ("entities", "terms"))
            given[name] = (*(lines(form, field) for field in fields), written(form, f"side-{place}-country"))  # type: ignore[assignment]
    if "side-0-name" not in form:
        return
    if not given:
        if before:
            data.pop("sides", None)
        return
    sides = {name: raw for name, raw in (data.get("sides") or {}).items() if name in given}
    for name, (entities, terms, country) in given.items():
        old = before.get(name)
        if old and (entities, terms, country) == (list(old.entities), list(old.terms), old.country or ""):
            continue
        raw = sides.get(name)
        if isinstance(raw, list) and not entities and not country:  # the short form stays short
            sides[name] = terms
            continue
        side = raw if isinstance(raw, dict) else {} if raw is None or not old else {"terms": list(old.terms)}
        put(side, "entities", entities, list(old.entities) if old else [])
        put(side, "terms", terms, list(old.terms) if old else [])
        put(side, "country", country, (old.country or "") if old else "")
        sides[name] = side
    data["sides"] = sides


def _put_alert(data: dict[str, Any], before: Alert | None, form: Form) -> None:
    if "alert-threshold" not in form:
        return
    threshold = number(form, "alert-threshold")
    alert = copy.deepcopy(data.get("alert") or {})
    deliver = targets(alert.get("deliver"), before.deliver if before else (), form, "alert")
    if threshold is None and not deliver:
        data.pop("alert", None)
        return
    if not deliver:
        raise wrong("alert", "nobody would get it; write a mail address or a folder, or leave its threshold empty")
    put(alert, "threshold", threshold, before.threshold if before else None)
    hours = f"{before.quiet_hours[0]:%H:%M}-{before.quiet_hours[1]:%H:%M}" if before and before.quiet_hours else ""
    put(alert, "quiet_hours", written(form, "alert-quiet_hours").replace("–", "-"), hours)
    put(alert, "deliver", deliver, items_of(alert.get("deliver")))
    data["alert"] = alert


def targets(raw: Any, before: Sequence[Target], form: Form, prefix: str) -> list[Any]:
    """The items of ``deliver:`` with the recipients of the form: mail addresses and folders; others stay or go.

    raw: as the file has them; before: the same, as they are understood.
    """
    items = items_of(raw)
    mail, folders = lines(form, f"{prefix}-mail"), lines(form, f"{prefix}-folders")
    kept: list[Any] = []
    for place, (item, target) in enumerate(zip(items, before, strict=True)):
        kind, settings = channel_of(target)
        if kind.name == "email":
            here = [each for each in settings.to if each in mail]  # type: ignore[attr-defined]
            mail = [each for each in mail if each not in here]
            if here:
                kept.append(item if here == list(settings.to) else {"email": {**item["email"], "to": here}})  # type: ignore[attr-defined]
        elif kind.name == "file":
            folder = str(settings.model_dump())
            if folder in folders:
                folders.remove(folder)
                kept.append(item)
        elif form.get(f"{prefix}-other-{place}") == "keep":
            kept.append(item)
    if mail:
        first = next((place for place, each in enumerate(kept) if "email" in each), None)
        if first is None:
            kept.append({"email": {"to": mail}})
        else:
            there = kept[first]["email"]
            kept[first] = {"email": {**there, "to": [*_listed(there["to"]), *mail]}}
    return [*kept, *({"file": _near_the_configuration(each, prefix)} for each in folders)]


def _near_the_configuration(folder: str, prefix: str) -> str:
    """A new folder: the page may have digests written beside or below the configuration only. Raises ConfigError."""
    parts = PurePath(posixpath.normpath(folder)).parts
    if folder.startswith(("/", "~")) or ".." in parts[1:] or parts == ("..",):
        text = f"{folder} lies elsewhere; write one such as ../var/digests, or edit the file by hand"
        raise wrong(f"{prefix}-folders", text)
    return folder


def items_of(raw: Any) -> list[Any]:
    """The items of ``deliver:``, which may be one alone."""
    return raw if isinstance(raw, list) else [] if raw is None else [raw]


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]


def recipients(deliver: Sequence[Target]) -> tuple[str, str, list[tuple[int, str]]]:
    """(mail addresses, folders, each a line; (place, channel) of the others, without their addresses)."""
    mail: list[str] = []
    folders: list[str] = []
    others: list[tuple[int, str]] = []
    for place, target in enumerate(deliver):
        kind, settings = channel_of(target)
        if kind.name == "email":
            mail += settings.to  # type: ignore[attr-defined]
        elif kind.name == "file":
            folders.append(str(settings.model_dump()))
        else:
            others.append((place, kind.name))
    return "\n".join(mail), "\n".join(folders), others
