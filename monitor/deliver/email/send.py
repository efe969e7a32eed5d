"""Mail: one message a recipient, text and HTML, over SMTP."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from email.message import EmailMessage

import aiosmtplib

from monitor.deliver.email.message import message_of, one_line
from monitor.deliver.parcel import Parcel
from monitor.deliver.smtp import SmtpSettings
from monitor.errors import DeliveryError

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class EmailChannel:
    """Recipients of one digest. list_unsubscribe: a mailto: or https: address, or ""."""

    smtp: SmtpSettings
    recipients: tuple[str, ...]
    list_unsubscribe: str = ""
    name: str = "email"

    async def send(self, parcel: Parcel) -> None:
        """Sends the message of ``parcel``. Raises DeliveryError as `send_email` does."""
        await send_email(self.message(parcel), self.smtp)

    def message(self, parcel: Parcel) -> EmailMessage:
        """The message as it is sent, for `digest.eml` too. Raises DeliveryError for a recipient that is no address."""
        return message_of(parcel, self.smtp.sender, self.list_unsubscribe)


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
        raise DeliveryError(f"{where} cannot do what is needed: {one_line(str(error))}", permanent=True) from error
    except (aiosmtplib.SMTPTimeoutError, TimeoutError) as error:
        raise DeliveryError(f"{where} did not answer in time", permanent=False, unreachable=True) from error
    except (aiosmtplib.SMTPException, OSError, ssl.SSLError) as error:
        said = one_line(str(error)) or type(error).__name__
        raise DeliveryError(f"{where} could not be used: {said}", permanent=False, unreachable=True) from error


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
        await _send(client, message)
    finally:
        await _leave(client)


async def _send(client: aiosmtplib.SMTP, message: EmailMessage) -> None:
    """Hands over the bytes of `digest.eml`: the library's `send_message` writes the headers anew, by its own policy."""
    sender, recipient = (message[name].addresses[0].addr_spec for name in ("From", "To"))
    options = []
    if not (sender + recipient).isascii():
        await client.ehlo()
        if not client.supports_extension("smtputf8"):
            raise aiosmtplib.SMTPNotSupported("take an address whose name is not ASCII (SMTPUTF8)")
        options.append("SMTPUTF8")
    await client.sendmail(sender, recipient, bytes(message), mail_options=options)


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
    return DeliveryError(f"{what}: {code} {one_line(said)[:300]}", permanent=500 <= code < 600)
