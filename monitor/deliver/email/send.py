"""Mail: one message a recipient, text and HTML, over SMTP."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from email.message import EmailMessage

from monitor.deliver.email.message import message_of
from monitor.deliver.email.session import MailSession, tls_context
from monitor.deliver.judging_links import JudgingLinks
from monitor.deliver.parcel import Parcel
from monitor.deliver.smtp import SmtpSettings
from monitor.model.frozen import frozen


@frozen
class EmailChannel:
    """Recipients of one digest. list_unsubscribe: a mailto: or https: address, or "". judging: see `BuildContext`."""

    smtp: SmtpSettings
    recipients: tuple[str, ...]
    list_unsubscribe: str = ""
    judging: JudgingLinks | None = None
    name: str = "email"

    @property
    def server(self) -> Hashable:
        """All recipients of all digests are on one server's session."""
        return self.smtp

    def open(self) -> MailSession:
        """A session with the server, for many recipients."""
        return MailSession(self.smtp)

    async def send(self, parcel: Parcel, session: MailSession | None = None) -> None:
        """Sends the message of ``parcel``, in a session of its own where none is given. Raises DeliveryError."""
        message = self.message(parcel)
        if session is not None:
            await session.send(message)
        else:
            await send_email(message, self.smtp)

    def try_settings(self) -> None:
        """Raises DeliveryError where the certificates to trust cannot be read."""
        tls_context(self.smtp)

    def message(self, parcel: Parcel) -> EmailMessage:
        """The message as it is sent, for `digest.eml` too. Raises DeliveryError for a recipient that is no address."""
        if self.judging:
            rendered = self.judging.in_mail(parcel.rendered, parcel.recipient, parcel.date)
            parcel = replace(parcel, rendered=rendered)
        return message_of(parcel, self.smtp.sender, self.list_unsubscribe)


async def send_email(message: EmailMessage, smtp: SmtpSettings) -> None:
    """Hands ``message`` to the server in a session of its own. Raises DeliveryError as `MailSession.send` does."""
    session = MailSession(smtp)
    try:
        await session.send(message)
    finally:
        await session.close()
