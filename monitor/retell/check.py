"""Whether a sentence that a model wrote says what the stored sentence says that it quotes, and no more. Pure.

In the language of what it quotes it may leave words out and add none. In another language it is a translation: the
figures, days, names and things of the two have to be the same, and both deny, claim or announce alike. What cannot be
compared is not believed, so a true sentence is dropped sooner than a false one is shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from monitor.languages import language
from monitor.model.frozen import frozen
from monitor.retell.contrasts import Named, contrast, named_in, words_of
from monitor.retell.facts import Facts, clauses_of, comparable, facts_of, is_heard, is_saying
from monitor.retell.shorter import ADDED, why_not_shorter
from monitor.stories.group.crossing import Tables
from monitor.stories.group.signature import keys_of_text
from monitor.text import fold
from monitor.text.language import detect_language, primary
from monitor.text.marked_terms import unmarked
from monitor.text.scripts import main_script, script
from monitor.topic.records import EntityName

REASONS = (
    "quote", "form", "language", "unchanged", "length", "figure", "date", "name", "denial", "stance", "words", "order",
)  # fmt: skip
LONGEST = 600  # characters of a sentence
SHORTEST = 12
QUOTED = 3  # words of a quote at least, where the sentence has more
SHARE = 0.5  # of the things of a sentence that its translation has at least
RATIO = (0.35, 2.6)  # letters of a translation for each letter of what it translates
LONG = 3  # letters of a name that is looked for in a translation
MORE = 2  # things that a translation may name beside those of its source
_TELLING = ("place", "act", "matter")
_DONE = (
    "killed", "wounded", "hostage", "execution", "murder", "withdrew", "deployed", "released", "banned", "cancelled",
    "delayed", "assassination", "missing", "won", "lost", "crash", "fire", "protest",
    "disarm", "rescued", "evacuated", "attack", "ceasefire", "war", "peace", "contract", "bid", "leak", "fine",
    "blackout", "defence", "interior_minister", "foreign_minister", "hezbollah", "irgc", "pmf", "isis",
)  # fmt: skip
ANCHORS = 2  # figures, names and things that both have, at least
_MARKUP = re.compile(
    r"https?:|www\.|://|[<>{}\[\]`|\\*#_]|\b[\w.-]+@[\w-]+\.\w|\b[\w-]+\.(?:com|org|net|info|ru|io|ir|iq|tr)\b|[\n\r\t]",
    re.IGNORECASE,
)
_ACTORS = ("person", "group", "body")
_ABOUT = ("person", "place", "country", "group")  # kinds of entities that a translation must name


@frozen
class Source:
    """A stored sentence that a model was shown. id: by which an answer names it. headline: it is an article's title."""

    id: str
    text: str
    language: str
    article: int
    headline: bool = False


class Yardstick:
    """What sentences are compared by. language: in which the model was to write. entities: found by their names.

    A stored sentence is compared with several of an answer, and looked through once.
    """

    def __init__(self, language: str, tables: Tables, entities: Sequence[EntityName] = ()) -> None:
        self.language = language
        self.tables = tables
        self.entities = {entity.id: entity for entity in entities}
        # What was done, what came of it, and whose office it was: of these a translation has no other.
        self.telling = frozenset(key for phrase in _DONE for key in _own_keys(phrase.split("_"), tables))
        self._known: dict[tuple[str, str], Facts] = {}
        self._members: dict[tuple[str, str], Named] = {}

    def facts(self, text: str, code: str) -> Facts:
        """What a sentence in the language ``code`` says."""
        key = (text, code)
        if key not in self._known:
            self._known[key] = facts_of(text, code, self.tables, tuple(self.entities.values()))
        return self._known[key]

    def members(self, text: str, code: str) -> Named:
        """What of each group of things a sentence names."""
        key = (text, primary(code) or "")
        if key not in self._members:
            self._members[key] = named_in(*key)
        return self._members[key]

    def tell(self, keys: AbstractSet[str]) -> set[str]:
        """Places, matters and what was done; acts by their kind, as each has many words."""
        kinds = ((key, self.tables.kinds.get(key, "")) for key in keys)
        return {
            kind if kind.startswith("act") else key
            for key, kind in kinds
            if kind.partition(" ")[0] in _TELLING or key in self.telling
        }

    def in_names(self, facts: Facts) -> frozenset[str]:
        """The keys of things that names of the entities in a sentence hold, in whatever language."""
        names = {name for id, _ in facts.known for name in self.entities[id].names}
        return frozenset(key for name in names for key in keys_of_text(unmarked(name), "", self.tables))


