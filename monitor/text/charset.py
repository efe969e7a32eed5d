"""The text encoding of a body whose server, declaration and bytes may disagree."""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The first characters of a document are "<" and then ASCII, so the zero bytes give a missing mark away.
_BARE = ((b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']\s*([A-Za-z][\w.:-]{1,40})", re.IGNORECASE)
# What names mean in practice (WHATWG Encoding Standard), where Python reads them more narrowly.
_MEANT = {"iso-8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030",
          "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs"}  # fmt: skip
_NOT_HONOURED = frozenset({"utf-7", "utf-8", "utf_8_sig"})  # UTF-7 hides markup; UTF-8 was tried before
_GUESSES = (("cp1256", "\u0600-\u06ff"), ("cp1251", "\u0400-\u04ff"))


def decode_body(body: bytes, charset: str | None = None) -> tuple[str, str | None]:
    """The text and what was wrong with its encoding, if anything.

    A byte order mark decides; then bytes that are valid UTF-8 are UTF-8 whatever anybody says (no other encoding
    looks like it by chance); then nearly valid UTF-8, then the declaration, then ``charset`` (the HTTP
    header's), then a guess from the letters.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            text = body.decode(name, "replace")
            return text, "some bytes are not of its encoding" if "\ufffd" in text else None
    for start, name in _BARE:
        if body.startswith(start):
            return body.decode(name, "replace"), f"its encoding ({name}) is not declared"
    try:
        return body.decode(), _unknown(body)
    except UnicodeDecodeError:
        pass
    text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    if bad * 20 < sum(1 for _ in re.finditer(r"[^\x00-\x7f\ufffd]", text)):
        return text, f"{bad} characters are not valid UTF-8"
    return _legacy(body, charset)


def _unknown(body: bytes) -> str | None:
    """What to say of a body that is UTF-8 and declares an encoding nobody knows."""
    declared = found[1].decode("ascii") if (found := _DECLARED.match(body)) else "utf-8"
    try:
        codecs.lookup(declared)
    except (LookupError, ValueError):
        return f"its encoding ({declared}) is unknown; read as UTF-8"
    return None


def _legacy(body: bytes, charset: str | None) -> tuple[str, str | None]:
    declared = found[1].decode("ascii") if (found := _DECLARED.match(body)) else None
    for name in (declared, charset):
        if name and (codec := _codec(name)):
            text = body.decode(codec, "replace")
            if text.count("\ufffd") <= len(text) // 200:
                return text, None
    text, guess = _guess(body)
    why = f"declares {declared!r}" if declared else "declares no encoding"
    return text, f"the feed {why} and is not UTF-8; read as {guess}"


def _codec(name: str) -> str | None:
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    codec = _MEANT.get(codec, codec)
    try:
        b"".decode(codec)
    except (LookupError, UnicodeError):  # "hex", "zip" and the like are no text encodings
        return None
    return None if codec in _NOT_HONOURED else codec


def _guess(body: bytes) -> tuple[str, str]:
    """Arabic or Cyrillic where most letters above ASCII are then of that script, else Western.

    Latin text has its accents alone among ASCII letters; a script of its own comes in words of several.
    """
    sample = body[:200_000]
    high = len(re.findall(rb"[\x80-\xff]", sample)) or 1
    best, most = "cp1252", 0.5
    for name, letters in _GUESSES:
        text = sample.decode(name, "replace")
        common = len(re.findall(f"[{letters}]{{2,}}", text)) and sum(
            len(word) for word in re.findall(f"[{letters}]{{2,}}", text)
        )
        share = common / high
        if share > most:
            best, most = name, share
    if best == "cp1251" and _likely_arabic(sample):
        best = "cp1256"
    return body.decode(best, "replace"), best


def _likely_arabic(sample: bytes) -> bool:
    """Alef (C7) and lam (E1) make up a quarter of Arabic; as Cyrillic they would be a capital and a letter be."""
    high = len(re.findall(rb"[\x80-\xff]", sample)) or 1
    return (sample.count(b"\xc7") + sample.count(b"\xe1")) / high > 0.12
