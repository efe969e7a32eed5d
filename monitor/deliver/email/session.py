"""A session with the mail server: connected when first needed, secured, and used for one message after another."""

from __future__ import annotations

import re
import ssl
from contextlib import ExitStack, suppress
from email.message import EmailMessage

import aiosmtplib

from monitor.deadline import deadline
from monitor.deliver.email.message import one_line
from monitor.deliver.smtp import SmtpSettings
from monitor.errors import DeliveryError, as_clause
from monitor.text.redact import without

MOST = 50  # messages of a session; many servers close one that has more than a hundred
GOODBYE = 2.0  # seconds for the end of a session: what was accepted stays accepted
_CLOSING = 421  # the server ends the session, whatever is sent in it
_UNKNOWN_COMMAND = (500, 502)
_OF_LOGIN = (530, 534, 535, 538)  # it wants a login, or a better one (RFC 4954)
_TOO_LARGE = 552  # for the size of one message (RFC 1870), also as answer to the sender
_OF_MESSAGE = re.compile(r"5\.(?:1\.[1-6]|[26]\.\d+)\b")  # the recipient's address, the mailbox, the content (RFC 3463)
# What servers say to a sender who may not use them: a login is missing, they pass nothing on for this machine, or they
# refuse the sender only when the recipient is named.
_SETTINGS_WORDS = re.compile(
    r"\bauth\b|authenticat|\blog(?:ged)?[ -]?[io]n\b|\brelay(?:ing)?\b(?! recipient table)|\brcpthosts\b"
    r"|\bclient host\b|\b(?:sender|mail from|helo)\b(?: \w+){0,2}:? (?:rejected|refused|denied|blocked)\b"
    r"|^5\.(?:1\.[78]|7\.(?:[89]|1[01]|57))\b",
    re.IGNORECASE,
)
# Addresses and names of hosts, which may hold such a word.
_NAMES = re.compile(r"(?<!\S)(?!\d\.\d\.)\S*(?:@\S*|\w[.-]\w\S*)")
_TO_SEND = "correct smtp.username and smtp.password_file, or smtp.from, or let the server take mail from this machine"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class MailSession:
    """Sends messages one after another, and connects anew where the server has had enough of a session."""

    def __init__(self, smtp: SmtpSettings) -> None:
        self._smtp = smtp
        self._client: aiosmtplib.SMTP | None = None
        self._sent = 0

    async def send(self, message: EmailMessage) -> None:
        """Hands ``message`` to the server. Raises DeliveryError.

        Permanent is what the server refused of this message with a 5xx code. What hinders every message is not, such
        as a greeting of 554, a sender who is refused or a login that is missing: it is tried again, and other settings
        send it.
        Nor is a time-out after the text was sent: that is tried again with the same Message-ID.
        """
        where = _where(self._smtp)
        try:
            # Each step has its time; this bounds a server that answers every step at the last moment.
            async with deadline(self._smtp.timeout * 5):
                await self._converse(message)
        except aiosmtplib.SMTPRecipientRefused as error:
            raise self._by_code("refuses the recipient", error) from error
        except aiosmtplib.SMTPResponseException as error:
            raise self._by_code("refuses the message", error) from error
        except aiosmtplib.SMTPNotSupported as error:
            text = f"{where} cannot do what is needed: {_said(self._smtp, error)}"
            raise DeliveryError(text, permanent=True) from error
        except (aiosmtplib.SMTPTimeoutError, TimeoutError) as error:
            raise DeliveryError(f"{where} did not answer in time", permanent=False, unreachable=True) from error
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError) as error:
            said = _said(self._smtp, error) or type(error).__name__
            raise DeliveryError(f"{where} could not be used: {said}", permanent=False, unreachable=True) from error

    def _by_code(self, what: str, error: aiosmtplib.SMTPResponseException) -> DeliveryError:
        """The error of an answer to one message. Its code is -1 for an answer that is none of this protocol."""
        code, said = error.code, _said(self._smtp, error.message)
        answer = f"{f'{code} ' if code > 0 else ''}{said}"
        if 500 <= code < 600 and _is_of_settings(error):
            text = f"{_where(self._smtp)} takes no mail as its settings are: {answer}; {_TO_SEND}"
            return DeliveryError(text, permanent=False)
        text = f"{_where(self._smtp)} {what}: {answer}"
        return DeliveryError(text, permanent=500 <= code < 600, unreachable=code < 0 or code == _CLOSING)

    async def close(self) -> None:
        """Ends the session; what was accepted stays accepted, whatever happens to the goodbye."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            if client.is_connected:
                with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                    await client.quit(timeout=min(GOODBYE, self._smtp.timeout))
        finally:
            client.close()

    async def _converse(self, message: EmailMessage) -> None:
        ready = False  # whether it is known what the server waits for next
        try:
            if self._sent >= MOST:
                await self.close()
            used = self._client is not None
            client = self._client or await self._connected()
            if not await self._envelope(client, message, used=used):
                await self.close()
                client = await self._connected()
                await self._envelope(client, message, used=False)
            # Who gives up here does not know whether the message was taken, so no answer that came is overlooked.
            async with deadline(self._smtp.timeout):
                await client.data(bytes(message), timeout=None)
            self._sent += 1
            ready = True
        except aiosmtplib.SMTPResponseException as error:
            await self._reset(error.code)
            ready = True
            raise
        finally:
            if not ready:
                await self.close()

    async def _connected(self) -> aiosmtplib.SMTP:
        smtp = self._smtp
        self._sent = 0
        client = aiosmtplib.SMTP(
            hostname=smtp.host,
            port=smtp.port,
            timeout=smtp.timeout,
            use_tls=smtp.tls,
            start_tls=False,
            tls_context=tls_context(smtp),
        )
        with ExitStack() as unready:  # nothing may be sent in a session that is not secured, or not logged in
            unready.callback(client.close)
            await _begin(client, smtp)
            unready.pop_all()
        self._client = client
        return client

    async def _envelope(self, client: aiosmtplib.SMTP, message: EmailMessage, *, used: bool) -> bool:
        """Says from whom and to whom; False where the server has had enough of a session that was used before.

        Until the text is begun another session may be tried at once: nobody has the message yet.
        """
        sender, recipient = (message[name].addresses[0].addr_spec for name in ("From", "To"))
        ascii_only = (sender + recipient).isascii()
        try:
            options = await _options(client, message, ascii_only=ascii_only)
            encoding = "ascii" if ascii_only else "utf-8"
            await client.mail(sender, options=options, encoding=encoding)
            await client.rcpt(recipient, encoding=encoding)
        except (aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPServerDisconnected, ConnectionError):
            if used:
                return False
            raise
        except aiosmtplib.SMTPResponseException as error:
            if used and error.code in (_CLOSING, 452):
                return False
            raise
        return True

    async def _reset(self, code: int) -> None:
        """Makes the session ready for the next message after one was refused, or ends it."""
        try:
            if self._client is None or code == _CLOSING or not self._client.is_connected:
                raise aiosmtplib.SMTPServerDisconnected("closed")
            await self._client.rset()
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            await self.close()


async def _begin(client: aiosmtplib.SMTP, smtp: SmtpSettings) -> None:
    """Connects, secures the line and logs in. What fails here is of no message, so it is never permanent."""
    try:
        await client.connect()
        await _secure(client, smtp)
        if smtp.username:
            await client.login(smtp.username, smtp.password)
    except (aiosmtplib.SMTPResponseException, aiosmtplib.SMTPNotSupported) as error:
        login = isinstance(error, aiosmtplib.SMTPAuthenticationError)
        what = "refuses the user name or password" if login else "takes no mail from here now"
        code = f"{error.code} " if isinstance(error, aiosmtplib.SMTPResponseException) and error.code > 0 else ""
        text = f"{_where(smtp)} {what}: {code}{_said(smtp, error.args[-1])}"
        raise DeliveryError(text, permanent=False, unreachable=True) from error


async def _greet(client: aiosmtplib.SMTP) -> None:
    """EHLO, or HELO for a server that knows nothing newer (RFC 5321, section 3.2)."""
    if not client.is_ehlo_or_helo_needed:
        return
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError as error:
        if error.code not in _UNKNOWN_COMMAND:
            raise
        await client.helo()


async def _options(client: aiosmtplib.SMTP, message: EmailMessage, *, ascii_only: bool) -> list[str]:
    await _greet(client)
    options = [f"size={len(bytes(message))}"] if client.supports_extension("size") else []
    if not ascii_only:
        if not client.supports_extension("smtputf8"):
            raise aiosmtplib.SMTPNotSupported("take an address whose name is not ASCII (SMTPUTF8)")
        options.append("SMTPUTF8")
    return options


async def _secure(client: aiosmtplib.SMTP, smtp: SmtpSettings) -> None:
    """STARTTLS as the settings want it, and no password over an open line."""
    if smtp.tls:
        return
    await _greet(client)
    offered = client.supports_extension("starttls")
    if smtp.starttls == "always" and not offered:
        raise DeliveryError(
            f"the mail server {smtp.host}:{smtp.port} does not offer STARTTLS; "
            "set smtp.tls: true for an encrypted port such as 465, or smtp.starttls: auto",
            permanent=False,
            unreachable=True,
        )
    if smtp.starttls != "never" and offered:
        await client.starttls(tls_context=tls_context(smtp))
    elif smtp.username and smtp.starttls == "auto" and smtp.host not in _LOOPBACK:
        raise DeliveryError(
            f"the mail server {smtp.host}:{smtp.port} offers no encryption, so the password was not sent; "
            "set smtp.tls: true, or smtp.starttls: never to send it openly",
            permanent=False,
            unreachable=True,
        )


def tls_context(smtp: SmtpSettings) -> ssl.SSLContext:
    """How a connection is encrypted, and whom it trusts. Raises DeliveryError where ``ca_file`` cannot be read."""
    context = ssl.create_default_context()
    if smtp.ca_file:
        try:
            context.load_verify_locations(smtp.ca_file)
        except (OSError, ssl.SSLError) as error:
            problem = f"the certificates in {smtp.ca_file} cannot be read ({as_clause(error)}); correct smtp.ca_file"
            raise DeliveryError(problem, permanent=False) from error
    if not smtp.tls and smtp.starttls == "auto" and not smtp.username:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _is_of_settings(error: aiosmtplib.SMTPResponseException) -> bool:
    """Whether the settings are refused, and no one message: before a recipient was named, or for want of a login.

    Many servers say that with a plain 550, for which there are only their words.
    """
    if error.code in _OF_LOGIN:
        return True
    if error.code == _TOO_LARGE or _OF_MESSAGE.match(error.message):
        return False
    of_message = isinstance(error, aiosmtplib.SMTPRecipientRefused | aiosmtplib.SMTPDataError)
    return not of_message or _SETTINGS_WORDS.search(_NAMES.sub(" ", error.message)) is not None


def _where(smtp: SmtpSettings) -> str:
    return f"the mail server {smtp.host}:{smtp.port}"


def _said(smtp: SmtpSettings, answer: object) -> str:
    """What the server said, on one line, without the login, which some repeat."""
    return without(one_line(str(answer)), smtp.password, f"\0{smtp.username}\0{smtp.password}")[:300]
