"""The message of an edition for one recipient: text and HTML, and the headers of a list."""

from __future__ import annotations

import hashlib
import re
import textwrap
from datetime import datetime
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address, AddressHeader
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, getaddresses
from typing import Any

import idna
from markupsafe import escape

from monitor.deliver.parcel import Parcel, safe_name
from monitor.errors import DeliveryError
from monitor.model import RenderedEdition
from monitor.render.catalogue import catalogue_of, note

_WIDTH = 76  # characters of a line
_LONGEST_NAME = 20  # characters of a header's name and what parts it from its value
_FOLDING = textwrap.TextWrapper(
    _WIDTH - _LONGEST_NAME, subsequent_indent=" ", break_long_words=False, break_on_hyphens=False
)
RESENT = note("This edition was sent before; it was sent again on request.")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)


class MailPolicy(EmailPolicy):
    """7-bit throughout: the message passes any server unchanged. Headers come out as they were put in.

    Python's own folding drops blanks between encoded words of a long subject (one Persian headline in eight), and wraps
    a long address of a list into encoded words, which no mail program reads.
    """

    def fold(self, name: str, value: Any) -> str:
        """The header's lines, each with its end."""
        return f"{name}: {self._content(name, value)}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The same in bytes. Not ASCII is only a mailbox whose local part is not (RFC 6532)."""
        return self.fold(name, value).encode("utf-8", "surrogateescape")

    def _content(self, name: str, value: Any) -> str:
        if isinstance(value, AddressHeader):
            return ", ".join(map(self._mailbox, value.addresses))
        text = str(value)
        if text.isascii():  # RFC 5322 allows 998 characters; a blank is the only place to fold without a change
            return self.linesep.join(_FOLDING.wrap(text))
        return Header(text, "utf-8", _WIDTH, name).encode(linesep=self.linesep)

    def _mailbox(self, address: Address) -> str:
        name = address.display_name
        if name.isascii():
            return str(address)
        return f"{Header(name, 'utf-8', _WIDTH).encode(linesep=self.linesep)} <{address.addr_spec}>"


POLICY = MailPolicy(linesep="\r\n", cte_type="7bit", max_line_length=_WIDTH)


def message_of(parcel: Parcel, sender: str, list_unsubscribe: str = "") -> EmailMessage:
    """The message of ``parcel``, the same to the last byte each time. Raises DeliveryError as `build_message` does."""
    return build_message(
        parcel.rendered,
        sender=sender,
        recipient=parcel.recipient,
        message_id=parcel.message_id,
        date=parcel.date,
        list_id=parcel.edition.digest,
        list_unsubscribe=list_unsubscribe or None,
        resend=parcel.resend,
    )


def build_message(
    rendered: RenderedEdition,
    *,
    sender: str,
    recipient: str,
    message_id: str,
    date: datetime,
    list_id: str = "digest",
    list_unsubscribe: str | None = None,
    resend: bool = False,
) -> EmailMessage:
    """A message to one recipient with a text and an HTML part.

    list_unsubscribe: a mailto: or https: address; without one, mail to the sender. Raises DeliveryError when
    sender or recipient is no address.
    """
    source = _address(sender)
    message = EmailMessage(policy=POLICY)
    message["From"] = source
    message["To"] = _address(recipient)
    wording = catalogue_of(rendered.language)
    again = wording.say("Sent again")
    message["Subject"] = one_line((f"[{again}] " if resend else "") + rendered.subject)
    message["Date"] = format_datetime(date)
    message["Message-ID"] = one_line(message_id)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice in return
    message["Precedence"] = "list"
    message["List-Id"] = f"<{safe_name(list_id).lower().encode('ascii', 'ignore').decode()}.{source.domain}>"
    message["List-Unsubscribe"] = f"<{_unsubscribe(list_unsubscribe, source, list_id)}>"
    text, html = rendered.text, rendered.html
    if resend:
        said = wording.say(RESENT)
        text, html = f"{said}\n\n{text}", _with_note(html, said, wording.direction)
    message.set_content(text, cte=_encoding(text))
    message.add_alternative(html, subtype="html", cte=_encoding(html))
    # Not random, so that a retry is the same message to the last byte.
    message.set_boundary(f"=_{hashlib.sha256(message_id.encode()).hexdigest()[:40]}")
    return message


def one_line(text: str) -> str:
    """Without line ends and controls, so that no header can be smuggled in."""
    return " ".join(_CONTROL.sub(" ", text).split())


def _address(text: str) -> Address:
    """ "Name <user@host>" or "user@host"; an international domain in its ASCII form."""
    found = getaddresses([one_line(text)])
    name, address = found[0] if len(found) == 1 else ("", "")
    user, at, domain = address.rpartition("@")
    try:
        if not (at and user and domain) or " " in address:
            raise ValueError("not one address")
        return Address(name, user, _ascii_domain(domain))
    except (ValueError, HeaderParseError) as error:
        raise DeliveryError(
            f"{one_line(text)!r} is not one mail address; write user@example.org", permanent=True
        ) from error


def _ascii_domain(domain: str) -> str:
    """A domain in its ASCII form, by IDNA 2008: straße.de is not strasse.de. Raises ValueError."""
    return domain if domain.isascii() else idna.encode(domain, uts46=True).decode()


def _unsubscribe(given: str | None, sender: Address, list_id: str) -> str:
    address = one_line(given or "").strip("<> ")
    if address.startswith(("mailto:", "https://", "http://")):
        return address.replace(" ", "%20")
    return f"mailto:{sender.addr_spec}?subject=unsubscribe%20{safe_name(list_id)}"


def _encoding(text: str) -> str:
    """Quoted-printable where it can be read, base64 where most letters are not ASCII (a third of the size)."""
    return "base64" if sum(not char.isascii() for char in text) * 6 > len(text) else "quoted-printable"


def _with_note(html: str, said: str, direction: str) -> str:
    paragraph = f'<p dir="{direction}" style="padding: 8px 20px; margin: 0;"><b>{escape(said)}</b></p>'
    found = _BODY.search(html)
    return html[: found.end()] + paragraph + html[found.end() :] if found else paragraph + html
