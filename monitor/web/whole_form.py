"""Whether a posted form is whole, and was made of the text that its file still has.

What a form lacks would be taken out of the file, and what somebody else has edited since would be undone in silence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from starlette.exceptions import HTTPException


def check_seen(form: Mapping[str, str], fields: Iterable[str], text: str) -> None:
    """Checks that a form has these fields and was made of this text of its file.

    Raises HTTPException 400 for part of a form, and 409 where somebody has edited the file since.
    """
    if not form.keys() >= {"seen", *fields}:
        raise HTTPException(400, "this is not the whole form; send all fields of the page")
    if form["seen"] != text_mark(text):
        raise HTTPException(409, "the file was changed meanwhile; go back, load the page again, and edit it again")


def text_mark(text: str) -> str:
    """Tells one text of a file from another, for a form to come back with."""
    return hashlib.sha256(text.encode()).hexdigest()
