"""One of the mail servers people run: OpenSMTPD takes our messages and files them whole.

It needs the server (Debian: ``apt install opensmtpd``) and root, as it changes to users of its own.
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
from email.policy import default
from pathlib import Path

import pytest

from monitor.deliver.email.message import build_message
from monitor.deliver.email.send import send_email
from monitor.deliver.smtp import SmtpSettings
from monitor.errors import DeliveryError
from monitor.model import Edition, RenderedEdition
from monitor.render import render
from monitor.render.templates import load_templates
from tests.editions import UNTIL, monster, small

SMTPD = shutil.which("smtpd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
BUSY = Path("/run/smtpd.sock").exists()

pytestmark = pytest.mark.skipif(
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
