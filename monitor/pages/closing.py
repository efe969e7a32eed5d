"""The lines of a page's text without those that are the site's: prompts, notices, and what stands below its last
sentence. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import dropwhile

from monitor.languages import any_of
from monitor.pages.edit_labels import is_line_of_date, labels_an_edit
from monitor.pages.sentences import is_sentence
from monitor.pages.stamps import is_stamp
from monitor.text.fold import fold
from monitor.text.furniture import is_row_of_tools, is_site_line, opens_comments, without_closing_list
from monitor.text.likeness import is_unspaced, words_of
from monitor.text.sentences import STOPS
from monitor.text.sites import same_site

_FRAGMENTS = 3  # lines below the last sentence up to which they are the site's; more are a list or a table
_LABEL = 4  # words of a label
_COUNTER = 10  # words of a counter or a rating, if the text has none of them
_UNSPACED = 10  # characters of a label where words are not apart
_STEM = 4  # first letters by which words are the same: endings differ
_ABOVE = 2  # names above the first sentence at most
_AGENCY_SIGN = re.compile(r"[-–—/|()#\d]")
_OPENING = 6  # lines of a text among which the line of its date is looked for
_WITH_EDIT = 2  # lines of dates where the second is that of an edit
_RULES = 2  # lines below an invitation to comment at most
_WRITING = 160  # characters of a line that gives the address to write to at most
_SHARED = 1  # words of the text that such a line has at most
_MAIL = re.compile(r"\S@([\w-]+(?:\.[\w-]+)+)\W*$")
_STANDFIRST = 2  # sentences of a standfirst at most
_INVITATION = 120  # characters of a line that leads to a network at most
_CAPTION = 400  # characters of a caption at most
_NETWORK = re.compile(
    r"(?<![\w.])(?:t\.me|wa\.me|(?:chat\.|www\.)?whatsapp\.com|(?:www\.)?(?:facebook|fb|twitter|x|instagram|youtube|tiktok"
    r"|linkedin|threads)\.(?:com|net)|youtu\.be|news\.google\.com)/\S+$|\bGoogle (?:News|Discover)\b"
)
_BRACKET = re.compile(r"[(\[]([^()\[\]]{2,100})[)\]]$")
_BEHIND_A_BAR = re.compile(r"\s[/|]\s?([^/|]{2,60})$")
_SUM = re.compile(r"[$€£¥₽₺₪₹₩%٪]\s?\d|\d\s?[$€£¥₽₺₪₹₩%٪]")  # an amount closes a list of such
_SIGNED = re.compile(r"[.!?…][\"'”’»)]*\s[A-ZÄÖÜ]{2,8}$")  # the agency behind the last sentence
_STOPS = tuple(STOPS)
_CLOSERS = "\"'”’»)]"  # after such a sign


def without_site_lines(text: str, url: str) -> str:
    """``text`` of the page at ``url`` without lines of the site and captions, dates and labels above and below it."""
    lines = _without_comments(without_closing_list(text.split("\n")))
    lines = [line for line in lines if not is_site_line(line) and not _is_credited(line)]
    # A date between paragraphs may be a chronicle's, a row between bars a cast or a score.
    while lines and not _SUM.search(lines[-1]) and any(is_it(lines[-1]) for is_it in _NO_TEXT):
        del lines[-1]
    if len(lines) > 1 and _asks_to_write(lines[-1], lines[:-1], url):
        del lines[-1]
    return "\n".join(_without_label(list(dropwhile(is_stamp, _without_date(_without_fragments(lines))))))


def _without_comments(lines: list[str]) -> list[str]:
    """``lines`` without the rules below an invitation to comment, where the text stands above both."""
    for at in range(max(1, len(lines) - _RULES - 1), len(lines)):
        if opens_comments(lines[at]) and sum(map(len, lines[at:])) < sum(map(len, filter(is_sentence, lines[:at]))):
            return lines[:at]
    return lines


def _asks_to_write(line: str, text: Sequence[str], url: str) -> bool:
    """Whether a line gives an address of the site, and says nothing of the article: "A tip? Write to tips@..."."""
    mail = _MAIL.search(line) if len(line) <= _WRITING else None
    return mail is not None and same_site(f"https://{mail[1]}/", url) and _shared(line, text) <= _SHARED


def _without_label(lines: list[str]) -> list[str]:
    """``lines`` without the names above the first sentence, as of a section or an author. Places and agencies stay."""
    if len(lines) > _ABOVE and not lines[0].endswith(_STOPS) and is_sentence(lines[2]) and _is_author(lines[1]):
        return [lines[0], *lines[2:]]  # below a standfirst
    first = next((at for at, line in enumerate(lines) if is_sentence(line)), 0)
    if not 0 < first <= _ABOVE:
        return lines
    own = any(_AGENCY_SIGN.search(line) or _agencies().search(line) or not _is_name(line) for line in lines[:first])
    return lines if own else lines[first:]


def _is_author(line: str) -> bool:
    return " " in line and _is_name(line) and all(word[0].isupper() for word in line.split())


def _leads_to_a_network(line: str) -> bool:
    """Whether a line invites to a channel: "News of the office on Telegram https://t.me/office"."""
    return len(line) <= _INVITATION and _NETWORK.search(line) is not None


def _is_credited(line: str) -> bool:
    """Whether a line is a caption: it ends with who took the picture, in brackets or behind a bar."""
    behind = _BEHIND_A_BAR.search(line) if len(line) <= _CAPTION else None
    if behind and _picture().match(fold(behind[1])) and not is_sentence(line[: behind.start()]):
        return True
    credit = _BRACKET.search(line) if len(line) <= _CAPTION and line.endswith((")", "]")) else None
    if credit is None:
        return False
    taken = _picture().search(fold(credit[1]))
    return taken is not None or (line.endswith("]") and "/" in credit[1] and _agencies().search(credit[1]) is not None)


def _without_date(lines: list[str]) -> list[str]:
    """``lines`` without the one line of a date that stands between a standfirst and the text, with that of the edit
    below it and the names above it. Several are those of a chronicle.
    """
    dates = [at for at, line in enumerate(lines) if is_line_of_date(line)]
    edited = len(dates) == _WITH_EDIT and dates[1] == dates[0] + 1 and labels_an_edit(lines[dates[1]])
    if (len(dates) != 1 and not edited) or not 0 < dates[0] <= _OPENING:
        return lines
    begin = dates[0]
    while begin > 1 and _is_name(lines[begin - 1]):
        begin -= 1
    told = sum(map(is_sentence, lines[:begin]))
    return lines[:begin] + lines[dates[-1] + 1 :] if told <= _STANDFIRST else lines


def _is_name(line: str) -> bool:
    return len(line.split()) <= _LABEL and not line.endswith((*_STOPS, ":", "：")) and not line.startswith(("- ", "|"))


def _without_fragments(lines: list[str]) -> list[str]:
    """``lines`` up to the last sentence, where what stands below it are a few words that continue nothing: a rating,
    a counter, a prompt in words that no list knows.
    """
    ends = (at for at in range(len(lines), 0, -1) if is_sentence(lines[at - 1]) or _SIGNED.search(lines[at - 1]))
    end = next(ends, 0)
    if not end or not 0 < len(lines) - end <= _FRAGMENTS:
        return lines
    if not lines[end - 1].rstrip(_CLOSERS).endswith(_STOPS) and not _SIGNED.search(lines[end - 1]):
        return lines
    return lines[:end] if all(_is_fragment(line, lines[:end]) for line in lines[end:]) else lines


def _is_fragment(line: str, text: Sequence[str]) -> bool:
    if line.startswith(("- ", "|")) or line.endswith((":", "：")) or _agencies().search(line):
        return False
    if is_unspaced(line):
        return len(line) <= _UNSPACED
    words = line.split()
    if len(words) <= _LABEL or all(word.startswith("#") for word in words):
        return True
    if len(words) > _COUNTER or not any(map(str.isdigit, line)):
        return False
    return not _shared(line, text)


def _shared(line: str, text: Sequence[str]) -> int:
    """How many of a line's longer words stand in a text."""
    told = {word[:_STEM] for part in text for word in words_of(part)}
    return len({word[:_STEM] for word in words_of(line) if len(word) >= _STEM} & told)


@lru_cache(maxsize=1)
def _agencies() -> re.Pattern[str]:
    """The names of agencies: where one closes a text, it says whose report it is."""
    names = any_of(lambda known: (re.escape(form) for _, forms in known.agencies for form in forms))
    return re.compile(rf"(?<!\w){names}(?!\w)")


@lru_cache(maxsize=1)
def _picture() -> re.Pattern[str]:
    """ "Photo by" or "Photo:" or "Photo/" before a name, or nothing but the word."""
    word = any_of(lambda known: known.furniture.pictures)
    behind = r"(?:[/:|]|by\b|via\b|courtesy\b|credit\b|$)"
    return re.compile(rf"(?<!\w){word}(?!\w)\s*{behind}|/\s?{word}(?!\w)")


_NO_TEXT = (is_row_of_tools, is_stamp, _leads_to_a_network)  # of lines at the end of a text
