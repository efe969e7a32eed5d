"""What a sentence says that can be compared with another, in any of the languages whose denials are known. Pure.

Figures, days, people, places and things are the same in every language. So is whether a sentence denies something,
whether somebody only says it, and whether it is still to come.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from functools import lru_cache
from itertools import groupby, pairwise

from monitor.languages import any_of, language, languages
from monitor.languages.values import Patterns
from monitor.model.frozen import frozen
from monitor.stories.counted import counted
from monitor.stories.group.crossing import Tables
from monitor.stories.group.names import codes
from monitor.stories.group.signature import keys_of_words
from monitor.stories.group.words import Word, words_of
from monitor.stories.number_words import with_figures
from monitor.stories.said import longest_name
from monitor.text import fold
from monitor.text.dates import Dates, dates_in, months_in, to_jalali, weekdays_in
from monitor.text.scripts import script
from monitor.text.sound_key import LEAST, readings, sound_key, sounds_like
from monitor.topic.records import EntityName

_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_GROUPS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_CASED = frozenset({"latin", "cyrillic", "greek"})
_THING = "@"  # what the key of a thing begins with
_COUNTED = "counted "  # and the key of what a figure counts
_ACCUSATIVE = "\N{ARABIC LETTER ALEF}"
_ENDING = re.compile(r"(?<=\w)['’]\w+")  # what Turkish writes to a name or a figure
_SET_OFF = frozenset({"tr", "az"})
_UNITS = ("day", "month", "week", "hour", "minute")
_SPEAKER, _CLAUSE = 6, 4  # words, at most of who says it and at least of a clause
_LONG_E = re.compile(r"\b([dw])ê\b")
_PAIR = "2"  # the least number that a word gives


@frozen
class Facts:
    """What a sentence says.

    figures: in order, each once. days: figures with which its dates may be written. relative: "today", "yesterday".
    things: keys of the shared lexicon in order, places among them. places: of these, as often as they change.
    names: words with capitals that are no ordinary words, folded, each with its key where it is a place. heard:
    codes of all its words. words: all of them, folded. known: (id, the name by which it calls it) of entities, in
    order. counted: (figure, key of the thing) where the tables know what it counts. bounds: "least" or "most" of
    its figures. months: the Gregorian months that each name of a month may mean. spans: units of time. dual: a noun
    may mean two without saying so. denials: words that deny. said, doubted: see `monitor.languages.stance.Stance`.
    open: it is doubted or still to come.
    """

    figures: tuple[str, ...]
    dates: Dates
    days: frozenset[str]
    weekdays: frozenset[int]
    relative: frozenset[str]
    things: tuple[str, ...]
    places: tuple[str, ...]
    names: tuple[tuple[str, str], ...]
    heard: frozenset[str]
    words: frozenset[str]
    known: tuple[tuple[str, str], ...]
    counted: tuple[tuple[str, str], ...]
    bounds: frozenset[str]
    months: frozenset[frozenset[int]]
    spans: frozenset[str]
    dual: bool
    denials: int
    said: bool
    doubted: bool
    open: bool


@lru_cache(maxsize=1)
def comparable() -> frozenset[str]:
    """The languages in which a sentence's denials are known, so that it can be compared with another."""
    return frozenset(each.code for each in languages() if each.counts.negations and each.stance.said)


def facts_of(text: str, code: str, tables: Tables, entities: Sequence[EntityName] = ()) -> Facts:
    """What a sentence in the language ``code`` says. entities: those that are looked for by their names."""
    text = _ENDING.sub("", text) if code in _SET_OFF else text
    folded = with_figures(fold.fold(text), code)
    words = fold.tokens(folded)
    dates = dates_in(words)
    spoken = words_of(text, code)
    keys = keys_of_words(spoken, code, tables)
    plain = fold.fold(_in_small_letters(text))
    large = frozenset(word.folded for word in spoken if word.capital) if script(folded) in _CASED else None
    known = _in_order(((each.id, _named(each, folded, large)) for each in entities), folded)
    named = {word for _, name in known for word in fold.tokens(name)}
    heard = [word.folded for word in spoken]
    return Facts(
        figures=tuple(dict.fromkeys(_figures(folded, words, code))),
        dates=dates,
        days=_figures_of(dates),
        weekdays=weekdays_in(words),
        relative=_relative(words),
        things=tuple(_things(spoken, code, tables)),
        places=tuple(each for each, _ in groupby(_places(spoken, code, tables))),
        names=tuple(_names(text, spoken, keys, code, tables)),
        heard=frozenset(each for word in (*heard, *map("".join, pairwise(heard))) for each in _codes(word)),
        words=frozenset(heard),
        known=known,
        counted=tuple(_counted(folded, code, tables)),
        bounds=frozenset(kind for kind in ("least", "most") if _holds(folded, code, kind)),
        months=_months(spoken, dates, named, code),
        spans=_spans(words, code, dated=bool(dates.recurring or dates.days or weekdays_in(words))),
        dual=_holds(folded, code, "dual"),
        denials=_denials(words, plain, code),
        said=_holds(plain, code, "said"),
        doubted=_holds(plain, code, "doubted"),
        open=_holds(plain, code, "doubted") or _holds(plain, code, "open"),
    )


