#!/usr/bin/env bash
# Reports give places as degrees and minutes. geopy.Point reads text: "33.31, 44.37", "33°18′N 44°22′E", "N 33°18' / E 44°22'".
#
# One would expect: a form that it does not know is the error that it has for one ("unknown format"), or the place is right.
# Seen: "33 18 N 44 22 E" (Baghdad) is 44° north and 22° east, in Serbia. "33,31; 44,37", with the decimal comma of French
#   and Turkish, is 44° north and 37° east, in the Black Sea. "Grid 38, 33 18 N, 44 22 E" is the same as the first.
#   Each is a valid point, so no check of limits finds it.
# Why: the pattern may begin anywhere in the text and has to fit its end only. Where the whole does not fit, the last two
#   numbers are latitude and longitude, and their N and E are not compared with that.
# Source: the behaviour below; geopy/point.py, POINT_PATTERN (`.*?` first); https://github.com/geopy/geopy/issues/247, open.
# So: match the whole text by a pattern of your own, and give Point two numbers.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet geopy==2.5.0
cat >"$scratch/try.py" <<'PY'
from importlib.metadata import version

from geopy import Point

RIGHT = (33.3, 44.37)
EXPECTED = {  # what is written, and the latitude and longitude that come out
    "33.3, 44.37": RIGHT,
    "33°18′N 44°22′E": RIGHT,
    "33 18m N 44 22m E": RIGHT,
    "33 18 N 44 22 E": (44, 22),
    "N33 18 E44 22": (44, 22),
    "Grid 38, 33 18 N, 44 22 E": (44, 22),
    "33,31; 44,37": (44, 37),
    "44.37 E, 33.3 N": None,
}
print("geopy", version("geopy"))
for text, expected in EXPECTED.items():
    try:
        latitude, longitude, _ = Point(text)
        found = (latitude, longitude)
    except ValueError:
        found = None
    print(f"{text}: {found and f'{found[0]:.2f} north, {found[1]:.2f} east' or 'refused'}")
    assert (found is None) == (expected is None), text
    assert found is None or max(abs(a - b) for a, b in zip(found, expected)) < 0.01, "it is read otherwise now"
print("as described: what does not fit is read from its end")
PY
"$scratch/env/bin/python" "$scratch/try.py"
