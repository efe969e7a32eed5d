"""The act that a headline tells of, as a reader would name it: the deed before the form in which it is agreed. Pure.

The lexicon of grouping asks whether two reports may be of one event, so it has one key for whatever is signed. Here the
question is what was done, and the words of several acts stand in most headlines. Each act has a part: a stance is taken
to a deed, talk is where a deed is spoken of, and a form (an agreement) is how it is agreed. Beside a negation none but
a stance is told: whoever signs no deal has done nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from monitor.languages import language
from monitor.text.fold import fold, tokens
from monitor.text.marked_terms import PARTED, Ending, ending_of, forms_of, stands

_PARTS = ("stance", "deed", "talk", "form", "nothing", "negation")  # in the order in which they are named
_UNTOLD = frozenset({"nothing", "negation"})
DENIAL = "denial"
# Stances to what has not come about, or is still open.
_OPEN = frozenset(
    {DENIAL, "refusal", "suspension", "threat", "warning", "demand", "offer", "plan", "pledge", "invitation"}
)
_BEFORE, _BEHIND = "not_before", "not_behind"  # the two of the part "negation"
_BESIDE = 1  # words between a negation and what it denies
_ROW = (
    "part",
    "same",
    "of",
    "whom",
    "beside",
    "verb_last",
)  # of an act; what else stands there are its terms by language
_PARTED_BY_ADJECTIVES = ".."
_ADJECTIVES = 3  # words, with an article, between the parts of such a term

_STOPS = frozenset(",.:;!?،؛–—|")  # what is said behind one of these is something else

_Span = tuple[int, int]  # of a folded headline
_Piece = tuple[str, Ending]  # a folded writing, and what it may end with


class Term(NamedTuple):
    """What tells of an act: pieces that stand one after another. near: adjectives alone may stand between them."""

    act: str
    pieces: tuple[_Piece, ...]
    near: bool = False


class HeadlineActs(NamedTuple):
    """parts: act → its part, in the order in which acts are named. terms: language → the terms of all acts. verb_last:
    languages in which what is denied stands before the denial.

    same: act → ids of acts of the lexicon that say it, too. whom: act → the act that it is where it is done to people.
    people: language → the terms of these people, each for the act that a deed to them is. beside: act → acts beside
    which it goes unnamed.
    """

    parts: Mapping[str, str]
    terms: Mapping[str, Sequence[Term]]
    same: Mapping[str, Sequence[str]]
    whom: Mapping[str, str]
    people: Mapping[str, Sequence[Term]]
    beside: Mapping[str, frozenset[str]]
    verb_last: frozenset[str] = frozenset()


NO_ACTS = HeadlineActs({}, {}, {}, {}, {}, {})


def parse_headline_acts(table: Mapping[str, Any]) -> HeadlineActs:
    """The acts of a table as TOML gives it, act → its row. Raises ValueError for an act of no known part."""
    parts: dict[str, str] = {}
    same: dict[str, Sequence[str]] = {}
    whom: dict[str, str] = {}
    beside: dict[str, frozenset[str]] = {}
    terms: dict[str, list[Term]] = defaultdict(list)
    people: dict[str, list[Term]] = defaultdict(list)
    for act, row in table.items():
        parts[act], same[act] = row["part"], row.get("same", ())
        if parts[act] not in _PARTS:
            raise ValueError(f"{act}: no part of a headline: {parts[act]}")
        beside[act] = frozenset(row.get("beside", ()))
        if "of" in row:
            whom[row["of"]] = act
        own = {code: written for code, written in row.items() if code not in _ROW}
        for lists, found in ((row.get("whom", {}), people), (own, terms)):
            for code, written in lists.items():
                found[code] += [term for each in written for term in _terms(act, each)]
    ordered = sorted(parts, key=lambda act: _PARTS.index(parts[act]))
    verb_last = frozenset(code for row in table.values() for code in row.get("verb_last", ()))
    return HeadlineActs({act: parts[act] for act in ordered}, dict(terms), same, whom, dict(people), beside, verb_last)


def _terms(act: str, written: str) -> Iterator[Term]:
    """A term of the table in each of its writings; one of two parts as it is written."""
    for parted in (PARTED, _PARTED_BY_ADJECTIVES):
        if parted in written:
            first, second = (each.strip() for each in written.split(parted))
            for one in forms_of(first):
                for other in forms_of(second):
                    pieces = ((one, ending_of(first)), (other, ending_of(second)))
                    yield Term(act, pieces, parted == _PARTED_BY_ADJECTIVES)
            return
    for form in forms_of(written):
        yield Term(act, ((form, ending_of(written)),))


def acts_told(title: str, code: str, acts: HeadlineActs) -> tuple[str, ...]:
    """The acts that a headline in the language ``code`` tells of, the one that says most first."""
    folded, code = fold(title), language(code).code
    found: set[str] = {act for _, act in _named(folded, code, acts)}
    for act in found & acts.whom.keys():
        if any(each.act == acts.whom[act] and _spans(folded, each, code) for each in acts.people.get(code, ())):
            found = found - {act} | {acts.whom[act]}
    return without_forms(in_order(found, acts), acts)


def acts_claimed(title: str, code: str, acts: HeadlineActs) -> frozenset[str]:
    """The acts of which a headline says that they came about: none where a stance leaves that open, such as a plan."""
    folded, code = fold(title), language(code).code
    named = {act for _, act in _named(folded, code, acts)}
    return frozenset() if named & _OPEN else frozenset(act for act in named if acts.parts[act] != "stance")


def act_denied(title: str, code: str, acts: HeadlineActs) -> str | None:
    """The act which a headline says did not come about: what stands nearest to the denial, on the side of its object.
    None where it denies nothing, or something else.
    """
    folded, code = fold(title), language(code).code
    found = _named(folded, code, acts)
    at = [span for span, act in found if act == DENIAL]
    if not at:
        return None
    start, end = min(first for first, _ in at), max(last for _, last in at)
    if code in acts.verb_last:
        near = sorted((start - last, act) for (_, last), act in found if last <= start and act != DENIAL)
    else:
        near = sorted((first - end, act) for (first, _), act in found if first >= end and act != DENIAL)
    return near[0][1] if near and acts.parts[near[0][1]] != "stance" else None


def in_order(named: Iterable[str], acts: HeadlineActs) -> list[str]:
    """Acts in the order in which they are named; those of another table after them."""
    order = {act: at for at, act in enumerate(acts.parts)}
    return sorted(named, key=lambda act: order.get(act, len(order)))


def without_forms(named: Sequence[str], acts: HeadlineActs) -> tuple[str, ...]:
    """The acts but for the form in which a deed among them is agreed, and for what another of them says."""
    done = any(acts.parts.get(act) == "deed" for act in named)
    told = (act for act in named if acts.beside.get(act, frozenset()).isdisjoint(named))
    return tuple(act for act in told if not (done and acts.parts.get(act) == "form"))


def _named(folded: str, code: str, acts: HeadlineActs) -> list[tuple[_Span, str]]:
    """Where acts are named in a folded headline with no negation beside them. A term within a longer one is of that."""
    found = [(spans, term.act) for term in acts.terms.get(code, ()) for spans in _spans(folded, term, code)]
    taken: list[_Span] = []
    told: list[tuple[_Span, str]] = []
    for spans, act in sorted(found, key=lambda each: sum(start - end for start, end in each[0])):
        if not any(start < last and first < end for start, end in spans for first, last in taken):
            taken += spans
            told += ((span, act) for span in spans)
    negations = [(span, act) for span, act in told if acts.parts[act] == "negation"]
    denied = {
        act
        for span, act in told
        if acts.parts[act] not in ("stance", *_UNTOLD) and any(_denies(folded, each, span) for each in negations)
    }
    return [(span, act) for span, act in told if acts.parts[act] not in _UNTOLD and act not in denied]


def _denies(folded: str, negation: tuple[_Span, str], span: _Span) -> bool:
    """Whether a negation stands before or behind a term, as it does, with a word between them at most."""
    (start, end), kind = negation
    between = folded[end : span[0]] if kind == _BEFORE and end <= span[0] else None
    if kind == _BEHIND and span[1] <= start:
        between = folded[span[1] : start]
    return between is not None and not set(between) & _STOPS and len(tokens(between)) <= _BESIDE


def _spans(folded: str, term: Term, code: str) -> list[tuple[_Span, ...]]:
    """Where a term stands in a folded headline: the places of its pieces."""
    if term.pieces[0][0] not in folded:
        return []
    first, *more = (list(_places(folded, piece, code)) for piece in term.pieces)
    if not more:
        return [(span,) for span in first]
    pairs = ((one, other) for one in first for other in more[0] if one[1] <= other[0])
    return [(one, other) for one, other in pairs if not term.near or _is_near(folded[one[1] : other[0]], code)]


def _is_near(between: str, code: str) -> bool:
    """Whether no more than an article and adjectives stand between two parts of a term: a small word behind another
    begins something else.
    """
    small = [word in language(code).stop_words for word in tokens(between)]
    return len(small) <= _ADJECTIVES and small == sorted(small, reverse=True)


def _places(folded: str, piece: _Piece, code: str) -> Iterator[_Span]:
    form, ending = piece
    at = folded.find(form)
    while at >= 0:
        if stands(folded, at, at + len(form), ending, code):
            yield at, at + len(form)
        at = folded.find(form, at + 1)
