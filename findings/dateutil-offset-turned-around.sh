#!/usr/bin/env bash
# Feeds and scripts of the Middle East write times as "Fri Nov 27 2026 10:00:00 GMT+0300": it is what Date of JavaScript
# gives as text. Others write "10:00 UTC+3".
#
# One would expect: three hours ahead of Greenwich, as with "+0300" alone; so 07:00 in UTC.
# Seen: dateutil's parser takes all of these for three hours behind it: 13:00 in UTC, six hours late. The text that JavaScript
#   writes in full, with the name of the zone in brackets, is refused, or with fuzzy=True six hours late as well.
#   dateutil's own tz.gettz("UTC+3") is three hours ahead, so a zone and a time of one library differ by six hours.
# Why: the parser reads a name with an offset as POSIX does for TZ: "my time plus three is GMT". tz has an exception for
#   GMT and UTC. The new major version keeps both.
# Source: the behaviour below; dateutil/parser/_parser.py and dateutil/tz/tz.py, `tzstr`; ECMA-262, Date.prototype.toString;
#   https://github.com/dateutil/dateutil/issues/968.
# So: remove "GMT" or "UTC" before an offset of digits, and hand the rest to the parser.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet python-dateutil==4.0.0
cat >"$scratch/try.py" <<'PY'
from datetime import UTC, timedelta
from importlib.metadata import version

from dateutil import tz
from dateutil.parser import ParserError, parse

DAY = "Fri Nov 27 2026 10:00:00"
HOURS = {"+0300": 7, "+03:00": 7, "GMT+0300": 13, "GMT+3": 13, "UTC+3": 13, "UTC+03:00": 13, "TRT+3": 13}
print("python-dateutil", version("python-dateutil"))
for zone, hour in HOURS.items():
    found = parse(f"{DAY} {zone}").astimezone(UTC)
    print(f"{DAY} {zone} is {found:%H:%M} in UTC")
    assert (found.day, found.hour) == (27, hour), "it is read in another way now"
ahead = tz.gettz("UTC+3").utcoffset(parse(DAY))
print("tz.gettz, UTC+3:", ahead)
assert ahead == timedelta(hours=3)
in_full = f"{DAY} GMT+0300 (Arabian Standard Time)"
try:
    parse(in_full)
    raise SystemExit("the name of the zone is read now")
except ParserError as error:
    print("refused:", error)
fuzzy = parse(in_full, fuzzy=True).astimezone(UTC)
print(f"with the name of the zone, fuzzy: {fuzzy:%H:%M} in UTC")
assert fuzzy.hour == 13
print("as described: an offset after GMT is turned around")
PY
"$scratch/env/bin/python" -W ignore "$scratch/try.py"
