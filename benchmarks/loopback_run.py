"""The whole cycle over a folder of captured feeds, with captured pages as the articles, on loopback.

    python benchmarks/loopback_run.py FEEDS PAGES [--state DIR]

FEEDS: a folder of feed files (searched in depth). PAGES: a folder of HTML files. Links of the feeds are pointed at
the loopback server, each at one of the pages. Runs `monitor run --once` twice and prints what each run did, its
seconds, and the greatest memory of any of its processes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from pathlib import Path
from typing import cast

LINK = re.compile(
    rb"""(<link>\s*(?:<!\[CDATA\[)?|<link[^>]*href=["']|"url"\s*:\s*")(https?:)(?://|\\/\\/)([^<\]"']+)"""
)
SERVICE = """\
store: sqlite:///../var/monitor.db
http: {allow_private_addresses: true}
max_age: 8y
digests:
  - name: daily
    schedule: "0 7 * * *"
    timezone: Asia/Baghdad
    deliver: [{file: ../var/digests}]
""".replace("8y", "2920d")


def serve(feeds: list[Path], pages: list[Path]) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            kind, _, rest = self.path.lstrip("/").partition("/")
            here = f"http://127.0.0.1:{cast(HTTPServer, self.server).server_port}/page/".encode()
            if kind == "feed":
                body = LINK.sub(rb"\1" + here + rb"\3", feeds[int(rest)].read_bytes())
                self.answer(body, "application/xml")
            else:
                number = int(hashlib.sha256(rest.encode()).hexdigest(), 16) % len(pages)
                self.answer(pages[number].read_bytes(), "text/html")

        def answer(self, body: bytes, kind: str) -> None:
            etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            status = 304 if self.headers.get("If-None-Match") == etag else 200
            body = b"" if status == 304 else body
            self.send_response(status)
            for name, value in (("Content-Type", kind), ("ETag", etag), ("Content-Length", str(len(body)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 512  # the default of 5 drops connections of a client that opens a hundred
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("feeds", type=Path)
    parser.add_argument("pages", type=Path)
    parser.add_argument("--state", type=Path)
    options = parser.parse_args()
    feeds = sorted(p for p in options.feeds.rglob("*") if p.suffix in (".xml", ".json", ".rss", ".atom"))
    server = serve(feeds, sorted(options.pages.rglob("*.html")))
    state = options.state or Path(tempfile.mkdtemp(prefix="loopback-"))
    config = state / "config"
    top = Path(__file__).parents[1]
    shutil.copytree(top / "config", config, dirs_exist_ok=True)
    shutil.copytree(top / "seed_corpus", state / "seed_corpus", dirs_exist_ok=True)
    (config / "monitor.yaml").write_text(SERVICE, encoding="utf-8")
    base = f"http://127.0.0.1:{server.server_address[1]}"
    rows = (f"  - {{url: {base}/feed/{i}, name: {json.dumps(p.stem)}}}\n" for i, p in enumerate(feeds))
    (config / "feeds.yaml").write_text("feeds:\n" + "".join(rows), encoding="utf-8")
    for number in (1, 2):
        begun = time.monotonic()
        command = [sys.executable, "-m", "monitor", "--config", str(config), "run", "--once"]
        done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
        (state / f"run{number}.log").write_text(done.stderr, encoding="utf-8")
        told = [line for line in done.stderr.splitlines() if " polled " in line]
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        traces = done.stderr.count("Traceback")
        seconds = time.monotonic() - begun
        print(f"run {number}: exit {done.returncode}, {seconds:.1f} s, peak {peak:.0f} MB, {traces} tracebacks")
        print("\n".join(told) or done.stderr[-2000:])
    print(f"state in {state}")


if __name__ == "__main__":
    main()
