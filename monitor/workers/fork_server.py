"""Loaded once by the fork server: the libraries that all workers share, so that no worker loads them for itself.

One page and one feed are read, because libraries load and compile much on first use. The garbage collector then leaves
all of it alone (`gc.freeze`): its marks would copy the shared memory into each worker. Nor does it look through it
once: that takes a twentieth of the start, and of 63,000 objects 529 are garbage.

The fork server also stays silent when its service dies. A service that is killed (SIGKILL) while it requests a worker
leaves half a request, and Python's fork server would end with a traceback of EOFError on the terminal. It still ends;
nothing is lost.
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
    """Reads one page and one feed, then sets all that is loaded aside from garbage collection."""
    gc.disable()
    url = "https://news.example/feed"
    extract_page(_PAGE.encode(), url=url, charset=None, now=_NOW)
    read_feed(FetchResult(200, url, url, _FEED.encode()), Feed(url, "News"), _NOW, since=_NOW)
    gc.freeze()
    gc.enable()


_usual = sys.excepthook


def _hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, EOFError):
        _usual(kind, error, trace)


# Python starts the fork server with a line of code ("-c"); any other program that imports this module is left alone.
if sys.argv[:1] == ["-c"]:
    sys.excepthook = _hook
    _warm_up()
