"""What a saved mail says: its headers, and the text or page it carries, decoded. And text that a mail left encoded."""

from __future__ import annotations

import email
import email.policy
import quopri
import re
from email.message import EmailMessage

from monitor.model.frozen import frozen
from monitor.text.charset import decode_body

_ENVELOPE = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:>?From [^\n]*\n)?")
_HEADER = re.compile(rb"[A-Za-z][\w-]*:.*|[ \t]+\S.*")
_MACHINE = re.compile(rb"^(?:MIME-Version|Content-Type|Content-Transfer-Encoding|Received|Return-Path):", re.I | re.M)
_SIGN = re.compile(r"=(?:[0-9A-F]{2}|[ \t]*$)", re.MULTILINE)

_QUOTE = re.compile(r"[ \t]*(?:>[ \t]?)+")
_SENT_ON = re.compile(r"(?:re|fwd?|aw|wg|tr|rv|vs|i|ilt|doorst|pd|enc) ?: *", re.IGNORECASE)  # before a subject
_RULE = re.compile(r"[-_]{5,}(?:.{3,60}[-_]{5,})?|.{3,60}:")  # above the headers of a mail that is sent on
_FIELD = re.compile(r"\*?\w[\w. -]{0,24}\*?[:：]\*? .+")
_FIELDS = range(3, 9)
_NOTE = 60  # words that whoever sends it on may write above it
_FLOWED = re.compile(r"(?<!^--) \n(?=[^\s>])", re.MULTILINE)  # a space at its end says that a line goes on (RFC 3676)


@frozen
class Mail:
    """A mail as its reader sees it. date: as written. page: the text is HTML."""

    subject: str
    date: str
    text: str
    page: bool


def read_mail(body: bytes) -> Mail | None:
    """The mail in a file that begins with the headers of one as it was sent; None for anything else.

    A text under a few lines such as "Subject: ..." is none: there is nothing in it to decode.
    """
    body = _ENVELOPE.sub(b"", body, count=1).replace(b"\r\n", b"\n")
    head, gap, _ = body.partition(b"\n\n")
    if not gap or not _MACHINE.search(head) or not all(map(_HEADER.fullmatch, head.split(b"\n"))):
        return None
    message = email.message_from_bytes(body, policy=email.policy.default)
    assert isinstance(message, EmailMessage)  # which this policy gives
    subject, date = str(message["subject"] or ""), str(message["date"] or "")
    part = message.get_body(("plain", "html"))
    content = part.get_payload(decode=True) if part is not None else None
    if part is None or not isinstance(content, bytes):
        return Mail(subject, date, "", page=False)
    text, _ = decode_body(content, part.get_content_charset())
    return Mail(subject, date, text, part.get_content_subtype() == "html")


def subject_sent_on(subject: str) -> str:
    """A subject without what a mail program puts before it: "Fwd: Re: ..."."""
    while found := _SENT_ON.match(subject):
        subject = subject[found.end() :]
    return subject


def without_forwarding(text: str) -> str:
    """What a mail sends on, where that is all it does: a note at most stands above the headers of the first one.

    Programs write a rule or a heading above these, in any language, and an address among them.
    """
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if sum(len(each.split()) for each in lines[:number]) > _NOTE:
            return text
        if not _RULE.fullmatch(line.strip()):
            continue
        first = next((n for n in range(number + 1, len(lines)) if lines[n].strip()), len(lines))
        last = next((n for n in range(first, len(lines)) if not _FIELD.fullmatch(lines[n].strip())), len(lines))
        if last - first in _FIELDS and any("@" in each for each in lines[first:last]):
            return "\n".join(lines[last:]).strip("\n")
    return text


def without_quote_marks(text: str) -> str:
    """``text`` without the ">" before its lines, where a mail is nothing but what it quotes or sends on.

    Beside the quotation it may say whose it is: "A. User wrote:".
    """
    lines = text.split("\n")
    said = [line.strip() for line in lines if line.strip() and not _QUOTE.match(line)]
    if len(said) == len(lines) or any(not line.endswith((":", "：")) for line in said):
        return text
    return "\n".join(_QUOTE.sub("", line) for line in lines)


def without_quoted_printable(text: str) -> str:
    """``text`` decoded, where it was copied from a mail's source: "=E2=80=99", and "=" at the ends of lines.

    In such a text every "=" is part of a sign, because one that stands for itself is written "=3D".
    """
    signs = _SIGN.findall(text)
    if len(signs) < 2 or len(signs) != text.count("="):
        return text
    decoded = quopri.decodestring(re.sub(r"=[ \t]+$", "=", text, flags=re.MULTILINE).encode("utf-8", "replace"))
    try:
        found = decoded.decode("utf-8")
    except UnicodeDecodeError:
        found = decoded.decode("cp1252", "replace")
    return _FLOWED.sub(" ", found)
