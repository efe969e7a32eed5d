"""`monitor prune`: what `retention:` says is old enough, deleted now or counted."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import datetime

import click

from monitor.cli.common import as_json, config_of, now, print_json, readable_config_of
from monitor.errors import StoreError
from monitor.pipeline.leases import alone
from monitor.pipeline.retention import LEASE, line, oldest
from monitor.store import Store, prune, upkeep
from monitor.store.prune import Oldest
from monitor.store.subjects import UPKEEP

ALL = 10**9
TAKEN = "another process prunes this store now; what it leaves is pruned the next time"


@click.command("prune", epilog="Example: monitor prune --dry-run")
@click.option("--dry-run", is_flag=True, help="Count what would go, and delete nothing.")
@click.option("--rebuild", is_flag=True, help="Then write the file of an SQLite store again. Stop the service first.")
@as_json
@click.pass_context
def prune_command(ctx: click.Context, dry_run: bool, rebuild: bool, as_json: bool) -> None:
    """Delete what is older than `retention:` keeps it.

    The service does a share of this every night. What an edition, a story or a person refers to stays.
    """
    if dry_run and rebuild:
        raise click.UsageError("--dry-run deletes nothing, so it takes no --rebuild")
    config = readable_config_of(ctx, "monitor.yaml") if dry_run else config_of(ctx)
    at = now()
    kept = config.service.retention
    ages = oldest(kept, at)
    with closing(Store(config.store_url(), reading=dry_run)) as store:
        if dry_run:
            with store.read() as db:
                done = prune.count(db, ages)
        else:
            done = asyncio.run(_pruned(store, ages, at, rebuild))
    for_ever = [kind for kind in prune.KINDS if kind not in ages]
    if as_json:
        print_json({"dry_run": dry_run, "kinds": done, "kept_for_ever": for_ever})
        return
    click.echo(f"{'would go' if dry_run else 'gone'}: {line(done) or 'nothing'}")
    if for_ever:
        click.echo(f"kept for ever: {', '.join(for_ever)}")


async def _pruned(store: Store, ages: Oldest, at: datetime, rebuild: bool) -> dict[str, int]:
    """What went, by kind. Raises StoreError, also where another process prunes."""
    stop, done = threading.Event(), dict[str, int]()
    try:
        async with alone(store, LEASE) as held:
            if held:
                done = await asyncio.to_thread(_prune, held, ages, at, rebuild, stop.is_set)
    finally:
        stop.set()  # a thread cannot be cancelled
    if not done:
        raise StoreError(TAKEN)
    return done


def _prune(store: Store, ages: Oldest, at: datetime, rebuild: bool, stopped: Callable[[], bool]) -> dict[str, int]:
    done = prune.prune(store, ages, at, ALL, stopped)
    if rebuild and (file := store.file) and not stopped():
        before = file.stat().st_size
        prune.rebuild(store)
        done["bytes_given_back"] = max(0, before - file.stat().st_size)
    else:
        done["bytes_given_back"] = prune.give_back(store, stopped)
    with store.write(UPKEEP) as db:
        upkeep.add(db, "retention", done, at)
    return done
