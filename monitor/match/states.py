"""Other states in a sentence: which stand for themselves, and which office, actor or act is one of theirs. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import partial
from operator import attrgetter

from monitor.match.places import Name
from monitor.match.scan import Hit, Sentence
from monitor.text.scripts import script
from monitor.topic.name_words import of_whom
from monitor.topic.records import COUNTRIES, STATES, Concept

ONLOOKING, _MENTIONED = "onlooking", "mentioned"  # of config/lexicon/signals.yaml
_AGAINST, _AGAINST_BEHIND = "against", "against_behind"  # before and behind what it is
_ARMS = "materiel"
_BORDER, _FORCE = "border", "roles_security"  # "border guards" are no border
_DRILL = "exercise"  # of one side, near the border of another that is uneasy
_CLAIM = 24  # folded characters between a state and the actor that it claims
_CLOSE = 1  # folded characters between an act or office and the state whose it is
_BESIDE = 4  # folded characters between a side and the word that says it only watches
_CLAUSE = 24  # the same, where nothing parts them
_OWN = 3  # folded characters between arms and the side whose they are
_FEARED = 10  # folded characters between "against" and arms with the name of their side
_ROW = 20  # folded characters from one name to the next of sides that act together
_ROW_IN_HAN = 5  # the same, where a word has two letters
_NEAR = 24  # the same, where the sentence says nothing else
_TELLING = frozenset({"act", "term", "required"})  # kinds of concepts that say what is done
_FIELD = frozenset(
    {"agreeing", "cooperation", "enemy", "terror", "border", "security", "pledge", "removing", "transfer"}
)
_ASIDE = frozenset({ONLOOKING, _MENTIONED, _BORDER, _AGAINST, _AGAINST_BEHIND})  # without one of these nobody looks on
_NONE_THERE: frozenset[int] = frozenset()
_KEY, _ACTOR = attrgetter("key"), attrgetter("actor")  # of a concept
_CLAUSE_END = re.compile(r"[;:؛]")
_STOP = re.compile(r"[,،;:.()\"“”—–]|(?<=[\u2e80-\u9fff]) (?=[\u2e80-\u9fff])")  # in Chinese a space is a comma


def standing_alone(
    states: Sequence[Name], rows: Sequence[Sequence[Name]], sides: Collection[int], counterpart: bool
) -> list[Name]:
    """The other states that stand for themselves, and do not take part in what all sides do.

    A state takes part that stands in one row with several sides, or with one side as the counterparts of another do;
    and of the same group of states what else is named: "heads for Syria for Tehran-Damascus-Baghdad talks".
    """
    taking_part: set[int] = set()
    groups: set[str] = set()
    if len(sides) > 1:
        for row in rows:
            own = {name.side for name in row} - {-1}
            if len(own) > 1 or (own and counterpart):
                taking_part.update(place for name in row for place in range(name.start, name.end))
            if len(own) > 1:
                begins = {name.start for name in row if name.side < 0}
                groups |= {state.heading for state in states if state.start in begins} - {COUNTRIES}
        taking_part |= {state.start for state in states if state.heading in groups}
    return [state for state in states if state.start not in taking_part]


def is_of_state(start: int, end: int, states: Sequence[Name], names: Sequence[Name]) -> bool:
    """Whether what stands at [start, end) is another state's: that state is named right beside it, and no side nearer.

    "Jordan's military attaché in Baghdad", "U.S. military aid to Iraq".
    """
    gap = min(max(state.start - end, start - state.end) for state in states)
    return gap <= _CLOSE and all(max(name.start - end, start - name.end) > gap for name in names)


def set_aside(sentence: Sentence, found: Sequence[Concept]) -> Collection[int]:
    """Where names begin that count for no side here: actors that another state claims, a side that looks on, and one of
    which only the border is named, or only the arms against which something is done."""
    keys = set(map(_KEY, found))
    said = not _ASIDE.isdisjoint(keys)
    if STATES.isdisjoint(keys):
        if not said:
            return _NONE_THERE
        drill = _named_for(ONLOOKING, sentence, found, _BORDER) if _DRILL in keys else ()
        return {*_only_watching(sentence, found), *_of_feared_arms(sentence, found), *drill}
    if not said:
        return of_another_state(sentence, found)
    return {
        *_of_feared_arms(sentence, found),
        *of_another_state(sentence, found),
        *_named_for(ONLOOKING, sentence, found),
        *_named_for(_MENTIONED, sentence, found),
        *_named_for(_BORDER, sentence, found),
    }


def _of_feared_arms(sentence: Sentence, found: Sequence[Concept]) -> Collection[int]:
    """Where the names of a side begin of which nothing is named but arms that others guard against: "Iraq orders
    jammers against Iranian drones"."""
    keys = set(map(_KEY, found))
    if _ARMS not in keys or (_AGAINST not in keys and _AGAINST_BEHIND not in keys):
        return _NONE_THERE
    pairs = list(zip(sentence.hits, found, strict=True))
    words = [(hit, concept.key) for hit, concept in pairs if concept.key in (_AGAINST, _AGAINST_BEHIND)]
    arms = [hit for hit, concept in pairs if concept.key == _ARMS]
    feared: dict[int, set[bool]] = {}  # side → whether its names are of such arms
    for hit, concept in pairs:
        if concept.side >= 0:
            things = [(min(hit.start, one.start), max(hit.end, one.end)) for one in arms if 0 <= _gap(hit, one) <= _OWN]
            feared.setdefault(concept.side, set()).add(
                any(
                    0 <= (start - word.end if key == _AGAINST else word.start - end) <= _FEARED
                    for start, end in things
                    for word, key in words
                )
            )
    sides = {side for side, all_of_them in feared.items() if all_of_them == {True}}
    return {hit.start for hit, concept in pairs if concept.side in sides} if len(feared) > 1 else _NONE_THERE


