"""Addresses of channels and their posts on Telegram."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from monitor.text.urls import host_of

_HOSTS = frozenset(("t.me", "telegram.me", "telegram.dog"))
_NAME = r"[A-Za-z][A-Za-z0-9_]{3,31}"
_POST = re.compile(rf"/(?:s/)?({_NAME})/(\d{{1,10}})/?")
_CHANNEL = re.compile(rf"/(?:s/)?({_NAME})/?")


def is_post(url: str) -> bool:
    """Whether an address is that of one post, whose text stands whole in the list of its channel."""
    return host_of(url) in _HOSTS and _POST.fullmatch(urlsplit(url).path) is not None


def channel_preview(url: str) -> str:
    """The page on which a channel's posts are listed, where ``url`` is that of a channel or a post; else ``url``."""
    if host_of(url) not in _HOSTS:
        return url
    path = urlsplit(url).path
    found = _POST.fullmatch(path) or _CHANNEL.fullmatch(path)
    return f"https://t.me/s/{found[1]}" if found else url
