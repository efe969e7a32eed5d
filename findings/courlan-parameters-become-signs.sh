#!/usr/bin/env bash
# Addresses of news sites say the service and the section in parameters: "?id=7&region=iq&section=2".
#
# One would expect: courlan's normalize_url keeps them, as it keeps "&lang=fa", and so does trafilatura, which gives the
#   canonical address of a page in its metadata.
# Seen: "&region=iq&section=2" becomes "®ion=iq§ion=2" in both, and the parameter before has all of it as its value. The
#   address leads to another page or to none, and each page of such a site has one that no feed names.
# Why: the address is decoded as HTML once more, though the parser has done so. HTML knows some names without the semicolon
#   (&reg &sect &copy &para &not), and Python's unescape takes them from the beginning of a longer word.
# Source: the behaviour below; courlan/urlutils.py, `_parse`; trafilatura/settings.py, `Document.clean_and_trim`. HTML's
#   standard leaves such a name alone in an attribute where a letter or "=" follows.
# So: normalise addresses by other means, and read <link rel="canonical"> yourself.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet courlan==1.4.0 trafilatura==2.3.1 lxml_html_clean==0.4.6
cat >"$scratch/try.py" <<'PY'
from importlib.metadata import version
from urllib.parse import parse_qs, urlsplit

from courlan import normalize_url
from trafilatura import extract_metadata

ADDRESS = "https://news.example/story?id=7&region=iq&section=2&lang=fa"
PAGE = f"""<html><head><title>News</title><link rel="canonical" href="{ADDRESS.replace("&", "&amp;")}"></head>
<body><p>Ministers met.</p></body></html>"""

found = {"courlan": normalize_url(ADDRESS), "trafilatura": extract_metadata(PAGE).url}
print("written:", ADDRESS)
for package, address in found.items():
    given = parse_qs(urlsplit(address).query)
    print(f"{package} {version(package)}: {address}, parameters {given}")
    assert set(given) == {"id", "lang"} and "®ion=iq§ion=2" in "".join(sum(given.values(), [])), "they are kept now"
print("as described: two parameters have become signs in the value of another")
PY
"$scratch/env/bin/python" "$scratch/try.py"
