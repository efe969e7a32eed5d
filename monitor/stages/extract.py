"""From a page's bytes to the article: its text, title, author, language, date and own address; and which text to judge.

`extract_page` is made to run in a worker process (see `monitor.workers`): the extractor is native code fed with what
strangers wrote. `choose_text` runs in the service and touches neither.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from monitor.model import Article, Entry, Feed
from monitor.text.charset import decode_body
from monitor.text.language import detect_language, primary
from monitor.text.page_flaws import Flaw, is_html, page_flaw, without_furniture
from monitor.text.sanitize import NAME_LIMIT, UNTITLED, clean_text, one_line, plain_title, strip_tags
from monitor.text.timestamps import published_at, readings
from monitor.text.urls import host_of, is_front_page, normalise_url, web_url

if TYPE_CHECKING:
    from lxml.html import HtmlElement

HTML_LIMIT = 3_000_000  # bytes of a page that are read: articles end long before, generated junk does not
TEXT_LIMIT = 200_000  # characters of an article that are kept
_SHORT = 700  # characters below which the slower extraction is asked as well
_CUT_ENTITY = re.compile(r"&#\w{0,6}$")  # feeds cut their texts in the middle of one
_THIN = 0.8  # a page with less than this share of the feed's own text is the thinner of the two
_OWN_WORDS = 0.5  # share of a headline's words in the page's below which it is another headline
_RELATED = 0.2  # share of the entry's words below which a page is some other page


@dataclass(frozen=True, slots=True)
class ExtractedPage:
    """What a page holds. text: paragraphs separated by a newline, "" where ``flaw`` says what stands there instead
    (with "login" the opening that is shown to everyone, if any). published: aware, from 1990 to a day after now.
    canonical_url: the page's own address on the same site, absolute, or "".
    """

    title: str
    text: str
    language: str | None = None
    author: str = ""
    published: datetime | None = None
    canonical_url: str = ""
    flaw: Flaw | None = None


def extract_page(body: bytes, *, url: str, charset: str | None, now: datetime) -> ExtractedPage:
    """The article of the page ``body`` read from ``url``; ``charset`` is what the HTTP header said.

    Never raises for what the bytes are: a page that is no article has a ``flaw``.
    """
    from trafilatura import load_html

    if not is_html(body):
        return ExtractedPage("", "", flaw="not-html")
    markup = _JOINER.sub(_carried, _decoded(body, charset))
    tree = load_html(markup)
    if tree is None:
        return ExtractedPage("", "", flaw="empty")
    published = _published(tree, now)
    canonical = _canonical(tree, url)
    declared = tree.get("lang") or _meta(tree, "og:locale")
    title, author, text, guessed_date = _extracted(tree, markup, url)
    flaw = page_flaw(body, title, text)
    if flaw:
        text = without_furniture(text) if flaw == "login" else ""
    return ExtractedPage(
        title=title,
        text=text,
        language=detect_language(f"{title}\n{text}", declared) if text else primary(declared),
        author=author or one_line(_with_joiners(_linked_author(tree)), NAME_LIMIT),
        published=_guessed(tree, guessed_date, now) if published == "unknown" else published,
        canonical_url=canonical,
        flaw=flaw,
    )


def choose_text(page: ExtractedPage | None, entry: Entry, feed: Feed, *, now: datetime) -> Article:
    """The article of ``entry``: the page's text, or the feed's own where the page failed, is thinner or another page.

    ``page`` is None where it could not be read. ``partial``: the page gave no article (it may be asked again).
    ``now`` becomes ``fetched``; ``id`` is 0 until stored.
    """
    given = html_text(entry.content)
    readable = page is not None and page.flaw in (None, "login") and bool(page.text)
    whole = readable and page is not None and page.flaw is None and _is_same_story(page, entry, given)
    text = given
    if page is not None and (whole or (readable and page.flaw == "login")) and len(page.text) >= _THIN * len(given):
        text = page.text
    title = _headline(page if whole else None, entry, feed) or one_line(text, 120) or UNTITLED
    publisher = entry.publisher or feed.publisher or feed.name
    return Article(
        id=0,
        url=(page.canonical_url if page is not None and whole else "") or entry.link,
        title=title,
        text=text,
        language=_language(page if text is not given else None, title, text, entry, feed),
        published=entry.published or (page.published if page is not None and whole else None),
        fetched=now,
        feed_url=feed.url,
        source=entry.publisher or feed.name,
        publisher=publisher,
        kind=feed.kind,
        country=feed.country,
        author=entry.author or (page.author if page is not None and whole else ""),
        partial=not whole,
    )


def _headline(page: ExtractedPage | None, entry: Entry, feed: Feed) -> str:
    """The feed's, but the page's own where the feed gives none, or lists another site's page under other words."""
    given = entry.title if entry.title != UNTITLED else ""
    own = page.title if page is not None else ""
    if not own or not given:
        return own or given
    another = feed.kind != "search" and _site(entry.link) != _site(feed.url)
    return own if another and _coverage(given, own) < _OWN_WORDS else given


