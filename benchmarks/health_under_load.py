"""How long /healthz takes beside hostile feeds and searches without end:  python -m benchmarks.health_under_load

    python -m benchmarks.health_under_load [--feeds costly|hostile] [--seconds 20]

"costly" is one feed of 9 MB whose texts are slow to judge; "hostile" are all cases of the hostile corpus, side by side.

A probe in a process of its own asks the service, and in turn a bare server that does nothing else, whose answers say
how long one waits for a core of this machine. Prints both, and what share of a core the service used meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from benchmarks.bound import BOUND_PYTHON
from benchmarks.poll_setup import write_setup
from tests.newsroom import Newsroom
from tests.test_hostile_service import PACKED, apart, cases
from tests.test_unblocked import hostile_feed, with_page

SEARCHERS = 8
SERVICE = """\
store: sqlite:///../var/monitor.db
http: {allow_private_addresses: true, per_host_delay: 0, per_host_connections: 50}
max_age: 3650d
"""


def ask(port: int) -> float:
    begun = time.perf_counter()
    with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as link:
        link.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = b""
        while part := link.recv(1000):
            answer += part
    assert b" 200 " in answer.splitlines()[0], answer[:100]
    return time.perf_counter() - begun


async def bare(port: int) -> None:
    """A server that only answers."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", port) as server:
        await server.serve_forever()


def probe(port: int, control: int, seconds: float) -> None:
    """Prints the times of both, in turn."""
    waits: dict[int, list[float]] = {port: [], control: []}
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for each, found in waits.items():
            found.append(ask(each))
            time.sleep(0.01)
    for name, found in zip(("/healthz", "bare server"), waits.values(), strict=True):
        late = statistics.quantiles(found, n=100)[98]
        print(f"{name}: median {statistics.median(found):.3f}, p99 {late:.3f}, most {max(found):.3f} of {len(found)}")


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([*BOUND_PYTHON, "-m", *arguments], stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.terminate()


def processor(pid: int) -> float:
    """Seconds of processor that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def searching(port: int) -> None:
    while True:
        with suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/search?q=defence+memorandum", timeout=30).read()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--feeds", choices=["costly", "hostile"], default="costly")
    parser.add_argument("--bare", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--probe", type=int, nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.bare:
        asyncio.run(bare(given.bare))
    elif given.probe:
        port, control = given.probe
        probe(port, control, given.seconds)
    else:
        measure(given.seconds, given.feeds)


def hostile_feeds(room: Newsroom) -> list[str]:
    """The address of every hostile case."""
    addresses = []
    for number, (name, body) in enumerate(cases().items()):
        packed = {"Content_Encoding": PACKED[Path(name).suffix]} if Path(name).suffix in PACKED else {}
        content = apart(body, number)
        addresses.append(room.put(f"/h/{quote(name)}", content, 200, Content_Type="application/xml", **packed))
    return addresses


def until_answered(port: int) -> None:
    while True:
        with suppress(OSError):
            ask(port)
            return
        time.sleep(0.1)


def measure(seconds: float, feeds: str) -> None:
    with tempfile.TemporaryDirectory() as folder, Newsroom() as newsroom, closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        control = int(free.getsockname()[1])
        free.close()
        urls = hostile_feeds(newsroom) if feeds == "hostile" else [hostile_feed(newsroom)]
        write_setup(Path(folder), urls, SERVICE)
        config = Path(folder) / "config"
        port = with_page(config)
        with (
            started("benchmarks.health_under_load", "--bare", str(control)),
            started("monitor", "--config", str(config), "run") as service,
        ):
            until_answered(control)
            until_answered(port)
            if feeds == "costly":
                time.sleep(4)  # by then the feed is read and its articles are judged
            for _ in range(SEARCHERS):
                threading.Thread(target=searching, args=(port,), daemon=True).start()
            before = processor(service.pid)
            arguments = ["--probe", str(port), str(control), "--seconds", str(seconds)]
            subprocess.run([sys.executable, "-m", "benchmarks.health_under_load", *arguments], check=True)
            print(f"the service used {(processor(service.pid) - before) / seconds:.2f} of a core")
            print(f"load of the machine {os.getloadavg()[0]:.1f}, cores {os.cpu_count()}")


if __name__ == "__main__":
    main()
