"""`monitor feeds`: the feed list with its health, edited in place, OPML both ways."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from monitor.cli.common import as_json, config_of, now, print_json, stamp
from monitor.config import find_folder
from monitor.config.feed_list import FeedConfig, add_feed, listed, remove_feed
from monitor.errors import ConfigError, FetchError, Problem
from monitor.feeds.opml import read_opml, write_opml
from monitor.feeds.parse import parse_feed
from monitor.feeds.schedule import describe_health, shown_health
from monitor.model import FeedState, Health, ParsedFeed
from monitor.store import Store, feed_states
from monitor.text.plural import plural


@click.group("feeds", epilog="Example: monitor feeds add https://example.org/rss --name Example --language en")
def feeds_command() -> None:
    """List, add, remove, import, export and check feeds."""


@feeds_command.command("list", epilog="Example: monitor feeds list --failing")
@click.option("--failing", is_flag=True, help="Only feeds with a problem.")
@as_json
@click.pass_context
def list_feeds(ctx: click.Context, failing: bool, as_json: bool) -> None:
    """List the feeds with their health."""
    config = config_of(ctx)
    with closing(Store(config.store_url())) as store, store.read() as db:
        states = feed_states.load(db)
    rows = []
    for feed in config.feeds:
        state = states.get(feed.url, FeedState(feed.url))
        well = not feed.enabled or shown_health(state) in (Health.HEALTHY, Health.QUIET, Health.UNKNOWN)
        if not (failing and well):
            rows.append(_row(feed, state, describe_health(state, now()) if feed.enabled else "off in the list"))
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['health']:<10} {row['name']}  {row['url']}\n           {row['detail']}")
    click.echo(plural(len(rows), "feed"), err=True)


def _row(feed: FeedConfig, state: FeedState, detail: str) -> dict[str, Any]:
    known = feed.feed()
    return {
        "url": feed.url,
        "name": known.name,
        "language": feed.language,
        "country": feed.country,
        "kind": feed.kind,
        "publisher": known.publisher,
        "enabled": feed.enabled,
        "health": shown_health(state).value if feed.enabled else "off",
        "detail": detail,
        "last_success": stamp(state.last_success),
        "last_new_entry": stamp(state.last_new_entry),
        "next_check": stamp(state.next_check),
        "failures": state.failures,
        "error": state.error,
    }


@feeds_command.command("add", epilog="Example: monitor feeds add https://example.org/rss --kind independent")
@click.argument("url")
@click.option("--name", default="", help="The name that digests show (default: the host).")
@click.option("--language", help="Language of the feed, such as fa.")
@click.option("--country", help="Country of the publisher, such as IR.")
@click.option("--kind", help="state, independent, opposition, wire, trade, think-tank, government or search.")
@click.option("--publisher", default="", help="Feeds of one publisher count as one voice (default: the name).")
@click.pass_context
def add(ctx: click.Context, /, url: str, **given: Any) -> None:
    """Add a feed to feeds.yaml. Every other line of the file stays as it is."""
    try:
        feed = FeedConfig(url=url, **{key: value for key, value in given.items() if value})
    except ValidationError as error:
        first = error.errors()[0]
        raise click.UsageError(f"{first['loc'][-1]}: {first['msg'].removeprefix('Value error, ')}") from error
    path = _list_path(ctx)
    path.write_text(add_feed(path.read_text(encoding="utf-8"), feed, path), encoding="utf-8")
    click.echo(f"added {url}; `monitor feeds check {url}` tests it")


@feeds_command.command("remove", epilog="Example: monitor feeds remove https://example.org/rss")
@click.argument("url")
@click.pass_context
def remove(ctx: click.Context, url: str) -> None:
    """Remove a feed from feeds.yaml. Its stored articles stay."""
    path = _list_path(ctx)
    text = path.read_text(encoding="utf-8")
    if listed(text, path) == [url]:  # an empty list is not a valid configuration
        raise click.UsageError(f"{url} is the last feed of the list; add another one first")
    path.write_text(remove_feed(text, url, path), encoding="utf-8")
    click.echo(f"removed {url}")


@feeds_command.command("import", epilog="Example: monitor feeds import subscriptions.opml")
@click.argument("opml", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def import_opml(ctx: click.Context, opml: Path) -> None:
    """Add the feeds of an OPML file. Feeds already in the list stay as they are."""
    found = [row.feed for row in read_opml(opml.read_bytes(), opml)]
    path = _list_path(ctx)
    text, added = path.read_text(encoding="utf-8"), 0
    known = set(listed(text, path))  # grows below: an OPML file may name a feed in several folders
    for feed in found:
        if feed.url not in known:
            known.add(feed.url)
            text = add_feed(text, feed, path)
            added += 1
    path.write_text(text, encoding="utf-8")
    known_before = len(found) - added
    already = f"{known_before} {'was' if known_before == 1 else 'were'} in the list already"
    click.echo(f"{plural(added, 'feed')} added, {already}")


@feeds_command.command("export", epilog="Example: monitor feeds export > feeds.opml")
@click.pass_context
def export_opml(ctx: click.Context) -> None:
    """Print the enabled feeds as OPML."""
    click.echo(write_opml([feed for feed in config_of(ctx).feeds if feed.enabled]), nl=False)


@feeds_command.command("check", epilog="Example: monitor feeds check https://example.org/rss")
@click.argument("url")
@as_json
@click.pass_context
def check_feed(ctx: click.Context, url: str, as_json: bool) -> None:
    """Fetch a feed now and report what it holds. Nothing is stored."""
    from monitor.app import fetcher_of  # noqa: PLC0415 - 230 ms, for `check` alone

    config = config_of(ctx)

    async def fetch() -> tuple[ParsedFeed, str]:
        async with fetcher_of(config) as fetcher:
            answer = await fetcher.feed(url)
        parsed = parse_feed(
            answer.body, url=answer.url, content_type=answer.content_type, charset=answer.charset, now=now()
        )
        return parsed, answer.url

    try:
        parsed, final = asyncio.run(fetch())
    except FetchError as error:
        report = {"url": url, "ok": False, "error": str(error), "kind": error.kind, "permanent": error.permanent}
        print_json(report) if as_json else click.echo(f"{url}: {error.kind}: {error}", err=True)
        ctx.exit(1)
    _print_found(url, final, parsed, as_json)


def _print_found(url: str, final: str, parsed: ParsedFeed, as_json: bool) -> None:
    dated = [entry.published for entry in parsed.entries if entry.published]
    newest = max(dated, default=None)
    report = {
        "url": url,
        "ok": True,
        "final_url": final,
        "title": parsed.title,
        "language": parsed.language,
        "entries": len(parsed.entries),
        "undated": len(parsed.entries) - len(dated),
        "newest": stamp(newest),
        "flaw": parsed.flaw,
    }
    if as_json:
        print_json(report)
        return
    held = plural(len(parsed.entries), "entry", "entries")
    click.echo(f"{parsed.title or url}: a feed with {held}, newest {stamp(newest) or 'undated'}")
    if final != url:
        click.echo(f"the server redirects to {final}; list that address instead")
    if parsed.flaw:
        click.echo(f"flaw: {parsed.flaw}")
    for entry in parsed.entries[:5]:
        click.echo(f"  {stamp(entry.published) or 'undated':<25} {entry.title}")


def _list_path(ctx: click.Context) -> Path:
    """The path of the feed list to edit, created when missing. Raises ConfigError for the shipped one.

    The rest of the configuration need not be valid, so that `feeds add` can repair an empty list.
    """
    folder, base = find_folder(ctx.obj["config"])
    path = folder / "feeds.yaml"
    if base != folder:
        problem = Problem(str(path), 0, "the shipped list cannot be edited; `monitor init .` writes a copy to edit")
        raise ConfigError((problem,))
    if not path.is_file():
        path.write_text("feeds: []\n", encoding="utf-8")
    return path
