#!/bin/sh
# One would expect an item's podcast:transcript elements as a list, as links and enclosures are. feedparser keeps the
# attributes of the last one alone: of an episode with a WebVTT, an SRT and an HTML transcript the first two are gone. And the
# name of the key follows the prefix that the feed happens to declare, for the podcast namespace is none of those it knows.
# Source: feedparser 6.0.14, mixin.py, unknown_starttag: "if there is no special handler, ... self._save".
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq feedparser==6.0.14
"$folder/venv/bin/python" - <<'PYTHON'
import feedparser

def item(prefix):
    return feedparser.parse(f"""<rss version="2.0" xmlns:{prefix}="https://podcastindex.org/namespace/1.0"><channel><item>
    <title>Episode</title>
    <{prefix}:transcript url="https://pod.example/1.vtt" type="text/vtt"/>
    <{prefix}:transcript url="https://pod.example/1.srt" type="application/x-subrip"/>
    <{prefix}:transcript url="https://pod.example/1.html" type="text/html"/>
    </item></channel></rss>""").entries[0]

print("feedparser", feedparser.__version__)
for prefix in ("podcast", "p"):
    found = {key: value for key, value in item(prefix).items() if "transcript" in key}
    print(prefix, found)
    assert found == {f"{prefix}_transcript": {"url": "https://pod.example/1.html", "type": "text/html"}}, "it changed"
PYTHON
