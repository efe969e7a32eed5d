#!/usr/bin/env bash
# Libraries of the Public Suffix List answer which part of a host is its registered name ("www.ina.iq" -> "ina.iq").
#
# One would expect: an IP address has no registered name, so the answer is empty (or an error).
# Seen: publicsuffixlist and publicsuffix2 take the address for a name of four labels and answer with its last one or
#   two numbers, so 10.0.3.4 and 10.9.3.4 are one site. tldextract says that there is none.
# Why: the list's implicit rule "*" (an unknown top-level domain is a suffix) is applied to "4".
# Source: the behaviour below; https://github.com/publicsuffix/list/wiki/Format, "Algorithm": the rules are for domains.
# So: ask whether a host is an address before asking for its registered name. Feeds on private networks, and every
#   test on loopback, have such hosts.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet publicsuffixlist==1.1.2.20261023 publicsuffix2==2.20191221 tldextract==5.4.0
cat >"$scratch/try.py" <<'PY'
from importlib.metadata import version

import publicsuffix2
import tldextract
from publicsuffixlist import PublicSuffixList

own = PublicSuffixList()
bundled = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)  # the list in the package: no network
for package in ("publicsuffixlist", "publicsuffix2", "tldextract"):
    print(f"{package} {version(package)}")
found = {}
for host in ("www.ina.iq", "10.0.3.4", "10.9.3.4"):
    found[host] = (own.privatesuffix(host), publicsuffix2.get_sld(host), bundled(host).top_domain_under_public_suffix)
    print(f"{host:<11} publicsuffixlist {found[host][0]!r}, publicsuffix2 {found[host][1]!r}, tldextract {found[host][2]!r}")
assert found["www.ina.iq"] == ("ina.iq", "ina.iq", "ina.iq")
assert found["10.0.3.4"] == found["10.9.3.4"], "two machines are told apart now"
assert found["10.0.3.4"][0] == "3.4" and found["10.0.3.4"][1] and not found["10.0.3.4"][2]
print("as described: two machines have one registered name")
PY
"$scratch/env/bin/python" "$scratch/try.py"
