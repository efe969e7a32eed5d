"""From a page's bytes to the article: its text, title, author, language, date and own address; and which text to judge.

`extract_page` runs in a worker process (see `monitor.workers.pool`): the extractor is native code fed with what
strangers wrote. `choose_text` runs in the service and touches neither.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from monitor.model import Article, Entry, Feed, SeenDate
from monitor.model.dates import OF_ANOTHER
from monitor.model.frozen import frozen
from monitor.pages.closing import without_site_lines
from monitor.pages.dating import decide
from monitor.pages.entry_page import is_one_of_many, is_same_story
from monitor.pages.feed_text import TEXT_LIMIT, feed_text, html_text
from monitor.pages.flaws import (
    EMPTY,
    THIN,
    Flaw,
    has_closing_wall,
    is_html,
    opening_for_all,
    page_flaw,
    without_closing_wall,
)
from monitor.pages.gates import cut_gates, lines_below
from monitor.pages.hidden_styles import mark_hidden
from monitor.pages.joiners import carried, with_joiners
from monitor.pages.load_page import load_page
from monitor.pages.marked_blocks import keep_fact_boxes, keep_footnotes, words_apart
from monitor.pages.metadata import page_metadata
from monitor.pages.onward import sends_to
from monitor.pages.own_lists import with_closing_items, with_own_lists
from monitor.pages.own_story import cut_other_stories, drop_blocks, lines_of
from monitor.pages.paragraphs import (
    cut_stamps,
    data_body,
    mark_captions,
    opening_lines,
    own_paragraphs,
    standfirsts,
    with_standfirst,
)
from monitor.pages.sentences import is_sentence
from monitor.pages.strangers import cut_strangers
from monitor.pages.tables import with_rows
from monitor.pages.without_scripts import show_without_scripts
from monitor.text.address_dates import address_date
from monitor.text.charset import decode_body
from monitor.text.furniture import labels_an_advert
from monitor.text.language import detect_language, primary
from monitor.text.posts import is_whole
from monitor.text.sanitize import (
    NAME_LIMIT,
    UNTITLED,
    author_name,
    clean_text,
    one_line,
    plain_title,
    unescaped,
    without_short_codes,
    without_written_tags,
)
from monitor.text.sites import same_site
from monitor.text.timestamps import DateStyle
from monitor.text.urls import normalise_url
from monitor.text.zones import country_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

HTML_LIMIT = 3_000_000  # bytes of a page that are read: articles end long before, generated junk does not
_SHORT = 700  # characters below which the slower extraction is tried as well
_HEADLINE_LIMIT = 160  # characters
_CELL = re.compile(r"\|\s*([^|]*?)\s*\|")
_APART_LINES = re.compile(r"\n|(?<=\s)[|•](?=\s)")  # a bar stands in a trail of sections, between author and date
_FIRST_SENTENCE = re.compile(r".{30,}?[.!?…؟۔。](?=\s)")
_FOUND = 100  # characters of a page's text from which it says what a search found there
_THIN = 0.8  # a page with less than this share of the feed's own text is the thinner of the two
_OWN_WORDS = 0.5  # share of a headline's words in the page's below which it is another headline
_OWN_SHARE = 0.4  # share of the extractor's text that the lines under the headline have at least


@frozen
class ExtractedPage:
    """What a page holds. text: paragraphs separated by a newline, "" where ``flaw`` says what stands there instead
    (with "login" the opening that is shown to everyone, if any). dates: what it gives as its date. canonical_url: the
    page's own address on the same site, absolute, or "". sends_to: where a page without an article sends its readers on
    to, absolute, or "". outlet: what the page calls its site, or "".
    """

    title: str
    text: str
    language: str | None = None
    author: str = ""
    dates: tuple[SeenDate, ...] = ()
    canonical_url: str = ""
    flaw: Flaw | None = None
    sends_to: str = ""
    outlet: str = ""

    @property
    def published(self) -> datetime | None:
        """The first date of the page that can be believed, but for that of its last change."""
        believed = (seen for seen in self.dates if seen.evidence != "modified" and seen.doubt != OF_ANOTHER)
        return next((seen.moment for seen in believed if seen.moment), None)


def extract_page(
    body: bytes, *, url: str, charset: str | None, now: datetime, country: str | None = None, listed: str = ""
) -> ExtractedPage:
    """The article of the page ``body`` read from ``url``; ``charset`` is what the HTTP header said.

    country: that of the feed (ISO 3166-1), whose clock times without a zone show; else that of the address. listed:
    the headline in the feed, by which that of a page is found whose title names only its site.

    Never raises for what the bytes are: a page that is no article has a ``flaw``.
    """
    from lxml.etree import strip_elements  # noqa: PLC0415 - 7 ms; a poll in which nothing changed reads no page

    if not is_html(body):
        return ExtractedPage("", "", flaw="not-html")
    markup = _decoded(body, charset)
    onward = sends_to(markup, url)
    tree = load_page(carried(markup))
    if tree is None:
        return ExtractedPage("", "", flaw="empty", sends_to=onward)
    show_without_scripts(tree)
    mark_hidden(tree)
    keep_fact_boxes(tree)
    keep_footnotes(tree)
    strip_elements(tree, *_APART, with_tail=False)
    _drop_code(tree)
    page_title = str(tree.findtext(".//title") or "")
    metadata = page_metadata(tree, url=url, now=now, style=DateStyle(country_of(country, url)), listed=listed)
    headline = metadata.headline
    gates = cut_gates(tree, headline)
    below = [*lines_below(headline), *gates.offered]
    others = cut_other_stories(tree, headline, url)
    opening, standing = [], list[list[str]]()
    if headline is not None:
        cut_strangers(headline, {headline, *headline.iterancestors()})
        cut_stamps(headline)
        opening = [_clean(line) for line in opening_lines(headline, others)]
        standing = [list(map(_clean, lines)) for lines in standfirsts(headline, others)]
    mark_captions(tree, headline)
    text = _text(tree, headline, others, metadata.title or page_title)
    title = plain_title(with_joiners((metadata.title if text else "") or page_title))
    text = _without_headline(text, title)
    told = 0 < len(text) < EMPTY and headline is not None and own_paragraphs(headline) != ""
    flaw = page_flaw(body, title, text, told=told)
    if not flaw and len(text) <= THIN and (metadata.paid or gates.are_wall(text) or has_closing_wall(below, text)):
        flaw = "login"
    if flaw:
        text = opening_for_all(text, below) if flaw == "login" else ""
    text = _without_headline(without_site_lines(text, url), title)
    text = with_standfirst(text if flaw else without_closing_wall(text), opening, *standing)
    return ExtractedPage(
        title=title,
        text=text,
        language=detect_language(f"{title}\n{text}", metadata.language) if text else primary(metadata.language),
        author=one_line(with_joiners(metadata.author), NAME_LIMIT),
        dates=metadata.dates,
        canonical_url=metadata.canonical_url,
        flaw=flaw,
        sends_to=onward if flaw in ("empty", "consent", "error-page") else "",
        outlet=one_line(metadata.outlet, NAME_LIMIT),
    )


def choose_text(
    page: ExtractedPage | None, entry: Entry, feed: Feed, *, now: datetime, news_since: datetime | None = None
) -> Article:
    """The article of ``entry``: the page's text, or the feed's own where the page failed, is thinner or another page.

    ``page`` is None where it could not be read. ``partial``: the page gave no article (it may be read again); the
    language is then the one the feed declares, where it declares any. ``now`` becomes ``fetched``; ``id`` is 0 until
    stored. news_since: what was published before is no news; None for an entry of the feed's archive.
    """
    given = feed_text(entry.content)
    own = (
        page is not None
        and page.flaw in (None, "login")
        and bool(page.text)
        and (is_same_story(page.title, page.text, entry.title, given) or _is_found(page, entry, feed))
    )
    if own and page is not None and is_one_of_many(page.title, page.text, entry.title, given):
        article = choose_text(None, entry, feed, now=now, news_since=news_since)
        return replace(article, partial=page.flaw is not None)
    whole = own and page is not None and page.flaw is None
    text = page.text if page is not None and own and len(page.text) >= _THIN * len(given) else given
    headline = _headline(page if whole else None, entry, feed)
    title = short_headline(headline) or one_line(text, 120) or UNTITLED
    text = text or ("" if title == headline else headline)
    publisher = entry.publisher or feed.publisher or feed.name
    url = (page.canonical_url if page is not None and whole else "") or entry.link
    seen = _dates(page if own else None, entry, feed, url, now, weighed=news_since is not None)
    dated = decide(seen, search=feed.kind == "search", news_since=news_since)
    return Article(
        id=0,
        url=url,
        title=title,
        text=text,
        language=_language(page if text is not given else None, title, text, entry.language or feed.language, whole),
        published=dated.published,
        published_from=dated.published_from,
        dates=dated.dates,
        fetched=now,
        feed_url=feed.url,
        source=entry.publisher or feed.name,
        publisher=publisher,
        kind=feed.kind,
        country=feed.country,
        author=author_name(entry.author) or (page.author if page is not None and whole else ""),
        partial=not whole and not is_whole(entry.link),
    )


def _is_found(page: ExtractedPage, entry: Entry, feed: Feed) -> bool:
    """Whether a page is what a search found at its address, though it calls it otherwise.

    A search translates headlines, or keeps one that the outlet has changed since. It lists what stood at the address,
    so only a page that says it is another one, or that says little, is not what was found.
    """
    another = page.canonical_url and normalise_url(page.canonical_url) != normalise_url(entry.link)
    return feed.kind == "search" and not another and len(page.text) >= _FOUND


def _dates(
    page: ExtractedPage | None, entry: Entry, feed: Feed, url: str, now: datetime, *, weighed: bool
) -> list[SeenDate]:
    """All that speaks of the date: what the feed gives first, then the page, then the address."""
    given = entry.dates
    if entry.published and not given:  # stored before what a feed wrote was kept
        given = (SeenDate("feed", entry.published),)
    dates = [*given, *(page.dates if page is not None else ())]
    first_seen = any(seen.evidence == "first-seen" for seen in given)
    if entry.published and page is None and not first_seen and feed.kind != "search" and not weighed:
        return dates  # of an archive: nothing is weighed against the feed's date
    style = DateStyle(country_of(None if feed.kind == "search" else feed.country, url))
    address = address_date(url, now, style) if url else None
    return [*dates, address] if address else dates


def short_headline(title: str) -> str:
    """A headline; of a whole message that stands in its place, as channels and microblogs have it, the first sentence.

    Texts of at most 160 characters stay as they are.
    """
    if len(title) <= _HEADLINE_LIMIT:
        return title
    first = _FIRST_SENTENCE.match(title)
    if first and len(first[0]) <= _HEADLINE_LIMIT:
        return first[0].strip()
    return title[:_HEADLINE_LIMIT].rpartition(" ")[0].rstrip(" ,;:،؛-–") + "…" if " " in title else one_line(title, 160)


def _headline(page: ExtractedPage | None, entry: Entry, feed: Feed) -> str:
    """The feed's, but the page's own where the feed gives none or the label of an advertisement, lists another
    site's page under other words, or is a search: that says where to look, and writes headlines as it finds them
    ("Iranian , Iraqi guards").
    """
    given = "" if entry.title == UNTITLED or labels_an_advert(entry.title) else entry.title
    own = page.title if page is not None else ""
    if not own or not given:
        return own or given or entry.title.replace(UNTITLED, "")
    if feed.kind == "search":
        return own
    another = not same_site(entry.link, feed.url)
    return own if another and _coverage(given, own) < _OWN_WORDS else given


# The page

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)


def _decoded(body: bytes, charset: str | None) -> str:
    """A header of Latin 1 or UTF-8 is many a server's default and says nothing; then the page's own word is taken."""
    named = _META_CHARSET.search(body, 0, 4096)
    if named and (charset or "utf-8").lower() in ("iso-8859-1", "latin1", "utf-8"):
        charset = named[1].decode("ascii")
    return decode_body(body[:HTML_LIMIT], charset)[0]


# The extractor drops these, too, but only after copying the page and trying dozens of expressions on every element.
_APART = ("aside", "nav", "noscript", "style", "svg", "template")
_TEXTLESS = ("footer", "iframe", "img", "input", "link", "meta", "picture", "source")  # some give an author or a date


def _drop_code(tree: HtmlElement) -> None:
    for script in list(tree.iter("script")):
        if "json" not in (script.get("type") or "").lower():
            script.drop_tree()


def _text(tree: HtmlElement, headline: HtmlElement | None, others: list[HtmlElement], title: str) -> str:
    """The fast extraction now and then stops at the lead: short texts are extracted again with the fallbacks, whose
    text is taken when at least twice as long and about the same. Of a very short one the lines under the headline
    are taken, or what a script holds as data. ``others``: blocks that name other stories."""
    from lxml.etree import strip_elements  # noqa: PLC0415 - 7 ms; a poll in which nothing changed reads no page
    from trafilatura import bare_extraction  # noqa: PLC0415 - 90 ms

    strip_elements(tree, *_TEXTLESS, with_tail=False)
    bare = headline is None and next(tree.iter("p", "article", "li", "br"), None) is None
    if bare and (data := _data_text(tree, title)):
        return data
    text = with_own_lists(_paragraphs(bare_extraction(tree, fast=True, include_comments=False), others), tree, others)
    flat = _is_flat(text, headline)
    if len(text) >= _SHORT and not flat:
        return text
    drop_blocks(others)
    other = with_own_lists(_paragraphs(bare_extraction(tree, include_comments=False), others), tree, others)
    if other and (flat or (len(other) >= 2 * len(text) and _coverage(text, other) > 0.5)):
        text = other
    own = _lines(own_paragraphs(headline)) if headline is not None else ""
    if _is_better(own, text, title):
        return with_rows(with_closing_items(own, text), text)
    data = "" if own else _data_text(tree, title)
    return data if len(data) >= len(text) or (data and "\n" not in text and _coverage(data, text) > 0.9) else text


def _is_flat(text: str, headline: HtmlElement | None) -> bool:
    """Whether the extractor found no article, and gives all that the page shows in one line, headline first."""
    return headline is not None and "\n" not in text and text.startswith(f"{words_apart(headline)} ")


def _data_text(tree: HtmlElement, title: str) -> str:
    return html_text(with_joiners(data_body(tree, title)))


def _is_better(own: str, text: str, title: str) -> bool:
    """Whether the lines under the headline are the extractor's ``text`` without what stands around it."""
    if not own or not text:
        return bool(own)
    rest = text
    for line in (*own.split("\n"), title):
        rest = rest.replace(line, "\n")
    enough = len(own) >= _OWN_SHARE * len(text) or not any(map(is_sentence, _APART_LINES.split(rest)))
    return enough and _coverage(own, text) > 0.9


