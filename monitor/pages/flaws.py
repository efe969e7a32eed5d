"""Pages that are not the article: consent walls, logins, captchas, error pages, shells with no text.

Judged on what a reader would see, the title and the extracted text. An article about cookies or a page whose
comment form carries a captcha is none of these: a flaw needs a page with little text, most of it of that kind, or a
title that says so and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Literal

from monitor.languages import any_of, every, languages
from monitor.languages.record import Language
from monitor.languages.values import Patterns
from monitor.pages.challenge import challenge_name
from monitor.pages.sentences import is_sentence
from monitor.text.likeness import is_unspaced
from monitor.text.sentences import STOPS
from monitor.text.sieve import Sieve

Flaw = Literal["consent", "login", "captcha", "error-page", "empty", "not-html"]
_Phrases = Callable[[Language], Patterns]

THIN = 1200  # characters of text; longer pages are articles whatever words they hold
CHALLENGE = 150  # characters of text a page that is marked as a challenge may have and still be nothing else
EMPTY = 40  # characters below which nothing can be judged
EMPTY_UNSPACED = 12  # the same in a script without spaces
_WALL_LINES = 8  # lines at the end among which a wall is looked for
_PROMPT = 300  # characters: a longer line is text
_SHORT_PROMPT = 110  # characters: a longer sentence with words of a prompt may be news
_BUTTON = 3  # words of a sentence up to which it is what a button says
_ASKING = 0.5  # share of a line's characters in sentences that ask, from which it is a prompt
_WHOLE = 3  # sentences or paragraphs of a text from which an offer below it need not be its wall
_STOPS = tuple(STOPS.replace("…", ""))  # not "…", at which openings of paid articles end
_CLOSERS = "\"'”’»)]"  # after such a sign
_MOSTLY = 0.4  # share of the text's characters in sentences of one kind

# The kinds of page in the order in which they are tried, for a title and for a text: "403 Forbidden" is an error before
# it is anything else, and a bot check that asks for cookies is no consent wall.
_KINDS_OF_TITLE: tuple[tuple[Flaw, _Phrases], ...] = (
    ("error-page", lambda known: known.wall_titles.error_page),
    ("consent", lambda known: known.wall_titles.consent),
    ("login", lambda known: known.wall_titles.login),
    ("captcha", lambda known: known.wall_titles.captcha),
)
_KINDS_OF_TEXT: tuple[tuple[Flaw, _Phrases], ...] = (
    ("captcha", lambda known: known.walls.captcha),
    ("login", lambda known: known.walls.login),
    ("consent", lambda known: known.walls.consent),
    ("error-page", lambda known: known.walls.error_page),
)


@lru_cache(maxsize=1)
def _title_rules() -> tuple[tuple[Flaw, re.Pattern[str]], ...]:
    return tuple((flaw, _compiled(phrases)) for flaw, phrases in _KINDS_OF_TITLE)


@lru_cache(maxsize=1)
def _sentence_rules() -> dict[Flaw, Sieve[Flaw]]:
    return {flaw: Sieve((flaw, _spaced(each)) for each in every(phrases)) for flaw, phrases in _KINDS_OF_TEXT}


def _compiled(phrases: _Phrases) -> re.Pattern[str]:
    """The phrases of all languages as one pattern."""
    return re.compile(_spaced(any_of(phrases)), re.IGNORECASE)


def _spaced(phrase: str) -> str:
    """A space of a phrase stands for any white space, " ?" also for none."""
    return phrase.replace(" ?", r"\s*").replace(" ", r"\s+")


@lru_cache(maxsize=1)
def _prompt_rules() -> tuple[Sieve[str], Sieve[str]]:
    """The words for joining, and prices, and those for reading, by the code of their language."""
    asking = [known for known in languages() if known.prompts.joining]
    return (
        Sieve((known.code, each) for known in asking for each in (*known.prompts.joining, _PRICE)),
        Sieve((known.code, each) for known in asking for each in known.prompts.reading),
    )


@lru_cache(maxsize=1)
def _elsewhere() -> Sieve[None]:
    return Sieve((None, each) for each in every(lambda known: known.prompts.elsewhere))


@lru_cache(maxsize=1)
def _everything() -> re.Pattern[str]:
    return re.compile(any_of(lambda known: known.prompts.everything), re.IGNORECASE)


_PRICE = r"[€$£₽₪₺¥₩₹]\s?\d|\d\s?(?:[€$£₽₪₺¥₩₹]|TL\b|kr\b)"
_A_PRICE = re.compile(rf"{_PRICE}|\d\s?(?:euros?|dollars?)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[^.!?؟።։。।\n]+[.!?؟።։。।]*")
_PASSWORD = re.compile(rb"<input\b[^>]{0,300}type\s*=\s*[\"']?password", re.IGNORECASE)
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|meta|article|main|section|div|p|h1|table|br)\b", re.I)
_FEED_ROOT = re.compile(rb"<(?:rss|feed|rdf:RDF|urlset|sitemapindex|opml|svg|Error)\b", re.IGNORECASE)
_MAGIC = (b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"RIFF", b"\x1f\x8b", b"ID3", b"{", b"[")


def is_html(body: bytes) -> bool:
    """False for what a browser would not show as a page: PDF, pictures, JSON, feeds, plain text, nothing."""
    head = body[:65536].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if head.startswith(_MAGIC):
        return False
    head = head.replace(b"\0", b"")  # UTF-16
    page = _MARKUP.search(head)
    feed = _FEED_ROOT.search(head, 0, 2048)
    return page is not None and (feed is None or page.start() < feed.start())


def page_flaw(body: bytes, title: str, text: str, *, told: bool = False) -> Flaw | None:
    """What stands where the article should, or None. ``title`` and ``text`` are what was extracted from ``body``.

    told: whether a sentence stands under the headline. Then a text of a few words is the whole article.
    """
    if len(text) > THIN:
        return None
    # Marks of a challenge stand in the comment form of many a good page: a short item is believed before them.
    challenge = challenge_name(body)
    if challenge and len(text) < CHALLENGE:
        if challenge == "a consent page":
            return "consent"
        return "error-page" if challenge == "a refusal page" else "captcha"
    for flaw, rule in _title_rules():
        if _is_titled(rule, title):
            return flaw
    mostly = text_flaw(text)
    if mostly:
        return mostly
    if has_closing_wall(text.split("\n")):
        return "login"  # the opening of a paid article
    if not (told and text) and len(text) < (EMPTY_UNSPACED if is_unspaced(text) else EMPTY):
        return "login" if _PASSWORD.search(body) else "empty"
    return None


def _is_titled(rule: re.Pattern[str], title: str) -> bool:
    """The whole title, or the whole part of it before or after the site's name, is what the rule says."""
    parts = [title, *re.split(r"\s+[-–—|:»]\s+", title)]
    return any(rule.fullmatch(part.strip(" .!…")) for part in parts if part.strip(" .!…"))


