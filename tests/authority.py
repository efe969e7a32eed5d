"""A time stamp authority on loopback (RFC 3161): `openssl ts` behind a web server, with a root of its own."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_CONFIG = """\
[tsa]
default_tsa = own
[own]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
certs = {folder}/root.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_chain = no
[ext]
extendedKeyUsage = critical,timeStamping
"""


@dataclass
class Authority:
    """url: of the service. root: the certificate to trust. answers: what it answers before it stamps, as statuses or
    bodies, each once.
    """

    url: str
    root: Path
    answers: list[int | bytes] = field(default_factory=list)
    asked: int = 0


def openssl(*words: object, folder: Path) -> str:
    """Runs openssl; what it says."""
    done = subprocess.run(["openssl", *map(str, words)], cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@contextmanager
def authority(folder: Path) -> Iterator[Authority]:
    """An authority whose keys and files lie in ``folder``."""
    folder.mkdir()
    config = folder / "tsa.cnf"
    config.write_text(_CONFIG.format(folder=folder), encoding="utf-8")
    (folder / "serial").write_text("01\n", encoding="utf-8")
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl("req", "-x509", *curve, "-keyout", "root.key", "-out", "root.pem", "-subj", "/CN=Own root", folder=folder)
    openssl("req", *curve, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Own TSA", folder=folder)
    signed = ("-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-extfile", config, "-extensions", "ext")
    openssl("x509", "-req", "-in", "tsa.csr", "-out", "tsa.pem", *signed, folder=folder)
    found = Authority("", folder / "root.pem")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.asked += 1
            query = self.rfile.read(int(self.headers["Content-Length"]))
            scripted = found.answers.pop(0) if found.answers else 0
            status, body = (scripted, b"") if isinstance(scripted, int) and scripted else (200, scripted or b"")
            if not scripted:
                (folder / "query.tsq").write_bytes(query)
                openssl(
                    "ts", "-reply", "-config", config, "-queryfile", "query.tsq", "-out", "answer.tsr", folder=folder
                )
                body = (folder / "answer.tsr").read_bytes()
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body if isinstance(body, bytes) else b"")

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    found.url = f"http://127.0.0.1:{server.server_address[1]}/tsa"
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
