"""What reports in different languages share: names by consonants, things by a small lexicon, numbers.

Each becomes a key that is the same in every language, weighted by how rare it is in its own: a Persian word whose
consonants are common in Persian proves nothing. The lexicon has the words for a thing in each language
(`monitor.stories.group.lexicon`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from monitor import languages
from monitor.stories.group import names, rarity
from monitor.stories.group.headline_acts import NO_ACTS, HeadlineActs
from monitor.stories.group.lexicon import EXACT, Lexicon, Things
from monitor.stories.group.words import Word, words_of
from monitor.text import fold, scripts

NAME, NUMBER, RECOGNISED = "~", "#", "="  # what keys begin with: of names, of numbers, of what the watch knows
_NOT_SURE = 3  # Latin words up to this length are looked up only where written in capitals (US, UN)
_TAIL = 0.6  # salience of what stands only after the title and the lead
_LEAD = 60
_REMEMBERED = 100_000  # words of a space
_SURE = 4  # letters of a stem within a word that is no chance
_BEFORE = 4  # letters that may be small words before a word
_KNOWN = 0.4  # salience of an entity or act of the watch: every article of the watch has some of them


ORDINARY = 0.2  # share of articles that hold an ordinary word of a language, where none were counted


@dataclass(frozen=True)
class Tables:
    """What grouping knows beforehand: words for things by language, and backgrounds by space.

    It also remembers how common shared keys are, which takes a walk over a whole background to find out.
    """

    lexicon: Lexicon
    backgrounds: Mapping[str, rarity.Background]
    kinds: Mapping[str, str] = field(default_factory=dict)  # key of a thing → "place", "matter", "act visit", ...
    common: frozenset[str] = frozenset()  # stems that are shared by chance
    happenings: Mapping[str, str] = field(default_factory=dict)  # key of a thing → what it tells of, such as "quake"
    between: Mapping[str, frozenset[str]] = field(default_factory=dict)  # language → words within a phrase
    counted: Mapping[str, Things] = field(default_factory=dict)  # language → what figures count
    told: HeadlineActs = NO_ACTS  # the acts that headlines tell of, as readers name them
    deeds: HeadlineActs = NO_ACTS  # what is done with what is counted
    _shares: dict[str, dict[str, float]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _known: dict[str, _Known] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def chance(self) -> frozenset[str]:
        """Stems, and codes of names, that headlines share whatever they are about; a number is another."""
        return self.common | {f"{NAME}{code}" for term in self.common for code in names.codes(term)}

    def background(self, space: str) -> rarity.Background:
        """How common words are in a space: where ordinary news was counted ("latin", "fa", "ar"), by that; in another
        language its ordinary words are known."""
        return self.backgrounds.get(space) or _ordinary_background(space)

    def things(self, space: str) -> Mapping[str, str]:
        """The lexicon that fits the words of a space: one of its language, or of its commonest."""
        return self.lexicon[self.lexicon_language(space)]

    def lexicon_language(self, space: str) -> str:
        """The language whose lexicon fits the words of a space."""
        if space in self.lexicon:
            return space
        if space == "cyrillic":
            return "ru"
        return "fa" if space in _arabic_spaces().values() else "en"

    def known(self, space: str) -> _Known:
        """What is known of the words of a space."""
        if space not in self._known:
            self._known[space] = _Known(self, space)
        return self._known[space]

    def shares(self, space: str) -> dict[str, float]:
        """Share (0 to 1) of ordinary articles of a space that hold each shared key."""
        if space not in self._shares:
            if space in self.backgrounds:
                self._shares[space] = _key_shares(space, self.background(space), self.things(space))
            else:
                self._shares[space] = self._mean_shares()
        return self._shares[space]

    def _mean_shares(self) -> dict[str, float]:
        """The shares over all backgrounds: the best guess for a language that has none."""
        known = [self.shares(space) for space in self.backgrounds]
        return {key: sum(each.get(key, 0.0) for each in known) / len(known) for key in set().union(*known)}


def space_of(language: str | None, words: Sequence[Word]) -> str:
    """Whose words these are compared with: "latin" for English, "cyrillic", or the language in any other case."""
    sample = "".join(word.folded for word in words[:40])
    script = _main_script(sample)
    if script == "latin" and language and language != "en":
        return language
    if script == "other" and language and languages.language(language).script not in _SCRIPTS:
        return languages.language(language).code
    if script != "arabic":
        return script
    if known := _arabic_spaces().get(language or ""):
        return known
    stems = {word.folded for word in words}
    article = languages.language("ar").affixes.article
    arabic = len(stems & _common("ar")) + sum(word.startswith(article) for word in stems) / 4
    return "ar" if arabic > len(stems & _common("fa")) else "fa"


@lru_cache(maxsize=64)
def _is_cased(space: str) -> bool:
    """Whether the words of a space are in a script that has capitals."""
    return space in ("latin", "cyrillic") or languages.language(space).script in _CASED


@lru_cache(maxsize=1)
def _arabic_spaces() -> dict[str, str]:
    """Code → language, of those in Arabic script. "ku" in that script is Sorani and not Kurmanji."""
    arabic = [known for known in languages.languages() if known.script == "arabic"]
    return {code: known.code for known in arabic for code in (known.code, *known.script_aliases)}


@lru_cache(maxsize=8)
def _common(code: str) -> frozenset[str]:
    return frozenset(map(fold.fold, languages.language(code).recognition.common))


_SCRIPTS = {name: re.compile(f"[{scripts.LETTERS[name]}]") for name in ("arabic", "latin", "cyrillic")}


_CASED = frozenset({"latin", "cyrillic", "greek"})


def _main_script(sample: str) -> str:
    if sample.isascii():
        return "latin"
    counts = {name: len(letters.findall(sample)) for name, letters in _SCRIPTS.items()}
    most = max(counts, key=lambda name: counts[name])
    other = sum(map(str.isalpha, sample)) - sum(counts.values())
    return most if counts[most] >= max(other, 1) else ("other" if other else "latin")


def shared_keys(
    tables: Tables, space: str, title: Sequence[str], text: Sequence[Word], extra: Iterable[str] = ()
) -> dict[str, float]:
    """Key → salience (0 to 1). title: the keys of the title. text: its words. extra: ids of things recognised."""
    known = tables.known(space)
    found = salient([*title, *_keys(text[:_LEAD], known)], _keys(text[_LEAD - 1 :], known), _TAIL)
    found.update(dict.fromkeys((f"{RECOGNISED}{thing}" for thing in extra), _KNOWN))
    return found


def keys_in(tables: Tables, space: str, words: Sequence[Word]) -> list[str]:
    """The keys of words in order, some of them more than once."""
    return _keys(words, tables.known(space))


def salient(foremost: Sequence[str], rest: Sequence[str], salience: float) -> dict[str, float]:
    """1 for each foremost term, and less for those that only stand in the rest, in order."""
    found = dict.fromkeys(foremost, 1.0)
    return found | dict.fromkeys(rest, salience) | found  # the foremost come first and keep their 1


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a word says by itself. stem: by which it is looked up, without what its language writes together with a word
    where that makes it known. thing: that it names; inside: the same without letters that may be small words.
    codes: of its consonants, where it may be a name; names: the keys of those that are long enough. number: its key
    where it is one, "" for one that says nothing. between: it may stand between two words of a phrase. first: a phrase
    begins with it. silent: it has no key of its own.
    """

    stem: str = ""
    thing: str | None = None
    inside: str | None = None
    codes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    number: str | None = None
    between: bool = False
    first: bool = False
    silent: bool = False


