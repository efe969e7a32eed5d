"""Parts of the models of configuration: durations, sizes, zones, languages, addresses and paths as people write them.

They stand on a low floor, so that a room may describe its own part of the configuration: a delivery channel does.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticKnownError

# Models have no plugins. To look for some goes through all installed packages, which takes 10 ms at each start.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

Block = TypeVar("Block", bound=BaseModel)

_CONTROLS = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029]")
_ABBREVIATION = 3  # letters up to which a zone may be one: "AST" is like many names
_PLAIN = {
    "a valid boolean": "true or false",
    "a valid integer": "a whole number",
    "a valid number": "a number",
    "a valid string": "a text",
}
_UNITS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400, "w": 604800}
_SIZES = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9}


def no_switch(value: Any) -> Any:
    """A number as it is given. Raises PydanticKnownError for true and false, which pydantic takes for 1 and 0."""
    if isinstance(value, bool):
        raise PydanticKnownError("float_type")
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        no_switch(each)
    return value


@cache
def _numbers(model: type[BaseModel]) -> frozenset[str]:
    """The fields that hold numbers, and no switch beside them."""
    types = {name: {*_types(field.annotation)} for name, field in model.model_fields.items()}
    return frozenset(name for name, held in types.items() if held & {int, float} and bool not in held)


def _types(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in get_args(annotation):
        yield from _types(part)


class Strict(BaseModel):
    """A block of a configuration file. Frozen; an unknown key is an error, and so is a number without end, or a secret
    that both ``NAME_file`` and ``NAME_env`` give.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _no_switch_for_a_number(cls, value: Any, info: ValidationInfo) -> Any:
        return no_switch(value) if info.field_name in _numbers(cls) else value

    @model_validator(mode="after")
    def _one_place_of_a_secret(self) -> Self:
        for file in type(self).model_fields:
            variable = f"{file.removesuffix('_file')}_env"
            if variable != f"{file}_env" and getattr(self, file) and getattr(self, variable, None):
                raise ValueError(f"{variable} and {file} give one secret; write one of the two")
        return self


def parse_duration(value: Any) -> timedelta:
    """ "20s", "30m", "2h", "14d", "1w" or a number of seconds, as a timedelta. Raises ValueError."""
    if isinstance(value, timedelta):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = float(value)
    else:
        found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(s|m|min|h|d|w)", str(value).strip().lower())
        if not found:
            raise ValueError(f"{value!r} is not a duration; write a number and s, m, h, d or w, such as 30m")
        seconds = float(found[1]) * _UNITS[found[2]]
    if not 0 < seconds <= 10 * 365 * 86400:
        raise ValueError(f"{value!r} is out of range; write more than 0 and at most ten years, such as 30m")
    return timedelta(seconds=seconds)


def parse_size(value: Any) -> int:
    """ "500kB", "10MB" or a number of bytes, as bytes (1 MB is 1,000,000). Raises ValueError."""
    if isinstance(value, int) and not isinstance(value, bool):
        size = value
    else:
        found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(b|kb|mb|gb)", str(value).strip().lower())
        if not found:
            raise ValueError(f"{value!r} is not a size; write a number and kB, MB or GB, such as 10MB")
        size = int(float(found[1]) * _SIZES[found[2]])
    if size <= 0:
        raise ValueError(f"{value!r} is not a size; write more than 0, such as 10MB")
    return size


def parse_age(value: Any) -> timedelta | None:
    """A duration, or None for "forever". Raises ValueError."""
    if value is None or (isinstance(value, str) and value.strip().lower() in ("forever", "for ever")):
        return None
    try:
        return parse_duration(value)
    except ValueError as error:
        raise ValueError(f"{error}, or forever") from error


Age = Annotated[timedelta | None, BeforeValidator(parse_age)]
Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
Size = Annotated[int, BeforeValidator(parse_size)]


