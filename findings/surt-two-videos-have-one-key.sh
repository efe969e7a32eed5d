#!/usr/bin/env bash
# Web archives are asked for a page by its key, SURT ("com,example)/news"). surt is the Internet Archive's package for it; the
# indices of the Wayback Machine and of Common Crawl are sorted by it.
#
# One would expect: pages that a server tells apart have keys of their own; the host alone has no capitals (RFC 3986, 6.2.2.1).
# Seen: two videos of YouTube, whose numbers differ in capitals alone, have one key, and so have two short links of bit.ly.
#   "www2." is dropped, which may be a site of its own, and so is a parameter "sid" of 32 signs. What an archive gives for the
#   key may be another page, with another date.
# Why: the key is meant to find what differs by accident, such as sessions and capitals, and it is better there to find too
#   much.
# Source: the behaviour below; surt/IAURLCanonicalizer.py and DefaultIAURLCanonicalizer; https://github.com/oduwsdl/ipwb/issues/368,
#   open.
# So: compare the address of each record with the one that is sought, and never tell pages of your own apart by SURT.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet surt==0.3.1
cat >"$scratch/try.py" <<'PY'
from importlib.metadata import version

from surt import surt

PAIRS = [
    ("https://www.youtube.com/watch?v=AbCdEfGhIjK", "https://www.youtube.com/watch?v=aBcDeFgHiJk"),
    ("https://bit.ly/3xYzAbC", "https://bit.ly/3XyZaBc"),
    ("https://www2.example.org/news/1", "https://example.org/news/1"),
    ("https://example.org/n?sid=0123456789abcdef0123456789abcdef", "https://example.org/n?sid=fedcba9876543210fedcba9876543210"),
]
print("surt", version("surt"))
for one, other in PAIRS:
    print(f"{one} / {other}: {surt(one)}")
    assert surt(one) == surt(other), "they are told apart now"
assert surt("https://example.org/n?id=1") != surt("https://example.org/n?id=2")
print("as described: pages that differ have one key")
PY
"$scratch/env/bin/python" "$scratch/try.py"