def _own_keys(words: Sequence[str], tables: Tables) -> set[str]:
    """The keys of an English phrase as a whole: "interior minister" is not every minister."""
    parts = [set(keys_of_text(word, "en", tables)) for word in words]
    return parts[0] if len(parts) == 1 else set(keys_of_text(" ".join(words), "en", tables)).difference(*parts)


def quoted_in(quote: str, source: Source) -> bool:
    """Whether a quote stands in the stored sentence, whole words of it, in whatever quotation marks and spaces."""
    mine, theirs = fold.tokens(fold.fold(quote)), fold.tokens(fold.fold(source.text))
    if len(mine) < min(QUOTED, len(theirs)):
        return False
    return any(theirs[at : at + len(mine)] == mine for at in range(len(theirs) - len(mine) + 1))


def why_dropped(text: str, source: Source, by: Yardstick, *, whole: bool = False) -> str:
    """Why a sentence is not shown (one of `REASONS`), "" where the source bears it out.

    whole: it has to be a translation of all that the source says.
    """
    if fault := _form(text, source, by.language):
        return fault
    if primary(source.language) == by.language:
        return "unchanged" if whole else _shortens(text, source, by)
    if _letters(text) == _letters(source.text):
        return "unchanged"
    if not RATIO[0] <= len(_letters(text)) / max(1, len(_letters(source.text))) <= RATIO[1]:
        return "length"
    return _translates(text, source, by)


def _form(text: str, source: Source, code: str) -> str:
    """What is wrong with a sentence as such: marks of a language for pages, two sentences, another language."""
    if not SHORTEST <= len(text) <= LONGEST or _MARKUP.search(text):
        return "form"
    known = comparable()
    if code not in known or primary(source.language) not in known:
        return "language"
    wanted = language(code).script
    return "" if main_script(text) == wanted and detect_language(text, code) == code else "language"


def _letters(text: str) -> str:
    return fold.squeeze("".join(char for char in fold.fold(text) if char.isalnum() or char == " "))


# in the same language


def _shortens(text: str, source: Source, by: Yardstick) -> str:
    """Whether a sentence leaves out words of its source and adds none, in its order."""
    mine, theirs = by.facts(text, by.language), by.facts(source.text, by.language)
    if mine.denials != theirs.denials:
        return "denial"
    if fault := _stands_by(mine, theirs):
        return fault
    fault = why_not_shorter(text, source.text, by.language)
    return _which(mine, theirs, by) if fault == ADDED else fault


def _stands_by(mine: Facts, theirs: Facts) -> str:
    """Whether both say how far they stand by it: what was done is not to come, and what may be is not certain."""
    alike = mine.open == theirs.open and (mine.doubted or not theirs.doubted) and (mine.said or not theirs.said)
    return "" if alike else "stance"


def _which(mine: Facts, theirs: Facts, by: Yardstick) -> str:
    """Why a sentence in the language of its source has other words than it."""
    if set(mine.figures) - set(theirs.figures):
        return "figure"
    if {name for name, _ in mine.names} - {name for name, _ in theirs.names} or _others(
        mine, theirs, by.entities, by.tables
    ):
        return "name"
    if not mine.things or set(mine.things) - set(theirs.things):
        return "words"
    return "order"


# in another language


def _translates(text: str, source: Source, by: Yardstick) -> str:
    mine, theirs = by.facts(text, by.language), by.facts(source.text, primary(source.language) or "")
    if bool(mine.denials) != bool(theirs.denials):
        return "denial"
    moved = _is_speaker_moved(text, source, by)
    named = by.members(text, by.language), by.members(source.text, source.language)
    told = words_of(text, by.language, named[1]) | words_of(source.text, primary(source.language) or "", named[0])
    checks = (
        _stands_by(mine, theirs),
        _dates(mine, theirs),
        _figures(mine, theirs),
        _names(mine, theirs, by, told),
        _things(mine, theirs, by),
        "words" if contrast(*named) else "",
        "" if moved else _order(mine, theirs, by) or _denied_clauses(text, source, by),
    )
    return next(filter(None, checks), "")


