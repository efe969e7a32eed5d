"""Who may see and change what: the Host header, the token, sessions, and the headers of every answer.

Sessions are signed (HMAC-SHA-256, RFC 2104) and not stored: ``expiry.nonce.name.signature`` under a key made from the
token. So they outlive a restart, and end when the token is changed. Forms carry a second signature, over the session,
against cross-site request forgery (OWASP: HMAC based token pattern).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from monitor.config.service import WebConfig, is_loopback

COOKIE = "monitor_session"
SESSION = timedelta(days=14)

NAME = 60  # characters of the name that somebody gives

# No frame, font or foreign address; forms, style sheets and the script of this page only.
POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
# An edition as sent has its styles inlined, so they are allowed. Scripts, forms and loading are not.
EDITION_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-cache, private",
}


@dataclass(frozen=True, slots=True)
class Access:
    """The rules of access. hosts: names the page answers to, besides those of this machine.

    on_loopback: only this machine can connect. token: "" for none. secure: readers come over https. reading: the token
    with which pages are seen and nothing is changed, "" for none.
    """

    hosts: frozenset[str]
    on_loopback: bool
    token: str = ""
    secure: bool = False
    reading: str = ""

    @classmethod
    def of(cls, web: WebConfig, token: str, reading: str = "") -> Access:
        """The rules that a configuration sets."""
        public = urlsplit(web.public_url or "")
        hosts = frozenset(name.lower() for name in (web.host, public.hostname or "") if name)
        return cls(hosts, web.on_loopback, token, public.scheme == "https", reading)

    def answers_to(self, host_header: str) -> bool:
        """Whether the Host header names this page.

        Any other name may belong to a foreign page that pointed it at this address (DNS rebinding). A plain address
        cannot be pointed elsewhere, so each is accepted where the page listens to other machines.
        """
        host = host_name(host_header)
        if is_loopback(host) or host in self.hosts:
            return True
        return not self.on_loopback and _is_address(host)

    def may_read(self, request: HTTPConnection, now: datetime) -> bool:
        """Whether the sender may see pages: who has a token or a session; everyone where there is no token.

        The Host header proves nothing: whoever comes through a proxy may send that of this machine. Without a token the
        configuration allows neither another machine nor a public address.
        """
        if not self.token:
            return True
        sent = self._sent_token(request, basic=True, reading=True)
        return sent or bool(self.session(request, now) or self.reader(request, now))

    def may_change(self, request: HTTPConnection, csrf: str, now: datetime) -> bool:
        """Whether the sender may change things: with the token as a bearer (RFC 6750), or a form of their session."""
        if not self.token or not self.same_origin(request):
            return False
        if self._sent_token(request, basic=False):
            return True
        session = self.session(request, now)
        return bool(session) and _equal(csrf, self.csrf(session))

    def sees_recipients(self, request: HTTPConnection, now: datetime) -> bool:
        """Whether the sender may see to whom editions go: not with the token that only reads."""
        return not self.token or self._sent_token(request, basic=True) or bool(self.session(request, now))

    def may_leave(self, request: HTTPConnection, csrf: str, now: datetime) -> bool:
        """Whether this is the form of a session, of one that only reads too, that ends it."""
        reader = self.reader(request, now)
        own = bool(reader) and self.same_origin(request) and _equal(csrf, self.csrf(reader))
        return own or self.may_change(request, csrf, now)

    def is_token(self, given: str) -> bool:
        """Whether ``given`` is the token; never where there is none."""
        return bool(self.token) and _equal(given, self.token)

    def is_reading_token(self, given: str) -> bool:
        """Whether ``given`` is the token of readers; never where there is none."""
        return bool(self.reading) and _equal(given, self.reading)

    def new_session(self, now: datetime, name: str = "", *, reads: bool = False) -> str:
        """The value of a session's cookie, valid for `SESSION`. name: what the sender is called, "" for nothing.

        reads: of a reader, who may change nothing.
        """
        said = base64.urlsafe_b64encode(name[:NAME].encode()).decode().rstrip("=")
        plain = f"{int((now + SESSION).timestamp())}.{secrets.token_urlsafe(12)}.{said}"
        return f"{plain}.{self._signed('reader' if reads else 'session', plain)}"

    def session(self, request: HTTPConnection, now: datetime) -> str:
        """The request's session when it is signed with this token and not over, else ""; never that of a reader."""
        return self._session(request, now, "session") if self.token else ""

    def reader(self, request: HTTPConnection, now: datetime) -> str:
        """The request's session of a reader, when it is signed with the reading token and not over, else ""."""
        return self._session(request, now, "reader") if self.reading else ""

    def _session(self, request: HTTPConnection, now: datetime, role: str) -> str:
        cookie = request.cookies.get(COOKIE, "")
        plain, _, signature = cookie.rpartition(".")
        if not plain or not _equal(signature, self._signed(role, plain)):
            return ""
        expiry = plain.partition(".")[0]
        return cookie if expiry.isdigit() and int(expiry) > now.timestamp() else ""

    def name(self, session: str) -> str:
        """The name that the sender of a valid session gave; "" for none."""
        _, _, said, *_ = [*session.split("."), "", "", ""]
        return base64.urlsafe_b64decode(said + "=" * (-len(said) % 4)).decode()

    def csrf(self, session: str) -> str:
        """The token that a form of this session must carry; "" without a session."""
        return self._signed("csrf", session) if session else ""

    def over_https(self, request: HTTPConnection) -> bool:
        """Whether the reader came over https: by the public name of a page that is published over https."""
        return self.secure and not is_loopback(host_name(request.headers.get("host", "")))

    def _signed(self, what: str, text: str) -> str:
        # A key for each purpose, so that a form's signature can never pass as a session's.
        secret = self.reading if what == "reader" else self.token
        key = hashlib.sha256(f"feed-monitor {what} {secret}".encode()).digest()
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()

    def _sent_token(self, request: HTTPConnection, *, basic: bool, reading: bool = False) -> bool:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self.is_token(given.strip()) or (reading and self.is_reading_token(given.strip()))
        # Feed readers can send basic authentication (RFC 7617). A browser repeats it by itself, also for a form of a
        # foreign page, so it never allows a change.
        if basic and scheme.lower() == "basic":
            return self.is_token(_password(given)) or (reading and self.is_reading_token(_password(given)))
        return False

    def same_origin(self, request: HTTPConnection) -> bool:
        """Whether a form comes from this page. Browsers send its origin; programs send none, and are let through."""
        origin = request.headers.get("origin")
        if origin is None:
            return request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
        sent = urlsplit(origin).netloc.lower()
        return sent == request.headers.get("host", "").lower() or host_name(sent) in self.hosts


def host_name(header: str) -> str:
    """ "127.0.0.1" of "127.0.0.1:8080", "::1" of "[::1]:8080", in lower case."""
    header = header.strip().lower()
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.partition(":")[0].rstrip(".")


def _is_address(host: str) -> bool:
    return ":" in host or all(part.isdigit() for part in host.split("."))


def _password(encoded: str) -> str:
    try:
        return base64.b64decode(encoded.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _equal(one: str, other: str) -> bool:
    """Compare in a time that does not depend on where they differ."""
    return hmac.compare_digest(one.encode("utf-8", "surrogateescape"), other.encode("utf-8", "surrogateescape"))
