"""HTML as plain text, and the text of an entry's content without what its feed adds to each. Pure."""

from __future__ import annotations

import re

from monitor.pages.flaws import without_closing_wall
from monitor.text.furniture import is_site_line, labels_an_advert, without_sign_off
from monitor.text.line_marks import without_quote_marks
from monitor.text.sanitize import (
    clean_text,
    collapse_space,
    once_unescaped,
    strip_tags,
    without_short_codes,
    without_written_tags,
)
from monitor.text.unwrap import join_blocks, unwrap

TEXT_LIMIT = 200_000  # characters of an article that are kept
_CLOSING = 80  # characters of a feed's last line up to which it may be the site's
_CUT_ENTITY = re.compile(r"&#\w{0,6}$")  # feeds cut their texts in the middle of one


def html_text(markup: str) -> str:
    """HTML as plain text, each block a line; lines broken at a fixed width are joined. Linear in time for any input."""
    markup = once_unescaped(without_short_codes(markup))
    if "<" in markup:
        markup = _BREAK.sub("\n", _BLOCK.sub("\n\n<", _without_line_ends(markup)))
    given = strip_tags(markup).splitlines()
    if "<" in markup:
        given = [line.strip() for line in given]  # indentation means nothing in HTML
    plain = without_written_tags("\n".join(given)).strip()
    if _BLANK_LINE.search(plain):  # it says where a paragraph ends
        plain = join_blocks(plain)
    lines = map(collapse_space, without_quote_marks(unwrap(plain)).split("\n"))
    text = clean_text("\n".join(filter(None, lines)))[:TEXT_LIMIT]
    return _CUT_ENTITY.sub("", text)


def _without_line_ends(markup: str) -> str:
    """A line end inside a paragraph of HTML is a space, as browsers show it; a blank line and a hyphen's end stay."""
    parts = _PARAGRAPH.split(markup)  # text, tag, text, tag, ... text
    for at in range(1, len(parts), 2):
        if "\n" in parts[at + 1] and not parts[at].startswith("</"):
            parts[at + 1] = _LINE_END.sub(" ", parts[at + 1])
    return "".join(parts)


_PARAGRAPH = re.compile(r"(</?p(?:\s[^<>]*)?>)", re.IGNORECASE)
_LINE_END = re.compile(r"(?<=[^\s\u00ad-])[ \t]*\r?\n[ \t]*(?=\S)")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_BREAK = re.compile(r"</?br\b[^<>]{0,100}>(?:[ \t]{0,20}\r?\n)?", re.IGNORECASE)
_BLOCK = re.compile(r"<(?=/?(?:p|div|li|tr|h[1-6]|blockquote|figcaption|ul|ol|table|section|article)\b)", re.IGNORECASE)


def feed_text(content: str) -> str:
    """The text of an entry's content, without the lines that name other stories or close every entry of the feed."""
    given = html_text(content).split("\n")
    # A channel's message may be nothing but "Watch: ...".
    lines = [line for line in given if not (labels_an_advert(line) or is_site_line(line))] or given
    while lines:
        last = without_sign_off(lines[-1])
        if len(lines) == 1 and len(lines[0]) <= _CLOSING:
            lines = [last]
            break
        if last and not _is_prompt(lines[-1]):
            lines[-1] = last
            break
        lines.pop()
    return without_closing_wall("\n".join(filter(None, lines)))


def _is_prompt(line: str) -> bool:
    """Whether the last line of an entry is a link to the page, a prompt or a notice."""
    return len(line) <= _CLOSING and is_site_line(line)
