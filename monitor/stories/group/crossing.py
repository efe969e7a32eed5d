"""What reports in different languages share: names by consonants, things by a small lexicon, numbers.

Each becomes a key that is the same in every language, weighted by how rare it is in its own: a Persian word whose
consonants are common in Persian proves nothing. The lexicon (monitor/data/group_lexicon.txt) has one thing a line,
with the words for it in each language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from monitor import languages
from monitor.stories.group import names, rarity
from monitor.text import fold

_COLUMNS = ("en", "fa", "ar", "ckb", "tr", "ru")
_NOT_SURE = 3  # Latin words up to this length are looked up only where written in capitals (US, UN)
_TAIL = 0.6  # salience of what stands only after the title and the lead
_LEAD = 60
_RECOGNISED = 0.4  # of an entity or act of the watch: every article of the watch has some of them


@dataclass(frozen=True, slots=True)
class Word:
    """A word as counted: its stem, the folded whole, and how it is written."""

    stem: str
    folded: str
    capital: bool
    upper: bool


Lexicon = Mapping[str, Mapping[str, str]]  # language → folded stem, or two with a space → the key of a thing


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
    _shares: dict[str, dict[str, float]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def background(self, space: str) -> rarity.Background:
        """The background of a space ("latin", "fa", "ar"); empty for one that has none."""
        return self.backgrounds.get(space) or rarity.Background()

    def things(self, space: str, language: str = "") -> Mapping[str, str]:
        """The lexicon that fits the words of a space: one of its language, or of its commonest."""
        return self.lexicon[_lexicon_language(space, language)]

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


def parse_lexicon(text: str) -> dict[str, dict[str, str]]:
    """The lexicon in a table: one thing a line, its words in each of the languages of ``_COLUMNS`` between strokes.

    The words of a phrase are joined by "_", and "-" stands for none. Phrases of three words and more are left out.
    """
    found: dict[str, dict[str, str]] = {language: {} for language in _COLUMNS}
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    for number, line in enumerate(lines):
        for language, column in zip(_COLUMNS, line.split("|"), strict=True):
            for phrase in column.split():
                stems = [fold.stem(part) for part in fold.fold(phrase.replace("_", " ")).split()]
                if stems and phrase != "-" and len(stems) <= 2:
                    found[language].setdefault(" ".join(stems), f"@{number}")
    return found


def parse_kinds(text: str, lexicon: Lexicon) -> dict[str, str]:
    """Key of a thing → its kind; a line is a kind and the things, by a word of theirs in English. An act is a line, and
    has the name of its first word."""
    found: dict[str, str] = {}
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    for line in lines:
        kind, *words = line.split()
        for word in words:
            key = lexicon["en"][" ".join(fold.stem(part) for part in fold.fold(word.replace("_", " ")).split())]
            found[key] = f"act {words[0]}" if kind == "act" else kind
    return found


def parse_happenings(text: str, lexicon: Lexicon) -> dict[str, str]:
    """Key of a thing → the happening that it tells of; a line is a happening and the things, as in `parse_kinds`."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, *words = line.split()
            found.update((lexicon["en"][fold.stem(fold.fold(word))], name) for word in words)
    return found


def parse_common(text: str) -> frozenset[str]:
    """Stems of the words in a table; a line is a language and its words."""
    lines = [line.split()[1:] for line in text.splitlines() if line and not line.startswith("#")]
    return frozenset(
        fold.stem(part) for line in lines for word in line for part in fold.fold(word.replace("_", " ")).split()
    )


def space_of(language: str | None, words: Sequence[Word]) -> str:
    """Whose words these are compared with: "latin", "cyrillic", or the language where it is in Arabic script."""
    sample = "".join(word.folded for word in words[:40])
    script = _main_script(sample)
    if script == "latin" and language and language != "en":
        return language
    if script != "arabic":
        return script
    if known := _arabic_spaces().get(language or ""):
        return known
    stems = {word.folded for word in words}
    article = languages.language("ar").affixes.article
    arabic = len(stems & _common("ar")) + sum(word.startswith(article) for word in stems) / 4
    return "ar" if arabic > len(stems & _common("fa")) else "fa"


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
    lexicon = tables.things(space, language)
    for part, salience in ((title, 1.0), (text[:_LEAD], 1.0), (text[_LEAD - 1 :], _TAIL)):
        for key in _keys(part, lexicon, is_name, tables.kinds, cased=space not in _arabic_spaces().values()):
            found.setdefault(key, salience)
    found.update(dict.fromkeys((f"={thing}" for thing in extra), _RECOGNISED))
    return found


def _lexicon_language(space: str, language: str) -> str:
    if space == "cyrillic":
        return "ru"
    if space in _COLUMNS:
        return space
    return "fa" if space in _arabic_spaces().values() else "en"


def _keys(
    words: Sequence[Word],
    lexicon: Mapping[str, str],
    is_name: frozenset[str],
    kinds: Mapping[str, str],
    *,
    cased: bool,
) -> Iterable[str]:
    before: Word | None = None
    for word in words:
        stem, folded = word.stem, word.folded
        if folded[0].isdigit():
            # A single digit is shared by chance, and a number in letters and figures is a product or a unit.
            if len(folded) > 1 and folded.isdigit():
                yield f"#{folded}"
            before = None
            continue
        if before is not None and (both := lexicon.get(f"{before.stem} {stem}")):
            yield both
        thing = lexicon.get(stem)
        unsure = cased and len(folded) <= _NOT_SURE and not word.upper
        if thing and (not unsure or kinds.get(thing) == "matter"):
            yield thing
        elif not cased or (word.capital and stem in is_name):
            yield from _name_keys(folded, before, is_name, cased=cased)
        before = word


def _name_keys(folded: str, before: Word | None, is_name: frozenset[str], *, cased: bool) -> Iterable[str]:
    """Keys of a name: its codes, and each with the code of the name before it, which short codes need."""
    found = names.codes(folded)
    for code in found:
        if len(code) >= names.SHORTEST:
            yield f"~{code}"
    if found and before is not None and (not cased or (before.capital and before.stem in is_name)):
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
