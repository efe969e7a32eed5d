"""Milliseconds of the pages of a running service, medians of ten:  python -m benchmarks.page_speed ADDRESS [PID]

ADDRESS: such as http://127.0.0.1:8080. PID: of the service, to say what it used of the processor for a request, which
on a busy machine is a tenth of what one waits. With a store that `long_archive` has filled, lists, charts and searches
of a large archive. The first request of each page is left out: it loads what the page is made with.
"""

from __future__ import annotations

import statistics
import sys
import time
import urllib.request
from urllib.parse import quote

from benchmarks.health_under_load import processor
from benchmarks.search_speed import QUERIES

PAGES = ("/", "/?page=2", "/?page=700", "/near-misses", "/judged", "/volume", "/entities", "/calendar", "/feeds",
         "/watches/iran-iraq-defense", "/metrics", "/feed.atom", "/search?language=en", "/api/v1/stories?limit=100",
         "/api/v1/articles")  # fmt: skip
TIMES = 10


def main() -> None:
    pid = int(sys.argv[2]) if len(sys.argv) > 2 else None
    print("| page | ms | at most | of processor | kB |\n|---|---|---|---|---|")
    for path in (*PAGES, *(f"/search?q={quote(query)}" for query in QUERIES.values())):
        seconds = []
        for each in range(TIMES + 1):
            if each == 1:
                before = processor(pid) if pid else 0.0
            begun = time.perf_counter()
            with urllib.request.urlopen(sys.argv[1] + path) as answer:
                size = len(answer.read())
            seconds.append(time.perf_counter() - begun)
        middle, most = 1000 * statistics.median(seconds[1:]), 1000 * max(seconds[1:])
        used = f"{1000 * (processor(pid) - before) / TIMES:.0f}" if pid else ""
        print(f"| `{path}` | {middle:.0f} | {most:.0f} | {used} | {size / 1000:.0f} |", flush=True)


if __name__ == "__main__":
    main()
