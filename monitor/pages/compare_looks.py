"""Two looks at one page: what its source changed in the article between them. Pure; runs in a worker process.

Both pages are extracted again, by the same program, so that a better extraction is no change of the source's.
"""

from __future__ import annotations

from datetime import datetime

from monitor.model.frozen import frozen
from monitor.pages.edits import Difference, differences, sentence_key, sentences_of, share_kept
from monitor.pages.extract import ExtractedPage, extract_page
from monitor.pages.page_furniture import build_of
from monitor.text.likeness import words_of

ANOTHER = 0.1  # share of an article that stands in the new page, under which that page is another one
PART = 0.4  # share of an article, nothing added, under which the new page shows only a part of it
TELLING = 4  # words from which a headline is known within another
MOSTLY = 0.5  # share of a text that cannot all stand around the article: then the build of the page is misread


@frozen
class Look:
    """A page as it was fetched. url: the address that answered. charset: what the HTTP header said."""

    body: bytes
    url: str
    charset: str | None


@frozen
class Comparison:
    """What differs. problem: why the pages cannot be compared, "" where they can; then ``found`` is empty."""

    found: tuple[Difference, ...] = ()
    problem: str = ""


def compare_looks(before: Look, after: Look, *, now: datetime) -> Comparison:
    """What the source changed between the two looks; ``now`` is for reading dates. Never raises for the bytes."""
    old, new = (_extracted(look, now) for look in (before, after))
    if new.flaw is not None or not new.text:
        return Comparison(problem=f"shows no article any more ({new.flaw or 'empty'})")
    if problem := _not_the_article(old, new):
        return Comparison(problem=problem)
    if (old.title, old.text) == (new.title, new.text):
        return Comparison()
    builds = [build_of(look.body, look.charset) for look in (before, after)]
    around = builds[0].around | builds[1].around
    around = around if _is_plausible(around, old.text) and _is_plausible(around, new.text) else frozenset()
    items = builds[0].items | builds[1].items
    values = builds[0].values | builds[1].values
    return Comparison(tuple(differences((old.title, old.text), (new.title, new.text), around, items, values)))


def _extracted(look: Look, now: datetime) -> ExtractedPage:
    return extract_page(look.body, url=look.url, charset=look.charset, now=now)


def _not_the_article(old: ExtractedPage, new: ExtractedPage) -> str:
    kept = share_kept(old.text, new.text)
    if kept < ANOTHER and old.text and not (_is_titled_alike(old.title, new.title) and _may_be_left_of(old, new)):
        return "shows another article"
    if kept < PART and share_kept(new.text, old.text) == 1.0:
        return "shows only a part of the article"
    return ""


def _may_be_left_of(old: ExtractedPage, new: ExtractedPage) -> bool:
    """Whether a page without the article's text has a notice in its place. Under a label such as "Security briefing",
    as much of another text is the next report at a standing address.
    """
    return len(words_of(old.title)) >= TELLING or 2 * len(words_of(new.text)) < len(words_of(old.text))


def _is_titled_alike(old: str, new: str) -> bool:
    """Whether one headline holds the other whole: "Retracted: ..." stands above a text of which nothing is left."""
    if sentence_key(old) == sentence_key(new):
        return True
    shorter, longer = sorted((words_of(old), words_of(new)), key=len)
    return len(shorter) >= TELLING and f" {' '.join(shorter)} " in f" {' '.join(longer)} "


def _is_plausible(around: frozenset[str], text: str) -> bool:
    keys = [each.key for each in sentences_of(text)]
    return sum(len(key) for key in keys if key in around) < MOSTLY * max(1, sum(map(len, keys)))
