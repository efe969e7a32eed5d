"""`monitor digest`: an edition composed and delivered, or written in a format of other tools."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.app import App
from monitor.cli.common import Moment, as_json, config_of, print_json, readable_config_of, set_up_log
from monitor.cli.export_options import as_format, put_in, with_tlp
from monitor.cli.once import say_failed, with_app
from monitor.exports.tlp import Tlp
from monitor.store import Store

if TYPE_CHECKING:
    from monitor.digest.publisher import Published


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
            shown = await app.publisher.preview(due, since, until)
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
    ctx.exit(int(say_failed(shown.deliveries)))


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


async def _resend(app: App, edition_id: int) -> Published:
    try:
        return await app.publisher.resend(edition_id)
    except LookupError as error:
        raise click.UsageError(f"{error}; `monitor deliveries` lists the editions") from error
