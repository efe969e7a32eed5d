"""Sentences of texts in any language. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from monitor.languages import every
from monitor.text.even import without_marks

STOPS = ".!?…؟۔።։。।॥｡！？"  # what may end a sentence, in all scripts
QUESTIONS = "?؟？"  # those of them that end a question
_LONG = 420  # characters; a run-on sentence is cut at a comma after so many
_MAY_STOP = re.compile("[.!?؟۔…。！？｡।॥]")  # what may end a sentence


@lru_cache(maxsize=1)
def _stop() -> re.Pattern[str]:
    """The end of a sentence with the white space after it.

    That is a stop before white space, unless an initial or a title stands before it. The stop comes first in the
    pattern: what must not stand before it is looked at only there, not at every character. Chinese, Japanese and Hindi
    stops end it by themselves.
    """
    titles = "".join(rf"(?<!\b{word}.)" for word in every(lambda known: known.names.abbreviations))
    return re.compile(
        rf"[.!?؟۔…](?<!\b[A-Z].){titles}[.!?؟۔…]*[\"'”»)\]]*\s+"
        r"|[。！？｡।॥]+[\"'”»)\]」』）】]*\s*"
    )


@lru_cache(maxsize=1)
def _comma() -> re.Pattern[str]:
    """Where a run-on sentence may be cut."""
    clause = "".join(every(lambda known: known.affixes.clause))
    return re.compile(rf"[,،;؛:]\s+|[，、；：]|\s+(?=[{clause}])" if clause else r"[,،;؛:]\s+|[，、；：]")


def split_sentences(text: str) -> list[str]:
    """The sentences of a text in order, without white space around them; over-long ones cut at a comma."""
    return [sentence for _, sentence in numbered_sentences(text)]


def numbered_sentences(text: str) -> list[tuple[int, str]]:
    """The sentences of a text, each with the number of its line."""
    found: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n")):
        sentences: list[str] = []
        position = 0
        for end in _ends(line):
            _append(sentences, line[position:end])
            position = end
        _append(sentences, line[position:])
        found.extend((number, sentence) for sentence in sentences)
    return found


def _ends(line: str) -> Iterator[int]:
    """Where the sentences of a line end. Few characters can end one, and the pattern is tried at those alone."""
    pattern, position = _stop(), 0
    while first := _MAY_STOP.search(line, position):
        stop = pattern.match(line, first.start())
        position = stop.end() if stop else first.end()
        if stop:
            yield position


def _append(found: list[str], sentence: str) -> None:
    sentence = without_marks(sentence.strip())
    while len(sentence) > _LONG:
        comma = _comma().search(sentence, _LONG - 140, _LONG)
        cut = comma.end() if comma else (sentence.find(" ", _LONG - 100) + 1 or len(sentence))
        found.append(sentence[:cut].strip())
        sentence = sentence[cut:]
    if sentence:
        found.append(sentence)
