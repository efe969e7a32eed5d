"""Whether a sentence that a model wrote says what the stored sentence says that it quotes, and no more. Pure.

In the language of what it quotes it may leave words out and add none. In another language it is a translation: the
figures, days, names and things of the two have to be the same, and both deny, claim or announce alike. What cannot be
compared is not believed, so a true sentence is dropped sooner than a false one is shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache

from monitor.languages import language
from monitor.model.frozen import frozen
from monitor.retell.facts import Facts, comparable, facts_of, is_heard
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
_PAUSES = frozenset(",;:،؛")
_TELLING = ("place", "act", "matter")
_DONE = (
    "killed", "wounded", "hostage", "execution", "murder", "withdrew", "deployed", "released", "banned", "cancelled",
    "delayed", "assassination", "missing", "convicted", "acquitted", "won", "lost", "crash", "fire", "protest",
    "disarm", "rescued", "evacuated", "attack", "ceasefire", "war", "peace", "contract", "bid", "leak", "fine",
    "blackout", "defence", "interior_minister", "foreign_minister", "hezbollah", "irgc", "pmf", "isis",
)  # fmt: skip
ANCHORS = 2  # figures, names and things that both have, at least
_MARKUP = re.compile(
    r"https?:|www\.|://|[<>{}\[\]`|\\*#_]|\b[\w.-]+@[\w-]+\.\w|\b[\w-]+\.(?:com|org|net|info|ru|io|ir|iq|tr)\b|[\n\r\t]",
    re.IGNORECASE,
)
_ABOUT = ("person", "place", "country", "group")  # kinds of entities that a translation must name
_HEADS_FIRST = frozenset({"fa", "ar", "ckb", "kmr", "azb", "he", "ru"})  # where what describes a noun follows it


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

    def facts(self, text: str, code: str) -> Facts:
        """What a sentence in the language ``code`` says."""
        key = (text, code)
        if key not in self._known:
            self._known[key] = facts_of(text, code, self.tables, tuple(self.entities.values()))
        return self._known[key]

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
    return _translates(by.facts(text, by.language), by.facts(source.text, primary(source.language) or ""), by)


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
    """Whether a sentence leaves out words of its source and adds none, in its order. Small words are free, but for
    those beside a name: "by Iran" is not "Iran". A word that describes the next is not left alone: of "Iran's ally"
    nothing is said of Iran.
    """
    code = by.language
    mine, theirs = by.facts(text, code), by.facts(source.text, code)
    if mine.denials != theirs.denials:
        return "denial"
    if (theirs.said and not mine.said) or (theirs.open and not mine.open):
        return "stance"
    kept = _kept(_parts(text, code), _parts(source.text, code))
    if kept is None:
        return _which(mine, theirs)
    said, places = kept
    whole = _parts(source.text, code)
    turned = any(part.turn != whole[place].turn for place, part in zip(places, said, strict=True))
    return "words" if turned or not _opens_alike(places, whole) or not _heads_stay(places, whole, code) else ""


@frozen
class _Part:
    """A word that says something. turn: the small word before it that may turn who does what. tied: nothing but a space
    or a possessive stands between it and the next. paused: a comma or so follows it.
    """

    stem: str
    turn: str
    tied: bool
    paused: bool


def _parts(text: str, code: str) -> list[_Part]:
    folded = fold.fold(text)
    small, turning = _small(code), _turning(code)
    found: list[_Part] = []
    turn = ""
    hits = list(re.finditer(r"\w+", folded))
    for at, hit in enumerate(hits):
        word = hit[0]
        if word in turning:
            turn = word
        if word in small:
            continue
        gap = folded[hit.end() : hits[at + 1].start()] if at + 1 < len(hits) else "."
        tied = not gap.strip() and hits[at + 1][0] not in small
        found.append(_Part(fold.stem(word, code), turn, tied, gap.strip()[:1] in _PAUSES))
        turn = ""
    return found


def _kept(mine: Sequence[_Part], theirs: Sequence[_Part]) -> tuple[Sequence[_Part], list[int]] | None:
    """The places in the source of a sentence's words, in order; None where it has a word that is not there."""
    places: list[int] = []
    at = 0
    for part in mine:
        while at < len(theirs) and theirs[at].stem != part.stem:
            at += 1
        if at == len(theirs):
            return None
        places.append(at)
        at += 1
    return mine, places


def _opens_alike(places: Sequence[int], whole: Sequence[_Part]) -> bool:
    """Whether a sentence begins as its source does, or behind a pause: "it is false that" must not be left out."""
    return bool(places) and (not places[0] or whole[places[0] - 1].paused)


