#!/usr/bin/env bash
# dateutil.parser.parse(text, fuzzy=True) passes over words around a date ("Published on 5 August 2026 by ..."). atoma reads
# every date of a feed in this way.
#
# One would expect: a date whose month is a word of another language is no date, as it is without fuzzy.
# Seen: up to the 12th of a month the day becomes the month, and the day is that of the call: "5 آب 2026" (5 August) is
#   30 May on a 30th, "12 نوفمبر 2026" (12 November) is in December. From the 13th on there is an error, or None of atoma.
#   So most dates of such a feed are missing, as they should be, and the others are wrong by months and change each day.
#   It is so in Arabic, Persian, Turkish, Kurdish and German, in their own digits, and with a date of the Iranian calendar.
# Why: the word is passed over like any other, and of two numbers that are left the larger is the year, the other the month.
# Source: the behaviour below; dateutil/parser/_parser.py, `_ymd.resolve_ymd`; atoma/utils.py, `try_parse_date`. The documents
#   show fuzzy with English months alone.
# So: never use fuzzy on dates of pages and feeds. Parse twice, with two values of `default`, and refuse what differs.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet python-dateutil==4.0.0 atoma==0.0.17
cat >"$scratch/try.py" <<'PY'
from datetime import datetime
from importlib.metadata import version

import atoma
from dateutil.parser import ParserError, parse

DATES = {  # what is written, and which month comes out
    "5 آب 2026": 5,
    "12 نوفمبر 2026, 10:30": 12,
    "3 أغسطس 2026": 3,
    "۷ آذر ۱۴۰۵": 7,
    "12 نوامبر 2026": 12,
    "5 Eylül 2026": 5,
    "5 März 2026": 5,
    "12 Mijdar 2026": 12,
    "28 Kasım 2026": None,
    "28 تشرين الثاني 2026": None,
}
print("dateutil", version("python-dateutil"), "atoma", version("atoma"))
for text, month in DATES.items():
    found = []
    for now in (datetime(2026, 11, 30), datetime(2026, 11, 3)):
        try:
            found.append(parse(text, fuzzy=True, default=now))
        except ParserError:
            found.append(None)
    feed = f"""<rss version="2.0"><channel><title>t</title><link>https://news.example</link><description>d</description>
    <item><title>a</title><pubDate>{text}</pubDate></item></channel></rss>"""
    item = atoma.parse_rss_bytes(feed.encode()).items[0].pub_date
    print(f"{text}: on a 30th {found[0]}, on a 3rd {found[1]}, atoma {item and f'{item:%Y-%m}'}")
    assert [at and (at.month, at.day) for at in found] == ([(month, 30), (month, 3)] if month else [None, None]), text
    assert (item and item.month) == month
    try:
        parse(text)
    except ParserError:
        continue
    raise AssertionError("it is read without fuzzy now")
print("as described: the day of a date becomes its month")
PY
"$scratch/env/bin/python" "$scratch/try.py"
