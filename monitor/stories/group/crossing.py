"""What reports in different languages share: names by consonants, things by a small lexicon, numbers.

Each becomes a key that is the same in every language, weighted by how rare it is in its own: a Persian word whose
consonants are common in Persian proves nothing. The lexicon has the words for a thing in each language
(`monitor.stories.group.lexicon`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from monitor import languages
from monitor.stories.group import names, rarity
from monitor.stories.group.lexicon import Lexicon
from monitor.stories.group.words import Word
from monitor.text import fold

_NOT_SURE = 3  # Latin words up to this length are looked up only where written in capitals (US, UN)
_TAIL = 0.6  # salience of what stands only after the title and the lead
_LEAD = 60
_RECOGNISED = 0.4  # of an entity or act of the watch: every article of the watch has some of them


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
    _shares: dict[str, dict[str, float]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def background(self, space: str) -> rarity.Background:
        """The background of a space ("latin", "fa", "ar"); empty for one that has none."""
        return self.backgrounds.get(space) or rarity.Background()

    def things(self, space: str, language: str = "") -> Mapping[str, str]:
        """The lexicon that fits the words of a space: one of its language, or of its commonest."""
        return self.lexicon[self.lexicon_language(space, language)]

    def lexicon_language(self, space: str, language: str = "") -> str:
        """The language whose lexicon fits the words of a space."""
        if space in self.lexicon:
            return space
        if space == "cyrillic":
            return "ru"
        return "fa" if space in _arabic_spaces().values() else "en"

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


_SCRIPTS = {
    "arabic": re.compile("[\u0600-\u06ff]"), "latin": re.compile("[a-z]"), "cyrillic": re.compile("[\u0400-\u052f]")
}  # fmt: skip


_CASED = frozenset({"latin", "cyrillic", "greek"})


def _main_script(sample: str) -> str:
    counts = {name: len(letters.findall(sample)) for name, letters in _SCRIPTS.items()}
    most = max(counts, key=lambda name: counts[name])
    other = sum(map(str.isalpha, sample)) - sum(counts.values())
    return most if counts[most] >= max(other, 1) else ("other" if other else "latin")


def shared_keys(
    tables: Tables,
    space: str,
    language: str,
    parts: tuple[Sequence[Word], Sequence[Word]],
    is_name: frozenset[str],
    extra: Iterable[str] = (),
) -> dict[str, float]:
    """Key → salience (0 to 1). parts: title and text. is_name: stems that are names, where there are capitals."""
    title, text = parts
    found: dict[str, float] = {}
    known = _known(tables, space)
    for part, salience in ((title, 1.0), (text[:_LEAD], 1.0), (text[_LEAD - 1 :], _TAIL)):
        for key in _keys(part, known, is_name):
            found.setdefault(key, salience)
    found.update(dict.fromkeys((f"={thing}" for thing in extra), _RECOGNISED))
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the language of a space. between: words that may stand within a phrase. ordinary: words that are
    no names. cased: whether names have capitals. english: whether it is that, whose "us" and "it" are written small."""

    lexicon: Mapping[str, str]
    kinds: Mapping[str, str]
    between: frozenset[str]
    ordinary: frozenset[str]
    cased: bool
    english: bool


def _known(tables: Tables, space: str) -> _Known:
    code = tables.lexicon_language(space)
    ordinary = frozenset[str]() if space in tables.backgrounds else _ordinary(space)
    between = tables.between.get(code, frozenset())
    return _Known(tables.lexicon[code], tables.kinds, between, ordinary, _is_cased(space), code == "en")


@lru_cache(maxsize=64)
def _ordinary(space: str) -> frozenset[str]:
    """Folded words of any news, in a language that has no table of ordinary news."""
    own = languages.language("ru" if space == "cyrillic" else space)
    return frozenset(map(fold.fold, (*own.stop_words, *own.common_words)))


def _keys(words: Sequence[Word], known: _Known, is_name: frozenset[str]) -> Iterable[str]:
    before: Word | None = None
    for word in words:
        stem, folded = word.stem, word.folded
        if folded in known.between:
            continue
        if folded[0].isdigit():
            # A single digit is shared by chance, and a number in letters and figures is a product or a unit.
            if len(folded) > 1 and folded.isdigit():
                yield f"#{folded}"
            before = None
            continue
        if both := known.lexicon.get(f"{before.stem} {stem}") if before else None:
            yield both
        thing = known.lexicon.get(stem) or (None if both else _without_letters(stem, known.lexicon))
        if thing and not (_is_unsure(word, known) and known.kinds.get(thing) != "matter"):
            yield thing
        elif _may_be_name(word, known, is_name):
            yield from _name_keys(folded, before if before and _may_be_name(before, known, is_name) else None)
        before = word


def _is_unsure(word: Word, known: _Known) -> bool:
    """Whether a word is so short that it may be another word than the thing it names, were it not for its capitals."""
    if not known.cased or len(word.folded) > _NOT_SURE:
        return False
    return not (word.upper or (word.capital and not known.english))


def _may_be_name(word: Word, known: _Known, is_name: frozenset[str]) -> bool:
    if word.folded in known.ordinary:
        return False
    return not known.cased or (word.capital and word.stem in is_name)


def _without_letters(stem: str, lexicon: Mapping[str, str]) -> str | None:
    """The thing that a word of Hebrew names without the small words that are written as its first letters."""
    if fold.script(stem) != "hebrew":
        return None
    return next((lexicon[rest] for rest in names.without_letters(stem) if rest in lexicon), None)


def _name_keys(folded: str, before: Word | None) -> Iterable[str]:
    """Keys of a name: its codes, and each with the code of the name before it, which short codes need."""
    found = names.codes(folded)
    for code in found:
        if len(code) >= names.SHORTEST:
            yield f"~{code}"
    if found and before is not None:
        for first in names.codes(before.folded)[:2]:
            if len(first) + len(found[0]) > names.SHORTEST:
                yield f"~{first} {found[0]}"


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
                    found[f"~{code}"] = min(1.0, found.get(f"~{code}", 0.0) + share)
    return found
