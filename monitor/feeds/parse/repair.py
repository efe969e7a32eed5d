"""Feed markup made fit for the parser: what would make it fail, crawl or swell is taken out, small slips are mended."""

from __future__ import annotations

import re
from html.entities import html5

TAG_LIMIT = 64 * 1024  # characters of one tag
ATTRIBUTE_LIMIT = 200  # of one tag
PREFIX_LIMIT = 300  # different namespace prefixes
BASE_LIMIT = 3000  # xml:base attributes
ENTITY_LIMIT = 1000  # characters an entity declared by the feed may stand for
# References to characters that may not exist: halves of surrogate pairs and numbers too great.
_HIGH_REFERENCE = re.compile(r"&#(?:0*(\d{5,})|[xX]0*([0-9a-fA-F]{4,}));?")
_DOCTYPE = re.compile(r"<!DOCTYPE(?:[^\[<>\"']|\"[^\"]*\"|'[^']*')*+(\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY\s+(%\s+)?(\S+)\s+(SYSTEM|PUBLIC|\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_REFERENCE = re.compile(r"%|&(?!#)")  # an entity inside an entity
_LONG_TAG = re.compile(r"<([A-Za-z][\w:.-]{0,100}+)[^<>]{2000,}+>")
_PREFIX = re.compile(r"xmlns:([\w.-]{1,100})\s*=")
BASE = re.compile(r"base\s*=")
_ODD = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\w{1,8});)")
_CDATA = r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)"
_BARE = re.compile(r"&(?!#?\w{1,32};)")
_BARE_OUTSIDE = re.compile(rf"{_CDATA}|&(?!#?\w{{1,32}};)", re.DOTALL)
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z]\w{1,31};)")
_NAMED_OUTSIDE = re.compile(rf"{_CDATA}|{_NAMED.pattern}", re.DOTALL)
# RSS has no namespace of its own; with another's (XHTML's, say) its elements mean nothing to the parser.
_PODCAST = 'xmlns:podcast="https://podcastindex.org/namespace/1.0"'
_RSS_NAMESPACE = re.compile(r"(<rss\b[^<>]{0,2000}?)\sxmlns\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*')", re.IGNORECASE)


def mended(text: str) -> tuple[str, str | None]:
    """``text`` without what makes feedparser fail, crawl (it is quadratic in some things) or swell, and the flaw
    that was mended, if it is worth a word."""
    text = text.replace("\x00", "")
    declared: set[str] = set()
    if head := re.search("<!doctype", text[:4096], re.IGNORECASE):
        text, declared = _without_bombs(text, head.start())
    if "&#" in text:
        text = _HIGH_REFERENCE.sub(_existing, text)
    text = _LONG_TAG.sub(_shortened, text)
    text = _RSS_NAMESPACE.sub(r"\1", text, count=1)
    if "<podcast:" in text and "xmlns:podcast" not in text:  # a lenient parser would lose the transcripts
        text = text.replace("<rss", f"<rss {_PODCAST}", 1)
    # Counting what they begin with takes a hundredth of the time.
    if text.count("xmlns:") > PREFIX_LIMIT and len(set(_PREFIX.findall(text))) > PREFIX_LIMIT:
        text = _PREFIX.sub("prefix=", text)
    if text.count("base") > BASE_LIMIT and len(BASE.findall(text)) > BASE_LIMIT:
        text = BASE.sub("dropped=", text)
    return _references(text, declared)


def _references(text: str, declared: set[str]) -> tuple[str, str | None]:
    """Ampersands that stand for themselves, and HTML's names for characters, as XML wants them.

    A lenient parser would read ``?a=1&copy=2`` as ``?a=1©=2``, and a strict one skips the names it does not know.
    """
    if not _ODD.search(text):
        return text, None
    flaw = None
    if _BARE.search(text):
        whole = _BARE_OUTSIDE.sub(lambda found: "&amp;" if found[0] == "&" else found[0], text)
        flaw = "it holds bare ampersands" if len(whole) != len(text) else None
        text = whole
    if any(found[1][:-1] not in declared and found[1] in html5 for found in _NAMED.finditer(text)):
        whole = _NAMED_OUTSIDE.sub(lambda found: _character(found, declared), text)
        flaw = "it names characters without declaring the names" if len(whole) != len(text) else flaw
        text = whole
    return text, flaw


def _character(found: re.Match[str], declared: set[str]) -> str:
    name = found[1]
    if not name or name[:-1] in declared or name not in html5:
        return found[0]
    return "".join(f"&#{ord(char)};" for char in html5[name])  # never markup, whatever it stands for


def _existing(reference: re.Match[str]) -> str:
    digits, hexadecimal = reference[1] or "", reference[2] or ""
    if len(digits) + len(hexadecimal) > 7:
        return "\ufffd"
    number = int(digits) if digits else int(hexadecimal, 16)
    return "\ufffd" if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF else reference[0]


def _shortened(tag: re.Match[str]) -> str:
    """A tag with a few hundred attributes, or with a megabyte in one, goes without them."""
    if len(tag[0]) < TAG_LIMIT and tag[0].count("=") < ATTRIBUTE_LIMIT:
        return tag[0]
    return f"<{tag[1]}/>" if tag[0].endswith("/>") else f"<{tag[1]}>"


def _without_bombs(text: str, head: int) -> tuple[str, set[str]]:
    """The document type taken out when its entities are external, nested or long; harmless ones stay, and are named."""
    found = _DOCTYPE.match(text, head)
    if not found:
        return text, set()
    entities = _ENTITY.findall(found[0])
    harmless = all(
        not percent and value[0] in "\"'" and len(value) < ENTITY_LIMIT and not _REFERENCE.search(value)
        for percent, _, value in entities
    )
    if harmless and len(entities) <= 300:
        return text, {name for _, name, _ in entities}
    return text[: found.start()] + text[found.end() :], set()
