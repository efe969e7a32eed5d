#!/usr/bin/env bash
# Feeds and mails give a time with the short name of its zone, which is what "%Z" of Python and "T" of PHP write. Zones of
# the region have no letters in the IANA database: Baghdad, Istanbul and Riyadh are "+03", Dubai is "+04", Tehran "+0330".
#
# One would expect: "10:00:00 +03" is three hours ahead of Greenwich, or is refused, as a word that is no zone is.
# Seen: Python's email.utils takes it for three minutes: 09:57 in UTC, where 07:00 is right. fastfeedparser, which asks it,
#   gives that for every item of such a feed. Tehran and Kabul are right, so a test with an Iranian feed is green; items
#   of Iraq, Turkey and the Gulf are dated nearly three hours too late, so that fresh ones are from the future. feedparser
#   gives no date; dateutil and JavaScript read three hours.
# Why: a zone of RFC 5322 has four digits. The reader takes any number, its hundreds for hours and the rest for minutes.
# Source: the behaviour below; CPython Lib/email/_parseaddr.py, `_parsedate_tz`; "Theory and pragmatics of the tz code and
#   data" of IANA, on abbreviations. Python's documents of parsedate_to_datetime do not say it.
# So: write "%z", never "%Z". Before reading, put "00" behind a sign with two digits that ends the text.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet fastfeedparser==0.6.5 feedparser==6.0.14 python-dateutil==4.0.0 tzdata==2026.6
cat >"$scratch/try.py" <<'PY'
import platform
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from zoneinfo import ZoneInfo

import fastfeedparser
import feedparser
from dateutil.parser import parse

MINUTES = {"Asia/Baghdad": 3, "Europe/Istanbul": 3, "Asia/Riyadh": 3, "Asia/Dubai": 4}
RIGHT = {"Asia/Tehran": 210, "Asia/Kabul": 270}
print("Python", platform.python_version(), *(f"{name} {version(name)}" for name in ("fastfeedparser", "feedparser")))
for zone, minutes in {**MINUTES, **RIGHT}.items():
    at = datetime(2026, 11, 28, 10, tzinfo=ZoneInfo(zone))
    text = at.strftime("%a, %d %b %Y %H:%M:%S %Z")
    feed = f"""<rss version="2.0"><channel><title>t</title><item><title>a</title><link>https://news.example/1</link>
    <pubDate>{text}</pubDate></item></channel></rss>"""
    mail = parsedate_to_datetime(text)
    item = datetime.fromisoformat(fastfeedparser.parse(feed).entries[0]["published"])
    other = feedparser.parse(feed).entries[0].published_parsed
    print(f"{zone}: {text} is {at.astimezone(timezone.utc):%H:%M} UTC; email {mail.astimezone(timezone.utc):%H:%M},",
          f"fastfeedparser {item:%H:%M}, feedparser {other and f'{other.tm_hour:02}:{other.tm_min:02}'}")
    assert mail.utcoffset() == timedelta(minutes=minutes) and item == mail, "it is read otherwise now"
    assert parse(text) == at and (other is None) == (zone in MINUTES)
print("as described: hours of a zone with two digits are read as minutes")
PY
"$scratch/env/bin/python" "$scratch/try.py"