def has_closing_wall(lines: list[str], text: str | None = None) -> bool:
    """Whether the last lines of a text are prompts to log in or subscribe, and what goes with them.

    Not where nothing but all that the site publishes is offered below a whole text. text: that of the article, where
    ``lines`` are but the short ones of its page.
    """
    wall = _closing_wall(lines)
    if wall is None:
        return False
    above = lines[:wall] if text is None else text.split("\n")
    asking = [line for line in lines[wall:] if is_wall(line)]
    offers = list(map(offers_everything, asking))
    decided = any(not offer and not _is_button(line) for line, offer in zip(asking, offers, strict=True))
    return decided or not any(offers) or not is_whole_text(above)


def _is_button(line: str) -> bool:
    """Whether a line is what a button of an offer says ("See plans"), and nothing of reading."""
    return len(line.split()) <= _BUTTON and not _prompt_rules()[1].finds(line)


def offers_everything(line: str) -> bool:
    """Whether a line asks to subscribe to all that a site publishes, and says nothing of this text."""
    rest, found = _everything().subn(" ", line)
    return bool(found) and not is_wall(rest)


def names_everything(line: str) -> bool:
    """Whether a line speaks of all that a site publishes."""
    return _everything().search(line) is not None


def speaks_of_others(line: str) -> bool:
    """Whether a line asks to join something else than the readers of a text: a newsletter, a channel."""
    return _elsewhere().finds(line)


