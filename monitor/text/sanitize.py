"""Text and HTML from outside, made harmless: one-line plain text for titles, cleaned HTML for content.

The rules for invisible characters follow Unicode TR 36 (bidirectional spoofing) and TR 39 (combining runs).
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import unicodedata
from contextvars import ContextVar
from functools import lru_cache
from urllib.parse import urljoin

import nh3

TITLE_LIMIT = 500  # characters
UNTITLED = "(untitled)"
NAME_LIMIT = 200  # authors, publishers
CONTENT_LIMIT = 1_000_000  # characters of an entry's own HTML

DEPTH_LIMIT = 500  # elements inside each other
# Control characters (but tab and line ends), bidirectional embeddings, overrides and isolates, the byte order
# mark, interlinear annotation, noncharacters and halves of surrogate pairs. ZWNJ, ZWJ and the plain direction
# marks (200C-200F, 061C) stay: Persian and Arabic need them and they reorder nothing beyond themselves.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u202a-\u202e\u2060-\u2069"
    "\ufdd0-\ufdef\ufeff\ufff9-\ufffc\ufffe\uffff\ud800-\udfff]"
)
# Tag characters hide text from a reader; only flags (a black flag, letters, an end mark) use them rightly.
_TAGS = re.compile("(\U0001f3f4[\U000e0020-\U000e007e]{1,6}\U000e007f)|[\U000e0000-\U000e007f]")
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0e34-\u0e3a\u0e47-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
_MARK = re.compile(f"[{_MARKS}]")
_MARK_RUN = re.compile(f"([{_MARKS}]{{4}})[{_MARKS}]+")
# What a word processor leaves between lines and a PDF between pages: without it two words would be one.
_SEPARATORS = str.maketrans("\x0b\x0c", "  ")
_OUTER_BREAK = re.compile("(?:^|(?<=\\s))\u200b+|\u200b+(?=\\s|$)")  # a break within a word parts its letters
_JOINER_RUN = re.compile("([\u200b-\u200f])[\u200b-\u200f]{2,}")
_SOFT_BREAK = re.compile("\xad[ \t]*\r?\n[ \t]*")  # a word broken at the end of a line
_HIDING = re.compile(r"<[sS!]")  # how a script, a style or a comment begins
_SCRIPT = re.compile(r"<(script|style|template|noscript)\b[^>]*>.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|<!\[CDATA\[|\]\]>", re.DOTALL)
_TAG = re.compile(
    r"</?(?:p|a|br|div|span|strong|em|img|li|"  # most tags; each name costs those after it
    r"abbr|acronym|address|article|aside|audio|b|base|bdi|bdo|big|blockquote|body|button|canvas|"
    r"caption|center|cite|code|col|dd|del|details|dfn|dl|dt|embed|fieldset|figcaption|figure|font|footer|"
    r"form|frame|frameset|h[1-6]|head|header|hr|html|i|iframe|input|ins|kbd|label|legend|link|main|map|"
    r"mark|marquee|math|meta|nav|object|ol|option|param|picture|pre|q|s|samp|section|select|small|source|"
    r"strike|style|script|sub|summary|sup|svg|table|tbody|td|template|textarea|tfoot|th|thead|time|title|"
    r"tr|track|tt|u|ul|var|video|wbr|[a-z]+[-:][\w-]+)(?:[\s/][^<>]*)?>",
    re.IGNORECASE,
)
# Not counted: elements without an end, and those that end where the next begins.
_ELEMENT = re.compile(
    r"<(/?)(?!(?:p|li|dd|dt|tr|td|th|option|br|hr|img|input|wbr|col|meta|link|source|area|embed|param|track)\b)"
    r"[a-z][^<>/]*(?:/(?!>)[^<>/]*)*>",
    re.IGNORECASE,
)
_BLOCK = re.compile(r"<(?=/?(?:p|div|br|li|tr|td|h[1-6]|blockquote|figcaption|ul|ol|table)\b)", re.IGNORECASE)

# What is left of references that were escaped twice: "&rsquo;" in a text. "AT&T;" and "?a=1&copy=2" are none.
_LEFT = re.compile(
    r"&(?:[lr][sd]quo|nbsp|quot|apos|amp|[mn]dash|hellip|[lr]aquo|zwn?j|[a-z](?:acute|grave|uml|circ|cedil|tilde)"
    r"|#\d{2,6}|#x[0-9a-f]{2,5});",
    re.IGNORECASE,
)
_ENDING = (
    r"(?:p|a|b|i|u|em|strong|font|small|center|div|span|ul|ol|li|h[1-6]|blockquote|section|article|figure|table|tr|td)"
)
_WHOLE_TAG = re.compile(rf"</{_ENDING}\s*>|<(?:br\s*/?|img\s[^<>]*)>", re.IGNORECASE)
_ADDRESS = r"[^\s<>()\[\],;]{1,80}@[^\s<>()\[\],;]{1,80}\.\w{2,20}"
_ADDRESS_FIRST = re.compile(rf"\s*<?(?:mailto:)?{_ADDRESS}>?\s*[(\[]\s*([^()\[\]]*[^()\[\]\s])\s*[)\]]\s*")
_ADDRESS_BESIDE = re.compile(rf"\s?[<(\[]\s?(?:mailto:)?{_ADDRESS}\s?[>)\]]")
_ESCAPES = 3
_JSON_ESCAPE = re.compile(r"\\u[0-9a-fA-F]{4}|<\\/|\\/\\/|[.!?؟。>]\\n|\\n\\n|=\\\"")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPED_TAG = re.compile(
    rf"&lt;(?:/{_ENDING}\s*|br\s*/?|img\s(?:[^<>&]|&(?:quot|#34|#39|#x22);){{0,400}})&gt;", re.IGNORECASE
)
_TEXT_BLOCK = re.compile(r"<(?:p|br|li|h[1-6]|td)\b", re.IGNORECASE)
_WRITTEN_TAG = re.compile(
    r"<(/?)(p|br|a|b|i|u|em|strong|div|span|font|small|center|ul|ol|li|blockquote|h[1-6]|figure"
    r"|section|article|table|tbody|thead|tr|td|th|script|style)"
    r"(?:\s[^<>]{0,1000})?/?>",
    re.IGNORECASE,
)
_WRITTEN_BLOCK = re.compile(
    r"p|br|center|div|ul|ol|li|blockquote|h[1-6]|figure|section|article|table|tbody|thead|tr|td|th", re.IGNORECASE
)
# Square brackets with attributes, the end of such, or a known name. A quotation's "[sic]" and "[the army]" are none.
_CODE_NAME = r"caption|wp_caption|embed|gallery|video|audio|playlist"
_SHORT_CODE = re.compile(
    rf"\[/?(?:{_CODE_NAME}|[a-z]+(?:_[a-z]+)+)\s*/?\]|\[[a-z][\w-]{{1,40}}(?:\s+[\w-]{{1,40}}\s*=[^\[\]]{{0,1000}})\]|\[/[a-z][\w-]{{1,40}}\]",
    re.IGNORECASE,
)
_FILLED_CODE = re.compile(rf"\[({_CODE_NAME})\b[^\[\]]{{0,1000}}\][^\[]{{0,2000}}\[/\1\]", re.IGNORECASE)

_CONTENT_TAGS = frozenset(
    """a abbr b blockquote br caption cite code dd del div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i
    ins li mark ol p pre q s small span strong sub sup table tbody td tfoot th thead time tr u ul""".split()  # noqa: SIM905
)
# What a browser does not show as text.
_LOST_WITH_CONTENT = {
    "script",
    "style",
    "noscript",
    "template",
    "iframe",
    "noembed",
    "noframes",
    "svg",
    "object",
    "select",
}
_CONTENT_ATTRIBUTES = {"a": {"href"}, "*": {"dir", "lang"}, "time": {"datetime"}}


def clean_text(text: str) -> str:
    """``text`` without invisible and spoofing characters, NFC, long runs of combining marks cut to four."""
    if not text.replace("\n", "").isprintable() or "\ufffc" in text:  # else nothing here is invisible; far quicker
        if "\xad" in text:
            text = _SOFT_BREAK.sub("", text)
        text = _OUTER_BREAK.sub("", _INVISIBLE.sub("", text.translate(_SEPARATORS)))
        if not text.isascii():
            text = _JOINER_RUN.sub(r"\1", text)
            if len(text.encode("utf-16-le")) > 2 * len(text):  # characters beyond FFFF
                text = _TAGS.sub(lambda found: found[1] or "", text)
    if not text.isascii():
        if _MARK.search(text[4::5]):  # any five in a row hold one of these
            text = _MARK_RUN.sub(r"\1", text)
        text = unicodedata.normalize("NFC", text)
    return text


def collapse_space(text: str) -> str:
    """``text`` with every run of white space one space, and none at its ends."""
    if text.isprintable() and "  " not in text:  # no white space but the space is printable
        return text.strip(" ")
    return " ".join(text.split())


def one_line(text: str, limit: int) -> str:
    """Cleaned, every run of white space one space, at most ``limit`` characters (then ending in "…")."""
    if len(text) > 8 * limit:  # before any work on a megabyte: marks and spaces removed later are never that many
        text = text[: 8 * limit]
    text = collapse_space(clean_text(text))
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def plain_title(markup: str, limit: int = TITLE_LIMIT) -> str:
    """The text of a title, author or other short label that may hold HTML; see `one_line`.

    Only what is a tag of HTML is taken out, so that "a < b > c" keeps its signs.
    """
    text = strip_tags(markup[: 20 * limit])
    if "<" in text and "&lt;" in markup and is_markup(text):  # escaped once too often
        text = strip_tags(text)
    return one_line(text, limit)


def strip_tags(markup: str) -> str:
    """The text of a piece of HTML, entities resolved, blocks apart by a space; linear in time."""
    if "<" in markup:
        if _HIDING.search(markup):
            markup = _COMMENT.sub("", _SCRIPT.sub("", markup))
        markup = _TAG.sub("", _BLOCK.sub(" <", markup))
    return unescaped(html.unescape(markup)) if "&" in markup else markup


def unescaped(text: str) -> str:
    """Plain text without what was escaped once too often: names and numbers of characters that are left in it."""
    for _ in range(_ESCAPES):
        if "&" not in text or not _LEFT.search(text):
            break
        text = html.unescape(text)
    return text


def without_short_codes(text: str) -> str:
    """Text without what a publishing system writes in square brackets: ``[caption id="5"]...[/caption]``."""
    if "[" not in text or not _SHORT_CODE.search(text):
        return text
    return _SHORT_CODE.sub("", _FILLED_CODE.sub(" ", text))


def once_unescaped(markup: str) -> str:
    """HTML that was escaped as a whole, up to thrice, is HTML again; text that names a tag stays as it is."""
    for _ in range(_ESCAPES):
        if "lt;" not in markup or _TEXT_BLOCK.search(markup):
            break
        if not _ESCAPED_TAG.search(markup.replace("&amp;", "&").replace("&amp;", "&")):
            break
        markup = html.unescape(markup)
    return markup


def without_json_escapes(text: str) -> str:
    """Text that was escaped as a whole for JSON, quoted or not, as it reads; any other stays as it is.

    Every backslash must begin an escape, and one of them be of a kind that no path or formula has.
    """
    if "\\" not in text or not _JSON_ESCAPE.search(text):
        return text
    bare = text.strip()
    quoted = len(bare) > 1 and bare[0] == bare[-1] == '"'
    try:
        said = json.loads(bare if quoted else f'"{bare}"')
    except ValueError:
        return text
    return said if isinstance(said, str) and not _SURROGATE.search(said) else text


def without_written_tags(text: str) -> str:
    """Plain text without tags in which some of it was escaped once too often; a tag that is only named stays."""
    if ">" not in text:
        return text
    text = text.replace("<![CDATA[", "").replace("]]>", "")
    if "<" not in text:
        return text
    begun: set[str] = set()
    ended: set[str] = {"br"}
    for found in _WRITTEN_TAG.finditer(text):
        (ended if found[1] else begun).add(found[2].lower())
    tags = begun & ended
    if not tags:
        return text
    if tags & {"script", "style"}:
        text = _SCRIPT.sub("", text)
    return _WRITTEN_TAG.sub(lambda found: _written(found) if found[2].lower() in tags else found[0], text)


def _written(found: re.Match[str]) -> str:
    return "\n" if _WRITTEN_BLOCK.fullmatch(found[2]) else ""


def is_markup(text: str) -> bool:
    """Whether a text that is said to be plain holds HTML: an element that ends, a line break or a picture."""
    return _WHOLE_TAG.search(text) is not None


def clean_html(markup: str, base: str = "") -> str:
    """HTML safe to store and show: text elements only, no images, styles, forms or scripts.

    Links are absolute http(s) (resolved against ``base``), what could load, run or reorder is gone.
    """
    markup = clean_text(markup[:CONTENT_LIMIT])
    if "<" not in markup and "&" not in markup:
        return markup
    if markup.count("<") > DEPTH_LIMIT and _too_deep(markup):
        return html.escape(strip_tags(markup), quote=False)
    cleaner = _cleaner()
    _base.set(base)
    cleaned = cleaner.clean(markup)
    plain = clean_text(cleaned)  # "&#1" is a control character only now
    return cleaned if plain == cleaned else cleaner.clean(plain)  # last, as text that joins a ">" would end no tag


# Of the links in what is being cleaned; each thread has its own.
_base: ContextVar[str] = ContextVar("base", default="")


def _resolved(element: str, attribute: str, value: str) -> str | None:
    """A link as an absolute http(s) address, None for one that cannot be; any other attribute as it stands."""
    if attribute != "href":
        return value
    try:
        value = urljoin(_base.get(), value.strip())
    except ValueError:
        return None
    return value if value.startswith(("http://", "https://")) else None


@lru_cache(maxsize=1)
def _cleaner() -> nh3.Cleaner:
    """One for all: to make one takes as long as to clean a text."""
    return nh3.Cleaner(
        tags=set(_CONTENT_TAGS),
        clean_content_tags=_LOST_WITH_CONTENT,
        attributes=_CONTENT_ATTRIBUTES,
        attribute_filter=_resolved,
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer nofollow",
    )


def _too_deep(markup: str) -> bool:
    """Whether elements stand inside each other as in no text; the cleaner's time grows with the square of it."""
    depth = 0
    for found in _ELEMENT.finditer(markup):
        depth += -1 if found[1] else 1
        if depth > DEPTH_LIMIT:
            return True
        depth = max(depth, 0)
    return False


def short_id(text: str) -> str:
    """An identifier as one line; a hash in its place when it is longer than 512 characters (some are)."""
    if len(text) > 512:
        return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return collapse_space(clean_text(text))


def author_name(written: str) -> str:
    """An author's name without the mail address that RSS asks for: of "desk@a.example (Sara Karim)", "Sara Karim".

    An address alone stays: it is all that is known.
    """
    if "@" not in written:
        return written
    if found := _ADDRESS_FIRST.fullmatch(written):
        return found[1]
    return _ADDRESS_BESIDE.sub("", written).strip(" ,;") or written
