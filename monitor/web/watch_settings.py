"""The settings of a watch beside its terms: threshold, sides, alert; shown with what an edit would change first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from starlette.responses import Response

from monitor.config import load_config, parse_watch
from monitor.config.edit_yaml import edit_yaml
from monitor.config.save import read_exact
from monitor.config.watch import WatchConfig
from monitor.config.yaml import parse_yaml
from monitor.errors import ConfigError, SeedError
from monitor.store import alerts
from monitor.web.edit_feeds import told
from monitor.web.file_edits import changed_lines, saved
from monitor.web.request import PageRequest
from monitor.web.settings_form import SIDES, recipients, watch_data
from monitor.web.trial_view import tried
from monitor.web.watch_file import watch_file
from monitor.web.whole_form import check_seen, text_mark

ALERTS_OF = timedelta(days=30)  # that would have been raised are counted
_FIELDS = (  # of a form; without one of them what it says would be taken out of the file
    *("threshold", "near_miss", "side-0-name"),
    *("alert-threshold", "alert-quiet_hours", "alert-mail", "alert-folders"),
)


def settings(request: PageRequest) -> Response:
    """The form. Raises HTTPException 404 for no such watch, 409 where its file cannot be edited."""
    name, file = watch_file(request)
    path = request.config.folder / file
    return _page(request, name, _in_form(parse_watch(read_exact(path), path)))


def edit(request: PageRequest) -> Response:
    """The posted settings: shown with what they would change or, with ``action=save``, written to the watch file.

    Raises HTTPException 400 for part of a form, 403 where the sender may not change anything, 409 where the file cannot
    be edited or changed.
    """
    request.changing()
    name, file = watch_file(request)
    path = request.config.folder / file
    form = dict(request.form)
    try:
        text = read_exact(path)
        check_seen(form, _FIELDS, text)
        before = parse_watch(text, path)
        data = parse_yaml(text.removeprefix("\ufeff"), path).data or {}
        after = edit_yaml(text, watch_data(data, before, form), path)
        draft = parse_watch(after, path)
        if form.get("action") == "save":
            return saved(request, file, text, after, f"changed the settings of {draft.name}", f"watches/{name}")
        load_config(request.config.folder, request.config.base, {path: after})  # what saving would refuse
        trial = tried(request, name, request.site.draft_matcher(name, draft)) if _judges(draft, before) else None
    except (ConfigError, SeedError) as error:
        return _page(request, name, form, 400, error=told(error) if isinstance(error, ConfigError) else str(error))
    return _page(
        request,
        name,
        form,
        previewed=True,
        trial=trial,
        lines=changed_lines(file, text, after),
        alerts=_alerts(request, name, draft),
    )


def _judges(draft: WatchConfig, before: WatchConfig) -> bool:
    """Whether the edit changes what matches."""
    return draft.model_copy(update={"alert": before.alert}) != before


def _alerts(request: PageRequest, name: str, draft: WatchConfig) -> int | None:
    """How many stories of the last days reach the threshold of the alert; None where there is none."""
    if draft.alert is None:
        return None
    with request.store.read() as db:
        return alerts.stories_reaching(db, name, draft.alert.threshold, request.now - ALERTS_OF)


def _in_form(watch: WatchConfig) -> dict[str, str]:
    """The settings as the fields of the form."""
    given = {
        "threshold": "" if watch.threshold is None else f"{watch.threshold:g}",
        "near_miss": "" if watch.near_miss is None else f"{watch.near_miss:g}",
        "near": watch.near,
        "about": watch.about,
    }
    for place, (name, side) in enumerate((watch.sides or {}).items()):
        given[f"side-{place}-name"] = name
        given[f"side-{place}-entities"] = "\n".join(side.entities)
        given[f"side-{place}-terms"] = "\n".join(side.terms)
        given[f"side-{place}-country"] = side.country or ""
    if watch.alert:
        given["alert-threshold"] = f"{watch.alert.threshold:g}"
        if hours := watch.alert.quiet_hours:
            given["alert-quiet_hours"] = f"{hours[0]:%H:%M}-{hours[1]:%H:%M}"
        given["alert-mail"], given["alert-folders"], others = recipients(watch.alert.deliver)
        given |= {f"alert-other-{place}": "keep" for place, _ in others}
    return given


def _page(request: PageRequest, name: str, given: Mapping[str, str], status: int = 200, **values: Any) -> Response:
    watch = request.config.watches[name]
    weights = request.site.matchers[name].topic.weights
    places = [place for place in range(SIDES) if given.get(f"side-{place}-name")]
    free = next(place for place in range(SIDES + 1) if place not in places)
    _, file = watch_file(request)
    defaults: dict[str, Any] = {"previewed": False, "trial": None, "lines": [], "alerts": None, "error": ""}
    return request.page(
        "settings.html",
        status,
        name=name,
        settings=watch,
        given={"threshold": "", "near_miss": "", "near": watch.near, "about": watch.about, **given},
        threshold=f"{weights.threshold:.2f}",
        near_miss=f"{weights.near_miss:.2f}",
        sides=[*places, *([free] if free < SIDES else [])],
        others=recipients(watch.alert.deliver)[2] if watch.alert else [],
        seen=text_mark(read_exact(request.config.folder / file)),
        may_edit=bool(request.session),
        **(defaults | values),
    )
