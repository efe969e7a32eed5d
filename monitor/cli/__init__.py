"""The `monitor` command. Each subcommand is imported only when it is used: a poll should not wait for a renderer.

Exit status: 0 done; 1 it ran and something failed (see standard error); 2 wrong usage or configuration.
"""

from __future__ import annotations

import errno
import gc
import importlib
import io
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

import click

from monitor import __version__
from monitor.errors import ConfigError, MonitorError
from monitor.text.redact import shown_problem

# Python looks for garbage after every 700 new objects, and at the start nearly all are there to stay: modules, then
# matchers. Looking at each of them several times took a sixth of an unchanged poll and half of a first one. One look
# at so many takes some thirty milliseconds.
_OBJECTS = 50_000

_COMMANDS = {
    "run": ("monitor.cli.run", "run the background service: poll, match, group, send digests"),
    "worker": ("monitor.cli.run", "run one more worker on a PostgreSQL store"),
    "poll": ("monitor.cli.once", "poll all enabled feeds once, store matches and stories"),
    "digest": ("monitor.cli.digest", "compose what is new as an edition and deliver it"),
    "stories": ("monitor.cli.show", "list the stories and the articles that report them"),
    "articles": ("monitor.cli.articles", "list every article that was judged, with its scores"),
    "merge": ("monitor.cli.correct", "merge stories into one"),
    "split": ("monitor.cli.correct", "split articles out of a story"),
    "mute": ("monitor.cli.correct", "show stories in no edition and no alert any more"),
    "undo": ("monitor.cli.correct", "take back a mark, a merger, a split or a mute"),
    "evidence": ("monitor.cli.evidence", "list or export the pages fetched for a story"),
    "deliver": ("monitor.cli.deliver", "send a test message over a channel"),
    "deliveries": ("monitor.cli.show", "show the delivery ledger"),
    "score": ("monitor.cli.score", "score articles from standard input, store nothing"),
    "explain": ("monitor.cli.score", "show why one article matches or does not"),
    "group": ("monitor.cli.score", "group articles from standard input, store nothing"),
    "learn": ("monitor.cli.learn", "rebuild a watch's profile from its seed articles"),
    "discover": ("monitor.cli.discover", "propose feeds of outlets that the list lacks"),
    "suggest": ("monitor.cli.suggest", "propose words to add to a watch, from its own stories"),
    "audit": ("monitor.cli.audit", "tell how much a watch misses, from a random sample that you judge"),
    "diff": ("monitor.cli.diff", "show what an edited watch file would change"),
    "mark": ("monitor.cli.mark", "mark an article as right or wrong for a watch"),
    "mcp": ("monitor.cli.mcp", "answer an assistant by the Model Context Protocol"),
    "feeds": ("monitor.cli.feeds", "list, add, remove, import, export and check feeds"),
    "backup": ("monitor.cli.backup", "copy the store while the service runs, and check the copy"),
    "restore": ("monitor.cli.backup", "put a copy of the store in its place"),
    "prune": ("monitor.cli.prune", "delete what is older than `retention:` keeps it"),
    "check": ("monitor.cli.setup", "validate the whole configuration"),
    "template": ("monitor.cli.template", "list the templates, or copy one to change it"),
    "init": ("monitor.cli.setup", "write a starting configuration to edit"),
    "demo": ("monitor.cli.setup", "show the whole job in a minute, without a network"),
}


STAYING = ("run", "worker")  # they have a handler of their own once they are ready


