"""An article as its source has it now: what it said when it was read, and the changes that were found since. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from monitor.model import Article, PageChange
from monitor.model.articles import is_taken_down
from monitor.pages.edits import replaced, sentence_key, whole_key

ALIKE = 0.6  # resemblance from which a feed's headline is the one that its page has changed


def as_edited(article: Article, changes: Sequence[PageChange]) -> Article:
    """The article with its source's later words, oldest first, whether it was taken down or not."""
    title, text = article.title, article.text
    for change in changes:
        if change.kind == "headline" and _is_headline(title, change.before):
            title = change.after
        elif change.kind == "text" and change.before:
            text = replaced(text, change.before, change.after)
        elif change.kind == "text" and whole_key(change.after) not in whole_key(text):
            text = f"{text}\n{change.after}" if text else change.after  # where it stands says nothing
    return article if (title, text) == (article.title, article.text) else replace(article, title=title, text=text)


def article_as_it_reads_now(article: Article, changes: Sequence[PageChange]) -> Article:
    """The same; without a text where it was taken down."""
    edited = as_edited(article, changes)
    return replace(edited, text="") if is_taken_down(changes) else edited


def _is_headline(title: str, before: str) -> bool:
    """Whether a feed's headline is the page's, which may be shorter or in other words."""
    one, other = sentence_key(title), sentence_key(before)
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE
