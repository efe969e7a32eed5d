"""Addresses of channels, profiles and their posts: Telegram, Mastodon, Bluesky, YouTube."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from monitor.text.urls import host_of

_HOSTS = frozenset(("t.me", "telegram.me", "telegram.dog"))
_NAME = r"[A-Za-z][A-Za-z0-9_]{3,31}"
_POST = re.compile(rf"/(?:s/)?({_NAME})/(\d{{1,10}})/?")
_STATUS = re.compile(r"/@[\w.-]+(?:@[\w.-]+)?/\d{10,}")
_BLUESKY_POST = re.compile(r"/profile/[^/]+/post/\w+")
_BLUESKY_PROFILE = re.compile(r"/profile/(did:plc:\w+|[\w-]+(?:\.[\w-]+)+)(?:/\w+)?")
_EMBEDDED = re.compile(r"\s*\[contains quote post or other embedded content\]\s*$")
_YOUTUBE_CHANNEL = re.compile(r"/channel/(UC[\w-]{22})(?:/\w+)?")
_YOUTUBE_LIST = re.compile(r"(?:^|&)list=([\w-]{10,60})(?:&|$)")
_FEDIVERSE = re.compile(r"@?(\w[\w.-]*)@([\w-]+(?:\.[\w-]+)+)", re.ASCII)
_HANDLE = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_CHANNEL = re.compile(rf"/(?:s/)?({_NAME})/?")
_OWN_HOST = re.compile(rf"({_NAME})\.t\.me", re.IGNORECASE)  # "gatechannel.t.me"
_IN_APP = re.compile(rf"tg://resolve\?(?:.{{0,200}}&)?domain=({_NAME})(?:&.*)?")
_NO_CHANNELS = frozenset(("boost", "contact", "login", "proxy", "share", "socks"))  # pages of Telegram itself
_DIRECTIONS = dict.fromkeys((0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))


def is_post(url: str) -> bool:
    """Whether an address is that of one post, whose text stands whole in the list of its channel."""
    return _POST.fullmatch(_path_in_telegram(url)) is not None


def post_address(name: str) -> str:
    """The address of the post that Telegram calls "channel/12"."""
    return f"https://t.me/{name}"


def is_whole(url: str) -> bool:
    """Whether an address is that of a post or a film of which the feed says all: its page is made by a script."""
    host, parts = host_of(url).removeprefix("www.").removeprefix("m."), urlsplit(url)
    if host in ("youtube.com", "youtu.be"):
        return True
    status = _STATUS.fullmatch(parts.path) is not None
    return is_post(url) or status or (host == "bsky.app" and _BLUESKY_POST.fullmatch(parts.path) is not None)


def without_notes(content: str, link: str) -> str:
    """A post without what its network says of it: Bluesky's feeds put a note in place of what is embedded."""
    return _EMBEDDED.sub("", content) if "[contains" in content and host_of(link) == "bsky.app" else content


def profile_feed(written: str) -> str:
    """The feed of a profile that is written as people name it; ``written`` itself where it is none.

    ``@name@server`` and its page on Mastodon, ``@name.bsky.social`` and its page on Bluesky, the page of a channel by
    its number on YouTube, and that of a playlist, and what opens a channel in Telegram's own program.
    """
    text = written.translate(_DIRECTIONS).strip()
    if found := _IN_APP.fullmatch(text):
        return f"https://t.me/{found[1]}"
    if found := _FEDIVERSE.fullmatch(text):
        return f"https://{found[2]}/@{found[1]}.rss"
    if text.startswith("@") and _HANDLE.fullmatch(text[1:]):
        return f"https://bsky.app/profile/{text[1:].lower()}/rss"
    if _HANDLE.fullmatch(text) and text.lower().endswith(".bsky.social"):
        return f"https://bsky.app/profile/{text.lower()}/rss"
    host, path = host_of(text).removeprefix("www.").removeprefix("m."), urlsplit(text).path.rstrip("/")
    if host == "bsky.app" and (found := _BLUESKY_PROFILE.fullmatch(path)):
        return f"https://bsky.app/profile/{found[1]}/rss"
    if host == "youtube.com" and (found := _YOUTUBE_CHANNEL.fullmatch(path)):
        return f"https://www.youtube.com/feeds/videos.xml?channel_id={found[1]}"
    if host == "youtube.com" and path == "/playlist" and (found := _YOUTUBE_LIST.search(urlsplit(text).query)):
        return f"https://www.youtube.com/feeds/videos.xml?playlist_id={found[1]}"
    return written


def channel_preview(url: str) -> str:
    """The page on which a channel's posts are listed, where ``url`` is that of a channel or a post; else ``url``."""
    path = _path_in_telegram(url)
    found = _POST.fullmatch(path) or _CHANNEL.fullmatch(path)
    return f"https://t.me/s/{found[1]}" if found and found[1] not in _NO_CHANNELS else url


def _path_in_telegram(url: str) -> str:
    """ "/channel/12" of an address of Telegram, which may have the channel before its host; "" of any other."""
    host = host_of(url).removeprefix("www.")
    if host in _HOSTS:
        return urlsplit(url).path
    own = _OWN_HOST.fullmatch(host)
    return f"/{own[1]}{urlsplit(url).path}" if own else ""
