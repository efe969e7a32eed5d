"""One request as a page's function sees it, and what it answers with."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Protocol
from urllib.parse import quote
from zoneinfo import ZoneInfo

import jinja2
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.config import Config
from monitor.config.watch import WatchConfig
from monitor.errors import ConfigError
from monitor.match import Matcher
from monitor.render.fill import fill
from monitor.render.templates import load_pages
from monitor.store import Store
from monitor.topic.records import Profile
from monitor.web.access import Access
from monitor.web.heartbeat import Pulse
from monitor.web.views import Clockface

log = logging.getLogger(__name__)


class Site(Protocol):
    """What the pages show: one configuration as it runs, built by `app`."""

    @property
    def config(self) -> Config: ...
    @property
    def store(self) -> Store: ...
    @property
    def matchers(self) -> Mapping[str, Matcher]: ...

    def profile(self, watch: str) -> Profile:
        """What the watch's seeds taught."""

    def draft_matcher(self, watch: str, draft: WatchConfig) -> Matcher:
        """A matcher for an edit of the watch. Raises ConfigError."""


class Pages:
    """The page templates. A person's own that fail cost their look, not the page: the packaged ones stand in."""

    def __init__(self, folder: Path | None = None) -> None:
        self._packaged = load_pages()
        self._own = load_pages(folder) if folder else None

    def fill(self, name: str, /, **values: object) -> str:
        if self._own is not None:
            try:
                return fill(self._own, name, **values)
            except ConfigError as error:
                log.warning("the packaged page was used, because yours failed: %s", error)
        return fill(self._packaged, name, **values)

    def source(self, name: str) -> str:
        """A file that is no template (the style sheet), as it is."""
        environment = self._own or self._packaged
        assert environment.loader is not None
        try:
            return environment.loader.get_source(environment, name)[0]
        except jinja2.TemplateNotFound as error:
            raise HTTPException(404, f"no file {name}") from error


@dataclass(frozen=True, slots=True)
class Desk:
    """What every page is given. site: the configuration in force, another one after it was edited.

    stopping: whether the service is told to stop, so that long work ends early.
    """

    site: Callable[[], Site]
    pulse: Pulse
    access: Access
    clock: Callable[[], datetime]
    pages: Pages
    stopping: Callable[[], bool] = lambda: False


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. form: what was posted, "" for what was not."""

    request: Request
    desk: Desk
    site: Site
    now: datetime
    form: Mapping[str, str] = field(default_factory=dict)

    @property
    def store(self) -> Store:
        return self.site.store

    @property
    def config(self) -> Config:
        return self.site.config

    @property
    def root(self) -> str:
        """The way from this page to the first one, so that the page works below any path of a proxy."""
        return "../" * (self.request.url.path.count("/") - 1) or "./"

    @property
    def clock(self) -> Clockface:
        return Clockface(_zone(self.config), self.now)

    @property
    def base_url(self) -> str:
        """Absolute, for what is read elsewhere; the Host header was checked before."""
        web = self.config.service.web
        return (web.public_url if web else None) or str(self.request.base_url).rstrip("/")

    @property
    def session(self) -> str:
        return self.desk.access.session(self.request, self.now)

    def query(self, name: str, limit: int = 300) -> str:
        return self.request.query_params.get(name, "")[:limit].strip()

    def number(self, name: str, least: int, most: int = 10**9) -> int:
        """A whole number of the query, ``least`` where there is none that fits."""
        given = self.query(name)
        return min(max(int(given), least), most) if given.isascii() and given.isdigit() and len(given) < 12 else least

    def path_id(self) -> int:
        """The number in the path. Raises HTTPException 404 for one that no row can have."""
        found = int(self.request.path_params["id"])
        if not 0 < found < 2**31:
            raise HTTPException(404, "nothing has this number")
        return found

    def page(self, template: str, code: int = 200, /, **values: object) -> Response:
        """The filled template as an answer with the status ``code``."""
        html = self.desk.pages.fill(template, root=self.root, clock=self.clock, shell=self._shell(), **values)
        return Response(html, code, media_type="text/html")

    def _shell(self) -> dict[str, object]:
        """What stands around every page."""
        return {
            "title": ", ".join(watch.name for watch in self.config.watches.values()),
            "watches": [(name, watch.name) for name, watch in self.config.watches.items()],
            "can_log_in": bool(self.desk.access.token),
            "logged_in": bool(self.session),
            "csrf": self.desk.access.csrf(self.session),
            "path": self.request.url.path,
        }

    def way(self, path: str) -> str:
        """The address of another page from this one, never one elsewhere; ``path`` from the first page."""
        return self.root + quote(path.lstrip("/\\"), safe="/?=&%:@,;+-._~")

    def go(self, path: str) -> Response:
        return RedirectResponse(self.way(path), 303)

    def changing(self) -> None:
        """Raises HTTPException 403 for a request that may change nothing."""
        if not self.desk.access.may_change(self.request, self.form.get("csrf", ""), self.now):
            text = "this needs the token: log in again, then send the form from this page"
            raise HTTPException(403, text)


def _zone(config: Config) -> tzinfo:
    """Times on the page are those of the first digest."""
    digests = config.service.digests
    return ZoneInfo(digests[0].timezone if digests else "UTC")