def _without_headline(text: str, title: str) -> str:
    first, _, rest = text.partition("\n")
    return rest if rest and first.casefold() == title.casefold() else text


def _paragraphs(document: Any, others: list[HtmlElement]) -> str:
    return _lines(getattr(document, "text", None) or "", others)


def _lines(text: str, others: Sequence[HtmlElement] = ()) -> str:
    """``text`` with clean lines, without those of other stories, ``others``."""
    lines = [_without_frame(" ".join(line.split())) for line in text.split("\n")]
    left_out = lines_of(others, {line.removeprefix("- ") for line in lines if line}) if others else ()
    text = "\n".join(line for line in lines if line and line.removeprefix("- ") not in left_out)
    text = _clean(text)[:TEXT_LIMIT]
    return "\n".join(line for line in map(str.strip, text.split("\n")) if line)


def _without_frame(line: str) -> str:
    """A row of a table that has one cell is a line of the layout."""
    found = _CELL.fullmatch(line)
    return found[1] if found else line


def _clean(text: str) -> str:
    return without_short_codes(without_written_tags(unescaped(clean_text(with_joiners(text)))))


# Page against feed


def _coverage(part: str, whole: str) -> float:
    """The share of the words of ``part`` that ``whole`` holds; 1 for a part without words."""
    words = _words(part)
    return len(words & _words(whole)) / len(words) if words else 1.0


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w{3,}", text.casefold()))


def _language(page: ExtractedPage | None, title: str, text: str, declared: str | None, whole: bool) -> str | None:
    if page is not None and page.language:
        return page.language
    return (not whole and primary(declared)) or detect_language(f"{title}\n{text}", declared)
