#!/usr/bin/env bash
# feedparser reads "2026/03/20" as the first day of the month in which it runs, and "UTC+3" or "MSK" as UTC.
#
# One would expect: a date that cannot be read is None, and one that is given is right, as published_parsed is documented
#   to be UTC. So code takes *_parsed where it is set, and looks at the text only where it is None.
# Seen: every date with strokes becomes 1 November where it is read in November, and 1 December a month later. A time
#   in "UTC+3", "MSK" or "IRST" is hours late, while "GMT+3" and "+ 0330" are None. Nothing is said; bozo is not set.
# Why: the reader of ISO 8601 matches the beginning of a text only ("2026"), and takes the month from the clock where the
#   text gives none. That of RFC 822 looks zones up in a table of North American names; what is not there counts as 0.
# Source: the behaviour below; feedparser/datetimes/iso8601.py and rfc822.py.
# So: take *_parsed only for text of the exact form of RFC 822 or RFC 3339 whose zone is GMT, Z or an offset, and read
#   everything else yourself. Feeds of the Middle East write all of the forms below.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet feedparser==6.0.14
cat >"$scratch/try.py" <<'PY'
import platform
import time

import feedparser

THIS_MONTH = time.gmtime().tm_mon

# (what a feed wrote, what it means in UTC, what is given)
DATES = [
    ("Fri, 27 Nov 2026 10:00:00 +0300", (2026, 11, 27, 7, 0, 0), (2026, 11, 27, 7, 0, 0)),
    ("2026/03/20 10:00:00", (2026, 3, 20, 10, 0, 0), (2026, THIS_MONTH, 1, 0, 0, 0)),
    ("2026/11/20 10:00:00", (2026, 11, 20, 10, 0, 0), (2026, THIS_MONTH, 1, 0, 0, 0)),
    ("Fri, 27 Nov 2026 10:00:00 UTC+3", (2026, 11, 27, 7, 0, 0), (2026, 11, 27, 10, 0, 0)),
    ("Fri, 27 Nov 2026 10:00:00 MSK", (2026, 11, 27, 7, 0, 0), (2026, 11, 27, 10, 0, 0)),
    ("Fri, 27 Nov 2026 10:00:00 IRST", (2026, 11, 27, 6, 30, 0), (2026, 11, 27, 10, 0, 0)),
    ("Fri, 27 Nov 2026 10:00:00 GMT+3", (2026, 11, 27, 7, 0, 0), None),
    ("Fri, 27 Nov 2026 10:00:00 + 0330", (2026, 11, 27, 6, 30, 0), None),
    ("27 Nov 2026 4:35:5 GMT+9", (2026, 11, 26, 19, 35, 5), None),
]
print(f"feedparser {feedparser.__version__}, Python {platform.python_version()}")
for written, meant, given in DATES:
    item = f"<item><title>x</title><pubDate>{written}</pubDate></item>"
    found = feedparser.parse(f'<rss version="2.0"><channel>{item}</channel></rss>')
    parsed = found.entries[0].get("published_parsed")
    parsed = parsed and tuple(parsed)[:6]
    print(f"{written:<33} means {meant}, is given as {parsed}, bozo {bool(found.bozo)}")
    assert parsed == given and not found.bozo
print("as described: some dates are wrong by hours or days, others are None")
PY
"$scratch/env/bin/python" "$scratch/try.py"
