"""From a text as it was copied from the web to the article alone, with a reason for every line left out.

The rules know kinds of lines (prompts, forms, forum blocks, mail headers, trails of sections: ``text.furniture``)
and where an article can begin and end (with a sentence); none knows a site.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from monitor.languages import any_of
from monitor.text.dates import dates_in
from monitor.text.fold import fold, tokens
from monitor.text.furniture import LINKS, furniture, is_forum_label, opens_comments, opens_post
from monitor.text.mail import without_quote_marks, without_quoted_printable
from monitor.text.unwrap import join_blocks, unwrap

_SENTENCE = 8  # words from which a line that ends like a sentence is one
_PROSE = 18  # words from which a line is prose however it ends
_SHORT_SENTENCE, _SHORT_PROSE = 4, 12  # the same in a text that has nothing longer
_LITTLE = 60  # words of a text that is short
_LONG_TITLE = 30  # words
_NEAR = 60  # lines above the first sentence among which a title is looked for
KEPT_AS_TITLE = "the title line, kept as the title"  # why a line is no part of the text, and yet not lost
_FEW = 40  # words before which nothing is taken for the comments' heading or the next post
_END = re.compile(r"[.!?…؟。।:;][\"'”’»)\]]*\s*$|[\"”»]\s*$")
_HEADER = re.compile(
    r"(title|source|date|language|url|author|from|to|cc|subject|message-id|list-\S+|x-\S+): ?(.*)", re.I
)
_MONTH_ONLY = re.compile(r"((?:19|20)\d\d)[-/.](\d{1,2})")
_CLOCK = re.compile(r"\d{1,2}:\d\d?")
_DATE_WORDS = 14  # words of the longest line that is only a date
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]+")
_MENU = re.compile(r"[|•·»›>]")
_QUOTE = re.compile(r"^\s*>")


@lru_cache(maxsize=1)
def _teaser() -> re.Pattern[str]:
    """The link to the whole text at the end of a paragraph that was cut."""
    opening = any_of(lambda known: known.furniture.teasers)
    return re.compile(rf"\s*\W*{opening}.{{0,200}}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SeedText:
    """An article's text with what its header or its surroundings say of it. headers: lower-case names."""

    title: str
    text: str
    published: datetime | None
    headers: dict[str, str] = field(default_factory=dict)
    left_out: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class _Lines:
    """The lines still held to be the article, and those left out, rule by rule."""

    kept: list[str]
    left: list[tuple[str, str]] = field(default_factory=list)

    def drop(self, indexes: set[int], reason: str) -> None:
        self.left += [(self.kept[index], reason) for index in sorted(indexes)]
        self.kept = [line for index, line in enumerate(self.kept) if index not in indexes]


def words(text: str) -> int:
    """How many words a text has, any script; two letters are one where a script has no spaces."""
    unspaced = _UNSPACED.findall(text)
    return len(tokens(fold(_UNSPACED.sub(" ", text) if unspaced else text))) + (sum(map(len, unspaced)) + 1) // 2


def is_sentence(line: str) -> bool:
    """Whether a line reads like running text rather than a heading, a label or a menu."""
    count = words(line)
    return count >= _PROSE or (count >= _SENTENCE and bool(_END.search(line)))


def _sentences(lines: list[str]) -> list[int]:
    """Indexes of the lines that are sentences; the short ones count where there are no others."""
    found = [index for index, line in enumerate(lines) if is_sentence(line)]
    return found or [index for index, line in enumerate(lines) if _is_short_sentence(line)]


def _is_short_sentence(line: str) -> bool:
    count = words(line)
    ended = count >= _SHORT_SENTENCE and bool(_END.search(line))
    return (ended or count >= _SHORT_PROSE) and not _MENU.search(line) and not furniture(line)


def date_in(text: str) -> datetime | None:
    """The earliest day named in full in ``text``, at midnight and naive; of a month alone (2020-03) its first day."""
    if found := _MONTH_ONLY.fullmatch(text.strip()):
        return datetime(int(found[1]), min(max(int(found[2]), 1), 12), 1)  # noqa: DTZ001  (the caller gives the zone)
    days = dates_in(tokens(fold(text))).days
    return datetime.fromordinal(min(days)) if days else None


