"""Shared by several commands: the configuration, JSON output, times as arguments, the log."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from monitor.config import Config, find_folder, load_config
from monitor.errors import ConfigError
from monitor.fields import parse_duration
from monitor.model import Article
from monitor.text.redact import shown_document, shown_text

as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document on standard output.")


class Span(click.ParamType[timedelta]):
    """A duration: "30m", "2h"."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """The duration. Raises click.BadParameter."""
        try:
            return parse_duration(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


time_limit = click.option(
    "--time-limit",
    type=Span(),
    default="30m",
    show_default=True,
    help="Begin no page after so long; what is left waits for the next poll.",
)


def config_of(ctx: click.Context) -> Config:
    """The configuration to use; prints a note when it is the packaged one. Raises ConfigError."""
    folder, base = find_folder(ctx.obj["config"])
    return _told(load_config(folder, base))


def readable_config_of(ctx: click.Context, *needed: str, judges: bool = False, watch: str | None = None) -> Config:
    """The configuration for a command that writes nothing; what is broken of it is told and left out.

    needed: files without which it would say what is not so, such as "feeds.yaml". judges: whether it needs a watch,
    that called ``watch`` or any. Raises ConfigError where one of these is broken.
    """
    from monitor.config.readable import load_readable  # noqa: PLC0415 - for commands that only look

    folder, base = find_folder(ctx.obj["config"])
    config, problems = load_readable(folder, base)
    if fatal := tuple(problem for problem in problems if Path(problem.path).name in needed):
        raise ConfigError(fatal)
    if problems and judges and (not config.watches or (watch and watch not in config.watches)):
        raise ConfigError(tuple(p for p in problems if Path(p.path).parent.name == "watches") or problems)
    for problem in problems[:3]:
        click.echo(f"note: left out, because it is broken: {problem}", err=True)
    if len(problems) > 3:
        click.echo(f"note: and {len(problems) - 3} more; `monitor check` lists every problem", err=True)
    return _told(config)


def _told(config: Config) -> Config:
    if config.packaged:
        click.echo(
            "no ./config here: using the shipped configuration (`monitor init .` writes a copy to edit)", err=True
        )
    return config


def set_up_log(verbose: bool) -> None:
    """Logs to standard error, one line for each outcome; ``verbose`` adds the details."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(WithoutSecrets("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S%z"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("monitor").setLevel(logging.DEBUG if verbose else logging.INFO)
    # These libraries log what the product expects and handles, such as odd pages and missed ticks.
    for name in ("apscheduler", "trafilatura", "htmldate", "aiohttp", "courlan", "alembic"):
        logging.getLogger(name).setLevel(logging.ERROR)


class WithoutSecrets(logging.Formatter):
    """Lines without the passwords and keys of addresses, also of those in the trace of an error."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, and the trace below it."""
        return shown_text(super().format(record))


def print_json(document: Any) -> None:
    """Prints one JSON document on one line of standard output, letters as they are, addresses without their secrets."""
    click.echo(json.dumps(shown_document(document), ensure_ascii=False))


def print_array(rows: Iterable[dict[str, Any]]) -> None:
    """Prints one JSON array an element at a time: a store may hold more than fits into memory."""
    written = False
    for row in rows:
        click.echo(",\n" if written else "[", nl=False)
        click.echo(json.dumps(shown_document(row), ensure_ascii=False), nl=False)
        written = True
    click.echo("]" if written else "[]")


class _Clock:
    """How far this process's clock is ahead of the machine's: see `set_clock`."""

    ahead = timedelta()


def set_clock(to: datetime | None) -> None:
    """Has `now` go on from the aware time ``to``; None: by the machine's clock again."""
    _Clock.ahead = to - datetime.now(UTC) if to else timedelta()


def now() -> datetime:
    """The present time in UTC. All code below the command line is given it and reads no clock."""
    return datetime.now(UTC) + _Clock.ahead


class Moment(click.ParamType[datetime]):
    """A time: RFC 3339 ("2026-11-21T07:00+03:00"), a date, how long ago ("24h", "7d") or how far ahead ("+25h")."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The time as an aware one; without an offset it is in UTC. Raises click.BadParameter."""
        text = str(value).strip()
        if re.fullmatch(r"\d+(\.\d+)?\s*(s|m|min|h|d|w)", text):
            return now() - parse_duration(text)
        if re.fullmatch(r"\+\d+(\.\d+)?\s*(s|m|min|h|d|w)", text):
            return now() + parse_duration(text[1:])
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            self.fail(f"{text!r} is not a time; write 2026-11-21, 2026-11-21T07:00+03:00 or 24h", param, ctx)
        return found if found.tzinfo else found.replace(tzinfo=UTC)


def stamp(moment: datetime | None) -> str | None:
    """RFC 3339 with an offset, in whole seconds; None stays None."""
    return moment.isoformat(timespec="seconds") if moment else None


def dates_json(article: Article) -> list[dict[str, Any]]:
    """The dates seen of an article, each with its evidence, the text it was read from, and what speaks against it."""
    return [{**asdict(seen), "moment": stamp(seen.moment)} for seen in article.dates]


def ago(moment: datetime, at: datetime) -> str:
    """How long ``moment`` lies before ``at``, for a person: "3 h ago"."""
    gone = max(timedelta(0), at - moment)
    for unit, seconds in (("d", 86400), ("h", 3600), ("min", 60)):
        if gone.total_seconds() >= 2 * seconds:  # "25 h ago" is more exact than "1 d ago"
            return f"{int(gone.total_seconds() // seconds)} {unit} ago"
    return "just now"
