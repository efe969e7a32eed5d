"""Hosts of one service that show the same posts, each in its own spelling. Pure."""

from __future__ import annotations

import re

_POST = re.compile(r"/([^/]+)/status/(\d+)")
_FILM = re.compile(r"/(?:shorts|live|embed|v)/([\w-]{11})$")
_OTHERS = {"twitter.com": "x.com", "telegram.me": "t.me", "youtube-nocookie.com": "youtube.com"}
_HOSTS = frozenset({"x.com", "t.me", "youtube.com", "youtu.be", *_OTHERS})


def one_spelling(host: str, path: str, query: str) -> tuple[str, str, str]:
    """Host, path and query of a page as the service's main host has them. host: without "www." and the like."""
    if host not in _HOSTS:
        return host, path, query
    host = _OTHERS.get(host, host)
    if host == "t.me" and path.startswith("/s/"):  # the page of a channel that shows the post among others
        return host, path[2:], query
    if host == "x.com" and (post := _POST.match(path)):
        return host, post[0], ""
    film = (
        path[1:] if host == "youtu.be" else found[1] if host == "youtube.com" and (found := _FILM.match(path)) else ""
    )
    if film:
        return "youtube.com", "/watch", f"v={film}&{query}".rstrip("&")
    return host, path, query
