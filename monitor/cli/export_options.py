"""The options by which commands write in the formats of other tools, and where it goes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import get_args

import click

from monitor.exports.registry import formats
from monitor.exports.tlp import Tlp

as_format = click.option(
    "--format",
    "format_",
    type=click.Choice(list(formats()), case_sensitive=False),
    help="Write the stories in a format of other tools.",
)
with_tlp = click.option(
    "--tlp",
    type=click.Choice(list(get_args(Tlp)), case_sensitive=False),
    help="With --format: the marking, in place of the configured one.",
)


def put(content: bytes, place: Path | None) -> None:
    """Writes to a file, or to standard output. Raises click.ClickException when the file cannot be written."""
    if place is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"cannot write {place}: {error.strerror}; choose another --output") from error
    click.echo(f"written to {place}", err=True)


def put_in(folder: Path | None, name: str, content: bytes) -> None:
    """Writes to a file of this name in a folder, or to standard output. Raises click.ClickException as `put`."""
    put(content, folder / name if folder else None)
