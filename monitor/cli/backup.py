"""`monitor backup` and `restore`: a checked copy of the store in use, and a copy put in its place."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shlex import quote

import click
import sqlalchemy as sa

from monitor.cli.common import config_of, now, readable_config_of
from monitor.config import Config
from monitor.errors import StoreError
from monitor.store import Store, backup, deliveries, schema, upkeep
from monitor.store.engines import address_of
from monitor.store.subjects import UPKEEP
from monitor.text.secret_parts import secret_parts

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("backup", epilog="Example: monitor backup backups/monitor-2026-11-28.db --with-config")
@click.argument("file", type=FILE)
@click.option(
    "--with-config", is_flag=True, help="Also write configuration, templates and seeds to FILE.config.tar.gz."
)
@click.option("--force", is_flag=True, help="Replace files that have these names.")
@click.pass_context
def backup_command(ctx: click.Context, file: Path, with_config: bool, force: bool) -> None:
    """Copy the store to FILE while the service runs, and check the copy.

    FILE gets its name only when the copy is whole. `monitor restore FILE` puts it back.
    """
    config = readable_config_of(ctx)
    store = _file_of(config, "pg_dump --format=custom --file={file} {database}", file)
    archive = file.with_name(f"{file.name}.config.tar.gz")
    if with_config and archive.exists() and not force:
        raise StoreError(f"{archive} exists already; choose another name, or add --force")
    copied = backup.back_up(store, file, replace=force)
    click.echo(f"{file}: {_line(copied)}; checked")
    if with_config:
        _write_archive(config, archive)
        click.echo(f"{archive}: configuration, templates and seeds")
    else:
        click.echo("not in it: configuration, templates and seeds (--with-config adds them)", err=True)
    if copied.revision != schema.REVISION:  # opening such a store would upgrade it
        return
    try:
        with closing(Store(config.store_url())) as opened, opened.write(UPKEEP) as db:
            upkeep.record(db, "backup", {"bytes": copied.size, **copied.rows}, now())
    except StoreError as error:
        click.echo(f"the backup is good, but its time could not be noted in the store: {error}", err=True)


@click.command("restore", epilog="Example: monitor restore backups/monitor-2026-11-28.db")
@click.argument("file", type=FILE)
@click.pass_context
def restore_command(ctx: click.Context, file: Path) -> None:
    """Put a copy that `monitor backup` has written in the place of the store. Stop the service first.

    The old store is kept beside the new one.
    """
    config = config_of(ctx)
    store = _file_of(config, "pg_restore --clean --if-exists --dbname={database} {file}", file)
    aside = store.with_name(f"{store.name}.replaced-{now():%Y%m%dT%H%M%SZ}")
    from monitor.store.migrations.upgrade import script_directory  # noqa: PLC0415 - 75 ms (Alembic)

    known = frozenset(script.revision for script in script_directory().walk_revisions())
    copied, had_store = backup.restore(file, store, aside, known)
    click.echo(f"{store}: {_line(copied)}; checked")
    if had_store:
        click.echo(f"the old store is {aside}")
    with closing(Store(config.store_url())) as opened, opened.read() as db:  # upgrades a copy of an earlier version
        open_ones = deliveries.count_open(db)
    if open_ones:
        click.echo(
            f"{open_ones} deliveries were open when this copy was made, and are tried again at the next start; "
            "`monitor deliveries` lists them",
            err=True,
        )


def _file_of(config: Config, line: str, file: Path) -> Path:
    """The file of an SQLite store. Ends the command, with what to call, for a PostgreSQL store."""
    url = config.store_url()
    if url.startswith("sqlite:///"):
        return Path(url.removeprefix("sqlite:///"))
    place = address_of(url)
    query = {name: value for name, value in place.query.items() if not secret_parts(f"postgresql:///?{name}={value}")}
    database = sa.URL.create("postgresql", place.username, None, place.host, place.port, place.database, query)
    command = line.format(file=quote(str(file)), database=quote(database.render_as_string()))
    # No error, from which logins are taken out: the user, without a password, belongs to the line.
    click.echo(
        f"the store is a PostgreSQL database, which its own tools copy while the service runs. Call:\n  {command}",
        err=True,
    )
    raise click.exceptions.Exit(2)


def _line(copied: backup.Copied) -> str:
    rows = ", ".join(f"{count:,} {table}" for table, count in copied.rows.items())
    return f"{copied.size / 1e6:,.1f} MB, {rows}"


def _write_archive(config: Config, archive: Path) -> None:
    """Write what a person wrote: the configuration, templates and seeds. Raises StoreError."""
    part = archive.with_name(f".{archive.name}.part")
    try:
        # Readable by its owner alone, because a secret may stand in the configuration, though it should not.
        with os.fdopen(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz") as packed:
                for path, name in _written(config):
                    packed.add(path, name)
            os.fsync(file.fileno())
        part.replace(archive)
    except OSError as error:
        raise StoreError(f"{archive} cannot be written ({error.strerror}); the copy of the store is good") from error
    finally:
        part.unlink(missing_ok=True)


def _written(config: Config) -> Iterator[tuple[Path, str]]:
    """(path, name in the archive): beside the configuration as it lies there, from other places below "elsewhere/"."""
    base = config.folder.parent
    places = [config.folder, config.templates, *config.own_templates().values()]
    places += [place for watch in config.watches for place in config.seeds(watch)]
    taken: list[Path] = []
    for place in dict.fromkeys(path.resolve() for path in places if path and path.exists()):
        if any(place.is_relative_to(other) for other in taken):
            continue
        taken.append(place)
        inside = place.is_relative_to(base.resolve())
        name = place.relative_to(base.resolve()) if inside else Path("elsewhere", *place.parts[1:])
        yield place, str(name)
