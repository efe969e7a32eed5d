"""`monitor diff`: shows what an edited watch file would change over the stored archive, before it is in force."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from monitor.api.trials import trial_answer
from monitor.cli.common import Moment, as_json, print_json, readable_config_of
from monitor.config import Config, read_watch
from monitor.config.watch import WatchConfig
from monitor.match.compare import KINDS, Change, Comparison
from monitor.match.load import load_matcher
from monitor.model import Reason
from monitor.pipeline.trial import Trial, try_edit
from monitor.store import Store
from monitor.text.plural import plural

LISTED = 500  # changes of each kind


@click.command("diff", epilog="Example: monitor diff --edited draft.yaml")
@click.option("--watch", help="Only this watch (default: all).")
@click.option(
    "--edited",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An edited copy of the watch file (default: the watch files as saved).",
)
@click.option("--since", type=Moment(), default="30d", show_default=True, help="How far back to look in the archive.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=LISTED, show_default=True, help="List so many changes of each kind."
)
@as_json
@click.pass_context
def diff_command(
    ctx: click.Context, watch: str | None, edited: Path | None, since: datetime, limit: int, as_json: bool
) -> None:
    """Show which stored articles and stories an edited watch file would gain and lose, and why.

    A running service applies a saved watch file at once. To try an edit first, change a copy and pass it with
    --edited. A new watch is tried on all articles of that time.
    """
    config = readable_config_of(ctx, judges=True, watch=watch)
    found = []
    for name in _chosen(config, watch, edited):
        draft = read_watch(edited) if edited else config.watches[name]
        found.append(_Difference.of(config, name, draft, since, limit))
    if as_json:
        print_json([each.as_json() for each in found])
    else:
        for each in found:
            each.show()


def _chosen(config: Config, watch: str | None, edited: Path | None) -> list[str]:
    """The watches to compare: the one named, the one whose file the draft is a copy of, or all."""
    # A draft is usually a copy with the file name of its watch.
    if watch is None and edited is not None:
        watch = edited.stem if edited.stem in config.watches else None
        if watch is None and len(config.watches) > 1:
            raise click.UsageError("use --watch to name the watch that this file edits")
        watch = watch or next(iter(config.watches))
    if watch is not None and watch not in config.watches:
        raise click.UsageError(f"no watch {watch!r}; there are: {', '.join(config.watches)}")
    return [watch] if watch else list(config.watches)


@dataclass(frozen=True, slots=True)
class _Difference:
    """One watch's edit over the archive."""

    watch: str
    trial: Trial

    @classmethod
    def of(cls, config: Config, watch: str, draft: WatchConfig, since: datetime, limit: int) -> _Difference:
        matcher = load_matcher(config, watch, draft)
        with closing(Store(config.store_url(), reading=True)) as store:
            return cls(watch, try_edit(store, watch, matcher, since, listed=limit))

    def as_json(self) -> dict[str, Any]:
        return trial_answer(self.watch, self.trial).document()

    def show(self) -> None:
        found = self.trial.comparison
        over = "a new watch, tried on all of" if self.trial.new else "over"
        click.echo(f"{self.watch}: {over} {plural(found.articles, 'stored article')}")
        show_changes(found)
        if self.trial.by_mark:
            click.echo(f"{plural(self.trial.by_mark, 'article')} would be judged otherwise, but a person has marked "
                       f"{'it' if self.trial.by_mark == 1 else 'them'}: the mark decides")  # fmt: skip
        for story, headline in self.trial.lost_stories:
            click.echo(f"story {story} would have no match left: {headline}")
        if more := self.trial.lost_in_all - len(self.trial.lost_stories):
            click.echo(f"and {more} more stories")
        for warning in self.trial.warnings:
            click.echo(f"warning: {warning.message}")


def show_changes(found: Comparison) -> None:
    """Prints what an edit gains, loses and moves, with the reasons."""
    listed = {"gained": found.gained, "lost": found.lost, "moved": found.moved}
    for name, sign in zip(KINDS, "+-~", strict=True):
        click.echo(f"{found.totals[name]} {name}")
        for change in listed[name]:
            moved = f"{change.before.score:.2f} → {change.after.score:.2f}"
            click.echo(f"  {sign} {moved}  article {change.document.id}: {change.document.title}")
            click.echo(f"      {_why(change)}")
        if more := found.totals[name] - len(listed[name]):
            click.echo(f"  and {more} more; --limit lists more")


def _why(change: Change) -> str:
    return "; ".join(_described(reason) for reason in change.reasons[:4]) or "the same reasons"


def _described(reason: Reason) -> str:
    """A reason with the log-odds it adds; a decision has no amount."""
    decided = reason.kind in ("excluded", "required", "marked")
    return f"{reason.kind}: {reason.text}" if decided else f"{reason.text} {reason.amount:+.2f}"
