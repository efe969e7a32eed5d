"""Whether the ``query:`` of a watch holds for an article, and which part of it does not. Pure.

Its words are found as all terms are (`match.scan`): in every writing, with the endings of their script. Most articles
hold too few of them, which one pass over the folded text shows before anything is taken apart.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import NamedTuple

from monitor.config.query import All, AnyOf, From, In, Near, Node, Not, Term, Zone, parse_query, parts_of
from monitor.languages import language
from monitor.match.scan import Scanner, Sentence
from monitor.model import Document, Reason
from monitor.text.fold import fold, tokens
from monitor.text.urls import host_of
from monitor.topic.records import Concept, Pattern, Topic

_SHOWN = 160  # characters of a query in a receipt

Leaf = Callable[[Term | Near, Zone | None], bool | None]


def with_query(topic: Topic, query: str, *, alone: bool) -> Topic:
    """The topic with one more condition; ``alone``: with no other, so that the query decides."""
    version = hashlib.sha256(f"{topic.version}\n{alone}\n{query}".encode()).hexdigest()[:12]
    return replace(topic, query=query, query_decides=alone, version=version)


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a query holds, with the reason for the receipt. sentences: those of the article, its words found."""

    holds: bool
    reason: Reason
    sentences: tuple[Sentence, ...] = ()


class _Span(NamedTuple):
    """Where a word or phrase stands: characters [start, end) of a zone's folded text, first and last word of it."""

    start: int
    end: int
    first: int
    last: int


class QueryJudge:
    """Built once a watch. decides: there is nothing else to judge by, neither seeds nor sides."""

    def __init__(self, topic: Topic) -> None:
        self._tree = parse_query(topic.query)
        self.decides = topic.query_decides
        words = dict.fromkeys(part.text for part in parts_of(self._tree) if isinstance(part, Term))
        self._numbers = {word: number for number, word in enumerate(words)}
        self._patterns = tuple(Pattern(word, number) for word, number in self._numbers.items())
        self._scanner = Scanner(self._patterns)
        self._has_near = any(isinstance(part, Near) for part in parts_of(self._tree))
        self._wanted = frozenset(self._numbers[word] for word in _wanted_words(self._tree))
        self._quick = Scanner([pattern for pattern in self._patterns if pattern.concept in self._wanted])
        # What passages are chosen and marked by where the query decides: the words it wants, all of one weight.
        concepts = (
            Concept("term", word, weight=1.0) if number in self._wanted else Concept("excluded", word)
            for word, number in self._numbers.items()
        )
        self.topic = replace(topic, sides=(), patterns=self._patterns, concepts=tuple(concepts))

    def ruled_out(self, document: Document) -> Reason | None:
        """Why the query cannot hold, known from the words it wants alone; None where the article has to be taken
        apart."""
        here = self._quick.concepts(document.title, document.text, document.language)

        def leaf(part: Term | Near, _: Zone | None) -> bool | None:
            sides = (part,) if isinstance(part, Term) else (part.left, part.right)
            return None if all(any(map(may_stand, parts_of(side))) for side in sides) else False

        def may_stand(part: Node) -> bool:
            number = self._numbers[part.text] if isinstance(part, Term) else -1
            return number in here or (number >= 0 and number not in self._wanted)

        failing = self._failing(document, leaf)
        return _fails(failing) if failing is not None else None

    def answer(self, document: Document, lead: int) -> Answer:
        """Whether the query holds for an article whose lead has ``lead`` characters."""
        sentences = self._scanner.scan(document.title, document.text, document.language, lead)
        places = _Places(sentences, self._numbers, counted=self._has_near)
        failing = self._failing(document, places.holds)
        if failing is not None:
            return Answer(False, _fails(failing), sentences)
        count = sum(hit.concept in self._wanted for sentence in sentences for hit in sentence.hits)
        return Answer(True, Reason("query", f"the query holds: {_short(self._tree)}", 0.0, count), sentences)

    def _failing(self, document: Document, leaf: Leaf) -> Node | None:
        """The smallest part that fails the query; None where it holds, or may hold."""
        tree, found = self._tree, _Truth(document, leaf)
        if found.of(tree) is not False:
            return None
        while isinstance(tree, All):
            tree = next(node for node in tree.nodes if found.of(node) is False)
        return tree


