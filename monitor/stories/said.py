"""What a report says, sentence by sentence: figures, days, names, and who publishes it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from monitor.languages import any_of, language
from monitor.model import Report
from monitor.stories.counted import without_designations, words_of_thing
from monitor.stories.group.tables import load_tables
from monitor.text import fold
from monitor.text.dates import dates_in
from monitor.text.marked_terms import ending_of, forms_of, stands
from monitor.text.sentences import split_sentences
from monitor.topic.records import EntityName

_NUMBER = re.compile(r"(?<![\w.,:/-])(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?(?![\w:/-]|[.,]\d)")

_WRITTEN = re.compile(r"\w[\w\u200c\u0300-\u036f\u064b-\u065f’']*(?:[-‐‑–]\d\w*)?")


@lru_cache(maxsize=1)
def _dateline() -> re.Pattern[str]:
    agencies = any_of(lambda known: map(re.escape, known.credits.dateline))
    return re.compile(rf"^[^.]{{0,60}}?\({agencies}\)\s*[-–—]+\s*|^[A-Z][A-Z ,.]{{2,40}}[-–—]+\s+")


def sentences_of(report: Report) -> list[str]:
    """The sentences of the text; a dateline before the first is left away."""
    sentences = split_sentences(report.article.text)
    if sentences:
        sentences[0] = _dateline().sub("", sentences[0])
    return sentences


def is_named(entity: EntityName, folded: str) -> bool:
    """Whether a folded text names the entity, be it by a name that others bear, too."""
    return next(_found_names(entity, folded), None) is not None


def longest_name(entity: EntityName, folded: str) -> str:
    """The longest name by which a folded text names the entity, "" where it does not."""
    return max(_found_names(entity, folded), key=len, default="")


def _found_names(entity: EntityName, folded: str) -> Iterator[str]:
    for name in entity.names:
        for form in forms_of(name):
            at = folded.find(form)
            while at >= 0 and not stands(folded, at, at + len(form), ending_of(name)):
                at = folded.find(form, at + 1)
            if at >= 0:
                yield form


def numbers_in(sentence: str, code: str | None = None) -> Iterator[tuple[str, str]]:
    """(plain number, the number with what it counts) of each figure of a sentence.

    code: the language of the sentence, so that "11 ago" is a day in Spanish.
    """
    months = _short_months(code or "")
    folded = fold.fold(without_designations(sentence))
    words = fold.tokens(folded)
    days = {str(value % 32) for value in dates_in(words).recurring}
    for found in _NUMBER.finditer(folded):
        whole = found[1].replace(",", "")
        plain = f"{whole}.{found[2]}" if found[2] else whole
        year = len(whole) == 4 and "," not in found[1] and whole[:2] in ("13", "14", "19", "20")
        after = fold.tokens(folded[found.end() : found.end() + 40])
        before = fold.tokens(folded[max(0, found.start() - 8) : found.start()])
        beside = (*before[-1:], *after[:1])
        # "30/12" and "30 | 12" are days; more than 15 digits are a telephone or account number.
        date = len(plain) <= 2 and any((word.isdigit() and len(word) <= 2) or word in months for word in beside)
        numbered = whole[0] == "0" and len(whole) > 1  # of a wire's item: "16:48 0112"
        if year or date or numbered or plain in days or len(plain) > 15 or _islamic_month().match(folded, found.end()):
            continue
        if len(plain) > 1 or (after and not after[0].isdigit()):
            yield plain, " ".join((found[0], *after[: words_of_thing(after, code, load_tables())]))


def as_written(said: str, sentence: str) -> str:
    """Folded words of a sentence as it writes them: "9 keştî" for "9 kesti". Figures stay as they are."""
    written: dict[str, str] = {}
    for word in _WRITTEN.findall(sentence):
        written.setdefault(fold.fold(without_designations(word)), word)
    return " ".join(word if word[:1].isdigit() else written.get(word, word) for word in said.split())


@lru_cache(maxsize=1)
def _islamic_month() -> re.Pattern[str]:
    """A month of the Islamic calendar behind its day: it stands in datelines."""
    names = any_of(lambda known: (name for month in known.months.islamic for name in month))
    return re.compile(rf"\s+{fold.fold(names)}(?!\w)")


@lru_cache(maxsize=64)
def _short_months(code: str) -> frozenset[str]:
    """Names of months that stand in dates alone, folded, of one language."""
    if not code:
        return frozenset()
    months = language(code).months
    return frozenset(fold.fold(name) for names in (*months.short, *months.iranian_short) for name in names)


def days_in(text: str) -> frozenset[int]:
    """The days that a text names, with their year, as proleptic Gregorian ordinals."""
    return dates_in(fold.tokens(fold.fold(text))).days


def publisher_key(report: Report) -> str:
    """Who published a report, folded: feeds of one publisher have one."""
    return fold.fold(report.article.publisher or report.article.source or report.article.feed_url)
