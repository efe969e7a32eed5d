"""The paragraphs of a short page, and of one that holds its article as data for a script.

The extractor gives a page with little text as one line of headline, date line and text. Here each block under the
headline is a line, and what is no sentence above the first one is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, islice, takewhile
from typing import TYPE_CHECKING, Any

from monitor.pages.beside import NO_BUILDER
from monitor.pages.following import following
from monitor.pages.marked_blocks import drop, words_apart
from monitor.pages.own_story import lines_of
from monitor.pages.sentences import is_sentence
from monitor.pages.stamps import is_stamp
from monitor.text.furniture import is_site_line

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BLOCKS = frozenset(
    """address article blockquote body center dd details div dl dt fieldset figure h1 h2 h3 h4 h5 h6 header hr li main
    ol p pre section table tbody td th thead tr ul""".split()  # noqa: SIM905
)
_NO_TEXT = frozenset(
    """aside audio button canvas figcaption figure footer form head iframe input label math nav noscript object option
    script select style svg template textarea time title video""".split()  # noqa: SIM905
)
_NO_TEXT_CLASS = re.compile(
    rf"(?:^|[\s_-]){NO_BUILDER}widget(?:[\s_-]|$)|"
    r"(?:^|[\s_-])(?:shar(?:e|ing)|social|captions?|credits?|byline|authors?|dates?|dateline|time|timestamp|meta|tags?"
    r"|breadcrumbs?|crumbs?|comments?|related|newsletter|promo|sidebar|menu|toolbar|cookies?|ads?|pagination)"
    r"(?:[\s_-]|$)",
    re.IGNORECASE,
)
_PICTURE_CLASS = re.compile(r"(?:^|[\s_-])(?:image|img|photo|picture|pic|thumb|thumbnail)(?:[\s_-]|$)", re.IGNORECASE)
_CAPTION = 250  # characters of a caption at most
_PIECES = ("span", "time", "small", "i", "em", "b", "strong", "font", "label")
_PROSE = frozenset(("p", "li", "td", "dd", "blockquote"))  # a date that stands there may be told
_NEAR = 3  # blocks, from the headline outwards, beside which dates are looked for
_BETWEEN = 24  # elements between a headline and its text among which dates are looked for
_CLOCK = re.compile(r"\W*\d{1,2}[:.]\d{2}\W*")
_STAMP = 60  # characters of a date at most
_BAR = re.compile(r"[|•·]")  # between author and date
_FIGURES = 5  # digits of one at least: a year alone opens a chronicle
_LINES = 400  # lines that are read
_OPENING = 6  # lines under a headline among which a standfirst is looked for
_STANDFIRST_CLASS = re.compile(
    r"(?:^|[\s_-])(?:stand-?first|chapo|chapeau|dek|lede|lead|spot|entradilla|bajada|vorspann|teaser-?text|"
    r"sub-?(?:title|head(?:line|ing)?)|rotitr|soo?tit(?:r|ul)|summary|key-?points?|highlights|takeaways)(?:[\s_-]|$)",
    re.IGNORECASE,
)
_STANDFIRST_WORDS, _STANDFIRST = 5, 300  # words of one at least, characters at most
_STANDFIRST_LINES = 2  # lines of a standfirst at most
_BELOW_HEADLINE = 4  # neighbours below a headline among which a standfirst may stand
_SECTIONS = frozenset(("h2", "h3", "h4"))
_LISTS = frozenset(("ul", "ol"))
_APART = _SECTIONS | _LISTS | {"p", "div", "section"}
_BELOW = 8  # neighbours below the block of a headline in which its text is looked for
_BEGINNING = 60  # characters by which the first line of a text is known
_PICTURES = frozenset(("figure", "img", "picture", "video", "iframe", "object"))
_PICTURE_BLOCKS = 3  # blocks around a picture that may be its box
_STEPS = 6  # elements above the headline in which its text is looked for
_DATA_LIMIT = 2_000_000  # characters of a script that are read as data
_DATA_VALUES = 20_000  # values of it that are looked at
_BODY_LENGTH = 120  # characters from which a text among the data may be an article


def mark_captions(tree: HtmlElement, headline: HtmlElement | None) -> None:
    """Mark as captions the lines below pictures in a block of nothing else, and the blocks that hold a picture, say so
    in their class, and have a line of text.
    """
    around = {headline, *headline.iterancestors()} if headline is not None else set()
    for picture in list(tree.iter("img", "picture")):
        line, block = picture.getnext(), picture.getparent()
        if line is not None and line.tag == "p" and block not in around and not any(map(_is_told, block)):
            line.set("class", "caption")
        for block in islice(picture.iterancestors("div", "span", "a"), _PICTURE_BLOCKS):
            named = _PICTURE_CLASS.search(block.get("class") or "")
            if named and block not in around and len(block.text_content().strip()) <= _CAPTION:
                block.set("class", f"{block.get('class')} caption")
                break


def _is_told(line: HtmlElement) -> bool:
    return is_sentence(" ".join(line.text_content().split()))


def cut_stamps(headline: HtmlElement) -> None:
    """Cut dates and counters between headline and text that only their style sets apart: they would be joined to it."""
    for piece in stamps_below(headline):
        drop(piece)


def stamps_below(headline: HtmlElement) -> list[HtmlElement]:
    """Elements between headline and text that hold a date, an hour or a counter, and that no line end sets apart."""
    found: list[HtmlElement] = []
    for block in islice(chain((headline,), headline.iterancestors()), _NEAR):
        if is_sentence((block.tail or "").strip()):
            return found
        for each in islice(chain.from_iterable(each.iter("*") for each in block.itersiblings("*")), _BETWEEN):
            text = " ".join((each.text or "").split())
            if is_sentence(text) and not is_stamp(text):
                return found
            if each.tag in _PIECES and _is_stamp_alone(each, text):
                found.append(each)
            if is_sentence((each.tail or "").strip()):
                return found
    return found


def _is_stamp_alone(piece: HtmlElement, text: str) -> bool:
    within = piece.getparent()
    plain = len(piece) == 0 and within is not None and within.tag in _BLOCKS - _PROSE
    dated = sum(map(str.isdigit, text)) >= _FIGURES or _CLOCK.fullmatch(text)
    return plain and len(text) <= _STAMP and bool(dated) and is_stamp(text)


def own_paragraphs(headline: HtmlElement) -> str:
    """The lines under ``headline`` in the block that belongs to it, "" where there are none."""
    for step, block in enumerate(headline.iterancestors()):
        if step == _STEPS or block.tag == "html":
            break
        if block.tag in ("header", "hgroup") or block.tag in ("h1", "h2", "a"):
            continue
        lines = _without_opening(_lines_after(block, headline))
        if lines and (block.tag in ("article", "main", "body", "td") or not _in_article(block)):
            return "\n".join([*lines, *_text_below_a_standfirst(block, lines)])
    return ""


def _text_below_a_standfirst(block: HtmlElement, lines: Sequence[str]) -> list[str]:
    """The lines of the text that stands in a block of its own, next to that of the headline and its standfirst."""
    if block.tag in ("main", "body", "td") or sum(map(is_sentence, lines)) > _STANDFIRST_LINES:
        return []
    build = None
    found: list[str] = []
    for each in islice(block.itersiblings("*"), _BELOW):
        another = build is not None and build != (each.tag, each.get("class"))
        if another or each.tag in ("h1", "h2", "h3", "nav", "aside", "footer"):
            break
        own = [] if _is_no_text(each, None) else list(_lines_after(each, None))
        if any(map(is_sentence, own)):
            build = (each.tag, each.get("class"))
            found += [line for line in own if line not in lines]
    return found


def opening_lines(
    headline: HtmlElement,
    others: Sequence[HtmlElement] = (),
    until: frozenset[str] = _PICTURES,
    beyond: frozenset[str] = frozenset(("html",)),
    *,
    apart: bool = False,
) -> list[str]:
    """The first lines under ``headline`` in the nearest block with a sentence there, up to a picture and its caption.

    One line more than `_OPENING` where the block goes on; lines of other stories, ``others``, are "".
    beyond: parts of a page that are no such block. apart: with a space between pieces of a line, which pages often set
    apart by their style alone.
    """
    for step, block in enumerate(headline.iterancestors()):
        if step == _STEPS or block.tag in beyond:
            break
        lines = list(islice(_lines_after(block, headline, until=until, apart=apart), _OPENING + 1))
        if any(map(is_sentence, lines)):
            elsewhere = lines_of(others, set(lines))
            return ["" if line in elsewhere else line for line in lines]
    return []


def standfirsts(
    headline: HtmlElement, others: Sequence[HtmlElement]
) -> tuple[Collection[str], Collection[str], Sequence[str]]:
    """What is a standfirst by its place just below ``headline``, many of which end without a full stop; what is one by
    its class or as a heading below a picture; and, if there are such, the first lines under ``headline`` past pictures.
    """
    near = islice((each for each in following(headline) if each.get("class")), _BETWEEN)
    named = _standfirst_lines(each for each in near if _STANDFIRST_CLASS.search(each.get("class")))
    block = next((each for each in headline.iterancestors("header", "hgroup") if each[-1] is headline), headline)
    placed = (each for each in islice(block.itersiblings("*"), _BELOW_HEADLINE) if _is_apart_from_text(each))
    pictured = _standfirst_lines(_headings_below_pictures(headline))
    told = named | pictured
    return _standfirst_lines(placed), told, opening_lines(headline, others, frozenset()) if told else []


def _headings_below_pictures(headline: HtmlElement) -> Iterator[HtmlElement]:
    """The headings right below a picture that stands between ``headline`` and the first paragraph."""
    for each in islice(following(headline), _BETWEEN):
        if each.tag == "p" and is_sentence(words_apart(each)):
            return
        above = each.getprevious() if each.tag in _SECTIONS else None
        pictured = above is not None and (above.tag in _PICTURES or next(above.iter(*_PICTURES), None) is not None)
        if pictured and next(each.iter("a"), None) is None and not _is_names(words_apart(each)):
            yield each


def _standfirst_lines(blocks: Iterable[HtmlElement]) -> set[str]:
    lines = (words_apart(line) for each in blocks for line in (each.iter("li") if each.tag in _LISTS else (each,)))
    return {line for line in lines if line.count(" ") >= _STANDFIRST_WORDS - 1 and len(line) <= _STANDFIRST}


def _is_apart_from_text(line: HtmlElement) -> bool:
    """Whether a line or list stands between the headline and a block with the text: above a paragraph a heading opens a
    section. Names, dates, and what leads elsewhere, are none.
    """
    if line.tag not in _APART or next(line.iter("a"), None) is not None:
        return False
    below = line.getnext()
    opens = below is not None and below.tag == "p" and is_sentence(words_apart(below))
    said = words_apart(line)
    dated = line.tag not in _SECTIONS and (sum(map(str.isdigit, said)) >= _FIGURES or _BAR.search(said))
    told = line.tag in ("p", "div", "section") and is_sentence(said)  # which needs no name
    return not (opens and line.tag in _SECTIONS) and not (dated or told or _is_names(said))


def with_standfirst(
    text: str,
    opening: Sequence[str],
    placed: Collection[str] = (),
    named: Collection[str] = (),
    below_picture: Sequence[str] = (),
) -> str:
    """``text`` under the standfirst that stands apart from it with the headline.

    opening: see `opening_lines`. placed, named, below_picture: see `standfirsts`. Any other line below a picture may be
    its caption.
    """
    if not text:
        return ""
    first = text.partition("\n")[0][:_BEGINNING]
    above = list(takewhile(lambda line: line[:_BEGINNING] != first, opening))
    if len(above) > _OPENING:  # a block that goes on, and the text begins elsewhere
        return text
    if len(above) == len(opening):
        below = list(takewhile(lambda line: line[:_BEGINNING] != first, below_picture))
        above += [line for line in below if line in named and line not in above and len(below) <= _OPENING]
    called = {*named, *placed}
    said = [line for line in above if line in called or (is_sentence(line) and not _is_names(line))]
    own = [line for line in said if not is_site_line(line)]
    own = [line for line in own if line not in text and not is_stamp(line)]
    unnamed = sum(line not in called for line in own)
    return "\n".join([*own, text]) if own and unnamed <= _STANDFIRST_LINES else text


def _is_names(line: str) -> bool:
    """Whether most words begin with a capital letter: authors and their papers, a headline."""
    cased = [word[0].islower() for word in line.split() if word[0].isalpha() and word[0].lower() != word[0].upper()]
    return len(cased) > 2 and sum(cased) < 0.4 * len(cased)


def _in_article(block: HtmlElement) -> bool:
    return any(each.tag == "article" for each in block.iterancestors())


def _without_opening(lines: Iterable[str]) -> list[str]:
    """``lines`` from the first that is a sentence on: above it stand the section, the date, the author."""
    kept: list[str] = []
    for line in lines:
        if kept or is_sentence(line):
            kept.append(line)
    return kept


def _lines_after(
    block: HtmlElement, headline: HtmlElement | None, *, until: frozenset[str] = frozenset(), apart: bool = False
) -> Iterator[str]:
    """Each line of text in ``block`` that follows ``headline``, if any, up to an element with a name of ``until``."""
    line: list[str] = []
    number = 0
    for text in _texts_after(block, headline, until):
        if text is not None:
            line.append(text)
            continue
        if joined := " ".join((" " if apart else "").join(line).split()):
            yield joined
            number += 1
        line = []
        if number == _LINES:
            return


def _texts_after(block: HtmlElement, headline: HtmlElement | None, until: frozenset[str]) -> Iterator[str | None]:
    """The pieces of text in ``block`` after ``headline``, None where a line ends."""
    from lxml.etree import iterwalk  # noqa: PLC0415 - 7 ms; a poll in which nothing changed reads no page

    walk = iterwalk(block, events=("start", "end"))
    begun = headline is None
    for event, element in walk:
        if begun and element.tag in until:
            break
        if event == "start" and element is not block and _is_no_text(element, headline):
            walk.skip_subtree()
        elif event == "start" and begun:
            yield from _opening(element)
        elif event == "end":
            begun = begun or element is headline
            yield from _ending(element, block) if begun else ()
    yield None


def _opening(element: HtmlElement) -> Iterator[str | None]:
    if element.tag in _BLOCKS or element.tag == "br":
        yield None
    if isinstance(element.tag, str) and element.tag not in _NO_TEXT:
        yield element.text or ""


def _ending(element: HtmlElement, block: HtmlElement) -> Iterator[str | None]:
    if element.tag in _BLOCKS:
        yield None
    if element is not block and element.tail:
        yield element.tail


def _is_no_text(element: HtmlElement, headline: HtmlElement | None) -> bool:
    if not isinstance(element.tag, str):
        return True
    marked = element.tag in _NO_TEXT or bool(_NO_TEXT_CLASS.search(element.get("class") or ""))
    return marked and (headline is None or not any(each is element for each in headline.iterancestors()))


# Articles held as data


def data_body(tree: HtmlElement, title: str) -> str:
    """HTML or text of the article that the page's linked data holds, "" where it holds none.

    That of the record whose title is the page's, else the longest. Data for a page's own scripts is not read: which of
    its many texts is the article is known to those scripts alone.
    """
    best, rank = "", (False, 0)
    for script in tree.iter("script"):
        kind = (script.get("type") or "").lower()
        if script.text and kind.strip() == _LINKED and len(script.text) <= _DATA_LIMIT:
            for named, body in _bodies(script.text):
                own = bool(named) and (named.casefold() in title.casefold() or title.casefold() in named.casefold())
                if (own, len(body)) > rank:
                    best, rank = body, (own, len(body))
    return best


def _bodies(script: str) -> Iterator[tuple[str, str]]:
    """(title, text) of each record that has the form of an article."""
    try:
        waiting: list[Any] = [json.loads(script, strict=False)]
    except (ValueError, RecursionError):
        return
    for _ in range(_DATA_VALUES):
        if not waiting:
            return
        item = waiting.pop()
        if isinstance(item, dict):
            yield from _body(item)
        waiting.extend(each for each in _parts(item) if isinstance(each, dict | list))


def _parts(item: Any) -> Iterable[Any]:
    return item.values() if isinstance(item, dict) else item


def _body(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    named = next((record[key] for key in ("headline", "name") if isinstance(record.get(key), str)), "")
    body = record.get("articleBody")
    if isinstance(body, str) and len(body) >= _BODY_LENGTH:
        yield named, body


_LINKED = "application/ld+json"
