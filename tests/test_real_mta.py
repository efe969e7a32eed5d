"""Two of the mail servers people run: OpenSMTPD takes our messages and files them whole; Exim does so encrypted, from
who has logged in, and refuses what a server may refuse.

They need the servers (Debian: ``opensmtpd`` and ``exim4-daemon-light``) and root, as they change to users of their own.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, Literal

import pytest

from monitor.deliver.email.message import build_message
from monitor.deliver.email.send import send_email
from monitor.deliver.smtp import SmtpSettings
from monitor.errors import DeliveryError
from monitor.model import Edition, RenderedEdition
from monitor.render import render
from monitor.render.templates import load_templates
from tests.authority import openssl
from tests.editions import UNTIL, monster, small

SMTPD = shutil.which("smtpd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
BUSY = Path("/run/smtpd.sock").exists()

EXIM = shutil.which("exim4", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
needs_exim = pytest.mark.skipif(not EXIM or os.geteuid() != 0, reason="needs Exim (exim4-daemon-light), and root")
needs_opensmtpd = pytest.mark.skipif(
    not SMTPD or os.geteuid() != 0 or BUSY, reason="needs OpenSMTPD that is installed and not running, and root"
)

# Domains by IDNA 2008; strasse.de and نامهای.com, of which that of 2003 makes the others, belong to somebody else.
DOMAINS = ("desk.example", "xn--strae-oqa.de", "xn--mgba3gch31f060k.com")
SERVED = ", ".join(f'"{name}"' for name in DOMAINS)
MAILBOXES = ", ".join(f'"@{name}" = nobody' for name in DOMAINS)
CONFIG = f"""
listen on 127.0.0.1 port {{port}}
action "keep" maildir "{{folder}}/mail/%{{{{rcpt.user}}}}" virtual {{{{ {MAILBOXES} }}}}
match from any for domain {{{{ {SERVED} }}}} action "keep"
"""
SUBJECTS = (
    "گفت\u200cوگوی وزیران دفاع ایران و عراق در بغداد برگزار می\u200cشود",
    "نیروهای مسلح عراق و ایران رزمایش مشترک برگزار می\u200cکنند و تفاهم\u200cنامه\u200cای امضا می\u200cشود، " * 2,
    "ھەولێر: وەزیری بەرگری عێراق و ئێران لێکتێگەیشتن\u200cیان واژۆ کرد",
)


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[SmtpSettings, Path]]:
    folder = Path(tempfile.mkdtemp(prefix="mta-"))
    folder.chmod(0o777)
    port = free_port()
    (folder / "smtpd.conf").write_text(CONFIG.format(port=port, folder=folder), encoding="utf-8")
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen([str(SMTPD), "-d", "-f", str(folder / "smtpd.conf")], stdout=log, stderr=log)
    try:
        settings = SmtpSettings("127.0.0.1", port, timeout=10, sender="Monitor <monitor@desk.example>")
        wait_for(lambda: answers(port), "OpenSMTPD did not start: " + (folder / "log").read_text())
        yield settings, folder
    finally:
        running.terminate()
        running.wait(10)
        Path("/run/smtpd.sock").unlink(missing_ok=True)
        shutil.rmtree(folder)


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def wait_for(ready: Callable[[], object], complaint: str) -> None:
    for _ in range(100):
        if ready():
            return
        time.sleep(0.05)
    pytest.fail(complaint)


@needs_opensmtpd
@pytest.mark.slow
@pytest.mark.parametrize("make", [small, monster])
async def test_both_parts_arrive_as_they_left(server: tuple[SmtpSettings, Path], make: Callable[[], Edition]) -> None:
    smtp, folder = server
    templates = load_templates()
    rendered = render(make(), templates.environment, css=templates.css)
    recipient = f"{make.__name__}@desk.example"
    message = build_message(
        rendered, sender=smtp.sender, recipient=recipient, message_id=f"<1.{recipient}>", date=UNTIL
    )
    await send_email(message, smtp)
    wait_for(lambda: list(folder.glob(f"mail/{recipient.split('@')[0]}/new/*")), (folder / "log").read_text())
    [arrived] = folder.glob(f"mail/{recipient.split('@')[0]}/new/*")
    read = message_from_bytes(arrived.read_bytes(), policy=default)
    assert read["Message-ID"] == f"<1.{recipient}>"
    assert read["Subject"] == rendered.subject
    parts = [part.get_content().replace("\r\n", "\n") for part in read.iter_parts()]
    assert parts == [rendered.text, rendered.html]


@needs_opensmtpd
@pytest.mark.parametrize(
    ("user", "domain", "subject"),
    [
        ("sharp", "straße.de", SUBJECTS[0]),
        ("joiner", "نامه\u200cای.com", SUBJECTS[1].strip()),
        ("plain", "desk.example", SUBJECTS[2]),
    ],
)
async def test_a_domain_and_a_subject_with_joiners_arrive_as_they_are(
    server: tuple[SmtpSettings, Path], user: str, domain: str, subject: str
) -> None:
    smtp, folder = server
    rendered = RenderedEdition(subject, f"<p>{subject}</p>", subject)
    message = build_message(
        rendered, sender=smtp.sender, recipient=f"{user}@{domain}", message_id=f"<3.{user}@x>", date=UNTIL
    )
    await send_email(message, smtp)
    wait_for(lambda: list(folder.glob(f"mail/{user}/new/*")), (folder / "log").read_text())
    [arrived] = folder.glob(f"mail/{user}/new/*")
    read = message_from_bytes(arrived.read_bytes(), policy=default)
    assert read["Subject"] == subject
    assert [part.get_content().strip() for part in read.iter_parts()] == [subject, f"<p>{subject}</p>"]


@needs_opensmtpd
async def test_a_domain_it_does_not_serve_is_refused_for_good(server: tuple[SmtpSettings, Path]) -> None:
    smtp, _ = server
    templates = load_templates()
    rendered = render(replace(small(), stories=()), templates.environment, css=templates.css)
    message = build_message(
        rendered, sender=smtp.sender, recipient="x@elsewhere.example", message_id="<2@x>", date=UNTIL
    )
    with pytest.raises(DeliveryError, match="550") as caught:
        await send_email(message, smtp)
    assert caught.value.permanent


EXIM_CONFIG = """
exim_path = {exim}
primary_hostname = desk.example
daemon_smtp_ports = {port}
local_interfaces = 127.0.0.1
log_file_path = {folder}/log-%slog
spool_directory = {folder}/spool
pid_file_path = {folder}/pid
exim_user = nobody
exim_group = nogroup
deliver_drop_privilege = true
never_users =
keep_environment =
tls_advertise_hosts = *
tls_certificate = {folder}/cert.pem
tls_privatekey = {folder}/key.pem
auth_advertise_hosts = ${{if eq {{$tls_in_cipher}}{{}} {{}}{{*}}}}
acl_smtp_rcpt = rcpt

