#!/usr/bin/env bash
# A program reads a MISP event from JSON, loads it with pymisp to check it, and hands the same dictionary on to misp-stix.
#
# One would expect: loading reads the dictionary and leaves it as it was.
# Seen: it is emptied. The next reader finds an event without `info` and date, and says that the field is missing; a program
#   that stores what it has just checked stores what is left of it.
# Why: pymisp pops each field that it knows from the dictionary that it was given, and copies the outermost alone.
# Source: the behaviour below; pymisp/mispevent.py, `MISPEvent.from_dict`: `kwargs.pop("info")` and so on.
# So: load a deep copy, or the text.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet pymisp==2.5.34.4
cat >"$scratch/try.py" <<'PY'
import json
from importlib.metadata import version

from pymisp import MISPEvent

text = json.dumps({"Event": {"info": "Talks in Basra", "date": "2026-11-30", "uuid": "3b0f8c1e-6f4b-4d6f-9a35-6d8a4c4e6a11"}})
for way, given in (("a dictionary", json.loads(text)), ("a text", text)):
    event = MISPEvent()
    event.load(given)
    left = sorted(given["Event"]) if isinstance(given, dict) else sorted(json.loads(given)["Event"])
    print(f"from {way}: read {event.info!r}; left of what was given: {left}")
    assert event.info == "Talks in Basra"
    assert ("info" in left) is (way == "a text"), "it leaves it whole now"
print("as described, pymisp", version("pymisp"))
PY
"$scratch/env/bin/python" "$scratch/try.py"
