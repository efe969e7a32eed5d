"""Cuts from a page the boxes and lists within its article that tell of other stories, by what they say.

A box in words that no list knows ("Also in this section") opens with a label or a headline, and next to none of its
words stands elsewhere in the article. A section or a list of the article has many of them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence, Set
from functools import cached_property, lru_cache
from itertools import chain, islice, takewhile
from typing import TYPE_CHECKING

from monitor.languages import any_of
from monitor.pages.announced import HEADINGS
from monitor.pages.edit_labels import YEAR
from monitor.pages.marked_blocks import SIDE_AT_MOST, drop, text_of, words_apart
from monitor.pages.sentences import is_long_title, is_sentence
from monitor.pages.stamps import is_stamp
from monitor.text.furniture import furniture
from monitor.text.likeness import in_pieces, is_unspaced, words_of
from monitor.text.sentences import QUESTIONS, STOPS

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LINES = frozenset(
    """address article aside blockquote body br dd details div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6
    header hr li main nav ol p section table tbody td th tr ul""".split()  # noqa: SIM905
)
_BOXES = frozenset(("article", "aside", "div", "fieldset", "ol", "section", "table", "ul"))
_TEXTLESS = frozenset(("script", "style", "noscript", "template", "svg", "iframe", "button"))
_AT_MOST = 300  # elements of a page, or neighbours, that are looked at
_LABEL = 60  # characters of a label at most
_STEM = 4  # first letters by which words are the same: endings differ
_TELLING = 4  # such words that lines have at least, or they say too little to be judged
_SHARED = 0.25  # share of them in the article up to which the lines are of other stories
_SHARED_DATED = 0.4  # the same of a story with a day of its own, whose headline has so few of them
_SHARED_CLOSING = 0.15  # the same of what closes a page under a headline
_STORY = 8  # words that such a story has at least
_OF_HEADLINE = 2  # words of its headline that a text has at least, so that it is surely the article
_LISTED = 2  # headlines from which they are a list of stories
_STOPS = (*(sign for sign in STOPS if sign not in QUESTIONS), ":", "：")  # a headline may be a question
_LABELS = 3  # labels from which lines are a list of such
_LABELLED = re.compile(r"[^\W\d][^:：]{1,24}[:：] ?\S")
_UNENDED = 4  # how much less a text counts that ends as no sentence does
_OF_CARD = 3  # lines of a card at most
_OLDEST, _LATEST = 1300, 2100  # numbers that can be years, of any calendar in use
_TEXT = 24  # characters of a paragraph at least
_PROMPT = 300  # characters of what offers a newsletter
_PROMPTS = ("share or subscribe prompt", "form field or menu")
_LISTING = re.compile(r"^\W*\d|[:：,،]")  # what most lines of a chronicle have, of facts, of names with their offices
_CLOCK = re.compile(r"\W*\d{1,2}[:.]\d\d(?!\d)")


def cut_strangers(headline: HtmlElement, around: Set[HtmlElement]) -> None:
    """Cut boxes and lists of other stories below the first paragraph of the article under ``headline``.

    around: the headline and all that it stands in.
    """
    text = _block_of_text(headline)
    if text is None:
        return
    article = next(each for each in (text, *text.iterancestors()) if each in around or each.tag == "body")
    own = _Article(article, headline)
    for row in _rows(article, text, around):
        for block in dict.fromkeys(_strange(row, own)):
            drop(block)


class _Article:
    """What is compared with: worked out when a first block asks, as few pages have one that does."""

    def __init__(self, block: HtmlElement, headline: HtmlElement) -> None:
        self._block = block
        self._headline = headline

    @property
    def is_marked(self) -> bool:
        """Whether the page says by its elements what the article is."""
        return any(each.tag == "article" for each in self._headline.iterancestors())

    @cached_property
    def _newest(self) -> int:
        """The latest year that the page names; 0 where it names none."""
        return max(_years(words_apart(self._headline.getroottree().getroot())), default=0)

    def is_of_now(self, day: str) -> bool:
        """Whether a day is of the latest year that the page names: what is news was out in the days of the article."""
        return max(_years(day), default=0) == self._newest

    @cached_property
    def length(self) -> int:
        """Characters of it and of all that stands in it."""
        return len(words_apart(self._block))

    @cached_property
    def said(self) -> Counter[str]:
        """How often its block has each word; empty where it hardly has those of the headline, and is another's."""
        said = Counter(_stems(words_apart(self._block)))
        title = Counter(_stems(words_apart(self._headline)))
        said.subtract(title)
        told = sum(said[word] > 0 for word in title)
        return said if told >= min(_OF_HEADLINE, len(title)) else Counter()


