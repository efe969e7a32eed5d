#!/usr/bin/env bash
# Babel gives the names of months, days and languages of each locale of Unicode's CLDR.
#
# One would expect: what a locale answers does not depend on which other locales the process has asked before.
# Seen: once the months of Tatar, Lao or Kinyarwanda have been read, Persian short dates have the months of that language
#   ("21 нояб." in place of "21 نوامبر"), until the process ends. A digest in Persian is hit by a look at names of months.
# Why: a locale shares the parts that it does not write itself with the root locale, and so with all others that do not.
#   Where such a part is an alias ("stand-alone as format"), the looked-up value is stored in the shared part.
# Source: the behaviour below; babel/localedata.py, `LocaleDataDict.__getitem__` stores into the data that `load` copied
#   from the parent by one level only.
# So: give each locale a deep copy of its data before the first look into any.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet babel==2.18.0
cat >"$scratch/try.py" <<'PY'
import sys
from datetime import date
from importlib.metadata import version

from babel import Locale
from babel.dates import format_skeleton

for code in sys.argv[1:]:
    for widths in Locale(code).months.values():
        list(widths["abbreviated"].items())
print(f"babel {version('babel')}, read before: {' '.join(sys.argv[1:]) or 'nothing'}:", end=" ")
print(format_skeleton("MMMd", date(2026, 11, 21), locale="fa"))
PY
alone=$("$scratch/env/bin/python" "$scratch/try.py")
after=$("$scratch/env/bin/python" "$scratch/try.py" tt)
printf '%s\n%s\n' "$alone" "$after"
[[ $alone == *نوامبر* ]] || { echo "Persian dates have changed"; exit 1; }
[[ $after == *нояб* ]] || { echo "Persian dates stay Persian now"; exit 1; }
echo "as described: Persian dates have Tatar months"
