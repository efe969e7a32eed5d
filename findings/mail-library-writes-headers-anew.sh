#!/usr/bin/env bash
# aiosmtplib's send_message does not send the message that bytes(message) shows: it writes every header anew.
#
# One would expect: a message built with a policy of its own (line length, a `fold` of its own) goes out as that policy
#   writes it, since EmailMessage carries its policy, and bytes(message) honours it.
# Seen: send_message flattens with email.policy.SMTP, whatever policy the message has. A long List-Unsubscribe that the
#   message's own policy leaves in one piece arrives cut into encoded-words, which no mail program reads as an address.
# And beneath it: Python's own folding writes a blank outside the encoded-words where a line ends just there, and readers
#   drop blanks between encoded-words. So two words of a Persian headline arrive as one. email.header.Header keeps all of them.
# Source: the behaviour below; aiosmtplib.email.flatten_message; RFC 2369 (List-Unsubscribe), RFC 2047 section 6.2.
# So: hand sendmail the bytes, and write long headers by a `fold` of your own.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet aiosmtplib==5.1.3 aiosmtpd==1.4.6
cat >"$scratch/try.py" <<'PY'
import asyncio
import email
import email.policy
import platform
from email.header import Header
from email.message import EmailMessage
from importlib.metadata import version

import aiosmtplib
from aiosmtpd.smtp import SMTP

ADDRESS = "<https://desk.example/digests/weekly/leave?reader=someone-with-a-long-name-of-their-own&edition=2026-11-21>"
TITLE = "وزیر امور خارجه از برگزاری نشست مشترک کارشناسان دو کشور در پایتخت خبر داد و آن را گامی تازه خواند"


class Whole(email.policy.EmailPolicy):
    def fold(self, name, value):
        return f"{name}: {value}{self.linesep}"

    def fold_binary(self, name, value):
        return self.fold(name, value).encode("ascii")


class Box:
    async def handle_DATA(self, server, session, envelope):
        self.content = envelope.content
        return "250 OK"


async def sent(how):
    box, loop = Box(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, loop=loop), "127.0.0.1", 0)
    message = EmailMessage(policy=Whole(linesep="\r\n"))
    message["From"], message["To"] = "a@desk.example", "b@desk.example"
    message["List-Unsubscribe"] = ADDRESS
    message.set_content("text")
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=server.sockets[0].getsockname()[1], start_tls=False)
    async with client:
        if how == "send_message":
            await client.send_message(message)
        else:
            await client.sendmail("a@desk.example", ["b@desk.example"], bytes(message))
    server.close()
    return ADDRESS.encode() in box.content


print(f"aiosmtplib {version('aiosmtplib')}, Python {platform.python_version()}")
arrives = {how: asyncio.run(sent(how)) for how in ("send_message", "sendmail")}
for how, whole in arrives.items():
    print(f"{how:<13} the address of the list arrives {'whole' if whole else 'cut into encoded-words'}")
lost = {}
words = TITLE.split()
for start in range(len(words)):
    title = " ".join(words[start:] + words[:start])
    message = EmailMessage(policy=email.policy.SMTP.clone(cte_type="7bit", max_line_length=76))
    message["Subject"] = title
    raw = f"Subject: {Header(title, 'utf-8', 76, 'Subject').encode()}\n\n".encode()
    for how, content in (("policy", bytes(message)), ("Header", raw)):
        read = email.message_from_bytes(content, policy=email.policy.default)["Subject"]
        lost[how] = lost.get(how, 0) + (read != title)
print(f"of {len(words)} headlines, changed on the way: by the policy {lost['policy']}, by Header {lost['Header']}")
assert arrives == {"send_message": False, "sendmail": True}, "send_message now honours the message's policy"
assert lost["Header"] == 0
assert lost["policy"] > 0, "folding by the policy now keeps every blank"
PY
"$scratch/env/bin/python" "$scratch/try.py"
