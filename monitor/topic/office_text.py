"""The text of a Word (.docx) or OpenDocument (.odt) file: its paragraphs, without notes, heads and feet of pages."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OPEN = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_PARTS = {"word/document.xml": (f"{_WORD}p",), "content.xml": (f"{_OPEN}p", f"{_OPEN}h")}
_LEFT_OUT = {f"{_WORD}del", f"{_WORD}instrText", f"{_OPEN}note", f"{_OPEN}tracked-changes"}
_SPACES = {f"{_WORD}tab": " ", f"{_WORD}br": "\n", f"{_OPEN}tab": " ", f"{_OPEN}s": " ", f"{_OPEN}line-break": "\n"}


class OfficeError(ValueError):
    """A file that gives no text. The message goes on after the file's name, and says what to do."""


def office_text(body: bytes, largest: int) -> str:
    """The paragraphs, with a blank line between them. ``largest``: bytes of text that are read. Raises OfficeError."""
    from lxml.etree import XMLParser, XMLSyntaxError, fromstring  # noqa: PLC0415 - 7 ms

    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            part = next((name for name in _PARTS if name in archive.namelist()), "")
            if not part:
                raise OfficeError("is an archive or another kind of office document; save it as .docx or .txt")
            with archive.open(part) as file:
                content = file.read(largest + 1)  # and not what the archive says of itself
        if len(content) > largest:
            raise OfficeError(f"holds more than {largest // 1_000_000} MB of text; keep only the article in it")
        root = fromstring(content, XMLParser(resolve_entities=False, no_network=True))
    except OfficeError:
        raise
    except (zipfile.BadZipFile, zlib.error, XMLSyntaxError, OSError, RuntimeError, EOFError, ValueError) as error:
        raise OfficeError("is damaged or has a password; save it again, or copy its text into a .txt file") from error
    shown = (each for each in root.iter(*_PARTS[part]) if next(each.iterancestors(*_LEFT_OUT), None) is None)
    paragraphs = ("".join(_text(each)).strip() for each in shown)
    return "\n\n".join(text for text in paragraphs if text)


def _text(element: _Element) -> Iterator[str]:
    """What a reader sees of a paragraph: no removed text, no codes, no notes and no paragraph within it."""
    yield element.text or "" if not _is_word(element) or element.tag == f"{_WORD}t" else ""
    for child in element:
        if child.tag in _SPACES:
            yield _SPACES[str(child.tag)]
        elif isinstance(child.tag, str) and child.tag not in _LEFT_OUT and child.tag not in _every_paragraph():
            yield from _text(child)
        yield child.tail or "" if not _is_word(element) else ""


def _is_word(element: _Element) -> bool:
    return str(element.tag).startswith(_WORD)


def _every_paragraph() -> frozenset[str]:
    return frozenset(tag for tags in _PARTS.values() for tag in tags)