def _dates(mine: Facts, theirs: Facts) -> str:
    named = mine.dates.days <= theirs.dates.days and _are_named(mine.dates.recurring, theirs.dates.recurring)
    years = mine.dates.years <= theirs.dates.years | {int(each) for each in theirs.figures if each.isdecimal()}
    days = mine.weekdays <= theirs.weekdays and mine.relative <= theirs.relative
    months = all(any(month & other for other in theirs.months) for month in mine.months)
    missing = theirs.dates.recurring and not mine.dates.recurring
    return "" if named and years and days and months and mine.spans <= theirs.spans and not missing else "date"


def _are_named(mine: frozenset[int], theirs: frozenset[int]) -> bool:
    """Whether days of a year are all among others. One of the Iranian calendar is one of two that are neighbours."""
    shared = mine & theirs
    return all(any(abs(day - other) <= 1 for other in shared) for day in mine)


def _figures(mine: Facts, theirs: Facts) -> str:
    of_dates = theirs.dates.recurring or theirs.dates.days
    needed = [each for each in theirs.figures if each not in theirs.days and not (of_dates and float(each) <= 31)]
    told = [each for each in mine.figures if each not in mine.days]
    pair = {"2"} if mine.dual or theirs.dual else set()
    if {*told} - {*theirs.figures, *theirs.days} - pair or {*needed} - {*mine.figures, *mine.days} - pair:
        return "figure"
    others = dict(theirs.counted)
    if mine.bounds != theirs.bounds or any(others.get(figure, about) != about for figure, about in mine.counted):
        return "figure"
    return "" if _follow_alike(told, needed) else "order"


def _names(mine: Facts, theirs: Facts, by: Yardstick, told: AbstractSet[str]) -> str:
    """told: words of both that name the same thing, as "Persian Gulf" does."""
    if _others(mine, theirs, by.entities, by.tables):
        return "name"
    shared = {id for id, _ in mine.known} & {id for id, _ in theirs.known}
    called = {word for id, name in mine.known if id in shared for word in fold.tokens(name)}
    for name, place in mine.names:
        if name not in called | told and not is_heard(name, theirs) and place not in theirs.things:
            return "name"
    for name, place in theirs.names:
        is_told = place or name in told or is_heard(name, mine) or _is_called(name, theirs, shared)
        if len(name) >= LONG and not is_told:
            return "name"
    return "name" if _left_out(mine, theirs, by.entities, by.language, by.tables) else ""


def _is_called(name: str, facts: Facts, shared: set[str]) -> bool:
    return any(name in fold.squeeze(called) for id, called in facts.known if id in shared)


def _others(mine: Facts, theirs: Facts, kinds: Mapping[str, EntityName], tables: Tables) -> bool:
    """Whether a sentence names an entity that its source does not, under no name that may be another's."""
    ids, names = {id for id, _ in theirs.known}, {name for _, name in theirs.known}
    return any(
        id not in ids
        and name not in names
        and not all(is_heard(word, theirs) for word in fold.tokens(name))
        and not _is_described(id, name, theirs, kinds, tables)
        for id, name in mine.known
    )


def _is_described(id: str, name: str, facts: Facts, kinds: Mapping[str, EntityName], tables: Tables) -> bool:
    """Whether a sentence has all words of a body's name: "Iranian border guards" are guards of the border of Iran."""
    keys = keys_of_text(name, "", tables)
    return kinds[id].kind == "body" and len(keys) >= ANCHORS and set(keys) <= set(facts.things)


def _left_out(mine: Facts, theirs: Facts, kinds: Mapping[str, EntityName], code: str, tables: Tables) -> bool:
    """Whether a translation lacks somebody whom its source names, and whose name its language has."""
    told = {id for id, _ in mine.known}
    also = {name for id, name in theirs.known if id in told}  # names that several bear
    return any(
        id not in told
        and name not in also
        and kinds[id].kind in _ABOUT
        and _is_written_in(kinds[id], code)
        and not any(key in mine.things for key in keys_of_text(name, "", tables))
        and not all(is_heard(word, mine) for word in fold.tokens(name))
        for id, name in theirs.known
    )


def _is_written_in(entity: EntityName, code: str) -> bool:
    """Whether a name of an entity is in the letters of a language."""
    return any(script(fold.fold(name)) == language(code).script for name in entity.names)


