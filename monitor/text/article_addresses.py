"""What the address of an article has that those of sections, tags and menus have not. Pure."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

_LONG = 25  # characters of the last part of a path from which it holds a headline
_NUMBER = re.compile(r"\d{3,}")
_ID = re.compile(r"(?:^|&)\w*(?:id|no|code|article|news|n|p)=\d{2,}", re.IGNORECASE)
_SHOWN = re.compile(
    r"(?:^|[-_])(?:videos?|films?|clips?|photos?|fotos?|fotograf(?:lar|y|ie)?|pictures?|images?|galler(?:y|ies)|"
    r"galeri(?:ler|a|as)?|albums?|multimedia|audios?|podcasts?|reels?)(?:$|[-_])",
    re.IGNORECASE,
)

# Folders, files and parameters that hold news, as sites of many languages spell them in addresses.
_NEWS = re.compile(
    r"/n/|(?:^|[/=_.?&-])(?:(?:latest|all|breaking|press|local|world)?-?news(?:room|letter|wire|list|desk|detail)?s?|articles?|stor(?:y|ies)|posts?|blogs?|"
    r"press-?(?:releases?|centre|center)|releases?|statements?|communiques?|announcements?|updates?|headlines?|"
    r"(?:a?kh?abar|akhbaar)|haber(?:ler)?i?|duyuru(?:lar)?|aciklama(?:lar)?|novosti|novost|lenta|actualites?|actu|noticias?|notizie|"
    r"nachrichten|aktuell(?:es)?|meldung(?:en)?|xeber(?:ler)?|nuce|hewal|bayanat?|bulletins?|reports?|"
    r"n(?:ews)?id|art(?:icle)?id|storyid)(?:$|[/=_.?&-])",
    re.IGNORECASE,
)

# Folders of what is no article: tenders, posts, events, games, pictures, files, prices, goods.
_OTHERS = re.compile(
    r"/(?:(?:public|e|current|open)?-?(?:tenders?|bids?|auctions?|rfps?)|munaqas(?:a|at|ah)|mona(?:gh|q)es(?:e|eh|at)|mozayede|"
    r"ihale(?:ler)?|zakupki|vacanc(?:y|ies)|vakansii|jobs?|careers?|estekhdam|kariyer|(?:upcoming-?)?events?|event-?calendar|"
    r"calendar|etkinlik(?:ler)?|fixtures?|match(?:es)?|scores?|scoreboard|livescores?|standings|downloads?|forms?|"
    r"(?:photo-?)?(?:albums?|galler(?:y|ies))|photos?|pictures|(?:exchange-?)?rates?|currenc(?:y|ies)|weather|products?|shop|store)(?=[/.?]|$)",
    re.IGNORECASE,
)


def is_among_others(url: str) -> bool:
    """Whether an address stands in a folder of what is no article, and in none of news."""
    return _OTHERS.search(unquote(urlsplit(url).path)) is not None and not is_among_news(url)


def is_among_news(url: str) -> bool:
    """Whether an address stands in a folder, or has a parameter, that is called news, articles, statements or such."""
    parts = urlsplit(url)
    return _NEWS.search(unquote(f"{parts.path}?{parts.query}")) is not None


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