_NOTHING = _Entry()


class _Known:
    """What is known of the words of a space, and what was found of each word: texts have the same ones again and again.

    between: words that may stand within a phrase. ordinary: words that are no names.
    """

    def __init__(self, tables: Tables, space: str) -> None:
        code = tables.lexicon_language(space)
        self.lexicon = tables.lexicon[code]
        self._kinds = tables.kinds
        self._between = tables.between.get(code, frozenset())
        self._firsts = frozenset(phrase.partition(" ")[0] for phrase in self.lexicon if " " in phrase)
        self._background = tables.background(space)
        self._ordinary = frozenset[str]() if space in tables.backgrounds else _ordinary(space)
        self._cased = _is_cased(space)
        self._code, self._english = code, code == "en"
        self._before, self._after = _joined_to_words(code)
        self._entries: dict[Word, _Entry] = {}

    def of(self, word: Word) -> _Entry:
        """What a word says by itself."""
        if (entry := self._entries.get(word)) is None:
            if len(self._entries) >= _REMEMBERED:
                self._entries.clear()
            entry = self._entries[word] = self._entry(word)
        return entry

    def _entry(self, word: Word) -> _Entry:
        stem, folded = word.stem, word.folded
        if folded in self._between:
            return _Entry(between=True)
        if folded[0].isdigit():
            # A single digit is shared by chance, and a number in letters and figures is a product or a unit.
            return _Entry(number=f"{NUMBER}{folded}" if len(folded) > 1 and folded.isdigit() else "")
        thing, inside = self.lexicon.get(f"{EXACT}{folded}") or self.lexicon.get(stem), None
        if thing and self._is_unsure(word) and self._kinds.get(thing) != "matter":
            thing = None
        if not thing and stem not in self._firsts and (rest := self._inside(word)):
            stem, inside = rest, self.lexicon.get(rest)
        codes = names.codes(folded) if self._may_be_name(word) else ()
        long = tuple(f"{NAME}{code}" for code in codes if len(code) >= names.SHORTEST)
        silent = not (thing or inside or codes)
        return _Entry(stem, thing, inside, codes, long, first=stem in self._firsts, silent=silent)

    def _inside(self, word: Word) -> str:
        """The stem of a thing, or of the first word of a phrase, to which the word adds what its language writes with
        it: "and", "in" and "for" before a word of Arabic or Hebrew, the endings of Sorani. "" for none.
        """
        if scripts.script(word.stem) == "hebrew":
            return next((rest for rest in names.without_letters(word.stem) if rest in self.lexicon), "")
        return next((stem for rest in self._rests(word.folded) if self._says(stem := fold.stem(rest, self._code))), "")

    def _says(self, stem: str) -> bool:
        """Whether a stem is a thing's, or begins a phrase; a short one is soon another word, unless it is a place."""
        if len(stem) < _SURE:
            return self._kinds.get(self.lexicon.get(stem, "")) == "place"
        return stem in self.lexicon or stem in self._firsts

    def _rests(self, folded: str) -> Iterator[str]:
        """What is left of a word without the letters before it, and without its endings where stems keep them."""
        if before := self._before:
            most = min(_BEFORE, len(folded) - names.SHORTEST)
            yield from (folded[cut:] for cut in range(1, most + 1) if before.fullmatch(folded, 0, cut))
        if after := self._after:
            longest = len(folded) - 1
            yield from (folded[:cut] for cut in range(longest, names.SHORTEST - 1, -1) if after.fullmatch(folded, cut))

    def _is_unsure(self, word: Word) -> bool:
        """Whether a word is so short that it may be another word than the thing, were it not for its capitals."""
        if not self._cased or len(word.folded) > _NOT_SURE:
            return False
        return not (word.upper or (word.capital and not self._english))

    def _may_be_name(self, word: Word) -> bool:
        if word.folded in self._ordinary:
            return False
        return not self._cased or (word.capital and self._background.is_name(word.stem))


