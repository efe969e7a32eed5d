#!/usr/bin/env bash
# dateparser reads dates of Persian and Sorani pages; languages=["fa"] also gives it the order of the language.
#
# One would expect: "5/11/2026" and "05/11/2026" are one day.
# Seen: in Persian and Sorani the first is 11 May and the second 5 November, also in their own digits, with strokes, stops
#   or hyphens, and with a time. In Arabic both are 5 November.
# Why: the order of these languages is year, month, day in Unicode's CLDR, and each number takes the first part that it can
#   be. A year of two digits needs two of them, so "05" becomes the year, 11 the month, and when 2026 turns out to be the year
#   the first number is left for the day. "5" can be no year and becomes the month. Hungarian, Chinese and others share it.
# Source: the behaviour below; dateparser/parser.py, `_parser.__init__` (unset_tokens); date_order in dateparser's data for fa
#   and ckb.
# So: give DATE_ORDER="DMY" wherever a year of four digits stands last, whatever the language.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet dateparser==1.5.0
cat >"$scratch/try.py" <<'PY'
from importlib.metadata import version

import dateparser

MAY, NOVEMBER = "2026-05-11", "2026-11-05"
PAIRS = [("5/11/2026", "05/11/2026"), ("۵/۱۱/۲۰۲۶", "۰۵/۱۱/۲۰۲۶"), ("5-11-2026 10:00", "05-11-2026 10:00")]


def day(text, language, **settings):
    return str(dateparser.parse(text, languages=[language], settings=settings))[:10]


print("dateparser", version("dateparser"))
for language, expected in (("fa", (MAY, NOVEMBER)), ("ckb", (MAY, NOVEMBER)), ("ar", (NOVEMBER, NOVEMBER))):
    for pair in PAIRS:
        found = tuple(day(text, language) for text in pair)
        print(f"{language}: {pair[0]} is {found[0]}, {pair[1]} is {found[1]}")
        assert found == expected, "they are read in another way now"
        assert {day(text, language, DATE_ORDER="DMY") for text in pair} == {NOVEMBER}
print("as described: a leading zero makes another month of it")
PY
"$scratch/env/bin/python" "$scratch/try.py"
