"""What names and numbers of characters stand for in the value of an attribute. Pure."""

from __future__ import annotations

import re
from html import unescape
from html.entities import html5

_REFERENCE = re.compile(r"&(?:#\d{1,8}|#[xX][0-9a-fA-F]{1,6}|([A-Za-z]\w{1,31}));")


def resolved(value: str) -> str:
    """XML's and HTML's names for characters resolved; an ampersand that begins none stands for itself.

    `html.unescape` knows some names without their end, too, which HTML does not in attributes: it would make "®ion=iq"
    of the parameter "&region=iq" of an address.
    """
    return _REFERENCE.sub(_character, value) if "&" in value else value


def _character(found: re.Match[str]) -> str:
    return unescape(found[0]) if not found[1] else html5.get(f"{found[1]};", found[0])