def _block_of_text(headline: HtmlElement) -> HtmlElement | None:
    """The block of the page around ``headline`` with most text directly in it or in its paragraphs."""
    weights: dict[HtmlElement, int] = defaultdict(int)
    body = next(headline.iterancestors("body"), None)
    for each in islice(body.iter("p", "div", "td", "section", "article"), _AT_MOST) if body is not None else ():
        text = (text_of(each) if each.tag == "p" else _direct_text(each)).strip()
        if len(text) >= _TEXT:
            weight = len(text) if text.endswith(_STOPS) else len(text) // _UNENDED  # a long headline of another story
            weights[each.getparent() if each.tag == "p" else each] += weight
    return max(weights, key=lambda each: weights[each]) if weights else None


def _direct_text(block: HtmlElement) -> str:
    return " ".join(chain([block.text or ""], (each.tail or "" for each in block)))


def _rows(article: HtmlElement, text: HtmlElement, around: Set[HtmlElement]) -> Iterator[list[HtmlElement]]:
    """What stands in ``text`` below its first paragraph, and below ``text`` in ``article``."""
    begun = is_sentence(" ".join((text.text or "").split()))
    row = []
    for each in islice(text.iterchildren("*"), _AT_MOST):
        if begun and each not in around:
            row.append(each)
        begun = begun or is_sentence(words_apart(each)) or is_sentence(" ".join((each.tail or "").split()))
    yield row
    for block in () if text is article else (text, *takewhile(lambda each: each is not article, text.iterancestors())):
        build = (block.tag, block.get("class", block))  # what is built as the text is a part of the article
        below = islice(block.itersiblings("*"), _AT_MOST)
        yield [each for each in below if each not in around and (each.tag, each.get("class")) != build]


def _strange(row: Sequence[HtmlElement], own: _Article) -> Iterator[HtmlElement]:
    """Those of neighbours that tell of other stories, with their labels."""
    yield from _dated_story(row, own)
    yield from _dated_card(row, own)
    yield from _closing_story(row, own)
    pending: list[HtmlElement] = []  # lines that are no sentences, below the last that is one
    above = ""
    for block in row:
        text = words_apart(block)
        if not text:
            continue
        lines = _lines(block) if _is_box(block) and len(text) <= SIDE_AT_MOST else []
        if len(lines) > 1 and not _continues(above) and _are_beside(lines, own):
            yield from (each for each in pending[-1:] if len(words_apart(each)) <= _LABEL)
            yield block
            pending = []
        elif len(lines) > 1 or (block.tail or "").strip() or is_sentence(text) or len(text) > SIDE_AT_MOST:
            yield from _strange_lines(pending, own)
            pending = []
        else:
            pending.append(block)
        above = text
    yield from _strange_lines(pending, own)


def _dated_story(row: Sequence[HtmlElement], own: _Article) -> Sequence[HtmlElement]:
    """What stands below the last line of text that is nothing but a day, if it is a headline, the only one so, and its
    story, of which the article says next to nothing. A chronology has several days, what an article looks back on an
    earlier year, a document that it quotes a line that announces it; and what an <article> holds is its own.
    """
    dated = [at for at, each in enumerate(row[:-1]) if row[at + 1].tag in HEADINGS and _is_day(words_apart(each))]
    if len(dated) != 1 or own.is_marked or not own.is_of_now(words_apart(row[dated[0]])):
        return ()
    if dated[0] and _continues(words_apart(row[dated[0] - 1])):
        return ()
    story = row[dated[0] :]
    lines = [words_apart(each) for each in story[1:]]
    headings = sum(each.tag in HEADINGS for each in story)
    if headings != 1 or not is_long_title(lines[0]) or is_sentence(lines[0]) or not any(map(is_sentence, lines[1:])):
        return ()
    title, stems = set(_stems(lines[0])), Counter(_stems(" ".join(lines)))
    if len(stems) < _TELLING or not own.said or _shared(stems, own) > _SHARED_DATED * len(stems):
        return ()
    named = sum(own.said[word] > stems[word] for word in title)
    return story if named <= _SHARED * len(title) else ()


