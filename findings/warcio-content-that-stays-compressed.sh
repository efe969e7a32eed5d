#!/usr/bin/env bash
# warcio's content_stream() gives what a page was, without its Content-Encoding; raw_stream gives what came over the wire.
#
# One would expect: that holds for gzip, Brotli and Zstandard, which browsers and news sites use, or an error says it does not.
# Seen: gzip is removed. With the package brotli installed, as most projects that fetch pages have it, every record with "br"
#   raises AttributeError. Without it the compressed bytes come as the page, and so they do with "zstd" in any case: a text
#   that is read from an archive is noise, and nothing says so.
# Why: warcio sets an attribute on brotli's decompressor, which has room for none. An encoding without an entry in its table
#   counts as none.
# Source: the behaviour below; warcio/bufferedreaders.py, `try_brotli_init` and `DECOMPRESSORS`;
#   https://github.com/webrecorder/warcio/issues/73, closed.
# So: read raw_stream and decode by the record's own header; or store decoded pages without the header.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet warcio==1.8.1 backports.zstd==1.8.0
cat >"$scratch/try.py" <<'PY'
import gzip
import importlib.util
from base64 import b64decode
from importlib.metadata import version
from io import BytesIO

from backports import zstd
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import BufferWARCWriter

PAGE = "<p>خبر</p>".encode()
SENT = {"gzip": gzip.compress(PAGE), "zstd": zstd.compress(PAGE), "br": b64decode("CwaAPHA+2K7YqNixPC9wPgM=")}


def content(encoding):
    writer = BufferWARCWriter(gzip=False)
    headers = StatusAndHeaders("200 OK", [("Content-Encoding", encoding)], protocol="HTTP/1.1")
    writer.write_record(
        writer.create_warc_record("http://a.example/", "response", payload=BytesIO(SENT[encoding]), http_headers=headers)
    )
    record = next(ArchiveIterator(BytesIO(writer.get_contents())))
    try:
        found = record.content_stream().read()
    except AttributeError as error:
        return f"AttributeError: {error}"
    return {PAGE: "the page", SENT[encoding]: "still compressed"}.get(found, repr(found))


brotli = bool(importlib.util.find_spec("brotli"))
print("warcio", version("warcio"), "brotli", version("brotli") if brotli else "not installed")
if brotli:
    import brotli as library

    assert library.decompress(SENT["br"]) == PAGE
for encoding in SENT:
    print(f"{encoding}: {content(encoding)}")
assert content("gzip") == "the page"
assert content("zstd") == "still compressed", "zstd is known now"
assert content("br").startswith("AttributeError" if brotli else "still compressed"), "br is known now"
PY
"$scratch/env/bin/python" "$scratch/try.py"
"$scratch/env/bin/pip" install --quiet brotli==1.2.1
"$scratch/env/bin/python" "$scratch/try.py"
echo "as described: gzip alone is removed"