def html_text(markup: str) -> str:
    """HTML as plain text, each block a line. Linear in time for any input."""
    if "<" in markup:
        markup = _BREAK.sub(r"\n\g<0>", markup)
    lines = (" ".join(line.split()) for line in strip_tags(markup).splitlines())
    text = clean_text("\n".join(line for line in lines if line))[:TEXT_LIMIT]
    return _CUT_ENTITY.sub("", text)


_BREAK = re.compile(r"</?(?:p|div|br|li|tr|h[1-6]|blockquote|figcaption|ul|ol|table|section|article)\b", re.IGNORECASE)


# The page

# The extractor deletes the zero-width (non-)joiner, which Persian and Sorani words cannot do without; letters of
# no living language carry them through.
_JOINER = re.compile("\u200c|\u200d|&zwn?j;|&#(?:820[45]|[xX]200[cCdD]);")
_CARRIERS = {"ꙮ": "\u200c", "ꙭ": "\u200d"}


def _carried(found: re.Match[str]) -> str:
    return "ꙭ" if found[0] in ("\u200d", "&zwj;") or found[0].lower() in ("&#8205;", "&#x200d;") else "ꙮ"


def _with_joiners(text: str) -> str:
    for carrier, joiner in _CARRIERS.items():
        text = text.replace(carrier, joiner)
    return text


_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)


def _decoded(body: bytes, charset: str | None) -> str:
    """A header of Latin 1 or UTF-8 is many a server's default and says nothing; then the page's own word is taken."""
    named = _META_CHARSET.search(body, 0, 4096)
    if named and (charset or "utf-8").lower() in ("iso-8859-1", "latin1", "utf-8"):
        charset = named[1].decode("ascii")
    return decode_body(body[:HTML_LIMIT], charset)[0]


def _extracted(tree: HtmlElement, markup: str, url: str) -> tuple[str, str, str, str]:
    """Title, author, text and the date the extractor guesses. The fast extraction now and then stops at the lead:
    short texts are asked for again with the fallbacks, whose text is taken when at least twice as long and about
    the same."""
    from trafilatura import bare_extraction

    own_title = str(tree.findtext(".//title") or "")
    options: dict[str, Any] = {
        "url": web_url(url) or None,
        "include_comments": False,
        "with_metadata": True,
        "date_extraction_params": {"extensive_search": False, "original_date": True},
    }
    document = bare_extraction(tree, fast=True, **options)
    text = _paragraphs(document)
    if len(text) < _SHORT:
        slower = bare_extraction(markup, **options)
        other = _paragraphs(slower)
        if len(other) >= 2 * len(text) and _coverage(text, other) > 0.5:
            document, text = slower or document, other
    title, author, date = (getattr(document, name, None) or "" for name in ("title", "author", "date"))
    title = plain_title(_with_joiners(title or own_title))
    first, _, rest = text.partition("\n")
    text = rest if rest and first.casefold() == title.casefold() else text
    return title, one_line(_with_joiners(author), NAME_LIMIT), text, date


