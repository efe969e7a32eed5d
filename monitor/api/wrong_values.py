"""What is wrong with a value that a program sent, as advice: pydantic's own words name its types and patterns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from monitor.fields import wanted_value

_SAID = {
    "missing": "this is missing; send it",
    "json_invalid": "this is no JSON",
    "string_pattern_mismatch": "this is blank, or holds a character that cannot be taken, such as a line break",
    "list_type": "send a list",
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type"), "send an object"),
}
_LENGTHS = {
    "string_too_short": ("at least", "min_length", "characters"),
    "string_too_long": ("at most", "max_length", "characters"),
    "too_short": ("at least", "min_length", "items"),
    "too_long": ("at most", "max_length", "items"),
}


def advice(found: Mapping[str, Any], unknown: str) -> str:
    """What to send instead, of one of pydantic's findings. unknown: said of a name that there is not."""
    kind, message = found["type"], str(found["msg"]).removeprefix("Value error, ")
    if kind == "extra_forbidden":
        return unknown
    if kind in _SAID:
        return _SAID[kind]
    if kind in _LENGTHS:
        bound, key, things = _LENGTHS[kind]
        count = found["ctx"][key]
        return f"send {bound} {count} {things.removesuffix('s') if count == 1 else things}"
    wanted = wanted_value(message)
    return f"send {wanted}" if wanted else message[:1].lower() + message[1:]
