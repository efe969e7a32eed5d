#!/usr/bin/env bash
# multiprocessing starts a process through a fork server, which loads what all processes share once.
#
# One would expect: where the fork server cannot fork (no memory, no process, no file left), `Process.start()` raises
#   OSError with the system's reason, as it does without a fork server.
# Seen: it raises EOFError ("unexpected EOF"), the reason stands on the fork server's standard error alone, and the fork
#   server has ended.
# Why: its loop does not catch what `os.fork` raises; the one that asked finds the pipe closed.
# Source: the behaviour below; Lib/multiprocessing/forkserver.py, `main` and `read_signed`. The documentation names no
#   exception of `start()`.
# So: who catches OSError around `start()` must catch EOFError, too, and give a reason of its own.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cat >"$scratch/lame.py" <<'PY'
"""Loaded by the fork server: from now on it cannot fork."""
import errno
import os
import sys

if sys.argv[:1] == ["-c"]:

    def refuse() -> int:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    os.fork = refuse
PY
cat >"$scratch/try.py" <<'PY'
import multiprocessing
import sys

if __name__ == "__main__":
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["lame"])
    try:
        context.Process(target=print).start()
    except (OSError, EOFError) as error:
        print(f"Python {sys.version.split()[0]}: {type(error).__name__}: {error}")
PY
found=$(cd "$scratch" && PYTHONPATH="$scratch" TMPDIR="$scratch" python3 try.py 2>"$scratch/said" || true)
echo "$found"
tail -1 "$scratch/said"
[[ $found == *EOFError* ]] || { echo "start() says something else now"; exit 1; }
echo "as described: start() says nothing of why the fork failed"
