"""Addresses of feeds as other programs and people write them, made whole."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

# Schemes that meant "open this in a feed reader": the address that follows is one of the web.
_READER = re.compile(r"(?:feeds?|rss|pcast|podcast|itpc):/{0,2}", re.IGNORECASE)
_WEB = re.compile(r"(https?):/{0,2}", re.IGNORECASE)
_TWICE = re.compile(r"https?:/{0,2}(?=https?:/)", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!\d+(?:/|$))")
_HOST = re.compile(r"(?:www\.[\w-]+|[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}(?::\d+)?/)", re.IGNORECASE)
_BROKEN = re.compile(r"\s*[\t\r\n]\s*")  # an address over several lines
_UNSEEN = re.compile("[\x00-\x1f\x7f\u200b-\u200f\u2060\ufeff\xad]+")


def whole_address(written: str, page: str = "") -> str:
    """``written`` as a whole http(s) address where it can be one, else without its white space.

    page: the address of the site, which a relative one counts from ("" for none). Mended are feed:// and its like, a
    scheme that is missing or stands twice, white space and line ends, and ampersands that were escaped twice.
    """
    text = _UNSEEN.sub("", _BROKEN.sub("", written)).strip(" \xa0<>\"'")
    text = re.sub("&amp;", "&", text, flags=re.IGNORECASE)
    text = re.sub(r"\s", "%20", text)
    text = _TWICE.sub("", text, count=1) if _TWICE.match(text) else text
    if reader := _READER.match(text):
        rest = text[reader.end() :]
        text = rest if _WEB.match(rest) else f"{'https' if reader[0].lower().startswith('feeds') else 'http'}://{rest}"
    if web := _WEB.match(text):
        return f"{web[1].lower()}://{text[web.end() :]}"
    if not text or _SCHEME.match(text):
        return text
    return _from_page(text, page)


def _from_page(text: str, page: str) -> str:
    """An address without a scheme: one of its own host, or relative to the site's."""
    site = urlsplit(page) if _WEB.match(page) else None
    own_host = _HOST.match(text) and (not site or text.lower().startswith(("www.", f"{site.hostname}/")))
    if text.startswith("//"):
        return f"{site.scheme if site else 'https'}:{text}"
    if own_host:
        return f"http://{text}"
    return urljoin(page, text) if site else text
