"""Which parts of an address let somebody in: values whose names say so, and tokens of services known by their form.

A name is a word: "token=x" of a query, a fragment or a step of the path, "/token/x", "key-x", and the same within an
address that is a value of another. After a name that is a secret's only now and then ("code", "feed"), and between two
steps of a path, a value must look as nobody writes: "/key/figures-2026" and "code=IQ" are no secrets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from monitor.text.urls import without_visit

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
# Names of secrets and of much else → how long a value of letters and digits must be.
_AT_TIMES = {
    "code": 8,
    "access": 12,
    "invite": 8,
    "ticket": 12,
    "k": 20,
    "h": 20,
    "hash": 20,
    "feed": 20,
    "private": 12,
}
_NAME_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")

# In the query and in the fragment, where logins put tokens. A piece after a semicolon that is no pair is of the value.
_PAIR = re.compile(r"(?<=[?&;#])([^=&#;?]{1,100})=([^&#;]*(?:;[^=&#;]*(?=[&#]|$))*)")
_IN_STEP = re.compile(r"(?<=[/;,&!])([^/?#=:;,&!]{1,100}?)(?:=|%3[Dd])([^/?#=;,&!][^/?#;,&!]*)")
_AFTER_COLON = re.compile(r"(?<=[/;,&!])([^/?#=:;,&!]{1,100}?)(?::|%3[Aa])([^/?#;,&!]+)")
_STEPS = re.compile(r"(?<=/)(?:[^/?#]{1,60}[-_.])?([^-_.:/?#]{1,60})/(?=([^/?#]+))")
_JOINED = re.compile(r"(?<![A-Za-z0-9])(key|token|secret)[-_.](?=([A-Za-z0-9]{10,})(?![\w-]))", re.IGNORECASE)
# In an address or JSON that is a value of another address: what parts there is encoded, at times twice.
_INNER = re.compile(
    r"%(?:25)*(?:26|2F|3F|23|22|2C|7B)([^=&#;%]{1,100})(?:%(?:25)*22)?(?:=|%(?:25)*3[DA])(?:%(?:25)*22)?([^&#;%]+)",
    re.IGNORECASE,
)
_INNER_STEPS = re.compile(r"%(?:25)*2F([^-_.:&#;%/]{1,60})(?=%(?:25)*2F([^&#;%/]+))", re.IGNORECASE)
# Tokens that services put into the path: a bot's of Telegram, hooks of Slack, Discord, Teams, Zapier and Mattermost;
# and a JSON Web Token wherever it stands.
_KNOWN = re.compile(
    r"(?:/bot\d{3,}:)([^/?#]+)"
    r"|(?:\bhooks\.slack\.com/[a-z]+/|/api/webhooks/\d+/|/webhookb2/|\boffice\.com/webhook/"
    r"|\bhooks\.zapier\.com/hooks/catch/|/hooks/(?=[a-z0-9]{26}(?:[/?#]|\Z)))([^?#]+)"
    r"|\b(eyJ[\w-]{8,}\.eyJ[\w-]+(?:\.[\w-]*)?)",
    re.IGNORECASE,
)
# What every address with a secret holds; nearly all others hold nothing of it, and need not be taken apart.
_SIGNS = (
    *("key", "token", "secret", "pass", "pw", "auth", "cred", "sig", "jwt", "eyj", "bearer", "hmac", "sess", "wort"),
    *("wachtwoord", "contrasena", "senha", "parola", "/bot", "hook", "cfid"),
)
_RARE_SIGN = re.compile(r"%[2-7][0-9a-f]|(?<![a-z])(?:code|access|invite|ticket|k|h|hash|feed|private|s|sid)(?:=|%3d)")
_BETWEEN_WORDS = re.compile(r"[-_.~+]|%[0-9A-Fa-f]{2}")
_WORD_AND_NUMBER = re.compile(r"(?:[A-Z]?[a-z]{2,}|[A-Z]{3,})\d{1,4}|\d{1,4}(?:[A-Z]?[a-z]{2,}|[A-Z]{3,})")
_NUMBERS = re.compile(r"\d+(?:-\d+)+")
_DAY = re.compile(r"(?:19|20)\d\d-\d\d?(?:-\d\d?)?|\d\d?-\d\d?-(?:19|20)\d\d")


def names_a_secret(name: str) -> bool:
    """Whether the value of a parameter of this name is a secret: "api_key", "accessToken", "X-Signature"."""
    name = unquote(name)
    if name.lower().endswith(_ENDINGS):
        return True
    return any(part.lower() in _WORDS for part in _NAME_PARTS.findall(name))


def looks_random(text: str, least: int = 6) -> bool:
    """Whether nobody wrote this: letters and digits in one word, capitals within a long one, endless digits."""
    if len(text) < least:
        return False
    if _NUMBERS.fullmatch(text):
        return len(text) > 8 and not _DAY.fullmatch(text)
    parts = _BETWEEN_WORDS.split(text)
    coded = len(parts) > 1 and all(map(_has_digit, parts)) and any(map(str.isalpha, text))
    return coded or any(map(_is_no_word, parts))


def _is_no_word(part: str) -> bool:
    if part.isdigit():
        return len(part) >= 9
    if part.isalpha():
        return len(part) >= 24 or (len(part) >= 16 and not part[1:].islower() and not part.isupper())
    mixed = len(part) >= 6 and _has_digit(part) and any(map(str.isalpha, part))
    return mixed and not _WORD_AND_NUMBER.fullmatch(part)


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def secret_parts(url: str) -> list[tuple[int, int]]:
    """Where the secrets of ``url`` begin and end, in order and apart."""
    low = url.lower()
    if not any(sign in low for sign in _SIGNS) and not (("=" in low or "%" in low) and _RARE_SIGN.search(low)):
        return []
    found: list[tuple[int, int]] = []
    end = 0
    for start, stop in sorted(_parts(url), key=lambda part: (part[0], -part[1])):
        if start >= end:
            found.append((start, stop))
            end = stop
    return found


def _parts(url: str) -> Iterator[tuple[int, int]]:
    for known in _KNOWN.finditer(url):
        yield known.span(known.lastindex or 0)
    start = url.find("/", url.find("://") + 3) if "://" in url else 0
    if start < 0:
        return
    stop = min((place for mark in "?#" if (place := url.find(mark)) >= 0), default=len(url))
    for pattern, asked in ((_IN_STEP, 0), (_AFTER_COLON, 6), (_STEPS, 6), (_JOINED, 10)):
        for pair in pattern.finditer(url, start, stop):
            if _is_secret(pair[1], pair[2], asked):
                yield pair.span(2)
    for pair in _PAIR.finditer(url, stop):
        if _is_secret(pair[1], pair[2], 0):
            yield pair.span(2)
    if "%" in url:
        for pattern, asked in ((_INNER, 0), (_INNER_STEPS, 6)):
            for pair in pattern.finditer(url, start):
                if _is_secret(pair[1], pair[2], asked):
                    yield pair.span(2)


def _is_secret(name: str, value: str, asked: int) -> bool:
    """asked: how long a value must be and look random, where the place alone does not make it one."""
    if not value:
        return False
    if names_a_secret(name):
        return not asked or looks_random(value, asked)
    if asked:
        return False
    least = _AT_TIMES.get(unquote(name).lower())
    return bool(least and looks_random(value, least)) or not without_visit(f"?{name}={value}")


def random_parts(url: str) -> set[str]:
    """The long random steps and values of an address that is a secret as a whole."""
    _, _, after = url.partition("://")[2].partition("/")
    return {part for part in re.split(r"[/?#&;=,]", after) if looks_random(part, 10)}
