"""An upgrade of the store that is killed at any of its statements: the next start upgrades it whole."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from monitor.store import Store, schema

OLD = """
import os, signal, sys
import sqlalchemy as sa
from alembic.runtime.environment import EnvironmentContext
import monitor.store.migrations.upgrade as upgrading
from monitor.store import Store

path, revision, last = sys.argv[1], sys.argv[2], int(sys.argv[3])
if revision:
    upgrading.REVISION = revision
engine = sa.create_engine(f"sqlite:///{path}") if revision else None
done = 0

@sa.event.listens_for(sa.Engine, "before_cursor_execute")
def count(connection, cursor, statement, *rest):
    global done
    done += 1
    if last and done == last:
        print(statement.split()[:3], flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

if engine:
    upgrading.upgrade(engine, None, path)
else:
    Store(f"sqlite:///{path}").close()
print(done)
"""


def run(path: Path, revision: str, last: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", OLD, str(path), revision, str(last)]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=env)


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of two versions ago that holds an article."""
    path = tmp_path_factory.mktemp("old") / "old.db"
    made = run(path, "0014", 0)
    assert made.returncode == 0, made.stderr
    with closing(sqlite3.connect(path)) as db:
        columns = db.execute("PRAGMA table_info(articles)").fetchall()
        given = {name: 0 if "INT" in kind.upper() else "x" for _, name, kind, needed, default, _ in columns
                 if needed and default is None}  # fmt: skip
        names, marks = ", ".join(given), ", ".join("?" * len(given))
        db.execute(f"INSERT INTO articles ({names}) VALUES ({marks})", [*given.values()])
        db.commit()
    return path


@pytest.mark.slow
@pytest.mark.parametrize("part", [0.2, 0.4, 0.6, 0.8, 0.95])
def test_an_upgrade_that_is_killed_is_done_whole_by_the_next_start(old: Path, tmp_path: Path, part: float) -> None:
    store = tmp_path / "monitor.db"
    store.write_bytes(old.read_bytes())
    count = int(run(store, "", 0).stdout)
    store.write_bytes(old.read_bytes())
    killed = run(store, "", int(count * part))
    assert killed.returncode == -signal.SIGKILL
    again = run(store, "", 0)
    assert again.returncode == 0, again.stderr
    with closing(sqlite3.connect(store)) as db:
        assert db.execute("SELECT version_num FROM alembic_version").fetchall() == [(schema.REVISION,)]
        assert db.execute("SELECT count(*) FROM articles").fetchall() == [(1,)]
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    Store(f"sqlite:///{store}").close()
