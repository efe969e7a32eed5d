"""Loaded by the fork server of `workers` alone: what workers share, so that none needs time and memory for it.

A page and a feed are read once, for what libraries load or compile on first use; then the garbage collector is told to
leave all that alone, for its marks would copy the shared memory into every worker.

The server also says nothing of the death of its service. A service killed (SIGKILL) just as it asks for a worker leaves
half a request, and Python's fork server ends with a traceback of EOFError on the terminal of whoever killed it. The
server then ends all the same; nothing is lost.
"""

from __future__ import annotations

import gc
import sys
from datetime import UTC, datetime
from types import TracebackType

from monitor.feeds.read import read_feed
from monitor.model import Feed, FetchResult
from monitor.pages.extract import extract_page

_NOW = datetime(2026, 1, 2, tzinfo=UTC)
_TEXT = "<p>The ministers of both countries met on Monday and agreed on what is to be done at the border.</p>" * 6
_PAGE = f"""<html lang="en"><head><title>Ministers meet</title><meta property="og:title" content="Ministers meet">
<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Ministers meet"}}</script></head>
<body><article><h1>Ministers meet</h1><div class="byline">By A. Writer</div><div>1 January 2026</div>
{_TEXT}</article></body></html>"""
_FEED = f"""<rss version="2.0"><channel><title>News</title><item><title>Ministers meet</title>
<link>https://news.example/1</link><pubDate>Thu, 01 Jan 2026 10:00:00 GMT</pubDate>
<description><![CDATA[{_TEXT}]]></description></item></channel></rss>"""


def _warm_up() -> None:
    url = "https://news.example/feed"
    extract_page(_PAGE.encode(), url=url, charset=None, now=_NOW)
    read_feed(FetchResult(200, url, url, _FEED.encode()), Feed(url, "News"), _NOW, since=_NOW)
    gc.collect()
    gc.freeze()


_usual = sys.excepthook


def _hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, EOFError):
        _usual(kind, error, trace)


if sys.argv[:1] == ["-c"]:  # the fork server is started with a line of code; a program that imports this is not
    sys.excepthook = _hook
    _warm_up()
