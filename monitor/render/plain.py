"""Makes text and addresses from outside safe to show: one line, bounded, no control characters, no misleading link."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from urllib.parse import quote, urlsplit

from monitor.text.sanitize import clean_text

MAX_LINK = 1500  # characters; a longer address is shown as text
_SPACE = re.compile(r"\s+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)
_NUMBERS = re.compile(r"(0x[0-9a-f]*|\d+)(\.(0x[0-9a-f]*|\d+))*\.?", re.IGNORECASE)
_LOCAL = ("localhost", "localdomain", "local", "internal", "lan", "home", "intranet", "corp")
_KEPT_IN_LINK = "%/:=&?~#+!$,;'@()*[]"


def tidy(text: str) -> str:
    """``text`` without invisible and spoofing characters; each run of white space becomes one space."""
    return _SPACE.sub(" ", clean_text(text))


def one_line(text: str, limit: int = 300) -> str:
    """``text`` on one line of at most ``limit`` characters, cut between words with an ellipsis."""
    # Only the beginning is cleaned: a stranger's text may be megabytes, and cleaning takes time for each character.
    return clip(tidy(text[: 20 * limit]).strip(), limit)


def clip(text: str, limit: int) -> str:
    """At most ``limit`` characters; cut between words where the last quarter has a space, else anywhere."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > limit * 3 // 4 else cut).rstrip(" ,;:-–—،؛") + "…"


def direction(text: str) -> str:
    """ "rtl" or "ltr", by the more frequent kind of strong letters (Unicode annex 9) in the first 400 characters."""
    kinds = [unicodedata.bidirectional(char) for char in text[:400]]
    right = sum(kind in ("R", "AL") for kind in kinds)
    return "rtl" if right > sum(kind == "L" for kind in kinds) else "ltr"


def language_tag(language: str | None) -> str:
    """The language as a tag for HTML's ``lang`` (BCP 47), or "" when it is none."""
    tag = (language or "").replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) else ""


def web_link(url: str, *, private: bool = False) -> str:
    """``url``, percent-encoded where needed (RFC 3986), when it is safe to click, else "" (see `why_unlinked`)."""
    return "" if why_unlinked(url, private=private) else "".join(map(_encoded, url.strip()))


def why_unlinked(url: str, *, private: bool = False) -> str:
    """Why ``url`` must not be a link, or "" when it may be one.

    Only http and https may, without user or password. A loopback, private or local host may only when ``private``,
    because a link in a mail must not reach a service inside the reader's own network.
    """
    try:
        parts = urlsplit(url.strip())
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return "not a web address"
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[\w.:@\[\]-]+", parts.netloc) or not host:
        return "not a web address"
    if len(url) > MAX_LINK:
        return "too long for a link"
    if "@" in parts.netloc:
        return "not linked: holds a user name"
    return "" if private or _public(host) else "not linked: not a public address"


def _encoded(char: str) -> str:
    """A character of an address. Letters of any script stay, so that the address can be read."""
    if char.isascii():
        return char if char.isalnum() or char in "-._" + _KEPT_IN_LINK else quote(char)
    return char if unicodedata.category(char)[0] in "LMN" else quote(char, errors="replace")


def _public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        labels = host.rstrip(".").lower().split(".")
        return len(labels) > 1 and labels[-1] not in _LOCAL and not _NUMBERS.fullmatch(host)
