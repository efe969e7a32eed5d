"""Handing editions over: to a real SMTP server on loopback, to a folder, to a hook, to a chat service."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import logging
import re
import shutil
import ssl
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from lxml import etree

from monitor.deliver import Parcel, deliver, retry_delay, safe_name, stable_message_id
from monitor.deliver.chat.send import ChatChannel, chat_text
from monitor.deliver.email.message import build_message
from monitor.deliver.email.send import EmailChannel, send_email
from monitor.deliver.email.session import MailSession
from monitor.deliver.file.send import FileChannel, write_edition
from monitor.deliver.registry import template_folders
from monitor.deliver.smtp import SmtpSettings
from monitor.deliver.webhook.send import WebhookChannel
from monitor.digest.delivery import Dispatcher
from monitor.errors import DeliveryError
from monitor.model import DeliveryState, Edition, RenderedEdition
from monitor.render import render
from monitor.render.templates import Templates, load_templates
from monitor.store import Store, deliveries, editions
from tests.channels import environment
from tests.channels.email import SENDER, Post, served
from tests.channels.webhook import hooked
from tests.desk import fast
from tests.editions import UNTIL, edition, empty, hostile, monster, report, shown, small, story
from tests.newsroom import dripping


@cache
def templates() -> Templates:
    return load_templates(more=template_folders())


def rendering(made: Edition) -> RenderedEdition:
    return render(made, templates().environment, css=templates().css)


def parcel(made: Edition, recipient: str = "one@desk.example", *, resend: bool = False) -> Parcel:
    message_id = stable_message_id(made.digest, made.period, recipient, "desk.example")
    return Parcel(made, rendering(made), recipient, message_id, UNTIL, resend=resend)


def message(made: Edition | None = None, recipient: str = "one@desk.example", **more: Any) -> EmailMessage:
    return build_message(
        rendering(made or small()),
        **{"sender": SENDER, "recipient": recipient, "message_id": "<1@desk.example>", "date": UNTIL, **more},
    )


# The message


def headlines() -> list[str]:
    """The project's own in nine languages, and the labelled ones where they lie beside it."""
    here = Path(__file__).parent
    files = [*here.glob("data/*.jsonl"), *(here.parents[1] / "shared" / "eval").glob("*.jsonl")]
    rows = (json.loads(line) for file in files for line in file.read_text("utf-8").splitlines())
    return sorted({" ".join(row["title"].split()) for row in rows if row.get("title") and not row["title"].isascii()})


