"""BibTeX, as biblatex and biber read it: the sources of stories, in UTF-8."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.exports.citations import cited, note_of
from monitor.exports.records import Export, Source
from monitor.exports.registry import Format

_LANGUAGES = {"ar": "arabic", "az": "azerbaijani", "de": "german", "en": "english", "es": "spanish", "fa": "persian",
              "fr": "french", "he": "hebrew", "hy": "armenian", "it": "italian", "kmr": "kurmanji", "ckb": "sorani",
              "pl": "polish", "pt": "portuguese", "ru": "russian", "tr": "turkish", "uk": "ukrainian",
              "ur": "urdu"}  # fmt: skip
# Braces by name: BibTeX and biber count them also after a backslash, and one that has no partner takes the rest of the
# file with it.
_ESCAPED = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
            "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
            "%": r"\%", "#": r"\#", "&": r"\&", "$": r"\$", "_": r"\_"}  # fmt: skip
_SPECIAL = re.compile("[" + re.escape("".join(_ESCAPED)) + "]")
_NOT_IN_ADDRESS = re.compile(r"[{}\\\s]")


def write(export: Export) -> bytes:
    """Each source once, as ``@online``."""
    return "\n".join(_entry(key, source, stories) for key, source, stories in cited(export)).encode()


def _entry(key: str, source: Source, stories: list[int]) -> str:
    fields = [f"  {name} = {{{value}}}," for name, value in _fields(source, stories) if value not in ("", "{}")]
    return "\n".join([f"@online{{{key},", *fields, "}", ""])


def _fields(source: Source, stories: list[int]) -> Iterator[tuple[str, str]]:
    # A second pair of braces keeps the letters of a title as they are, and a name whole: BibTeX would take the last
    # word of a name for the family's, which is wrong for most Persian, Arabic and Kurdish ones.
    yield "title", f"{{{_escaped(source.title)}}}"
    yield "author", f"{{{_escaped(source.author)}}}"
    yield "organization", f"{{{_escaped(source.publisher)}}}"
    if source.dated:
        yield "date", source.dated.isoformat()
    yield "url", _NOT_IN_ADDRESS.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), source.url)
    yield "urldate", source.fetched.date().isoformat()
    yield "langid", _LANGUAGES.get((source.language or "").split("-")[0], "")
    yield "note", _escaped(note_of(source, stories))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: _ESCAPED[found[0]], " ".join(text.split()))


FORMAT = Format("bibtex", "BibTeX", "bib", "application/x-bibtex", write)
