"""Whose report a search found: an outlet's, by the name that the list of feeds, the search or its page has. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from monitor.model import Article, Feed
from monitor.pipeline.no_outlets import is_no_outlet
from monitor.text.sites import site_of


def listed_outlets(feeds: Iterable[Feed]) -> Mapping[str, Feed]:
    """Site → a feed of its outlet, for the sites on which one publisher alone has feeds of the list."""
    found: dict[str, dict[str, Feed]] = {}
    for feed in feeds:
        site = site_of(feed.url)
        if site and feed.kind != "search" and not is_no_outlet(site):
            found.setdefault(site, {}).setdefault(feed.publisher, feed)
    return {site: next(iter(own.values())) for site, own in found.items() if len(own) == 1}


def of_outlet(article: Article, outlets: Mapping[str, Feed], *, named: str, page_names: str) -> Article:
    """An article that a search found, as its outlet's.

    named: the outlet as the search has it, page_names: as its page has it; "" where they do not say.
    """
    site = site_of(article.url)
    if outlet := outlets.get(site):
        return replace(
            article, source=outlet.name, publisher=outlet.publisher, kind=outlet.kind, country=outlet.country
        )
    name = named or page_names or ("" if is_no_outlet(site) else site)
    return replace(article, source=name, publisher=name) if name else article
