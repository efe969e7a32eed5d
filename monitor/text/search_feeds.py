"""The feeds of news searches for one query: Google News, Bing News and GDELT, in their own spelling of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, get_args
from urllib.parse import quote, urlsplit

from monitor.model.frozen import frozen

Engine = Literal["google", "bing", "gdelt"]
ENGINES: tuple[Engine, ...] = get_args(Engine)
# What each allows, as far as it says so; the shipped list holds more of it.
LIMITS = {
    "google": "Google News: for personal, non-commercial use; some 100 entries, links lead through Google",
    "bing": "Bing News: 10 to 12 entries; no terms are published for this address, which may stop any day",
    "gdelt": "GDELT: one request in 5 seconds, 250 entries a query; cite the GDELT Project where its data is shown",
}
_GDELT_HOST = "api.gdeltproject.org"
MOST = 250  # entries that GDELT gives for a query, without a further page
_NAMES = {"google": "Google News", "bing": "Bing News", "gdelt": "GDELT"}
_NEWEST = "7d"  # what Google is asked for; GDELT is asked for a day, and both are polled once an hour at most
# What Google calls the editions that are not LANGUAGE, COUNTRY and COUNTRY:LANGUAGE: hl and the second half of ceid.
_EDITIONS = {
    "es": {"ES": ("es", "es")},
    "pt": {"PT": ("pt-PT", "pt-150")},
    "zh": {"CN": ("zh-CN", "zh-Hans"), "TW": ("zh-TW", "zh-Hant"), "HK": ("zh-HK", "zh-Hant")},
}
_ELSEWHERE = {"es": ("es-419", "es-419"), "pt": ("pt-BR", "pt-419"), "zh": ("zh-CN", "zh-Hans")}
_LONGEST = 1_500  # characters of a query as it stands in an address, of which servers take some 2,000
_STRAIGHT = str.maketrans(dict.fromkeys("“”„«»", '"'))  # engines know no other quotation marks
_QUOTED = re.compile(r'"[^"]*"')
_OPERAND = re.compile(r'(?:[^\s"]*"[^"]*"|[^\s"]+)')
_ALTERNATIVES = re.compile(rf"{_OPERAND.pattern}(?: OR {_OPERAND.pattern})+")
_SITE = re.compile(r'"[^"]*"|(?<![^\s(-])site:')  # in a phrase it is a word
_WHEN = re.compile(r'"[^"]*"|(?<!\S)(?:when|after|before):\S+')
_ELSEWHERE_ONLY = re.compile(
    r'"[^"]*"|(?<!\S)AND(?=\s)|(?<![^\s(-])(?:all)?(?:in)?(?:title|url|text):'
)  # GDELT has none of these
_UNKNOWN = re.compile(r"(?<![^\s(-])(?:source|location|loc|inbody|inanchor|filetype|language|related):")  # to GDELT
_NOT = re.compile(r'"[^"]*"|(?<!\S)NOT\s+(?=\S)')  # each engine knows the minus
_BAR = re.compile(r'"[^"]*"|(?<!\S)\|+(?!\S)')
_NONE_OF = re.compile(rf"-\(\s*({_ALTERNATIVES.pattern})\s*\)")
_HALF_OR = re.compile(r"(?:^|\(|\bOR)\s*OR(?!\S)|(?<!\S)OR\s*(?:$|\))")
_BLOCK = re.compile(r"\(([^()]*)\)")
_OTHER_CODES = {"kmr": "ku", "nb": "no", "nn": "no", "iw": "he", "in": "id"}  # by which Google knows some languages
# The languages in which GDELT has articles, as far as is known, and those that it calls otherwise.
_GDELT = frozenset((
    "af", "am", "ar", "az", "be", "bg", "bn", "bo", "bs", "ca", "cs", "da", "de", "el", "en", "es", "et", "eu", "fa",
    "fi", "fr", "gl", "gu", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka", "kk", "km", "kn", "ko", "ky",
    "lo", "lt", "lv", "mk", "ml", "mn", "mr", "ms", "my", "nb", "ne", "nl", "nn", "no", "pa", "pl", "ps", "pt", "ro",
    "ru", "si", "sk", "sl", "so", "sq", "sr", "sv", "sw", "ta", "te", "th", "tr", "uk", "ur", "uz", "vi", "zh",
))  # fmt: skip
_GDELT_NAMES = {"nb": "norwegian", "no": "norwegian", "nn": "norwegiannynorsk", "si": "sinhalese"}


@frozen
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
    straight = query.translate(_STRAIGHT)
    words = _without(_NOT, _without(_BAR, " ".join(straight.split()), "OR"), "-")
    words = _NONE_OF.sub(_each_left_out, words)
    if not words:
        raise ValueError("the query is empty; write what to search for")
    _check_partners(_QUOTED.sub(lambda found: "." * len(found[0]), straight))
    if _HALF_OR.search(_QUOTED.sub(".", words)):
        raise ValueError("the query has an OR with nothing on one side; write a word on each side of it")
    if all(each.startswith("-") for each in _OPERAND.findall(words)):
        raise ValueError("the query only says what is not wanted; write what to search for, too")
    if len(quote(words)) > _LONGEST:
        raise ValueError(f"the query has {len(words)} characters, more than engines take; write several searches")
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise ValueError(f"{country!r} is no country; write a code, such as IQ")
    if unknown := [each for each in languages if not _country(each)]:
        raise ValueError(f"{unknown[0]!r} is no language; write a code, such as fa")
    made = []
    for engine in engines:
        for language in languages:
            if engine == "gdelt" and language not in _GDELT:
                continue
            url = _address(engine, words, language, country or _country(language))
            made.append(SearchFeed(url, f"{_NAMES[engine]}: {words} ({language})", language, _NAMES[engine]))
    if not made:
        raise ValueError(f"no engine that is asked has articles in {' or '.join(languages)}; name other engines")
    return made


def _check_partners(query: str) -> None:
    """Raises ValueError where a bracket, or a quotation mark that is left beside the phrases, stands alone."""
    opened = []
    for at, sign in enumerate(query, 1):
        if sign == '"':
            raise ValueError(f"column {at} of the query: this quotation mark has no partner; write it after the phrase")
        if sign == "(":
            opened.append(at)
        elif sign == ")" and not opened:
            raise ValueError(f"column {at} of the query: this bracket was never opened; remove it, or write ( before")
        elif sign == ")":
            opened.pop()
    if opened:
        raise ValueError(f"column {opened[-1]} of the query: this bracket is never closed; write ) after its last word")


def unasked(languages: Sequence[str], engines: Sequence[str]) -> list[str]:
    """Those of ``languages`` in which GDELT, though it is among ``engines``, has no articles to ask for."""
    return [each for each in languages if each not in _GDELT] if "gdelt" in engines else []


def at_its_limit(url: str, count: int) -> str | None:
    """What is wrong with ``count`` entries from ``url``: GDELT gave as many as it gives, and there may be more."""
    if count < MOST or urlsplit(url).hostname != _GDELT_HOST:
        return None
    return f"GDELT gave {count} entries, which is its limit: there may be more, so make the query narrower"


def _address(engine: str, words: str, language: str, country: str) -> str:
    if engine == "google":
        newest = "" if _without(_WHEN, words) != words else f" when:{_NEWEST}"
        asked = quote(words + newest, safe="")
        shown, edition = _edition(_OTHER_CODES.get(language, language), country)
        return f"https://news.google.com/rss/search?q={asked}&hl={shown}&gl={country}&ceid={country}:{edition}"
    if engine == "bing":
        sorted_by_date = quote('sortbydate="1"', safe="")
        place = f"&setlang={language}&cc={country.lower()}"
        return f"https://www.bing.com/news/search?q={quote(words, safe='')}&format=rss&qft={sorted_by_date}{place}"
    asked = quote(f"{_for_gdelt(words)} sourcelang:{_gdelt_name(language)}", safe="")
    return (
        f"https://{_GDELT_HOST}/api/v2/doc/doc?query={asked}"
        f"&mode=artlist&format=rss&maxrecords={MOST}&timespan=1d&sort=datedesc"
    )


def _for_gdelt(words: str) -> str:
    """The query as GDELT reads it: a site is its ``domain:``, and brackets stand around words with OR alone.

    Raises ValueError for what it does not know: brackets within brackets, or what other engines alone have.
    """
    if unknown := _UNKNOWN.search(_QUOTED.sub(".", words)):
        raise ValueError(
            f"GDELT knows no {unknown[0]!r}; write site: and the outlet's address, or engines: [google, bing]"
        )
    words = _without(_ELSEWHERE_ONLY, _without(_WHEN, words))
    words = " ".join(_SITE.sub(_domain, words).split())
    plain = _QUOTED.sub(lambda found: "." * len(found[0]), words)
    if "(" not in plain:
        return _ALTERNATIVES.sub(r"(\g<0>)", words)
    if _BLOCK.sub("", plain).count("("):
        raise ValueError("GDELT knows no brackets within brackets; write several searches, or engines: [google, bing]")
    if "-(" in plain:
        raise ValueError('GDELT leaves out single words and phrases; write -one -two, or -"one two"')
    kept = []
    end = 0
    for block in _BLOCK.finditer(plain):
        inner = words[block.start(1) : block.end(1)]
        kept += [words[end : block.start()], f"({inner})" if " OR " in block[1] else inner]
        end = block.end()
    return " ".join(" ".join((*kept, words[end:])).split())


def _without(pattern: re.Pattern[str], words: str, instead: str = "") -> str:
    """The words with something else for what a pattern finds; what it finds in quotation marks stays."""
    return pattern.sub(lambda found: found[0] if found[0].startswith('"') else instead, words)


def _each_left_out(found: re.Match[str]) -> str:
    """ "-(a OR b)" as each engine reads it: "-a -b"."""
    return " ".join(f"-{each}" for each in _OPERAND.findall(found[1]) if each != "OR")


def _domain(found: re.Match[str]) -> str:
    return "domain:" if found[0] == "site:" else found[0]


def _edition(language: str, country: str) -> tuple[str, str]:
    """hl and the second half of ceid of Google's edition of a language in a country."""
    if known := _EDITIONS.get(language, {}).get(country) or _ELSEWHERE.get(language):
        return known
    return (f"{language}-{country}" if language == "en" else language), language


@lru_cache(maxsize=64)
def _country(language: str) -> str:
    """The country in which most of a language's speakers live, "" for no known language."""
    from babel.core import get_global  # noqa: PLC0415 - 60 ms, for one command

    tags = get_global("likely_subtags")
    likely = str(tags.get(language) or tags.get(_OTHER_CODES.get(language, ""), ""))
    return likely.rpartition("_")[2] if len(language) in (2, 3) else ""


def _gdelt_name(language: str) -> str:
    """The name by which GDELT knows a language: in English, in lower case, without spaces."""
    from monitor.text.language_names import language_name  # noqa: PLC0415 - 10 ms; few lists have a search

    return _GDELT_NAMES.get(language) or language_name(language).lower().replace(" ", "")