def _closing_story(row: Sequence[HtmlElement], own: _Article) -> Sequence[HtmlElement]:
    """What stands from the one heading among neighbours to their end, if that is as long as a headline, none of its
    words is in the article, and few of the story's are: sites show there from day to day what else they have. Of
    closing sections of an article's own, under their first words as a heading, one or two in a hundred would go so.
    """
    headings = [at for at, each in enumerate(row) if each.tag in HEADINGS]
    if len(headings) != 1 or (own.is_marked and (not headings[0] or row[headings[0] - 1].tag != "hr")):
        return ()
    story = row[headings[0] :]
    lines = [words_apart(each) for each in story]
    size = sum(map(len, lines))
    if not is_long_title(lines[0]) or lines[0].endswith(_STOPS) or "?" in lines[0] or 3 * size > own.length:
        return ()
    title, stems = set(_stems(lines[0])), Counter(_stems(" ".join(lines)))
    if not any(map(is_sentence, lines[1:])) or len(stems) < _STORY or not own.said:
        return ()
    apart = all(own.said[word] <= stems[word] for word in title)
    return story if apart and _shared(stems, own) <= _SHARED_CLOSING * len(stems) else ()


def _dated_card(row: Sequence[HtmlElement], own: _Article) -> Iterator[HtmlElement]:
    """The one box of its build that holds a headline, a day of this year, and nothing else but a label. Several are the
    entries of a chronicle, and an earlier year is what the article looks back on.
    """
    boxes = [each for each in row if _is_box(each) and len(words_apart(each)) <= SIDE_AT_MOST]
    cards = [each for each in boxes if YEAR.search(words_apart(each)) and _is_dated_headline(_lines(each))]
    builds = Counter((each.tag, each.get("class")) for each in boxes)
    for each in cards:
        if builds[each.tag, each.get("class")] == 1 and own.is_of_now(words_apart(each)):
            yield each


def _is_dated_headline(lines: Sequence[str]) -> bool:
    titles = [line for line in lines if is_long_title(line) and not _is_day(line)]
    days = [line for line in lines if _is_day(line)]
    few = len(lines) <= _OF_CARD and all(len(line) <= _LABEL for line in lines if line not in titles)
    return few and len(titles) == len(days) == 1 and not titles[0].endswith(_STOPS) and not is_sentence(titles[0])


def _years(text: str) -> list[int]:
    return [year for found in YEAR.findall(text) if _OLDEST <= (year := int(found)) <= _LATEST]


def _is_day(line: str) -> bool:
    return len(line) <= _LABEL and YEAR.search(line) is not None and is_stamp(line)


def _is_box(block: HtmlElement) -> bool:
    return block.tag in _BOXES or "-" in block.tag  # a web component


def _strange_lines(lines: list[HtmlElement], own: _Article) -> list[HtmlElement]:
    """Lines without a box: a label, and headlines below it."""
    texts = list(map(words_apart, lines))
    listed = len(lines) > 1 and len(texts[0]) <= _LABEL and all(map(is_long_title, texts[1:]))
    return lines if listed and _are_strange(texts, own) else []


def _continues(above: str) -> bool:
    """Whether the line above announces what follows it: "The agreement covers three points:"."""
    return above.endswith((":", "：")) and is_sentence(above)


def _are_beside(lines: Sequence[str], own: _Article) -> bool:
    return _are_strange(lines, own) or _are_a_prompt(lines) or _are_labelled(lines, own)


