"""`PageRequest`: what a page function is given, and the answers it can make of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

import jinja2
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp

from monitor.config import Config
from monitor.config.watch import WatchConfig
from monitor.errors import ConfigError
from monitor.fetch import Fetcher
from monitor.match import Matcher
from monitor.match.feedback import Refit
from monitor.model import Edition, RenderedEdition
from monitor.pipeline.learn_draft import Learned
from monitor.render.build_views import Place
from monitor.render.fill import fill
from monitor.render.templates import load_pages
from monitor.store import Store, decisions, file_edits
from monitor.topic.records import Profile
from monitor.web.access import Access
from monitor.web.decided_view import decided_view
from monitor.web.heartbeat import Pulse
from monitor.web.story_views import Clockface
from monitor.web.turns import Lanes

log = logging.getLogger(__name__)

SAID = "said"  # of an address: the number of the decision that led there
EDITED = "edited"  # the same, of an edit of a file


class Site(Protocol):
    """One configuration as it runs, and what was built from it. `monitor.app` implements it."""

    @property
    def config(self) -> Config:
        """The configuration in force."""

    @property
    def store(self) -> Store:
        """The open store."""

    @property
    def matchers(self) -> Mapping[str, Matcher]:
        """watch id → its matcher."""

    @property
    def silent(self) -> Mapping[str, datetime | None]:
        """channel → since when it does not answer, None where it does."""

    @property
    def retold(self) -> Mapping[tuple[str, str], int]:
        """("kept", "") or ("dropped" or "failed", reason) → what came of asking a model since the start."""

    def profile(self, watch: str) -> Profile:
        """The profile learned from the watch's seeds."""

    def settle(self) -> None:
        """Judge and group what waits for it. Raises StoreError."""

    def draft_matcher(self, watch: str, draft: WatchConfig) -> Matcher:
        """A matcher for an edited watch. Raises ConfigError."""

    def fetcher(self) -> Fetcher:
        """A new one, with the settings of the configuration."""

    def as_it_reads_now(self, edition: Edition, rendered: RenderedEdition) -> RenderedEdition:
        """A stored edition with what its sources changed since. Raises ConfigError for a template."""


class Pages:
    """The page templates: a person's own where there are some, and the packaged ones where those fail."""

    def __init__(self, folder: Path | None = None) -> None:
        self._packaged = load_pages()
        self._own = load_pages(folder) if folder else None

    def fill(self, name: str, /, **values: object) -> str:
        """The template ``name`` with ``values``, as text."""
        # A person's template is a program that may fail on some story only. The page matters more than its look.
        if self._own is not None:
            try:
                return fill(self._own, name, **values)
            except ConfigError as error:
                log.warning("the packaged page was used, because yours failed: %s", error)
        return fill(self._packaged, name, **values)

    def source(self, name: str) -> str:
        """A file that is no template (the style sheet), as it is. Raises HTTPException 404 for an unknown name."""
        environment = self._own or self._packaged
        assert environment.loader is not None
        try:
            return environment.loader.get_source(environment, name)[0]
        except jinja2.TemplateNotFound as error:
            raise HTTPException(404, f"no file {name}") from error


