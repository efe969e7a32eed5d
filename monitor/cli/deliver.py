"""`monitor deliver --test`: sends a test message over a channel of the configuration."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import click

from monitor.cli.common import as_json, config_of, now, print_json
from monitor.deliver import Channel
from monitor.digest.publisher import PublishSettings
from monitor.digest.settings import publish_settings
from monitor.digest.trial_message import Outcome, chosen, try_channel


@click.command("deliver", epilog="Example: monitor deliver --test email")
@click.option(
    "--test",
    "wanted",
    required=True,
    metavar="CHANNEL",
    help='Send a test message over this channel: "email", or "email:desk@example.org" for one recipient alone.',
)
@as_json
@click.pass_context
def deliver_command(ctx: click.Context, wanted: str, as_json: bool) -> None:
    """Send a message with one invented story, and say what happened. Nothing is recorded."""
    settings = publish_settings(config_of(ctx), reading=True)
    try:
        found = chosen(settings.channels, wanted)
    except LookupError as error:
        raise click.UsageError(str(error.args[0])) from error
    outcomes = asyncio.run(_tried(found, settings))
    if as_json:
        print_json([{"channel": o.channel, "recipient": o.recipient, "problem": o.problem or None} for o in outcomes])
    else:
        for each in outcomes:
            click.echo(f"{each.channel} {each.recipient}: {each.problem or 'sent'}")
    ctx.exit(int(any(each.problem for each in outcomes)))


async def _tried(found: Sequence[tuple[Channel, str]], settings: PublishSettings) -> list[Outcome]:
    return [await try_channel(channel, to, settings.templates, settings.domain, now()) for channel, to in found]
