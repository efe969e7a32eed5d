#!/usr/bin/env bash
# Iraq, Syria, Jordan, Lebanon and Palestine write the months by their own names: 27 تشرين الثاني 2026 is 27 November.
#
# One would expect: a library that reads Arabic dates knows them, or finds none; and a date that is found was written.
# Seen: htmldate, and trafilatura with it, dates such a page to 1 January 2026. So it does with months of Kurmanji ("27
#   Mijdar 2026"), and with a page whose only year stands beside a sign of copyright. dateparser finds nothing in "ar", and
#   everything in "ar-IQ"; by itself it never tries a region.
# Why: the month is unknown to htmldate's patterns and to dateparser, so the last of htmldate's steps looks for years, and
#   makes a day of one. CLDR has the month names of these countries in locales of their own (ar-IQ), not in "ar".
# Source: the behaviour below; htmldate/core.py, the end of `search_page`; dateparser's data for "ar", locale_specific.
# So: take 1 January of htmldate for a year, or give extensive_search=False; give dateparser region="IQ" or your own months.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet htmldate==1.11.0 trafilatura==2.3.1 lxml_html_clean==0.4.6 dateparser==1.5.0
cat >"$scratch/try.py" <<'PY'
from importlib.metadata import version

import dateparser
from htmldate import find_date
from trafilatura import extract_metadata

PAGES = {
    "27 تشرين الثاني 2026": "2026-01-01",
    "27 Mijdar 2026": "2026-01-01",
    "© 2026": "2026-01-01",
    "27 نوفمبر 2026": "2026-11-27",
}
print(*(f"{package} {version(package)}" for package in ("htmldate", "trafilatura", "dateparser")))
for written, day in PAGES.items():
    page = f"<html><head><title>x</title></head><body><h1>لقاء</h1><p>{written}</p><p>اجتمع الوزيران.</p></body></html>"
    found, strict = find_date(page), find_date(page, extensive_search=False)
    print(f"{written}: {found}, by trafilatura {extract_metadata(page).date}, without the extensive search {strict}")
    assert found == extract_metadata(page).date == day, "it is dated in another way now"
    assert day == "2026-11-27" or strict is None
one = "27 تشرين الثاني 2026"
known = {region: dateparser.parse(one, languages=["ar"], region=region) for region in (None, "IQ", "SY", "LB")}
print("dateparser, by region:", {region: str(day)[:10] for region, day in known.items()})
assert known[None] is None and all(known[region].month == 11 for region in ("IQ", "SY", "LB"))
print("as described: a month that is not known makes 1 January of the year")
PY
"$scratch/env/bin/python" "$scratch/try.py"
