"""Folding character by character: what each folds to, and quick ways to fold them all.

``str.translate`` is quick for ASCII alone; beyond it every character is looked up as a Python object. So text in one of
a few eight-bit codes goes through bytes, three to five times as fast: encoded by the code's characters, decoded by what
they fold to. Any other text is folded word by word, for words come again.
"""

from __future__ import annotations

import codecs
import unicodedata
from contextlib import suppress

_LETTERS: dict[str, str] = {
    # Arabic script: one yeh, one kaf, one heh, one waw, one alef
    **dict.fromkeys("يىېێۍ", "ی"),
    **dict.fromkeys("كڪ", "ک"),
    **dict.fromkeys("ةەہھۃ", "ه"),
    **dict.fromkeys("ۆۇۈۋ", "و"),
    **dict.fromkeys("ٱٲٳٵ", "ا"),
    "ڕ": "ر",
    "ڵ": "ل",
    **dict.fromkeys("\u0640\u0621\u0674", ""),  # tatweel, bare hamza, high hamza
    # Latin letters Unicode does not decompose
    "ı": "i", "ø": "o", "đ": "d", "ł": "l", "ħ": "h", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ə": "e",
    # punctuation
    **dict.fromkeys("'`´‘’‚‛ʻʼʽʾʿˈˊˋ′＇׳", "'"),
    **dict.fromkeys("«»“”„‟″״", '"'),
    "،": ",", "؛": ";", "؟": "?", "٪": "%", "٫": ".", "٬": ",",
    "_": " ", "\u200c": " ", "\u2212": " ",
}  # fmt: skip


def _fold_once(char: str) -> str:
    if (known := _LETTERS.get(char)) is not None:
        return known
    category = unicodedata.category(char)
    if category in ("Cc", "Cs", "Pd") or category[0] == "Z":
        return " "
    if category == "Cf" or unicodedata.combining(char) or "\ufe00" <= char <= "\ufe0f":
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(char))
    decomposed = unicodedata.normalize("NFKD", char)
    return "".join(part for part in decomposed if not unicodedata.combining(part)).casefold()


def fold_character(char: str) -> str:
    """What one character stands for in folded text: none, one or several characters, each folding to itself."""
    folded, before = _fold_once(char), None
    while folded != before:
        folded, before = "".join(map(_fold_once, folded)), folded
    return folded


class _Table(dict[int, str]):
    """Folded form of each code point, worked out when first met."""

    def __missing__(self, code: int) -> str:
        if len(self) >= 65_536:
            self.clear()
        self[code] = folded = fold_character(chr(code))
        return folded


TABLE = _Table()


class _Words(dict[str, str]):
    """Words and what their characters fold to. Long ones seldom come again."""

    def __missing__(self, word: str) -> str:
        folded = word.translate(TABLE)
        if len(word) <= 24:
            if len(self) >= 16_384:
                self.clear()
            self[word] = folded
        return folded


_words = _Words()


class _Code:
    """An eight-bit code of up to 256 characters, and the same bytes read as what each folds to."""

    def __init__(self, characters: str) -> None:
        folded = [fold_character(char) for char in characters]
        self._encoding = codecs.charmap_build(characters)
        self._dropped = bytes(byte for byte, form in enumerate(folded) if not form)
        # No folded text holds a character that folds to several, so such a one can be replaced at the end.
        self._several = [(char, form) for char, form in zip(characters, folded, strict=True) if len(form) > 1]
        self._decoding = "".join(
            form if len(form) == 1 else char for char, form in zip(characters, folded, strict=True)
        )
        line_end = characters.index("\n")
        self._decoding_of_lines = f"{self._decoding[:line_end]}\n{self._decoding[line_end + 1 :]}"

    def fold(self, text: str, *, lines: bool = False) -> str:
        """Raises UnicodeEncodeError where a character is not in the code. lines: the ends of lines stay."""
        decoding = self._decoding_of_lines if lines else self._decoding
        encoded = codecs.charmap_encode(text, "strict", self._encoding)[0]
        folded = codecs.charmap_decode(encoded.translate(None, self._dropped), "strict", decoding)[0]
        for char, form in self._several:
            folded = folded.replace(char, form)
        return folded


def _span(first: int, last: int) -> str:
    return "".join(map(chr, range(first, last + 1)))


_ASCII = _span(0, 0x7F)
_ASCII_FOLDED = "".join(map(fold_character, _ASCII)).encode().ljust(256)
_ASCII_LINES = _ASCII_FOLDED[: ord("\n")] + b"\n" + _ASCII_FOLDED[ord("\n") + 1 :]
_EVERYWHERE = f"{_ASCII}‘’‚“”„«»‹›–—…•·°£€™\xa0\xad\ufeff\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202f"
_CODES = (
    _Code(f"{_EVERYWHERE}{_span(0xC0, 0xFF)}ĀāĪīŪūĆćČčŠšŽžĞğİıŞşŁłŃńŚśĘęĄą"),
    _Code(
        f"{_EVERYWHERE}{_span(0x621, 0x63A)}{_span(0x640, 0x652)}{_span(0x660, 0x66C)}{_span(0x6F0, 0x6F9)}"
        "،؛؟\u0654\u0670ٱپچڎژڕڤکگڵۀہھۆۇیێېەے"
    ),
    _Code(f"{_EVERYWHERE}№{_span(0x400, 0x45F)}"),
)
_ARABIC_FIRST = (_CODES[1], _CODES[0], _CODES[2])
_SHORT = 64  # characters: below, choosing a code costs more than it saves


def fold_characters(text: str, stops: int = 16) -> str:
    """Every character of ``text`` folded. A code may be left so many times at a character that it lacks."""
    if text.isascii():
        return text.encode().translate(_ASCII_FOLDED).decode()
    if len(text) < _SHORT:
        return text.translate(TABLE)
    for code in _CODES if text[0] < "\u0600" else _ARABIC_FIRST:
        try:
            return code.fold(text)
        except UnicodeEncodeError as lacking:
            start, end = lacking.start, lacking.end
        if start >= _SHORT and stops:
            before, there = code.fold(text[:start]), text[start:end].translate(TABLE)
            return before + there + fold_characters(text[end:], stops - 1)
    return " ".join(map(_words.__getitem__, text.split(" ")))


def fold_lines(text: str) -> str:
    """Every character of ``text`` folded but the ends of its lines: quicker than line by line."""
    if text.isascii():
        return text.encode().translate(_ASCII_LINES).decode()
    for code in _CODES if text[0] < "\u0600" else _ARABIC_FIRST:
        with suppress(UnicodeEncodeError):
            return code.fold(text, lines=True)
    return "\n".join(map(fold_characters, text.split("\n")))
