#!/usr/bin/env bash
# "PRAGMA incremental_vacuum(N)" through Python's sqlite3 frees one page, not N, and says nothing.
#
# SQLite frees one page in each step of the statement. `execute` steps once, because the statement has no columns, and
# `fetchall` finds no row to go on with. `executescript` steps until the statement is done, so it frees all N. A nightly
# job that uses `execute` leaves the file as large as it was. Fails when `execute` frees more than one page.
#
# Source: sqlite.org/pragma.html#pragma_incremental_vacuum ("up to N pages are removed"), and Python's `sqlite3`, which
# steps a statement once where it returns no rows.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
python3 - <<'PYTHON'
import sqlite3

def freed(how):
    db = sqlite3.connect(":memory:", isolation_level=None)
    for statement in ("PRAGMA auto_vacuum=INCREMENTAL", "CREATE TABLE t (x)"):
        db.execute(statement)
    db.executemany("INSERT INTO t VALUES (?)", [("x" * 3000,)] * 1000)
    db.execute("DELETE FROM t")
    count = lambda: db.execute("PRAGMA freelist_count").fetchone()[0]
    before = count()
    how(db)
    return before - count()

one = freed(lambda db: db.execute("PRAGMA incremental_vacuum(100)").fetchall())
all_of_them = freed(lambda db: db.executescript("PRAGMA incremental_vacuum(100)"))
print(f"SQLite {sqlite3.sqlite_version}: execute freed {one} page, executescript {all_of_them}, of 100 wanted")
assert (one, all_of_them) == (1, 100)
PYTHON
