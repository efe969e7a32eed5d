#!/usr/bin/env bash
# Military reports give places in UTM: zone, letter, easting and northing. "38 S 441643 3684640" is Baghdad. Needs Node.js.
#
# One would expect: two libraries that read a zone with a letter read the same place.
# Seen: utm (Python) gives 33.3° north, geodesy (JavaScript) 57° south, in the Southern Ocean. Band S is the middle of the
#   region: Baghdad, Erbil, Tehran, Damascus, Beirut. To the south of 32° and the north of 40° the letter is R or T, and
#   geodesy refuses it, so the error seems to be one of those places. The documents of each say what it takes, and no more.
# Why: after a zone, a letter is the band of latitude of the military grid (C to X, where S is 32° to 40° north), or the
#   hemisphere (N or S). Nothing in the text tells which.
# Source: the behaviour below; utm's README ("zone letter"); geodesy's Utm.parse, "hemisphere"; EPSG has the second in its
#   names: "WGS 84 / UTM zone 38S" is 32738, and the zone of Baghdad is 32638, "UTM zone 38N".
# So: keep places as latitude and longitude. Take a letter for the band in reports of armies, and check that the place
#   is in the country that the report names.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet utm==0.9.0
npm install --silent --no-audit --no-fund --prefix "$scratch" geodesy@2.4.0
cat >"$scratch/try.py" <<'PY'
from importlib.metadata import version

import utm

latitude, longitude = utm.to_latlon(441643, 3684640, 38, "S")
print(f"utm {version('utm')}: 38 S 441643 3684640 is {latitude:.2f}, {longitude:.2f}")
assert round(latitude, 1) == 33.3 and round(longitude, 1) == 44.4, "the letter is another thing now"
assert utm.from_latlon(30.5, 47.8)[2:] == (38, "R")
PY
cat >"$scratch/try.mjs" <<'JS'
import assert from "node:assert";
import { readFileSync } from "node:fs";
import Utm from "geodesy/utm.js";

const own = new URL("node_modules/geodesy/package.json", import.meta.url);
const { lat, lon } = Utm.parse("38 S 441643 3684640").toLatLon();
console.log(`geodesy ${JSON.parse(readFileSync(own)).version}: 38 S 441643 3684640 is ${lat.toFixed(2)}, ${lon.toFixed(2)}`);
assert.ok(Math.round(lat) === -57 && Math.round(lon) === 44, "the letter is another thing now");
assert.ok(Math.abs(Utm.parse("38 N 441643 3684640").toLatLon().lat - 33.3) < 0.01);
assert.throws(() => Utm.parse("38 R 768000 3377000"), RangeError);
console.log("as described: one text is Baghdad and the Southern Ocean");
JS
"$scratch/env/bin/python" "$scratch/try.py"
node "$scratch/try.mjs"
