"""The configuration: typed, frozen and checked as a whole; every problem is found with its file and line.

Its parts are passed on to the code that needs them; nothing reads it from a global.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from monitor.config.deliver_targets import Target, channel_of
from monitor.config.explain_model import problems_of
from monitor.config.feed_list import FeedConfig, FeedList, check_url, same_address
from monitor.config.secret_sources import read_secret
from monitor.config.service import DigestConfig, ServiceConfig, ages_that_cannot_hold
from monitor.config.watch import WatchConfig, is_address
from monitor.config.yaml import YamlFile, parse_yaml, read_yaml, yaml_paths
from monitor.crontab import parse_cron
from monitor.errors import ConfigError, Problem
from monitor.model.frozen import frozen
from monitor.text.redact import hide_whole, shown_address

Model = TypeVar("Model", bound=BaseModel)

NO_SMTP = "{} needs a mail server; add 'smtp: {{host: localhost, port: 25}}' to monitor.yaml"
STORES = ("sqlite:///", "postgresql://", "postgresql+psycopg://")
NO_STORE = "the address names no kind of store; write sqlite:///PATH or postgresql://user@host/database"
PACKAGED = Path(__file__).parent.parent / "defaults"


@frozen
class Config:
    """A whole, valid configuration.

    folder: where its files are. base: the folder that relative paths of written files start from (it differs from
    ``folder`` only for the packaged defaults). watches: id (file name without .yaml) → the watch. fingerprint: 12 hex
    digits of the SHA-256 of its files.
    """

    folder: Path
    base: Path
    service: ServiceConfig
    feeds: tuple[FeedConfig, ...]
    watches: Mapping[str, WatchConfig]
    fingerprint: str

    @property
    def packaged(self) -> bool:
        """Whether these are the packaged defaults, used because the user has no configuration."""
        return self.folder != self.base

    def path(self, text: str) -> Path:
        """A path written in monitor.yaml, as an absolute one; "~" is the user's home."""
        return Path(os.path.normpath(self.base / Path(text).expanduser()))

    def seeds(self, watch: str) -> tuple[Path, ...]:
        """The folders and files of the seed articles of a watch (its id). Raises KeyError."""
        places = (place for place in self.watches[watch].seeds or () if not is_address(place))
        return tuple(_beside_watches(self.folder, place) for place in places)

    def seed_addresses(self, watch: str) -> tuple[str, ...]:
        """The addresses of seed articles of a watch (its id). Raises KeyError."""
        return tuple(filter(is_address, self.watches[watch].seeds or ()))

    @property
    def templates(self) -> Path | None:
        """The folder of the user's templates, if there is one."""
        given = self.service.templates
        folder = self.path(given) if given else self.folder.parent / "templates"
        return folder if given or folder.is_dir() else None

    def own_templates(self) -> dict[str, Path]:
        """Name of a digest → its own folder of templates, for digests that have one."""
        return {digest.name: self.path(digest.templates) for digest in self.service.digests if digest.templates}

    def store_url(self) -> str:
        """The store's address, a relative path of SQLite made absolute."""
        url = self.service.store
        # SQLite resolves a relative path from the working directory, which a service does not control.
        if url.startswith("sqlite:///") and not url.startswith("sqlite:////"):
            return f"sqlite:///{self.path(url.removeprefix('sqlite:///'))}"
        return url

    def digest(self, name: str | None) -> DigestConfig:
        """The digest with this name, or the only one for None. Raises ConfigError."""
        chosen = [d for d in self.service.digests if name in (None, d.name)]
        if len(chosen) == 1:
            return chosen[0]
        known = ", ".join(d.name for d in self.service.digests) or "none is configured"
        text = f"no digest is called {name!r}" if name else "name the digest"
        raise ConfigError((Problem(str(self.folder / "monitor.yaml"), 0, f"{text}; there are: {known}"),))


def find_folder(given: str | None) -> tuple[Path, Path]:
    """(folder, base) of `Config`: from --config DIR, else $MONITOR_CONFIG, else ./config, else the packaged defaults.

    Raises ConfigError when a named folder does not exist.
    """
    named = given or os.environ.get("MONITOR_CONFIG")
    if named:
        folder = Path(named).expanduser().absolute()
        if not folder.is_dir():
            raise ConfigError(
                (Problem(str(folder), 0, "no such folder; `monitor init DIR` writes a starting configuration"),)
            )
        return folder, folder
    here = Path.cwd() / "config"
    return (here, here) if here.is_dir() else (packaged_folder() / "config", here)


