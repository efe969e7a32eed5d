#!/usr/bin/env bash
# Persian spells compound words with a zero-width non-joiner (U+200C), and its domain names may hold it (RFC 5892, A.1).
#
# One would expect: an HTTP client looks such a name up by IDNA 2008, as a browser does: xn--mgba3gch31f060k.
# Seen: yarl 1.25, and aiohttp with it, refuses the name: "Host cannot contain '\u200c'", though it reads the ASCII form and
#   then shows the very name that it does not take. requests asks for the right one. Python's own codec "idna" follows
#   IDNA 2003, drops the joiner, and gives the name of somebody else: three libraries, three answers.
# Why: yarl refuses all characters that Unicode calls ignorable before it asks idna, against look-alikes of Latin names. idna
#   itself takes a joiner where the letters around it call for one, and nowhere else.
# Source: the behaviour below; yarl/_url.py, `_encode_host` (new in 1.25, https://github.com/aio-libs/yarl/pull/1801);
#   Unicode's annex 46, in which this very name is an example of a deviation.
# So: make the ASCII form by idna first, and hand that to the client. Never use str.encode("idna") for these names.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet yarl==1.25.1 idna==3.20 requests==2.34.2
cat >"$scratch/try.py" <<'PY'
from importlib.metadata import version

import idna
import requests
from yarl import URL

HOST = "نامه\u200cای.com"


def by_yarl(host):
    try:
        return URL(f"https://{host}/").raw_host
    except ValueError as error:
        return f"ValueError: {error}"


found = {
    "idna": idna.encode(HOST, uts46=True).decode(),
    "requests": requests.Request("GET", f"https://{HOST}/").prepare().url,
    "yarl": by_yarl(HOST),
}
for package, answer in found.items():
    print(f"{package} {version(package)}: {answer}")
print("Python's codec:", HOST.encode("idna").decode())
print("yarl, of the ASCII form:", ascii(URL(f"https://{found['idna']}/").host))
assert found["idna"] == "xn--mgba3gch31f060k.com" and found["requests"] == f"https://{found['idna']}/"
assert HOST.encode("idna") == b"xn--mgba3gch31f.com", "the codec keeps the joiner now"
assert by_yarl(found["idna"]) == found["idna"] and URL(f"https://{found['idna']}/").host == HOST
assert "cannot contain '\\u200c'" in found["yarl"], "yarl takes the name now"
try:
    idna.encode("a\u200cb.com", uts46=True)
    raise SystemExit("idna takes a joiner between Latin letters now")
except idna.IDNAError as error:
    print("idna, of a joiner between Latin letters:", error)
print("as described: the name is refused by one, changed by another, and right with two")
PY
"$scratch/env/bin/python" "$scratch/try.py"