def clauses_of(text: str, code: str) -> list[str]:
    """The clauses of a sentence, parted by its pauses and by the words that open one ("but"). Who says it belongs to
    what is said.
    """
    words = "|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in language(code).names.apart)
    pieces = _glued([each for each in re.split(f"[,;،؛]{'|' if words else ''}{words}", text) if each.strip()], code)
    said = _pattern(code, "said")
    found: list[str] = []
    speaker = ""
    for piece in pieces:
        spoken = fold.tokens(fold.fold(piece))
        if spoken and (said.fullmatch(spoken[-1]) or (len(spoken) <= _SPEAKER and any(map(said.fullmatch, spoken)))):
            speaker += f"{piece} "
        else:
            found.append(speaker + piece)
            speaker = ""
    return [*found[:-1], f"{found[-1]} {speaker}".strip()] if found else [text]


def is_saying(word: str, code: str) -> bool:
    """Whether a word says that somebody speaks."""
    plain = fold.tokens(fold.fold(word))
    return bool(plain) and _pattern(code, "said").fullmatch(plain[-1]) is not None


def _glued(pieces: Sequence[str], code: str) -> list[str]:
    """The pieces of a sentence, with what is too short to be a clause before the next: "Araghchi, minister, ..."."""
    found: list[str] = []
    before = ""
    for piece in pieces:
        words = fold.tokens(fold.fold(piece))
        if len(words) < _CLAUSE and not _denials(words, fold.fold(piece), code):
            before += f"{piece} "
        else:
            found.append(before + piece)
            before = ""
    return [*found, before] if before.strip() else found


@lru_cache(maxsize=32)
def parting(code: str) -> frozenset[str]:
    """Folded words at which another clause may begin: "and", "but"."""
    names = language(code).names
    return frozenset(map(fold.fold, (*names.apart, *names.beside[:1])))


# figures and dates


def _figures(folded: str, words: Sequence[str], code: str) -> Iterator[str]:
    for found in _FIGURE.finditer(folded):
        after = fold.tokens(folded[found.end() : found.end() + 30])[:1]
        many = _many().get(after[0], 1.0) if after else 1.0
        yield f"{float(_plain(found[0])) * many:.15g}" if len(found[0]) <= 15 else found[0]
    two = _words_for(_PAIR, code).union(*(_pairs_of(unit, code) for unit in _UNITS))
    for word, follows in pairwise([*words, ""]):
        if word in two:
            yield f"{2 * _many().get(follows, 1.0):.15g}"


def _plain(figure: str) -> str:
    """A figure without marks between its thousands, and with a point before its decimals."""
    if _GROUPS.fullmatch(figure):
        return figure.replace(".", "").replace(",", "")
    whole, *rest = re.split("[.,]", figure)
    return f"{whole}.{''.join(rest)}" if rest else whole


@lru_cache(maxsize=1)
def _many() -> dict[str, float]:
    found = ((fold.fold(form), float(number)) for known in languages() for number, forms in known.counts.many
             for form in forms)  # fmt: skip
    return dict(found)


@lru_cache(maxsize=64)
def _words_for(number: str, code: str) -> frozenset[str]:
    found = dict(language(code).counts.words) or dict(language(code).elapsed.numbers)
    return frozenset(map(fold.fold, found.get(number, ())))


def _figures_of(dates: Dates) -> frozenset[str]:
    """The figures with which texts may write these days and years, by either calendar."""
    found = {str(each % 32) for each in dates.recurring} | {str(year) for year in dates.years}
    for day in dates.days:
        found.update(map(str, to_jalali(date.fromordinal(day))))
    return frozenset(found)