def _things(mine: Facts, theirs: Facts, by: Yardstick) -> str:
    """Whether both name the same things. Words for a thing may be wanting in one language, so a few may differ that
    tell neither of a place nor of an act or a matter. What the names of an entity say is said by whoever names it.
    """
    tables, own, others = by.tables, set(mine.things), set(theirs.things)
    more = own - others - by.in_names(theirs)
    # Words for one act are many: a visit is a trip, a meeting or a delegation.
    if by.tell(more) - by.tell(others) or len(more - _acts(own, tables)) > MORE:
        return "words"
    same = len(own & others) + len(_ids(mine) & _ids(theirs))
    if same < SHARE * len((others - by.in_names(mine)) | _ids(theirs)):
        return "words"
    denies = {key for key in others if tables.kinds.get(key) == "act deny"}
    heard = sum(is_heard(name, theirs) for name, _ in mine.names)
    both = same + heard + len({*mine.figures} & {*theirs.figures})
    return "words" if denies - own or both < ANCHORS else ""


def _acts(keys: set[str], tables: Tables) -> set[str]:
    return {key for key in keys if tables.kinds.get(key, "").startswith("act")}


def _ids(facts: Facts) -> set[str]:
    return {id for id, _ in facts.known}


def _order(mine: Facts, theirs: Facts, by: Yardstick) -> str:
    """Whether places follow each other in both alike, and so do people and bodies: who does it to whom."""
    if set(mine.places) == set(theirs.places) and mine.places != theirs.places:
        return "order"
    places = [[key for key in each.things if by.tables.kinds.get(key) == "place"] for each in (mine, theirs)]
    actors = [[id for id, _ in each.known if by.entities[id].kind in _ACTORS] for each in (mine, theirs)]
    return "" if _follow_alike(*places) and _follow_alike(*actors) else "order"


def _is_speaker_moved(text: str, source: Source, by: Yardstick) -> bool:
    """Whether a translation names first who says it, and the source last, or the reverse, each in its own order."""
    theirs = _speaker_apart(clauses_of(source.text, primary(source.language) or ""), primary(source.language) or "")
    if theirs is None:
        return False
    code = primary(source.language) or ""
    speaker, told = (by.facts(each, code) for each in theirs)
    words = text.split()
    for at in range(1, len(words)):
        if is_saying(words[at - 1], by.language):
            before, after = by.facts(" ".join(words[:at]), by.language), by.facts(" ".join(words[at:]), by.language)
            for mine, other in ((before, after), (after, before)):
                if _named_in(mine, by) <= _named_in(speaker, by) and _named_in(other, by) <= _named_in(told, by):
                    parts = ((mine, speaker), (other, told))
                    return all(bool(a.denials) == bool(b.denials) and not _order(a, b, by) for a, b in parts)
    return False


def _speaker_apart(clauses: Sequence[str], code: str) -> tuple[str, str] | None:
    """The clauses that say who speaks, and those of what is said; None for a sentence that does not part them."""
    speaking = [clause for clause in clauses if any(is_saying(word, code) for word in clause.split())]
    told = [clause for clause in clauses if clause not in speaking]
    return (" ".join(speaking), " ".join(told)) if speaking and told else None


def _denied_clauses(text: str, source: Source, by: Yardstick) -> str:
    """Whether both deny the same clauses, where the source denies one and not another: of each clause the places and
    names have to be in that of the other. Clauses that cannot be set side by side are not believed.
    """
    code = primary(source.language) or ""
    theirs = [by.facts(each, code) for each in clauses_of(source.text, code)]
    if len({bool(each.denials) for each in theirs}) < 2:
        return ""
    mine = [by.facts(each, by.language) for each in clauses_of(text, by.language)]
    alike = len(mine) == len(theirs) and _are_set_alike(mine, theirs, by) and _are_set_alike(theirs, mine, by)
    return "" if alike else "denial"


def _are_set_alike(some: Sequence[Facts], others: Sequence[Facts], by: Yardstick) -> bool:
    """Whether each clause denies as its other does, and names nothing that others have in another clause."""
    for one, other in zip(some, others, strict=True):
        elsewhere = set[str]().union(*(_named_in(each, by) for each in others if each is not other))
        if bool(one.denials) != bool(other.denials) or _named_in(one, by) & (elsewhere - _named_in(other, by)):
            return False
    return True


def _named_in(facts: Facts, by: Yardstick) -> set[str]:
    return _ids(facts) | {key for key in facts.things if by.tables.kinds.get(key) == "place"} | set(facts.figures)


def _follow_alike(one: Sequence[str], other: Sequence[str]) -> bool:
    return [each for each in one if each in other] == [each for each in other if each in one]
