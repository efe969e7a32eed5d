"""`monitor poll`, `digest` and `run --once`: the work done once, now."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from monitor.app import App, open_app
from monitor.cli.common import (
    Moment,
    as_json,
    config_of,
    now,
    print_json,
    readable_config_of,
    set_up_log,
    stamp,
    time_limit,
)
from monitor.cli.export_options import as_format, put_in, with_tlp
from monitor.cli.progress import observer
from monitor.config import Config
from monitor.exports.records import Tlp
from monitor.model import Delivery, DeliveryState
from monitor.pipeline.summary import PollSummary
from monitor.store import Store
from monitor.workers.memory import return_memory

if TYPE_CHECKING:
    from monitor.digest.publisher import Published

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


@click.command("digest", epilog="Example: monitor digest daily --dry-run --output /tmp/look")
@click.argument("name", required=False)
@click.option("--since", type=Moment(), help="Start of a time window, whatever was published before.")
@click.option("--until", type=Moment(), help="End of that window (default: now).")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write digest.html, .txt and .eml to this folder.",
)
@click.option("--dry-run", is_flag=True, help="Render only: record nothing, send nothing.")
@click.option("--resend", type=int, metavar="ID", help="Send edition ID again (`monitor deliveries` has the numbers).")
@as_format
@with_tlp
@click.option("--edition", type=int, metavar="ID", help="With --format: a stored edition. Nothing is sent.")
@as_json
@click.pass_context
def digest_command(
    ctx: click.Context,
    name: str | None,
    since: datetime | None,
    until: datetime | None,
    output: Path | None,
    dry_run: bool,
    resend: int | None,
    format_: str | None,
    tlp: Tlp | None,
    edition: int | None,
    as_json: bool,
) -> None:
    """Compose what is new (or the given window) as an edition and deliver it."""
    set_up_log(ctx.obj["verbose"])
    if problem := _contradiction(ctx.params):
        raise click.UsageError(problem)
    if edition is not None and format_:
        config = readable_config_of(ctx)
        with closing(Store(config.store_url(), reading=True)) as store, store.read() as db:
            from monitor.cli.export import export_edition, stored_edition  # noqa: PLC0415 - 150 ms, for this alone

            put_in(output, *export_edition(db, config, *stored_edition(db, edition), format_, tlp))
        return
    config = readable_config_of(ctx) if dry_run else config_of(ctx)
    digest = config.digest(name) if resend is None else None

    async def work(app: App) -> tuple[Published, list[Path]]:
        if digest is None or resend is not None:
            return await _resend(app, resend or 0), []
        due = app.publisher.by_hand(digest)
        if dry_run:
            shown = app.publisher.preview(due, since, until)
        else:
            shown = await app.publisher.publish(due, since, until)
        return shown, app.publisher.write(shown, output) if output else []

    shown, files = with_app(config, work, helping=dry_run, reading=dry_run)
    if format_:
        with closing(Store(config.store_url(), reading=True)) as store, store.read() as db:
            from monitor.cli.export import export_edition  # noqa: PLC0415 - as above

            put_in(output, *export_edition(db, config, shown.edition, shown.rendered.subject, format_, tlp))
    elif as_json:
        from monitor.api.editions import edition_answer  # noqa: PLC0415 - 60 ms of templates, which no poll needs

        print_json(edition_answer(shown.edition, shown.deliveries, files).document())
    elif dry_run and not output:
        click.echo(shown.rendered.text)
    else:
        places = [f"{row.channel}: {row.recipient}" for row in shown.deliveries]
        click.echo("\n".join([shown.rendered.subject, *map(str, files), *places]))
    ctx.exit(int(_say_failed(shown.deliveries)))


def _contradiction(given: Mapping[str, Any]) -> str:
    """What is wrong with options of `monitor digest` beside each other, "" where nothing is."""
    window = given["name"] or given["since"] or given["until"] or given["dry_run"]
    if given["resend"] is not None and (window or given["output"] or given["format_"]):
        return "--resend sends an edition that is stored, so it takes no other option than --json"
    if given["until"] and not given["since"]:
        return "--until needs --since"
    if not given["format_"]:
        return "--tlp and --edition are for --format" if given["tlp"] or given["edition"] is not None else ""
    if given["as_json"]:
        return "--json prints a form of its own; leave it out, or --format"
    if given["edition"] is not None and window:
        return "--edition ID is one that is stored, so it takes no name, no window and no --dry-run"
    if given["edition"] is None and not given["dry_run"]:
        return "--format sends nothing: add --dry-run for the edition that is due, or --edition ID for a stored one"
    return ""


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
        async with open_app(config, now, watching, helping=helping, reading=reading, staying=staying) as app:
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
        failed |= _say_failed(published.deliveries)
    return failed


async def _poll(app: App, only: Sequence[str] | None, time_limit: timedelta) -> PollSummary:
    """One poll, and the alerts that it brings."""
    summary = await app.pipeline.poll(only, force=True, seconds=time_limit.total_seconds())
    if any(watch.alert for watch in app.config.watches.values()):
        await app.publisher.alert()
    await app.indexing.look()
    return summary


async def _resend(app: App, edition_id: int) -> Published:
    try:
        return await app.publisher.resend(edition_id)
    except LookupError as error:
        raise click.UsageError(f"{error}; `monitor deliveries` lists the editions") from error


def _say_unreached(summary: PollSummary) -> bool:
    """What to do when no feed could be reached, on standard error; whether that is so."""
    if advice := summary.nobody():
        click.echo(advice, err=True)
    return summary.failed


def _say_failed(rows: list[Delivery]) -> bool:
    """Deliveries that did not go through, on standard error; whether there were any."""
    bad = [row for row in rows if row.state is not DeliveryState.SENT]
    for row in bad:
        again = f"; next try {stamp(row.next_try)}" if row.next_try else ""
        click.echo(f"{row.channel} to {row.recipient}: {row.state.value}: {row.error}{again}", err=True)
    return bool(bad)
