"""Addresses without what lets somebody in: how one is shown, and how one is made from another that holds a secret.

A user and a password before the host are secrets, and so are values of a query whose names say so ("key", "token"). Of
an address that is a secret as a whole, such as a webhook's, only the host is shown.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from monitor.text.urls import without_password, without_visit

HIDDEN = "***"
_WORDS = frozenset(
    """key keys apikey token tokens secret secrets password passwd passphrase passcode pwd pass auth authorization
    authentication credential credentials sig signature jwt bearer hmac pw passwort kennwort wachtwoord contrasena senha
    parola""".split()  # noqa: SIM905
)
_ENDINGS = (
    "sessionid",
    "sessid",
    "apikey",
    "accesskey",
    "authkey",
    "userkey",
    "privatekey",
    "token",
    "secret",
    "password",
    "passwd",
)
_NAME_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]{1,30}://(?:[^\s/?#@<>]*@)?[^\s<>\"'`»”]+", re.IGNORECASE)
# A login whose end is missing or was cut off, and one before a host that cannot be one: "u:123/secret@h.example".
_HALF_LOGIN = re.compile(r"(?<=//)([^/?#@:\[]*):(?!\d{0,5}(?:[/?#]|\Z))[^/?#]*")
_ODD_LOGIN = re.compile(r"(?<=//)(?!localhost:)[^/?#@:.\[]+:\d{0,5}/[^\s@?#]+@(?=[\w-]+\.)")
_BARE_LOGIN = re.compile(r"(?<![\w/:.@-])(?!(?:mailto|sips?|xmpp|acct|tel):)([\w.%+~-]{1,64}):[^\s@]{1,200}@(?=[\w\[])")
# In the query and in the fragment, where logins put tokens. A piece after a semicolon that is no pair is of the value.
_PAIR = re.compile(r"(?<=[?&;#])([^=&#;?]{1,100})=([^&#;]*(?:;[^=&#;]*(?=[&#]|$))*)")
_PARTED = re.compile(r"([^?#]*)([?#]?)(.*)", re.DOTALL)
_STEP = re.compile(r";([^=&#;?/]{1,100})=([^&#;?/]*)")  # of the path: ";jsessionid=..."
_INNER = re.compile(r"(?i)((?:%26|%3F)([^=&#;%]{1,100})(?:=|%3D))[^&#;%]+")  # in an address that is a value of a query
# Tokens that services put into the path: a bot's of Telegram, hooks of Slack, Discord, Teams, Zapier and Mattermost,
# and what stands after "key" or "token" and is no word.
_IN_PATH = re.compile(
    r"(/bot\d{3,}:)[^/?#]+"
    r"|(\bhooks\.slack\.com/[a-z]+/|/api/webhooks/\d+/|/webhookb2/|\boffice\.com/webhook/"
    r"|\bhooks\.zapier\.com/hooks/catch/|/hooks/(?=[a-z0-9]{26}(?:[/?#]|\Z)))[^?#]+"
    r"|(/(?:api-?)?(?:key|token|secret)/)(?=[a-z_]*\d)[\w]{16,}",
    re.IGNORECASE,
)
_SHORTENED = re.compile(r"/\*\*\* \([0-9a-f]{6}\)\Z")
_TEXTS = frozenset(("text", "content"))  # what a publisher wrote is passed on to the letter: it has a hash


_whole: set[str] = set()  # addresses of this process that are secrets to the last letter


def hide_whole(url: str) -> None:
    """From now on this process shows no more of ``url`` than its host, wherever it shows an address."""
    if url:
        _whole.add(url)


def names_a_secret(name: str) -> bool:
    """Whether the value of a query parameter of this name is a secret: "api_key", "accessToken", "X-Signature"."""
    if name.lower().endswith(_ENDINGS):
        return True
    return any(part.lower() in _WORDS for part in _NAME_PARTS.findall(name))


def shown_address(url: str) -> str:
    """``url`` as it may be shown to anybody: without user and password, and with its keys hidden."""
    if url in _whole:
        return shown_host(url)
    known = _HALF_LOGIN.sub(rf"\1:{HIDDEN}", _ODD_LOGIN.sub("", without_password(url)))
    plain = _IN_PATH.sub(lambda found: f"{found[1] or found[2] or found[3]}{HIDDEN}", known)
    if "=" not in plain and "%" not in plain:
        return plain
    path, mark, rest = _PARTED.fullmatch(plain).groups()  # type: ignore[union-attr]  # it fits anything
    shown = _STEP.sub(lambda pair: f";{_kept(pair)}", path) + _PAIR.sub(_kept, mark + rest)
    if "%" not in shown:
        return shown
    return _INNER.sub(lambda found: f"{found[1]}{HIDDEN}" if names_a_secret(found[2]) else found[0], shown)


def _kept(pair: re.Match[str]) -> str:
    """Name and value, or the name alone where the value is a secret."""
    secret = pair[2] and (names_a_secret(pair[1]) or not without_visit(f"?{pair[1]}={pair[2]}"))
    return f"{pair[1]}={HIDDEN}" if secret else f"{pair[1]}={pair[2]}"


def shown_text(text: str) -> str:
    """``text`` with every address in it as `shown_address` has it."""
    if "://" not in text:
        return text
    return _ADDRESS.sub(lambda found: shown_address(found[0]), text)


def shown_problem(text: str) -> str:
    """A message about what a person wrote: as `shown_text`, and without logins of addresses that lack their scheme."""
    return _BARE_LOGIN.sub(f"{HIDDEN}@", shown_text(text))


def shown_host(url: str) -> str:
    """Of an address that is a secret as a whole: the host, and a mark that tells it from others of that host.

    What is no address, or was shortened so before, stays as it is.
    """
    if "://" not in url or _SHORTENED.search(url):
        return url
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        host, port = "", ""
    if ":" in host:
        host = f"[{host}]"
    mark = hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()[:6]
    return f"{url.partition(':')[0]}://{host or '?'}{port}/{HIDDEN} ({mark})"


def without_secrets_of(link: str, source: str) -> str:
    """``link``, an address found at ``source``, without a login and without the keys by which ``source`` was read."""
    link = without_password(link)
    own = {pair for pair in _PAIR.findall(source) if names_a_secret(pair[0]) and pair[1]}
    if not own or "?" not in link:
        return link
    start, _, rest = link.partition("?")
    query, mark, fragment = rest.partition("#")
    kept = [part for part in query.split("&") if tuple(part.partition("=")[::2]) not in own]
    return start + ("?" + "&".join(kept) if kept else "") + mark + fragment


def shown_document(document: Any) -> Any:
    """A JSON document with every address in its strings as it may be shown; the texts of articles stay as they are."""
    if isinstance(document, str):
        return shown_text(document)
    if isinstance(document, dict):
        return {name: value if name in _TEXTS else shown_document(value) for name, value in document.items()}
    if isinstance(document, Iterable):
        return [shown_document(value) for value in document]
    return document
