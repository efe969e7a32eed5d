#!/usr/bin/env bash
# A headline with a lone brace is written to a BibTeX file as "\{". bibtexparser and pybtex both read BibTeX files.
#
# One would expect: a brace after a backslash is a sign of the text, as it is in LaTeX, and closes or opens nothing.
# Seen: bibtexparser agrees, so a round trip through it shows nothing wrong. pybtex counts the brace, as BibTeX and biber do:
#   the entry does not end, and what follows in the file is lost with it.
# Why: BibTeX's reader knows no escapes; braces have to balance in the bytes of the file.
# Source: the behaviour below; bibtex.web, "scan a field": it counts left_brace and right_brace alone.
# So: write \textbraceleft{} and \textbraceright{}, which both read.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet bibtexparser==2.1.0 pybtex==0.26.1
cat >"$scratch/try.py" <<'PY'
from importlib.metadata import version

import bibtexparser
import pybtex.database
import pybtex.scanner


def by_pybtex(text):
    try:
        return len(pybtex.database.parse_string(text, "bibtex").entries)
    except pybtex.scanner.PybtexSyntaxError as error:
        return f"none: {error}"


print("bibtexparser", version("bibtexparser"), "pybtex", version("pybtex"))
for sign, expected in ((r"\{", "none: syntax error in line 2: '}' expected"), (r"\textbraceleft{}", 2)):
    text = f"@misc{{a, title = {{Set {sign} A}}}}\n@misc{{b, title = {{Another}}}}\n"
    one, other = len(bibtexparser.parse_string(text).entries), by_pybtex(text)
    print(f"{sign}: bibtexparser finds {one} entries, pybtex {other!r}")
    assert (one, other) == (2, expected), "they read it otherwise now"
print("as described: one reader counts braces after a backslash, the other does not")
PY
"$scratch/env/bin/python" "$scratch/try.py"
