"""The language of ``query:`` in a watch file: from the words of a query to its tree, or to what is wrong with it.

Six rules, so the parser is written out. Looked at instead: luqum reads Lucene's language, which has no NEAR/n, gives
AND and OR no rank and has marks (~ ^ [ ]) that would all have to be refused again; boolean.py knows no phrases and no
fields; lark would be a dependency for these rules, and its messages name tokens where a user needs advice.

    query  = all ("OR" all)*
    all    = not (["AND"] not)*
    not    = "NOT" not | near
    near   = part ["NEAR/n" part]
    part   = [field ":"] (word | "phrase" | "(" query ")")
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple, NoReturn, get_args

from monitor.model.frozen import frozen
from monitor.text.fold import fold

Zone = Literal["title", "text"]
About = Literal["feed", "source", "language"]

LONGEST = 10_000  # characters of a query
DEEPEST = 40  # brackets and NOTs within each other
FARTHEST = 100  # words of a NEAR
_ZONES: tuple[str, ...] = get_args(Zone)
_FIELDS: tuple[str, ...] = (*_ZONES, *get_args(About))
_OPERATORS = ("AND", "OR", "NOT")
_QUOTES = {'"': '"', "“": "”", "„": "“", "«": "»", "”": "”"}
_SPACE = re.compile(r"[\s\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]+")  # marks of direction are pasted unseen
_WORD = re.compile(r"[^\s\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff()（）\"“”„«»]+")
_NEAR = re.compile(r"NEAR(?:/(\d{1,6}))?")
_JOINED = re.compile(r"(AND|OR|NOT)[-_+](AND|OR|NOT)")
_FIELD = re.compile(r"([^\W\d_]+)[:：](?!/)")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*")
_BARE = re.compile(r"=?[\w.'’\u200c&/@#+-]+\*?")
_ALMOST = re.compile(r"(?:near|within|adj|w|n|pre)/(\d+)|near(\d+)", re.IGNORECASE)
_STOPS = ".,;:!?…¿¡؟۔。،؛ "
_INSTEAD = {"&&": "AND", "||": "OR", "|": "OR", "&": "AND", "!": "NOT", "+": "AND", "-": "NOT"}


class QueryError(ValueError):
    """A query that cannot be read; the text says at which column, and what to write instead."""


@frozen
class Term:
    """A word or a phrase; "term*" and "=term" as in the lists of terms."""

    text: str

    def __str__(self) -> str:
        plain = _BARE.fullmatch(self.text) and self.text not in _OPERATORS and not _NEAR.fullmatch(self.text)
        return self.text if plain else f'"{self.text}"'


@frozen
class Near:
    """Two words or phrases, or one of several on either side, with at most ``within`` words from one to the other."""

    left: Node
    right: Node
    within: int

    def __str__(self) -> str:
        return f"{_inside(self.left)} NEAR/{self.within} {_inside(self.right)}"


@frozen
class In:
    """What must hold in the title alone, or in the text alone."""

    zone: Zone
    node: Node

    def __str__(self) -> str:
        return f"{self.zone}:{_inside(self.node)}"


@frozen
class From:
    """Where an article is from (feed, source), or its language."""

    field: About
    value: str

    def __str__(self) -> str:
        return f"{self.field}:{Term(self.value)}"


@frozen
class Not:
    """What must not hold."""

    node: Node

    def __str__(self) -> str:
        return f"NOT {self.node if isinstance(self.node, Not | Near) else _inside(self.node)}"


@frozen
class All:
    """What must hold together; at least two, none of them an `All`."""

    nodes: tuple[Node, ...]

    def __str__(self) -> str:
        return " AND ".join(f"({node})" if isinstance(node, AnyOf) else str(node) for node in self.nodes)


@frozen
class AnyOf:
    """What of which one must hold; at least two, none of them an `AnyOf`."""

    nodes: tuple[Node, ...]

    def __str__(self) -> str:
        return " OR ".join(map(str, self.nodes))


Node = Term | Near | In | From | Not | All | AnyOf


def all_of(*nodes: Node) -> Node:
    """The nodes joined by AND; one alone is itself."""
    parts = tuple(part for node in nodes for part in (node.nodes if isinstance(node, All) else (node,)))
    return All(parts) if len(parts) > 1 else parts[0]


def any_of(*nodes: Node) -> Node:
    """The nodes joined by OR; one alone is itself."""
    parts = tuple(part for node in nodes for part in (node.nodes if isinstance(node, AnyOf) else (node,)))
    return AnyOf(parts) if len(parts) > 1 else parts[0]


def parts_of(node: Node) -> Iterator[Node]:
    """The node and all within it."""
    yield node
    match node:
        case All(nodes) | AnyOf(nodes):
            for part in nodes:
                yield from parts_of(part)
        case Near(left, right):
            yield from parts_of(left)
            yield from parts_of(right)
        case In(node=inner) | Not(inner):
            yield from parts_of(inner)


def parse_query(text: str) -> Node:
    """The tree of a query. Raises QueryError."""
    if len(text) > LONGEST:
        raise QueryError(f"the query is longer than {LONGEST:,} characters; write two watches")
    parser = _Parser(text)
    found = parser.either()
    parser.end()
    return found


def small_operators(node: Node) -> tuple[str, ...]:
    """Words of a query that are probably meant as operators ("and")."""
    words = dict.fromkeys(part.text for part in parts_of(node) if isinstance(part, Term))
    return tuple(word for word in words if word.upper() in (*_OPERATORS, "NEAR"))


def _inside(node: Node) -> str:
    return str(node) if isinstance(node, Term | From | In) else f"({node})"


# READING


class _Token(NamedTuple):
    """kind: "(", ")", "AND", "OR", "NOT", "NEAR", "field", "word", "phrase" or "end". at: its place, from 0."""

    kind: str
    text: str
    at: int


def _wrong(at: int, message: str) -> NoReturn:
    raise QueryError(f"column {at + 1} of the query: {message}")


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while at < len(text):
        if space := _SPACE.match(text, at):
            at = space.end()
        elif text[at] in "()（）":
            yield _Token("(" if text[at] in "(（" else ")", text[at], at)
            at += 1
        elif text[at] in _QUOTES:
            end = text.find(_QUOTES[text[at]], at + 1)
            if end < 0:
                _wrong(at, f"the phrase that begins here has no end; write {_QUOTES[text[at]]} after its last word")
            yield _Token("phrase", " ".join(text[at + 1 : end].split()), at)
            at = end + 1
        elif found := _FIELD.match(text, at):
            yield _field(found, at)
            at = found.end()
        elif word := _WORD.match(text, at):
            yield _word(word[0], at)
            at = word.end()
        else:
            _wrong(at, f"{text[at]} ends a phrase that has no beginning; write both marks, or neither")
    yield _Token("end", "", len(text))


def _field(found: re.Match[str], at: int) -> _Token:
    name = found[1]
    if name not in _FIELDS:
        if name.lower() in _FIELDS:
            _wrong(at, f"write {name.lower()}: in small letters")
        whole = _WORD.match(found.string, at)
        _wrong(at, f"there is no field {name}: (there are {', '.join(_FIELDS)}); a word with a colon in it is written "
                   f'in quotes: "{whole[0] if whole else name}"')  # fmt: skip
    return _Token("field", name, at)


def _word(word: str, at: int) -> _Token:
    if word in _OPERATORS:
        return _Token(word, word, at)
    if near := _NEAR.fullmatch(word):
        if not near[1] or not 1 <= int(near[1]) <= FARTHEST:
            _wrong(at, f"{word} says no distance; write NEAR/5 for at most five words apart (1 to {FARTHEST})")
        return _Token("NEAR", near[1], at)
    if word.startswith("NEAR/"):
        _wrong(at, f"{word} says no distance; write NEAR/5, a space and the next word (1 to {FARTHEST} words apart)")
    if joined := _JOINED.fullmatch(word):
        _wrong(at, f'{word} joins nothing here; write {joined[1]} {joined[2]}, or "{word}" in quotes')
    if found := _ALMOST.fullmatch(word):
        instead = f"NEAR/{found[1] or found[2]}"
        _wrong(at, f'write {instead} for at most so many words apart, or "{word}" in quotes for the word itself')
    if word in _INSTEAD:
        _wrong(at, f"{word} joins nothing here; write {_INSTEAD[word]}")
    if word[0] in "-!+" and len(word) > 1:
        instead = word[1:] if word[0] == "+" else f"NOT {word[1:]}"
        _wrong(at, f'{word} would be looked for with its mark; write {instead} (or "{word}" in quotes)')
    if word[0] == "~" or "^" in word or re.search(r"~\d*$", word):
        _wrong(at, f"{word}: a query has no weights and finds no similar words; write the words themselves")
    if word[-1] in ",;،؛":
        _wrong(at, f"{word[-1]} joins nothing here; write AND or OR")
    return _Token("word", word, at)


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._next = 0
        self._depth = 0
        self._field = ""

    @property
    def _token(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        token = self._token
        self._next += token.kind != "end"
        return token

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            _wrong(self._token.at, f"more than {DEEPEST} brackets within each other; write it flatter")

    def end(self) -> None:
        """Raises QueryError for what is left over."""
        if self._token.kind == ")":
            _wrong(self._token.at, "this bracket was never opened; remove it, or write ( before")
        if self._token.kind == "NEAR":
            _wrong(self._token.at, "NEAR joins two words; write a NEAR/5 b AND b NEAR/5 c for three")

    def either(self) -> Node:
        """One of several joined by OR."""
        nodes = [self._together()]
        while self._token.kind == "OR":
            self._take()
            nodes.append(self._together())
        return any_of(*nodes)

    def _together(self) -> Node:
        nodes = [self._negated()]
        while self._token.kind in ("AND", "NOT", "word", "phrase", "field", "("):
            if self._token.kind == "AND":
                self._take()
            nodes.append(self._negated())
        return all_of(*nodes)

    def _negated(self) -> Node:
        if self._token.kind != "NOT":
            return self._near()
        self._take()
        self._deeper()
        node = Not(self._negated())
        self._depth -= 1
        return node

    def _near(self) -> Node:
        first = self._token
        left = self._part()
        if self._token.kind != "NEAR":
            return left
        within = self._take()
        second = self._token
        right = self._part()
        for node, token in ((left, first), (right, second)):
            _check_near(node, token.at)
        return Near(left, right, int(within.text))

    def _part(self) -> Node:
        token = self._take()
        match token.kind:
            case "word" | "phrase":
                return self._value(token)
            case "field":
                return self._fielded(token)
            case "(":
                return self._bracket(token)
        at = self._tokens.index(token)
        after = f" after {_shown(self._tokens[at - 1])}" if at else ""
        what = "the query ends" if token.kind == "end" else f"{_shown(token)} stands"
        _wrong(token.at, f"{what} where a word is missing{after}; write a word, a \"phrase\" or ( there"
                         f"{_as_word(token)}")  # fmt: skip

    def _bracket(self, opened: _Token) -> Node:
        self._deeper()
        node = self.either()
        self._depth -= 1
        if self._token.kind == "NEAR":
            self.end()
        if self._take().kind != ")":
            _wrong(opened.at, "this bracket is never closed; write ) after its last word")
        return node

    def _fielded(self, token: _Token) -> Node:
        if self._field:
            _wrong(token.at, f"{token.text}: stands within {self._field}:; close that bracket first")
        if self._token.kind not in ("word", "phrase", "("):
            _wrong(self._token.at, f"{token.text}: says nothing; write {token.text}:word or {token.text}:(one OR two)")
        self._field = token.text
        node = self._part()
        self._field = ""
        match token.text:
            case "title" | "text" as zone:
                return In(zone, node)
        return node

    def _value(self, token: _Token) -> Node:
        if self._field == "language" and not _LANGUAGE.fullmatch(token.text):
            _wrong(token.at, f"{token.text} is not the code of a language; write two or three letters, such as "
                             "language:fa")  # fmt: skip
        text = _without_stops(token.text)
        bare = text.strip("*= ")
        if "*" in bare or (token.text[:1] == "*"):
            _wrong(token.at, f"{token.text}: an asterisk stands at the end of a word only, such as deploy*")
        if not any(char.isalnum() for char in fold(bare)):
            _wrong(token.at, f"{token.text or 'this phrase'} holds no letter or digit; write a word, or remove it")
        match self._field:
            case "feed" | "source" | "language" as about:
                return From(about, text)
        return Term(text)


def _without_stops(text: str) -> str:
    """A term without the marks of a sentence around it, which no article has to hold; "U.S." keeps its own."""
    bare = text.strip(_STOPS)
    return f"{bare}." if "." in bare and text.endswith(".") else bare


def _shown(token: _Token) -> str:
    return {"NEAR": f"NEAR/{token.text}", "field": f"{token.text}:"}.get(token.kind, token.text)


def _as_word(token: _Token) -> str:
    return f'; the word itself is written "{token.text}"' if token.kind in _OPERATORS else ""


def _check_near(node: Node, at: int) -> None:
    """Raises QueryError where the side of a NEAR is not a word, a phrase, or one of several."""
    for part in parts_of(node):
        if not isinstance(part, Term | AnyOf):
            wanted = "title:(a NEAR/5 b)" if isinstance(part, In) else "(a OR b) NEAR/5 c"
            _wrong(at, f"beside NEAR stands a word, a phrase, or several joined by OR; write {wanted}")
