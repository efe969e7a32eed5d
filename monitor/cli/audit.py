"""`monitor audit`: a random sample of what a watch judged, and what the answers say of all it misses."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import click
from sqlalchemy import Connection

from monitor.api.audits import estimate_answer
from monitor.cli.articles_to_try import StoredArticles, stored
from monitor.cli.common import Moment, as_json, config_of, now, print_json, readable_config_of, stamp
from monitor.cli.correct import person, usage
from monitor.config import Config
from monitor.errors import MonitorError
from monitor.match.audit import SIZE
from monitor.match.load import load_matchers
from monitor.match.uncertain import EACH, sample_to_learn
from monitor.model import Article, Verdict
from monitor.pipeline import audit as auditing
from monitor.pipeline.audit import Standing, percent
from monitor.pipeline.decide import UndecidedError
from monitor.pipeline.documents import document_of
from monitor.render.plain import one_line
from monitor.store import Store, articles, audits
from monitor.store.audits import Audit
from monitor.text.plural import plural
from monitor.text.redact import shown_address

Said = tuple[float, Verdict, str]  # score, verdict and reason
Shown = tuple[Article, Said | None]


@click.command("audit", epilog="Example: monitor audit --watch iran-iraq-defense --draw")
@click.option("--watch", help="The watch to audit (needed when there are several).")
@click.option("--draw", is_flag=True, help="Record a new sample, so that its answers count.")
@click.option("--to-learn", is_flag=True, help="Offer the sample that teaches a refit most; it tells no figures.")
@click.option("--since", type=Moment(), help="Draw from what was fetched since then (default: 7d, to learn 70d).")
@click.option("--size", type=click.IntRange(4, 500), help=f"How many articles (default: {SIZE}, to learn {3 * EACH}).")
@as_json
@click.pass_context
def audit_command(
    ctx: click.Context,
    watch: str | None,
    draw: bool,
    to_learn: bool,
    since: datetime | None,
    size: int | None,
    as_json: bool,
) -> None:
    """Tell how much a watch misses, from a random sample that you judge.

    Marks of what a digest showed say nothing of what it missed. This sample does: it holds articles of every score. On
    a terminal each is shown, and your answers are kept as marks. Elsewhere the sample is listed, for `monitor mark` or
    the page. The answers of ten weeks give recall and precision, with 95 % confidence intervals.
    """
    config = readable_config_of(ctx, judges=True, watch=watch)
    name = watch or next(iter(config.watches))
    if watch is None and len(config.watches) > 1:
        raise click.UsageError(f"use --watch to name the watch to audit: {', '.join(config.watches)}")
    if name not in config.watches:
        raise click.UsageError(f"no watch {name!r}; there are: {', '.join(config.watches)}")
    if draw and to_learn:
        raise click.UsageError("--to-learn draws by the score, so it tells no figures; leave out --draw")
    store = stored(config)
    if store is None:
        raise MonitorError("nothing is stored yet, so there is nothing to audit; run `monitor poll` first")
    asks = not as_json and sys.stdin.isatty() and sys.stdout.isatty()
    with closing(store):
        if to_learn:
            found = _sample_to_learn(config, store, name, since or now() - timedelta(days=70), size or 3 * EACH)
        else:
            with store.read() as db:
                open_ = auditing.waiting(db, name, now())
            if draw:
                with usage():
                    open_ = _start(config_of(ctx), name, since, size or SIZE)
            elif asks and open_ is None:
                with suppress(UndecidedError):  # nothing is new since the last one, whose figures are told
                    open_ = _start(config_of(ctx), name, since, size or SIZE)
            with store.read() as db:
                found = _sample(db, name, open_, since, size or SIZE)
    if as_json:
        print_json(_as_json(found))
    elif asks:
        _ask(config_of(ctx), found)
    else:
        _list(found)
        if not to_learn:
            _say(found.standing)


@dataclass(frozen=True, slots=True)
class _Found:
    """What is shown. audit: None for a sample to learn from. rows: those that wait for an answer."""

    watch: str
    audit: Audit | None
    rows: Sequence[Shown]
    standing: Standing | None


def _sample(db: Connection, watch: str, open_: Audit | None, since: datetime | None, size: int) -> _Found:
    standing = auditing.standing(db, watch, now())
    try:
        audit = open_ or auditing.drawn(db, watch, person(), since=since, size=size)
    except UndecidedError:
        if standing is None:
            raise
        audit = standing.audits[0][0]
    ids = [each.article for each in audit.sample if each.relevant is None]
    own = audits.matches(db, watch, ids)
    said: dict[int, Said] = {each: (m.score, m.verdict, m.receipt.line) for each, m in own.items()}
    return _Found(watch, audit, _rows(db, ids, said), standing)


def _sample_to_learn(config: Config, store: Store, watch: str, since: datetime, size: int) -> _Found:
    if config.watches[watch].query_decides:
        raise click.UsageError(f"{watch}: its query decides alone, so nothing is to be learned from marks")
    matcher = load_matchers(config, [watch])[watch]
    tried = StoredArticles(store, since).outlook(watch, matcher).tried
    chosen = sample_to_learn(tried, matcher.topic.weights.threshold, size)
    if not chosen:
        raise MonitorError("no unmarked article comes near the threshold; use an earlier --since, or poll first")
    said: dict[int, Said] = {int(one.id): (one.score, one.verdict, one.line) for one in chosen}
    with store.read() as db:
        return _Found(watch, None, _rows(db, list(said), said), None)


def _rows(db: Connection, ids: Sequence[int], said: Mapping[int, Said]) -> list[Shown]:
    shown = {article.id: (article, said.get(article.id)) for article in articles.get(db, ids)}
    return [shown[each] for each in ids if each in shown]


def _start(config: Config, watch: str, since: datetime | None, size: int) -> Audit:
    with closing(Store(config.store_url())) as store:
        return auditing.start(store, watch, person(), since=since, size=size)


def _ask(config: Config, found: _Found) -> None:
    from monitor.cli.keep_answers import mark_all  # noqa: PLC0415 - as below
    from monitor.cli.label_articles import ask  # noqa: PLC0415 - 350 ms, for a terminal alone

    with closing(Store(config.store_url())) as store:
        marked = 0
        for answer in ask(None, [document_of(article) for article, _ in found.rows]):
            mark_all(store, found.watch, [answer])  # at once, so that an interrupt loses none
            marked += 1
        learns = f"; `monitor learn --watch {found.watch} --refit` learns from them" if marked else ""
        click.echo(f"{plural(marked, 'article')} marked{learns}" if found.rows else "no article waits for an answer")
        if found.audit:
            with store.read() as db:
                _say(auditing.standing(db, found.watch, now()))


def _list(found: _Found) -> None:
    for article, _ in found.rows:
        click.echo(f"{article.id:>6}  {one_line(article.title, 150) or '(without a title)'}")
        if article.url:
            click.echo(f"        {one_line(shown_address(article.url), 300)}")
    mark, count = f"`monitor mark ID right|wrong --watch {found.watch}`", plural(len(found.rows), "article")
    if found.audit is None:
        text = f"{count}; mark all of them: {mark}, then `monitor learn --watch {found.watch} --refit`"
    elif found.audit.id:
        text = f"audit {found.audit.id}: {count} of {len(found.audit.sample)} to mark: {mark}, or on the page"
    else:
        records = f"`monitor audit --watch {found.watch} --draw` records it, so that your answers count"
        text = f"{count}; this sample is not recorded: {records}"
    click.echo(text, err=True)


def _say(standing: Standing | None) -> None:
    if standing is None:
        click.echo("no audit was answered in the last ten weeks, so nothing is known of what is missed")
        return
    count = plural(len(standing.audits), "audit")
    click.echo(f"{count} of the last ten weeks, {plural(standing.all.answered, 'answer')}; 95 % confidence intervals:")
    rows = (
        ("recall, of articles in sight of the threshold", standing.sight.recall),
        ("recall, of all articles", standing.all.recall),
        ("precision", standing.all.precision),
    )
    for words, figure in rows:
        click.echo(f"  {words}: {percent(figure)}")
    few: list[str] = []
    for what, name, looked, estimate in standing.by:
        if estimate:
            click.echo(f"  {what} {name or 'unknown'}: recall {percent(estimate.recall)}")
        else:
            few.append(f"{name or 'unknown'} ({looked})")
    if few:
        click.echo(f"  too few answers yet to tell by: {', '.join(few)}")


def _as_json(found: _Found) -> dict[str, Any]:
    audit = found.audit
    told: dict[str, Any] = {"watch": found.watch, "sample": [_row(*each) for each in found.rows]}
    if audit is None:
        return told
    return told | {
        "id": audit.id or None,
        "drawn": stamp(audit.drawn) if audit.id else None,
        "since": stamp(audit.since),
        "until": stamp(audit.until),
        "articles": sum(audit.sizes.values()) + sum(audit.known.values()),
        "drawn_articles": len(audit.sample),
        "estimate": estimate_answer(found.standing).document() if found.standing else None,
    }


def _row(article: Article, said: Said | None) -> dict[str, Any]:
    score, verdict, reason = said or (None, None, "")
    return {"id": article.id, "title": article.title, "url": article.url, "language": article.language,
            "score": score, "verdict": verdict, "reason": reason}  # fmt: skip
