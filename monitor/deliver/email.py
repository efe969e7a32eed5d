"""Mail: one message a recipient, text and HTML, over SMTP."""

from __future__ import annotations

import asyncio
import hashlib
import re
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, getaddresses
from typing import Literal

import aiosmtplib
from markupsafe import escape

from monitor.deliver.parcel import Parcel, safe_name
from monitor.errors import DeliveryError
from monitor.model import RenderedEdition

# 7-bit throughout: the message passes any server unchanged, and no line is longer than 76 characters.
POLICY = SMTP.clone(cte_type="7bit", max_line_length=76)
RESENT = "This edition was sent before; it was sent again on request."
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """How to reach the mail server.

    starttls: "auto" encrypts when the server offers it, "always" insists, "never" does not. tls: encrypted from
    the start (port 465). timeout: seconds for each step. sender: "Name <address>". ca_file: certificates to
    trust besides the system's. A certificate is verified except with starttls "auto" and no user name, where
    any encryption is better than none (RFC 7435).
    """

    host: str = "localhost"
    port: int = 25
    starttls: Literal["auto", "always", "never"] = "auto"
    tls: bool = False
    username: str = ""
    password: str = ""
    timeout: float = 60.0
    sender: str = "monitor@localhost"
    ca_file: str = ""

    def __repr__(self) -> str:
        return f"SmtpSettings({self.host}:{self.port}, user {self.username or 'none'})"  # no password in a log


@dataclass(frozen=True, slots=True)
class EmailChannel:
    """Recipients of one digest. list_unsubscribe: a mailto: or https: address, or ""."""

    smtp: SmtpSettings
    recipients: tuple[str, ...]
    list_unsubscribe: str = ""
    name: str = "email"

    async def send(self, parcel: Parcel) -> None:
        await send_email(self.message(parcel), self.smtp)

    def message(self, parcel: Parcel) -> EmailMessage:
        """The message as it is sent, for `digest.eml` too."""
        return build_message(
            parcel.rendered,
            sender=self.smtp.sender,
            recipient=parcel.recipient,
            message_id=parcel.message_id,
            date=parcel.date,
            list_id=parcel.edition.digest,
            list_unsubscribe=self.list_unsubscribe or None,
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
    message["Subject"] = _one_line(("[Sent again] " if resend else "") + rendered.subject)
    message["Date"] = format_datetime(date)
    message["Message-ID"] = _one_line(message_id)
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


async def send_email(message: EmailMessage, smtp: SmtpSettings) -> None:
    """Hands ``message`` to the server. Raises DeliveryError.

    Permanent is what the server refused with a 5xx code, and what only a change of the settings can mend; a
    time-out after the text was sent is not, and is tried again with the same Message-ID.
    """
    where = f"the mail server {smtp.host}:{smtp.port}"
    try:
        # The library bounds each step; this bounds a server that answers every step at the last moment.
        async with asyncio.timeout(smtp.timeout * 5):
            await _converse(message, smtp)
    except aiosmtplib.SMTPRecipientsRefused as error:
        refused = error.recipients[0]
        raise _by_code(f"{where} refuses the recipient", refused.code, refused.message) from error
    except aiosmtplib.SMTPAuthenticationError as error:
        raise _by_code(f"{where} refuses the user name or password", error.code, error.message) from error
    except aiosmtplib.SMTPResponseException as error:
        raise _by_code(f"{where} refuses the message", error.code, error.message) from error
    except aiosmtplib.SMTPNotSupported as error:
        raise DeliveryError(f"{where} cannot do what is needed: {_one_line(str(error))}", permanent=True) from error
    except (aiosmtplib.SMTPTimeoutError, TimeoutError) as error:
        raise DeliveryError(f"{where} did not answer in time", permanent=False) from error
    except (aiosmtplib.SMTPException, OSError, ssl.SSLError) as error:
        said = _one_line(str(error)) or type(error).__name__
        raise DeliveryError(f"{where} could not be used: {said}", permanent=False) from error


async def _converse(message: EmailMessage, smtp: SmtpSettings) -> None:
    client = aiosmtplib.SMTP(
        hostname=smtp.host,
        port=smtp.port,
        timeout=smtp.timeout,
        use_tls=smtp.tls,
        start_tls=False,
        tls_context=_tls(smtp),
    )
    try:
        await client.connect()
        await _secure(client, smtp)
        if smtp.username:
            await client.login(smtp.username, smtp.password)
        await client.send_message(message)
    finally:
        await _leave(client)


async def _secure(client: aiosmtplib.SMTP, smtp: SmtpSettings) -> None:
    """STARTTLS as the settings want it, and no password over an open line."""
    if smtp.tls:
        return
    await client.ehlo()
    offered = client.supports_extension("starttls")
    if smtp.starttls == "always" and not offered:
        raise DeliveryError(
            f"the mail server {smtp.host}:{smtp.port} does not offer STARTTLS; "
            "set smtp.tls: true for an encrypted port such as 465, or smtp.starttls: auto",
            permanent=True,
        )
    if smtp.starttls != "never" and offered:
        await client.starttls(tls_context=_tls(smtp))
    elif smtp.username and smtp.starttls == "auto" and smtp.host not in _LOOPBACK:
        raise DeliveryError(
            f"the mail server {smtp.host}:{smtp.port} offers no encryption, so the password was not sent; "
            "set smtp.tls: true, or smtp.starttls: never to send it openly",
            permanent=True,
        )


async def _leave(client: aiosmtplib.SMTP) -> None:
    """Ends the conversation; what was accepted stays accepted, whatever happens to the goodbye."""
    try:
        if client.is_connected:
            await client.quit()
    except (aiosmtplib.SMTPException, OSError, TimeoutError):
        pass
    finally:
        client.close()


def _tls(smtp: SmtpSettings) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if smtp.ca_file:
        try:
            context.load_verify_locations(smtp.ca_file)
        except (OSError, ssl.SSLError) as error:
            problem = f"the certificates in {smtp.ca_file} cannot be read ({error}); correct smtp.ca_file"
            raise DeliveryError(problem, permanent=False) from error
    if not smtp.tls and smtp.starttls == "auto" and not smtp.username:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _by_code(what: str, code: int, said: str) -> DeliveryError:
    return DeliveryError(f"{what}: {code} {_one_line(said)[:300]}", permanent=500 <= code < 600)


def _address(text: str) -> Address:
    """ "Name <user@host>" or "user@host"; an international domain in its ASCII form."""
    found = getaddresses([_one_line(text)])
    name, address = found[0] if len(found) == 1 else ("", "")
    user, at, domain = address.rpartition("@")
    try:
        if not (at and user and domain) or " " in address:
            raise ValueError("not one address")
        return Address(name, user, domain if domain.isascii() else domain.encode("idna").decode())
    except (ValueError, HeaderParseError) as error:
        raise DeliveryError(
            f"{_one_line(text)!r} is not one mail address; write user@example.org", permanent=True
        ) from error


def _unsubscribe(given: str | None, sender: Address, list_id: str) -> str:
    address = _one_line(given or "").strip("<> ")
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


def _one_line(text: str) -> str:
    """Without line ends and controls, so that no header can be smuggled in."""
    return " ".join(_CONTROL.sub(" ", text).split())
