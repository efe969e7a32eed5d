#!/usr/bin/env bash
# A time stamp (RFC 3161) carries the certificate of its authority and, where asked for, the chain above it.
#
# One would expect: a client of the protocol reads the answer of OpenSSL's own authority, which `openssl ts -verify` accepts.
# Seen: rfc3161-client 1.0.9 reads it with one certificate. With the chain it raises "InvalidSetOrdering": it wants the
#   set of certificates in the order of DER, and OpenSSL writes the authority's first. Which of two comes first in DER is
#   mostly a matter of their lengths, so the same authority may work until it renews a certificate.
# Source: the behaviour below; RFC 5652, 5.3: only the signed attributes must be DER, the rest of the structure may be BER.
# So: read the token with a parser that takes BER (asn1crypto), and leave the chain to a verifier.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
command -v openssl >/dev/null || { echo "this needs openssl" && exit 1; }
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet rfc3161-client==1.0.9 asn1crypto==1.5.1
cd "$scratch"
openssl version
cat >tsa.cnf <<'CNF'
[ tsa ]
default_tsa = one
[ one ]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_chain = no
ess_cert_id_alg = sha256
CNF
cat >ext <<'EXT'
extendedKeyUsage=critical,timeStamping
keyUsage=critical,digitalSignature
basicConstraints=CA:FALSE
EXT
echo 01 >serial
openssl req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -days 30 -subj "/CN=root" 2>/dev/null
openssl req -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.csr 2>/dev/null \
  -subj "/CN=an authority whose name is longer than that of the root above it/O=an organisation"
openssl x509 -req -in tsa.csr -CA root.pem -CAkey root.key -CAcreateserial -days 30 -extfile ext -out tsa.pem 2>/dev/null
echo "a page" >page
openssl ts -query -data page -sha256 -cert -out page.tsq 2>/dev/null
cat >try.py <<'PY'
import sys
from importlib.metadata import version

from asn1crypto.tsp import TimeStampResp
from rfc3161_client import decode_timestamp_response

name, expected = sys.argv[1:]
with open(name, "rb") as file:
    data = file.read()
token = TimeStampResp.load(data)["time_stamp_token"]["content"]
held = len(token["certificates"])
try:
    decode_timestamp_response(data)
    found = "read"
except ValueError as error:
    found = "InvalidSetOrdering" if "InvalidSetOrdering" in str(error) else repr(error)
print(f"rfc3161-client {version('rfc3161-client')}, certificates {held}: {found}; asn1crypto {version('asn1crypto')}: read")
assert found == expected, f"expected {expected}"
PY
openssl ts -reply -config tsa.cnf -queryfile page.tsq -signer tsa.pem -inkey tsa.key -out one.tsr 2>/dev/null
openssl ts -reply -config tsa.cnf -queryfile page.tsq -signer tsa.pem -inkey tsa.key -chain root.pem -out two.tsr 2>/dev/null
for stamp in one two; do
  echo "openssl, $stamp: $(openssl ts -verify -data page -in "$stamp.tsr" -CAfile root.pem 2>&1 | tail -n 1)"
  openssl ts -verify -data page -in "$stamp.tsr" -CAfile root.pem >/dev/null 2>&1
done
env/bin/python try.py one.tsr read
env/bin/python try.py two.tsr InvalidSetOrdering
echo "as described: a second certificate out of order is refused"