def _are_labelled(lines: Sequence[str], article: _Article) -> bool:
    """Whether lines are labels and what they stand for, of which the article says next to nothing: "Story ID: 551"."""
    labels = sum(line.endswith((":", "：")) or _LABELLED.match(line) is not None for line in lines)
    if labels < _LABELS or 3 * labels < len(lines) or any(len(line) > _LABEL for line in lines):
        return False
    own = Counter(_stems(" ".join(lines)))
    return len(own) >= _TELLING and bool(article.said) and _shared(own, article) <= _SHARED * len(own)


def _shared(own: Counter[str], article: _Article) -> int:
    return sum(article.said[word] > number for word, number in own.items())


def _are_strange(lines: Sequence[str], article: _Article) -> bool:
    """Whether lines with a headline among them have next to no word of the article."""
    titles = _dated_titles(lines)
    if not titles and (len(lines) < _LISTED or is_sentence(lines[0])):
        return False
    titles = titles or [line for line in lines if is_long_title(line) and not is_sentence(line)]
    size = sum(map(len, lines))
    if not titles:
        return False
    if _CLOCK.match(lines[0]) and any(map(is_sentence, lines)):  # an entry of a live report
        return False
    if 2 * sum(_LISTING.search(line) is not None for line in titles) > len(titles):
        return False
    if len(titles) < _LISTED and 3 * size > article.length:
        return False
    own = Counter(_stems(" ".join(lines)))
    if len(own) < _TELLING or not article.said:
        return False
    return _shared(own, article) <= _SHARED * len(own)


def _dated_titles(lines: Sequence[str]) -> list[str]:
    """The titles of cards with nothing else but when each was made, however long they are; none of other lines."""
    stamps = {line for line in lines if any(map(str.isdigit, line)) and len(line) <= _LABEL and is_stamp(line)}
    titles = [line for line in lines if line not in stamps]
    dated = sum(line in stamps for line in lines)
    told = all(is_long_title(line) and not line.endswith(_STOPS) for line in titles)
    return titles if told and _LISTED <= len(titles) <= dated + 1 and dated >= _LISTED else []


def _are_a_prompt(lines: Sequence[str]) -> bool:
    """Whether lines offer a newsletter or the like: under its name, one of the few asks the reader for something."""
    few = sum(map(len, lines)) <= _PROMPT and not is_sentence(lines[0])
    return few and any(furniture(line) in _PROMPTS for line in lines[1:])


def _stems(text: str) -> Iterator[str]:
    for piece in in_pieces(words_of(text), text):
        word = _prefix().sub("", piece)
        if not word.isdigit() and (len(word) >= _STEM or is_unspaced(word)):
            yield word[:_STEM]


@lru_cache(maxsize=1)
def _prefix() -> re.Pattern[str]:
    """The article where it is written with its noun: it would be half of a stem."""
    return re.compile(rf"^{any_of(lambda known: known.affixes.stem_before)}(?=\w{{3}})")


def _stands_alone(piece: HtmlElement) -> bool:
    """Whether a piece of a line has one of its own by its style: no text stands beside it, and another piece does."""
    within = piece.getparent()
    return within is not None and len(within) > 1 and not _direct_text(within).strip()


def _lines(block: HtmlElement) -> list[str]:
    """The lines of text of a block: where another block or a line end stands, one ends."""
    from lxml.etree import iterwalk  # noqa: PLC0415 - 7 ms; a poll in which nothing changed reads no page

    lines, line = [], [""]
    walk = iterwalk(block, events=("start", "end"))
    for event, element in walk:
        if not isinstance(element.tag, str) or element.tag in _TEXTLESS:
            walk.skip_subtree()
            line.append((element.tail or "") if event == "end" and element is not block else "")
            continue
        if element.tag in _LINES or _stands_alone(element):
            lines.append(line)
            line = []
        after = element.tail if element is not block else ""
        line.append((element.text if event == "start" else after) or "")
    lines.append(line)
    return [text for pieces in lines if (text := " ".join("".join(pieces).split()))]
