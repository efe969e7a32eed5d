#!/usr/bin/env bash
# Sitemaps are XML, and many are indented, with the address on a line of its own between <loc> and </loc>.
#
# One would expect: trafilatura finds the addresses, as it does without the line ends, and as other readers do.
# Seen: it finds none, without an error or a warning. A site whose sitemap is indented in this way seems to have no news.
# Why: an address counts where the text of the element begins with "http"; blanks before it are not removed.
# Source: the behaviour below; trafilatura/sitemaps.py, `SitemapObject.extract_sitemap_links`. XML keeps white space in text;
#   sitemaps.org says nothing of it, and its schema has type xsd:anyURI, for which white space is collapsed.
# So: strip the text of each <loc> before the library sees the sitemap, or read it with ultimate-sitemap-parser or lxml.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet trafilatura==2.3.1 lxml_html_clean==0.4.6 ultimate-sitemap-parser==1.8.1
cat >"$scratch/try.py" <<'PY'
from importlib.metadata import version

from trafilatura.sitemaps import SitemapObject
from usp.tree import sitemap_from_str

ADDRESS = "https://agency.example/news/1"


def sitemap(written):
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{written}</loc></url></urlset>"""


def by_trafilatura(text):
    reader = SitemapObject("https://agency.example", "agency.example", [])
    reader.content, reader.current_url = text, "https://agency.example/sitemap.xml"
    reader.process()
    return reader.urls


print("trafilatura", version("trafilatura"), "ultimate-sitemap-parser", version("ultimate-sitemap-parser"))
for written, expected in ((ADDRESS, [ADDRESS]), (f"\n    {ADDRESS}\n  ", []), (f" {ADDRESS}", [])):
    found, others = by_trafilatura(sitemap(written)), [page.url for page in sitemap_from_str(sitemap(written)).all_pages()]
    print(f"<loc>{written!r}</loc>: trafilatura {found}, ultimate-sitemap-parser {others}")
    assert others == [ADDRESS]
    assert found == expected, "blanks are removed now"
print("as described: an indented address is not found")
PY
"$scratch/env/bin/python" "$scratch/try.py" 2>"$scratch/err"
[ ! -s "$scratch/err" ] || { cat "$scratch/err"; exit 1; }
