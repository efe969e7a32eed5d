"""Links in a mail with which its recipient can judge a story without a login. Pure.

Every output of an edition has an address for each story where it is judged. In a mail a key is added to it, which says
until when it is good and whose it is, and is signed (HMAC-SHA-256, RFC 2104) under a key made from the page's token. So
nothing is stored, and another token ends all links.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.model import RenderedEdition
from monitor.model.frozen import frozen
from monitor.render.build_views import JUDGE, Place

GOOD_FOR = timedelta(days=14)


class BadKeyError(Exception):
    """A key that is not good. The text says why, and what its holder can do."""


@frozen
class JudgingKey:
    """Who may judge a story, and until when."""

    story: int
    recipient: str
    until: datetime

    @property
    def sent(self) -> datetime:
        """The date of the mail that has it."""
        return self.until - GOOD_FOR


@frozen
class JudgingLinks:
    """base_url: where readers reach the service's page. token: of the page."""

    base_url: str
    token: str

    def in_mail(self, rendered: RenderedEdition, recipient: str, date: datetime) -> RenderedEdition:
        """The edition with a key in each address where a story is judged. date: of the mail."""
        # An outlet's link to the same address gets a key, too: it opens a page that asks, and to this recipient alone.
        address = re.compile(re.escape(Place(self.base_url).page(f"{JUDGE}/")) + r"(\d{1,9})(?![\w/?])")
        until = (date + GOOD_FOR).astimezone(UTC).replace(microsecond=0)

        def keyed(found: re.Match[str]) -> str:
            return f"{found[0]}?key={seal(JudgingKey(int(found[1]), recipient, until), self.token)}"

        return replace(rendered, html=address.sub(keyed, rendered.html), text=address.sub(keyed, rendered.text))


def seal(key: JudgingKey, token: str) -> str:
    """A key as it stands in an address: "1795000000.ZGVza0BleGFtcGxlLm9yZw.SIGNATURE"."""
    said = f"{int(key.until.timestamp())}.{_encoded(key.recipient.encode())}"
    return f"{said}.{_signature(key.story, said, token)}"


def unseal(given: str, story: int, token: str, now: datetime) -> JudgingKey:
    """The key of a story. Raises BadKeyError for one that is over, not whole, of another story or of another token."""
    said, _, signature = given.rpartition(".")
    if not token or not hmac.compare_digest(signature.encode(), _signature(story, said, token).encode()):
        raise BadKeyError("the link is not whole, or the token of the page was changed after the mail was sent")
    until, _, recipient = said.partition(".")
    key = JudgingKey(story, _decoded(recipient), datetime.fromtimestamp(int(until), UTC))
    if key.until <= now:
        raise BadKeyError(f"the link was good for {GOOD_FOR.days} days")
    return key


def digits_of(recipient: str, token: str) -> str:
    """Four hexadecimal digits that tell a recipient from others, and tell nobody without the token who it is."""
    return _mac(f"recipient {recipient}", token).hex()[:4]


def _signature(story: int, said: str, token: str) -> str:
    return _encoded(_mac(f"{story}.{said}", token))


def _mac(said: str, token: str) -> bytes:
    secret = hashlib.sha256(f"feed-monitor judge {token}".encode()).digest()
    return hmac.new(secret, said.encode(errors="replace"), hashlib.sha256).digest()


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decoded(text: str) -> str:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
