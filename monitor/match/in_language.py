"""Judging a document of which nothing but its text is known, with what there is to say of its language."""

from __future__ import annotations

from dataclasses import replace

from monitor.match.matcher import Matcher
from monitor.model import Document, Match
from monitor.text.language import glimpse, guess_language


def in_its_language(document: Document) -> Document:
    """The document with its language, where none is given and it is beyond doubt, as the service would judge it."""
    guess = guess_language(_words(document)) if not document.language else None
    return replace(document, language=guess.code) if guess and guess.sure else document


def judge(document: Document, matcher: Matcher) -> Match:
    """The match of a document, with what there is to say of its language."""
    match = matcher.match(document)
    if match.verdict == "match":
        return match
    guess = glimpse(_words(document), document.language)
    return matcher.with_language(match, guess)


def _words(document: Document) -> str:
    return f"{document.title}\n{document.text}"