class Commands(click.Group):
    """Subcommands by name, imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order of the table above, which is that of the help."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name from its module; None for an unknown name."""
        if cmd_name not in _COMMANDS:
            return None
        gc.disable()  # modules leave no garbage
        try:
            command = getattr(importlib.import_module(_COMMANDS[cmd_name][0]), f"{cmd_name}_command")
        finally:
            gc.freeze()  # and are there to stay: no look at them finds any, either
            gc.enable()
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first word names. Raises UsageError, with the nearest name, for an unknown one."""
        name = args[0]
        if name not in _COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            # click suggests names of subcommands only where all of them are imported.
            from difflib import get_close_matches  # noqa: PLC0415 - 4 ms, for a mistake only

            near = get_close_matches(name.lower(), _COMMANDS, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else "`monitor --help` lists the commands."
            raise click.UsageError(f"No such command {name!r}. {hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the table without importing a command: click's own would import all for their help."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in _COMMANDS.items()])


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with: monitor demo    Then: monitor init DIR; monitor --config DIR/config run",
)
@click.option(
    "--config",
    metavar="DIR",
    help="The configuration folder (default: $MONITOR_CONFIG, then ./config, then the shipped one).",
)
@click.option(
    "--now",
    metavar="TIME",
    envvar="MONITOR_NOW",
    help="Take this for the present time, to try what happens later: 2026-11-21T07:00+03:00, or +25h.",
)
@click.option("-v", "--verbose", is_flag=True, help="Print more on standard error.")
@click.version_option(__version__, prog_name="monitor")
@click.pass_context
def cli(ctx: click.Context, config: str | None, now: str | None, verbose: bool) -> None:
    """Watch news feeds for a topic learned from a few articles, and send digests."""
    # By now the command is imported. From here on Ctrl-C is an exception, so that what was begun is tidied up.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if ctx.invoked_subcommand not in STAYING:  # which begins at once, and may be in the midst of a long statement
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    ctx.obj = {"config": config, "verbose": verbose}
    if now is not None:
        from monitor.cli.common import Moment, set_clock  # noqa: PLC0415 - few commands are given a time

        if ctx.invoked_subcommand in STAYING:
            raise click.UsageError("A service goes by the clock of the machine; leave out --now and $MONITOR_NOW.", ctx)
        ctx.call_on_close(lambda: set_clock(None))
        set_clock(Moment().convert(now, None, ctx))


def main() -> int:
    """Runs the command line. An error that a user can cause becomes a message and an exit status, which it returns.

    Raises KeyboardInterrupt where Ctrl-C ended it.
    """
    gc.set_threshold(_OBJECTS)
    return _status()


_REFUSED = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.EIO,
    errno.EFBIG,
    errno.ENAMETOOLONG,
}


def _refusal(error: OSError) -> str:
    """What the system refused, and what helps."""
    if isinstance(error, shutil.Error) and error.args and isinstance(error.args[0], list):  # of a folder: file by file
        why = str(error.args[0][0][2]).partition("]")[2].strip() or str(error.args[0][0][2])
    else:
        why = f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}"
    return f"this could not be written or read ({why}); free some space, correct the rights, or choose another place"


def _status() -> int:
    try:
        result: Any = cli.main(standalone_mode=False)
    except click.exceptions.Abort as stop:  # Ctrl-C, or what click takes for the end of a terminal's input
        if not isinstance(stop.__cause__, EOFError) or "marshal" not in str(stop.__cause__):
            raise KeyboardInterrupt from stop
        folder = Path(__file__).parents[1]
        click.echo(
            "monitor: a compiled module of Python is cut off, as a full disk leaves it; remove what is compiled and "
            f"try again: find {folder} -name __pycache__ -prune -exec rm -r {{}} +",
            err=True,
        )
        return 1
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(shown)
        click.echo(shown_problem(shown.getvalue()), err=True, nl=False)
        return 2
    except ConfigError as error:
        click.echo(f"{shown_problem(str(error))}\n(nothing was changed)", err=True)
        return 2
    except MonitorError as error:
        click.echo(f"monitor: {shown_problem(str(error))}", err=True)
        return 1
    except BrokenPipeError:  # the reader of standard output closed it, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:  # the disk is full, a folder closed: the system says no to what a person asked
        if error.errno not in _REFUSED and not isinstance(error, shutil.Error):
            raise
        click.echo(f"monitor: {shown_problem(_refusal(error))}", err=True)
        return 1
    return result if isinstance(result, int) else 0
