"""`monitor learn --refit`: fits the weights of a watch to articles that a person labelled, in a file or by marks."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click

from monitor.cli.articles_to_try import StoredArticles
from monitor.cli.common import print_json
from monitor.cli.keep_answers import mark_stored
from monitor.cli.labelled import read_labelled
from monitor.config import Config
from monitor.match.feedback import Refit
from monitor.match.refit import refit_watch
from monitor.match.weights import write_weights
from monitor.pipeline.documents import document_of
from monitor.render.plain import one_line
from monitor.store import Store, marks
from monitor.text.plural import plural

NEWEST = 3600  # stored articles on which a refit is judged
_EVER = datetime.min.replace(tzinfo=UTC)


def refit_command(config: Config, watch: str, file: Path | None, as_json: bool) -> None:
    """Refits ``watch`` (its id) from ``file`` (if any) and the articles marked right or wrong, and prints the result.

    Writes the weights only if they do better on articles left out of the fit. Raises MonitorError.
    """
    with closing(Store(config.store_url())) as store:
        with store.read() as db:
            marked = [(document_of(article), relevant) for article, relevant in marks.of_watch(db, watch)]
        given = read_labelled(file) if file else []
        found = refit_watch(config, watch, given + marked, StoredArticles(store, _EVER).newest(NEWEST))
        kept = mark_stored(store, watch, given)
    path = write_weights(config, watch, found) if found.better else None
    if as_json:
        counts = {"watch": watch, "articles": found.before.articles, "relevant": found.before.positives}
        figures = {"f1_before": found.before.f1, "f1_after": found.after.f1}
        archive = {"unmarked": found.archive, "matches_before": found.matched[0], "matches_after": found.matched[1]}
        more = {"threshold": found.weights.threshold, "why": found.why, "written": str(path) if path else None}
        answers = {"contradicted": list(found.contradicted), "marked": kept}
        print_json(counts | figures | archive | more | answers)
        return
    show_refit(watch, found)
    if kept:
        click.echo(f"{plural(kept, 'stored article')} of the file marked as it says, so that nobody is asked again")
    if path:
        click.echo(f"written to {path}; `monitor diff` shows what changes; delete it to go back")
    else:
        click.echo("nothing written: the weights and the threshold in force stay")


def show_refit(watch: str, found: Refit) -> None:
    """Prints what was learned from, and how well it does."""
    click.echo(f"{watch}: {plural(found.before.articles, 'labelled article')}, {found.before.positives} of them right")
    for when, part in (("before", found.before), ("after, each left out in turn", found.after)):
        click.echo(f"{when}: precision {part.precision:.2f}, recall {part.recall:.2f}, F1 {part.f1:.2f}")
    for title in found.contradicted:
        click.echo(f"marked both right and wrong, so it counts for neither: {one_line(title, 200)}")
    click.echo(_of_archive(found))
    click.echo(f"because: {found.why}")


def _of_archive(found: Refit) -> str:
    """What would change among the articles that nobody marked, in a line."""
    before, after = found.matched
    of = "the shipped reports of ordinary news, few articles being stored" if found.ordinary else "your last"
    of = f"of {found.archive} of {of}" if found.ordinary else f"of {of} {found.archive:,} unmarked articles"
    change = f"{abs(after - before)} {'more' if after > before else 'fewer'} would match" if after != before else (
        "as many would match"
    )  # fmt: skip
    return f"{of} {change} ({before} now, {after} then); the threshold would be {found.weights.threshold:.2f}"
