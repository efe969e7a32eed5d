"""Puts the style sheets that a page names into the page itself, so that it can be drawn without network. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from monitor.text.references import resolved
from monitor.text.urls import web_url

MOST = 8  # style sheets of a page that are read
_LINK = re.compile(r"<link\b[^<>]{0,2000}>", re.IGNORECASE)
_SHEET = re.compile(r"\brel\s*=\s*[\"']?\s*stylesheet\b", re.IGNORECASE)
_OTHER_MEDIA = re.compile(r"\bmedia\s*=\s*[\"']?\s*(?:print|speech|handheld)\b", re.IGNORECASE)
_HREF = re.compile(r"\bhref\s*=\s*(?:\"([^\"]{1,2000})\"|'([^']{1,2000})'|([^\s\"'<>]{1,2000}))", re.IGNORECASE)
_END = re.compile(r"</(?=style)", re.IGNORECASE)


def style_sheets(html: str, url: str) -> tuple[str, ...]:
    """The addresses of the style sheets that a page read from ``url`` names for the screen, at most `MOST`."""
    found = (_address(link, url) for link in _LINK.findall(html))
    return tuple(dict.fromkeys(filter(None, found)))[:MOST]


def with_style_sheets(html: str, url: str, sheets: Mapping[str, str]) -> str:
    """The page with the texts of these style sheets (address → text) in the places where it names them."""

    def put(link: re.Match[str]) -> str:
        text = sheets.get(_address(link[0], url))
        # "\/" is "/" in a style sheet, and no end of it in the page.
        return link[0] if text is None else "<style>" + _END.sub(r"<\\/", text) + "</style>"

    return _LINK.sub(put, html)


def _address(link: str, url: str) -> str:
    if not _SHEET.search(link) or _OTHER_MEDIA.search(link):
        return ""
    found = _HREF.search(link)
    return web_url(resolved(found[1] or found[2] or found[3]), url) if found else ""
