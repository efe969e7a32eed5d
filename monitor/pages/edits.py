"""What a source changed in an article after it was cited: found by comparing two looks, said in an edition. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from monitor.model import DigestStory, Edition, News, PageChange, Story

SHORT = 40  # characters of a paragraph below which it is furniture: a count of readers, "2 min read"
LONG = 120  # characters from which it is text even without a full stop at its end
_SPACE = re.compile(r"\s+")
_END = re.compile(r"[.!?؟۔…:][\"'”»’)\]]*$")
_SENTENCE = re.compile(r"(?<=[.!?؟۔…])\s+")


def differences(before: tuple[str, str], after: tuple[str, str]) -> list[tuple[str, str, str]]:
    """(kind, before, after) for headline and text, given (title, text) of the two looks.

    Texts are compared by sentence; before and after are the first that differ. White space does not count, nor do
    lines that are no sentence: what stands around an article changes with every look.
    """
    found = []
    old, new = (_plain(each[0]) for each in (before, after))
    if old and new and old != new:
        found.append(("headline", old, new))
    first, second = _sentences(before[1]), _sentences(after[1])
    for kind, i, j, k, m in SequenceMatcher(a=first, b=second, autojunk=False).get_opcodes():
        if kind != "equal":
            found.append(("text", " ".join(first[i:j]), " ".join(second[k:m])))
            break
    return found


def with_changes(edition: Edition, changes: Sequence[PageChange], stories: Mapping[int, Story]) -> Edition:
    """The edition with what was changed said in its stories, and those stories added that have nothing else new.

    stories: by id, with the reports that stood in earlier editions only.
    """
    if not changes:
        return edition
    shown = {each.story.id for each in (*edition.stories, *edition.more)}
    waiting = [stories[i] for i in dict.fromkeys(change.story for change in changes) if i in stories and i not in shown]
    added = [DigestStory(story, developing=True, fresh=frozenset()) for story in waiting if story.reports]
    return replace(
        edition,
        stories=tuple(_said(each, changes) for each in (*edition.stories, *added)),
        more=tuple(_said(each, changes) for each in edition.more),
    )


def _said(each: DigestStory, changes: Sequence[PageChange]) -> DigestStory:
    sources = {report.article.id: report.article.source for report in each.story.reports}
    news = [
        News("changed", f"{sources[change.article]}: {_sentence(change)}", change.article)
        for change in changes
        if change.article in sources
    ]
    return replace(each, news=(*news, *each.news)) if news else each


def _sentence(change: PageChange) -> str:
    if change.kind == "gone":
        return "took the article down"
    if change.kind == "headline":
        return f"the headline was “{change.before}”"
    if not change.before:
        return f"the text was added to: “{change.after}”"
    return f"“{change.before}” " + (f"now reads “{change.after}”" if change.after else "was taken out")


def _sentences(text: str) -> list[str]:
    lines = [line for line in map(_plain, text.split("\n")) if len(line) >= SHORT]
    prose = [line for line in lines if len(line) >= LONG or _END.search(line)]
    return [sentence for line in prose for sentence in _SENTENCE.split(line)]


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip()
