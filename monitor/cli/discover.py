"""`monitor discover`: feeds worth adding, from what searches keep naming and what matched stories link to."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.articles_to_try import stored
from monitor.cli.common import Moment, as_json, now, print_json, readable_config_of
from monitor.cli.feeds import add_found
from monitor.config import Config
from monitor.errors import FetchError
from monitor.model import Document, Entry
from monitor.pipeline.discover import Outlet, discover
from monitor.pipeline.look_at_feed import FoundFeed, look_at_feed
from monitor.render.plain import one_line
from monitor.text.plural import plural
from monitor.text.redact import shown_text
from monitor.text.sanitize import strip_tags

if TYPE_CHECKING:
    from monitor.match import Matcher


@dataclass(frozen=True, slots=True)
class Proposal:
    """An outlet with what its address holds now. feed: what to list, "" where nothing can be read; then ``error`` says
    why. entries: it holds now; matching: those of them that a watch would match by what the feed says of them.
    """

    outlet: Outlet
    feed: str = ""
    format: str = "feed"
    entries: int = 0
    matching: int = 0
    error: str = ""


@click.command("discover", epilog="Example: monitor discover --since 14d")
@click.option("--since", type=Moment(), default="30d", show_default=True, help="How far back to look in the archive.")
@click.option("--most", type=click.IntRange(1, 50), default=10, show_default=True, help="Outlets that are looked at.")
@click.option("--add", "adds", is_flag=True, help="Add the feeds that can be read to feeds.yaml.")
@as_json
@click.pass_context
def discover_command(ctx: click.Context, since: datetime, most: int, adds: bool, as_json: bool) -> None:
    """Propose feeds of outlets that the list lacks, with what each would have brought.

    They are those that search feeds found articles of, and those that matched articles link to. Each is looked at now.
    Nothing is added without --add.
    """
    config = readable_config_of(ctx, "feeds.yaml", judges=True)
    store = stored(config)
    found: list[Outlet] = []
    if store is None:
        click.echo("nothing is stored yet; run `monitor poll` first", err=True)
    else:
        with closing(store):
            found = discover(store, config, since, most)
    proposals = _looked_at(config, found)
    added = [each.feed for each in proposals if adds and each.feed and add_found(ctx, each.feed, each.format)]
    if as_json:
        print_json([_row(each) | {"added": each.feed in added} for each in proposals])
        return
    for each in proposals:
        _show(each)
    if not proposals:
        click.echo("nothing to propose: every outlet that searches name or stories link to is in the list")
    elif adds:
        click.echo(f"{plural(len(added), 'feed')} added to feeds.yaml")
    else:
        click.echo("nothing was added; `monitor feeds add ADDRESS` adds one, --add all that can be read")


def _looked_at(config: Config, found: list[Outlet]) -> list[Proposal]:
    from monitor.app import fetcher_of  # noqa: PLC0415 - 230 ms
    from monitor.match.load import load_matchers  # noqa: PLC0415 - 60 ms

    matchers = list(load_matchers(config).values()) if found else []
    made = []
    for outlet in found:
        try:
            held = look_at_feed(fetcher_of(config), outlet.address, None, now())
            made.append(_proposal(outlet, held, matchers))
        except (FetchError, TimeoutError) as error:
            made.append(Proposal(outlet, error=str(error) or "it takes too long"))
    return made


def _proposal(outlet: Outlet, held: FoundFeed, matchers: list[Matcher]) -> Proposal:
    matching = sum(
        any(each.match(_document(entry)).verdict == "match" for each in matchers) for entry in held.parsed.entries
    )
    kind = "page" if held.is_page else "feed"
    return Proposal(outlet, held.url, kind, len(held.parsed.entries), matching)


def _document(entry: Entry) -> Document:
    return Document(entry.link, entry.title, strip_tags(entry.content), entry.language, entry.published, url=entry.link)


def _row(each: Proposal) -> dict[str, Any]:
    row = asdict(each)
    outlet: dict[str, Any] = row.pop("outlet")
    return outlet | row


def _show(each: Proposal) -> None:
    outlet = each.outlet
    click.echo(shown_text(f"{outlet.name}  {each.feed or outlet.address}"))
    searched = f"searches found {plural(outlet.found, 'article')} of it, {outlet.matched} of which match"
    linked = f"{plural(outlet.linked, 'matched article')} of others {'links' if outlet.linked == 1 else 'link'} to it"
    click.echo(f"    {'; '.join(text for text, count in ((searched, outlet.found), (linked, outlet.linked)) if count)}")
    if each.feed:
        what = "a page that lists" if each.format == "page" else "a feed with"
        click.echo(f"    {what} {plural(each.entries, 'entry', 'entries')} now, {each.matching} of which would match")
    else:
        click.echo(shown_text(f"    cannot be read: {each.error}"))
    for title in outlet.headlines:
        click.echo(f"      {one_line(title, 110)}")