def check_timezone(value: Any) -> str:
    """An IANA zone name. Raises ValueError."""
    try:
        ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        place = str(value).strip().casefold().replace(" ", "_").rpartition("/")[2]
        zones = {zone.casefold().rpartition("/")[2]: zone for zone in sorted(available_timezones(), reverse=True)}
        near = difflib.get_close_matches(place, zones, 1, cutoff=0.8) if len(place) > _ABBREVIATION else []
        wanted = zones[near[0]] if near else "a name such as Asia/Baghdad or UTC"
        raise ValueError(f"{value!r} is not a time zone; write {wanted}") from None
    return str(value)


TimeZone = Annotated[str, BeforeValidator(check_timezone)]


_NAMED_OTHERWISE = ("kmr",)  # Kurmanji, which CLDR calls ku; detection, articles and `locale` call it so


def check_language(value: Any) -> str:
    """An ISO 639 code of a language that CLDR has a name for, by this code or another. Raises ValueError."""
    from babel import Locale  # noqa: PLC0415 - 40 ms, and most configurations name no language

    names = Locale("en").languages
    text = str(value)
    if text in names or text in _NAMED_OTHERWISE:
        return text
    meant = [code for code, name in names.items() if text.casefold() in (code.casefold(), name.casefold())]
    raise ValueError(f"{value!r} is not the code of a language; write {meant[0] if meant else 'one such as fa'}")


Language = Annotated[str, BeforeValidator(check_language)]


def check_locale(value: Any) -> str:
    """A locale of CLDR, such as "fa" or "en-GB". Raises ValueError."""
    if value == "en":
        return "en"
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - as above

    try:
        Locale.parse(str(value).replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        raise ValueError(f"{value!r} is not a locale of dates and numbers; write one such as fa or en-GB") from None
    return str(value)


CldrLocale = Annotated[str, BeforeValidator(check_locale)]


def is_web_address(text: str) -> bool:
    """Whether it is an absolute http(s) address with a host, a port that can be, and no space."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    good = parts.scheme in ("http", "https") and host != "" and len(text.split()) == 1 and text == text.strip()
    return good and ".." not in f".{host}" and port != 0


def check_web_address(text: str) -> str:
    """An address to which something is sent. Raises ValueError, which does not repeat it: it may hold a secret."""
    if is_web_address(text):
        return text
    raise ValueError(
        "this is no address that can be asked; write it whole, such as https://example.org/path (a port is 1 to 65535)"
    )


def check_line(text: str) -> str:
    """A secret of one line. Raises ValueError, which does not repeat it."""
    if _CONTROLS.search(text):
        raise ValueError("the secret has a line end or another sign that is not seen; write it on one line, alone")
    return text


def check_address(value: Any) -> str:
    """One plain mail address. Raises ValueError for anything else, line breaks above all."""
    text = str(value).strip()
    if not re.fullmatch(r"[^\s@<>,;:\"\\]+@[^\s@<>,;:\"\\]+", text):
        raise ValueError(f"{value!r} is not a mail address; write one address, such as desk@example.org")
    return text


Address = Annotated[str, BeforeValidator(check_address)]


class PathText(str):
    """A path as it was written. It is relative to the file it stands in until `rooted` makes it absolute."""

    __slots__ = ()


def _path(value: str) -> PathText:
    if not value.strip():
        raise ValueError("a path is missing here; write one, or remove the line")
    return PathText(value)


FilePath = Annotated[str, AfterValidator(_path)]


def rooted(block: Block, resolve: Callable[[str], Path]) -> Block:
    """``block`` with every `FilePath` in it made absolute by ``resolve``, in the blocks and lists below it too."""
    return block.model_copy(update={name: _rooted(value, resolve) for name, value in block})


def _rooted(value: Any, resolve: Callable[[str], Path]) -> Any:
    if isinstance(value, PathText):
        return str(resolve(value))
    if isinstance(value, BaseModel):
        return rooted(value, resolve)
    if isinstance(value, tuple):
        return tuple(_rooted(each, resolve) for each in value)
    return value


def wanted_value(message: str) -> str:
    """What to give instead, of pydantic's "Input should be ...": "a whole number"; "" where the message is another."""
    wanted = re.split(r", (?:unable to|got) ", message.removeprefix("Input should be "))[0]
    if wanted == message:
        return ""
    number = "a number " if wanted.startswith(("greater", "less")) else ""
    return f"{number}{_PLAIN.get(wanted, wanted)}"
