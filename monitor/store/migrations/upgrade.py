"""Runs the migrations that a store lacks, in one transaction."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from monitor.errors import StoreError
from monitor.store.limits import UPGRADING, WRITING, Limits, limit, signs_of_life
from monitor.store.schema import REVISION


def script_directory() -> ScriptDirectory:
    """The migrations shipped beside this module."""
    return ScriptDirectory.from_config(_config())


def upgrade(engine: sa.Engine, current: str | None, name: str) -> None:
    """Bring a store from the revision ``current`` (None: from before there were revisions) to the newest one.

    name: of the store, for messages. Raises StoreError when a newer version of the program wrote the store.
    """
    scripts = script_directory()
    known = {script.revision for script in scripts.walk_revisions()}
    if current is not None and current not in known:
        raise StoreError(f"the store {name} was written by a newer version (revision {current}); update the program")
    environment = EnvironmentContext(
        _config(), scripts, fn=lambda revision, _: scripts._upgrade_revs(REVISION, revision)
    )
    # Several may start at once; the others find it done.
    options = {"immediate": True, "limits": UPGRADING, "about": ()}
    with (
        engine.connect().execution_options(**options) as connection,
        connection.begin(),
        signs_of_life(connection),
    ):
        if connection.dialect.name == "postgresql":  # whoever reads waits behind one who waits for a table
            limit(connection, Limits(patience=WRITING.patience, longest=UPGRADING.longest))
        environment.configure(connection=connection, target_metadata=None, transactional_ddl=False)
        with environment.begin_transaction():
            environment.run_migrations()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
