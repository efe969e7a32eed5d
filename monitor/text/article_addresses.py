"""What the address of an article has that those of sections, tags and menus have not. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_LONG = 25  # characters of the last part of a path from which it holds a headline
_NUMBER = re.compile(r"\d{3,}")
_ID = re.compile(r"(?:^|&)\w*(?:id|no|code|article|news|n|p)=\d{2,}", re.IGNORECASE)
_SHOWN = re.compile(
    r"(?:^|[-_])(?:videos?|films?|clips?|photos?|fotos?|fotograf(?:lar|y|ie)?|pictures?|images?|galler(?:y|ies)|"
    r"galeri(?:ler|a|as)?|albums?|multimedia|audios?|podcasts?|reels?)(?:$|[-_])",
    re.IGNORECASE,
)


def is_of_media(url: str) -> bool:
    """Whether an address stands in a folder of films, pictures or sound."""
    parts = urlsplit(url)
    folders, _, file = parts.path.rpartition("/")
    names = [*folders.split("/"), file.partition(".")[0] if parts.query else ""]
    return any(_SHOWN.search(each) for each in names)


def is_of_article(url: str) -> bool:
    """Whether an address has a number, or the words of a headline."""
    parts = urlsplit(url)
    last = parts.path.rstrip("/").rpartition("/")[2]
    if len(last) >= _LONG or last.count("-") >= 3 or last.count("_") >= 3:
        return True
    return _NUMBER.search(parts.path) is not None or _ID.search(parts.query) is not None
