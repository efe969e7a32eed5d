#!/usr/bin/env bash
# python-slugify makes names for pages, files and keys of headlines, by text-unidecode, or by Unidecode where that is installed;
# transliteration does so for JavaScript (Node.js). anyascii is a newer package for the same.
#
# One would expect: words that differ in a letter, not in a vowel mark alone, have different slugs.
# Seen: «صلح» (peace) and «سلاح» (weapons) are both "slh" in all of them. "Peace talks in Baghdad" and "weapons talks in
#   Baghdad" have one slug, and the second page replaces the first or is taken for it. It is the same with the
#   names «حسن» and «احسان», «ناصر» and «نصر», and with «قتل» (murder) and «قاتل» (murderer).
# Why: alef (ا), the letter of a long vowel, is written as nothing. ص and س are told apart by
#   capitals ("S", "s"), which a slug does not have.
# Source: the behaviour below; unidecode/x006.py. Unidecode's README says that its quality varies and names Chinese, Japanese
#   and Korean as what it does not try.
# So: keep the letters (allow_unicode=True), or put a number or a hash into every slug, and never compare by one.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet python-slugify==9.2.0 text-unidecode==1.3 Unidecode==1.4.0 anyascii==0.3.3
npm install --silent --no-audit --no-fund --prefix "$scratch" transliteration@2.6.1
cat >"$scratch/try.py" <<'PY'
import json
import sys
from importlib.metadata import version
from pathlib import Path

import text_unidecode
import unidecode
from anyascii import anyascii
from slugify import slugify

PAIRS = [
    ("مذاکرات صلح در بغداد", "مذاکرات سلاح در بغداد"),
    ("حسن", "احسان"),
    ("ناصر", "نصر"),
    ("قاتل", "قتل"),
]
Path(sys.argv[1]).write_text(json.dumps(PAIRS))
print(*(f"{name} {version(name)}" for name in ("python-slugify", "text-unidecode", "Unidecode", "anyascii")))
for one, other in PAIRS:
    print(f"{one} / {other}: {slugify(one)} / {slugify(other)}")
    for ascii in (lambda text: text, text_unidecode.unidecode, unidecode.unidecode, anyascii):
        assert slugify(ascii(one)) == slugify(ascii(other)), "they are told apart now"
    assert slugify(one, allow_unicode=True) != slugify(other, allow_unicode=True)
PY
cat >"$scratch/try.mjs" <<'JS'
import assert from "node:assert";
import { readFileSync } from "node:fs";
import { slugify } from "transliteration";

const own = new URL("node_modules/transliteration/package.json", import.meta.url);
console.log("transliteration", JSON.parse(readFileSync(own)).version);
for (const [one, other] of JSON.parse(readFileSync(process.argv[2]))) {
  console.log(`${one} / ${other}: ${slugify(one)} / ${slugify(other)}`);
  assert.strictEqual(slugify(one), slugify(other), "they are told apart now");
}
console.log("as described: weapons and peace have one slug");
JS
"$scratch/env/bin/python" "$scratch/try.py" "$scratch/pairs.json"
node "$scratch/try.mjs" "$scratch/pairs.json"
