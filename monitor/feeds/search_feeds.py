"""The feeds of news searches for one query: Google News, Bing News and GDELT, in their own spelling of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from monitor.text.language_names import language_name

ENGINES = ("google", "bing", "gdelt")
# What each allows, as far as it says so; the shipped list holds more of it.
LIMITS = {
    "google": "Google News: for personal, non-commercial use; some 100 entries, links lead through Google",
    "bing": "Bing News: 10 to 12 entries; no terms are published for this address, which may stop any day",
    "gdelt": "GDELT: one request in 5 seconds over all queries; cite the GDELT Project where its data is shown",
}
_NAMES = {"google": "Google News", "bing": "Bing News", "gdelt": "GDELT"}
_NEWEST = "7d"  # what Google is asked for; GDELT is asked for a day, and both are polled once an hour at most


@dataclass(frozen=True, slots=True)
class SearchFeed:
    """A search as a feed. publisher: the engine's name; whose article a hit is, its entry says."""

    url: str
    name: str
    language: str
    publisher: str


def search_feeds(
    query: str, languages: Sequence[str], engines: Sequence[str] = ENGINES, country: str = ""
) -> list[SearchFeed]:
    """A feed for each engine and language (two-letter codes), engine by engine. Raises ValueError.

    query: words; in quotation marks what has to stand together, OR and brackets as the engines have them. country: the
    edition that is searched (ISO 3166-1); by default that in which most of a language's speakers live.
    """
    words = " ".join(query.split())
    if not words:
        raise ValueError("the query is empty; write what to search for")
    if words.count('"') % 2:
        raise ValueError("a quotation mark of the query has no partner")
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise ValueError(f"{country!r} is no country; write a code, such as IQ")
    if unknown := [each for each in languages if not _country(each)]:
        raise ValueError(f"{unknown[0]!r} is no language; write a code, such as fa")
    made = []
    for engine in engines:
        for language in languages:
            url = _address(engine, words, language, country or _country(language))
            made.append(SearchFeed(url, f"{_NAMES[engine]}: {words} ({language})", language, _NAMES[engine]))
    return made


def _address(engine: str, words: str, language: str, country: str) -> str:
    if engine == "google":
        shown = f"{language}-{country}" if language == "en" else language
        asked = quote(f"{words} when:{_NEWEST}", safe="")
        return f"https://news.google.com/rss/search?q={asked}&hl={shown}&gl={country}&ceid={country}:{language}"
    if engine == "bing":
        sorted_by_date = quote('sortbydate="1"', safe="")
        place = f"&setlang={language}&cc={country.lower()}"
        return f"https://www.bing.com/news/search?q={quote(words, safe='')}&format=rss&qft={sorted_by_date}{place}"
    asked = quote(f"{words} sourcelang:{_gdelt_name(language)}", safe="")
    return (
        f"https://api.gdeltproject.org/api/v2/doc/doc?query={asked}"
        "&mode=artlist&format=rss&maxrecords=75&timespan=1d&sort=datedesc"
    )


@lru_cache(maxsize=64)
def _country(language: str) -> str:
    """The country in which most of a language's speakers live, "" for no known language."""
    from babel.core import get_global  # noqa: PLC0415 - 60 ms, for one command

    likely = str(get_global("likely_subtags").get(language, ""))
    return likely.rpartition("_")[2] if len(language) in (2, 3) else ""


def _gdelt_name(language: str) -> str:
    """The name by which GDELT knows a language: in English, in lower case, without spaces."""
    return language_name(language).lower().replace(" ", "")
