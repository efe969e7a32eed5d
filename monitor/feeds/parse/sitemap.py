"""Sitemaps (sitemaps.org) to entries: the newest pages of a site, with what the news extension says of them.

An index gives no entries. It names the parts that are read with it: of news before articles, the newest first.
"""

from __future__ import annotations

import heapq
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.errors import ParseError
from monitor.feeds.parse.feed_dates import doubted, given_date
from monitor.model import Entry, ParsedFeed, SeenDate
from monitor.text.address_dates import address_date
from monitor.text.article_addresses import is_of_article
from monitor.text.language import primary
from monitor.text.redact import shown_address, without_secrets_of
from monitor.text.sanitize import NAME_LIMIT, UNTITLED, plain_title
from monitor.text.timestamps import DateStyle, published_at
from monitor.text.urls import normalise_url, web_url

if TYPE_CHECKING:
    from lxml.etree import _Element

NEWEST = 1_000  # addresses of a sitemap that are taken, of those with a date
UNDATED = 100  # the same of those without, from the beginning and from the end each: which is newer is not known
SAME = 100  # addresses of one moment, from which it is when the sitemap was built or the site moved; of one day, 500
SAME_DAY = 500
OLDEST = timedelta(days=60)  # what was published or changed before is the site's archive
UNTITLED_FOR = timedelta(days=14)  # the same without a headline: there is nothing to keep but an address
PARTS = 3  # of an index that are read
ADDRESSES = 200_000  # that are looked at
_HEAD = 8_192  # characters in which the first element is looked for
_ROOT = re.compile(r"<(?:[\w.-]{1,40}:)?(urlset|sitemapindex)\b")
_ADDRESS = re.compile(r"https?://[^\s<>\"]{4,2000}")
_ASIDES = (("<?", "?>"), ("<!--", "-->"), ("<!", ">"))
_NEWS = re.compile(r"news|khabar|akhbar|haber", re.IGNORECASE)
_ARTICLES = re.compile(r"post|article|story|stories|content|press|release", re.IGNORECASE)
_NO_ARTICLES = re.compile(
    r"image|video|photo|gallery|categor|(?:^|[/_-])tags?(?:[/_.-]|$)|author|user|section|(?:^|[/_-])pages?(?:[/_.-]|$)|"
    r"product|topic|static|taxonom|archive",
    re.IGNORECASE,
)
_FIELDS = ("loc", "lastmod", "publication_date", "title", "name", "language", "link")
_SAID = (*(f"{{*}}{name}" for name in _FIELDS), *(f"news:{name}" for name in _FIELDS[2:6]))  # its prefix may be unbound
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class _Listed:
    """An address of a sitemap. language: that of its page, by the alternates. moment: by what its place is found."""

    link: str
    title: str = ""
    dates: tuple[SeenDate, ...] = ()
    language: str | None = None
    publisher: str = ""
    moment: datetime | None = None


def is_sitemap(text: str) -> bool:
    """Whether a body is a sitemap or an index of sitemaps."""
    return _root(text) != ""


def is_address_list(text: str) -> bool:
    """Whether a body is a sitemap in plain text: an address on each line, and nothing else."""
    lines = text[:_HEAD].split("\n")
    lines = [line.strip() for line in (lines[:-1] if len(text) > _HEAD else lines)]
    lines = [line for line in lines if line]
    return len(lines) > 1 and all(_ADDRESS.fullmatch(line) for line in lines)


def _root(text: str) -> str:
    """ "urlset" or "sitemapindex" where that is the first element, else ""."""
    head = text[:_HEAD].lstrip()
    while end := next((end for begin, end in _ASIDES if head.startswith(begin)), ""):
        _, _, head = head.partition(end)
        head = head.lstrip()
    found = _ROOT.match(head)
    return found[1] if found else ""


def parse_sitemap(text: str, url: str, now: datetime, style: DateStyle) -> ParsedFeed:
    """The newest articles of a sitemap, newest first, or the parts of an index. Raises ParseError: "not-a-feed"."""
    if _root(text) == "sitemapindex":
        return _index(text, url, now, style)
    if _root(text):
        return _pages((_listed(element, url, now, style) for element in _elements(text, "url")), url, now)
    lines = islice((line.strip() for line in text.split("\n") if line.strip()), ADDRESSES)
    return _pages((_with_moment(_Listed(web_url(line, url)), now, style) for line in lines), url, now)