def _paragraphs(document: Any) -> str:
    text = clean_text(_with_joiners(getattr(document, "text", None) or ""))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)[:TEXT_LIMIT]


def _meta(tree: HtmlElement, *names: str) -> str:
    for element in tree.iter("meta"):
        key = element.get("property") or element.get("name") or element.get("itemprop") or ""
        if key.lower() in names and (element.get("content") or "").strip():
            return str(element.get("content")).strip()
    return ""


def _linked_data(tree: HtmlElement) -> list[dict[str, Any]]:
    """The JSON-LD objects of the page, outermost first, at most a few hundred."""
    found: list[dict[str, Any]] = []
    for script in tree.iter("script"):
        if (script.get("type") or "").strip().lower() != "application/ld+json" or not script.text:
            continue
        try:
            waiting: list[Any] = [json.loads(script.text, strict=False)]
        except (ValueError, RecursionError):
            written = _WRITTEN_DATE.search(html.unescape(script.text[:100_000]))
            waiting = [{"@type": "Article", "datePublished": written[1]}] if written else []
        while waiting and len(found) < 300:
            item = waiting.pop(0)
            if isinstance(item, dict):
                found.append(item)
                waiting.extend(v for k, v in item.items() if isinstance(v, (dict, list)) and k not in _OF_OTHERS)
            elif isinstance(item, list):
                waiting.extend(item[:100])
    return found


def _published(tree: HtmlElement, now: datetime) -> datetime | Literal["unknown"] | None:
    """The first date of publishing that can be true, None where all that are given cannot."""
    given = [written for written in _dates(tree) if written]
    moments = (published_at(written, now) for written in given)
    return next((moment for moment in moments if moment), None) if given else "unknown"


def _dates(tree: HtmlElement) -> Iterator[str]:
    """What the page gives as its date, the most exact sources first."""
    data = _linked_data(tree)
    for item in (d for d in data if _ARTICLE_TYPE.search(str(d.get("@type")))):
        for key in ("datePublished", "dateCreated"):
            if isinstance(item.get(key), str | int):
                yield str(item[key])
    for item in data:
        if isinstance(item.get("datePublished"), str) and not _OTHER_TYPE.search(str(item.get("@type"))):
            yield item["datePublished"]
    for name in _DATE_NAMES:
        yield _meta(tree, name)
    for element in tree.iter("time"):
        if not _beside(element):
            yield element.get("datetime") or (element.text_content() or "").strip()[:80]
    yield from _shown_dates(tree)


def _shown_dates(tree: HtmlElement) -> Iterator[str]:
    """Dates under the headline, as sites without any metadata show them; a clock above it tells today's date only."""
    for element in tree.xpath("//h1/following::*[contains(@class, 'date') or contains(@class, 'time')]")[:20]:
        text = " ".join((element.text_content() or "").split())
        if len(text) <= 80 and re.search(r"\d", text) and not _beside(element) and next(readings(text), None):
            yield text


def _guessed(tree: HtmlElement, date: str, now: datetime) -> datetime | None:
    """The extractor's guess, unless it is the date of something beside the article."""
    moment = published_at(date, now)
    beside = (element.get("datetime") or "" for element in tree.iter("time") if _beside(element))
    others = {found.date() for written in beside if (found := published_at(written, now))}
    return None if moment and moment.date() in others else moment


def _beside(element: HtmlElement) -> bool:
    """Whether an element belongs to something beside the article: other stories, comments, the foot."""
    around = [element, *element.iterancestors()]
    return any(
        each.tag in ("aside", "footer", "nav") or _BESIDE.search(f"{each.get('class')} {each.get('id')}")
        for each in around
        if each.tag not in ("body", "html", "main", "article")
    )


