"""What the digest says, in each language that has a catalogue (a gettext file in ``catalogues/``); else in English.

A catalogue is read as it stands, so nothing has to be compiled, and a wheel carries it like any other file. Messages
are the English sentences. Their places are written ``{name}``. What is passed for one is put in as it is.
"""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

from monitor.languages import language
from monitor.text.visual_order import has_right_to_left

_PLACE = re.compile(r"\{(\w+)\}")
_RIGHT_TO_LEFT = frozenset({"arabic", "hebrew"})
_WITHIN = {
    "“": str.maketrans("“”", "‘’"),
    "«": str.maketrans("«»", "“”"),
}  # opening mark → the marks within a quotation


def note(message: str) -> str:
    """``message`` as it is. It marks for the catalogues what is said elsewhere, by a name that is only known then."""
    return message


class Catalogue:
    """The wording of one language. code: of it; direction: "rtl" or "ltr".

    comma, semicolon: between the parts of a list, with the blank after them. opening, closing: marks of a quotation.
    """

    def __init__(self, code: str, translations: gettext.NullTranslations, script: str) -> None:
        self.code = code
        self.direction = "rtl" if script in _RIGHT_TO_LEFT else "ltr"
        self._translations = translations
        self.comma, self.semicolon = ("، ", "؛ ") if script == "arabic" else (", ", "; ")
        self.opening, self.closing = ("«", "»") if script == "arabic" else ("“", "”")

    def say(self, message: str, **values: object) -> str:
        """A message. values: what stands at its places. Raises KeyError for a place that has none.

        Without values it stays as it is, because a name that somebody gave (of a family, say) may hold braces.
        """
        said = self._translations.gettext(message) if message else ""
        return _filled(said, values) if values else said

    def several(self, number: int, one: str, many: str, **values: object) -> str:
        """A message in the form that the language has for a number. ``n`` is the number, as it is shown."""
        return _filled(self._translations.ngettext(one, many, number), {"n": number} | values)

    def quoted(self, text: object) -> str:
        """``text`` between marks of a quotation; the same marks within it become those of a quotation in one."""
        return f"{self.opening}{str(text).translate(_WITHIN[self.opening])}{self.closing}"

    def listed(self, parts: Iterable[str]) -> str:
        """Those of the parts that say something, with commas between them.

        Between two parts that run the other way stands a mark of the sentence's direction: else the comma goes with
        them, and they are read from the last to the first.
        """
        said = list(filter(None, parts))
        follows = [*said[1:], ""]
        return self.comma.join(
            f"{part}{self._mark}" if self._other_way(part[-1:]) and self._other_way(then[:1]) else part
            for part, then in zip(said, follows, strict=False)
        )

    @property
    def _mark(self) -> str:
        return "\u200e" if self.direction == "ltr" else "\u200f"

    def _other_way(self, letter: str) -> bool:
        return letter.isalpha() and has_right_to_left(letter) is (self.direction == "ltr")

    def heading(self, text: str) -> str:
        """``text`` in capitals, where the script has any."""
        return (text.replace("i", "İ") if self.code == "tr" else text).upper()


def _filled(message: str, values: dict[str, object]) -> str:
    # Not str.format, which can reach into an object, because templates of strangers fill messages, too.
    return _PLACE.sub(lambda place: str(values[place[1]]), message)


ENGLISH = Catalogue("en", gettext.NullTranslations(), "latin")


def catalogue_of(locale: str) -> Catalogue:
    """The wording for a locale such as "fa" or "ar-IQ"; English where its language has no catalogue."""
    return _read(language(re.split("[-_]", locale)[0].lower()).code)


@lru_cache(maxsize=16)
def _read(code: str) -> Catalogue:
    file = resources.files("monitor.render") / "catalogues" / f"{code}.po"
    if not file.is_file():
        return ENGLISH
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - 10 ms, for other languages than English alone
    from babel.messages.pofile import read_po  # noqa: PLC0415 - the same

    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(file.read_bytes()), locale=code))
    compiled.seek(0)
    return Catalogue(code, gettext.GNUTranslations(compiled), language(code).script)
