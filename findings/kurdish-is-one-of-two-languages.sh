#!/usr/bin/env bash
# "ku" is Kurdish in ISO 639. Pages in Kurmanji (Latin letters) and in Sorani (Arabic letters, from the right) carry it alike.
# Babel, dayjs, moment, justext and stopwordsiso have data for it. Needs Node.js.
#
# One would expect: "ku" is one language in all of them, or each asks which of the two.
# Seen: in Unicode's CLDR (Babel, Intl) and in justext it is Kurmanji: "28ê mijdara 2026an", from left to right. In dayjs, moment,
#   stopwordsiso and stopword (npm) it is Sorani: "28 تشرینی دووەم 2026". A page that is marked "ku" has its date in one language,
#   and the date of the digest in the other. Stop words of stopwordsiso match nothing in a Kurmanji text, those of
#   justext nothing in a Sorani one, which then has no paragraph that counts as text.
# Why: "ku" is a macrolanguage, of kmr (Kurmanji), ckb (Sorani) and sdh. Each package has one of them under the name of all.
# Source: the behaviour below; https://github.com/iamkun/dayjs/pull/2417 and https://github.com/moment/moment/pull/5968, both
#   closed unmerged; ISO 639-3, macrolanguage kur.
# So: let the script of the text decide between kmr and ckb, keep these codes, and choose for each package which of its names
#   is meant.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet babel==2.19.0 stopwordsiso==0.7.1 justext==3.0.2 lxml_html_clean==0.4.6
npm install --silent --no-audit --no-fund --prefix "$scratch" dayjs@1.11.23 moment@2.31.0 stopword@3.1.5
cat >"$scratch/try.py" <<'PY'
from datetime import date
from importlib.metadata import version

from babel import Locale
from babel.dates import format_date
from justext import get_stoplist
from stopwordsiso import stopwords

KURMANJI = "wezîrê parastinê li bexdayê bi hevtayê xwe re civiya û li ser sînor axivî ku ev ji bo her du welatan baş e"
SORANI = "وەزیری بەرگری لە بەغدا لەگەڵ هاوتای خۆی کۆبووەوە و باسی سنووری کرد کە بۆ هەر دوو وڵات باشە و لەسەر ئەم ڕێککەوتنە"
LISTS = {  # package: its words, and whether it matches a text in Kurmanji and one in Sorani
    "stopwordsiso": (stopwords("ku"), (False, True)),
    "justext": (get_stoplist("Kurdish"), (True, False)),
}
day = format_date(date(2026, 11, 28), "long", locale="ku")
print(f"Babel {version('babel')}: ku is {Locale('ku').display_name}, {Locale('ku').text_direction}, {day}")
assert "mijdar" in day and Locale("ku").text_direction == "ltr", "it is the other language now"
for package, (words, expected) in LISTS.items():
    found = [sum(word in words for word in text.split()) for text in (KURMANJI, SORANI)]
    print(f"{package} {version(package)}: matches {found[0]} words in Kurmanji, {found[1]} in Sorani")
    assert tuple(count > 0 for count in found) == expected, "it is the other language now"
PY
cat >"$scratch/try.mjs" <<'JS'
import assert from "node:assert";
import { readFileSync } from "node:fs";
import dayjs from "dayjs";
import moment from "moment";
import { kur } from "stopword";
import "dayjs/locale/ku.js";
import "moment/locale/ku.js";

const version = (name) => JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url))).version;
const FORMAT = "D MMMM YYYY";
const days = {
  dayjs: dayjs("2026-11-28").locale("ku").format(FORMAT),
  moment: moment("2026-11-28").locale("ku").format(FORMAT),
};
for (const [name, day] of Object.entries(days)) {
  console.log(`${name} ${version(name)}: ${day}`);
  assert.ok(day.includes("تشرینی دووەم"), "it is the other language now");
}
console.log(`stopword ${version("stopword")}: ${kur.slice(0, 3).join(" ")}`);
assert.ok(kur.includes("ئەوان") && !kur.includes("jî"), "it is the other language now");
console.log("as described: one code is Kurmanji here and Sorani there");
JS
"$scratch/env/bin/python" "$scratch/try.py"
node "$scratch/try.mjs"
