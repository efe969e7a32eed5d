"""The text encoding of a body whose server, declaration and bytes may disagree."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The first two characters of a document are ASCII (markup, JSON, white space), so the zero bytes give a missing
# mark away; EBCDIC has its own "<?xm" (XML 1.0, appendix F).
_BARE = (
    (re.compile(rb"[\t-\r <{\[]\0\0\0[\t-~]\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0[\t-\r <{\[]\0\0\0[\t-~]"), "utf-32-be"),
    (re.compile(rb"[\t-\r <{\[]\0[\t-~]\0"), "utf-16-le"),
    (re.compile(rb"\0[\t-\r <{\[]\0[\t-~]"), "utf-16-be"),
    (re.compile(b"\x4c\x6f\xa7\x94"), "cp037"),
)
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']\s*([A-Za-z][\w.:-]{1,40})", re.IGNORECASE)
# What names mean in practice (WHATWG Encoding Standard), where Python reads them more narrowly.
_MEANT = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030",
          "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs", "tis-620": "cp874"}  # fmt: skip
_NOT_HONOURED = frozenset({"utf-7", "utf-8", "utf_8_sig"})  # UTF-7 hides markup; UTF-8 was tried before
_SEVEN_BIT = frozenset({"iso2022_jp", "iso2022_jp_2", "iso2022_kr", "hz"})  # valid UTF-8 as they stand, and nonsense
_CYRILLIC = ("cp1251", "koi8_r", "iso8859_5", "cp866")
_ARABIC = ("cp1256", "iso8859_6")
_GUESSED = (*_ARABIC, *_CYRILLIC, "cp1255", "cp1253", "cp1254", "cp1252",
            "gb18030", "big5hkscs", "cp932", "euc_jp", "cp949")  # fmt: skip
_WESTERN = frozenset({"cp1252", "iso8859-15", "cp1250", "iso8859-2", "cp1254", "mac-roman"})
_SAMPLE = 60_000  # bytes of text a guess is made from
_ENOUGH = 12  # bytes above ASCII below which a guess is no match for a declaration
_CHANCE = 8  # continuation bytes in a piece of text that is valid UTF-8 throughout
_PIECE = re.compile(rb"[^<>]*[\x80-\xff][^<>]*")  # the text between two tags, where it is not ASCII
_HALVES = re.compile(rb"(\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf])+")


def decode_body(body: bytes, charset: str | None = None) -> tuple[str, str | None]:
    """The text and what was wrong with its encoding, if anything.

    A byte order mark decides; then bytes that are valid UTF-8 are UTF-8 whatever anybody says (no other encoding
    looks like it by chance); then mostly valid UTF-8, then the declaration, then ``charset`` (the HTTP header's),
    unless they say Western of what is plainly another script; then a guess (by charset-normalizer).
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            text = body.decode(name, "replace")
            return text, "some bytes are not of its encoding" if "\ufffd" in text else None
    for start, name in _BARE:
        if start.match(body):
            return body.decode(name, "replace"), f"its encoding ({name}) is not declared"
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return _mostly_utf8(body, charset) or _legacy(body, charset)
    return _seven_bit(body, charset) or _once(text, _unknown(body))


def _mostly_utf8(body: bytes, charset: str | None) -> tuple[str, str] | None:
    """UTF-8 with characters here and there, or whole pieces between tags, that are not; None for anything else."""
    if _HALVES.search(body):  # CESU-8, as Java and old databases write characters beyond 16 bits
        body = _HALVES.sub(_whole, body)
    text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(1 for _ in re.finditer(r"[^\x00-\x7f\ufffd]", text))
    if bad * 20 >= good and (_named(body, charset) or (bad > good and not _has_utf8(body))):
        return None
    if not bad:
        return text, "it is CESU-8, no UTF-8"
    foreign = [piece[0] for piece in _PIECE.finditer(body) if not _is_utf8(piece[0])]
    codec = _guess(b"\n".join(foreign))
    text = _PIECE.sub(lambda piece: _as_utf8(piece[0], codec), body).decode("utf-8", "replace")
    return text, f"{bad} characters are not valid UTF-8"


def _as_utf8(piece: bytes, codec: str) -> bytes:
    """A piece of a document that is UTF-8 elsewhere: one bad character is left bad, a text of another encoding read."""
    text = piece.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    other = bad and bad > sum(1 for char in text if char > "\x7f" and char != "\ufffd")
    return piece.decode(codec, "replace").encode() if other else piece


def _has_utf8(body: bytes) -> bool:
    """Whether some piece is UTF-8 beyond chance."""
    pieces = (piece[0] for piece in _PIECE.finditer(body) if _is_utf8(piece[0]))
    return any(len(piece) - len(piece.decode()) >= _CHANCE for piece in pieces)


def _is_utf8(piece: bytes) -> bool:
    try:
        piece.decode()
    except UnicodeDecodeError:
        return False
    return True


def _whole(halves: re.Match[bytes]) -> bytes:
    text = halves[0].decode("utf-8", "surrogatepass")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def _seven_bit(body: bytes, charset: str | None) -> tuple[str, None] | None:
    """ISO 2022 and HZ, which are ASCII to the eye, where they are declared and their escapes are there."""
    name = next((codec for codec in (_declared(body), _codec(charset or "")) if codec in _SEVEN_BIT), None)
    return (body.decode(name, "replace"), None) if name and (b"\x1b" in body or b"~{" in body) else None


def _unknown(body: bytes) -> str | None:
    """What to say of a body that is UTF-8 and declares an encoding nobody knows."""
    declared = found[1].decode("ascii") if (found := _DECLARED.match(body)) else "utf-8"
    try:
        codecs.lookup(_spelled(declared))
    except (LookupError, ValueError):
        return f"its encoding ({declared}) is unknown; read as UTF-8"
    return None


def _legacy(body: bytes, charset: str | None) -> tuple[str, str | None]:
    guess = _guess(body)
    high = len(re.findall(rb"[\x80-\xff]", body[:_SAMPLE]))
    for name in (_declared(body), _codec(charset or "")):
        if not name or (high >= _ENOUGH and _mistaken(name, guess)):
            continue
        text = body.decode(name, "replace")
        if text.count("\ufffd") <= len(text) // 200:
            return text, None
    declared = found[1].decode("ascii") if (found := _DECLARED.match(body)) else charset
    why = f"says it is {declared!r}" if declared else "declares no encoding"
    return body.decode(guess, "replace"), f"it {why} and is not UTF-8; read as {guess}"


def _mistaken(named: str, guess: str) -> bool:
    """Whether the bytes contradict the declaration: Western said of another script, or the wrong one of a script's."""
    if named in _WESTERN:
        return guess not in _WESTERN or (named == "cp1252" and guess == "cp1254")
    return any(named in family and guess in family and named != guess for family in (_CYRILLIC, _ARABIC))


def _named(body: bytes, charset: str | None) -> bool:
    return bool(_declared(body) or _codec(charset or ""))


def _declared(body: bytes) -> str | None:
    return _codec(found[1].decode("ascii")) if (found := _DECLARED.match(body)) else None


@lru_cache(maxsize=256)
def _codec(name: str) -> str | None:
    """Python's codec of a declared name, None for one that is no text encoding or is not to be believed."""
    try:
        codec = codecs.lookup(_spelled(name)).name
    except (LookupError, ValueError):
        return None
    codec = _MEANT.get(codec, codec)
    try:  # "hex", "uu" and the like are no text encodings, and "idna" takes not every byte
        markup = b'<?xml a="\xe9'.decode(codec, "replace")
    except (LookupError, UnicodeError):
        return None
    if not markup.startswith('<?xml a="'):  # an encoding of mainframes: its declaration could not be read
        return None
    return None if codec in _NOT_HONOURED or codec.startswith(("utf-16", "utf-32")) else codec.replace("koi8-", "koi8_")


def _spelled(name: str) -> str:
    """A label as Python knows it: "x-sjis", "cp-1251", "windows-874", "ISO-8859-6-I" are all in use."""
    name = re.sub(r"^(?:x-)+", "", name.strip().lower())
    if found := re.fullmatch(r"(?:cp|win|windows|ibm|dos)[-_]?(\d{3,4})", name):
        return f"cp{found[1]}"
    if found := re.fullmatch(r"(iso[-_]?8859[-_]\d+)[-_][ie]", name):
        return found[1]
    return name


def _guess(body: bytes) -> str:
    """The codec that makes the most of the text between tags; Western where nothing does."""
    from charset_normalizer import from_bytes  # noqa: PLC0415 - 10 ms, for the few bodies that need it

    sample = b" ".join(found[0] for found in _PIECE.finditer(body, 0, 10 * _SAMPLE))[:_SAMPLE]
    best = from_bytes(sample, cp_isolation=list(_GUESSED), preemptive_behaviour=False, enable_fallback=False).best()
    name = best.encoding if best else "cp1252"
    if name in ("cp1252", "cp1254"):
        return "cp1254" if _is_turkish(sample) else "cp1252"
    return name.replace("koi8-", "koi8_") if _in_words(sample.decode(name, "replace")) else "cp1252"


def _in_words(text: str) -> bool:
    """Latin text has its accents alone among ASCII letters; a script of its own comes in words of several."""
    whole = sum(map(len, re.findall(r"(?<![A-Za-z])[^\W\d_A-Za-z]{2,}(?![A-Za-z])", text)))
    return 2 * whole > len(re.findall(r"[^\x00-\x7f]", text))


def _is_turkish(sample: bytes) -> bool:
    """ı, ş and ğ are most of what is not ASCII in Turkish; as Western letters they are those of Icelandic."""
    return 3 * len(re.findall(rb"[\xd0\xdd\xde\xf0\xfd\xfe]", sample)) > len(re.findall(rb"[\xc0-\xff]", sample))


# Text that was UTF-8, was read as something else and written as UTF-8 again. The signs are the commonest letters of
# Arabic (alef, lam), Russian (i, o) and French (é) after such a journey.
_TWICE = {
    "cp1252": ("\u00d8\u00a7", "\u00d9\u201e", "\u00d9\u0084", "\u00d0\u00b8", "\u00d0\u00be", "\u00c3\u00a9"),
    "cp1256": ("\u0637\u00a7", "\u0638\u201e"),
    "cp1251": ("\u0420\u00b8", "\u0420\u0455", "\u0420\u0451"),
}
_RUN = re.compile(r"[^\x00-\x7f]{2,}")


def _once(text: str, flaw: str | None) -> tuple[str, str | None]:
    """``text`` with a second encoding undone, where most of what is not ASCII can be."""
    for codec, signs in _TWICE.items():
        if not any(sign[0] in text and sign in text for sign in signs):  # one character is found far quicker than two
            continue
        runs = _RUN.findall(text[:_SAMPLE])[:200]
        if sum(_undone(run, codec) is not None for run in runs) >= 0.5 * len(runs):
            mended = _RUN.sub(lambda run, codec=codec: _undone(run[0], codec) or run[0], text)  # type: ignore[misc]
            return mended, f"its text was encoded twice (as UTF-8 and as {codec})"
    return text, flaw


def _undone(run: str, codec: str) -> str | None:
    """What ``run`` was, None where it cannot have been encoded twice."""
    try:
        data = b"".join(_byte(char, codec) for char in run)
        return data.decode()
    except UnicodeError:
        return None


def _byte(char: str, codec: str) -> bytes:
    """Bytes a codec does not define come through as control characters, in browsers and databases alike."""
    return bytes((ord(char),)) if "\x80" <= char <= "\x9f" else char.encode(codec)
