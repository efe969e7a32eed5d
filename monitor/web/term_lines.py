"""A person's terms as lines of the form: from text to terms, with what is wrong with a line, and back."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from pydantic import ValidationError

from monitor.config.edit_watch import LISTS
from monitor.config.watch import Terms
from monitor.errors import ConfigError, Problem
from monitor.render.plain import one_line
from monitor.web.suggested_terms import added_line

TERM = 200  # characters of a term
_EQUALS = re.compile(r".*\S(\s+=.*|=\s+.*|=)")  # a sign within a word (E=mc2) or before it (=word) is no weight's
_HALF_QUOTED = re.compile(r'["“„«][^"“”„«»]*|[^"“”„«»]*[^"“”„«»\d]["”»]')
_WEIGHTED = re.compile(r"(.*\S)\s*=\s*([-+]?\d{1,3}(?:\.\d{1,3})?)")


def terms_of(given: Mapping[str, str], known: Collection[str] = ()) -> Terms:
    """Terms from the form: one on a line, "words = 2" for one with a weight. Raises ConfigError.

    known: lines that the file has already; they are what a person meant.
    """
    lines = [(name, line.strip()) for name, text in given.items() for line in text.splitlines()]
    if mistyped := [said for name, line in lines if line not in known and (said := _mistyped(line, name))]:
        raise wrong("; ".join(mistyped))
    lists = {name: [line for row in text.splitlines() if (line := one_line(row, TERM))] for name, text in given.items()}
    try:
        return Terms.model_validate({**lists, "add": [_weighted(line) for line in lists.get("add", [])]})
    except ValidationError as error:
        texts = {found["msg"].removeprefix("Value error, ") for found in error.errors(include_url=False)}
        raise wrong("; ".join(sorted(texts))) from error


def _weighted(line: str) -> dict[str, object]:
    found = _WEIGHTED.fullmatch(line)
    return {"term": found[1], "weight": float(found[2])} if found else {"term": line}


def _mistyped(line: str, name: str) -> str:
    """What is wrong with a line of the form that would be taken for words that stand nowhere; "" for nothing."""
    if _EQUALS.fullmatch(line) and not _WEIGHTED.fullmatch(line):
        return f"the weight after “=” must be a number, such as “words = 2”: {line}"
    if name != "add" and _WEIGHTED.fullmatch(line):
        return f"only a word under Add has a weight: {line}"
    if _HALF_QUOTED.fullmatch(line):
        return f"a quote is not closed: {line}"
    return ""


def in_form(terms: Terms) -> dict[str, str]:
    """The lists as the form shows them."""
    plain = {name: "\n".join(getattr(terms, name)) for name in LISTS if name != "add"}
    return {"add": "\n".join(added_line(each.term, each.weight) for each in terms.add), **plain}


def wrong(message: str) -> ConfigError:
    """An error of the form."""
    return ConfigError((Problem("the form", 0, message),))