def packaged_folder() -> Path:
    """Where the shipped config/, templates/ and seed_corpus/ are: in the wheel, or the top of a checkout."""
    return PACKAGED if PACKAGED.is_dir() else PACKAGED.parent.parent


def load_config(folder: Path, base: Path | None = None, drafts: Mapping[Path, str | None] | None = None) -> Config:
    """Reads and checks the whole configuration. Raises ConfigError with every problem found, not just the first.

    drafts: file of ``folder`` → the text that is to be written there; it is taken in place of what the file holds;
    None for a file that is to be deleted.
    """
    problems: list[Problem] = []
    # All files are read before any problem is raised, so that a user can correct everything in one pass.
    read = _Reader(problems, drafts or {})
    service, service_file = read.file(folder / "monitor.yaml", ServiceConfig)
    feeds, feeds_file = read.file(folder / "feeds.yaml", FeedList)
    watches: dict[str, WatchConfig] = {}
    for path in read.paths(folder / "watches"):
        watch, file = read.file(path, WatchConfig)
        if watch and file:
            watches[path.stem] = watch
            problems.extend(_check_seeds(watch, file))
            if service and service.smtp is None and watch.alert:
                problems.extend(_check_mail_server(watch.alert.deliver, file, ("alert", "deliver")))
    if not watches and not problems:  # else a broken watch file is the reason, and is reported
        problems.append(
            Problem(str(folder / "watches"), 0, "no watch; write one: a name and a folder of seed articles")
        )
    if service and service_file:
        problems.extend(_check_service(service, service_file, watches, bool(problems)))
    if feeds and feeds_file:
        problems.extend(_check_feeds(feeds, feeds_file))
    if service and feeds and service_file and feeds_file:
        secrets = _Secrets(base or folder, problems)
        service, feeds = secrets.of_service(service, service_file), secrets.of_feeds(feeds, feeds_file)
    if problems or not service or not feeds:
        raise ConfigError(tuple(problems))
    return Config(folder, base or folder, service, feeds.polled(), watches, read.digest.hexdigest()[:12])


class _Secrets:
    """Fills in the addresses that a configuration does not hold itself; what cannot be read is a problem."""

    def __init__(self, base: Path, problems: list[Problem]) -> None:
        self._base = base
        self._problems = problems

    def of_service(self, service: ServiceConfig, file: YamlFile) -> ServiceConfig:
        """The service with the address of its store."""
        if not (service.store_file or service.store_env):
            return service
        found = self._read(file, ("store_env" if service.store_env else "store_file",), "store", service)
        if found and not found.startswith(STORES):
            self._problems.append(file.problem((), NO_STORE))
        return service.model_copy(update={"store": found or service.store})

    def of_feeds(self, feeds: FeedList, file: YamlFile) -> FeedList:
        """The list with the address of every feed."""
        filled = [self._of_feed(index, feed, file) for index, feed in enumerate(feeds.feeds)]
        return feeds.model_copy(update={"feeds": tuple(filled)})

    def _of_feed(self, index: int, feed: FeedConfig, file: YamlFile) -> FeedConfig:
        if feed.url or feed.search:
            return feed
        found = self._read(file, ("feeds", index), "url", feed)
        try:
            url = check_url(found) if found else ""
        except ValueError:  # without the address, which is a secret
            self._problems.append(file.problem(("feeds", index), "url: what was read there is no feed address"))
            return feed
        hide_whole(url)
        return feed.model_copy(update={"url": url})

    def _read(self, file: YamlFile, where: tuple[str | int, ...], what: str, of: ServiceConfig | FeedConfig) -> str:
        def resolve(text: str) -> Path:
            return Path(os.path.normpath(self._base / Path(text).expanduser()))

        try:
            return read_secret(resolve, what, getattr(of, f"{what}_file"), getattr(of, f"{what}_env"))
        except ValueError as error:
            self._problems.append(file.problem(where, str(error)))
            return ""


def read_service(folder: Path, base: Path | None = None) -> ServiceConfig:
    """monitor.yaml alone, with the address of its store. Raises ConfigError."""
    file = read_yaml(folder / "monitor.yaml")
    problems: list[Problem] = []
    service = _Secrets(base or folder, problems).of_service(_modelled(file, ServiceConfig), file)
    if not service.store.startswith(STORES):
        problems.append(file.problem(("store",), NO_STORE))
    if problems:
        raise ConfigError(tuple(problems))
    return service


def read_watch(path: Path) -> WatchConfig:
    """One watch file, such as an edited copy. Raises ConfigError."""
    return _modelled(read_yaml(path), WatchConfig)


