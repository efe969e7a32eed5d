"""The page on which Telegram lists the posts of a public channel, to entries: the newest first. Pure.

A post that is edited keeps its number, so it is an edit of its entry. What was forwarded is its author's word: the
channel it came from is the publisher.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING

from monitor.errors import ParseError
from monitor.feeds.parse.feed_dates import given_date
from monitor.model import Entry, ParsedFeed
from monitor.text.posts import is_post, post_address
from monitor.text.redact import shown_address
from monitor.text.sanitize import CONTENT_LIMIT, NAME_LIMIT, plain_title
from monitor.text.timestamps import DateStyle
from monitor.text.urls import web_url

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MARK = "tgme_widget_message"
_PAGE = re.compile(r"class=\"[^\"]{0,200}\btgme_(?:channel_history|page_context_link|page_description)\b")
_TITLE_LIMIT = 300  # characters of a first line that is a headline
_HEADLINE = 16  # characters from which a line is one
_SHORT = 80  # characters of a post below which the page that it links to is told, too
_LONGEST_GAP = 2_000  # numbers between the first and the last post of a body
_LINE_ENDS = re.compile(r"<br\b[^<>]{0,50}>|</p>|</?(?:blockquote|pre)\b[^<>]{0,100}>")
_POST = re.compile(r"[A-Za-z]\w{3,31}/(\d{1,10})")


def is_channel(text: str) -> bool:
    """Whether a page is Telegram's own page of a channel."""
    if "tgme_" not in text:  # nearly every body
        return False
    return ("data-post=" in text and f"{_MARK}_wrap" in text) or _PAGE.search(text) is not None


def parse_channel(text: str, url: str, now: datetime, style: DateStyle) -> ParsedFeed:
    """The posts that a channel's page lists. Raises ParseError: "not-a-feed" where it lists none to the public."""
    from lxml.html import HTMLParser, document_fromstring  # noqa: PLC0415 - 20 ms; few sources are channels

    tree = document_fromstring(text.encode("utf-8", "replace"), parser=HTMLParser(encoding="utf-8"))
    found = tree.xpath("//*[@data-post]")
    posts = [each for each in found if _POST.fullmatch(each.get("data-post"))]
    if not posts and not _class(tree, "tgme_channel_history"):
        name = shown_address(url)
        raise ParseError(
            f"{name} shows no posts to the public: the channel is private or hides its preview", kind="not-a-feed"
        )
    posts.sort(key=_number, reverse=True)
    entries = tuple(entry for each in posts if (entry := _entry(each, url, now, style)))
    worded = {entry.id for entry in entries}
    wordless = tuple(own for each in posts if (own := each.get("data-post")) not in worded)
    title = plain_title(_said(tree, "tgme_channel_info_header_title") or _said(tree, "tgme_page_title"), NAME_LIMIT)
    older = [
        web_url(each.get("href") or "", url) for each in _class(tree, "tme_messages_more") if each.get("data-before")
    ]
    counts = {"empty": len(posts) - len(entries), "unreadable": len(found) - len(posts)}
    dropped = {reason: count for reason, count in counts.items() if count}
    flaw = None if entries else "the channel shows no posts with words"
    return ParsedFeed(
        title, entries, flaw=flaw, dropped=dropped, more=tuple(filter(None, older[:1])), wordless=wordless
    )


def missing_posts(entries: Sequence[Entry], wordless: Sequence[str] = ()) -> list[str]:
    """The ids of posts that a channel may have had between the first and the last of those that it shows, and shows no
    more. wordless: ids of those that are there without words.

    Several pages of one channel count as one, for they follow each other. Empty for entries that are no posts.
    """
    seen = [*wordless, *(entry.id for entry in entries if is_post(entry.link) and _POST.fullmatch(entry.id))]
    numbers = {int(each.rpartition("/")[2]) for each in seen}
    names = {each.rpartition("/")[0] for each in seen}
    if len(names) != 1 or max(numbers) - min(numbers) > _LONGEST_GAP:
        return []
    name = names.pop()
    return [f"{name}/{number}" for number in range(min(numbers), max(numbers)) if number not in numbers]


def _entry(post: HtmlElement, url: str, now: datetime, style: DateStyle) -> Entry | None:
    """One post; None for one without words, such as a picture, and for a notice of the service."""
    own = post.get("data-post")
    content = _content(post)
    lines = [plain_title(each, _TITLE_LIMIT) for each in _LINE_ENDS.split(content)]
    headline = next((each for each in lines if len(each) >= _HEADLINE), "") or plain_title(content, 120)
    if not headline or "service_message" in (post.get("class") or ""):
        return None
    written = next((each.get("datetime") or "" for each in _times(post)), "")
    dates = (given_date("feed", written, now, style),) if written else ()
    forwarded = plain_title(_said(post, f"{_MARK}_forwarded_from_name"), NAME_LIMIT)
    return Entry(
        url,
        headline,
        post_address(own),
        content=content[:CONTENT_LIMIT],
        published=dates[0].moment if dates else None,
        author=plain_title(_said(post, f"{_MARK}_from_author"), NAME_LIMIT),
        publisher=forwarded,
        id=own,
        dates=dates,
    )


def _content(post: HtmlElement) -> str:
    """The words of a post as HTML, without those of the post it answers; of a short one also what it links to says."""
    texts = [each for each in _class(post, f"{_MARK}_text") if not _inside(each, f"{_MARK}_reply")]
    content = "<br>".join(map(_inner, texts))
    if not content.strip():
        others = ("poll_question", "poll_option_text", "document_title", "sticker_wrap_text")
        told = (" ".join(each.text_content().split()) for name in others for each in _class(post, f"{_MARK}_{name}"))
        content = "<br>".join(escape(each) for each in told if each)
    if len(plain_title(content)) < _SHORT:
        linked = [_said(post, name) for name in ("link_preview_title", "link_preview_description")]
        content += "".join(f"<p>{escape(each)}</p>" for each in linked if each)
    return content


def _inner(element: HtmlElement) -> str:
    from lxml.html import tostring  # noqa: PLC0415 - as above

    inside = "".join(tostring(each, encoding="unicode") for each in element)
    return escape(element.text or "", quote=False) + inside


def _times(post: HtmlElement) -> list[HtmlElement]:
    """The time of the post itself, in its foot; a video has a length."""
    dated = _class(post, f"{_MARK}_date")
    return [time for each in dated for time in each.iter("time") if time.get("datetime")]


def _class(within: HtmlElement, name: str) -> list[HtmlElement]:
    found: list[HtmlElement] = within.xpath(f".//*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]")
    return found


def _inside(element: HtmlElement, name: str) -> bool:
    return any(name in (each.get("class") or "").split() for each in element.iterancestors())


def _said(within: HtmlElement, name: str) -> str:
    """The text of the first element of this class, on one line."""
    return next((" ".join(each.text_content().split()) for each in _class(within, name)), "")


def _number(post: HtmlElement) -> int:
    found = _POST.fullmatch(post.get("data-post") or "")
    return int(found[1]) if found else 0
