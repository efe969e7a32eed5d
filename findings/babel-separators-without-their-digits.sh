#!/usr/bin/env bash
# Babel writes numbers as a locale does, from Unicode's CLDR; `numbering_system="default"` asks for the locale's own numerals.
#
# One would expect: Persian numerals in Persian ("۱٬۲۰۴٫۵"), Arabic ones in the Arabic of Iraq ("١٬٢٠٤٫٥").
# Seen: the separators of that system between Latin digits ("1٬204٫5"), a form that nobody writes; dates have no such
#   parameter and keep Latin digits, too ("30 نوامبر 2026").
# Why: Babel takes the symbols (separators, signs) of the numbering system and never puts its digits in.
# Source: the behaviour below; babel/numbers.py, where `numbering_system` is used for symbols and patterns only.
# So: put the digits in after formatting, for the systems that are wanted, numbers and dates alike.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet babel==2.18.0
cat >"$scratch/try.py" <<'PY'
from datetime import date
from importlib.metadata import version

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

print(f"babel {version('babel')}")
for code in ("fa", "ar_IQ", "ckb"):
    number = format_decimal(1204.5, locale=code, numbering_system="default")
    day = format_date(date(2026, 11, 30), "long", locale=code)
    print(code, Locale.parse(code).default_numbering_system, number, day)
    own = {char for char in number + day if char.isdigit() and not char.isascii()}
    assert number == "1\u066c204\u066b5", "numbers have other digits or separators now"
    assert not own, "there are digits of the locale now"
print("as described: own separators, Latin digits")
PY
"$scratch/env/bin/python" "$scratch/try.py"
