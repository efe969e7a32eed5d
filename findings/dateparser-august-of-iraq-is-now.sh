#!/usr/bin/env bash
# dateparser reads dates of Arabic pages. Iraq, Syria, Lebanon and Jordan have months of their own (شباط, آب, كانون الأول).
#
# One would expect: languages=["ar"] reads dates in Arabic; without a language, a date in Arabic is read or is None.
# Seen: languages=["ar"] reads none of these months, nor those of Algeria and Morocco (جويلية, شتنبر): all are None. Without
#   a language all are None but one: "5 آب 2025", 5 August, is the moment of the call. So each August of an Iraqi outlet
#   is dated today, and eleven other months are right to be missing.
# Why: "ar" has the names of Egypt and the Gulf only. Other names stand in the locales (ar-IQ, ar-DZ, ar-MA), which nothing
#   but region= or locales= asks. Without a language each is tried in turn: in Urdu, "اب" (once the stroke of "آ" is taken
#   off) means "now", and the numbers beside it are passed over.
# Source: the behaviour below; dateparser/data/date_translation_data/ar.py (locale_specific) and ur.py (relative-type).
# So: give locales=["ar-IQ", "ar-EG", "ar-DZ", "ar-MA"], by the outlet's country first, and never ask without a language.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet dateparser==1.5.0
cat >"$scratch/try.py" <<'PY'
from datetime import datetime
from importlib.metadata import version

import dateparser

BASE = datetime(2026, 11, 30, 9, 30)
ASKED = {"RELATIVE_BASE": BASE}
DATES = {
    "12 شباط 2025": ("ar-IQ", datetime(2025, 2, 12)),
    "5 آب 2025": ("ar-IQ", datetime(2025, 8, 5)),
    "10 كانون الأول 2025": ("ar-IQ", datetime(2025, 12, 10)),
    "3 جويلية 2025": ("ar-DZ", datetime(2025, 7, 3)),
    "3 شتنبر 2025": ("ar-MA", datetime(2025, 9, 3)),
}
print("dateparser", version("dateparser"))
now = []
for text, (locale, right) in DATES.items():
    bare = dateparser.parse(text, settings=ASKED)
    arabic = dateparser.parse(text, languages=["ar"], settings=ASKED)
    local = dateparser.parse(text, locales=[locale], settings=ASKED)
    print(f"{text}: no language {bare}, ar {arabic}, {locale} {local}")
    assert arabic is None and local == right, text
    if bare is not None:
        now.append((text, bare))
assert now == [("5 آب 2025", BASE)], now
assert dateparser.parse("5 آب 2025", languages=["ur"], settings=ASKED) == BASE
assert dateparser.parse("5 أغسطس 2025", languages=["ar"], settings=ASKED) == datetime(2025, 8, 5)
print("as described: August of Iraq is the moment of the call")
PY
"$scratch/env/bin/python" "$scratch/try.py"
