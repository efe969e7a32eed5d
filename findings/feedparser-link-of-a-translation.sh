#!/usr/bin/env bash
# An entry in Atom may name its page in several languages: links of the kind "alternate", told apart by hreflang (RFC 4287,
# 4.1.2). Agencies with services in English, Persian, Arabic and Kurdish write such feeds.
#
# One would expect: entry.link is the page in the language of the entry, or the first one, or the one without hreflang.
# Seen: it is the last one, whatever its language. An English headline leads to a page in Kurdish, and a program that reads
#   the page has the text of another entry. In RSS the second of two <link> counts in the same way. bozo is not set.
# Why: each "alternate" that is HTML overwrites the one before it; hreflang is kept in entry.links and read by nobody.
# Source: the behaviour below; feedparser/mixin.py, `_start_link` and `_end_link`.
# So: choose among entry.links by hreflang and the language of the title.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet feedparser==6.0.14
cat >"$scratch/try.py" <<'PY'
import feedparser

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Agency</title><entry>
<id>tag:agency.example,2026:1</id><title>Ministers meet</title><updated>2026-11-27T10:00:00Z</updated>
<link rel="alternate" hreflang="en" href="https://agency.example/en/1"/>
<link rel="alternate" hreflang="fa" href="https://agency.example/fa/1"/>
<link rel="alternate" hreflang="ckb" href="https://agency.example/ckb/1"/></entry></feed>"""
RSS = """<rss version="2.0"><channel><title>Agency</title><language>en</language><item><title>Ministers meet</title>
<link>https://agency.example/en/1</link><link>https://agency.example/ckb/1</link></item></channel></rss>"""

print("feedparser", feedparser.__version__)
for kind, text in (("Atom", ATOM), ("RSS", RSS)):
    feed = feedparser.parse(text)
    entry = feed.entries[0]
    print(kind, repr(entry.title), "language", entry.title_detail.language or feed.feed.language, "link", entry.link)
    assert not feed.bozo and entry.link == "https://agency.example/ckb/1", "another link is taken now"
print("as described: the last link counts, whatever its language")
PY
"$scratch/env/bin/python" "$scratch/try.py"
