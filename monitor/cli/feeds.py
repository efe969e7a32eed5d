"""`monitor feeds`: the feed list with its health, edited in place, OPML both ways."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from monitor.api.feeds import feed_answer, hubs_of, is_failing
from monitor.cli.common import as_json, config_of, now, print_json, readable_config_of, stamp
from monitor.config import Config, find_folder
from monitor.config.edit_feed_list import add_feed, add_feeds, listed, remove_feed
from monitor.config.feed_list import FeedConfig, likely_address, rules_of, same_address
from monitor.config.save import edit_exact, read_exact
from monitor.errors import ConfigError, FetchError, MonitorError, Problem, as_clause
from monitor.feeds import schedule
from monitor.feeds.feed_address import whole_address
from monitor.feeds.opml import OpmlList, read_opml, write_opml
from monitor.feeds.parse.refusals import as_its_feed
from monitor.feeds.skipped import describe_skipped
from monitor.model import FeedState, ListingRules
from monitor.pipeline.look_at_feed import FoundFeed, look_at_feed
from monitor.store import Store, feed_states
from monitor.text.plural import plural
from monitor.text.posts import channel_preview, profile_feed
from monitor.text.redact import hide_target, shown_address, shown_text
from monitor.text.search_feeds import ENGINES, LIMITS, Engine, unasked

_HUB_STATES = {
    "wanted": "not asked for news yet; that needs a public_url",
    "asked": "asked to tell of news",
    "active": "telling of news",
    "refused": "not telling of news: it refused",
}
OPML_LIMIT = 20 << 20  # bytes of a list to import


@click.group("feeds", epilog="Example: monitor feeds add https://example.org/rss --name Example --language en")
def feeds_command() -> None:
    """List, add, remove, import, export and check feeds."""


@feeds_command.command("list", epilog="Example: monitor feeds list --failing")
@click.option("--failing", is_flag=True, help="Only feeds with a problem.")
@as_json
@click.pass_context
def list_feeds(ctx: click.Context, failing: bool, as_json: bool) -> None:
    """List the feeds with their health."""
    config = readable_config_of(ctx, "feeds.yaml")
    states = _states(config)
    hubs = _hubs(config)
    listed = [(feed, states.get(feed.url, FeedState(feed.url))) for feed in config.feeds]
    rows = [
        feed_answer(feed, state, now(), hubs.get(feed.url))
        for feed, state in listed
        if is_failing(feed, state) or not failing
    ]
    if as_json:
        print_json([row.document() for row in rows])
        return
    for row in rows:
        moved = f" → {row.moved_to}" if row.moved_to else ""
        click.echo(shown_text(f"{row.health:<10} {row.name}  {row.url}{moved}\n           {row.detail}"))
        if row.hub:
            click.echo(f"           its hub is {_HUB_STATES[row.hub]}")
        if skipped := describe_skipped(row.skipped):
            click.echo(f"           not taken at the last poll: {skipped}")
    if not config.feeds:
        click.echo("no feed is listed yet; `monitor feeds add URL` adds one", err=True)
    else:
        click.echo(plural(len(rows), "feed"), err=True)


def _states(config: Config) -> dict[str, FeedState]:
    """What the store remembers of each feed."""
    with closing(Store(config.store_url(), reading=True)) as store, store.read() as db:
        states = feed_states.load(db)
    for state in states.values():
        hide_target(state.url, schedule.moved_to(state))
    return states


def _hubs(config: Config) -> dict[str, str]:
    """address → how its feed stands with the hub that it names, for those that name one."""
    with closing(Store(config.store_url(), reading=True)) as store, store.read() as db:
        return hubs_of(db, config)


@feeds_command.command("add", epilog="Example: monitor feeds add https://example.org/rss --kind independent")
@click.argument("url")
@click.option("--name", default="", help="The name that digests show (default: the feed's own title).")
@click.option("--language", help="Language of the feed, such as fa.")
@click.option("--country", help="Country of the publisher, such as IR.")
@click.option(
    "--kind", help="state, independent, opposition, wire, trade, think-tank, government or search (default: unknown)."
)
@click.option("--folder", help="Folder of the feed, such as Iran/Agencies.")
@click.option("--publisher", default="", help="Feeds of one publisher count as one voice (default: the name).")
@click.option("--items", default="", help="CSS or XPath of the articles of a page without a feed.")
@click.option("--anyway", is_flag=True, help="Also add what holds nothing to read, or is likely listed already.")
@click.pass_context
def add(ctx: click.Context, /, url: str, anyway: bool, **given: Any) -> None:
    """Add a feed to feeds.yaml. Every other line of the file stays as it is.

    Of a web page that names its feed, the feed is added; of one that lists articles, the page itself. What is neither,
    or is not there, is refused. A server that does not answer now may do so later, so its address is added.
    """
    url = channel_preview(whole_address(profile_feed(url)))
    try:
        feed = FeedConfig(url=url, **{key: value for key, value in given.items() if value})
    except ValidationError as error:
        first = error.errors()[0]
        raise click.UsageError(f"{first['loc'][-1]}: {first['msg'].removeprefix('Value error, ')}") from error
    path = _list_path(ctx)
    feed = feed.model_copy(update=_found_at(ctx, feed, anyway=anyway))
    edit_exact(path, lambda text: add_feed(text, feed, path, anyway=anyway))
    shown = shown_address(feed.url)
    click.echo(f"added {shown}; `monitor feeds check {shown}` tests it")


def _found_at(ctx: click.Context, feed: FeedConfig, *, anyway: bool) -> dict[str, str]:
    """What to list: the feed that a web page at its address names, the page that lists articles, else what is given.

    Raises MonitorError for what will never be read as it is, unless ``anyway``.
    """
    try:
        found = _look(readable_config_of(ctx, "monitor.yaml"), feed.url, feed.page)
    except ConfigError as error:
        click.echo(f"what the address holds was not looked at: {error.problems[0]}", err=True)
        return {}
    except (FetchError, TimeoutError) as error:
        if isinstance(error, FetchError) and _is_nothing(error) and not anyway:
            raise MonitorError(
                f"{as_clause(error)}. Nothing was added: give another address, or --anyway to add this one as it is"
            ) from error
        click.echo(f"no feed can be read there now: {error or 'it takes too long'}", err=True)
        return {}
    _print_named(feed.url, found)
    _print_choices(found)
    return {"url": found.url, **({"format": "page"} if found.is_page else {})}


def _is_nothing(error: FetchError) -> bool:
    """Whether the server has answered, and what it has there is no feed and no list; a failure may pass."""
    return error.kind in ("not-a-feed", "not-html", "empty") or error.status in (404, 410)


def _look(config: Config, url: str, rules: ListingRules | None = None) -> FoundFeed:
    """What the address holds; by default the list stands where feeds.yaml says. Raises FetchError, TimeoutError."""
    from monitor.app import fetcher_of  # noqa: PLC0415 - 230 ms, for `check` and `add` alone

    return look_at_feed(fetcher_of(config), url, rules or rules_of(config.feeds, url), now())


def add_found(ctx: click.Context, url: str, kind: str) -> bool:
    """Adds a feed, or a page that lists articles, that was found; False where it is in the list. Raises ConfigError."""
    path = _list_path(ctx)
    text = _read_list(path)
    if likely_address(url) in {likely_address(each) for each in listed(text, path)}:
        return False
    feed = FeedConfig.model_validate({"url": url, **({"format": "page"} if kind == "page" else {})})
    edit_exact(path, lambda text: add_feed(text, feed, path))
    return True


@feeds_command.command("search", epilog="Example: monitor feeds search 'Iran Iraq border' --language en --language fa")
@click.argument("query")
@click.option("--language", "languages", multiple=True, default=("en",), help="Language to search in (repeatable).")
@click.option("--country", default="", help="Edition to search, such as IQ (default: the language's own).")
@click.option("--engine", "engines", multiple=True, type=click.Choice(ENGINES), help="Only this one (repeatable).")
@click.pass_context
def search(
    ctx: click.Context, query: str, languages: tuple[str, ...], country: str, engines: tuple[Engine, ...]
) -> None:
    """Add a news search for QUERY to feeds.yaml: a feed of each of Google News, Bing News and GDELT in each language.

    Their limits are printed and kept. A search whose feeds are in the list already is refused.
    """
    asked = engines or ENGINES
    try:
        feed = FeedConfig(search=query, languages=languages, engines=engines, country=country.upper() or None)
    except ValidationError as error:
        raise click.UsageError(error.errors()[0]["msg"].removeprefix("Value error, ")) from error
    path = _list_path(ctx)
    text = _read_list(path)
    known = {same_address(url) for url in listed(text, path)}
    polled = feed.polled()
    if again := [each for each in polled if same_address(each.url) in known]:
        problem = f"{again[0].name} is in the list already, at {again[0].url}; remove that, or name other engines"
        raise ConfigError((Problem(str(path), 0, problem),))
    edit_exact(path, lambda text: add_feed(text, feed, path))
    click.echo(f"added a search of {plural(len(polled), 'feed')}; `monitor feeds list` shows each with its health")
    for engine in asked:
        click.echo(LIMITS[engine])
    for language in unasked(languages, asked):
        click.echo(f"GDELT has no articles in {language}, so it is not asked for these")


@feeds_command.command("remove", epilog="Example: monitor feeds remove https://example.org/rss")
@click.argument("url")
@click.pass_context
def remove(ctx: click.Context, url: str) -> None:
    """Remove a feed from feeds.yaml. Its stored articles stay."""
    path = _list_path(ctx)
    edit_exact(path, lambda text: remove_feed(text, url, path))
    click.echo(f"removed {shown_address(url)}")


@feeds_command.command("import", epilog="Example: monitor feeds import subscriptions.opml")
@click.argument("opml", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@as_json
@click.pass_context
def import_opml(ctx: click.Context, opml: Path, as_json: bool) -> None:
    """Add the feeds of an OPML file with their folders ("-": of standard input). Feeds in the list stay as they are.

    Slips of the file are mended. What cannot be polled is named with its line, and the exit status is then 1.
    """
    with click.open_file(str(opml), "rb") as file:  # a pipe may be given, and a device has no end
        body = file.read(OPML_LIMIT + 1)
    if len(body) > OPML_LIMIT:
        raise MonitorError(f"{opml}: larger than {OPML_LIMIT >> 20} MB, so it is no list of feeds; split it")
    found = read_opml(body, opml)
    path = _list_path(ctx)
    moved = _moved_addresses(ctx)

    def unknown(text: str) -> list[FeedConfig]:
        known = {likely_address(url) for url in listed(text, path)} | moved
        return [row.feed for row in found.feeds if likely_address(row.feed.url) not in known]

    before = _read_list(path)
    if new := unknown(before):
        edit_exact(path, lambda text: add_feeds(text, unknown(text), path))
    found = replace(found, notes=(*found.notes, *_other_forms(found, listed(before, path))))
    _print_imported(found, len(new), opml, as_json)
    ctx.exit(1 if found.refused else 0)


def _other_forms(found: OpmlList, urls: list[str]) -> Iterator[str]:
    """A note of the feeds of a file that the list has under another form of their address."""
    exact, likely = set(map(same_address, urls)), set(map(likely_address, urls))
    imported = [row.feed.url for row in found.feeds]
    if count := sum(likely_address(url) in likely and same_address(url) not in exact for url in imported):
        verb = "is" if count == 1 else "are"
        yield f"{plural(count, 'feed')} {verb} listed under another form of the address: https, www. or the last slash"


def _moved_addresses(ctx: click.Context) -> set[str]:
    """Where listed feeds have moved to: an exported list names them there, and is imported again."""
    try:
        config = config_of(ctx)
        states = _states(config)
    except MonitorError:  # the list may be what is to be mended, and a store need not be there yet
        return set()
    moved = (schedule.moved_to(states[feed.url]) for feed in config.feeds if feed.url in states)
    return {likely_address(url) for url in moved if url}


def _print_imported(found: OpmlList, added: int, opml: Path, as_json: bool) -> None:
    known = len(found.feeds) - added
    if as_json:
        refused = [{"line": row.line, "outline": row.outline, "reason": row.reason} for row in found.refused]
        print_json({"added": added, "known": known, "refused": refused, "notes": list(found.notes)})
        return
    already = f"{known} {'was' if known == 1 else 'were'} in the list already"
    left_out = f", {len(found.refused)} refused" if found.refused else ""
    click.echo(f"{plural(added, 'feed')} added, {already}{left_out}")
    for row in found.refused:
        said = f"{opml}:{row.line}: {f'{row.outline}: ' if row.outline else ''}{row.reason}"
        click.echo(shown_text(said), err=True)
    for note in found.notes:
        click.echo(shown_text(f"{opml}: {note}"), err=True)


@feeds_command.command("export", epilog="Example: monitor feeds export > feeds.opml")
@click.option("--all", "with_off", is_flag=True, help="Print the feeds that are off, too.")
@click.option("--with-secrets", is_flag=True, help="Print passwords and keys of addresses, too.")
@click.pass_context
def export_opml(ctx: click.Context, with_off: bool, with_secrets: bool) -> None:
    """Print the enabled feeds as OPML. A feed that has moved for good is printed with its new address."""
    config = readable_config_of(ctx, "feeds.yaml")
    states = _states(config)
    chosen = [feed for feed in config.feeds if feed.enabled or with_off]
    polled = [_as_polled(feed, states.get(feed.url)) for feed in chosen]
    shown = polled if with_secrets else [feed.model_copy(update={"url": shown_address(feed.url)}) for feed in polled]
    click.echo(write_opml(shown), nl=False)
    if hidden := sum(one.url != other.url for one, other in zip(polled, shown, strict=True)):
        text = f"without the password or key of {plural(hidden, 'feed')}; --with-secrets prints them"
        click.echo(text, err=True)
    if left_out := len(config.feeds) - len(chosen):
        click.echo(f"left out: {plural(left_out, 'feed')} that are off in the list; --all exports them too", err=True)


def _as_polled(feed: FeedConfig, state: FeedState | None) -> FeedConfig:
    """A feed at the address that is polled now, under the name that is shown."""
    if state is None:
        return feed
    given = {"url": schedule.moved_to(state) or feed.url, "name": feed.feed(state.title).name}
    return feed.model_copy(update=given)


@feeds_command.command("check", epilog="Example: monitor feeds check https://example.org/rss")
@click.argument("url")
@as_json
@click.pass_context
def check_feed(ctx: click.Context, url: str, as_json: bool) -> None:
    """Fetch a feed now and report what it holds. Nothing is stored."""
    try:
        found = _look(readable_config_of(ctx, "monitor.yaml"), channel_preview(profile_feed(url)))
    except (FetchError, TimeoutError) as caught:
        error = caught if isinstance(caught, FetchError) else FetchError("it takes too long", kind="timeout")
        report = {"url": url, "ok": False, "error": str(error), "kind": error.kind, "permanent": error.permanent}
        print_json(report) if as_json else click.echo(shown_text(f"{error.kind}: {error}"), err=True)
        ctx.exit(1)
    _print_found(url, found, as_json)


def _print_found(url: str, found: FoundFeed, as_json: bool) -> None:
    parsed = found.parsed
    dated = [entry.dated for entry in parsed.entries if entry.dated]
    newest = max(dated, default=None)
    report = {
        "url": url,
        "ok": True,
        "final_url": found.final_url,
        "named": list(found.named),
        "format": "page" if found.is_page else "feed",
        "choices": [asdict(each) for each in found.choices],
        "title": parsed.title,
        "language": parsed.language,
        "entries": len(parsed.entries),
        "undated": len(parsed.entries) - len(dated),
        "newest": stamp(newest),
        "flaw": parsed.flaw,
        "skipped": dict(parsed.dropped),
    }
    if as_json:
        print_json(report)
        return
    _print_named(url, found)
    held = plural(len(parsed.entries), "entry", "entries")
    what = "a page that lists" if found.is_page else "a feed with"
    click.echo(f"{parsed.title or shown_address(found.url)}: {what} {held}, newest {stamp(newest) or 'undated'}")
    _print_choices(found)
    if found.final_url != found.url:
        click.echo(f"the server redirects to {shown_address(found.final_url)}; list that address instead")
    if parsed.flaw:
        click.echo(f"flaw: {parsed.flaw}")
    if parsed.dropped:
        click.echo(f"not taken: {describe_skipped(parsed.dropped)}")
    for entry in parsed.entries[:5]:
        click.echo(f"  {stamp(entry.dated) or 'undated':<25} {entry.title}")


def _print_named(url: str, found: FoundFeed) -> None:
    """Which feeds the page at ``url`` names, where it is one."""
    if found.named:
        click.echo(f"{shown_address(url)} is a web page that names {as_its_feed(found.named)}")
    elif found.url != url:
        click.echo(f"{shown_address(url)} has moved for good to {shown_address(found.url)}")


def _print_choices(found: FoundFeed) -> None:
    """Where the list of a page was found, and where else it may stand."""
    if not found.is_page:
        return
    if found.parsed.more:
        click.echo(f"it goes on at {shown_address(found.parsed.more[0])}, which the first poll reads, too")
    if found.pages_by_script:
        click.echo(
            "its further pages are opened by a script (__doPostBack), which is not followed: what they list is not read"
        )
    for each in found.choices:
        where = f"items: {each.selector}" if each.selector else "where no short selector leads"
        what = "taken" if each.taken else "or"
        click.echo(
            shown_text(f"  {what:<5} {plural(each.items, 'item')}, {each.dated} dated, {where} ({each.first!r} …)")
        )


def _list_path(ctx: click.Context) -> Path:
    """The path of the feed list to edit. Raises ConfigError for the shipped one.

    The rest of the configuration need not be valid, so that an edit can repair the list.
    """
    folder, base = find_folder(ctx.obj["config"])
    path = folder / "feeds.yaml"
    if base != folder:
        problem = Problem(str(path), 0, "the shipped list cannot be edited; `monitor init .` writes a copy to edit")
        raise ConfigError((problem,))
    return path


def _read_list(path: Path) -> str:
    """The list's text, "" where there is no file yet."""
    return read_exact(path) if path.exists() else ""
