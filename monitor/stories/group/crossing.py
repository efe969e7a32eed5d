"""What reports in different languages share: names by consonants, things by a small lexicon, numbers.

Each becomes a key that is the same in every language, weighted by how rare it is in its own: a Persian word whose
consonants are common in Persian proves nothing. The lexicon (monitor/data/group_lexicon.txt) has one thing a line,
with the words for it in each language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

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


@lru_cache(maxsize=1)
def _lexicon() -> dict[str, dict[str, str]]:
    """For each language: folded stem, or two joined by a space → the thing's key."""
    found: dict[str, dict[str, str]] = {language: {} for language in _COLUMNS}
    text = (resources.files("monitor") / "data" / "group_lexicon.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    for number, line in enumerate(lines):
        for language, column in zip(_COLUMNS, line.split("|"), strict=True):
            for phrase in column.split():
                stems = [fold.stem(part) for part in fold.fold(phrase.replace("_", " ")).split()]
                if stems and phrase != "-" and len(stems) <= 2:
                    found[language].setdefault(" ".join(stems), f"@{number}")
    return found


def space_of(language: str | None, words: Sequence[Word]) -> str:
    """Whose words these are compared with: "latin", "cyrillic", or the language where it is in Arabic script."""
    sample = "".join(word.folded for word in words[:40])
    script = _main_script(sample)
    if script != "arabic":
        return script
    if language in ("fa", "ar", "ckb", "ku", "ur", "ps"):
        return "ckb" if language == "ku" else language
    stems = {word.folded for word in words}
    arabic = len(stems & _ARABIC_WORDS) + sum(word.startswith("ال") for word in stems) / 4
    return "ar" if arabic > len(stems & _PERSIAN_WORDS) else "fa"


_ARABIC_WORDS = frozenset(
    map(fold.fold, ["في", "من", "على", "إلى", "عن", "أن", "التي", "الذي", "هذا", "كان", "بين", "بعد"])
)
_PERSIAN_WORDS = frozenset(
    map(fold.fold, ["در", "به", "از", "که", "این", "را", "با", "است", "برای", "شد", "کرد", "آن", "های", "و"])
) - {"و"}


_SCRIPTS = {
    "arabic": re.compile("[\u0600-\u06ff]"), "latin": re.compile("[a-z]"), "cyrillic": re.compile("[\u0400-\u052f]")
}  # fmt: skip


def _main_script(sample: str) -> str:
    counts = {name: len(letters.findall(sample)) for name, letters in _SCRIPTS.items()}
    most = max(counts, key=lambda name: counts[name])
    other = sum(map(str.isalpha, sample)) - sum(counts.values())
    return most if counts[most] >= max(other, 1) else ("other" if other else "latin")


class Crossing:
    """Finds the shared keys of documents, learning in each space how common each key is."""

    def __init__(self) -> None:
        self._rarity: dict[str, rarity.Rarity] = {}

    def weights(
        self,
        space: str,
        language: str,
        parts: tuple[Sequence[Word], Sequence[Word]],
        is_name: frozenset[str] | set[str],
        extra: Iterable[str] = (),
    ) -> dict[str, float]:
        """Key → weight. parts: title and text. is_name: stems that count as names where the script has capitals."""
        title, text = parts
        found: dict[str, float] = {}
        lexicon = _lexicon()[_lexicon_language(space, language)]
        for part, salience in ((title, 1.0), (text[:_LEAD], 1.0), (text[_LEAD - 1 :], _TAIL)):
            for key in _keys(part, lexicon, is_name, cased=space in ("latin", "cyrillic")):
                found.setdefault(key, salience)
        found.update(dict.fromkeys((f"={thing}" for thing in extra), _RECOGNISED))
        known = self._rarity.get(space)
        if known is None:
            known = self._rarity[space] = rarity.Rarity(_shares(space))
        known.learn(found)
        return known.weigh(found)


def _lexicon_language(space: str, language: str) -> str:
    if space == "cyrillic":
        return "ru"
    if space == "latin":
        return "tr" if language == "tr" else "en"
    return space if space in _COLUMNS else "fa"


def _keys(
    words: Sequence[Word], lexicon: dict[str, str], is_name: frozenset[str] | set[str], *, cased: bool
) -> Iterable[str]:
    before: Word | None = None
    for word in words:
        stem, folded = word.stem, word.folded
        if folded[0].isdigit():
            if len(folded) > 1 and folded.isdigit():
                yield f"#{folded}"
            before = None
            continue
        if before is not None and (thing := lexicon.get(f"{before.stem} {stem}")):
            yield thing
        if not (cased and len(folded) <= _NOT_SURE and not word.upper) and (thing := lexicon.get(stem)):
            yield thing
        elif not cased or (word.capital and stem in is_name):
            yield from _name_keys(folded, before, is_name, cased=cased)
        before = word


def _name_keys(folded: str, before: Word | None, is_name: frozenset[str] | set[str], *, cased: bool) -> Iterable[str]:
    """Keys of a name: its codes, and each with the code of the name before it, which short codes need."""
    found = names.codes(folded)
    for code in found:
        if len(code) >= names.SHORTEST:
            yield f"~{code}"
    if found and before is not None and (not cased or (before.capital and before.stem in is_name)):
        for first in names.codes(before.folded)[:2]:
            if len(first) + len(found[0]) > names.SHORTEST:
                yield f"~{first} {found[0]}"


@lru_cache(maxsize=8)
def _shares(space: str) -> dict[str, float]:
    """How common each key is in ordinary news of a space, from the background's words."""
    known = rarity.background(space)
    lexicon = _lexicon()[_lexicon_language(space, "")]
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
