"""`monitor mcp`: the MCP server over standard input and output, for an assistant on this machine."""

from __future__ import annotations

import asyncio
import importlib.util
import logging

import click

from monitor.app import App
from monitor.cli.common import config_of, now, readable_config_of, set_up_log
from monitor.cli.correct import person
from monitor.cli.once import with_app

MISSING = "MCP needs its SDK, which is not installed; install it: pip install mcp"


@click.command("mcp", epilog="Example: monitor --config config mcp")
@click.option("--allow-marking", is_flag=True, help="Let the assistant mark articles as right or wrong.")
@click.pass_context
def mcp_command(ctx: click.Context, allow_marking: bool) -> None:
    """Answer an assistant by the Model Context Protocol, over standard input and output.

    It only reads, unless --allow-marking is given. A running service may go on beside it. Over HTTP the service itself
    answers at /mcp, where `web: mcp: true` is set.
    """
    check_sdk()
    set_up_log(ctx.obj["verbose"])
    logging.getLogger("mcp").setLevel(logging.WARNING)  # what an assistant asks wrongly, it is told
    config = config_of(ctx) if allow_marking else readable_config_of(ctx, judges=True)

    async def serve(app: App) -> None:
        from monitor.mcp.server import build_server  # noqa: PLC0415 - two seconds of the SDK, which is an extra
        from monitor.mcp.tools import Tools  # noqa: PLC0415 - as above

        await asyncio.to_thread(lambda: app.matchers)  # before the first question, which would wait for them
        tools = Tools(lambda: app, now, lambda _: allow_marking, who=person().name)
        await build_server(tools).run_stdio_async()

    with_app(config, serve, helping=True, reading=not allow_marking)


def check_sdk() -> None:
    """Raises click.UsageError where the SDK is not installed."""
    if importlib.util.find_spec("mcp") is None:
        raise click.UsageError(MISSING)