def parse_watch(text: str, path: Path) -> WatchConfig:
    """The watch in the text of a file; ``path`` is for messages. Raises ConfigError."""
    return _modelled(parse_yaml(text.removeprefix("\ufeff"), path), WatchConfig)


class _Reader:
    """Reads files and checks them; problems go to ``problems``, every text into ``digest``."""

    def __init__(self, problems: list[Problem], drafts: Mapping[Path, str | None]) -> None:
        self._problems = problems
        self._drafts = drafts
        self.digest = hashlib.sha256()

    def paths(self, folder: Path) -> list[Path]:
        """The files of a folder, by name."""
        drafted = {path for path in self._drafts if path.parent == folder}
        deleted = {path for path in drafted if self._drafts[path] is None}
        return sorted({*yaml_paths(folder), *drafted} - deleted)

    def file(self, path: Path, model: type[Model]) -> tuple[Model | None, YamlFile | None]:
        """A file, or its draft; (None, None) where it has a problem."""
        try:
            draft = self._drafts.get(path)
            file = read_yaml(path) if draft is None else parse_yaml(draft.removeprefix("\ufeff"), path)
            self.digest.update(file.text.encode())
            return _modelled(file, model), file
        except ConfigError as error:
            self._problems.extend(error.problems)
        return None, None


def _modelled(file: YamlFile, model: type[Model]) -> Model:
    try:
        return model.model_validate({} if file.data is None else file.data)
    except ValidationError as error:
        raise ConfigError(tuple(problems_of(error, file, model))) from error


def _beside_watches(folder: Path, place: str) -> Path:
    return Path(os.path.normpath(folder / "watches" / Path(place).expanduser()))


def _check_seeds(watch: WatchConfig, file: YamlFile) -> Iterator[Problem]:
    for index, place in enumerate(watch.seeds or ()):
        path = _beside_watches(file.path.parent.parent, place)
        if not is_address(place) and not path.exists():
            what = f"no folder or file {path}" if path.suffix else f"no folder {path}"
            text = f"{what}; put the seed articles there, or name their folder"
            yield file.problem(("seeds", index), text)


def _check_mail_server(targets: Sequence[Target], file: YamlFile, where: tuple[str | int, ...]) -> Iterator[Problem]:
    """For a configuration without an ``smtp:`` block: which channels need one."""
    kinds = (channel_of(target)[0] for target in targets)
    for name in sorted({kind.name for kind in kinds if kind.needs_smtp}):
        yield file.problem(where, NO_SMTP.format(name))


def _check_feeds(feeds: FeedList, file: YamlFile) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for index, feed in enumerate(feeds.feeds):
        for each in filter(lambda polled: polled.url, feed.polled()):
            same = same_address(each.url)
            if same in first:
                where = ("feeds", index, "search" if feed.search else "url")
                line = file.line(("feeds", first[same]))
                yield file.problem(where, f"{shown_address(each.url)} is already in line {line}; remove one")
            first.setdefault(same, index)


def _check_service(
    service: ServiceConfig, file: YamlFile, watches: Mapping[str, WatchConfig], watches_broken: bool
) -> Iterator[Problem]:
    counts = Counter(digest.name for digest in service.digests)
    for index, digest in enumerate(service.digests):
        where = ("digests", index)
        if counts[digest.name] > 1:
            yield file.problem((*where, "name"), f"two digests are called '{digest.name}'; give each its own name")
        try:
            parse_cron(digest.schedule)
        except ValueError as error:
            yield file.problem((*where, "schedule"), str(error))
        for place, watch in enumerate(digest.watches):
            # A watch file with a problem is reported already; that it is missing here would only mislead.
            if watch not in watches and not watches_broken:
                known = ", ".join(watches) or "none"
                yield file.problem(
                    (*where, "watches", place),
                    f"no watch '{watch}' (watches/{watch}.yaml); there are: {known}",
                )
        if service.smtp is None:
            yield from _check_mail_server(digest.deliver, file, (*where, "deliver"))
        if digest.templates and not (file.path.parent / Path(digest.templates).expanduser()).is_dir():
            yield file.problem((*where, "templates"), "no such folder; leave the line out to use those of all digests")
    if service.templates and not (file.path.parent / Path(service.templates).expanduser()).is_dir():
        yield file.problem(("templates",), "no such folder; leave the line out to use the shipped templates")
    for kind, text in ages_that_cannot_hold(service):
        yield file.problem(("retention", kind), text)
    if not service.store.startswith(STORES):
        yield file.problem(("store",), NO_STORE)  # without the address, which may hold a password
