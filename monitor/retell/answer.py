"""What a model's answer says, in whatever wrapping it comes, and which of its sentences are believed. Pure."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from monitor.errors import ModelError
from monitor.model import Retold
from monitor.model.frozen import frozen
from monitor.retell.check import Source, Yardstick, quoted_in, why_dropped
from monitor.retell.question import SUMMARY, Question
from monitor.text.sanitize import clean_text

LARGEST = 1_000_000  # characters of an answer
MOST = 50  # sentences of an answer that are looked at
_THOUGHT = re.compile(r"\A.*</think(?:ing)?>", re.DOTALL)
_FENCE = re.compile(r"```[\w-]*\s*\n(.*?)```", re.DOTALL)


@frozen
class Outcome:
    """What is left of an answer. dropped: reason → sentences."""

    kept: tuple[Retold, ...]
    dropped: Mapping[str, int]


def content_of(document: Any) -> str:
    """The text of an answer of the protocol. Raises ModelError, with the reason as its kind."""
    try:
        choice = document["choices"][0]
        content, ended = choice["message"]["content"], choice.get("finish_reason")
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise ModelError("the answer is none of this protocol", "broken") from error
    if ended == "length":
        raise ModelError("the answer was cut off: the model wrote more than it may", "cut")
    if isinstance(content, list):  # in parts, as newer servers may write it
        content = "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    if not isinstance(content, str) or not content.strip():
        raise ModelError("the answer has no text", "empty")
    return content


def verified(content: str, question: Question, by: Yardstick) -> Outcome:
    """What an answer says that is stored. Raises ModelError for one that is not in the form that was asked for."""
    said = _object(content)
    kept: list[Retold] = []
    dropped: Counter[str] = Counter()
    told: set[tuple[str, str]] = set()
    for found, reason in (*_summary(said, question, by), *_translations(said, question, by)):
        key = (found.kind, found.original) if found else ("", "")
        if found is None or key in told:
            dropped[reason or "unchanged"] += 1
            continue
        told.add(key)
        kept.append(found)
    return Outcome(tuple(kept), dict(dropped))


def _object(content: str) -> Mapping[str, Any]:
    """The JSON object of an answer, without what it thought before and the fence around."""
    text = _THOUGHT.sub("", content[:LARGEST])
    fenced = _FENCE.search(text)
    text = fenced[1] if fenced else text
    start = text.find("{")
    try:
        said, _ = json.JSONDecoder().raw_decode(text, max(0, start))
    except (ValueError, RecursionError) as error:
        raise ModelError("the answer is not the JSON that was asked for", "broken") from error
    if not isinstance(said, dict) or not ({"summary", "translations"} & said.keys()):
        raise ModelError("the answer is not the JSON that was asked for", "broken")
    return said


def _items(said: Mapping[str, Any], name: str, *fields: str) -> Iterator[tuple[str, ...] | None]:
    """The fields of each sentence under a name; None for one that lacks some. Other fields are not looked at."""
    listed = said.get(name)
    for item in listed[:MOST] if isinstance(listed, list) else ():
        given = [item.get(field) for field in fields] if isinstance(item, dict) else [None]
        yield tuple(map(_tidy, given)) if all(isinstance(each, str) for each in given) else None


def _tidy(text: Any) -> str:
    # A lone half of a surrogate pair is valid in JSON and cannot be written anywhere.
    return clean_text(str(text).encode("utf-8", "ignore").decode()).strip()


def _summary(said: Mapping[str, Any], question: Question, by: Yardstick) -> Iterator[tuple[Retold | None, str]]:
    sources = {source.id: source for source in question.sources if not source.headline}
    shown = 0
    for item in _items(said, "summary", "text", "source", "quote") if question.summary else ():
        if item is None:
            yield None, "form"
            continue
        text, id, quote = item
        source = sources.get(id)
        if source is None or not quoted_in(quote, source):
            yield None, "quote"
        elif reason := why_dropped(text, source, by):
            yield None, reason
        elif shown < SUMMARY:
            shown += 1
            yield _retold("summary", text, source, by), ""


def _translations(said: Mapping[str, Any], question: Question, by: Yardstick) -> Iterator[tuple[Retold | None, str]]:
    sources = {source.id: source for source in question.sources if source.id in question.translate}
    for item in _items(said, "translations", "text", "source") if question.translate else ():
        if item is None:
            yield None, "form"
            continue
        text, id = item
        source = sources.get(id)
        if source is None:
            yield None, "quote"
        elif reason := why_dropped(text, source, by, whole=True):
            yield None, reason
        else:
            yield _retold("headline" if source.headline else "quote", text, source, by), ""


def _retold(kind: Any, text: str, source: Source, by: Yardstick) -> Retold:
    return Retold(kind, text, by.language, source.article, source.text, source.language)
