"""`monitor audit`: a small sample around and below a watch's threshold to mark, from which a refit learns most."""

from __future__ import annotations

import sys
from contextlib import closing
from datetime import datetime
from typing import Any

import click

from monitor.cli.articles_to_try import StoredArticles, stored
from monitor.cli.common import Moment, as_json, print_json, readable_config_of
from monitor.errors import MonitorError
from monitor.match.load import load_matchers
from monitor.match.uncertain import EACH, Tried, audit_sample
from monitor.render.plain import one_line
from monitor.text.plural import plural
from monitor.text.redact import shown_address


@click.command("audit", epilog="Example: monitor audit --watch iran-iraq-defense")
@click.option("--watch", help="The watch to audit (needed when there are several).")
@click.option("--since", type=Moment(), default="70d", show_default=True, help="How far back to look in the archive.")
@click.option("--size", type=click.IntRange(4), default=3 * EACH, show_default=True, help="How many articles.")
@as_json
@click.pass_context
def audit_command(ctx: click.Context, watch: str | None, since: datetime, size: int, as_json: bool) -> None:
    """Offer a sample of articles around and below the threshold for marking.

    Marks of what a digest showed say nothing of what it missed. This sample does: half of it matches and half does
    not. On a terminal each article is shown, and your answers are kept as marks. Elsewhere the sample is listed, for
    `monitor mark`. `monitor learn --refit` then learns from the marks.
    """
    config = readable_config_of(ctx, judges=True, watch=watch)
    name = watch or next(iter(config.watches))
    if watch is None and len(config.watches) > 1:
        raise click.UsageError(f"use --watch to name the watch to audit: {', '.join(config.watches)}")
    matcher = load_matchers(config, [name])[name]
    if config.watches[name].query_decides:
        raise click.UsageError(f"{name}: its query decides alone, so nothing is to be learned from marks")
    store = stored(config)
    if store is None:
        raise MonitorError("nothing is stored yet, so there is nothing to audit; run `monitor poll` first")
    with closing(store):
        source = StoredArticles(store, since)
        chosen = audit_sample(source.outlook(name, matcher).tried, matcher.topic.weights.threshold, size)
        if not chosen:
            raise MonitorError("no unmarked article comes near the threshold; use an earlier --since, or poll first")
        if as_json:
            print_json([_row(one) for one in chosen])
        elif sys.stdin.isatty() and sys.stdout.isatty():
            from monitor.cli.label_articles import ask, mark_all  # noqa: PLC0415 - 350 ms, for a terminal alone

            by_id = {document.id: document for document in source.documents([one.id for one in chosen])}
            answers = ask(matcher, [by_id[one.id] for one in chosen if one.id in by_id])
            mark_all(store, name, answers)
            click.echo(
                f"{plural(len(answers), 'article')} marked; `monitor learn --watch {name} --refit` learns from them"
            )
        else:
            _list(name, chosen)


def _list(name: str, chosen: tuple[Tried, ...]) -> None:
    for one in chosen:
        click.echo(f"{one.id:>6}  {one.score:.2f} {one.verdict:<5}  {one_line(one.title, 150) or '(without a title)'}")
        if one.url:
            click.echo(f"        {one_line(shown_address(one.url), 300)}")
    click.echo(
        f"{plural(len(chosen), 'article')}; mark all of them: `monitor mark ID right|wrong --watch {name}`, "
        f"then `monitor learn --watch {name} --refit`",
        err=True,
    )


def _row(one: Tried) -> dict[str, Any]:
    return {"id": int(one.id), "title": one.title, "url": one.url, "language": one.language,
            "score": round(one.score, 4), "verdict": one.verdict, "reason": one.line}  # fmt: skip
