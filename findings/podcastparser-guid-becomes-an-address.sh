#!/usr/bin/env bash
# podcastparser (of gPodder) reads podcasts; "guid" is what tells episodes apart between two polls.
#
# One would expect: the guid of an episode is what the feed writes, as with feedparser.
# Seen: a guid without isPermaLink="false" is joined to the address of the feed: "ep-12" of example.org/a/feed becomes
#   "http://example.org/a/ep-12", so all episodes are new once the feed moves, or is read by http and then by https. And
#   an episode without an own link gets that address, which no page has, as its link.
# Why: RSS makes a guid a permanent link unless it says otherwise. podcastparser takes this at its word and resolves it like
#   a relative link. Many feeds write a plain number or word and no attribute.
# Source: the behaviour below; podcastparser.py, `EpisodeGuid`; RSS 2.0, "guid".
# So: take the guid from the source, or keep of podcastparser's only what stands behind the feed's own folder.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet podcastparser==0.6.11 feedparser==6.0.12
cat >"$scratch/try.py" <<'PY'
import io
from importlib.metadata import version

import feedparser
import podcastparser

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Border talk</title>
<item><title>One</title><guid>ep-12</guid><enclosure url="http://media.example/12.mp3" length="1" type="audio/mpeg"/></item>
<item><title>Two</title><guid isPermaLink="false">ep-13</guid>
<enclosure url="http://media.example/13.mp3" length="1" type="audio/mpeg"/></item>
</channel></rss>""".encode()
print("podcastparser", version("podcastparser"), "feedparser", version("feedparser"))
seen = {}
for address in ("http://example.org/a/feed", "https://example.org/a/feed", "https://cast.example.net/feed"):
    episodes = podcastparser.parse(address, io.BytesIO(FEED))["episodes"]
    seen[address] = {episode["title"]: (episode["guid"], episode.get("link")) for episode in episodes}
    print(address, seen[address])
assert len({found["One"] for found in seen.values()}) == 3
assert {found["Two"][0] for found in seen.values()} == {"ep-13"}
assert seen["http://example.org/a/feed"]["One"] == ("http://example.org/a/ep-12",) * 2
assert [entry.id for entry in feedparser.parse(FEED).entries] == ["ep-12", "ep-13"]
print("as described: the guid moves with the feed")
PY
"$scratch/env/bin/python" "$scratch/try.py"
