"""From hard-wrapped text, as mail and old newswires have it, to paragraphs of one line each.

A wrapper breaks a line only where the next word would not have fitted. So in wrapped text nearly every line that ends
inside a sentence is full, which lists, headlines, verse, tables and addresses are not. Other text comes back as given.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from unicodedata import category, east_asian_width

from monitor.languages import every
from monitor.text.line_marks import even_ends
from monitor.text.sentences import STOPS

_BLOCKS_FROM = 36  # columns of the longest line, which one of a narrow width need not fill
NARROWEST, WIDEST = 45, 100  # columns at which mail, newswires and archives are wrapped; verse is narrower
_COLUMN = 30  # columns of the narrowest text that is wrapped at all, where it can be told from verse and lists
_COLUMN_BREAKS = 4  # breaks of such a text at least
_GAP = 4  # spaces between two words of a justified line at most
_LONGEST = 6000  # lines, more than an article has; a longer text stays as it is
_EXAMINED = 2000  # breaks from which the width is found
_NEAR = 0.75  # share of the width from which a line is about as long as the others
_HYPHENS, _HYPHENS_SHARE = 3, 0.08  # line ends with a hyphen, and their share, from which words are broken there
_MANY = 5  # breaks from which lines that are about as long as each other say enough, though they are not full
_QUOTE = re.compile(r"[ \t]*(?:>[ \t]?)+")
_ENDED = re.compile(rf"[{STOPS}:][\"'”’»«)\]]*$")
_PAUSED = re.compile(r"[,،、，;؛]$")
_HYPHENED = re.compile(r"\w[-\u2010]$")
_MARKER = re.compile(r"(?:[*•·▪◦●○■□►–—-]|\(?\d{1,2}[.)]|\(?[a-z][.)])[ \t]+")
_NUMBER = re.compile(r"\d")  # "in November / 7. The" is no item of a list
_LABEL = re.compile(r"[\w.-]{1,20}:(?![\d/])")  # a mail's header, who speaks in a talk
_CODE = re.compile(r".*[=({].*;|.*[{}]|.* [-+=!<>]?= .*")
_TABLE = re.compile(r"(?:[^\s.!?:](?:\t+| {2,})\S.*){2}|\|.*\||\t.*\t|\.{4,}")
_GAPS = re.compile(r"(?<=\S) {2,}(?=\S)")
_WIDE_GAP = re.compile(rf"(?<=\S)(?: {{{_GAP + 1},}}|\s*\t\s*)(?=\S)")
_RULE = re.compile(r"[\W_]+")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class _Line:
    """body: the line without indentation and the marks of quoted mail. size: columns of both body and indentation."""

    raw: str
    body: str
    quote: int
    indent: int
    size: int


@dataclass(frozen=True, slots=True)
class _Break:
    """The end of a line inside a sentence. size: of the line; needed: with the next line's first word besides;
    following: of the next line. cased: whether the next line begins in a script with capitals, lower: with a small
    letter. leads_on: whether the line ends with what no sentence ends with.
    """

    size: int
    needed: int
    following: int
    cased: bool
    lower: bool
    leads_on: bool


@dataclass(slots=True)
class _Tally:
    """How the breaks look if the text was wrapped at one width. sure: full, and the sentence goes on; full: full only;
    near: about as long as full ones, and may go on; against: broken though the next word had fitted, or too long.
    """

    sure: int = 0
    full: int = 0
    near: int = 0
    against: int = 0
    cased: int = 0

    def is_wrapped(self, closes: bool) -> bool:
        """Whether that is more than chance; ``closes``: the text ends with a sentence, as no list of headlines does."""
        total = self.sure + self.full + self.near + self.against
        filled = self.sure + self.full
        if total >= _MANY and self.sure and self.against <= 0.15 * total:
            return self.sure >= 0.3 * self.cased
        if filled < 3 * self.against or self.near > filled:
            return False
        if 2 * self.cased > total:  # a Latin name in a text without capitals says nothing
            return self.sure >= max(1, 0.3 * filled)
        return (self.sure >= 1 and filled + closes >= 2) or (filled >= 2 and closes and not self.against)

    def is_column(self, closes: bool) -> bool:
        """Whether narrow lines are wrapped prose: all are full, and go on with small letters where there are any."""
        filled = self.sure + self.full
        if self.against > 0.05 * filled or filled < _COLUMN_BREAKS or self.near > 0.2 * filled:
            return False
        if 2 * self.cased > filled:
            return self.sure >= 0.5 * filled and (closes or filled >= 2 * _COLUMN_BREAKS)
        return closes


def unwrap(text: str) -> str:
    """``text`` with each paragraph that was broken at a fixed width on one line; else ``text`` itself.

    Lines stay lines where the text breaks off early, ends a sentence early, indents, quotes or lists.
    """
    text = even_ends(text)
    if not 0 < text.count("\n") < _LONGEST or not any("\n" in part.strip("\n") for part in text.split("\n\n")):
        return text  # every line is a paragraph, as in most HTML
    lines = _without_gaps(_without_hang([_line(raw) for raw in text.split("\n")]))
    width = _width_of(lines)
    return "\n".join(_Joiner(lines, *width).paragraphs()) if width else text


def join_blocks(text: str) -> str:
    """``text`` with each paragraph on one line, where blank lines stand between paragraphs that were all wrapped alike.

    Blank lines say where a paragraph ends, so this needs no more than that every line is as full as the width allows.
    `unwrap`, which has to do without them, sees less in a short text.
    """
    if not 0 < text.count("\n") < _LONGEST:
        return text
    blocks = re.split(r"\n(?:[ \t]*\n)+", text)
    several = [index for index, block in enumerate(blocks) if "\n" in block.strip()]
    if not several:  # every line is a paragraph, as in most HTML
        return text
    found = [_loose(blocks, measure) for measure in (len, _shown_columns)]
    loose, against = min(found, key=lambda each: len(each[0]))
    tight = [index for index in several if index not in loose]
    closed = [index for index in tight if _ENDED.search(blocks[index].strip())]
    if not closed or 4 * against > len(several):
        return text
    known = _Known(text)
    for index in closed if len(closed) == 1 else tight:
        first, *rest = (line.strip() for line in blocks[index].strip().split("\n"))
        parts = [first]
        for line in rest:
            parts[-1:] = _glued(parts[-1], line, known)
        blocks[index] = "".join(parts)
    return "\n\n".join(blocks)


def _loose(blocks: Sequence[str], measure: Callable[[str], int]) -> tuple[set[int], int]:
    """The blocks of several lines that are no paragraph wrapped at the width of the others, and how many of these have
    lines of about that width, as an address has not."""
    lines = [[line.strip() for line in block.strip().split("\n")] for block in blocks]
    width = max((measure(line) for block in lines if len(block) > 1 for line in block), default=0)
    if not _BLOCKS_FROM <= width <= WIDEST:
        return {index for index, block in enumerate(lines) if len(block) > 1}, len(blocks)
    loose = {
        index
        for index, block in enumerate(lines)
        if any(
            measure(_with_next(line, after)) <= width or _stands_apart(line, after, block[0])
            for line, after in pairwise(block)
        )
    }
    return loose, sum(max(map(measure, lines[index])) >= _NEAR * width for index in loose)


def _with_next(line: str, after: str) -> str:
    """The line with what a wrapper would have moved up to it: the next word, or a compound's next part."""
    word = after.split(" ", 1)[0]
    part = word[: word.index("-") + 1] if "-" in word[1:] else word
    return f"{line}{part}" if _HYPHENED.search(line) else f"{line} {part}"


