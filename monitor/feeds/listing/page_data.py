"""The data that a page holds for its scripts: JSON-LD, and what each framework leaves of its state. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LEAST = 3
# window.__INITIAL_STATE__ = {...}
_ASSIGNED = re.compile(r"(?:window|self|globalThis)(?:\.\w{1,60}|\[[\"']\w{1,60}[\"']\])\s*=\s*(?=[{\[])")
_PUSHED = re.compile(r"self\.__next_f\.push\(\s*(?=\[)")  # Next.js: one piece of a stream of lines "7:{...}"
_ROW = re.compile(r"^[0-9a-f]{1,6}:(?=[{\[])", re.MULTILINE)
_ATTRIBUTES = "//@*[string-length() > 200 and (starts-with(., '{') or starts-with(., '['))]"  # Inertia, Vue, AEM


def page_data(tree: HtmlElement) -> Iterator[Any]:
    """The values of JSON that a page holds, as Python has them; what is broken is passed over."""
    pushed: list[str] = []
    for script in tree.iter("script"):
        kind, text = (script.get("type") or "").lower(), (script.text or "").strip()
        if "json" in kind or script.get("id") == "__NEXT_DATA__":
            data = _read(json.loads, text.removeprefix("<!--").removesuffix("-->"))
            yield data
            if script.get("id") == "__NUXT_DATA__" and isinstance(data, list):
                yield list(_by_number(data))
        elif not kind and (assigned := _ASSIGNED.match(text)):
            yield _read(_first, text[assigned.end() :])
        elif not kind and (found := _PUSHED.search(text)):
            piece = _read(_first, text[found.end() :])
            if isinstance(piece, list) and len(piece) > 1 and isinstance(piece[1], str):
                pushed.append(piece[1])
    stream = "".join(pushed)
    yield from (_read(_first, stream[row.end() :]) for row in _ROW.finditer(stream))
    yield from (_read(json.loads, str(each)) for each in tree.xpath(_ATTRIBUTES))


def _read(reader: Callable[[str], Any], text: str) -> Any:
    try:
        return reader(text)
    except (ValueError, RecursionError):
        return None


def _first(text: str) -> Any:
    """The value that a text begins with."""
    return json.JSONDecoder().raw_decode(text)[0]


def _by_number(values: list[Any]) -> Iterator[list[dict[str, Any]]]:
    """The lists of objects of a payload of Nuxt, in which numbers stand for the values at these places."""

    def at(place: Any) -> Any:
        is_place = isinstance(place, int) and not isinstance(place, bool) and 0 <= place < len(values)
        return values[place] if is_place else None

    for each in values:
        objects = [found for place in each if isinstance(found := at(place), dict)] if isinstance(each, list) else []
        if len(objects) >= _LEAST:
            yield [{name: _shown(at(place)) for name, place in found.items()} for found in objects]


def _shown(value: Any) -> Any:
    """A value of an object; a date is written as its kind and its moment."""
    return value[1] if isinstance(value, list) and value[:1] == ["Date"] and len(value) > 1 else value
