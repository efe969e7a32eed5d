"""`monitor learn --try`: what a watch would find after learning anew, before any of it is in force."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from monitor.cli.articles_to_try import ArticlesToTry, GivenArticles, StoredArticles, expected, stored
from monitor.cli.common import print_json
from monitor.cli.gather_seeds import all_taught
from monitor.cli.keep_answers import labelled_row
from monitor.config import Config
from monitor.errors import MonitorError
from monitor.match import Matcher
from monitor.match.load import matcher_with
from monitor.match.reading import described, readings
from monitor.match.uncertain import Tried, around, worth_asking
from monitor.pipeline.outlook import Outlook
from monitor.render.plain import one_line
from monitor.text.plural import plural
from monitor.topic.baseline import learn_profile, load_profile
from monitor.topic.data_files import profile_path
from monitor.topic.records import Profile


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to try. names: watches; file: the articles, None for those stored since ``since``. label: ask about them."""

    names: Sequence[str]
    file: Path | None
    since: datetime
    label: bool
    as_json: bool


@dataclass(frozen=True, slots=True)
class TriedWatch:
    """A watch as it would be, and what it would find. in_force: the version of the profile in force, "" for none."""

    config: Config
    watch: str
    profile: Profile
    matcher: Matcher
    outlook: Outlook
    in_force: str

    @property
    def same(self) -> bool:
        """Whether its profile is the one in force."""
        return self.in_force == self.profile.version

    @property
    def threshold(self) -> float:
        """The score from which an article matches."""
        return self.matcher.topic.weights.threshold

    def as_json(self) -> dict[str, Any]:
        """The fields of the JSON output."""
        above, below = around(self.outlook.tried, self.threshold)
        found = self.outlook
        return {
            "watch": self.watch,
            "version": self.matcher.version,
            "in_force": self.same,
            "threshold": self.threshold,
            "articles": found.articles,
            "matches": found.matches,
            "per_day": None if found.per_day is None else round(found.per_day, 2),
            "days": round(found.days, 2),
            "above": [_row(one) for one in above],
            "below": [_row(one) for one in below],
            "reads": [asdict(each) for each in readings(self.matcher.topic, self.config.feeds)],
        }

    def lines(self, since: datetime | None) -> Iterator[str]:
        """The same for a person. since: of stored articles, None for those of a file."""
        taught = plural(len(self.profile.seeds), "seed")
        other = "the profile in force is another, and stays" if self.in_force else "no profile is in force yet"
        state = "the profile in force is the same" if self.same else other
        yield f"{self.watch}: learned from {taught} and written nowhere; {state}"
        yield from self._found(since)
        above, below = around(self.outlook.tried, self.threshold)
        for what, rows in (("just above", above), ("just below", below)):
            if rows:
                yield f"{what} the threshold of {self.threshold:.2f}:"
            for one in rows:
                yield f"  {one.score:.2f}  {one_line(one.title, 200) or '(without a title)'}"
                yield f"        {one_line(one.line, 300)}"
        for each in readings(self.matcher.topic, self.config.feeds):
            yield f"reads {described(each)}"

    def _found(self, since: datetime | None) -> Iterator[str]:
        found = self.outlook
        if not found.articles:
            where = "given" if since is None else f"stored since {since:%Y-%m-%d}"
            advice = "" if since is None else "; run `monitor poll`, or give a file of articles: --try FILE.jsonl"
            yield f"{self.watch}: no articles are {where}, so there is nothing to try it on{advice}"
        elif since is None:
            share = 100 * found.matches / found.articles
            yield f"{self.watch}: would match {found.matches} of {plural(found.articles, 'article')} ({share:.0f} %)"
        else:
            over = f"{plural(found.articles, 'article')} stored since {since:%Y-%m-%d}"
            yield f"{self.watch}: would match {found.matches} of {over}, {expected(found)}"


def try_command(config: Config, wanted: Wanted) -> int:
    """Learns and shows; nothing is in force or written unless a person who labels articles says so. The exit status.

    Raises MonitorError.
    """
    with ExitStack() as stack:
        source = _source(config, wanted, stack)
        tried = []
        status = 0
        taught = {each.watch: each for each in all_taught(config, wanted.names)}
        for name in wanted.names:
            seeds = taught[name].seeds if name in taught else None
            profile = learn_profile(config, name, seeds.articles if seeds else ())
            matcher = matcher_with(config, name, profile)
            outlook = source.outlook(name, matcher)
            tried.append(TriedWatch(config, name, profile, matcher, outlook, _in_force(config, name)))
            for reason in seeds.refused if seeds else ():
                click.echo(f"{name}: not learned from {reason}", err=True)
                status = 1
        _show(tried, wanted)
        for line in source.refused if isinstance(source, GivenArticles) else ():
            click.echo(f"{line} (not tried)", err=True)
            status = 1
        if wanted.label:
            _label(tried[0], source)
        return status


def _source(config: Config, wanted: Wanted, stack: ExitStack) -> ArticlesToTry:
    if wanted.file:
        return GivenArticles.read(wanted.file)
    store = stored(config)
    if store is None:
        return GivenArticles(())
    return StoredArticles(stack.enter_context(closing(store)), wanted.since)


def _in_force(config: Config, watch: str) -> str:
    """The version of the profile in force, "" where none is written."""
    path = profile_path(config, watch)
    known = load_profile(path) if path.is_file() else None
    return known.version if known else ""


def _show(tried: Sequence[TriedWatch], wanted: Wanted) -> None:
    if wanted.as_json:
        print_json([each.as_json() for each in tried])
        return
    for each in tried:
        for line in each.lines(None if wanted.file else wanted.since):
            click.echo(line, err=wanted.label and not _terminal())


def _row(one: Tried) -> dict[str, Any]:
    return {name: value for name, value in asdict(one).items() if name != "answered"}


def _terminal() -> bool:
    """Whether a person sits at both ends."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _label(tried: TriedWatch, source: ArticlesToTry) -> None:
    """Asks about the articles whose answer teaches most; without a terminal, writes them for somebody to fill in."""
    asked = worth_asking(tried.outlook.tried, tried.threshold, lambda ids: tuple(source.documents(ids)))
    if not asked:
        raise MonitorError("no article scores anything, so there is nothing to ask about; try other articles")
    if _terminal():
        from monitor.cli.label_articles import label_articles  # noqa: PLC0415 - 350 ms, for a terminal alone

        label_articles(tried, asked, source)
        return
    for document in asked:
        click.echo(json.dumps(labelled_row(document, None), ensure_ascii=False))
    click.echo(
        f"{plural(len(asked), 'article')} to label: write 0 or 1 for each null, then "
        f"`monitor learn --watch {tried.watch} --refit FILE`",
        err=True,
    )
