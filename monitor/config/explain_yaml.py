"""What to do about a file that is no valid YAML: libyaml says what it met, which tells a person little."""

from __future__ import annotations

import re
from collections.abc import Sequence

import yaml

from monitor.errors import as_clause

_MORE_AFTER_QUOTE = re.compile(r"""\s*(?:- )?\w+:\s+(["']).*\1\s*[^\s#,]""")
_HINTS = {  # a part of libyaml's sentence → what to do. {row}: the line's key; {began}: the line where it began
    "scanning a quoted scalar": "the quote of line {began} is not closed; close it",
    "',' or ']'": "the bracket [ of line {began} is not closed; write ] where the list ends",
    "',' or '}'": "the brace {{ of line {began} is not closed; write }} where the block ends",
    "alphabetic or numeric": "a value that begins with * or & is a reference in YAML; put it in quotes",
    "cannot start any token": "put the value in quotes: no plain one begins with this character",
    "undefined alias": "a value that begins with * is a reference in YAML; put it in quotes if it is a text",
    "expected '-'": "the list of line {began} has no '- ' here; add it, or indent the line as its list's key is",
    "could not find expected ':'": "this is no 'key: value'; add the colon, or indent it below the text it belongs to",
    "comment or line break": "write the text in the lines below, indented",
    "sequence entries": "begin the list in the line below '{row}:'",
    "unknown escape": "use single quotes, or write each backslash twice",
    "another document": "a file holds one document; remove the line ---",
    "mapping values": "if the value holds a colon and a space, put it in quotes, or write '{row}: >-' and the value "
    "indented below; else indent this line as the keys beside it, and look for a colon missing above",
    "expected key": "indent this line as the keys it belongs to",
    "node content": "a value is missing here, or a bracket is too many",
}


def explain(error: yaml.MarkedYAMLError, rows: Sequence[str]) -> tuple[int, str]:
    """(line, from 1, or 0; what is wrong and what to do) for a file of these lines."""
    mark = error.problem_mark or error.context_mark
    line = min(mark.line + 1, len(rows)) if mark else 0
    began = error.context_mark.line + 1 if error.context_mark else line
    row = rows[line - 1] if line else ""
    said = f"{error.context or ''} {error.problem or ''}"
    key = row.partition(":")[0].strip(" -")
    if "\t" in row:
        hint = "there is a tab: indent with spaces"
    elif _MORE_AFTER_QUOTE.match(row):
        hint = f"a value that begins with a quote ends at the next one: write '{key}: >-', and the value below it"
    else:
        found = next((text for part, text in _HINTS.items() if part in said), "")
        hint = found.format(row=key, began=began)
    if "quoted scalar" in said:  # where a quote is open, the file ends far from the fault
        line = began
    return line, f"{as_clause(error.problem)}; {hint}" if hint else as_clause(error.problem)
