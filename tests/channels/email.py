"""A mail server on loopback, and its end of the channel's contract."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from monitor.deliver.smtp import SmtpSettings
from tests.channels import FarEnd

SENDER = "News Monitor <monitor@desk.example>"


@dataclass
class Post:
    """A mail server's behaviour: what it answers, and what arrived."""

    rcpt: dict[str, list[str]] = field(default_factory=dict)  # recipient → answers, the last one stays
    data: list[str] = field(default_factory=list)
    stall: float = 0.0  # seconds between having the text and saying so
    arrived: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    secured: list[bool] = field(default_factory=list)
    users: list[bytes] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - the name aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answers = self.rcpt.get(address, [])
        answer = (answers.pop(0) if len(answers) > 1 else answers[0]) if answers else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.arrived.append((str(envelope.mail_from), list(envelope.rcpt_tos), envelope.content))
        self.secured.append(session.ssl is not None)
        await asyncio.sleep(self.stall)
        return self.data.pop(0) if self.data else "250 OK"

    def authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.users.append(data.login)
        return AuthResult(success=data == LoginPassword(b"desk", b"secret"), handled=False)


@asynccontextmanager
async def served(post: Post, *, tls: ssl.SSLContext | None = None, **options: Any) -> AsyncIterator[SmtpSettings]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(post, hostname="mx.desk.example", loop=loop, **options), "127.0.0.1", 0, ssl=tls
    )
    try:
        port = server.sockets[0].getsockname()[1]
        yield SmtpSettings("127.0.0.1", port, timeout=5, sender=SENDER)
    finally:
        server.close()


@asynccontextmanager
async def far_end(_folder: Path) -> AsyncIterator[FarEnd]:
    """A server that wants a password."""
    post = Post()
    async with served(post, authenticator=post.authenticate, auth_require_tls=False) as smtp:
        yield FarEnd(
            settings={"to": ["one@desk.example", "two@desk.example"]},
            received=lambda: [content for _, _, content in post.arrived],
            refuse={
                permanent: partial(post.rcpt.update, {"one@desk.example": [answer]})
                for permanent, answer in ((True, "550 no such user"), (False, "451 come back"))
            },
            secrets=("secret",),
            smtp=replace(smtp, username="desk", password="secret"),
        )
