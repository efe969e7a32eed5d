"""The message of an edition for one recipient: text and HTML, and the headers of a list."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, getaddresses

from markupsafe import escape

from monitor.deliver.parcel import Parcel, safe_name
from monitor.errors import DeliveryError
from monitor.model import RenderedEdition

# 7-bit throughout: the message passes any server unchanged, and no line is longer than 76 characters.
POLICY = SMTP.clone(cte_type="7bit", max_line_length=76)
RESENT = "This edition was sent before; it was sent again on request."
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)


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
    message["Subject"] = one_line(("[Sent again] " if resend else "") + rendered.subject)
    message["Date"] = format_datetime(date)
    message["Message-ID"] = one_line(message_id)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice in return
    message["Precedence"] = "list"
    message["List-Id"] = f"<{safe_name(list_id).lower().encode('ascii', 'ignore').decode()}.{source.domain}>"
    message["List-Unsubscribe"] = f"<{_unsubscribe(list_unsubscribe, source, list_id)}>"
    text, html = (_again_text(rendered.text), _again_html(rendered.html)) if resend else (rendered.text, rendered.html)
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
        return Address(name, user, domain if domain.isascii() else domain.encode("idna").decode())
    except (ValueError, HeaderParseError) as error:
        raise DeliveryError(
            f"{one_line(text)!r} is not one mail address; write user@example.org", permanent=True
        ) from error


def _unsubscribe(given: str | None, sender: Address, list_id: str) -> str:
    address = one_line(given or "").strip("<> ")
    if address.startswith(("mailto:", "https://", "http://")):
        return address.replace(" ", "%20")
    return f"mailto:{sender.addr_spec}?subject=unsubscribe%20{safe_name(list_id)}"


def _encoding(text: str) -> str:
    """Quoted-printable where it can be read, base64 where most letters are not ASCII (a third of the size)."""
    return "base64" if sum(not char.isascii() for char in text) * 6 > len(text) else "quoted-printable"


def _again_text(text: str) -> str:
    return f"{RESENT}\n\n{text}"


def _again_html(html: str) -> str:
    note = f'<p style="padding: 8px 20px; margin: 0;"><b>{escape(RESENT)}</b></p>'
    found = _BODY.search(html)
    return html[: found.end()] + note + html[found.end() :] if found else note + html
