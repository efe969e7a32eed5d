#!/usr/bin/env bash
# Posts and mails name addresses in plain text, and a library makes links of them. Persian and Arabic end clauses with ، ؛ ؟
#
# One would expect: the mark after an address is no part of it, as with a comma or a full stop of English.
# Seen: jinja2's filter urlize takes "https://ina.iq/1،" with the comma, a page that is not there, and makes no link at all of
#   an address in «…», the quotes of both languages. linkify-it-py, which markdown-it-py uses, links the address with the mark
#   and with the closing quote, but not where the address ends at the host.
# Why: both have lists of the punctuation of Latin scripts. What is not in them belongs to the path, which may hold any letter.
# Source: the behaviour below; jinja2/utils.py, `urlize` (`[)>.,\n]`); linkify_it/ucre.py, `src_path`.
# So: cut ، ؛ ؟ ۔ and » from the end of an address that stands in text, before such a function sees it.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet jinja2==3.1.6 linkify-it-py==2.2.0
cat >"$scratch/try.py" <<'PY'
import re
from importlib.metadata import version

from jinja2.utils import urlize
from linkify_it import LinkifyIt

TEXTS = {  # what each of the two links to
    "see https://ina.iq/1, and": ("https://ina.iq/1", "https://ina.iq/1"),
    "ببینید https://ina.iq/1، و": ("https://ina.iq/1،", "https://ina.iq/1،"),
    "شاهد https://ina.iq/1؟": ("https://ina.iq/1؟", "https://ina.iq/1؟"),
    "انظر https://ina.iq/1؛ ثم": ("https://ina.iq/1؛", "https://ina.iq/1؛"),
    "«https://ina.iq/1»": ("", "https://ina.iq/1»"),
}
print("jinja2", version("jinja2"), "linkify-it-py", version("linkify-it-py"))
for text, expected in TEXTS.items():
    made = re.search('href="([^"]*)"', urlize(text))
    found = (made[1] if made else "", (LinkifyIt().match(text) or [None])[0].url)
    print(f"{text}: jinja2 {found[0] or 'no link'}, linkify-it-py {found[1]}")
    assert found == expected, "addresses end elsewhere now"
print("as described: Arabic punctuation is taken into the address")
PY
"$scratch/env/bin/python" "$scratch/try.py"
