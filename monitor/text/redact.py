"""Addresses without what lets somebody in: how one is shown, and how one is made from another that holds a secret.

A user and a password before the host are secrets, and so are the parts of `secret_parts`. Of an address that is a
secret as a whole, such as a webhook's, only the host is shown.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import quote, quote_plus, unquote, urlsplit

from monitor.text.secret_parts import random_parts, secret_parts
from monitor.text.urls import without_password

Failure = TypeVar("Failure", bound=Exception)
HIDDEN = "***"
LEAST = 3  # letters of a secret that is looked for in what a server says, at least one more
SHORT = 6  # letters of a secret that other words hold by chance
_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]{1,30}://(?:[^\s/?#@<>]*@)?[^\s<>\"'`»”]+", re.IGNORECASE)
# A login whose end is missing or was cut off, and one before a host that cannot be one: "u:123/secret@h.example".
_HALF_LOGIN = re.compile(r"(?<=//)([^/?#@:\[]*):(?!\d{0,5}(?:[/?#]|\Z))[^/?#]*")
_ODD_LOGIN = re.compile(r"(?<=//)(?!localhost:)[^/?#@:.\[]+:\d{0,5}/[^\s@?#]+@(?=[\w-]+\.)")
_BARE_LOGIN = re.compile(r"(?<![\w/:.@-])(?!(?:mailto|sips?|xmpp|acct|tel):)([\w.%+~-]{1,64}):[^\s@]{1,200}@(?=[\w\[])")
_SHORTENED = re.compile(r"/\*\*\* \([0-9a-f]{6}\)\Z")
_TEXTS = frozenset(("text", "content"))  # what a publisher wrote is passed on to the letter: it has a hash


_whole: set[str] = set()  # addresses of this process that are secrets to the last letter, without their scheme
_pieces: set[str] = set()  # what in them nobody can guess


def hide_whole(url: str) -> None:
    """From now on this process shows no more of ``url`` than its host, and what is random in it nowhere."""
    if rest := url.partition("://")[2].rstrip("/"):
        _whole.add(rest)
        _pieces.update(random_parts(url))


def hide_target(url: str, target: str) -> None:
    """Where an address that is a secret as a whole leads to is one, too."""
    if _whole and target and _of_a_whole_secret(url):
        hide_whole(target)


def _of_a_whole_secret(url: str) -> bool:
    """Whether this is such an address, one that goes on from it, or one that repeats what is random in it."""
    rest = url.partition("://")[2].rstrip("/")
    if rest in _whole or any(piece in url for piece in _pieces):
        return True
    return any("/" in begun and rest.startswith(begun) and rest[len(begun)] in "/?#&;" for begun in _whole)


def shown_address(url: str) -> str:
    """``url`` as it may be shown to anybody: without user and password, and with its keys hidden."""
    if _whole and _of_a_whole_secret(url):
        return shown_host(url)
    known = _HALF_LOGIN.sub(rf"\1:{HIDDEN}", _ODD_LOGIN.sub("", without_password(url)))
    for start, end in reversed(secret_parts(known)):
        known = known[:start] + HIDDEN + known[end:]
    return known


def shown_text(text: str) -> str:
    """``text`` with every address in it as `shown_address` has it."""
    if "://" in text:
        text = _ADDRESS.sub(lambda found: shown_address(found[0]), text)
    for piece in _pieces:
        text = text.replace(piece, HIDDEN)
    return text


def secrets_of(url: str) -> tuple[str, ...]:
    """What of an address that can be asked its server is sent and may repeat: the login, the password and the keys."""
    parts = urlsplit(url)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    login = (password, f"{user}:{password}") if password else (user,)
    return (*login, *(url[start:end] for start, end in secret_parts(url)))


def without(said: str, *secrets: str) -> str:
    """What a server answered, which may repeat what it was sent, without these secrets in any way they are written."""
    for each in sorted({form for secret in secrets for form in _forms(secret)}, key=len, reverse=True):
        said = re.sub(re.escape(each), HIDDEN, said, flags=re.IGNORECASE)
    return shown_text(said)


def hiding(error: Failure, *secrets: str) -> Failure:
    """The error, whose message quotes what a server answered, without these secrets."""
    error.args = (without(str(error), *secrets),)
    return error


def _forms(secret: str) -> Iterator[str]:
    """A secret as it is, as an address or a login writes it; none where it is so short that it stands in any text."""
    if len(secret) > LEAST:
        yield from (secret, unquote(secret), quote(secret, safe=""), quote_plus(secret))
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(secret.encode()).decode().rstrip("=")


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


def without_secrets_of(link: str, source: str, whole: bool = False) -> str:
    """``link``, an address found at ``source``, without a login and without the keys by which ``source`` was read.

    whole: ``source`` is a secret as a whole. A link that holds a secret where it cannot be left out is "".
    """
    link = without_password(link)
    own, pairs = _own_secrets(source, whole)
    if not own:
        return link
    start, mark, rest = link.partition("?")
    query = rest.partition("#")[0]
    kept = "&".join(part for part in query.split("&") if part not in pairs)
    link = start + (mark + kept if kept else "") + rest[len(query) :]
    return "" if any(len(value) >= SHORT and value in link for value in own) else link


@lru_cache(maxsize=256)
def _own_secrets(source: str, whole: bool) -> tuple[frozenset[str], frozenset[str]]:
    """The secret values of an address, and the pairs of name and value in its query that hold them."""
    own = {source[start:end] for start, end in secret_parts(source)} | (random_parts(source) if whole else set())
    pairs = (part for part in re.split("[?&#]", source) if part.partition("=")[2] in own)
    return frozenset(own), frozenset(pairs)


def shown_document(document: Any) -> Any:
    """A JSON document with every address, in names too, as it may be shown; the texts of articles stay as they are."""
    if isinstance(document, str):
        return shown_text(document)
    if isinstance(document, dict):
        return {
            shown_document(name): value if name in _TEXTS else shown_document(value) for name, value in document.items()
        }
    if isinstance(document, Iterable):
        return [shown_document(value) for value in document]
    return document
