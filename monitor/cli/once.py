"""`monitor poll` and `run --once`: the work done once, now."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import TypeVar

import click

from monitor.app import App, open_app
from monitor.cli.common import (
    as_json,
    config_of,
    now,
    print_json,
    set_up_log,
    stamp,
    time_limit,
)
from monitor.cli.progress import observer
from monitor.config import Config
from monitor.model import Delivery, DeliveryState
from monitor.pipeline.summary import PollSummary
from monitor.workers.memory import return_memory

Result = TypeVar("Result")
log = logging.getLogger(__name__)


@click.command("poll", epilog="Example: monitor poll --json")
@click.option("--feed", "only", multiple=True, metavar="URL", help="Only this feed (repeatable).")
@time_limit
@as_json
@click.pass_context
def poll_command(ctx: click.Context, only: tuple[str, ...], time_limit: timedelta, as_json: bool) -> None:
    """Poll all enabled feeds now and store the matches and stories."""
    set_up_log(ctx.obj["verbose"])
    config = config_of(ctx)
    unknown = set(only) - {feed.url for feed in config.feeds}
    if unknown:
        raise click.UsageError(f"not in the feed list: {', '.join(sorted(unknown))}; see `monitor feeds list`")
    return_memory()
    summary = with_app(config, lambda app: _poll(app, only or None, time_limit))
    if as_json:
        print_json({name: value for name, value in asdict(summary).items() if name != "failures"})
    else:
        click.echo(summary.line())
    ctx.exit(int(_say_unreached(summary)))


def with_app(
    config: Config,
    work: Callable[[App], Awaitable[Result]],
    *,
    helping: bool = False,
    reading: bool = False,
    staying: bool = False,
) -> Result:
    """Runs ``work`` on an open App, with progress bars where there is a terminal. See `open_app`."""

    results: list[Result] = []

    async def main() -> None:
        async with open_app(
            config, now, watching, helping=helping, reading=reading, staying=staying, shared_clock=staying
        ) as app:
            results.append(await work(app))

    with observer() as watching:
        # Not as its result: asyncio puts Ctrl-C back in place by an enumeration that fails, and whose message has the
        # result of the task spelt out. For an edition of 10,000 stories that took a second and 80 MB.
        asyncio.run(main())
    return results[0]


async def once(app: App, time_limit: timedelta) -> bool:
    """One cycle; True when nothing could be reached or a delivery failed."""
    summary = await _poll(app, None, time_limit)
    log.info("%s", summary.line())
    failed = _say_unreached(summary)
    await app.publisher.deliver_due()  # what an earlier run could not deliver
    for digest in app.config.service.digests:
        published = await app.publisher.publish(app.publisher.by_hand(digest))
        failed |= say_failed(published.deliveries)
    return failed


async def _poll(app: App, only: Sequence[str] | None, time_limit: timedelta) -> PollSummary:
    """One poll, and the alerts that it brings."""
    app.tell_unlearned()
    summary = await app.pipeline.poll(only, force=True, seconds=time_limit.total_seconds())
    if any(watch.alert for watch in app.config.watches.values()):
        await app.publisher.alert()
    await app.indexing.look()
    return summary


def _say_unreached(summary: PollSummary) -> bool:
    """What to do when no feed could be reached, on standard error; whether that is so."""
    if advice := summary.nobody():
        click.echo(advice, err=True)
    return summary.failed


def say_failed(rows: list[Delivery]) -> bool:
    """Deliveries that did not go through, on standard error; whether there were any."""
    bad = [row for row in rows if row.state is not DeliveryState.SENT]
    for row in bad:
        again = f"; next try {stamp(row.next_try)}" if row.next_try else ""
        click.echo(f"{row.channel} to {row.recipient}: {row.state.value}: {row.error}{again}", err=True)
    return bool(bad)
