#!/usr/bin/env bash
# feedparser takes the XML reader it works with from a list of module names, feedparser.api.PREFERRED_XML_PARSERS.
#
# One would expect: a name that cannot be imported is an error, or at least a warning, as any wrong setting is.
# Seen: it is passed over without a word, and the default reader does the work. Entries are the same, bozo is the same,
#   no warning is given; only the time differs. A reader of one's own that was renamed or is missing from a package is
#   noticed by nobody, and neither is one that fails at its own first import with an ImportError.
# Why: feedparser hands the list to xml.sax.make_parser(), which catches the ImportError of each name and goes on.
# Source: the behaviour below; CPython Lib/xml/sax/__init__.py, make_parser(); feedparser/api.py, parse().
# So: name the reader by the module that holds it (f"{__name__}.…" breaks when a file is renamed), and test that the
#   reader is really used, not that the feed is read.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet feedparser==6.0.14
cat >"$scratch/own_reader.py" <<'PY'
from xml.sax.expatreader import ExpatParser

made = 0


def create_parser():
    global made
    made += 1
    return ExpatParser()
PY
cat >"$scratch/helpless_reader.py" <<'PY'
import a_module_that_nobody_has
PY
cat >"$scratch/try.py" <<'PY'
import platform
import warnings

import feedparser
import feedparser.api

FEED = b"""<rss version="2.0"><channel><title>News</title>
<item><title>Ministers meet</title><link>https://news.example/1</link></item></channel></rss>"""
warnings.simplefilter("error")


def read(names):
    feedparser.api.PREFERRED_XML_PARSERS = names
    found = feedparser.parse(FEED, response_headers={"content-type": "application/rss+xml"})
    return bool(found.bozo), [entry.title for entry in found.entries]


print(f"feedparser {feedparser.__version__}, Python {platform.python_version()}")
import own_reader

good = read(["own_reader"])
print(f"own reader: bozo and titles {good}, used {own_reader.made} time(s)")
assert own_reader.made == 1
for name in ("own_reader_renamed", "helpless_reader"):
    silent = read([name])
    print(f"{name}: bozo and titles {silent}, no error, no warning")
    assert silent == good == (False, ["Ministers meet"])
print("as described: a reader that is not there is passed over in silence")
PY
cd "$scratch"
env/bin/python try.py
