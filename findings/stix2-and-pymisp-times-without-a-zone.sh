#!/usr/bin/env bash
# Many pages give a time without its zone. One program writes what it found as STIX (stix2) and as MISP (pymisp).
#
# One would expect: both libraries refuse a time without a zone, or both take it in the same way.
# Seen: stix2 takes it for UTC, pymisp for the zone of the machine. On a server in Tehran one article has two times three and
#   a half hours apart, and after midnight there two days. On a server in UTC they agree, so no test there sees it.
#   pymisp reads text as well, the month first: "05/11/2026" is 11 May, and a year of the Iranian calendar is taken as it is.
# Why: stix2 localises with pytz.utc, pymisp by datetime.astimezone(), which means the zone of the process.
# Source: the behaviour below; stix2/utils.py, `format_datetime`; pymisp/mispevent.py, the helper that makes datetimes aware.
# So: hand both a datetime with its zone, never text.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet stix2==3.0.2 pymisp==2.5.34.4 tzdata
cat >"$scratch/try.py" <<'PY'
import time
from datetime import UTC, datetime
from importlib.metadata import version

import stix2
from pymisp import MISPEvent


def both(seen):
    report = stix2.v21.Report(name="x", published=seen, object_refs=["identity--5b1a7d0e-7d6c-4a53-9a3d-0c6f3b6c1d11"])
    attribute = MISPEvent().add_attribute("url", "https://news.example/1", first_seen=seen)
    published = datetime.fromisoformat(stix2.utils.format_datetime(report.published))
    return published.astimezone(UTC), attribute.first_seen.astimezone(UTC)


print("stix2", version("stix2"), "pymisp", version("pymisp"), "zone", time.tzname[0])
naive = datetime(2026, 11, 27, 1, 0)
stix, misp = both(naive)
print(f"{naive}: STIX {stix:%d %b %H:%M} UTC, MISP {misp:%d %b %H:%M} UTC")
assert (stix - misp).total_seconds() == 3.5 * 3600, "they agree now"
assert both(naive.replace(tzinfo=UTC)) == (naive.replace(tzinfo=UTC),) * 2
event = MISPEvent()
for text, day in (("05/11/2026", "2026-05-11"), ("1405-09-09", "1405-09-09")):
    event.date = text
    print(f"{text}: MISP {event.date}")
    assert str(event.date) == day
print("as described: one time, two moments")
PY
TZ=Asia/Tehran "$scratch/env/bin/python" "$scratch/try.py"