def _stands_apart(line: str, after: str, first: str) -> bool:
    """Whether a line begins something of its own: an item of a list, a quoted line of a mail, a rule."""
    item = _MARKER.match(after) and (_ENDED.search(line) or _MARKER.match(first))
    return bool(item or _QUOTE.match(after) or _RULE.fullmatch(after))


def _shown_columns(text: str) -> int:
    """Columns, without the marks and joiners that take none."""
    return sum(category(char) not in ("Mn", "Cf") for char in text)


def _line(raw: str) -> _Line:
    found = _QUOTE.match(raw)
    rest = raw[found.end() :] if found else raw
    body = rest.strip()
    indent = len(rest.expandtabs(4)) - len(rest.expandtabs(4).lstrip()) if rest[:1].isspace() else 0
    return _Line(raw, body, found[0].count(">") if found else 0, indent, indent + _columns(body))


def _without_hang(lines: list[_Line]) -> list[_Line]:
    """Without the indentation that all lines but the first have: that is the file's around the text, no paragraph's."""
    first = next((at for at, line in enumerate(lines) if line.body), 0)
    indents = {line.indent for line in lines[first + 1 :] if line.body}
    if len(indents) != 1 or not lines[first].indent < min(indents) or _MARKER.match(lines[first].body):
        return lines
    return [replace(line, indent=0, size=line.size - line.indent) for line in lines]