def _wanted_words(node: Node, wanted: bool = True) -> Iterator[str]:
    """The words that speak for an article, not those that stand under NOT alone."""
    match node:
        case Term(text):
            if wanted:
                yield text
        case Not(inner):
            yield from _wanted_words(inner, not wanted)
        case In(node=inner):
            yield from _wanted_words(inner, wanted)
        case Near(left, right):
            yield from _wanted_words(left, wanted)
            yield from _wanted_words(right, wanted)
        case All(nodes) | AnyOf(nodes):
            for each in nodes:
                yield from _wanted_words(each, wanted)


class _Truth:
    """The truth of a query by that of its words; None for not known (Kleene's logic)."""

    def __init__(self, document: Document, leaf: Leaf) -> None:
        self._document = document
        self._leaf = leaf

    def of(self, node: Node, zone: Zone | None = None) -> bool | None:
        match node:
            case Term() | Near():
                return self._leaf(node, zone)
            case In(within, inner):
                return self.of(inner, within)
            case From("language", code):
                return _is_language(code, self._document.language)
            case From(_, name):
                return _is_from(name, self._document)
            case Not(inner):
                return _opposite(self.of(inner, zone))
            case All(nodes):
                return _every([self.of(each, zone) for each in nodes])
            case AnyOf(nodes):
                return _opposite(_every([_opposite(self.of(each, zone)) for each in nodes]))


def _every(values: Sequence[bool | None]) -> bool | None:
    return False if False in values else None if None in values else True


def _opposite(value: bool | None) -> bool | None:
    return None if value is None else not value


class _Places:
    """Where the words of a query stand in an article."""

    def __init__(self, sentences: Sequence[Sentence], numbers: Mapping[str, int], *, counted: bool) -> None:
        self._numbers = numbers
        self._found: dict[int, dict[Zone, list[_Span]]] = {}
        character, word = 0, 0  # the title comes first, and nothing is near across its end
        for sentence in sentences:
            zone: Zone = "title" if sentence.where == "title" else "text"
            if counted:
                spaces = [index for index, char in enumerate(sentence.folded) if char == " "] if sentence.hits else []
            for hit in sentence.hits:
                first = word + bisect_left(spaces, hit.start) if counted else 0
                last = word + bisect_left(spaces, hit.end) if counted else 0
                span = _Span(character + hit.start, character + hit.end, first, last)
                self._found.setdefault(hit.concept, {}).setdefault(zone, []).append(span)
            character += len(sentence.folded) + 1
            word += sentence.folded.count(" ") + 1 if counted else 0

    def holds(self, part: Term | Near, zone: Zone | None) -> bool:
        """Whether a word, or two near each other, stand in a zone, or anywhere for None."""
        zones: tuple[Zone, ...] = (zone,) if zone else ("title", "text")
        if isinstance(part, Term):
            return any(self._found.get(self._numbers[part.text], {}).get(each) for each in zones)
        return any(_near(self._of(part.left, each), self._of(part.right, each), part.within) for each in zones)

    def _of(self, node: Node, zone: Zone) -> list[_Span]:
        words = (part for part in parts_of(node) if isinstance(part, Term))
        return [span for word in words for span in self._found.get(self._numbers[word.text], {}).get(zone, ())]


def _near(some: list[_Span], others: list[_Span], within: int) -> bool:
    """Whether one of each stand at most ``within`` words apart, in either order, and do not overlap."""
    return _follows(some, others, within) or _follows(others, some, within)


def _follows(some: list[_Span], others: list[_Span], within: int) -> bool:
    ends = sorted((span.end, span.last) for span in some)
    last = list(accumulate((word for _, word in ends), max))
    for span in others:
        before = bisect_right(ends, span.start, key=lambda end: end[0])
        if before and span.first - last[before - 1] <= within:
            return True
    return False


def _is_language(wanted: str, given: str | None) -> bool:
    """A code covers its regions (fa: fa-AF), and that of a group its languages (ku: kmr, ckb)."""
    here, code = (given or "").lower().replace("_", "-"), wanted.lower()
    known = language(here.split("-")[0])
    return here == code or here.startswith(f"{code}-") or code in (known.code, *known.aliases, *known.script_aliases)


def _is_from(wanted: str, document: Document) -> bool:
    """Whether the words stand together, as words, in the publisher's name, the feed's name or address, or the host."""
    words = tokens(fold(wanted.rstrip("*").lstrip("=")))
    for place in (document.source, document.feed, host_of(document.url)):
        there = tokens(fold(place))
        if any(there[at : at + len(words)] == words for at in range(len(there) - len(words) + 1)):
            return True
    return False


def _fails(part: Node) -> Reason:
    return Reason("required", f"the query fails at: {_short(part)}", 0.0, 0)


def _short(part: Node) -> str:
    text = str(part)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