def is_whole_text(lines: Sequence[str]) -> bool:
    """Whether lines may be an article that needs no more: several sentences, up to a full stop."""
    told = [line for line in lines if is_sentence(line) and not is_wall(line)]
    return len(told) >= _WHOLE and told[-1].rstrip(_CLOSERS).endswith(_STOPS)


def _closing_wall(lines: list[str]) -> int | None:
    """The line from which on there are only prompts to log in or subscribe, and what goes with them; None for none."""
    found = None
    for at in reversed(range(max(0, len(lines) - _WALL_LINES), len(lines))):
        if len(lines[at]) <= _PROMPT and is_wall(lines[at]):
            found = at
        elif is_sentence(lines[at]) and not _names_a_price(lines[at]):
            break
    return found


def is_wall(line: str) -> bool:
    """Whether most of a line asks its reader to log in or subscribe."""
    if _asks_to_join(line):
        return True
    wall = _sentence_rules()["login"]
    sentences = [found[0] for found in _SENTENCE.finditer(line)]
    asked = [
        (wall.finds(sentence) and not _elsewhere().finds(sentence)) or _asks_to_join(sentence) for sentence in sentences
    ]
    if any(asked):  # "Already a subscriber? Log in"
        asked = [each or len(sentence.split()) <= _BUTTON for each, sentence in zip(asked, sentences, strict=True)]
    asking = sum(len(sentence) for sentence, each in zip(sentences, asked, strict=True) if each)
    return asking > _ASKING * sum(map(len, sentences)) > 0


def _asks_to_join(sentence: str) -> bool:
    """Whether a short sentence speaks of this text and of who may read it, in whatever words."""
    if len(sentence) > _SHORT_PROMPT:
        return False
    joining, reading = _prompt_rules()
    read = reading.found(sentence)
    return bool(read) and not read.isdisjoint(joining.found(sentence)) and not _elsewhere().finds(sentence)


def text_flaw(text: str) -> Flaw | None:
    """What a text mostly is, where its sentences are those of a wall; None for any other."""
    sentences = [found[0].strip() for found in _SENTENCE.finditer(text)]
    whole = sum(map(len, sentences))
    for flaw, rule in _sentence_rules().items():
        told = [s for s in sentences if flaw != "login" or len(s) <= _SHORT_PROMPT]  # a longer one may be news
        if whole and sum(len(s) for s in told if rule.finds(s)) >= _MOSTLY * whole:
            return flaw
    return None


def without_closing_wall(text: str) -> str:
    """The text of a whole article without the prompts to subscribe that stand below it."""
    lines = text.split("\n")
    lines = lines[: _closing_wall(lines) or None]
    sentences = [found[0] for found in _SENTENCE.finditer(lines[-1])]
    while len(sentences) > 1 and is_wall(sentences[-1]):
        sentences.pop()
        lines[-1] = "".join(sentences).rstrip()
    return "\n".join(lines)


def opening_for_all(text: str, below: Sequence[str] = ()) -> str:
    """What is left of a paywalled article: the lines above the wall, without sentences of a login or consent wall.

    below: the short lines of the page below its headline. The extractor may leave out the first of a wall.
    """
    lines = text.split("\n")
    wall = next((at for at, line in enumerate(below) if is_wall(line)), len(below))
    behind = set(below[wall:]).intersection(lines[1:])
    if _prose([line for line in lines if line in behind]) < sum(len(line) for line in lines if line not in behind):
        lines = [line for line in lines if line not in behind]
    for at, line in enumerate(lines):
        if at and is_wall(line) and _prose(lines[at + 1 :]) < sum(map(len, lines[:at])):
            lines = lines[:at]
            break
    return _without_walls("\n".join(lines))


def _prose(lines: list[str]) -> int:
    """Characters in sentences that are no prompts and name no price."""
    return sum(len(line) for line in lines if is_sentence(line) and not is_wall(line) and not _names_a_price(line))


def _names_a_price(line: str) -> bool:
    return len(line) <= _PROMPT and _A_PRICE.search(line) is not None


def _without_walls(text: str) -> str:
    walls = [_sentence_rules()[flaw] for flaw in ("login", "consent")]
    kept = (
        "".join(s[0] for s in _SENTENCE.finditer(line) if not any(wall.finds(s[0]) for wall in walls)).strip()
        for line in text.split("\n")
    )
    return "\n".join(line for line in kept if line)