def clean_seed(raw: str) -> SeedText:
    """The article in a text copied from the web, or prepared with a ``key: value`` header and a blank line.

    The text comes back as paragraphs separated by a newline; "" where no line reads like an article.
    """
    headers, body = _split_header(raw.replace("\r\n", "\n").replace("\r", "\n"))
    body = without_quote_marks(without_quoted_printable(body))
    lines = _Lines([line.strip() for line in unwrap(join_blocks(body)).split("\n") if line.strip()])
    title = headers.get("title") or headers.get("subject", "")
    _leave_mail(lines)
    _leave_forum(lines)
    published = _published(lines.kept)
    title = title or _title(lines.kept)
    _leave_titles(lines, title)
    _leave_comments(lines)
    _leave_furniture(lines)
    _leave_edges(lines)
    _leave_repeats(lines)
    first = lines.kept[0] if lines.kept else ""
    return SeedText(title or _opening(first), "\n".join(lines.kept), published, headers, tuple(lines.left))


def _split_header(raw: str) -> tuple[dict[str, str], str]:
    """The ``key: value`` lines before the first blank one; {} where the text does not begin with such lines."""
    head, gap, body = raw.lstrip("\ufeff\n ").partition("\n\n")
    found = [_HEADER.fullmatch(line.strip()) for line in head.split("\n") if not line[:1].isspace()]
    if not gap or not all(found):
        return {}, raw
    return {match[1].lower(): match[2].strip() for match in found if match}, body


def _published(lines: list[str]) -> datetime | None:
    """The date of a line that is only a date; one with a time of day before one without."""
    dates = [(not _CLOCK.search(line), index, found) for index, line in enumerate(lines) if (found := _date_line(line))]
    return min(dates)[2] if dates else None


def _date_line(line: str) -> datetime | None:
    if words(line) > _DATE_WORDS or is_sentence(line):
        return None
    return date_in(line)


def _leave_mail(lines: _Lines) -> None:
    """Quoted lines, and the signature and list footer from ``--`` or a long rule on, once there is an article."""
    lines.drop({index for index, line in enumerate(lines.kept) if _QUOTE.match(line)}, "quoted mail")
    total = 0
    for index, line in enumerate(lines.kept):
        if total >= _FEW and re.fullmatch(r"--|_{10,}|-{10,}", line):
            rest = lines.kept[index:]
            if sum(map(words, rest)) < total / 2:
                lines.drop(set(range(index, len(lines.kept))), "signature or list footer")
                return
        total += words(line)


def _leave_forum(lines: _Lines) -> None:
    """Users' blocks of a forum, and every post after the first."""
    blocks = _forum_blocks(lines.kept)
    out: set[int] = set()
    for start, end in blocks:
        out |= set(range(start, end))
    replies: set[int] = set()
    if len(blocks) > 1 and sum(words(line) for line in lines.kept[blocks[0][1] : blocks[1][0]]) >= _FEW:
        replies = set(range(blocks[1][1], len(lines.kept)))
    elif later := _next_post(lines.kept):
        replies = set(range(later, len(lines.kept)))
    lines.drop(out | replies, "forum: user details, or another user's post")


def _forum_blocks(lines: list[str]) -> list[tuple[int, int]]:
    """[start, end) of each user's block: a name, at least three labels, the values between and after them."""
    blocks: list[tuple[int, int]] = []
    index = 0
    while index < len(lines):
        if not is_forum_label(lines[index]):
            index += 1
            continue
        end, labels = index, 0
        while end < len(lines) and (is_forum_label(lines[end]) or _is_value(lines, end)):
            labels += is_forum_label(lines[end])
            end += 1
        if labels >= 3:
            start = _block_start(lines, index, blocks[-1][1] if blocks else 0)
            blocks.append((start, end))
        index = end
    return blocks


def _is_value(lines: list[str], index: int) -> bool:
    """A short line right after a label."""
    return words(lines[index]) <= 5 and is_forum_label(lines[index - 1])


