"""Where a page that is only a step on the way sends its readers."""

from __future__ import annotations

import html
import re

from monitor.text.urls import web_url

_STEP = 20_000  # characters of the longest page that is nothing but a step
_LATE = 10.0  # seconds after which a page is read before it is left
_ATTRIBUTES = r"<meta\b(?=[^<>]{0,300}http-equiv\s*=\s*[\"']?refresh)[^<>]{0,300}?content\s*=\s*"
_REFRESH = re.compile(
    rf"{_ATTRIBUTES}(?:\"([^\"<>]{{1,2000}})\"|'([^'<>]{{1,2000}})'|([^\s<>]{{1,2000}}))", re.IGNORECASE
)
_CONTENT = re.compile(r"\s*(\d*\.?\d*)\s*[;,]?\s*url\s*=\s*['\"]?([^'\"\s]+)", re.IGNORECASE)
_SCRIPT = re.compile(
    r"(?:location(?:\.href)?\s*=\s*|location\.(?:replace|assign)\s*\(\s*)(?:\"([^\"<>\s]{1,2000})\"|'([^'<>\s]{1,2000})')"
)


def sends_to(markup: str, url: str) -> str:
    """The address, absolute, that the page ``markup`` read from ``url`` opens by itself in a browser, or "".

    A refresh, or a script that does nothing else on a small page. A page that reloads itself sends nobody on.
    """
    if len(markup) > _STEP:
        return ""
    target = _refreshed(markup) or _scripted(markup)
    address = web_url(html.unescape(target).replace("\\/", "/"), url) if target else ""
    return "" if not address or address.partition("#")[0] == url.partition("#")[0] else address


def _refreshed(markup: str) -> str:
    for found in _REFRESH.finditer(markup):
        content = _CONTENT.match(html.unescape(found[1] or found[2] or found[3]))
        if content and float(content[1].strip(".") or 0) <= _LATE:
            return content[2]
    return ""


def _scripted(markup: str) -> str:
    found = _SCRIPT.search(markup)
    return (found[1] or found[2]) if found else ""
