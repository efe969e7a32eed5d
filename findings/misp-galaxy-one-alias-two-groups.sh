#!/usr/bin/env bash
# MISP's galaxies list groups of attackers with their other names; pymispgalaxies has them as a package. A monitor makes a table
# of it: every name to its group.
#
# One would expect: a name leads to one group, and the main name of a group is not a synonym of another one.
# Seen: it is so for all but 23, of which some are in the news each week. "Mint Sandstorm" is Charming Kitten and APT35, which
#   many take for one group and which are two entries here; "COBALT GYPSY" is OilRig and Cleaver; "OilRig", a main name,
#   is also a synonym of CHRYSENE; "Andariel" is Silent Chollima and Lazarus Group; "GRIZZLY STEPPE" is APT28 and
#   APT29, two services of one country. A table keeps the one that it reads last and says nothing.
# Why: the list takes over the names of many vendors, who group what they see in ways of their own. A name of one may cover
#   two of another.
# Source: the behaviour below; clusters/threat-actor.json of misp-galaxy, as in the package.
# So: let a name lead to a set of groups, show all of them, and never join two stories by an alias alone.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet pymispgalaxies==1.1.1
cat >"$scratch/try.py" <<'PY'
from collections import defaultdict
from importlib.metadata import version

from pymispgalaxies import Clusters

groups = list(Clusters()["threat-actor"].values())
named = defaultdict(set)
for group in groups:
    for name in [group.value, *((group.meta and group.meta.synonyms) or [])]:
        named[name.lower()].add(group.value)
shared = {name: found for name, found in named.items() if len(found) > 1}
print("pymispgalaxies", version("pymispgalaxies"), f"{len(groups)} groups, {len(named)} names, {len(shared)} of several groups")
for name, found in {
    "mint sandstorm": {"Charming Kitten", "APT35"},
    "cobalt gypsy": {"OilRig", "Cleaver"},
    "oilrig": {"OilRig", "CHRYSENE"},
    "andariel": {"Silent Chollima", "Lazarus Group"},
    "grizzly steppe": {"APT28", "APT29"},
}.items():
    print(f"{name}: {', '.join(sorted(named[name]))}")
    assert named[name] == found, "the groups are others now"
assert len(shared) == 23, "other names are shared now"
print("as described: some names belong to two groups")
PY
"$scratch/env/bin/python" "$scratch/try.py"