def _heads_stay(places: Sequence[int], whole: Sequence[_Part], code: str) -> bool:
    """Whether no word is kept without the one that it describes."""
    kept = set(places)
    after = code not in _HEADS_FIRST
    for place in places:
        if after and whole[place].tied and place + 1 not in kept:
            return False
        if not after and place and whole[place - 1].tied and place - 1 not in kept:
            return False
    return bool(places)


@lru_cache(maxsize=32)
def _small(code: str) -> frozenset[str]:
    """Folded words that say nothing by themselves. A number or a denial does."""
    own = language(code)
    words = {fold.fold(word) for word in (*own.leads_on, *own.stance.small)} | _turning(code)
    return frozenset(words) - set(map(fold.fold, own.counts.negations))


@lru_cache(maxsize=32)
def _turning(code: str) -> frozenset[str]:
    """Folded words that say what part the next one plays."""
    return frozenset(map(fold.fold, language(code).stance.turning))


def _which(mine: Facts, theirs: Facts) -> str:
    """Why a sentence in the language of its source has other words than it."""
    if set(mine.figures) - set(theirs.figures):
        return "figure"
    if {name for name, _ in mine.names} - {name for name, _ in theirs.names} or _others(mine, theirs):
        return "name"
    if not mine.things or set(mine.things) - set(theirs.things):
        return "words"
    return "order"


# in another language


def _translates(mine: Facts, theirs: Facts, by: Yardstick) -> str:
    if bool(mine.denials) != bool(theirs.denials):
        return "denial"
    if (theirs.said and not mine.said) or (theirs.open and not mine.open):
        return "stance"
    checks = (
        _dates(mine, theirs),
        _figures(mine, theirs),
        _names(mine, theirs, by.entities, by.language, by.tables),
        _things(mine, theirs, by),
        _order(mine, theirs, by.tables),
    )
    return next(filter(None, checks), "")


def _dates(mine: Facts, theirs: Facts) -> str:
    named = mine.dates.days <= theirs.dates.days and _are_named(mine.dates.recurring, theirs.dates.recurring)
    years = mine.dates.years <= theirs.dates.years | {int(each) for each in theirs.figures if each.isdecimal()}
    days = mine.weekdays <= theirs.weekdays and mine.relative <= theirs.relative
    missing = theirs.dates.recurring and not mine.dates.recurring
    return "" if named and years and days and not missing else "date"


def _are_named(mine: frozenset[int], theirs: frozenset[int]) -> bool:
    """Whether days of a year are all among others. One of the Iranian calendar is one of two that are neighbours."""
    shared = mine & theirs
    return all(any(abs(day - other) <= 1 for other in shared) for day in mine)


def _figures(mine: Facts, theirs: Facts) -> str:
    of_dates = theirs.dates.recurring or theirs.dates.days
    needed = [each for each in theirs.figures if each not in theirs.days and not (of_dates and float(each) <= 31)]
    told = [each for each in mine.figures if each not in mine.days]
    # Arabic has a form of the noun for two of it.
    if {*told} - {*theirs.figures, *theirs.days, "2"} or {*needed} - {*mine.figures, *mine.days, "2"}:
        return "figure"
    return "" if _follow_alike(told, needed) else "order"


def _names(mine: Facts, theirs: Facts, kinds: Mapping[str, EntityName], code: str, tables: Tables) -> str:
    if _others(mine, theirs):
        return "name"
    shared = {id for id, _ in mine.known} & {id for id, _ in theirs.known}
    called = {word for id, name in mine.known if id in shared for word in fold.tokens(name)}
    for name, place in mine.names:
        if name not in called and not is_heard(name, theirs) and place not in theirs.things:
            return "name"
    for name, place in theirs.names:
        if len(name) >= LONG and not place and not is_heard(name, mine) and not _is_called(name, theirs, shared):
            return "name"
    return "name" if _left_out(mine, theirs, kinds, code, tables) else ""


def _is_called(name: str, facts: Facts, shared: set[str]) -> bool:
    return any(name in fold.squeeze(called) for id, called in facts.known if id in shared)


def _others(mine: Facts, theirs: Facts) -> bool:
    """Whether a sentence names an entity that its source does not, under no name that may be another's."""
    ids, names = {id for id, _ in theirs.known}, {name for _, name in theirs.known}
    return any(
        id not in ids and name not in names and not all(is_heard(word, theirs) for word in fold.tokens(name))
        for id, name in mine.known
    )


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


def _order(mine: Facts, theirs: Facts, tables: Tables) -> str:
    """Whether places and people follow each other in both alike: who does it to whom."""
    places = [[key for key in each.things if tables.kinds.get(key) == "place"] for each in (mine, theirs)]
    return "" if _follow_alike(*places) else "order"


def _follow_alike(one: Sequence[str], other: Sequence[str]) -> bool:
    return [each for each in one if each in other] == [each for each in other if each in one]
