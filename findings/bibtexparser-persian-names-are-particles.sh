#!/usr/bin/env bash
# BibTeX divides a name into first names, a particle ("von"), and the last name; bibtexparser does so in SplitNameParts.
#
# One would expect: a Persian, Arabic or Hebrew name in the order first to last has first names and no particle.
# Seen: of a name of three words all but the last are the particle: «محمد رضا آشتیانی» has no first name, and "von" is
#   «محمد رضا». Styles that sort without the particle, or write first names as initials, go wrong. A name of two words has a
#   first name, so it depends on how many names a person has. Names in Chinese with blanks are hit as well.
# Why: a word in lower case is a particle, and a letter that is not upper case counts as lower. These scripts have no case,
#   though the code knows words without case, too ("caseless": no letters in them).
# Source: the behaviour below; bibtexparser/middlewares/names.py, `parse_single_name_into_parts`: `if char.isupper() … else`.
# So: write "Last, First" or the whole name in braces where letters have no case.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet bibtexparser==2.1.0
cat >"$scratch/try.py" <<'PY'
from importlib.metadata import version

import bibtexparser
from bibtexparser import middlewares

NAMES = {  # first names, particle, last name
    "Maria Anna Huber": (["Maria", "Anna"], [], ["Huber"]),
    "محمد رضا آشتیانی": ([], ["محمد", "رضا"], ["آشتیانی"]),
    "דוד בן עמי": ([], ["דוד", "בן"], ["עמי"]),
    "قاسم الأعرجي": (["قاسم"], [], ["الأعرجي"]),
    "آشتیانی, محمد رضا": (["محمد", "رضا"], [], ["آشتیانی"]),
}
print("bibtexparser", version("bibtexparser"))
for name, expected in NAMES.items():
    stack = [middlewares.SeparateCoAuthors(), middlewares.SplitNameParts()]
    library = bibtexparser.parse_string(f"@misc{{a, author = {{{name}}}}}", append_middleware=stack)
    (parts,) = library.entries[0]["author"]
    found = (parts.first, parts.von, parts.last)
    print(f"{name}: first {parts.first}, particle {parts.von}, last {parts.last}")
    assert found == expected, "it is divided in another way now"
print("as described: first names without case are a particle")
PY
"$scratch/env/bin/python" "$scratch/try.py"
