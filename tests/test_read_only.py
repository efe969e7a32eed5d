"""A store that cannot be written is read all the same, by whatever only looks at it."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.errors import StoreError
from monitor.store import Store, entries, schema
from monitor.store.read_only import read_only_engine
from tests.forked import Forked
from tests.newsroom import PACT, Newsroom, hours_ago
from tests.test_cli import Monitor, monitor  # noqa: F401

READING: tuple[tuple[str, ...], ...] = (
    ("stories", "--json"),
    ("deliveries", "--json"),
    ("articles", "--json"),
    ("feeds", "list", "--json"),
    ("evidence", "1", "--json"),
    ("digest", "daily", "--dry-run", "--json"),
    ("diff", "--json"),
    ("suggest", "--json"),
    ("audit", "--json"),
    ("learn", "--try", "--json"),
    ("prune", "--dry-run", "--json"),
    ("backup", "../copy.db", "--force"),
)


@pytest.fixture
def closed(newsroom: Newsroom, configure: Callable[..., Path], monitor: Monitor, tmp_path: Path) -> Iterator[Path]:  # noqa: F811
    """A polled store in a folder that nobody may write, and files that nobody may."""
    title = "Iran, Iraq sign defence memorandum in Tehran"
    folder = configure(newsroom.feed("/feed.xml", [(title, newsroom.article("/1.html", title, PACT), hours_ago(1))]))
    assert monitor("--config", folder, "poll").code == 0
    var = tmp_path / "var"
    yield folder
    for each in (var, *var.iterdir()):
        each.chmod(0o755)


def close(folder: Path) -> None:
    var = folder.parent / "var"
    for each in (*var.iterdir(), var):
        each.chmod(0o555 if each.is_dir() else 0o444)


@pytest.fixture
def bound_by_modes() -> Iterator[Forked]:
    """Commands that keep to the modes of files, which root need not without this."""
    capabilities = "-dac_override,-dac_read_search"
    as_root = ("setpriv", f"--bounding-set={capabilities}", f"--inh-caps={capabilities}")
    with Forked(as_root if os.geteuid() == 0 else ()) as server:
        yield server


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="as root it needs setpriv (util-linux)")
def test_whatever_only_reads_works_on_a_store_that_cannot_be_written(closed: Path, bound_by_modes: Forked) -> None:
    var, good = closed.parent / "var", (closed / "feeds.yaml").read_text(encoding="utf-8")
    close(closed)
    before = {each: each.read_bytes() for each in var.iterdir()}
    for feeds in (good, "feeds: ["):  # and a file is broken, too
        (closed / "feeds.yaml").write_text(feeds, encoding="utf-8")
        for arguments in READING:
            given = [str(closed / each) if each.startswith("..") else each for each in arguments]
            done = bound_by_modes.run("--config", closed, *given)
            wanted = 2 if feeds != good and arguments[0] == "feeds" else 0  # it shows what is broken
            assert done.returncode == wanted, (arguments, done.stderr)
            assert "Traceback" not in done.stderr
            assert wanted or "memorandum" in done.stdout or arguments[0] not in ("stories", "articles", "evidence")
    (closed / "feeds.yaml").write_text(good, encoding="utf-8")
    refused = bound_by_modes.run("--config", closed, "poll")
    assert refused.returncode == 1
    assert "cannot be opened for writing" in refused.stderr
    assert {each: each.read_bytes() for each in var.iterdir()} == before


def test_what_a_service_has_stored_last_is_seen_beside_it(tmp_path: Path) -> None:
    """Its two files lie there, so a reader that may not write sees what is not in the store's own file yet."""
    path = tmp_path / "monitor.db"
    with closing(Store(f"sqlite:///{path}")) as service:
        with service.write() as db:
            db.execute(schema.notices.insert().values(key="k", text="last", since=hours_ago(1)))
        engine = read_only_engine(path)
        with engine.connect() as reader:
            assert reader.scalar(sa.select(schema.notices.c.text)) == "last"
            with pytest.raises(sa.exc.OperationalError, match="readonly"):
                reader.execute(schema.notices.delete())
        engine.dispose()


def test_a_store_of_another_version_is_not_read_by_halves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "monitor.db"
    Store(f"sqlite:///{path}").close()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE alembic_version SET version_num = '0001'")
    monkeypatch.setattr("monitor.store.is_closed", lambda _: True)
    with pytest.raises(StoreError, match="of another version"):
        Store(f"sqlite:///{path}", reading=True)


def test_a_store_that_can_be_written_is_opened_as_always(tmp_path: Path) -> None:
    with closing(Store(f"sqlite:///{tmp_path / 'new.db'}", reading=True)) as store, store.write() as db:
        assert entries.first_seen(db) is None