@dataclass(frozen=True, slots=True)
class Desk:
    """What all requests share. site: a function, because an edit of the configuration replaces the site.

    stopping: whether the service is stopping, so that long work ends early. refits: watch → the version of its matcher
    and the refit of it that was last shown, to be put in force as it was shown. lanes: whose turn it is. mcp: the MCP
    server, where one is configured. drafts: key → a watch that was learned and is not saved yet.
    """

    site: Callable[[], Site]
    pulse: Pulse
    access: Access
    clock: Callable[[], datetime]
    pages: Pages
    stopping: Callable[[], bool] = lambda: False
    refits: dict[str, tuple[str, Refit]] = field(default_factory=dict)
    lanes: Lanes = field(default_factory=Lanes)
    mcp: ASGIApp | None = None
    drafts: dict[str, Learned] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PageRequest:
    """One request. form: the posted fields. now: when it arrived, for everything the page shows."""

    http: Request
    desk: Desk
    site: Site
    now: datetime
    form: Mapping[str, str] = field(default_factory=dict)

    @property
    def store(self) -> Store:
        """The open store."""
        return self.site.store

    @property
    def config(self) -> Config:
        """The configuration in force."""
        return self.site.config

    @property
    def root(self) -> str:
        """The relative address of the first page ("./", "../", ...), so that a proxy may publish it below any path."""
        return "../" * (self.http.url.path.count("/") - 1) or "./"

    @property
    def place(self) -> Place:
        """Where links of the page may lead. Its own addresses are relative, so it has no base address."""
        return Place("", self.config.service.http.allow_private_addresses)

    @property
    def clock(self) -> Clockface:
        """Times in the zone the page shows."""
        return Clockface(_zone(self.config), self.now)

    @property
    def reads(self) -> Sequence[str]:
        """The languages in which headlines are shown where a report is in one, in order: those of the first digest."""
        digests = self.config.service.digests
        return (digests[0].read_first or (digests[0].locale,)) if digests else ("en",)

    @property
    def base_url(self) -> str:
        """The page's absolute address, without a slash at the end, for what is read elsewhere."""
        # The Host header in ``http.base_url`` can be trusted here: `monitor.web.routes` has checked it.
        web = self.config.service.web
        return (web.public_url if web else None) or str(self.http.base_url).rstrip("/")

    @property
    def session(self) -> str:
        """The sender's valid session, or ""."""
        return self.desk.access.session(self.http, self.now)

    @property
    def reader(self) -> str:
        """The sender's valid session that only reads, or ""."""
        return self.desk.access.reader(self.http, self.now)

    @property
    def sees_recipients(self) -> bool:
        """Whether the sender may see to whom editions go."""
        return self.desk.access.sees_recipients(self.http, self.now)

    def query(self, name: str, limit: int = 300) -> str:
        """A value of the address's query, cut to ``limit`` characters; "" where there is none."""
        return self.http.query_params.get(name, "")[:limit].strip()

    def number(self, name: str, least: int, most: int = 10**9) -> int:
        """A whole number of the query within [least, most]; ``least`` where there is none."""
        given = self.query(name)
        return min(max(int(given), least), most) if given.isascii() and given.isdigit() and len(given) < 12 else least

    def path_id(self) -> int:
        """The number in the path. Raises HTTPException 404 for one that no row can have."""
        found = int(self.http.path_params["id"])
        # A database refuses larger numbers with an error, which would show as a failure of the service.
        if not 0 < found < 2**31:
            raise HTTPException(404, "nothing has this number")
        return found

    def page(self, template: str, code: int = 200, /, **values: object) -> Response:
        """The filled template as an answer with the HTTP status ``code``."""
        html = self.desk.pages.fill(template, root=self.root, clock=self.clock, shell=self._shell(), **values)
        return Response(html, code, media_type="text/html")

    def _shell(self) -> dict[str, object]:
        """The values of the frame around every page: title, navigation, login.

        To those who may not read, who see the form to log in and what a mail's link opens, it names no watch.
        """
        may_read = self.desk.access.may_read(self.http, self.now)
        watches = {name: watch.name for name, watch in self.config.watches.items()} if may_read else {}
        return {
            "title": ", ".join(watches.values()) or "feed-monitor",
            "watches": list(watches.items()),
            "can_log_in": bool(self.desk.access.token),
            "logged_in": bool(self.session),
            "reads": bool(self.reader),
            "csrf": self.desk.access.csrf(self.session or self.reader),
            "path": self.http.url.path,
            "here": self._here(),
            **self._decided(),
        }

    def _here(self) -> str:
        """The address of this page, for a form to come back to; without what was said of the last one."""
        asked = [(name, value) for name, value in self.http.query_params.multi_items() if name not in (SAID, EDITED)]
        return self.http.url.path + (f"?{urlencode(asked)}" if asked else "")

    def _decided(self) -> dict[str, object]:
        """What the sender has just decided (``?said=``), and what they decided last."""
        if not self.session or self.http.method != "GET":
            return {"said": None, "last": None, "edited": None}
        with self.store.read() as db:
            edited = file_edits.get(db, self.number(EDITED, 0))
            just = decisions.find(db, self.number(SAID, 0))
            last = decisions.last_of(db, self.who)
        return {"said": decided_view(just, self.clock) if just else None,
                "last": decided_view(last, self.clock) if last else None,
                "edited": edited}  # fmt: skip

    @property
    def who(self) -> str:
        """Who decides: the name that they gave when they logged in."""
        if not self.session:
            return "a program with the token"
        return self.desk.access.name(self.session) or "the page"

    def way(self, path: str) -> str:
        """The relative address of another page; ``path`` counts from the first page.

        It never leads to another site, whatever a stranger put into ``path``.
        """
        # Leading slashes are removed because "//host" and "/\host" are addresses of another site to a browser.
        return self.root + quote(path.lstrip("/\\"), safe="/?=&%:@,;+-._~")

    def go(self, path: str, place: str = "") -> Response:
        """A redirect to another page, and to a ``place`` on it, to be read with GET (303, RFC 9110)."""
        return RedirectResponse(self.way(path) + (f"#{quote(place, safe='')}" if place else ""), 303)

    def changing(self) -> None:
        """Check that the sender may change things. Raises HTTPException 403 where not."""
        if not self.desk.access.may_change(self.http, self.form.get("csrf", ""), self.now):
            text = "this needs the token: log in again, then send the form from this page"
            if self.reader:
                text = "you have logged in to read; to change something, log out and log in with the other token"
            raise HTTPException(403, text)


def _zone(config: Config) -> tzinfo:
    """Times on the page are those of the first digest."""
    digests = config.service.digests
    return ZoneInfo(digests[0].timezone if digests else "UTC")