def _pages(pages: Iterable[_Listed | None], url: str, now: datetime) -> ParsedFeed:
    dropped: Counter[str] = Counter()
    times: Counter[datetime] = Counter()  # of those without a headline
    dated: list[tuple[datetime, int, _Listed]] = []
    first: list[_Listed] = []
    last: deque[_Listed] = deque(maxlen=UNDATED)
    for number, listed in enumerate(pages):
        if listed and listed.moment and not listed.title:
            times[listed.moment] += 1
            if times[listed.moment] > _most(listed):
                listed = replace(listed, dates=(), moment=None)
        if not listed:
            dropped["empty"] += 1
        elif not (listed.title or is_of_article(listed.link)):
            dropped["no-article"] += 1
        elif listed.moment is None and len(first) < UNDATED:
            first.append(listed)
        elif listed.moment is None:
            dropped["older"] += len(last) == UNDATED
            last.append(listed)
        elif listed.moment < now - (OLDEST if listed.title else UNTITLED_FOR):
            dropped["older"] += 1
        elif len(dated) < NEWEST:
            heapq.heappush(dated, (listed.moment, -number, listed))
        else:
            heapq.heappushpop(dated, (listed.moment, -number, listed))
            dropped["older"] += 1
    kept: list[_Listed] = []
    undated: list[_Listed] = []
    for moment, _, listed in sorted(dated, key=lambda each: each[:2], reverse=True):
        if listed.title or times[moment] <= _most(listed):
            kept.append(listed)
        else:
            undated.append(replace(listed, dates=()))
    undated += first
    dropped["older"] += max(0, len(undated) - UNDATED)
    kept += [*undated[:UNDATED], *last]
    entries = doubted([_entry(each, url) for each in kept], now)
    titles = Counter(each.publisher for each in kept if each.publisher)
    languages = {each.language for each in kept}
    title = titles.most_common(1)[0][0] if titles else ""
    language = languages.pop() if len(languages) == 1 else None
    flaw = None if entries else "the sitemap lists no article of late"
    return ParsedFeed(title, entries, language, None, flaw, dict(+dropped))


def _most(listed: _Listed) -> int:
    """How many addresses may have its date before it is the site's or the sitemap's own."""
    return SAME_DAY if not listed.dates or listed.dates[0].precision == "day" else SAME


def _entry(listed: _Listed, url: str) -> Entry:
    published = listed.dates[0].moment if listed.dates else None
    return Entry(
        url,
        listed.title or UNTITLED,
        without_secrets_of(listed.link, url),
        published=published,
        language=listed.language,
        dates=listed.dates,
    )


def _listed(element: _Element, url: str, now: datetime, style: DateStyle) -> _Listed | None:
    """One ``url`` of a sitemap; None for one without an address."""
    listed = _Listed("")
    changed = published = ""
    for each in element.iter(*_SAID):
        name, within, text = _name(each.tag), _name(each.getparent().tag), (each.text or "").strip()
        if (name, within) == ("loc", "url"):
            listed.link = web_url(text, url)
        elif name == "lastmod":
            changed = text
        elif name == "link":
            if normalise_url(each.get("href") or "") == normalise_url(listed.link):
                listed.language = primary(each.get("hreflang")) or listed.language
        elif within == "news":
            published = text if name == "publication_date" else published
            listed.title = plain_title(text) if name == "title" else listed.title
        elif within == "publication":
            listed.publisher = plain_title(text, NAME_LIMIT) if name == "name" else listed.publisher
            listed.language = primary(text) if name == "language" else listed.language
    if not listed.link:
        return None
    if published or changed:
        listed.dates = (given_date("feed" if published else "feed-updated", published or changed, now, style),)
        listed.moment = listed.dates[0].moment
    return _with_moment(listed, now, style)


def _with_moment(listed: _Listed, now: datetime, style: DateStyle) -> _Listed | None:
    """With the day that its address names, where nothing else dates it; None for what has no address."""
    if listed.moment is None and (named := address_date(listed.link, now, style)):
        listed.moment = named.moment
    return listed if listed.link else None


def _index(text: str, url: str, now: datetime, style: DateStyle) -> ParsedFeed:
    """The parts to read of an index. Unless it says to the minute when they changed, they may while it does not."""
    found: list[tuple[int, datetime, int, str]] = []
    told = True
    for element in _elements(text, "sitemap"):
        link = changed = ""
        for each in element.iter("{*}loc", "{*}lastmod"):
            written = (each.text or "").strip()
            link, changed = (web_url(written, url), changed) if _name(each.tag) == "loc" else (link, written)
        if link:
            told = told and ":" in changed
            moment = published_at(changed, now, style) if changed else None
            found.append((_rank(link), moment or _LONG_AGO, _last_number(link), link))
    if not found:
        raise ParseError(f"{shown_address(url)} is an index of sitemaps that names none", kind="not-a-feed")
    best = min(rank for rank, *_ in found)
    chosen = sorted((each for each in found if each[0] == best), key=lambda each: each[1:3], reverse=True)[:PARTS]
    return ParsedFeed("", (), more=tuple(link for *_, link in chosen), read_again=not told)


def _rank(link: str) -> int:
    """0 for a part of news, 1 of articles, 2 where its name says nothing, 3 for what holds none."""
    name = urlsplit(link).path
    if _NEWS.search(name):
        return 0
    if _NO_ARTICLES.search(name):
        return 3
    return 1 if _ARTICLES.search(name) else 2


def _last_number(link: str) -> int:
    """The number in the name of a part: later ones hold newer pages, where nothing else tells it."""
    found = re.findall(r"\d{1,9}", link)
    return int(found[-1]) if found else 0


def _elements(text: str, name: str) -> Iterator[_Element]:
    """Each element of this name, one at a time: what was read is forgotten."""
    from lxml.etree import LxmlError, iterparse  # noqa: PLC0415 - 7 ms; few sources are sitemaps

    data = BytesIO(re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1).encode("utf-8", "replace"))
    reader = iterparse(
        data,
        tag=f"{{*}}{name}",
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
    )
    try:
        for number, (_, element) in enumerate(reader):
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
            if number >= ADDRESSES:
                return
    except LxmlError:
        return  # what stands before the damage was read


def _name(tag: object) -> str:
    return str(tag).rpartition("}")[2].rpartition(":")[2]
