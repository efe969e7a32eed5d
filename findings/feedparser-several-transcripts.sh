#!/usr/bin/env bash
# A podcast's item often names several transcripts, one in each format (podcast:transcript).
#
# One would expect: feedparser gives them as a list, as it does links and enclosures.
# Seen: feedparser 6.0.14 keeps the attributes of the last one alone. Of an episode with a WebVTT, an SRT and an HTML
#   transcript the first two are gone. The name of the key follows the prefix that the feed declares ("podcast_transcript",
#   "p_transcript"), for the podcast namespace is none of those that it knows.
# Source: the behaviour below; feedparser/mixin.py, `unknown_starttag` saves the attributes of an element that it has no handler for.
# So: read the transcripts of an item from the XML itself.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet feedparser==6.0.14
cat >"$scratch/try.py" <<'PY'
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
print("as described: one of three transcripts is left")
PY
"$scratch/env/bin/python" "$scratch/try.py"
