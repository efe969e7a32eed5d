"""In which languages a watch reads, and how well: what of the topic counts in a text of each. Pure.

The words of the seeds count in the seeds' own languages, and those of them that the table of meanings has in its
languages, too; of a subject, names that two seeds hold count in every language in Latin letters. Sides and fields are
known in every language that the tables of the world and of the families have. What an article that is no match says of
its language ("Greek: not read") is told here, too, so that it is never a plain "no".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from monitor.config.feed_list import FeedConfig
from monitor.languages import language
from monitor.match.term_features import LEARNED
from monitor.model import UNREAD, Match, Reason
from monitor.text.fold import fold
from monitor.text.language import Guess
from monitor.text.language_names import language_name
from monitor.text.plural import plural
from monitor.text.scripts import script
from monitor.topic.records import Concept, Topic

_SHOWN = 5  # translated words

Level = Literal[
    "words, names, sides and fields",
    "words and names",
    "translated words",
    "names only",
    "sides and fields only",
    "sides only",
    "query",
    "not read",
]


@dataclass(frozen=True, slots=True)
class Reading:
    """How well a watch reads a language. gain: what a seed in it would add, "" for nothing new.

    feeds: how many of the enabled feeds are in it. words: of translated ones the strongest, "" where none counts;
    share: how much of what the key words say they have between them, 0 to 1.
    """

    code: str
    name: str
    level: Level
    gain: str
    feeds: int = 0
    words: tuple[str, ...] = ()
    share: float = 1.0


def languages_of(feeds: Iterable[FeedConfig]) -> dict[str, int]:
    """language → how many of the enabled feeds are in it, the most first; feeds that name none are left out."""
    counts: dict[str, int] = {}
    for feed in feeds:
        if feed.enabled and feed.language:
            code = _known(feed.language)
            counts[code] = counts.get(code, 0) + 1
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def reading_of(topic: Topic, code: str) -> Reading:
    """How well ``topic`` is read in any one language, whatever the feeds are in."""
    return _reading(topic, voices_of(topic), code, 0)


def readings(topic: Topic, feeds: Iterable[FeedConfig]) -> tuple[Reading, ...]:
    """How well ``topic`` is read in the languages of the enabled feeds, and in those of its seeds."""
    counts = languages_of(feeds)
    codes, voices = dict.fromkeys([*counts, *sorted(code for code in topic.stems if code)]), voices_of(topic)
    return tuple(_reading(topic, voices, code, counts.get(code, 0)) for code in codes)


_LEVELS_SAID = {
    "query": "by the query alone",
    "sides only": "in part, by names of its sides only",
    "names only": "in part, by the names that two seeds hold",
    "translated words": "in part, by translated words",
}


def described(reading: Reading) -> str:
    """One line for a person: "Persian (13 feeds): sides and fields only; a seed in it would add its words"."""
    feeds = plural(reading.feeds, "feed") if reading.feeds else "no feed"
    level = _LEVELS_SAID.get(reading.level, reading.level)
    if reading.words:
        level += f", {100 * reading.share:.0f} % of its key words: {', '.join(reading.words)}"
    return f"{reading.name} ({feeds}): {level}{f'; {reading.gain}' if reading.gain else ''}"


def counts_words(topic: Topic) -> bool:
    """Whether words and names of the seeds count: under a watch's own weights, sides and fields alone may decide."""
    return not LEARNED.isdisjoint(topic.weights.values)


NOT_READ, IN_PART, UNSURE = UNREAD  # kinds of what is said of an article


def level_of(topic: Topic, voices: Voices, code: str) -> Level:
    """How well ``topic``, which has these ``voices``, is read in a language."""
    return _reading(topic, voices, code, 0).level


class Voices(NamedTuple):
    """In which languages a topic has what. named: (side, language) of its writings. written: (side, script, whether it
    has a language). fields: of which languages words of fields are known.
    """

    named: frozenset[tuple[int, str]]
    written: frozenset[tuple[int, str, bool]]
    fields: frozenset[str]


def voices_of(topic: Topic) -> Voices:
    """Worked out once of a topic, whose tens of thousands of writings are looked through for it."""
    named: set[tuple[int, str]] = set()
    written: set[tuple[int, str, bool]] = set()
    fields: set[str] = set()
    for text, number, code in topic.patterns:
        concept = topic.concepts[number]
        if concept.side >= 0 and not concept.weak:
            named.add((concept.side, code))
            written.add((concept.side, script(fold(text)), bool(code)))
        if concept.kind in ("signal", "act"):
            fields.add(code)
    return Voices(frozenset(named), frozenset(written), frozenset(fields))


