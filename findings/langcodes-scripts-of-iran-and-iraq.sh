#!/usr/bin/env bash
# langcodes and Babel both answer from Unicode's CLDR which script a language is written in; the direction follows from it.
#
# One would expect: both say the same of any language, and a language of Iran or Iraq that CLDR has is right.
# Seen: Babel says Arabic script for South Azerbaijani (azb), Gorani (hac) and Kurdish of Iraq and Iran (ku-IQ, ku-IR).
#   langcodes says Latin, and for azb and hac even the United States. Its is_valid() is true for all, Sorani as "ckb" and
#   Azerbaijani as "az-IR" are right. A page in one of the four is set from left to right.
# Why: the table of likely subtags in langcodes lacks these four. What it lacks is not left open: the search goes on to "ku"
#   and to "und", which stands for English in Latin script in the United States, and the asked language is put before it.
# Source: the behaviour below; langcodes/__init__.py, `Language.maximize` and `broader_tags`; Babel's likely_subtags.
# So: take script and direction from the text, or from Babel; do not take a maximised tag for knowledge.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet langcodes==3.5.1 language_data==1.4.0 babel==2.19.0
cat >"$scratch/try.py" <<'PY'
from importlib.metadata import version

import langcodes
from babel.core import get_global

LIKELY = get_global("likely_subtags")
print(*(f"{package} {version(package)}" for package in ("langcodes", "language_data", "babel")))
apart = {}
for tag in ("fa", "ckb", "az-IR", "lki", "sdh", "glk", "mzn", "lrc", "azb", "hac", "ku-IQ", "ku-IR"):
    by_langcodes = langcodes.get(tag).maximize().to_tag()
    by_babel = (LIKELY.get(tag.replace("-", "_")) or "").replace("_", "-")
    assert langcodes.get(tag).is_valid(), tag
    print(f"{tag}: langcodes {by_langcodes}, Babel {by_babel or 'nothing'}")
    if by_langcodes.split("-")[1] != "Arab":
        apart[tag] = (by_langcodes, by_babel)
assert apart == {
    "azb": ("azb-Latn-US", "azb-Arab-IR"),
    "hac": ("hac-Latn-US", "hac-Arab-IR"),
    "ku-IQ": ("ku-Latn-IQ", "ku-Arab-IQ"),
    "ku-IR": ("ku-Latn-IR", "ku-Arab-IR"),
}, apart
print("as described: four are Latin for one and Arabic for the other")
PY
"$scratch/env/bin/python" "$scratch/try.py"
