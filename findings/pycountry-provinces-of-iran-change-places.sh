#!/usr/bin/env bash
# pycountry has the codes of provinces (ISO 3166-2), by which places are kept in stores, maps and exports.
#
# One would expect: a code, once given, means one province for ever. New ones are added, old ones are withdrawn.
# Seen: between pycountry 20.7.3 and today's, the same code means another province of Iran: IR-07 was Tehran and is Fars,
#   IR-23 was Hormozgan and is Tehran, IR-01 was East Azerbaijan and is Gilan. Of the 29 codes that both know, two mean
#   the same. Nothing fails: each look-up gives a province, but another one. Iraq's are as they were.
# Why: ISO gave Iran's provinces the numbers of Iran's own statistics on 24 November 2020, and used old numbers for others.
#   Libraries, map files and stores of before have the old ones. GeoNames, too, numbers by neither of them.
# Source: the behaviour below; ISO 3166-2:IR, change of 24 November 2020.
# So: keep a place by its name and position, or by its GeoNames or Wikidata number; never join two sets by "IR-..".
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cat >"$scratch/try.py" <<'PY'
import json
import sys
from importlib.metadata import version

import pycountry

found = {country: {s.code: s.name for s in pycountry.subdivisions.get(country_code=country)} for country in ("IR", "IQ")}
json.dump({"version": version("pycountry"), **found}, sys.stdout)
PY
cat >"$scratch/compare.py" <<'PY'
import json
import sys
import unicodedata


def bare(name):
    """The letters alone: the releases write the vowels of a name with different marks."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if letter.isalpha() and letter.isascii())


old, new = (json.load(open(path)) for path in sys.argv[1:])
print("pycountry", old["version"], "and", new["version"])
both = sorted(set(old["IR"]) & set(new["IR"]))
moved = [code for code in both if bare(old["IR"][code])[:5] != bare(new["IR"][code])[:5]]
for code in moved:
    print(code, old["IR"][code], "->", new["IR"][code])
print(len(moved), "of", len(both), "codes of Iran mean another province")
assert bare(old["IR"]["IR-07"]) == "tehran" and bare(new["IR"]["IR-07"]) == "fars"
assert bare(old["IR"]["IR-23"]) == "hormozgan" and bare(new["IR"]["IR-23"]) == "tehran"
assert len(moved) > len(both) / 2, (len(moved), len(both))
shared = sorted(set(old["IQ"]) & set(new["IQ"]))
assert len(shared) >= 15 and sum(bare(old["IQ"][code])[:4] != bare(new["IQ"][code])[:4] for code in shared) <= 2
print("as described: the same code, another province")
PY
for pinned in pycountry==20.7.3 pycountry==26.2.16; do
    release=${pinned#*==}
    python3 -m venv "$scratch/env-$release"
    "$scratch/env-$release/bin/pip" install --quiet setuptools==75.8.0 "$pinned"
    "$scratch/env-$release/bin/python" "$scratch/try.py" >"$scratch/$release.json"
done
python3 "$scratch/compare.py" "$scratch/20.7.3.json" "$scratch/26.2.16.json"