def _block_start(lines: list[str], first_label: int, floor: int) -> int:
    """Where the user's name and rank above the labels begin: at most two short lines."""
    start = first_label
    while (
        start > floor and first_label - start < 2 and words(lines[start - 1]) <= 4 and not _END.search(lines[start - 1])
    ):
        start -= 1
    return start


def _next_post(lines: list[str]) -> int | None:
    total = 0
    for index, line in enumerate(lines):
        if total >= _FEW and opens_post(line):
            return index
        total += words(line)
    return None


def _title(lines: list[str]) -> str:
    """The heading above the article that is most like a title: long, and repeated."""
    first = next((index for index in _sentences(lines) if not furniture(lines[index])), 0)
    start = max(0, first - _NEAR)
    headings = [
        line for line in lines[start:first] if 3 <= words(line) <= _LONG_TITLE and not _date_line(line)
        and (furniture(line) in (None, "trail of sections")) and not is_forum_label(line)
    ]  # fmt: skip
    return max(headings, key=lambda line: _title_likeness(line, lines[start : first + _NEAR]), default="")


def _title_likeness(line: str, lines: list[str]) -> int:
    """In words: a heading that stands there again, alone or beside the site's name, is worth four more."""
    again = lines.count(line) > 1 or any(_is_titled(other, line) for other in lines if other != line)
    return words(line) + (4 if again else 0) - (8 if furniture(line) else 0)


def _is_titled(line: str, title: str) -> bool:
    """Whether ``line`` is ``title`` with the site's name before or after it."""
    parts = re.split(r"\s+[|–—»:-]\s+", line)
    return len(parts) > 1 and fold(title) in map(fold, parts)


def _leave_titles(lines: _Lines, title: str) -> None:
    if title:
        same = {i for i, line in enumerate(lines.kept) if fold(line) == fold(title) or _is_titled(line, title)}
        lines.drop(same, KEPT_AS_TITLE)


def _leave_comments(lines: _Lines) -> None:
    """Everything from the heading of the comments on, once there is an article."""
    total = 0
    for index, line in enumerate(lines.kept):
        if total >= _FEW and opens_comments(line):
            lines.drop(set(range(index, len(lines.kept))), "comments and their form")
            return
        total += words(line)


def _leave_furniture(lines: _Lines) -> None:
    """Furniture, and the headlines right after a heading that leads to other pages."""
    kept: list[str] = []
    under_links = False
    for line in lines.kept:
        reason = furniture(line)
        if reason:
            under_links = reason == LINKS and words(line) <= 3
        elif under_links and not is_sentence(line):
            reason = LINKS
        else:
            under_links = False
        if reason:
            lines.left.append((line, reason))
        else:
            kept.append(line)
    lines.kept = kept


def _leave_edges(lines: _Lines) -> None:
    """Lines before the first sentence and after the last."""
    sentences = _sentences(lines.kept)
    first, last = (sentences[0], sentences[-1]) if sentences else (len(lines.kept), -1)
    if sum(words(line) for line in lines.kept[first : last + 1]) < _LITTLE:  # every sentence counts
        while sentences and last + 1 < len(lines.kept) and _is_short_sentence(lines.kept[last + 1]):
            last += 1
    edges = {index for index in range(len(lines.kept)) if index < first or index > last}
    lines.drop(edges, "label before or after the article")


def _leave_repeats(lines: _Lines) -> None:
    """Paragraphs that stand there again, whole or as a teaser ("... Read Full Article at ...")."""
    seen: set[str] = set()
    again: set[int] = set()
    for index, line in enumerate(lines.kept):
        plain = fold(_teaser().sub("", line)).rstrip(" .…")
        if plain in seen:
            again.add(index)
        elif words(line) >= _SENTENCE:
            seen.add(plain)
    lines.drop(again, "the same words as a paragraph that is kept")


def _opening(text: str) -> str:
    """The first sentence of a text that has no title, cut at a word."""
    sentence = re.split(r"(?<=\w\w[.!?؟])\s", text, maxsplit=1)[0]  # no number of an item, no initial
    return sentence if len(sentence) <= 120 else f"{sentence[:120].rsplit(' ', 1)[0]}…"