@pytest.mark.slow
async def test_every_subject_arrives_as_it_was_written() -> None:
    """Over the wire and in digest.eml. Folding by Python's own policy lost the blanks of one in eight."""
    titles = headlines()
    titles = titles[:: max(1, len(titles) // 200)]
    assert len(titles) > 100
    plain = RenderedEdition("", "<p>One.</p>", "One.")
    mails = [
        build_message(
            replace(plain, subject=title), sender=SENDER, recipient="a@desk.example", message_id="<1@a>", date=UNTIL
        )
        for title in titles
    ]
    assert [message_from_bytes(bytes(mail), policy=default)["Subject"] for mail in mails] == titles
    post, some = Post(), mails[:: len(mails) // 40]
    async with served(post) as smtp:
        await asyncio.gather(*(send_email(mail, smtp) for mail in some))
    arrived = [content for _, _, content in post.arrived]
    assert sorted(message_from_bytes(raw, policy=default)["Subject"] for raw in arrived) == titles[:: len(mails) // 40]
    assert all(len(line) <= 78 for raw in arrived for line in raw.split(b"\r\n\r\n")[0].split(b"\r\n"))


async def test_the_mail_as_sent_is_digest_eml() -> None:
    post, sent = Post(), message(list_unsubscribe="https://desk.example/" + "leave/" * 20)
    async with served(post) as smtp:
        await send_email(sent, smtp)
    assert post.arrived[0][2].rstrip(b"\r\n") == bytes(sent).rstrip(b"\r\n")
    assert f"List-Unsubscribe: <https://desk.example/{'leave/' * 20}>\r\n".encode() in bytes(sent)


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("desk@straße.de", "desk@xn--strae-oqa.de"),
        ("desk@نامه\u200cای.com", "desk@xn--mgba3gch31f060k.com"),
        ("Büro <desk@BÜCHER.example>", "Büro <desk@xn--bcher-kva.example>"),
    ],
)
def test_a_domain_in_another_script_is_itself(given: str, sent: str) -> None:
    """By IDNA 2008; that of 2003, which Python knows, sends mail for straße.de to strasse.de."""
    read = message_from_bytes(bytes(message(recipient=given)), policy=default)
    assert read["To"] == sent


def test_a_message_has_both_parts_and_the_headers_of_a_list() -> None:
    raw = message(list_id="daily").as_bytes()
    read = message_from_bytes(raw, policy=default)
    assert isinstance(read, EmailMessage)
    assert read["From"] == "News Monitor <monitor@desk.example>"
    assert read["To"] == "one@desk.example"
    assert read["Subject"] == "Iran–Iraq defence cooperation: 1 new, 1 developing — 21 Nov"
    assert read["Date"].datetime == UNTIL
    assert read["Message-ID"] == "<1@desk.example>"
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["List-Id"] == "<daily.desk.example>"
    assert read["List-Unsubscribe"] == "<mailto:monitor@desk.example?subject=unsubscribe%20daily>"
    assert [part.get_content_type() for part in read.iter_parts()] == ["text/plain", "text/html"]
    bodies = [part.get_content().replace("\r\n", "\n") for part in read.iter_parts()]
    assert bodies == [rendering(small()).text, rendering(small()).html]


@pytest.mark.slow
@pytest.mark.parametrize("made", [small, empty, hostile, monster])
def test_a_message_passes_any_server(made: Callable[[], Edition]) -> None:
    raw = message(made()).as_bytes()
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert len(raw) < 300_000


def test_a_title_cannot_add_a_header_or_a_recipient() -> None:
    made = rendering(edition(watches=("Iran\r\nBcc: victim@evil.example\r\n\r\nbody",)))
    smuggled = replace(made, subject="x\r\nBcc: victim@evil.example\n\u2028\x00y")
    for each in (made, smuggled):
        told = build_message(
            each,
            sender=SENDER,
            recipient="one@desk.example",
            message_id="<1@x>\r\nBcc: victim@evil.example",
            date=UNTIL,
            list_id="a>\r\nBcc: victim@evil.example",
            list_unsubscribe="https://desk.example/out\r\nBcc: victim@evil.example",
        )
        read = message_from_bytes(told.as_bytes(), policy=default)
        assert "Bcc" not in read
        assert len(read["To"].addresses) == 1


@pytest.mark.parametrize(
    ("recipient", "written"),
    [
        ("Desk, the <one@desk.example>", None),
        ("Ö. Müller <one@desk.example>", '"Ö. Müller" <one@desk.example>'),
        ("one@bücher.example", "one@xn--bcher-kva.example"),
        ("no address", None),
        ("one@", None),
        ("", None),
        ("a@x.example, b@x.example", None),
        ("a@x.example\r\nBcc: b@x.example", None),
    ],
)
def test_one_address_or_none(recipient: str, written: str | None) -> None:
    if written is None:
        with pytest.raises(DeliveryError, match="not one mail address") as caught:
            message(recipient=recipient)
        assert caught.value.permanent
    else:
        assert str(message(recipient=recipient)["To"]) == written


def test_a_repeat_on_request_says_so_and_is_a_message_of_its_own() -> None:
    read = message_from_bytes(message(resend=True).as_bytes(), policy=default)
    assert read["Subject"].startswith("[Sent again] Iran–Iraq")
    for part in read.iter_parts():
        assert "it was sent again on request" in part.get_content()
    first = stable_message_id("daily", "2026-11-21T07:00", "one@desk.example", "desk.example")
    assert first != stable_message_id("daily", "2026-11-21T07:00", "one@desk.example", "desk.example", resend=1)


def test_a_retry_is_the_same_message_to_the_byte() -> None:
    channel = EmailChannel(SmtpSettings(sender=SENDER), ("one@desk.example", "two@desk.example"))
    assert channel.message(parcel(small())).as_bytes() == channel.message(parcel(small())).as_bytes()
    ids = {channel.message(parcel(small(), recipient))["Message-ID"] for recipient in channel.recipients}
    assert len(ids) == 2
    assert stable_message_id("d", "p", " One@Desk.example", "x") == stable_message_id("d", "p", "one@desk.example", "x")


def test_retries_end_after_about_a_day() -> None:
    delays: list[timedelta] = []
    while (delay := retry_delay(len(delays) + 1)) is not None:
        delays.append(delay)
    assert delays == sorted(delays)
    assert timedelta(hours=18) < sum(delays, timedelta()) < timedelta(hours=30)
    assert retry_delay(0) is None


# A real server


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """A certificate for 127.0.0.1 of our own making, and a server context with it."""
    openssl = shutil.which("openssl")
    if not openssl:
        pytest.skip("no openssl command to make a certificate with")
    folder = tmp_path_factory.mktemp("certificate")
    cert, key = folder / "cert.pem", folder / "key.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    subprocess.run(
        [openssl, "req", "-x509", *kind, *subject, "-keyout", key, "-out", cert], check=True, capture_output=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return cert, context


async def test_a_message_arrives_whole(certificate: tuple[Path, ssl.SSLContext]) -> None:
    post = Post()
    async with served(post) as smtp:
        await deliver(EmailChannel(smtp, ("one@desk.example",)), parcel(small()))
    sender, recipients, content = post.arrived[0]
    assert (sender, recipients) == ("monitor@desk.example", ["one@desk.example"])
    assert content.isascii()
    read = message_from_bytes(content, policy=default)
    assert read["Message-ID"] == parcel(small()).message_id
    body = read.get_body(("html",))
    assert body is not None
    html = body.get_content()
    assert html.replace("\r\n", "\n") == rendering(small()).html
    assert post.secured == [False]


async def test_nobody_sees_another_recipient() -> None:
    post = Post()
    async with served(post) as smtp:
        channel = EmailChannel(smtp, ("one@desk.example", "two@desk.example"))
        for recipient in channel.recipients:
            await deliver(channel, parcel(empty(), recipient))
    assert [recipients for _, recipients, _ in post.arrived] == [["one@desk.example"], ["two@desk.example"]]
    assert b"one@" not in post.arrived[1][2]


async def test_starttls_is_used_when_it_is_offered(certificate: tuple[Path, ssl.SSLContext]) -> None:
    post = Post()
    async with served(post, tls_context=certificate[1]) as smtp:
        await send_email(message(empty()), smtp)  # not verified: any encryption is better than none
        await send_email(message(empty()), replace(smtp, starttls="never"))
        await send_email(message(empty()), replace(smtp, starttls="always", ca_file=str(certificate[0])))
    assert post.secured == [True, False, True]


async def test_starttls_always_insists_and_verifies(certificate: tuple[Path, ssl.SSLContext]) -> None:
    async with served(Post()) as smtp:
        with pytest.raises(DeliveryError, match="does not offer STARTTLS") as caught:
            await send_email(message(empty()), replace(smtp, starttls="always"))
        assert not caught.value.permanent  # the settings may be corrected within the day for which it is tried
    post = Post()
    async with served(post, tls_context=certificate[1]) as smtp:
        with pytest.raises(DeliveryError, match="certificate") as caught:
            await send_email(message(empty()), replace(smtp, starttls="always"))
    assert not caught.value.permanent
    assert post.arrived == []


@pytest.mark.parametrize("after", [b"", b"454 4.7.0 not now\r\n", b"220 go on\r\n", b"220 go on\r\nno TLS at all\r\n"])
async def test_a_server_that_drops_its_encryption_gets_no_password_and_no_mail(after: bytes) -> None:
    """What comes after STARTTLS: nothing, a refusal, an end, or something else than TLS."""
    heard: list[bytes] = []

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            heard.append(line)
            if line.startswith(b"STARTTLS"):
                writer.write(after)
                break
            writer.write(b"250-here\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN\r\n")
        if after.startswith(b"454"):
            heard.append(await reader.read())
        writer.close()

    async with await asyncio.start_server(converse, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        smtp = SmtpSettings("127.0.0.1", port, timeout=5, sender=SENDER, username="desk", password="secret")
        with pytest.raises(DeliveryError) as caught:
            await send_email(message(empty()), smtp)
    assert (caught.value.permanent, caught.value.unreachable) == (False, True)
    assert not any(word in b"".join(heard) for word in (b"AUTH", b"MAIL", b"secret"))


async def test_tls_from_the_start(certificate: tuple[Path, ssl.SSLContext]) -> None:
    post = Post()
    async with served(post, tls=certificate[1]) as smtp:
        await send_email(message(empty()), replace(smtp, tls=True, ca_file=str(certificate[0])))
        with pytest.raises(DeliveryError, match="certificate"):
            await send_email(message(empty()), replace(smtp, tls=True))
    assert len(post.arrived) == 1


async def test_login(certificate: tuple[Path, ssl.SSLContext]) -> None:
    post = Post()
    options: dict[str, Any] = {"tls_context": certificate[1], "authenticator": post.authenticate, "auth_required": True}
    async with served(post, **options) as smtp:
        known = replace(smtp, username="desk", password="secret", ca_file=str(certificate[0]))
        await send_email(message(empty()), known)
        with pytest.raises(DeliveryError, match="refuses the user name or password") as caught:
            await send_email(message(empty()), replace(known, password="wrong"))
        assert (caught.value.permanent, caught.value.unreachable) == (False, True)
        with pytest.raises(DeliveryError, match="530") as caught:
            await send_email(message(empty()), smtp)
        assert not caught.value.permanent
    assert len(post.arrived) == 1
    assert "secret" not in repr(known)


@pytest.mark.parametrize("step", ["AUTH", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("written", ["plain", "quoted", "base64", "login"])
async def test_a_mail_server_that_repeats_the_password_spreads_it_nowhere(step: str, written: str) -> None:
    secret = "p4ssw0rd/of the desk"
    said = {
        "plain": secret,
        "quoted": quote(secret, safe=""),
        "base64": base64.b64encode(secret.encode()).decode(),
        "login": base64.b64encode(f"\0desk\0{secret}".encode()).decode(),
    }[written]

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            if line.startswith(step.encode()):
                writer.write(f"550 5.7.0 not with {said}\r\n".encode())
            else:
                writer.write(
                    {b"EHLO": b"250-here\r\n250 AUTH PLAIN\r\n", b"AUTH": b"235 in\r\n"}.get(line[:4], b"250 well\r\n")
                )
        writer.close()

    async with await asyncio.start_server(converse, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        smtp = SmtpSettings("127.0.0.1", port, timeout=5, sender=SENDER, username="desk", password=secret)
        with pytest.raises(DeliveryError, match=r"not with \*\*\*") as caught:
            await send_email(message(empty()), smtp)
    assert said not in str(caught.value)


async def test_no_password_over_an_open_line(monkeypatch: pytest.MonkeyPatch) -> None:
    post = Post()
    async with served(post, authenticator=post.authenticate, auth_require_tls=False) as smtp:
        named = replace(smtp, username="desk", password="secret")
        await send_email(message(empty()), named)  # to this machine itself it may go openly
        monkeypatch.setattr("monitor.deliver.email.session._LOOPBACK", ())
        with pytest.raises(DeliveryError, match="the password was not sent") as caught:
            await send_email(message(empty()), named)
        await send_email(message(empty()), replace(named, starttls="never"))
    assert not caught.value.permanent
    assert len(post.users) == 2


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [
        ("550 5.1.1 no such user", True),
        ("550 no such user login@auth.example", True),
        ("550 5.1.1 unknown in relay recipient table", True),
        ("550 5.7.1 not authorized to send to this group", True),
        ("451 4.7.1 greylisted, come back", False),
        ("452 4.2.2 mailbox full", False),
    ],
)
async def test_a_recipient_who_is_refused(answer: str, permanent: bool) -> None:
    async with served(Post(rcpt={"one@desk.example": [answer]})) as smtp:
        with pytest.raises(DeliveryError, match="refuses the recipient") as caught:
            await send_email(message(empty()), smtp)
    assert caught.value.permanent is permanent
    assert answer.split(" ", 1)[1] in str(caught.value)


@pytest.mark.parametrize(
    "answer",
    [
        "550 relay not permitted",
        "550 Please turn on SMTP Authentication in your mail client",
        "554 5.7.1 <one@desk.example>: Relay access denied",
        "553 sorry, that domain isn't in my list of allowed rcpthosts",
        "550 5.1.8 <desk@localhost>: Sender address rejected: Domain not found",
        "554 5.7.1 Service unavailable; Client host [127.0.0.1] blocked",
    ],
)
async def test_a_sender_who_may_not_use_the_server_is_a_fault_of_the_settings(answer: str) -> None:
    post = Post(rcpt={"one@desk.example": [answer, "250 OK"]})
    async with served(post) as smtp:
        with pytest.raises(DeliveryError, match="correct smtp") as caught:
            await send_email(message(empty()), smtp)
        assert (caught.value.permanent, answer in str(caught.value)) == (False, True)
        await send_email(message(empty()), smtp)
    assert len(post.arrived) == 1


async def test_greylisting_lifts_and_the_message_id_is_the_same() -> None:
    post = Post(rcpt={"one@desk.example": ["451 4.7.1 come back", "250 OK"]})
    async with served(post) as smtp:
        channel = EmailChannel(smtp, ("one@desk.example",))
        with pytest.raises(DeliveryError):
            await deliver(channel, parcel(empty()))
        await deliver(channel, parcel(empty()))
    assert [message_from_bytes(raw)["Message-ID"] for _, _, raw in post.arrived] == [parcel(empty()).message_id]


async def test_one_of_three_is_refused_and_two_get_it() -> None:
    post = Post(rcpt={"two@desk.example": ["550 gone"]})
    refused = []
    async with served(post) as smtp:
        channel = EmailChannel(smtp, ("one@desk.example", "two@desk.example", "three@desk.example"))
        for recipient in channel.recipients:
            try:
                await deliver(channel, parcel(empty(), recipient))
            except DeliveryError as error:
                refused.append((recipient, error.permanent))
    assert refused == [("two@desk.example", True)]
    assert [recipients[0] for _, recipients, _ in post.arrived] == ["one@desk.example", "three@desk.example"]


@pytest.mark.parametrize(("answer", "permanent"), [("554 5.7.1 looks like spam", True), ("421 4.3.2 closing", False)])
async def test_a_text_that_is_refused(answer: str, permanent: bool) -> None:
    async with served(Post(data=[answer])) as smtp:
        with pytest.raises(DeliveryError, match="refuses the message") as caught:
            await send_email(message(empty()), smtp)
    assert caught.value.permanent is permanent


async def test_silence_after_the_text_is_tried_again_with_the_same_id() -> None:
    post = Post(stall=0.6)
    async with served(post) as smtp:
        channel = EmailChannel(replace(smtp, timeout=0.3), ("one@desk.example",))
        with pytest.raises(DeliveryError, match="did not answer in time") as caught:
            await deliver(channel, parcel(empty()))
        post.stall = 0
        await deliver(channel, parcel(empty()))
    assert not caught.value.permanent
    assert len({message_from_bytes(raw)["Message-ID"] for _, _, raw in post.arrived}) == 1
    assert post.arrived[0][2] == post.arrived[1][2]


@pytest.mark.parametrize("verb", ["", "EHLO", "STARTTLS", "AUTH"])
@pytest.mark.parametrize("answer", ["421 4.3.2 closing", "454 4.7.0 not now", "554 5.7.1 no mail from you", "nonsense"])
async def test_a_session_that_did_not_begin_carries_no_message(verb: str, answer: str) -> None:
    """After a refusal of TLS or of a login, the next recipient's mail must not go over what is left of the session."""
    said: list[str] = []
    more = "250-STARTTLS\r\n" if verb == "STARTTLS" else ""
    usual = {"": "220 mail.example", "EHLO": f"250-mail.example\r\n{more}250 AUTH PLAIN"}

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = ""
        while not writer.is_closing():
            writer.write(f"{answer if line == verb else usual.get(line, '250 fine')}\r\n".encode())
            await writer.drain()
            line = ((await reader.readline()).decode().split() or [""])[0].upper()
            if not line:
                writer.close()
            said.append(line)

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    smtp = SmtpSettings("127.0.0.1", port, timeout=5, username="desk", password="secret", sender=SENDER)
    session = MailSession(smtp)
    for _ in range(2):
        with pytest.raises(DeliveryError) as caught:
            await session.send(message(empty()))
        assert (caught.value.permanent, caught.value.unreachable) == (False, True)
    await session.close()
    server.close()
    assert not {"MAIL", "RCPT", "DATA"} & set(said)


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [("553 5.7.1 not your address", False), ("550 Access denied", False), ("552 5.3.4 message too large", True)],
)
async def test_a_sender_who_is_refused(answer: str, permanent: bool) -> None:
    class Strict(Post):
        async def handle_MAIL(self, *_: object) -> str:  # noqa: N802
            return answer

    async with served(Strict()) as smtp:
        with pytest.raises(DeliveryError, match=re.escape(answer)) as caught:
            await send_email(message(empty()), smtp)
    assert (caught.value.permanent, "smtp.from" in str(caught.value)) == (permanent, not permanent)


@pytest.mark.parametrize("code", [500, 502])
async def test_a_server_of_old_knows_helo_alone(code: int) -> None:
    usual = {"EHLO": f"{code} what is that?", "DATA": "354 go on", "QUIT": "221 bye"}
    said: list[str] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example\r\n")
        while line := (await reader.readline()).decode():
            said.append(verb := line.split()[0].upper())
            writer.write(f"{usual.get(verb, '250 fine')}\r\n".encode())
            if verb == "DATA":
                await writer.drain()
                await reader.readuntil(b"\r\n.\r\n")
                writer.write(b"250 taken\r\n")
        writer.close()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        await send_email(message(empty()), SmtpSettings("127.0.0.1", port, timeout=5, sender=SENDER))
    assert said[:5] == ["EHLO", "HELO", "MAIL", "RCPT", "DATA"]


async def test_a_server_that_is_not_there_or_talks_nonsense() -> None:
    async def nonsense(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(nonsense, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    smtp = SmtpSettings("127.0.0.1", port, timeout=2, sender=SENDER)
    with pytest.raises(DeliveryError) as caught:
        await send_email(message(empty()), smtp)
    assert not caught.value.permanent
    server.close()
    await server.wait_closed()
    with pytest.raises(DeliveryError, match=f"the mail server 127.0.0.1:{port} could not be used") as caught:
        await send_email(message(empty()), smtp)
    assert not caught.value.permanent


async def test_a_certificate_file_that_is_not_there_is_told() -> None:
    with pytest.raises(DeliveryError, match=r"nowhere\.pem"):
        await send_email(message(empty()), SmtpSettings("127.0.0.1", 9, ca_file="nowhere.pem"))


async def test_a_goodbye_that_fails_does_not_undo_the_delivery() -> None:
    class Rude(Post):
        async def handle_QUIT(self, server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            return "221 Bye"

    post = Rude()
    async with served(post) as smtp:
        await send_email(message(empty()), smtp)
    assert len(post.arrived) == 1


async def test_an_address_in_another_script_needs_a_server_that_can() -> None:
    post = Post()
    async with served(post, enable_SMTPUTF8=True) as smtp:
        await send_email(message(empty(), "рабочий@desk.example"), smtp)
    assert post.arrived[0][1] == ["рабочий@desk.example"]
    async with served(post) as smtp:
        with pytest.raises(DeliveryError, match="SMTPUTF8") as caught:
            await send_email(message(empty(), "рабочий@desk.example"), smtp)
    assert caught.value.permanent


# The folder


def folder_channel(folder: Path, **more: Any) -> FileChannel:
    return FileChannel(folder, templates().environment, **more)


async def test_a_folder_gets_the_edition_an_index_and_two_feeds(tmp_path: Path) -> None:
    channel = folder_channel(tmp_path)
    later = replace(empty(), period="2026-11-22T07:00", until=UNTIL + timedelta(days=1))
    for made in (small(), later, replace(small(), digest="weekly")):
        await deliver(channel, parcel(made, channel.recipients[0]))
    place = tmp_path / "daily" / "2026-11-21T07-00"
    assert (place / "digest.html").read_text(encoding="utf-8") == rendering(small()).html
    assert (place / "digest.txt").read_text(encoding="utf-8") == rendering(small()).text
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert index.index("daily/2026-11-22T07-00/digest.html") < index.index("daily/2026-11-21T07-00/digest.html")
    assert "weekly/2026-11-21T07-00/digest.html" in index
    atom = etree.parse(str(tmp_path / "feed.atom"))
    names = {"a": "http://www.w3.org/2005/Atom"}
    assert len(atom.findall("a:entry", names)) == 3
    assert atom.findtext("a:entry/a:content", namespaces=names) == rendering(later).html
    feed = json.loads((tmp_path / "feed.json").read_text(encoding="utf-8"))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert len({item["id"] for item in feed["items"]}) == 3
    assert not list(tmp_path.rglob(".*")), "no temporary file is left"


async def test_the_same_edition_twice_changes_nothing(tmp_path: Path) -> None:
    channel = folder_channel(tmp_path, base_url="https://desk.example/digests/")

    def state() -> dict[str, tuple[int, bytes]]:
        files = (path for path in tmp_path.rglob("*") if path.is_file())
        return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}

    await deliver(channel, parcel(hostile()))
    before = state()
    await deliver(channel, parcel(hostile()))
    assert state() == before
    assert (
        'href="https://desk.example/digests/daily/2026-11-21T07-00/digest.html"' in (tmp_path / "feed.atom").read_text()
    )


async def test_a_name_cannot_leave_the_folder_or_break_its_pages(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    made = replace(hostile(), digest="../../<b>etc", period="../x")
    await deliver(folder_channel(inside), parcel(made))
    assert {path.name for path in tmp_path.iterdir()} == {"inside"}
    assert "<b>etc" not in (inside / "index.html").read_text(encoding="utf-8")
    etree.parse(str(inside / "feed.atom"))
    assert safe_name("2026-11-21T07:00") == "2026-11-21T07-00"
    assert safe_name("..") == safe_name("") == "unnamed"


async def test_a_folder_has_the_whole_of_an_edition_that_is_cut_in_a_mail(tmp_path: Path) -> None:
    large = parcel(monster(12, 12))
    assert "Shortened" in large.rendered.html
    await deliver(folder_channel(tmp_path), large)
    place = tmp_path / "daily" / "2026-11-21T07-00"
    for name in ("digest.html", "digest.txt"):
        told = (place / name).read_text(encoding="utf-8")
        assert "Shortened" not in told
        assert "more reports" not in told
        assert "and 1 more" not in told
    assert {path.name for path in place.iterdir()} == {"digest.html", "digest.txt", "edition.json"}


async def test_a_record_a_person_broke_leaves_the_index_alone(tmp_path: Path) -> None:
    channel = folder_channel(tmp_path)
    await deliver(channel, parcel(small()))
    (tmp_path / "daily" / "2026-11-21T07-00" / "edition.json").write_text("{", encoding="utf-8")
    await deliver(channel, parcel(replace(empty(), period="2026-11-22T07:00")))
    assert "2026-11-22T07-00" in (tmp_path / "index.html").read_text(encoding="utf-8")


async def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    with pytest.raises(DeliveryError, match=r"cannot write to .*taken") as caught:
        await deliver(folder_channel(tmp_path / "taken"), parcel(empty()))
    assert not caught.value.permanent


def test_an_edition_can_be_written_with_its_message(tmp_path: Path) -> None:
    raw = message(small()).as_bytes()
    files = write_edition(tmp_path, parcel(small()), raw)
    assert sorted(path.name for path in files) == ["digest.eml", "digest.html", "digest.txt"]
    assert files[-1].read_bytes() == raw


# The hook


def noon() -> datetime:
    return datetime(2026, 11, 21, 12, tzinfo=UTC)


async def test_a_hook_can_check_who_sent_it_and_know_a_repeat() -> None:
    secret = "whsec_" + base64.b64encode(b"between us").decode()
    two = replace(small(), watches=("Defence", "Grain"), watch_ids=("iran-iraq", "grain"))
    async with hooked(503, 200) as (url, seen):
        channel = WebhookChannel(url, secret, clock=noon)
        with pytest.raises(DeliveryError, match="503") as caught:
            await deliver(channel, parcel(two, url))
        await deliver(channel, parcel(two, url))
    assert not caught.value.permanent
    assert seen[0][1] == seen[1][1]
    headers, body = seen[1]
    assert headers["Idempotency-Key"] == headers["webhook-id"] == parcel(small(), url).message_id.strip("<>")
    told = f"{headers['webhook-id']}.{int(noon().timestamp())}.".encode() + body
    expected = base64.b64encode(hmac.new(b"between us", told, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    data = json.loads(body)["data"]
    assert data["subject"] == rendering(two).subject
    assert data["nothing_new"] == ["Grain"]
    assert [each["developing"] for each in data["stories"]] == [False, True]
    assert data["stories"][1]["articles"][1]["new"] is True
    assert "between us" not in repr(channel)
    assert secret not in repr(channel)


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(400, True), (401, True), (404, True), (410, True), (302, True), (429, False), (500, False)],
)
async def test_what_a_hook_answers(status: int, permanent: bool) -> None:
    async with hooked(status, body="no\r\nthanks") as (url, seen):
        with pytest.raises(DeliveryError, match=f"answered {status}: no thanks") as caught:
            await deliver(WebhookChannel(url), parcel(empty(), url))
    assert caught.value.permanent is permanent
    assert len(seen) == 1, "a redirect is not followed: the signature was for this address"
    assert "webhook-signature" not in seen[0][0]


@pytest.mark.parametrize("before", [0, 270, 290])
async def test_a_hook_that_repeats_its_address_spreads_no_secret_of_it(before: int) -> None:
    """Not where the answer is cut, either."""
    token = "Zk83hQp2LmX7vT4c9RbW"
    async with hooked(400, body="." * before + f" no {token} here") as (url, _):
        with pytest.raises(DeliveryError, match="answered 400") as caught:
            await deliver(WebhookChannel(f"{url}?code={token}"), parcel(empty(), url))
    assert token[:6] not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["slack://Zk83hQp2LmX7vT4c9RbW", "nonsense://Zk83hQp2LmX7vT4c9RbW/x", "tgram://Zk83hQp2LmX7vT4c9RbW/"]
)
async def test_an_address_that_the_chat_library_cannot_read_is_not_in_the_log(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(DeliveryError, match="does not know the address") as caught:
        await deliver(ChatChannel(url, environment()), parcel(empty()))
    assert "Zk83" not in caplog.text + str(caught.value)


async def test_a_hook_that_is_not_there() -> None:
    async with hooked(200) as (url, _):
        pass
    with pytest.raises(DeliveryError, match="could not be reached") as caught:
        await deliver(WebhookChannel(url, timeout=2), parcel(empty(), url))
    assert not caught.value.permanent
    assert caught.value.unreachable
    with pytest.raises(DeliveryError, match="is not a web address") as caught:
        await deliver(WebhookChannel("http://", timeout=2), parcel(empty(), url))
    assert caught.value.permanent


# Chat


async def test_chat_without_apprise_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "apprise", None)
    with pytest.raises(DeliveryError, match="pip install apprise"):
        await deliver(ChatChannel("slack://a/b/c", environment()), parcel(small()))


async def test_chat_through_apprise_reaches_the_service() -> None:
    pytest.importorskip("apprise", reason="the chat extra is not installed")
    async with hooked(200, 500) as (url, seen):
        channel = ChatChannel(url.replace("http://", "json://"), environment(), label="desk room")
        await deliver(channel, parcel(small()))
        with pytest.raises(DeliveryError, match="'desk room' did not take it"):
            await deliver(channel, parcel(small()))
    told = json.loads(seen[0][1])
    assert told["title"] == rendering(small()).subject
    assert "https://news20.example/defence/20" in told["message"]  # the report whose reason it gives
    with pytest.raises(DeliveryError, match="does not know the address") as caught:
        await deliver(ChatChannel("nosuch://x", environment()), parcel(small()))
    assert caught.value.permanent


def test_a_story_that_is_longer_than_a_message_is_cut_and_not_left_out() -> None:
    wordy = environment().overlay(loader=jinja2.DictLoader({"chat-story.txt": "{{ headline * 1000 }}"}))
    made = edition(*(shown(story(n, report(n, f"Headline {n}"))) for n in (1, 2)))
    text = chat_text(parcel(made), wordy)
    assert "Headline 1Headline 1" in text
    assert text.endswith("…\nand 1 more")
    assert len(text) < 3600


async def test_a_chat_service_that_drips_is_given_up() -> None:
    pytest.importorskip("apprise", reason="the chat extra is not installed")
    with dripping() as port:
        channel = ChatChannel(f"json://127.0.0.1:{port}", environment(), timeout=0.3)
        with pytest.raises(DeliveryError, match=r"did not answer in 0\.3 s") as caught:
            await deliver(channel, parcel(small()))
        assert caught.value.unreachable


def test_chat_tells_what_fits_and_no_secret() -> None:
    made = edition(*(shown(story(n, report(n, f"Headline {n} " * 20))) for n in range(1, 41)))
    text = chat_text(replace(parcel(made), page_url="https://desk.example/digests/1"), environment())
    assert len(text) < 4000
    assert text.endswith("more\nhttps://desk.example/digests/1")
    assert not any(line.startswith("javascript:") for line in chat_text(parcel(hostile()), environment()).splitlines())
    two = replace(small(), watches=("Defence", "Grain"), watch_ids=("iran-iraq", "grain"))
    assert chat_text(parcel(two), environment()).endswith("\nNothing new on: Grain")
    assert ChatChannel("slack://tokenA/tokenB", environment()).recipients == ("slack",)
    assert "tokenA" not in repr(ChatChannel("slack://tokenA/tokenB", environment()))


# Lanes


@dataclass
class Gate:
    """A channel that holds what it is given until the gate opens, or does not answer."""

    name: str
    recipients: tuple[str, ...]
    opened: asyncio.Event
    answers: bool = True
    got: list[str] = field(default_factory=list)

    async def send(self, parcel: Parcel) -> None:
        self.got.append(parcel.recipient)
        await self.opened.wait()
        if not self.answers:
            raise DeliveryError("silent", permanent=False, unreachable=True)


class MailGate(Gate):
    """The same as a mail channel."""

    def message(self, parcel: Parcel) -> EmailMessage:
        return message(parcel.edition, parcel.recipient)


async def test_a_mail_server_that_does_not_answer_holds_up_nobody_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The hook has its edition while the first mail still hangs; after two the rest of the mails wait."""
    store, made, opened = fast(tmp_path / "monitor.db"), small(), asyncio.Event()
    mail = MailGate("email", tuple(f"{n}@desk.example" for n in range(10)), opened, answers=False)
    hook = Gate("webhook", ("hook",), asyncio.Event())
    hook.opened.set()
    dispatcher = Dispatcher(store, {made.digest: (mail, hook)}, "desk.example", "", lambda: UNTIL)
    with store.write() as db:
        added = editions.add(db, made, rendering(made), UNTIL)
        assert added
        deliveries.add(db, added, dispatcher.owed(made), UNTIL)
    sending = asyncio.create_task(dispatcher.deliver_due())

    def states() -> dict[str, DeliveryState]:
        with store.read() as db:
            return {row.recipient: row.state for row in deliveries.of_edition(db, added)}

    async with asyncio.timeout(10):
        while states()["hook"] is not DeliveryState.SENT:
            await asyncio.sleep(0)
    assert len(mail.got) == 1
    opened.set()
    with caplog.at_level(logging.WARNING, logger="monitor"):
        await sending
    assert mail.got == ["0@desk.example", "1@desk.example"]
    assert "email does not answer: 8 more deliveries wait" in caplog.text
    assert list(states().values()).count(DeliveryState.PENDING) == 10
    store.close()


def waiting(dispatcher: Dispatcher, store: Store, made: Edition) -> int:
    """An edition of which everything is owed; its id."""
    with store.write() as db:
        added = editions.add(db, made, rendering(made), UNTIL)
        assert added
        deliveries.add(db, added, dispatcher.owed(made), UNTIL)
    return added


def states_of(store: Store, added: int) -> dict[str, DeliveryState]:
    with store.read() as db:
        return {row.recipient: row.state for row in deliveries.of_edition(db, added)}


class Counting(Post):
    """Counts its sessions. most: messages it takes in one. drops: breaks off at the one after so many."""

    def __init__(self, most: int = 1000, drops: int = 1000, **how: Any) -> None:
        super().__init__(**how)
        self.most, self.drops, self.sessions, self.taken = most, drops, 0, 0

    async def handle_EHLO(  # noqa: N802
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.sessions, self.taken = self.sessions + 1, 0
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.taken >= self.drops:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        if self.taken >= self.most:
            return "421 4.7.0 too many messages in this session"
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.taken += 1
        return await super().handle_DATA(server, session, envelope)


PEOPLE = tuple(f"{n}@desk.example" for n in range(10))


@pytest.mark.parametrize(
    ("post", "sessions", "states"),
    [
        (Counting(), 1, ["sent"] * 10),
        (Counting(most=4), 3, ["sent"] * 10),
        (Counting(drops=5), 2, ["sent"] * 10),
        (
            Counting(rcpt={"3@desk.example": ["550 no such user"], "5@desk.example": ["451 come back"]}),
            1,
            [*["sent"] * 3, "failed", "sent", "pending", *["sent"] * 4],
        ),
        (
            Counting(data=["250 OK", "554 looks like spam", "452 later"]),
            1,
            ["sent", "failed", "pending", *["sent"] * 7],
        ),
    ],
    ids=["one", "limited", "dropped", "refused", "text refused"],
)
async def test_one_session_serves_many_recipients(
    tmp_path: Path, post: Counting, sessions: int, states: list[str]
) -> None:
    """Whoever is refused fails alone, and where the server has had enough of a session another one goes on."""
    store, made = fast(tmp_path / "monitor.db"), small()
    async with served(post) as smtp:
        dispatcher = Dispatcher(store, {made.digest: (EmailChannel(smtp, PEOPLE),)}, "desk.example", "", lambda: UNTIL)
        added = waiting(dispatcher, store, made)
        await dispatcher.deliver_due()
    assert post.sessions == sessions
    ended = states_of(store, added)
    got = [recipients[0] for _, recipients, _ in post.arrived]
    assert len(got) == len(set(got))
    assert [state.value for state in ended.values()] == states
    store.close()


async def test_what_was_lost_in_the_middle_of_a_text_is_not_sent_again_at_once(tmp_path: Path) -> None:
    """The server may have it: only a later retry, under the same Message-ID, is right."""

    class Torn(Counting):
        async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
            answer = await super().handle_DATA(server, session, envelope)
            if envelope.rcpt_tos == ["2@desk.example"]:
                assert isinstance(server.transport, asyncio.Transport)
                server.transport.abort()
            return answer

    store, made, post = fast(tmp_path / "monitor.db"), small(), Torn()
    async with served(post) as smtp:
        dispatcher = Dispatcher(store, {made.digest: (EmailChannel(smtp, PEOPLE),)}, "desk.example", "", lambda: UNTIL)
        added = waiting(dispatcher, store, made)
        await dispatcher.deliver_due()
    got = [recipients[0] for _, recipients, _ in post.arrived]
    assert sorted(got) == sorted(PEOPLE)
    assert (post.sessions, states_of(store, added)["2@desk.example"]) == (2, DeliveryState.PENDING)
    store.close()


class Faulty(MailGate):
    """Fails in a way of its own for the first recipient."""

    async def send(self, parcel: Parcel) -> None:
        await super().send(parcel)
        if parcel.recipient == self.recipients[0]:
            raise UnicodeEncodeError("ascii", "é", 0, 1, "a fault of a library")


async def test_a_fault_in_one_delivery_holds_up_nobody_behind_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store, made, opened = fast(tmp_path / "monitor.db"), small(), asyncio.Event()
    opened.set()
    dispatcher = Dispatcher(store, {made.digest: (Faulty("email", PEOPLE, opened),)}, "desk.example", "", lambda: UNTIL)
    added = waiting(dispatcher, store, made)
    await dispatcher.deliver_due()
    with store.read() as db:
        first, *rest = sorted(deliveries.of_edition(db, added), key=lambda row: PEOPLE.index(row.recipient))
    assert (first.state, first.attempts) == (DeliveryState.PENDING, 1)
    assert first.next_try
    assert first.next_try > UNTIL
    assert {row.state for row in rest} == {DeliveryState.SENT}
    assert any(record.exc_info for record in caplog.records)  # it is a bug, and is meant to be seen
    store.close()


async def test_a_silent_channel_is_tried_once_a_round_until_it_answers(tmp_path: Path) -> None:
    store, made, opened = fast(tmp_path / "monitor.db"), small(), asyncio.Event()
    opened.set()
    gate = MailGate("email", PEOPLE, opened, answers=False)
    dispatcher = Dispatcher(store, {made.digest: (gate,)}, "desk.example", "", lambda: UNTIL)
    added = waiting(dispatcher, store, made)
    tried = []
    for _ in range(3):
        gate.got.clear()
        await dispatcher.deliver_due()
        tried.append(len(gate.got))
    assert tried == [2, 1, 1]
    assert dispatcher.silent == {"email": UNTIL}
    gate.answers = True
    await dispatcher.deliver_due()
    assert dispatcher.silent == {"email": None}
    assert list(states_of(store, added).values()).count(DeliveryState.SENT) == 6  # the others wait for their time
    store.close()


async def test_a_hook_that_does_not_answer_is_tried_once_a_round(tmp_path: Path) -> None:
    store = fast(tmp_path / "monitor.db")
    silent = WebhookChannel("http://127.0.0.1:9/", timeout=2)
    dispatcher = Dispatcher(store, {"daily": (silent,)}, "desk.example", "", lambda: UNTIL)
    for day in range(1, 6):
        waiting(dispatcher, store, replace(small(), digest="daily", period=f"2026-11-{day:02}T07:00"))
    for tried in (2, 3, 4):
        await dispatcher.deliver_due()
        with store.read() as db:
            assert sum(row.attempts for row in deliveries.recent(db, 10)) == tried
    assert dispatcher.silent == {"webhook": UNTIL}
    store.close()


async def test_a_claim_that_was_lost_changes_nothing_any_more(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A service hangs while it sends; another takes over and delivers. What the first has to say then is too late."""
    store, made, opened = fast(tmp_path / "monitor.db"), small(), asyncio.Event()
    now = [UNTIL]
    slow = Dispatcher(
        store, {made.digest: (Gate("hook", ("a",), opened, answers=False),)}, "desk.example", "", lambda: now[0]
    )
    quick = Gate("hook", ("a",), asyncio.Event())
    quick.opened.set()
    other = Dispatcher(store, {made.digest: (quick,)}, "desk.example", "", lambda: now[0])
    added = waiting(slow, store, made)
    sending = asyncio.create_task(slow.deliver_due())
    while states_of(store, added)["a"] is not DeliveryState.SENDING:
        await asyncio.sleep(0)
    await other.deliver_due()
    assert not quick.got, "its lease is not over"
    now[0] += deliveries.LEASE + timedelta(seconds=1)
    await other.deliver_due()
    assert quick.got == ["a"]
    opened.set()
    with caplog.at_level(logging.WARNING, logger="monitor"):
        await sending
    assert states_of(store, added) == {"a": DeliveryState.SENT}
    assert "another service had taken it over" in caplog.text
    await other.deliver_due()
    assert quick.got == ["a"]
    store.close()
