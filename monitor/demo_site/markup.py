"""Writes the demo's feeds (RSS, Atom, RDF, JSON Feed) and its article pages, with the furniture real pages have."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterable
from email.utils import format_datetime
from functools import lru_cache
from html import escape
from importlib.resources import files
from typing import Any

from monitor.demo_site.content import DemoEntry, Form, Outlet
from monitor.languages import language

Placed = tuple[DemoEntry, str]  # an entry and the address of its page

FEED_TYPES: dict[Form, str] = {
    "rss": "application/rss+xml",
    "rss-whole": "application/rss+xml",
    "atom": "application/atom+xml",
    "rdf": "application/rdf+xml",
    "json": "application/feed+json",
}
_NOTICE = "A page of the demonstration: the outlet and the event are invented."


def feed(outlet: Outlet, base: str, *, updates: bool) -> str:
    """The text of an outlet's feed, newest entry first. base: the site's address without a slash at its end.

    updates: whether sequels are in it. Raises KeyError for the form "broken", which has no feed.
    """
    placed = [(e, page_url(outlet, e, base)) for e in outlet.entries if updates or not e.later]
    return _FEEDS[outlet.form](outlet, f"{base}/{outlet.id}", placed)


def page_url(outlet: Outlet, entry: DemoEntry, base: str) -> str:
    """The address of an entry's page under ``base``, the site's address."""
    return f"{base}/{outlet.id}/news/{entry.slug}"


def page(outlet: Outlet, entry: DemoEntry, base: str) -> str:
    """An entry as an HTML page: menu, cookie bar, the article, links to other articles, a footer."""
    data = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": entry.title,
            "datePublished": entry.published.isoformat()}  # fmt: skip
    words = _words()[outlet.language]
    others = [other for other in outlet.entries if other is not entry and not other.later]
    teasers = "".join(_item(f'<a href="{page_url(outlet, o, base)}">{escape(o.title)}</a>') for o in others)
    menu = "".join(_item(f'<a href="/{outlet.id}/{i}">{word}</a>') for i, word in enumerate(words["menu"]))
    direction = ' dir="rtl"' if language(outlet.language).direction == "rtl" else ""
    return f"""<!DOCTYPE html>
<html lang="{outlet.language}"{direction}>
<head><meta charset="utf-8"><title>{escape(entry.title)} | {escape(outlet.name)}</title>
<link rel="canonical" href="{page_url(outlet, entry, base)}">
<script type="application/ld+json">{json.dumps(data, ensure_ascii=False).replace("<", "&lt;")}</script></head>
<body>
<header><a href="/{outlet.id}/">{escape(outlet.name)}</a><nav><ul>{menu}</ul></nav></header>
<div class="cookie-notice" role="dialog"><p>{words["cookies"]}</p><button>{words["accept"]}</button></div>
<main><article><h1>{escape(entry.title)}</h1>
{_body(entry.paragraphs)}
</article></main>
<aside><ul>{teasers}</ul></aside>
<footer><p>© {escape(outlet.name)}. {_NOTICE}</p></footer>
</body></html>
"""


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    return tomllib.loads(files("monitor.demo_site").joinpath("words.toml").read_text(encoding="utf-8"))


def _item(inner: str) -> str:
    return f"<li>{inner}</li>"


def _body(paragraphs: Iterable[str]) -> str:
    return "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)


def _content(outlet: Outlet, entry: DemoEntry) -> str:
    return _body(entry.paragraphs if outlet.form == "rss-whole" else entry.paragraphs[:1])


def _rss(outlet: Outlet, home: str, placed: list[Placed]) -> str:
    items = "".join(
        f"<item><title>{escape(e.title)}</title><link>{link}</link><guid>{link}</guid>"
        f"<pubDate>{format_datetime(e.published)}</pubDate>"
        f"<description>{escape(_content(outlet, e))}</description></item>\n"
        for e, link in placed
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>{escape(outlet.name)}</title><link>{home}/</link>
<description>{_NOTICE}</description><language>{outlet.language}</language><ttl>30</ttl>
{items}</channel></rss>
"""


def _atom(outlet: Outlet, home: str, placed: list[Placed]) -> str:
    entries = "".join(
        f"<entry><id>{link}</id><title>{escape(e.title)}</title><link href='{link}'/>"
        f"<published>{e.published.isoformat()}</published><updated>{e.published.isoformat()}</updated>"
        f"<summary type='html'>{escape(_content(outlet, e))}</summary></entry>\n"
        for e, link in placed
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}"><id>{home}/</id>
<title>{escape(outlet.name)}</title><updated>{placed[0][0].published.isoformat()}</updated>
<author><name>{escape(outlet.name)}</name></author>
{entries}</feed>
"""


def _rdf(outlet: Outlet, home: str, placed: list[Placed]) -> str:
    listed = "".join(f"<rdf:li rdf:resource='{link}'/>" for _, link in placed)
    items = "".join(
        f"<item rdf:about='{link}'><title>{escape(e.title)}</title><link>{link}</link>"
        f"<description>{escape(_content(outlet, e))}</description><dc:date>{e.published.isoformat()}</dc:date></item>\n"
        for e, link in placed
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="{home}/"><title>{escape(outlet.name)}</title><link>{home}/</link>
<description>{_NOTICE}</description>
<items><rdf:Seq>{listed}</rdf:Seq></items></channel>
{items}</rdf:RDF>
"""


def _json(outlet: Outlet, home: str, placed: list[Placed]) -> str:
    items = [
        {"id": link, "url": link, "title": e.title, "content_html": _content(outlet, e),
         "date_published": e.published.isoformat(), "language": outlet.language}
        for e, link in placed
    ]  # fmt: skip
    head = {"version": "https://jsonfeed.org/version/1.1", "title": outlet.name, "home_page_url": f"{home}/"}
    return json.dumps({**head, "items": items}, ensure_ascii=False, indent=1)


_FEEDS: dict[Form, Callable[[Outlet, str, list[Placed]], str]] = {
    "rss": _rss,
    "rss-whole": _rss,
    "atom": _atom,
    "rdf": _rdf,
    "json": _json,
}
