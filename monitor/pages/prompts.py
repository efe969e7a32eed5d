"""Cuts from a page the lines that ask the reader for something, by where they lead: to subscribe, give, write, install.

What such a line says differs from site to site and from language to language. The addresses hardly do.
"""

from __future__ import annotations

import re
from collections.abc import Set
from itertools import islice
from typing import TYPE_CHECKING

from monitor.pages.following import following
from monitor.pages.marked_blocks import drop, words_apart
from monitor.pages.own_links import leads_to_a_story
from monitor.pages.sentences import is_sentence
from monitor.pages.teasers import stems

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_AT_MOST = 300  # links below a headline that are looked at
_PROMPT = 600  # characters of a prompt at most
_SHARED = 1  # words at most that a prompt has of the headline and the first sentence; more, and it tells of the article
_LINES = frozenset(("p", "li", "div", "em", "h4", "h5", "h6"))
_ASKING = re.compile(  # a whole part of an address: "voter-registration" is a story
    r"(?:^|/)(?:subscri(?:be|ptions?)|newsletters?|donat(?:e|ions?)|sign-?up|register|membership|feedback|contact(?:-us)?|"
    r"corrections?|report-(?:an-)?error|support-?us|mailing-?list|mobile-?apps?|abonne(?:ments?|r|z-vous)|abo|abone(?:lik)?|"
    r"infolettres?|boletin(?:es)?|suscri(?:bir|pcion|bete)|podpiska|rassylka)(?:/|\.|$)",
    re.IGNORECASE,
)
_STORES = re.compile(r"(?:https?:)?//(?:play\.google|apps\.apple|itunes\.apple|news\.google)\.com/", re.IGNORECASE)


def cut_prompts(headline: HtmlElement, around: Set[HtmlElement], url: str) -> None:
    """Cut the lines below the first sentence under ``headline`` of the page at ``url`` that lead where its readers
    subscribe, give or write, and tell nothing of the article. A report may link there, in a line that has its words.
    """
    links = (link for link in following(headline, "a") if link.get("href") is not None)
    asking = [link for link in islice(links, _AT_MOST) if _asks(link, url)]
    if not asking:
        return
    first, told = _first_sentence(headline)
    if first is None:
        return
    for link in asking:
        line = next((each for each in link.iterancestors() if each.tag in _LINES), None)
        if line is None or line in around or line is first or len(text := words_apart(line)) > _PROMPT:
            continue
        if len(told.intersection(stems(text))) <= _SHARED:
            drop(line)


def _asks(link: HtmlElement, url: str) -> bool:
    href = link.get("href").strip()
    if _STORES.match(href):
        return True
    path = href.partition("?")[0].partition("#")[0]
    return _ASKING.search(path) is not None and leads_to_a_story(link, url)  # to a page of this site


def _first_sentence(headline: HtmlElement) -> tuple[HtmlElement | None, set[str]]:
    """The first line under ``headline`` that is one, and the words of both."""
    lines = (each for each in following(headline, "p", "div", "td", "li") if _has_text(each))
    for each in islice(lines, _AT_MOST):
        if is_sentence(text := words_apart(each)) and len(text) <= _PROMPT:
            return each, {*stems(words_apart(headline)), *stems(text)}
    return None, set()


def _has_text(line: HtmlElement) -> bool:
    return bool(line.text) or any(each.tail for each in line)