def _counted(folded: str, code: str, tables: Tables) -> Iterator[tuple[str, str]]:
    for found in _FIGURE.finditer(folded):
        thing = counted(folded, _plain(found[0]), found[0], code, tables) if len(found[0]) <= 15 else None
        if thing and thing.about.startswith((_COUNTED, _THING)):  # else it is a word of this language alone
            yield f"{float(thing.amount):.15g}", thing.about


def _months(spoken: Sequence[Word], dates: Dates, named: AbstractSet[str], code: str) -> frozenset[frozenset[int]]:
    """What is named as a month, and neither as doubt ("may" is one with a capital) nor as somebody (Kasım)."""
    doubted = _pattern(code, "doubted")
    words = [_without_ending(word.folded, code) for word in spoken
             if word.folded not in named and (word.capital or not doubted.fullmatch(word.folded))]  # fmt: skip
    written = {each // 32 for each in dates.recurring} | {date.fromordinal(day).month for day in dates.days}
    return months_in(words) | {frozenset({month}) for month in written}


def _spans(words: Sequence[str], code: str, *, dated: bool) -> frozenset[str]:
    """The units of time that words name. dated: they name a day, beside which "day" and "month" say nothing."""
    stems = {fold.stem(_without_ending(word, code), code) for word in words}
    pairs = {unit for unit in _UNITS if not _pairs_of(unit, code).isdisjoint(words)}
    return frozenset(unit for unit in _UNITS[2 * dated :] if not _unit_stems(unit, code).isdisjoint(stems)) | pairs


@lru_cache(maxsize=64)
def _pairs_of(unit: str, code: str) -> frozenset[str]:
    """Folded words that mean two of a unit, as the dual of Arabic does."""
    return frozenset(map(fold.fold, getattr(language(code).elapsed, f"two_{unit}s", ())))


def _without_ending(word: str, code: str) -> str:
    """A word without what a language writes to a noun behind a preposition, as Sorani does."""
    ending = next((each for each in language(code).affixes.locative if word.endswith(each)), "")
    return word.removesuffix(ending) if len(word) > len(ending) + 2 else word


def _without_article(word: str, code: str) -> str:
    """A noun without what a language writes to it for "a" and "the", and for the end of what a preposition opens."""
    bare = _without_ending(word, code)
    endings = map(fold.fold, language(code).stance.articles)
    ending = next((each for each in endings if bare.endswith(each)), "")
    return bare.removesuffix(ending) if len(bare) > len(ending) + 2 else bare


@lru_cache(maxsize=64)
def _unit_stems(unit: str, code: str) -> frozenset[str]:
    return frozenset(fold.stem(fold.fold(form), code) for form in getattr(language(code).elapsed, unit))


def _relative(words: Sequence[str]) -> frozenset[str]:
    return frozenset(name for name, known in _days_by_word().items() if not known.isdisjoint(words))


@lru_cache(maxsize=1)
def _days_by_word() -> dict[str, frozenset[str]]:
    named = {"today": [k.elapsed.today for k in languages()], "yesterday": [k.elapsed.yesterday for k in languages()]}
    return {name: frozenset(fold.fold(word) for each in found for word in each) for name, found in named.items()}


# names and things


def _things(spoken: Sequence[Word], code: str, tables: Tables) -> Iterator[str]:
    """The things that the words name, each once; what says that somebody speaks names none ("according")."""
    said = _pattern(code, "said")
    told = [
        word
        for at, word in enumerate(spoken)
        if not (said.fullmatch(word.folded) or weekdays_in([word.folded]) or _is_verb(spoken, at, code))
    ]
    found = [key for keys in keys_of_words(told, code, tables) for key in keys]
    # An indefinite noun of Arabic carries a letter in the accusative.
    plain = [word.folded[:-1] for word in told if word.folded[-1:] == _ACCUSATIVE] if code == "ar" else []
    plain += [bare for word in told if (bare := _without_article(word.folded, code)) != word.folded]
    found += [key for each in plain for keys in keys_of_words(words_of(each, code), code, tables) for key in keys]
    yield from dict.fromkeys(key for key in found if key.startswith(_THING))


def _places(spoken: Sequence[Word], code: str, tables: Tables) -> Iterator[str]:
    found = (key for keys in keys_of_words(spoken, code, tables) for key in keys)
    yield from (key for key in found if tables.kinds.get(key) == "place")


def _is_verb(spoken: Sequence[Word], at: int, code: str) -> bool:
    """Whether a word that is also a people's name is a verb here, as the Persian "did" is, and "Kurd"."""
    stance = language(code).stance
    if spoken[at].folded not in stance.verbs:
        return False
    return at == len(spoken) - 1 or (at > 0 and spoken[at - 1].folded in stance.auxiliaries)


def _in_order(found: Iterable[tuple[str, str]], folded: str) -> tuple[tuple[str, str], ...]:
    named = [each for each in found if each[1]]
    return tuple(sorted(named, key=lambda each: folded.find(each[1])))


def _named(entity: EntityName, folded: str, large: frozenset[str] | None) -> str:
    """The longest name by which a sentence calls an entity. large: its words with capitals, of which a person's name
    has one; None for letters that have none.
    """
    name = longest_name(entity, folded)
    small = large is not None and entity.kind == "person" and large.isdisjoint(fold.tokens(name))
    return "" if small else name


def _names(
    text: str, spoken: Sequence[Word], keys: Sequence[tuple[str, ...]], code: str, tables: Tables
) -> Iterator[tuple[str, str]]:
    """The words of a sentence that are names by their capitals; the first word of all only where it is no other."""
    if not spoken or script(fold.fold(text)) not in _CASED:
        return
    background = tables.background("latin")
    for at, word in enumerate(spoken):
        if not word.capital or len(word.folded) < 2 or word.folded in _ordinary(code):
            continue
        before = keys[at - 1] if at else ()  # the keys of a word are also those of the one before it
        own = [key for key in keys[at] if key.startswith(_THING) and key not in before] or [
            key for key in keys_of_words([word], code, tables)[0] if key.startswith(_THING)
        ]
        key = own[-1] if own else ""
        place = key if tables.kinds.get(key) == "place" else ""
        if (key and not place) or (code == "en" and not background.is_name(word.stem)) or (at == 0 and code != "en"):
            continue
        yield word.folded, place


@lru_cache(maxsize=64)
def _ordinary(code: str) -> frozenset[str]:
    """Folded words that are no names though a capital begins them: titles, months, days, small words."""
    own = language(code)
    listed: list[Iterable[str]] = [own.names.titles, own.names.never, own.stop_words, own.common_words]
    listed += [form for _, form in (*own.counts.words, *own.counts.many)]
    listed += [*own.weekdays, *own.months.gregorian, *own.months.short, own.names.ministers]
    return frozenset(fold.fold(word) for words in listed for word in words)


def _codes(word: str) -> tuple[str, ...]:
    """How a folded word is heard, and where it may be a name in one of its cases, the name itself."""
    bare = _cases().sub("", word) if script(word) == "cyrillic" else word
    return codes(word) if bare == word else (*codes(word), *codes(bare))


@lru_cache(maxsize=1)
def _cases() -> re.Pattern[str]:
    return re.compile(rf"(?<=\w{{4}}){any_of(lambda known: known.stance.cases)}\Z")


def is_heard(name: str, facts: Facts) -> bool:
    """Whether a word of the other sentence may be this name in other letters; of a short one also by its vowels."""
    if not facts.heard.isdisjoint(_codes(name)):
        return True
    short = len(sound_key(name)) < LEAST
    return short and any(sounds_like(name, read) for word in facts.words for read in readings(word))


# how far it stands by what it says


def _in_small_letters(text: str) -> str:
    """A text without the names in it, the first word aside: "May" may be a month, and "Ahmedi" is no verb.

    What is still to come is told in Kurmanji by a letter that folding drops: "dê" is no "de".
    """
    first, *rest = _LONG_E.sub(r"\1eh", text).split() or [""]
    return " ".join([first, *(word for word in rest if word[:1].lower() == word[:1])])


def _denials(words: Sequence[str], plain: str, code: str) -> int:
    negations = frozenset(map(fold.fold, language(code).counts.negations))
    own = sum(word in negations for word in words)
    found = [hit[0] for hit in _pattern(code, "denied").finditer(plain)]
    return own + sum(hit not in negations for hit in found)


def _holds(plain: str, code: str, kind: str) -> bool:
    return _pattern(code, kind).search(plain) is not None


@lru_cache(maxsize=64)
def _pattern(code: str, kind: str) -> re.Pattern[str]:
    patterns: Patterns = getattr(language(code).stance, kind)
    whole = "|".join(patterns)
    # "up to (?=\d)" ends before a digit, and so within no word.
    return re.compile(rf"(?<!\w)(?:{whole})(?!(?<=\w)\w)" if whole else "(?!)")
