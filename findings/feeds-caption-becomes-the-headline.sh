#!/usr/bin/env bash
# Items of news feeds have a photo with a caption: media:title and media:description (Media RSS), beside the item's own
# title and description.
#
# One would expect: the headline is the item's <title>, the summary its <description>, in whatever order they stand, and
#   feedparser's entry.content is the text of the story where the feed has it (content:encoded), or is not there.
# Seen: in feedparser the caption of a photo ("File photo") is entry.content where it stands last, and entry.summary where
#   it stands first, as it mostly does within media:content; the item's own description is in the other of the two. In
#   fastfeedparser a caption that stands first in the item is its headline. So a template that moves one line changes all
#   stories of an outlet, and many of them become equal. atoma, rss-parser and feedsmith give the item's own.
# Why: in feedparser the caption is another name for the description, and of two descriptions the second is held for the content.
#   fastfeedparser takes the first child of a name, of whatever namespace.
# Source: the behaviour below; feedparser/namespaces/mediarss.py, `_start_media_description`; feedparser's document of
#   entries[i].summary has the rule of two descriptions and does not list media:description;
#   https://github.com/kurtmckee/feedparser/issues/53, open.
# So: read description and content:encoded of an item from the XML itself where the feed has media:description.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet fastfeedparser==0.6.5 feedparser==6.0.14 atoma==0.0.17
cat >"$scratch/try.py" <<'PY'
from importlib.metadata import version

import atoma
import fastfeedparser
import feedparser

OWN = "<title>Headline</title><description>Summary</description>"
CAPTION = "<media:title>Photo</media:title><media:description>File photo</media:description>"
WITHIN = f'<media:content url="https://news.example/1.jpg">{CAPTION}</media:content>'
EXPECTED = {  # the item; title, summary and content of feedparser, title and description of fastfeedparser
    "no caption": (OWN, ("Headline", "Summary", None), ("Headline", "Summary")),
    "caption last": (OWN + CAPTION, ("Headline", "Summary", "File photo"), ("Headline", "Summary")),
    "caption first": (CAPTION + OWN, ("Headline", "File photo", "Summary"), ("Photo", "File photo")),
    "within media:content, last": (OWN + WITHIN, ("Headline", "Summary", "File photo"), ("Headline", "Summary")),
    "within media:content, first": (WITHIN + OWN, ("Headline", "File photo", "Summary"), ("Headline", "Summary")),
}
print(*(f"{name} {version(name)}" for name in ("feedparser", "fastfeedparser", "atoma")))
for order, (item, *expected) in EXPECTED.items():
    feed = f"""<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>t</title>
    <link>https://news.example</link><description>d</description>
    <item>{item}<link>https://news.example/1</link></item></channel></rss>"""
    slow, fast = feedparser.parse(feed).entries[0], fastfeedparser.parse(feed).entries[0]
    content = slow["content"][0].value if "content" in slow else None
    found = [(slow.title, slow.summary, content), (fast["title"], fast["description"])]
    other = atoma.parse_rss_bytes(feed.encode()).items[0]
    print(f"{order}: feedparser {found[0]}, fastfeedparser {found[1]}")
    assert found == expected, "they are taken otherwise now"
    assert (other.title, other.description) == ("Headline", "Summary")
print("as described: the caption of a photo is summary, content or headline")
PY
"$scratch/env/bin/python" "$scratch/try.py"
