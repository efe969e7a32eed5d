#!/usr/bin/env bash
# The Public Suffix List says below which names others register theirs, so that two ministries are two sites.
#
# One would expect: gov.iq and gov.krd are of one kind, and with them the names of all governments around.
# Seen: gov.iq, gov.ir, gov.tr, gov.sy and gov.az are in the list; gov.krd (Kurdistan Region), gov.am and gov.uz are not. All
#   ministries below these are one site: one publisher, and one turn of requests. Of .krd the list has
#   co.krd and edu.krd, so it seems to be looked after.
# Why: a registry has to ask for its names, and a suffix that nobody asked for is a name like any other.
# Source: the behaviour below; public_suffix_list.dat, sections krd, am and uz.
# So: count the label "gov" (and gob, gouv, mil) before a country's domain as a suffix, whatever the list says.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet publicsuffixlist==1.1.2.20261023 tldextract==5.4.0
cat >"$scratch/try.py" <<'PY'
from importlib.metadata import version

import tldextract
from publicsuffixlist import PublicSuffixList

own = PublicSuffixList().privatesuffix
bundled = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)  # the list in the package: no network
print("publicsuffixlist", version("publicsuffixlist"), "tldextract", version("tldextract"))
for domain, listed in {"iq": 1, "ir": 1, "tr": 1, "sy": 1, "az": 1, "krd": 0, "am": 0, "uz": 0}.items():
    host = f"ministry.gov.{domain}"
    sites = {own(host), bundled(host).top_domain_under_public_suffix}
    print(f"{host} is of the site {', '.join(sites)}")
    assert sites == {host if listed else f"gov.{domain}"}, "the list has another line now"
assert own("school.edu.krd") == "school.edu.krd" and own("firm.co.krd") == "firm.co.krd"
print("as described: the ministries of three governments are one site each")
PY
"$scratch/env/bin/python" "$scratch/try.py"
