"""Reads all that `monitor learn` is to learn from, before it changes anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import click

from monitor.cli.common import now
from monitor.config import Config
from monitor.errors import ConfigError, Problem, SeedError
from monitor.topic.baseline import write_whole
from monitor.topic.seed_places import SeedSources, seed_sources
from monitor.topic.seed_sources import Seeds, read_sources


@dataclass(frozen=True, slots=True)
class Taught:
    """What a watch is learned from. fetched: address → its text, which is not kept yet."""

    watch: str
    sources: SeedSources
    seeds: Seeds
    fetched: Mapping[str, str]

    def keep(self) -> None:
        """Writes the texts of addresses, each whole or not at all."""
        for address, text in self.fetched.items():
            write_whole(self.sources.kept_at(address), text)

    def kept_files(self) -> dict[str, str]:
        """Address → the file that its text was written to."""
        return {address: str(self.sources.kept_at(address)) for address in self.fetched}


def all_taught(config: Config, names: Sequence[str]) -> list[Taught]:
    """Those that have seeds. Raises ConfigError where none of a watch's can be used."""
    found: list[Taught] = []
    problems: list[Problem] = []
    for name in names:
        try:
            taught = _taught(config, name)
        except SeedError as error:
            reasons = str(error).splitlines()
            problems += [Problem(str(config.folder / "watches" / f"{name}.yaml"), 0, reason) for reason in reasons]
        else:
            found += [taught] if taught is not None else []
    if problems:
        raise ConfigError(tuple(problems))
    return found


def _taught(config: Config, name: str) -> Taught | None:
    """None for a watch without seeds. Raises SeedError where none of them can be used."""
    if config.watches[name].seeds is None:
        click.echo(f"{name}: has no seeds to learn from; its query decides", err=True)
        return None
    sources = seed_sources(config, name)
    texts: dict[str, str] = {}
    failed: dict[str, str] = {}
    if unread := sources.unread():
        from monitor.app import fetcher_of  # noqa: PLC0415 - 370 ms, for addresses alone
        from monitor.pipeline.seed_pages import read_seed_pages  # noqa: PLC0415 - the same

        texts, failed = read_seed_pages(fetcher_of(config), unread, now())
    return Taught(name, sources, read_sources(sources, texts, failed), texts)
