"""Stories and editions in the formats of other tools, for `monitor stories` and `monitor digest`."""

from __future__ import annotations

from collections.abc import Sequence

import click
from sqlalchemy import Connection

from monitor.config import Config
from monitor.digest import export as gather
from monitor.exports.records import Export
from monitor.exports.registry import formats
from monitor.exports.tlp import Tlp
from monitor.model import Edition, Story
from monitor.store import editions


def export_stories(db: Connection, config: Config, found: Sequence[Story], name: str, tlp: Tlp | None) -> bytes:
    """These stories in the format called ``name``. Raises ExportError where its library is missing."""
    return _written(name, gather.export(db, found, gather.known(config, tlp)))


def export_edition(
    db: Connection, config: Config, edition: Edition, subject: str, name: str, tlp: Tlp | None
) -> tuple[str, bytes]:
    """(a name for a file, the edition's stories in the format called ``name``). Raises ExportError as above."""
    of = gather.export_edition(db, edition, subject, gather.known(config, tlp))
    period = edition.period.replace(":", "-")
    return f"{edition.digest}-{period}.{formats()[name].suffix}", _written(name, of)


def stored_edition(db: Connection, number: int) -> tuple[Edition, str]:
    """A stored edition and its subject. Raises click.UsageError where there is none."""
    try:
        edition, rendered = editions.get(db, number)
    except LookupError as error:
        raise click.UsageError(f"{error}; `monitor deliveries` lists the editions") from error
    return edition, rendered.subject


def _written(name: str, of: Export) -> bytes:
    return formats()[name].write(of)