def _without_gaps(lines: list[_Line]) -> list[_Line]:
    """With single spaces where lines were justified: most are as long as each other, which rows of a table are by
    columns alone, and words are up to four spaces apart."""
    spaced = [line for line in lines if "  " in line.body]
    if len(spaced) < 2 or any(_WIDE_GAP.search(line.body) for line in spaced):
        return lines
    sizes = Counter(line.size for line in lines if line.body)
    width, full = sizes.most_common(1)[0]
    most = full >= 2 and 2 * full >= sizes.total() and width == max(sizes)
    if not (most and _COLUMN <= width <= WIDEST) or any(line.size != width for line in spaced) or _in_columns(spaced):
        return lines
    return [
        replace(line, body=_GAPS.sub(" ", line.body), raw=_GAPS.sub(" ", line.raw)) if line.size == width else line
        for line in lines
    ]


def _in_columns(lines: Sequence[_Line]) -> bool:
    """Whether gaps stand under each other, as in a table."""
    ends = Counter(found.end() for line in lines for found in _GAPS.finditer(line.body))
    return len(lines) > 2 and max(ends.values()) > 0.7 * len(lines)


def _columns(text: str) -> int:
    """Columns on a terminal: two for an ideograph. What is too long for a wrapped line is not measured."""
    if text.isascii() or len(text) > WIDEST or not _UNSPACED.search(text):
        return len(text)
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


# Where a line may go on


def _may_go_on(line: _Line, after: _Line) -> bool:
    """Whether two lines that follow each other can be parts of one paragraph by their form."""
    if not line.body or not after.body or line.quote != after.quote:
        return False
    if after.indent > line.indent + 1 and after.indent != _text_column(line):
        return False
    if _MARKER.match(after.body) and (_ENDED.search(line.body) or not _NUMBER.match(after.body)):
        return False
    if _LABEL.match(after.body) and (_ENDED.search(line.body) or _LABEL.match(line.body)):
        return False
    return not (_stands_alone(line) or _stands_alone(after)
                or _is_capitals(line.body) != _is_capitals(after.body))  # fmt: skip


def _text_column(line: _Line) -> int:
    """Where the text of a list's item begins after its mark; -1 for a line that is none."""
    found = _MARKER.match(line.body)
    return line.indent + found.end() if found else -1


def _stands_alone(line: _Line) -> bool:
    """A row of a table, a rule, a line of a program."""
    if len(line.body) > 2 * WIDEST:
        return False
    return bool(_TABLE.search(line.body) or _RULE.fullmatch(line.body) or _CODE.fullmatch(line.body))


def _is_capitals(body: str) -> bool:
    return body.isupper() and sum(map(str.isupper, body)) >= 8  # of letters that have capitals


def _needed(line: _Line, after: _Line) -> int:
    """Columns of the line with the next line's first word."""
    if _UNSPACED.match(after.body):
        return line.size + 2
    gap = 0 if _HYPHENED.search(line.body) else 2 if _ENDED.search(line.body) else 1  # two spaces after a full stop
    return line.size + gap + len(after.body.partition(" ")[0])


def _first_letter(body: str) -> str:
    """The letter or figure that a line begins with, after brackets and quotation marks; "" for another sign."""
    return next((char for char in body[:4] if char.isalnum()), "")


def _is_small(letter: str) -> bool:
    return letter.islower() and letter.upper() != letter


def _leads_on(body: str) -> bool:
    last = body.rsplit(None, 1)[-1].strip("\u200c")
    return bool(_PAUSED.search(body) or _HYPHENED.search(body) or body.endswith("\u00ad") or last in _leading())


@lru_cache(maxsize=1)
def _leading() -> frozenset[str]:
    return frozenset(every(lambda known: known.leads_on))


# The width


