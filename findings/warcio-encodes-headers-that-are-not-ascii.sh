#!/usr/bin/env bash
# A WARC file is evidence of what a server sent. HTTP headers of Arabic and Persian sites often hold UTF-8 as it is:
# Content-Disposition: attachment; filename="تقرير.pdf". Python's clients give such a header letter for byte (Latin-1).
#
# One would expect: warcio writes the headers of a record as it is given them, as ISO 28500 asks of a response record.
# Seen: warcio 1.8.1 rewrites a header that is not ASCII as the extended form of RFC 8187 (filename*=UTF-8''...). Given the bytes as
#   Latin-1 it encodes each of them once more as UTF-8, so that a reader decodes "ØªÙ..." and nothing says that the line is not the server's.
# Source: the behaviour below; warcio/statusandheaders.py, percent_encode_non_ascii_headers.
# So: write the block of headers yourself where the record has to stand as evidence.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet warcio==1.8.1
cat >"$scratch/try.py" <<'PY'
from importlib.metadata import version
from io import BytesIO
from urllib.parse import unquote

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import BufferWARCWriter

print("warcio", version("warcio"))
sent = 'attachment; filename="تقرير.pdf"'.encode()
writer = BufferWARCWriter(gzip=False)
given = StatusAndHeaders("200 OK", [("Content-Disposition", sent.decode("latin-1"))], protocol="HTTP/1.1")
writer.write_record(writer.create_warc_record("http://a.example/", "response", payload=BytesIO(b"x"), http_headers=given))
(line,) = (line for line in writer.get_contents().splitlines() if line.startswith(b"Content-Disposition"))
written = line.partition(b": ")[2]
print("sent:   ", sent)
print("written:", written)
print("read:   ", unquote(written.rpartition(b"''")[2].decode()))
assert written != sent, "headers are written as they came now"
assert written.startswith(b"attachment; filename*=UTF-8''%C3%98%C2%AA")
assert unquote(written.rpartition(b"''")[2].decode()) == "تقرير.pdf".encode().decode("latin-1")
print("as described: the header in the file is not the one that was sent")
PY
"$scratch/env/bin/python" "$scratch/try.py"
