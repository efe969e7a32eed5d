#!/usr/bin/env bash
# Python keeps each module that it imports compiled, in __pycache__, so that the next start is quicker.
#
# One would expect: where the disk is full, the module is not kept, or kept whole: it is written beside its place and
#   renamed, and a cut off one is not taken.
# Seen: up to 3.11, 3.12.7 and 3.13.0 what fitted is kept under the module's name. From then on each import of the module
#   ends with "EOFError: marshal data too short", also when the disk has room again.
# Why: `write` may take less than it is given, and says so by its result, which the importer did not look at.
# Source: the behaviour below; gh-126606, Lib/importlib/_bootstrap_external.py, `_write_atomic`.
# So: a command line must not take that EOFError for the end of its input (click does, and ends without a word), and says
#   what to remove.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
python3 -c 'print("NAMES = {" + ", ".join(f"{n!r}: {str(n) * 9!r}" for n in range(300)) + "}")' >table.py
version=$(python3 -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])')
env -u PYTHONDONTWRITEBYTECODE bash -c 'ulimit -f 1; python3 -c "import table; print(len(table.NAMES))"' # one block: the disk
later=$(env -u PYTHONDONTWRITEBYTECODE python3 -c 'import table; print(len(table.NAMES))' 2>&1 | tail -1 || true)
echo "Python $version, with room again: $later"
case $version in
    3.11.* | 3.12.[0-7] | 3.13.0)
        [[ $later == "EOFError: marshal data too short" ]] || { echo "it is not cut off any more"; exit 1; }
        echo "as described: the module cannot be imported until its compiled form is removed" ;;
    *)
        [[ $later == 300 ]] || { echo "a newer version still keeps what is cut off"; exit 1; }
        echo "as described: this version keeps nothing that is cut off" ;;
esac