def _named_for(key: str, sentence: Sentence, found: Sequence[Concept], also: str = "") -> Collection[int]:
    """Where the names of one side begin that only watches what another state does, or near whose border it is done:
    "Iraqi army trains with NATO as Iran looks on". Beside each of them stands a word for that, which no other name is
    nearer to, and no other side. key: the signal of such words; also: of others that may stand in their place."""
    if key not in map(_KEY, found):
        return _NONE_THERE
    pairs = list(zip(sentence.hits, found, strict=True))
    forces = [hit for hit, concept in pairs if concept.key == _FORCE] if _BORDER in (key, also) else []
    words = [
        hit
        for hit, concept in pairs
        if concept.key in (key, also) and not any(_gap(hit, force) <= 1 for force in forces)
    ]
    names = [hit for hit, concept in pairs if concept.side >= 0]
    side_of = {hit.start: concept.side for hit, concept in pairs if concept.side >= 0}
    states = [hit for hit, concept in pairs if concept.key in STATES]
    if not names:
        return _NONE_THERE
    said = {min((*names, *states), key=partial(_gap, word)).start for word in words}  # each word of the nearest
    stops = [stop.start() for stop in _CLAUSE_END.finditer(sentence.folded)]
    reach = _CLAUSE if key == ONLOOKING else _BESIDE
    row = _ROW_IN_HAN if script(sentence.folded) == "han" else _ROW
    near = {hit.start for hit in names for word in words if _is_near(hit, word, reach, sentence.folded)}
    watching = {
        start
        for start in near & said
        if not any(_in_a_row(start, other, states, stops, row) for other in side_of if side_of[other] != side_of[start])
    }
    whole = [side for side in set(side_of.values()) if {at for at in side_of if side_of[at] == side} <= watching]
    if len(whole) != 1 or len(set(side_of.values())) < 2:
        return _NONE_THERE
    return {at for at in side_of if side_of[at] == whole[0]}


def _is_near(hit: Hit, word: Hit, reach: int, folded: str) -> bool:
    """Whether a word stands beside a name, or further from it within one clause."""
    gap = _gap(hit, word)
    first, last = min(hit.end, word.end), max(hit.start, word.start)
    return gap <= _BESIDE or (gap <= reach and not _STOP.search(folded, first, last))


def _only_watching(sentence: Sentence, found: Sequence[Concept]) -> Collection[int]:
    """Where the names of one side begin in a sentence that says nothing but that it watches: "Iran's embassy declined
    to comment". So it takes no part in what the other sentences report."""
    if ONLOOKING not in map(_KEY, found) or any(concept.kind in _TELLING or concept.key in _FIELD for concept in found):
        return _NONE_THERE
    pairs = list(zip(sentence.hits, found, strict=True))
    names = [hit for hit, concept in pairs if concept.side >= 0]
    words = [hit for hit, concept in pairs if concept.key == ONLOOKING]
    alone = len({concept.side for concept in found} - {-1}) == 1 and sentence.where != "title"
    return {name.start for name in names} if alone and any(_gap(n, w) <= _NEAR for n in names for w in words) else ()


def _in_a_row(start: int, other: int, states: Sequence[Hit], stops: Sequence[int], row: int) -> bool:
    """Whether two names begin so near that their sides act together, with no state and no end of a clause between."""
    first, last = min(start, other), max(start, other)
    between = (*(state.start for state in states), *stops)
    return last - first <= row and not any(first < place < last for place in between)


def _gap(hit: Hit, other: Hit) -> int:
    return max(other.start - hit.end, hit.start - other.end)


def of_another_state(sentence: Sentence, found: Sequence[Concept]) -> Collection[int]:
    """Where actors' names begin that another state claims: "Ethiopia's former revolutionary guard", "General Jafari of
    Pakistan".

    Only where the side itself is not named in the sentence.
    """
    if not any(map(_ACTOR, found)):
        return _NONE_THERE
    states = [hit for hit, concept in zip(sentence.hits, found, strict=True) if concept.key in STATES]
    if not states:
        return _NONE_THERE
    own = {concept.side for concept in found if not concept.actor} | {-1}
    actors = [
        hit for hit, concept in zip(sentence.hits, found, strict=True) if concept.actor and concept.side not in own
    ]
    return {
        hit.start
        for hit in actors
        if any(
            (0 < hit.start - state.end <= _CLAIM and not _STOP.search(sentence.folded, state.end, hit.start))
            or (state.start > hit.end and sentence.folded[hit.end : state.start].strip() in of_whom() | {""})
            for state in states
        )
    }