def language_reason(level: Level | None, guess: Guess) -> Reason | None:
    """What a judgement has to say of an article's language; None where it was read and known.

    level: how well the watch reads it, None for no language.
    """
    if guess.code is None or level is None:
        return Reason(UNSURE, "language not known: too few words to tell it by", 0.0, 0)
    name = language_name(guess.code) + ("" if guess.sure else " (not sure)")
    if level == "not read":
        return Reason(NOT_READ, f"{name}: not read; the watch has no words of this language", 0.0, 0)
    if level == "names only":
        return Reason(IN_PART, f"{name}: read in part; the watch has names and none of its words in it", 0.0, 0)
    if level == "translated words":
        return Reason(IN_PART, f"{name}: read in part; the watch has some of its words translated into it", 0.0, 0)
    if level == "sides only":
        return Reason(IN_PART, f"{name}: read in part; the watch has names in it and no words for what is done", 0.0, 0)
    return None if guess.sure else Reason(UNSURE, f"{name}: perhaps another language", 0.0, 0)


def language_read(reasons: Iterable[Reason]) -> str:
    """For a program: "read", or one of `UNREAD`."""
    return next((reason.kind for reason in reasons if reason.kind in UNREAD), "read")


def with_language(match: Match, reason: Reason | None) -> Match:
    """The match of an article that is none, with what there is to say of its language, first of all."""
    if reason is None or match.verdict == "match":
        return match
    receipt = match.receipt
    line = f"{reason.text}; {receipt.line}" if receipt.line else reason.text
    return replace(match, receipt=replace(receipt, reasons=(*receipt.reasons, reason), line=line))


def _reading(topic: Topic, voices: Voices, code: str, feeds: int) -> Reading:
    name = language_name(code)
    if topic.query_decides:
        return Reading(code, name, "query", "", feeds)
    counted = counts_words(topic)
    words = counted and (code in topic.stems or "" in topic.stems)
    if not topic.sides:
        if words:
            return Reading(code, name, "words and names", "", feeds)
        if counted and (known := _translated(topic, code)):
            key = sum(concept.keyness for concept in topic.concepts if concept.kind == "learned" and not concept.of)
            share = min(1.0, len(topic.stems) * sum(concept.keyness for concept in known) / (key or 1.0))
            shown = tuple(f"{concept.key} ({concept.of})" for concept in known[:_SHOWN])
            gain = "a seed in it would add its own words"
            return Reading(code, name, "translated words", gain, feeds, shown, round(share, 2))
        if counted and topic.names_abroad and language(code).script == "latin":
            return Reading(code, name, "names only", "a seed in it would add its words", feeds)
        return Reading(code, name, "not read", "a seed in it would have it read", feeds)
    if not all(_is_named(side, voices, code) for side in range(len(topic.sides))):
        gain = "its names of the sides are not known; write them under `sides:`, and add a seed in it"
        return Reading(code, name, "not read", gain, feeds)
    if words:
        return Reading(code, name, "words, names, sides and fields", "", feeds)
    level: Level = "sides and fields only" if not voices.fields.isdisjoint(_counting(code)) else "sides only"
    return Reading(code, name, level, "a seed in it would add its words and names" if counted else "", feeds)


def _is_named(side: int, voices: Voices, code: str) -> bool:
    """Whether a side has a writing that counts in texts of the language."""
    if any((side, each) in voices.named for each in _counting(code)):
        return True
    known = language(code)
    if known.name == known.code or not known.script:  # of a language without a file nothing is known
        return False
    # A name without a language counts in every text in its letters, and outside Latin any name does.
    some = (False,) if known.script == "latin" else (False, True)
    return any((side, known.script, has_language) in voices.written for has_language in some)


def _translated(topic: Topic, code: str) -> list[Concept]:
    """The words of a language without a seed that stand for words of the seeds, the strongest first."""
    known = [each for each in topic.concepts if each.of and each.language in _counting(code)]
    return sorted(known, key=lambda each: (-each.keyness, -each.weight, each.key))


def _counting(code: str) -> tuple[str, ...]:
    """The languages whose terms count in a text in ``code``: its own and its relative's."""
    found = language(code)
    return (found.code, found.relative) if found.relative else (found.code,)


def _known(code: str) -> str:
    return language(code.replace("_", "-").split("-")[0].lower()).code