def _linked_author(tree: HtmlElement) -> str:
    """The names the page's linked data gives as its article's authors."""
    data = _linked_data(tree)
    by_id = {str(item["@id"]): item for item in data if "@id" in item and "name" in item}
    for item in data:
        if _ARTICLE_TYPE.search(str(item.get("@type"))) and item.get("author"):
            given = item["author"] if isinstance(item["author"], list) else [item["author"]]
            people = [by_id.get(str(each.get("@id")), each) if isinstance(each, dict) else each for each in given[:10]]
            names = [each.get("name") if isinstance(each, dict) else each for each in people if not _is_body(each)]
            return ", ".join(name.strip() for name in names if isinstance(name, str) and "://" not in name)
    return ""


def _is_body(author: object) -> bool:
    """A publisher named as the author says nothing that its name does not."""
    return isinstance(author, dict) and "Organi" in str(author.get("@type"))


_ARTICLE_TYPE = re.compile("Article|Posting|Report")
_OTHER_TYPE = re.compile("WebSite|Organization|Person|Image|Video|Audio|Comment|Product|Event|Review|List")
# What linked data says of others than the page: lists of stories, what it mentions, readers' comments.
_OF_OTHERS = frozenset(
    (
        "itemListElement",
        "mentions",
        "citation",
        "comment",
        "review",
        "hasPart",
        "isBasedOn",
        "relatedLink",
        "workExample",
    )
)
_WRITTEN_DATE = re.compile(r"[\"']datePublished[\"']\s*:\s*[\"']([^\"'<>]{6,60})[\"']")
_BESIDE = re.compile(r"related|sidebar|comment|recommend|latest|most-|footer|widget|popular", re.IGNORECASE)
_DATE_NAMES = (
    "article:published_time", "datepublished", "og:published_time", "date", "pubdate", "publishdate", "dc.date",
    "dc.date.issued", "dcterms.created", "parsely-pub-date", "sailthru.date", "article.published", "published_time",
)  # fmt: skip


def _canonical(tree: HtmlElement, url: str) -> str:
    """The page's own address, believed only on the same site and unless it is that of all articles: a front page,
    a section, a search."""
    links = (e.get("href") for e in tree.iter("link") if "canonical" in (e.get("rel") or "").lower().split())
    for link in (*links, _meta(tree, "og:url")):
        address = web_url(link or "", url)
        if not address or _site(address) != _site(url):
            continue
        wanted, asked = normalise_url(address), normalise_url(url)
        if wanted != asked and (is_front_page(wanted) or _is_section(wanted, asked)):
            continue
        return address
    return ""


def _is_section(address: str, page: str) -> bool:
    """Whether ``address`` is a folder above ``page`` (both normalised) by a name that is no headline or number."""
    path = address.partition("?")[0]
    last = path.rpartition("/")[2]
    above = page.startswith(f"{path}/") and not re.search(r"\d", last) and last.count("-") < 3
    return above or bool(re.search(r"/search(?:/|\?|$)", address) and "/search" not in page)


def _site(url: str) -> str:
    """The registered name of a host, near enough: its last two labels, three where the second is as short as co.uk."""
    labels = host_of(url).split(".")
    if len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3:
        return ".".join(labels[-3:])
    return ".".join(labels[-2:]) if not labels[-1].isdigit() else ".".join(labels)


# Page against feed


def _is_same_story(page: ExtractedPage, entry: Entry, given: str) -> bool:
    """False for a front page or another article that answered in this one's place."""
    wanted = f"{entry.title} {given[:1000]}"
    if len(_words(wanted)) < 5:
        return True
    return _coverage(wanted, f"{page.title} {page.text}") >= _RELATED


def _coverage(part: str, whole: str) -> float:
    """The share of the words of ``part`` that ``whole`` holds; 1 for a part without words."""
    words = _words(part)
    return len(words & _words(whole)) / len(words) if words else 1.0


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w{3,}", text.casefold()))


def _language(page: ExtractedPage | None, title: str, text: str, entry: Entry, feed: Feed) -> str | None:
    if page is not None and page.language:
        return page.language
    return detect_language(f"{title}\n{text}", entry.language or feed.language)
