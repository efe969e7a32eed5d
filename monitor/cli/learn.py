"""`monitor learn`: rebuilds a watch's learned profile from its seed articles, or refits its weights (`refit`)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from monitor.cli.articles_to_try import expected, stored, within
from monitor.cli.common import Moment, as_json, config_of, now, readable_config_of
from monitor.cli.gather_seeds import Taught, all_taught
from monitor.config import Config
from monitor.errors import ConfigError, Problem, StoreError
from monitor.match import Matcher
from monitor.match.load import forget_terms, load_matcher
from monitor.match.ordinary_matches import ordinary_matches
from monitor.match.reading import counts_words, described, readings
from monitor.model import Document
from monitor.pipeline.outlook import Outlook, over_archive
from monitor.text.plural import plural
from monitor.text.redact import shown_address, shown_document
from monitor.topic.baseline import learn_profile, write_profile
from monitor.topic.data_files import profile_path
from monitor.topic.file_marks import marks_of
from monitor.topic.odd_seeds import odd_seeds
from monitor.topic.ordinary import ordinary_news
from monitor.topic.records import Profile
from monitor.topic.seeds import FEW
from monitor.topic.seedtext import words
from monitor.workers.memory import return_memory

_SHOWN = 5  # reports of ordinary news that are named
_ARCHIVE = timedelta(days=30)  # a watch is tried on the stored articles of so many days
_NEWEST = 2000  # of them
_SECONDS = 4.0  # for that


@click.command("learn", epilog="Example: monitor learn --watch iran-iraq-defense")
@click.option("--watch", help="Only this watch (default: all).")
@click.option(
    "--refit",
    is_flag=False,
    flag_value="",
    metavar="[LABELLED.jsonl]",
    help="Fit the watch's weights to marked articles (and those of the file) instead.",
)
@click.option(
    "--try",
    "trying",
    is_flag=False,
    flag_value="",
    metavar="[FILE.jsonl]",
    help="Only show what the watch would find in the stored articles, or in those of the file.",
)
@click.option("--since", type=Moment(), default="30d", show_default=True, help="With --try: how far back to look.")
@click.option("--label", is_flag=True, help="With --try: ask about the articles whose answer teaches most.")
@as_json
@click.pass_context
def learn_command(
    ctx: click.Context,
    watch: str | None,
    refit: str | None,
    trying: str | None,
    since: datetime,
    label: bool,
    as_json: bool,
) -> None:
    """Rebuild the learned profile of a watch from its seed articles. What a person wrote stays as it is.

    Addresses among the seeds are read once, and their texts kept. A seed that cannot be used is named, the others are
    learned from, and the exit status is 1.

    With --refit the profile stays too. The weights are fitted to articles marked with `monitor mark` and to JSON lines
    {"id","title","text","language","label"}. They are saved only if they do better.

    With --try nothing is written. With --label, too, it asks about 26 articles, or writes them as JSON lines
    for --refit where there is no terminal.
    """
    return_memory()  # a fifteenth less at most: tables and automata are built and freed language by language
    looks = trying is not None or label
    config = readable_config_of(ctx, judges=True, watch=watch) if looks else config_of(ctx)
    if watch is not None and watch not in config.watches:
        raise click.UsageError(f"no watch {watch!r}; there are: {', '.join(config.watches)}")
    if looks:
        _try(ctx, config, watch, refit, Path(trying) if trying else None, since, label, as_json)
    if config.packaged:
        raise ConfigError(
            (
                Problem(
                    str(config.folder),
                    0,
                    "the shipped profile cannot be rebuilt; run `monitor init .` and rebuild the copy",
                ),
            )
        )
    if refit is not None:
        if watch is None and len(config.watches) > 1:
            raise click.UsageError(f"use --watch to name the watch to refit: {', '.join(config.watches)}")
        from monitor.cli.refit import refit_command  # noqa: PLC0415 - 350 ms, for --refit alone

        refit_command(config, watch or next(iter(config.watches)), Path(refit) if refit else None, as_json)
        return
    ctx.exit(1 if _learn(config, [watch] if watch else list(config.watches), as_json) else 0)


def _learn(config: Config, names: Sequence[str], as_json: bool) -> bool:
    """Learns, writes and prints; whether a seed was refused."""
    found = all_taught(config, names)
    # Everything was read by now: where a watch has nothing to learn from, nothing was touched.
    learned = [_learn_one(config, taught, as_json) for taught in found]
    if as_json:
        click.echo(json.dumps(shown_document(learned), ensure_ascii=False, default=str))
    refused = [(taught.watch, reason) for taught in found for reason in taught.seeds.refused]
    for name, reason in refused:
        click.echo(f"{name}: not learned from {reason}", err=True)
    return bool(refused)


def _learn_one(config: Config, taught: Taught, as_json: bool) -> dict[str, Any]:
    """Learns one watch, writes and prints; what `--json` says of it."""
    taught.keep()
    seeds = taught.seeds.articles
    marks = marks_of(config, taught.sources)
    profile = replace(learn_profile(config, taught.watch, seeds), learned_from=marks)
    path = profile_path(config, taught.watch)
    write_profile(path, profile)
    matcher = load_matcher(config, taught.watch, config.watches[taught.watch])
    forget_terms()  # what it finds words with is worked out as it judges, and takes the place of these
    ordinary = ordinary_matches(matcher)
    archive = _over_archive(config, taught.watch, matcher)
    reads = readings(matcher.topic, config.feeds)
    if not as_json:
        _print_learned(taught, profile, path, matcher)
        _print_ordinary(taught.watch, ordinary)
        _print_archive(taught.watch, archive)
        for each in reads:
            click.echo(f"{taught.watch}: reads {described(each)}")
    return {"watch": taught.watch, "version": matcher.version, "terms": len(profile.terms),
            "file": str(path), "entities": len(profile.entities),
            "parties": [asdict(party) for party in profile.parties],
            "families": [asdict(family) for family in profile.families],
            "languages": [asdict(each) for each in profile.languages], "odd_seeds": list(odd_seeds(profile)),
            "ordinary": {"reports": len(ordinary_news()), "matches": [report.title for report in ordinary]},
            "archive": _archive_json(archive), "reads": [asdict(each) for each in reads],
            "seeds": [asdict(seed) for seed in seeds], "fetched": taught.kept_files(),
            "refused": list(taught.seeds.refused)}  # fmt: skip


def _try(
    ctx: click.Context,
    config: Config,
    watch: str | None,
    refit: str | None,
    file: Path | None,
    since: datetime,
    label: bool,
    as_json: bool,
) -> None:
    """Ends the command."""
    from monitor.cli.try_learn import Wanted, try_command  # noqa: PLC0415 - 150 ms, for --try alone

    names = [watch] if watch else list(config.watches)
    if refit is not None:
        raise click.UsageError("--try writes nothing and --refit does; use one of them")
    if label and as_json:
        raise click.UsageError("--label asks, or prints JSON lines to fill in; leave out --json")
    if label and len(names) > 1:
        raise click.UsageError(f"use --watch to name the watch to label for: {', '.join(names)}")
    ctx.exit(try_command(config, Wanted(names, file, since, label, as_json)))


def _print_learned(taught: Taught, profile: Profile, path: Path, matcher: Matcher) -> None:
    for address, file in taught.kept_files().items():
        click.echo(f"read {shown_address(address)}\n    kept in {file}; remove it to have the page read again")
    for seed in taught.seeds.articles:
        count = words(seed.text)
        little = "; so short a text teaches little" if count < FEW else ""
        click.echo(f"{seed.name}\n    title: {seed.title}")
        click.echo(f"    article: {plural(count, 'word')}, which are learned from{little}")
        if seed.left_out:
            click.echo(f"    not the article: {plural(len(seed.left_out), 'line')}, not learned from")
        for reason, lines in _by_reason(seed.left_out).items():
            click.echo(f"      - {reason}: {' | '.join(lines)}")
    _print_about(taught.watch, profile)
    if odd := odd_seeds(profile):
        shares = "shares" if len(odd) == 1 else "share"
        click.echo(f"{taught.watch}: {', '.join(odd)} {shares} next to no word with the other seeds")
        click.echo("    what is about something else teaches the watch to find that, too; if so, remove it")
    best = ", ".join(term.term for term in profile.terms[:8])
    learned = f"{plural(len(profile.terms), 'term')} and {plural(len(profile.entities), 'name')}"
    articles = plural(len(taught.seeds.articles), "article")
    click.echo(f"{taught.watch}: learned {learned} from {articles}, the strongest: {best}")
    click.echo(f"written to {path}; put words of your own in the watch file, which `learn` never changes")
    if not counts_words(matcher.topic):
        click.echo(f"{taught.watch}: its weights count the sides and fields above, and no single terms and names")
    click.echo(f"from now on receipts name version {matcher.version}")


def _print_about(name: str, profile: Profile) -> None:
    """Says what the seeds are about: the sides, their field, or a subject."""
    for party in profile.parties:
        click.echo(f"{name}: about {party.label}, in {plural(party.titles, 'title')}, named {party.count} times in all")
    if len(profile.parties) < 2:
        click.echo(f"{name}: the seeds are about no two parties, so it is a subject, found by its words and names")
        return  # what a subject's field is counts for nothing
    for family in profile.families:
        found = ", ".join(f"{word} ({count})" for word, count in family.words[:6])
        click.echo(f"{name}: the field is {family.label}, in {plural(len(family.seeds), 'seed')}: {found}")


def _print_ordinary(name: str, matches: Sequence[Document]) -> None:
    """Says how broad the watch is. A match is no mistake as such: a watch on interest rates matches reports on them."""
    count = len(matches) or "none"
    click.echo(f"{name}: would match {count} of {len(ordinary_news())} reports of ordinary news")
    for report in matches[:_SHOWN]:
        click.echo(f"    {report.title}")
    if len(matches) > _SHOWN:
        click.echo(f"    and {len(matches) - _SHOWN} more; --json lists all")
    if matches:
        click.echo("    if you do not want these, name `sides` or `acts` in the watch file, or raise its `threshold`")


def _over_archive(config: Config, watch: str, matcher: Matcher) -> Outlook | None:
    """What the watch finds in the newest stored articles; None where there are none to be read."""
    try:
        store = stored(config)
        if store is None:
            return None
        with closing(store):
            since = now() - _ARCHIVE
            found = over_archive(store, watch, matcher, since, most=_NEWEST, go_on=within(_SECONDS))
    except StoreError as error:  # what was learned is written, whatever is wrong with the store
        click.echo(f"{watch}: not tried on stored articles: {error}", err=True)
        return None
    return found if found.articles else None


def _archive_json(found: Outlook | None) -> dict[str, object] | None:
    if found is None:
        return None
    counts = {"articles": found.articles, "matches": found.matches, "whole": found.whole}
    return {**counts, "per_day": round(found.per_day or 0.0, 2), "days": round(found.days, 2)}


def _print_archive(name: str, found: Outlook | None) -> None:
    if found is not None:
        of = f"the newest {found.articles}" if not found.whole else f"all {found.articles}"
        stored_ = f"{of} stored articles of the last {_ARCHIVE.days} days"
        click.echo(f"{name}: would match {found.matches} of {stored_}, {expected(found)}")
        click.echo(f"    `monitor learn --watch {name} --try` shows those nearest to the threshold")


def _by_reason(left_out: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """Reason → the lines left out for it, each once, shortened, with its count when it is more than one."""
    counted: dict[str, Counter[str]] = {}
    for line, reason in left_out:
        counted.setdefault(reason, Counter())[line if len(line) <= 70 else f"{line[:69]}…"] += 1
    return {
        reason: [f"{line} ({count}×)" if count > 1 else line for line, count in lines.items()]
        for reason, lines in counted.items()
    }
