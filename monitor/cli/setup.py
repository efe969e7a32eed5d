"""`monitor check`, `init` and `demo`: first steps, up to a configuration that works."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import click

from monitor.cli.ask_model import notes_on_model, try_model
from monitor.cli.common import as_json, now, print_json, set_up_log
from monitor.cli.progress import observer
from monitor.cli.template import lagging
from monitor.config import Config, find_folder, packaged_folder
from monitor.config.deliver_targets import channel_of
from monitor.config.query import parse_query, small_operators
from monitor.config.readable import load_readable
from monitor.config.secrets import reading_token, web_token
from monitor.deliver import TriedChannel
from monitor.deliver.file.config import FileTarget
from monitor.deliver.registry import template_folders
from monitor.demo import run_demo
from monitor.digest.settings import publish_settings
from monitor.digest.trial_message import try_channels
from monitor.errors import ConfigError, DeliveryError, ModelError, MonitorError, Problem, SeedError, StoreError
from monitor.fields import rooted
from monitor.folders import why_not_written
from monitor.match import Matcher
from monitor.match.check_watches import unknown_in_watches
from monitor.match.load import load_matchers
from monitor.match.reading import Reading, readings
from monitor.match.weights import outdated_shared, outdated_weights
from monitor.render.templates import load_pages, load_templates, try_templates
from monitor.store import Store, services
from monitor.store.engines import check_driver
from monitor.text.plural import plural
from monitor.topic.baseline import has_outdated_profile
from monitor.topic.data_files import SHARED, replaced_files
from monitor.topic.learned_from import Unlearned, all_unlearned
from monitor.topic.places import check_places
from monitor.topic.seed_places import seed_sources
from monitor.topic.vocabulary import load_vocabulary


@click.command("check", epilog="Example: monitor --config config check")
@click.option("--ask-model", is_flag=True, help="Also ask the model under model: to retell a sentence.")
@as_json
@click.pass_context
def check_command(ctx: click.Context, ask_model: bool, as_json: bool) -> None:
    """Validate the whole configuration.

    Each problem is printed as file:line: what is wrong and what to write instead.
    """
    folder, base = find_folder(ctx.obj["config"])
    config, problems = _checked(folder, base)
    matchers = load_matchers(config) if config and not problems else {}
    # Of everything that decides a watch's matches: profile, watch file, names, words and weights.
    versions = {name: matcher.version for name, matcher in matchers.items()}
    changed = all_unlearned(config) if config and not problems else []
    if as_json:
        rows = [{"file": p.path, "line": p.line, "message": p.message} for p in problems]
        feeds = config.feeds if config else ()
        reads = [
            {"watch": name, **asdict(each)} for name, found in matchers.items() for each in readings(found.topic, feeds)
        ]
        print_json(
            {"folder": str(folder), "ok": not problems, "problems": rows, "versions": versions, "reads": reads,
             "unlearned": [asdict(each) for each in changed]}
        )  # fmt: skip
    elif config and not problems:
        on = sum(feed.enabled for feed in config.feeds)
        for note in (
            *_notes(config),
            *_unwritten(config),
            *_unlearned(config, changed),
            *lagging(config),
            *_undeliverable(config),
            *_unread(config, matchers),
            *_at_work(config),
            *notes_on_model(config),
        ):
            click.echo(f"note: {note}", err=True)
        click.echo(f"{folder}: {plural(on, 'feed')} on, {len(config.feeds) - on} off, "
                   f"{plural(len(config.watches), 'watch', 'watches')}, "
                   f"{plural(len(config.service.digests), 'digest')}: good")  # fmt: skip
        for name, version in versions.items():
            click.echo(f"  watch {name}: version {version} (its receipts name it)")
            click.echo(f"    reads {_languages_read(config, matchers[name])}")
    else:
        click.echo("\n".join(map(str, problems)), err=True)
    answers = _answers(config) if ask_model and config and not problems else True
    ctx.exit(2 if problems else int(not answers))


def _languages_read(config: Config, matcher: Matcher) -> str:
    """The languages of the feeds and seeds, with how each is read, those of one kind together, in one line."""
    by_level: dict[str, list[str]] = {}
    for each in readings(matcher.topic, config.feeds):
        by_level.setdefault(each.level, []).append(each.name)
    return "; ".join(f"{', '.join(names)}: {level}" for level, names in by_level.items()) or "no language that is known"


def _answers(config: Config) -> bool:
    """Whether the model answers; it is said on standard error, where the JSON is not."""
    try:
        click.echo(try_model(config), err=True)
    except ModelError as error:
        click.echo(f"model: {error}", err=True)
        return False
    return True


def _checked(folder: Path, base: Path) -> tuple[Config | None, tuple[Problem, ...]]:
    """The configuration, where it can be read, and its problems: of the files first, then of what is built from them
    (templates, watches).
    """
    config, broken = load_readable(folder, base)
    problems: list[Problem] = list(broken)
    folders = (config.templates, *config.own_templates().values())
    built: list[Callable[[], object]] = [
        *(lambda own=own: try_templates(load_templates(own)) for own in folders),
        *(lambda own=own: try_channels(load_templates(own, template_folders())) for own in folders),
        lambda: load_pages(config.templates),
    ]
    if not broken:  # else a part of monitor.yaml may be missing, and what needs it would be told of, too
        built += [
            lambda: check_driver(config.store_url()),
            lambda: web_token(config),
            lambda: reading_token(config),
            lambda: publish_settings(config),
        ]
    built += [lambda: load_vocabulary(config), lambda: load_matchers(config), lambda: _check_places(config)]
    # Each step on its own: one run of `monitor check` is to show every problem.
    for step in built:
        try:
            step()
        except ConfigError as error:
            problems.extend(error.problems)
        except MonitorError as error:
            problems.append(Problem(str(folder), 0, str(error)))
    if not problems:  # it builds the watches, which must be sound for that
        problems.extend(unknown_in_watches(config))
    return (None if broken else config), tuple(dict.fromkeys(problems))


def _check_places(config: Config) -> None:
    check_places(config, frozenset(each.id for each in load_vocabulary(config).entities))


def _at_work(config: Config) -> Iterator[str]:
    """Whether several services work on the store, where there is one; opening it must not make or upgrade it."""
    url = config.store_url()
    if not url.startswith("sqlite:///") or not Path(url.removeprefix("sqlite:///")).is_file():
        return
    try:
        with closing(Store(url, reading=True, upgrade=False)) as store, store.read() as db:
            found = services.too_many(services.at_work(db, now()))
    except StoreError as error:
        yield str(error)
        return
    if found:
        yield found


def _undeliverable(config: Config) -> Iterator[str]:
    """What every delivery over a channel would fail at."""
    tried: set[str] = set()
    for name, channels in publish_settings(config).channels.items():
        for channel in channels:
            try:
                if isinstance(channel, TriedChannel):
                    channel.try_settings()
            except DeliveryError as error:
                if (said := str(error)) not in tried:
                    yield f"{name}: nothing can be sent by {channel.name}: {said}"
                tried.add(said)


def _notes(config: Config) -> Iterator[str]:
    """Notes on what is valid but probably not intended."""
    if not any(feed.enabled for feed in config.feeds):
        listed = "all feeds of feeds.yaml are off" if config.feeds else "no feed is listed in feeds.yaml yet"
        yield f"{listed}, so nothing can be found; `monitor feeds add URL` adds one"
    if not config.service.digests:
        yield "no digest in monitor.yaml, so nothing will be sent; add one under 'digests:'"
    named = {watch for digest in config.service.digests for watch in digest.watches or config.watches}
    for watch in config.watches:
        if config.service.digests and watch not in named:
            yield f"watch '{watch}' is in no digest; name it under 'watches:' of one, or remove that line for all"
    for watch, settings in config.watches.items():
        for word in small_operators(parse_query(settings.query)) if settings.query else ():
            yield f"watch '{watch}': its query looks for the word '{word}'; the operator is written {word.upper()}"
    for watch in config.watches:
        if path := outdated_weights(watch, config.folder):
            yield f"{path} is of an earlier version and does not count; run `monitor learn --refit --watch {watch}`"
        if has_outdated_profile(config, watch):
            yield f"the profile of watch '{watch}' is of an earlier version; run `monitor learn --watch {watch}`"
    for path in outdated_shared(config.folder):
        yield f"{path} is of an earlier version and does not count; delete it, so that the shipped one is used"
    for path in replaced_files(config):
        yield (
            f"{path} replaces the shipped file of that name; to add to it instead, write 'extends: shipped' at the top"
        )


def _unwritten(config: Config) -> Iterator[str]:
    """Notes on what a service of this user could not write."""
    given = [target for digest in config.service.digests for target in digest.deliver]
    given += [target for watch in config.watches.values() if watch.alert for target in watch.alert.deliver]
    settings = (rooted(channel_of(target)[1], config.path) for target in given)
    folders = {Path(each.root): "editions" for each in settings if isinstance(each, FileTarget)}
    if config.store_url().startswith("sqlite:///"):
        folders[Path(config.store_url().removeprefix("sqlite:///")).parent] = "the store"
    for folder, what in folders.items():
        if why := why_not_written(folder):
            yield f"this user cannot write {what} to {folder}: {why}"


def _unlearned(config: Config, found: Sequence[Unlearned]) -> Iterator[str]:
    """Notes on seeds that are not those that a watch was learned from."""
    for each in found:
        yield from each.lines()
        if each.unmarked:
            yield (
                f"the profile of watch '{each.watch}' does not say what its seeds were like, so an edit of them cannot "
                f"be told; run `monitor learn --watch {each.watch}`"
            )
    for watch in config.watches:  # of those without a profile
        if watch not in {each.watch for each in found}:
            try:
                seed_sources(config, watch)
            except SeedError as error:
                yield f"{error}; until then what was learned before counts"


def _unread(config: Config, matchers: Mapping[str, Matcher]) -> Iterator[str]:
    """Notes on the languages of feeds that no watch reads."""
    by_language: dict[str, list[Reading]] = {}
    for matcher in matchers.values():
        for each in readings(matcher.topic, config.feeds):
            if each.feeds:
                by_language.setdefault(each.code, []).append(each)
    for found in by_language.values():
        levels = {each.level for each in found}
        feeds = f"{plural(found[0].feeds, 'feed')} {'is' if found[0].feeds == 1 else 'are'} in {found[0].name}"
        if levels == {"not read"}:
            yield f"{feeds}, which no watch reads: {found[0].gain}"
        elif levels <= {"not read", "sides only"}:
            yield f"{feeds}, which is read in part: by names of the sides, without words for what is done"
        elif levels <= {"not read", "sides only", "names only", "translated words"} and "translated words" in levels:
            yield f"{feeds}, which is read in part: by words of the seeds that are translated"
        elif levels <= {"not read", "sides only", "names only"}:
            yield f"{feeds}, which is read in part: by names of the seeds, without words for what is done"


@click.command("init", epilog="Example: monitor init watching; monitor --config watching/config run")
@click.argument("directory", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def init_command(directory: Path) -> None:
    """Write a starting configuration to edit: config/, seed_corpus/, and templates/ for templates of your own."""
    parts = ("config", "seed_corpus", "templates")
    present = [str(directory / name) for name in parts if (directory / name).exists()]
    if present:
        raise click.UsageError(f"there is already {', '.join(present)}; choose another folder (nothing was written)")
    source = packaged_folder()
    try:
        # What everybody shares is not copied, nor is a template: a copy replaces the shipped file, and would get no
        # name, word or correction of a later version.
        shutil.copytree(source / "config", directory / "config", ignore=shutil.ignore_patterns(*SHARED))
        shutil.copytree(source / "seed_corpus", directory / "seed_corpus")
        (directory / "templates").mkdir()
        shutil.copy(source / "templates" / "README.md", directory / "templates")
    except OSError:  # a half would look like a configuration, and be in the way of the next try
        for name in parts:
            shutil.rmtree(directory / name, ignore_errors=True)
        raise
    config = directory / "config"
    click.echo(
        f"written to {directory}: look at config/monitor.yaml (digests, mail), config/feeds.yaml (feeds) and\n"
        f"config/watches/ (what to look for), then: monitor --config {config} check; monitor --config {config} run\n"
        f"Names, words and fields come from {source / 'config'};\n"
        f"files of yours add to them in config/entities/, config/lexicon/ and config/families/"
    )


@click.command("demo", epilog="Example: monitor demo")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to work in (default: a new temporary one).",
)
@click.pass_context
def demo_command(ctx: click.Context, output: Path | None) -> None:
    """Show the whole job in under a minute, without network, mail server or configuration."""
    set_up_log(ctx.obj["verbose"])
    with observer() as watching:
        asyncio.run(run_demo(output, now, watching, click.echo))
