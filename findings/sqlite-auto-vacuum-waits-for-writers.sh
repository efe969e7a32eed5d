#!/usr/bin/env bash
# SQLite keeps in the file whether deleted room is given back (`PRAGMA auto_vacuum`), and takes another value for it only
# while the database is empty.
#
# One would expect: naming the value that a database has already does nothing, and needs no more than reading, as
#   `PRAGMA journal_mode=WAL` does. Programs name both for each connection that they open.
# Seen: `PRAGMA auto_vacuum=INCREMENTAL` takes the lock for writing each time. In WAL mode, where readers never wait for a
#   writer, opening a connection to read does, and fails as "database is locked" once its patience is over.
# Why: the pragma compiles to a writing transaction that looks at the stored value and then does nothing.
# Source: the behaviour below; src/pragma.c, case PragTyp_AUTO_VACUUM (`OP_Transaction, 0, 1`).
# So: ask `PRAGMA page_count` first, and name the value for an empty database only.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet apsw==3.46.1.0
cat >"$scratch/try.py" <<'PY'
import sys

import apsw

PRAGMAS = ("auto_vacuum=INCREMENTAL", "journal_mode=WAL")


def outcome(connection, statement):
    try:
        return connection.execute(statement).fetchall()
    except apsw.BusyError as error:
        return error


first = apsw.Connection(sys.argv[1])
for pragma in PRAGMAS:
    first.execute(f"PRAGMA {pragma}")
first.execute("CREATE TABLE things (name)")
first.execute("BEGIN IMMEDIATE")
print(f"SQLite {apsw.sqlite_lib_version()}, while another connection writes:")
other = apsw.Connection(sys.argv[1])
for statement in ("SELECT * FROM things", "PRAGMA auto_vacuum", *(f"PRAGMA {pragma}" for pragma in PRAGMAS)):
    print(f"{statement}: {outcome(other, statement)}")
PY
seen=$("$scratch/env/bin/python" "$scratch/try.py" "$scratch/try.db")
printf '%s\n' "$seen"
[[ $seen == *"auto_vacuum=INCREMENTAL: BusyError: database is locked"* ]] || { echo "it does not wait any more"; exit 1; }
[[ $seen == *"journal_mode=WAL: [('wal',)]"* ]] || { echo "the other pragma waits, too"; exit 1; }
echo "as described: the value that is there already is not taken while another writes"