def _width_of(lines: Sequence[_Line]) -> tuple[int, bool] | None:
    """The columns at which the text was wrapped, and whether its lines are all full; None where it was not."""
    breaks = _breaks(lines)
    sizes = {size for each in breaks for size in (each.size, each.following)}
    widths = [size for size in sizes if NARROWEST <= size <= WIDEST]
    closes = bool(_ENDED.search(next((line.body for line in reversed(lines) if line.body), "")))
    if not widths:
        width = max(sizes, default=0)
        column = _tally(breaks, width) if width >= _COLUMN else None
        return (width, column.near == 0) if column and column.is_column(closes) else None
    tallies = [(_tally(breaks, width), width) for width in widths]
    best, width = max(tallies, key=lambda each: (each[0].sure + each[0].full - each[0].against, each[0].sure, -each[1]))
    return (width, best.near == 0) if best.is_wrapped(closes) else None


def _breaks(lines: Sequence[_Line]) -> list[_Break]:
    found: list[_Break] = []
    for line, after in pairwise(lines):
        if not _ENDED.search(line.body) and _may_go_on(line, after):
            letter = _first_letter(after.body)
            cased = letter.upper() != letter.lower() or letter.isdigit()
            needed, leads_on = _needed(line, after), _leads_on(line.body)
            found.append(_Break(line.size, needed, after.size, cased, _is_small(letter), leads_on))
            if len(found) == _EXAMINED:
                break
    return found


def _tally(breaks: Sequence[_Break], width: int) -> _Tally:
    tally = _Tally()
    for each in breaks:
        tally.cased += each.cased
        if each.size > width or each.following > width:
            tally.against += 1
        elif each.needed > width:
            tally.sure += each.lower or each.leads_on
            tally.full += not (each.lower or each.leads_on)
        elif each.size >= _NEAR * width and (each.lower or not each.cased):
            tally.near += 1
        elif not (each.lower or each.leads_on):
            tally.against += 1
    return tally


# The paragraphs


class _Joiner:
    """Joins the lines of a text that was wrapped at a known width."""

    def __init__(self, lines: Sequence[_Line], width: int, full: bool) -> None:
        self._lines = lines
        self._width = width
        self._full = full
        self._words = _Known("\n".join(line.body for line in lines))

    def paragraphs(self) -> list[str]:
        made = [[self._lines[0].raw]]
        for line, after in pairwise(self._lines):
            if self._goes_on(line, after):
                made[-1][-1:] = _glued(made[-1][-1].rstrip(), after.body, self._words)
            else:
                made.append([after.raw])
        return ["".join(parts) for parts in made]

    def _goes_on(self, line: _Line, after: _Line) -> bool:
        if not _may_go_on(line, after):
            return False
        if line.size <= self._width < _needed(line, after):
            return True
        if _ENDED.search(line.body) or line.size > self._width + 1:
            return False
        letter = _first_letter(after.body)
        if _is_small(letter) and line.size >= 0.5 * self._width:
            return True
        near = not self._full and line.size >= _NEAR * self._width
        return _leads_on(line.body) or (near and letter.upper() == letter.lower() and letter.isalpha())


class _Known:
    """What a wrapped text says of hyphens at the ends of its lines: its words, and whether it breaks words at all."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words = frozenset(_WORD.findall(text))
        ends = len({line.rsplit(maxsplit=1)[-1] for line in text.split("\n") if _HYPHENED.search(line)})
        # A compound stands at the end of a line now and then; where a wrapper breaks words, every few lines end in one.
        self._breaks_words = ends >= _HYPHENS and ends >= _HYPHENS_SHARE * text.count("\n")

    def is_one_word(self, left: str, right: str) -> bool:
        """Whether "left-" at the end of a line and "right" in the next are one word without a hyphen."""
        return left + right in self._words or (
            self._breaks_words and left[-1:].islower() and right[:1].islower() and f"{left}-{right}" not in self._text
        )


def _glued(text: str, more: str, known: _Known) -> list[str]:
    """The end of a paragraph so far, and what comes to it."""
    if text.endswith("\u00ad"):
        return [text[:-1], more]
    if _HYPHENED.search(text) and more[0].isalnum():
        parts = (_WORD.findall(text)[-1:] or [""])[0], (_WORD.match(more) or [""])[0]
        return [text[:-1] if known.is_one_word(*parts) else text, more]
    if _UNSPACED.match(text[-1]) and _UNSPACED.match(more):
        return [text, more]
    return [f"{text} ", more]
