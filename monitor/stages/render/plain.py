"""Text and addresses from outside, made fit to stand in a mail: one line, bounded, no controls, no traps."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from urllib.parse import quote, urlsplit

MAX_LINK = 1500  # characters; a longer address is shown as text
_MARKS = 4  # combining characters in a row that a script may need (Arabic vowels, Hebrew points)
# Overrides, embeddings and isolates of either direction can make a title read as another one; the invisible
# rest is noise. ZWNJ (U+200C) and ZWJ (U+200D) stay: Persian is misspelt without them.
_UNWANTED = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_SPACE = re.compile(r"\s+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)
_NUMBERS = re.compile(r"(0x[0-9a-f]*|\d+)(\.(0x[0-9a-f]*|\d+))*\.?", re.IGNORECASE)
_LOCAL = ("localhost", "localdomain", "local", "internal", "lan", "home", "intranet", "corp")
_KEPT_IN_LINK = "%/:=&?~#+!$,;'@()*[]"


def tidy(text: str) -> str:
    """Without controls and overlong runs of combining marks; white space is one space, also at the ends."""
    text = _SPACE.sub(" ", _UNWANTED.sub("", text))
    if text.isascii():
        return text
    kept: list[str] = []
    run = 0
    for char in text:
        run = run + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if run <= _MARKS:
            kept.append(char)
    return "".join(kept)


def one_line(text: str, limit: int = 300) -> str:
    """``text`` on one line of at most ``limit`` characters, cut at a word with an ellipsis."""
    return clip(tidy(text[: 20 * limit]).strip(), limit)


def clip(text: str, limit: int) -> str:
    """At most ``limit`` characters; cut between words where the last quarter has a place for it."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > limit * 3 // 4 else cut).rstrip(" ,;:-–—،؛") + "…"


def direction(text: str) -> str:
    """ "rtl" or "ltr", by which kind of strong letters is more frequent."""
    kinds = [unicodedata.bidirectional(char) for char in text[:400]]
    right = sum(kind in ("R", "AL") for kind in kinds)
    return "rtl" if right > sum(kind == "L" for kind in kinds) else "ltr"


def language_tag(language: str | None) -> str:
    """The language as a tag for ``lang=``, or "" when it is none."""
    tag = (language or "").replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) else ""


def web_link(url: str, *, private: bool = False) -> str:
    """``url`` when it is a web address safe to click, percent-encoded as far as needed; else "".

    Only http and https, no user or password, and no loopback, private or local host unless ``private``: a
    link in a mail must not reach a service inside the reader's own network.
    """
    try:
        parts = urlsplit(url.strip())
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or len(url) > MAX_LINK:
        return ""
    if not re.fullmatch(r"[\w.:\[\]-]+", parts.netloc) or not (private or _public(host)):
        return ""
    return "".join(map(_encoded, url.strip()))


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
