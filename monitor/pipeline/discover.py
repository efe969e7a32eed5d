"""Outlets that no feed of the list reads: what its searches keep naming, and what matched stories link to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urljoin

from monitor.config import Config
from monitor.model.frozen import frozen
from monitor.pipeline.no_outlets import is_no_outlet
from monitor.store import Store, outlets
from monitor.store.outlets import Listed
from monitor.text.posts import channel_preview
from monitor.text.references import resolved
from monitor.text.sites import site_of
from monitor.text.urls import host_of, web_url, without_password

LOOKED_AT = 400  # matched articles whose links are followed up
HEADLINES = 3  # of an outlet that are shown
_HREF = re.compile(r"""<a\s[^<>]{0,500}?\bhref\s*=\s*["']([^"'<>\s]{1,1000})["']""", re.IGNORECASE)
_PARAGRAPH = re.compile(r"<p\b.{0,20000}?</p\s*>", re.IGNORECASE | re.DOTALL)


@frozen
class Outlet:
    """An outlet that no feed of the list reads. address: its front page, or the preview of its channel.

    found: articles of it that searches found; matched: those of them that match, which its own feed would have brought.
    linked: matched articles of others that link to it. headlines: of these articles, matched ones first.
    """

    name: str
    address: str
    found: int = 0
    matched: int = 0
    linked: int = 0
    headlines: tuple[str, ...] = ()


@dataclass(slots=True)
class _Tally:
    addresses: Counter[str] = field(default_factory=Counter)
    found: int = 0
    matched: int = 0
    linked: set[int] = field(default_factory=set)
    headlines: dict[str, bool] = field(default_factory=dict)


def discover(store: Store, config: Config, since: datetime, most: int) -> list[Outlet]:
    """The outlets that would have brought most, the best first. Raises StoreError."""
    searches = [feed.url for feed in config.feeds if feed.kind == "search"]
    with store.read() as db:
        found = outlets.listed_by(db, searches, since) if searches else []
        matched = outlets.newest_matched(db, since, LOOKED_AT)
        links: dict[int, set[str]] = {each.id: set() for each in matched}
        for article, markup in outlets.markup_of(db, list(links)):
            links[article].update(links_of(markup))
    return proposed(found, matched, links, [feed.url for feed in config.feeds if feed.kind != "search"])[:most]


def proposed(
    found: Sequence[Listed], matched: Sequence[Listed], links: Mapping[int, Iterable[str]], listed: Iterable[str]
) -> list[Outlet]:
    """What searches found and matched articles link to, by outlet, without those of the addresses ``listed``. Pure.

    An outlet counts that had a match, or that two matched articles link to, or that searches named three times.
    """
    known = {_outlet_of(url) for url in listed}
    tallies: dict[str, _Tally] = {}
    for each in found:
        name = _outlet_of(each.url)
        if name and name not in known and not is_no_outlet(name):
            tally = tallies.setdefault(name, _Tally())
            tally.addresses[_address_of(each.url)] += 1
            tally.found += 1
            tally.matched += each.matched
            tally.headlines[each.title] = each.matched
    for each in matched:
        own = _outlet_of(each.url)
        for url in links.get(each.id, ()):
            name = _outlet_of(url)
            if name and name not in known and name != own and not is_no_outlet(name):
                tally = tallies.setdefault(name, _Tally())
                tally.addresses[_address_of(url)] += 1
                tally.linked.add(each.id)
                tally.headlines.setdefault(each.title, True)
    made = [_outlet(name, tally) for name, tally in tallies.items()]
    kept = [each for each in made if each.matched or each.linked >= 2 or each.found >= 3]
    return sorted(kept, key=lambda each: (-each.matched, -each.linked, -each.found, each.name))


def _outlet(name: str, tally: _Tally) -> Outlet:
    headlines = sorted(tally.headlines, key=lambda title: not tally.headlines[title])[:HEADLINES]

    # The host that was named most; of equals that of the front page, else the shortest.
    def place(address: str) -> tuple[int, bool, int, str]:
        front = host_of(address).removeprefix("www.") == name
        return -tally.addresses[address], not front, len(address), address

    address = min(tally.addresses, key=place)
    return Outlet(name, address, tally.found, tally.matched, len(tally.linked), tuple(headlines))


def links_of(markup: bytes) -> Iterator[str]:
    """The addresses that paragraphs of a page, or of a feed's text, link to."""
    text = markup.decode("utf-8", "replace")
    for paragraph in _PARAGRAPH.findall(text) if "<html" in text[:2000].lower() else (text,):
        for href in _HREF.findall(paragraph):
            if address := web_url(resolved(href)):
                yield address


def _outlet_of(url: str) -> str:
    """The site of an address, or the channel; "" for an address without a host."""
    preview = channel_preview(url)
    if host_of(preview) == "t.me":
        return f"t.me/{preview.rpartition('/')[2].lower()}" if "/s/" in preview else ""
    return site_of(url)


def _address_of(url: str) -> str:
    preview = channel_preview(url)
    return preview if "/s/" in preview and host_of(preview) == "t.me" else urljoin(without_password(url), "/")