def _joined_to_words(code: str) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    """What a language in Arabic script writes before its words, and after them where stemming leaves that."""
    own = languages.language(code)
    if own.script != "arabic":
        return None, None
    affixes = own.affixes
    before, after = affixes.before, () if affixes.stem_plurals else affixes.after
    return (re.compile("|".join(before)) if before else None), (re.compile("|".join(after)) if after else None)


@lru_cache(maxsize=64)
def _ordinary(space: str) -> frozenset[str]:
    """Folded words of any news, in a language that has no table of ordinary news."""
    own = languages.language("ru" if space == "cyrillic" else space)
    return frozenset(map(fold.fold, (*own.stop_words, *own.common_words)))


@lru_cache(maxsize=64)
def _ordinary_background(space: str) -> rarity.Background:
    words = words_of(" ".join(_ordinary(space)), "ru" if space == "cyrillic" else space)
    return rarity.Background({word.stem: ORDINARY for word in words})


def _keys(words: Sequence[Word], known: _Known) -> list[str]:
    """The keys of words in order: things, phrases, numbers and names. A name also counts with the one before it, which
    short codes need."""
    found: list[str] = []
    before = _NOTHING  # the entry of the word before
    of, lexicon = known.of, known.lexicon
    for word in words:
        entry = of(word)
        if entry.silent and not before.first:
            before = entry
            continue
        if entry.between:
            continue
        if entry.number is not None:
            if entry.number:
                found.append(entry.number)
            before = _NOTHING
            continue
        both = lexicon.get(f"{before.stem} {word.stem}") if before.first else None
        if both:
            found.append(both)
        if thing := entry.thing or (None if both else entry.inside):
            found.append(thing)
        elif entry.codes:
            found += entry.names
            for first in before.codes[:2]:
                if len(first) + len(entry.codes[0]) > names.SHORTEST:
                    found.append(f"{NAME}{first} {entry.codes[0]}")
        before = entry
    return found


def _key_shares(space: str, known: rarity.Background, lexicon: Mapping[str, str]) -> dict[str, float]:
    """How common each key is in ordinary news of a space, from the background's words."""
    found: dict[str, float] = {}
    for term, share in known.share.items():
        if " " in term:
            if thing := lexicon.get(term):
                found[thing] = min(1.0, found.get(thing, 0.0) + share)
            continue
        if thing := lexicon.get(term):
            found[thing] = min(1.0, found.get(thing, 0.0) + share)
        elif space != "latin" or term in known.names:
            for code in names.codes(term):
                if len(code) >= names.SHORTEST:
                    found[f"{NAME}{code}"] = min(1.0, found.get(f"{NAME}{code}", 0.0) + share)
    return found