begin acl
rcpt:
  defer local_parts = later
        condition = ${{if exists {{{folder}/came-before}} {{no}}{{yes}}}}
        message = 4.7.1 greylisted, come back later
  deny  local_parts = nobody-here
        message = 5.1.1 no such user
  require authenticated = *
          domains = desk.example
  accept

begin routers
all:
  driver = accept
  transport = keep

begin transports
keep:
  driver = appendfile
  maildir_format
  directory = {folder}/mail
  user = nobody
  group = nogroup

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and {{{{eq {{$auth2}}{{desk}}}} {{eq {{$auth3}}{{open sesame}}}}}}}}
"""


@pytest.fixture(scope="module")
def exim() -> Iterator[tuple[SmtpSettings, Path]]:
    """Exim that offers STARTTLS with a certificate of its own, and a login once the connection is encrypted."""
    folder = Path(tempfile.mkdtemp(prefix="mta-"))
    folder.chmod(0o777)
    for each in ("spool", "mail"):
        (folder / each).mkdir()
        (folder / each).chmod(0o777)
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key.pem")
    named = ("-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-days", 2)
    openssl("req", "-x509", *key, "-out", "cert.pem", *named, folder=folder)
    (folder / "key.pem").chmod(0o644)
    port = free_port()
    (folder / "conf").write_text(EXIM_CONFIG.format(exim=EXIM, port=port, folder=folder), encoding="utf-8")
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen([str(EXIM), "-bdf", "-C", str(folder / "conf")], stdout=log, stderr=log)
    try:
        wait_for(lambda: answers(port), "Exim did not start: " + (folder / "log").read_text())
        known = {"username": "desk", "password": "open sesame", "ca_file": str(folder / "cert.pem")}
        yield SmtpSettings("127.0.0.1", port, "always", timeout=10, sender="M <monitor@desk.example>", **known), folder  # type: ignore[arg-type]
    finally:
        running.terminate()
        running.wait(10)
        shutil.rmtree(folder)


def to(recipient: str, smtp: SmtpSettings) -> EmailMessage:
    rendered = RenderedEdition(SUBJECTS[1].strip(), f"<p>{SUBJECTS[2]}</p>" + "<br>" * 2000, SUBJECTS[2])
    return build_message(rendered, sender=smtp.sender, recipient=recipient, message_id=f"<4.{recipient}>", date=UNTIL)


@needs_exim
@pytest.mark.slow
@pytest.mark.parametrize("starttls", ["always", "auto"])
async def test_what_is_sent_encrypted_and_after_a_login_arrives_as_it_left(
    exim: tuple[SmtpSettings, Path], starttls: Literal["always", "auto"]
) -> None:
    smtp, folder = exim
    message = to(f"{starttls}@desk.example", smtp)

    def arrived() -> list[bytes]:
        found = [each.read_bytes() for each in folder.glob("mail/new/*")]
        return [each for each in found if message["Message-ID"].encode() in each]

    await send_email(message, replace(smtp, starttls=starttls))
    wait_for(arrived, (folder / "log-mainlog").read_text())
    [whole] = arrived()
    assert b"with esmtpsa" in whole  # encrypted, and logged in (RFC 3848)
    read = message_from_bytes(whole, policy=default)
    assert read["Subject"] == SUBJECTS[1].strip()
    assert next(part.get_content().strip() for part in read.iter_parts()) == SUBJECTS[2]


@needs_exim
@pytest.mark.parametrize(
    ("changed", "recipient", "said", "for_good"),
    [
        ({"password": "another"}, "a", "refuses the user name or password", False),
        ({"ca_file": ""}, "a", "CERTIFICATE_VERIFY_FAILED", False),
        ({"ca_file": "", "starttls": "auto"}, "a", "CERTIFICATE_VERIFY_FAILED", False),
        ({"starttls": "never"}, "a", "AUTH", False),  # it offers no login to who speaks in the clear
        ({}, "nobody-here", "550 5.1.1 no such user", True),
        ({}, "later", "451 4.7.1 greylisted", False),
    ],
)
async def test_what_it_refuses_is_told_and_tried_again_unless_it_is_for_good(
    exim: tuple[SmtpSettings, Path], changed: dict[str, Any], recipient: str, said: str, for_good: bool
) -> None:
    smtp, folder = exim
    with pytest.raises(DeliveryError, match=said) as caught:
        await send_email(to(f"{recipient}@desk.example", smtp), replace(smtp, **changed))
    assert caught.value.permanent == for_good
    assert "open sesame" not in str(caught.value)
    if recipient == "later":
        (folder / "came-before").touch()
        await send_email(to("later@desk.example", smtp), smtp)
